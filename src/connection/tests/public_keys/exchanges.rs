//! The messages of the key exchange: right and wrong points, curves, algorithms and signatures.

use std::vec::Vec;

use super::states::{At, at, at_with};
use super::*;
use crate::connection::tests::craft::{body, handshake, octets, records};
use crate::connection::tests::pair::{Reaction, to};
use crate::crypto::Point;
use crate::error::Error;
use crate::handshake::exchange::params_digest;
use crate::wire::ecdsa_signature;
use crate::wire::server_key_exchange::{emit, emit_params};

/// Of the key of that number.
fn point(number: u8) -> Point {
    info(number)[26..].try_into().unwrap()
}

/// A ServerKeyExchange with that point, which the server of this handshake has signed.
pub(super) fn server_key_exchange(pair: &mut Pair, point: &Point) -> Vec<u8> {
    let workspace = pair.client.workspace.as_ref();
    let Some(workspace) = workspace else {
        return body(12);
    };
    let digest = params_digest(&workspace.coming.randoms, point);
    let signature = signed(SERVER, &digest);
    octets(|sink| emit(point, &signature, sink))
}

fn signed(number: u8, digest: &[u8; 32]) -> [u8; 64] {
    let key = P256SigningKey::import(private_key(number)).unwrap();
    key.sign(digest, &[0; 32]).unwrap()
}

/// ServerECDHParams, an algorithm, and a signature, of whatever form.
fn key_exchange(params: &[u8], algorithm: u16, signature: &[u8]) -> Vec<u8> {
    octets(|sink| {
        sink.put(params);
        sink.u16(algorithm);
        sink.vector16(signature);
    })
}

fn der(signature: &[u8; 64]) -> Vec<u8> {
    octets(|sink| ecdsa_signature::emit(signature, sink))
}

/// The points of 65 octets that are none: bug class 47.
fn bad_points() -> [Point; 5] {
    let mut not_on_the_curve = point(9);
    not_on_the_curve[64] ^= 1;
    let mut too_great = point(9);
    too_great[1..33].fill(0xFF);
    let mut at_infinity = [0; 65];
    at_infinity[0] = 4;
    let mut hybrid = point(9);
    hybrid[0] = 6 + (hybrid[64] & 1);
    let mut formless = point(9);
    formless[0] = 0;
    [not_on_the_curve, too_great, at_infinity, hybrid, formless]
}

/// Those of other lengths: at infinity, compressed, too short, too long; and none at all.
fn other_points() -> [Vec<u8>; 4] {
    let mut compressed = point(9)[..33].to_vec();
    compressed[0] = 2 + (point(9)[64] & 1);
    let longer = [&point(9)[..], &[0]].concat();
    [std::vec![0], compressed, point(9)[..64].to_vec(), longer]
}

/// Bug class 47, in a ServerKeyExchange that is signed as it should be.
#[test]
fn points_of_the_server() {
    for bad in bad_points() {
        let (mut pair, next) = at(At::ClientAwaitsServerKeyExchange);
        let seq = pair.target().next_receive_seq();
        let body = server_key_exchange(&mut pair, &bad);
        let mut reaction = pair.inject(&handshake(12, seq, &body));
        // A point of the right form is looked at when it is used.
        for datagram in &next[1..] {
            if reaction == Reaction::Taken {
                reaction = pair.inject(datagram);
            }
        }
        assert_eq!(reaction, Reaction::Fatal(Error::IllegalParameter));
        assert_eq!(pair.client.host.sent.back().unwrap()[13..], [2, 47]);
    }
    for other in other_points() {
        let (mut pair, _) = at(At::ClientAwaitsServerKeyExchange);
        let seq = pair.target().next_receive_seq();
        let params = octets(|sink| {
            sink.put(&[3, 0, 23]);
            sink.vector8(&other);
        });
        let body = key_exchange(&params, 0x0403, &der(&[1; 64]));
        let reaction = pair.inject(&handshake(12, seq, &body));
        assert_eq!(reaction, Reaction::Fatal(Error::IllegalParameter));
    }
}

/// Bug class 47 in ClientKeyExchange.
#[test]
fn points_of_the_client() {
    let bad = bad_points().map(|bad| bad.to_vec());
    for bad in bad.into_iter().chain(other_points()) {
        let (mut pair, _) = at(At::ServerAwaitsClientKeyExchange);
        let seq = pair.target().next_receive_seq();
        let body = octets(|sink| sink.vector8(&bad));
        let reaction = pair.inject(&handshake(16, seq, &body));
        assert_eq!(reaction, Reaction::Fatal(Error::IllegalParameter));
        assert_eq!(pair.server.host.sent.back().unwrap()[13..], [2, 47]);
    }
    let (mut pair, _) = at(At::ServerAwaitsClientKeyExchange);
    let seq = pair.target().next_receive_seq();
    let reaction = pair.inject(&handshake(16, seq, &[0]));
    assert_eq!(reaction, Reaction::Fatal(Error::Decode), "an implicit key");
}

/// Bug class 17 and the rest of ServerKeyExchange.
#[test]
fn server_key_exchanges() {
    let params = |curve_type: u8, curve: u16| {
        let mut params = octets(|sink| emit_params(&point(9), sink));
        params[0] = curve_type;
        params[1..3].copy_from_slice(&curve.to_be_bytes());
        params
    };
    let illegal = Error::IllegalParameter;
    // Curve type, curve, algorithm, how the signature is changed, and what then.
    type Change = fn(Vec<u8>) -> Vec<u8>;
    let same: Change = |der| der;
    let zero = |_| der(&[0; 64]);
    let cases: [(u8, u16, u16, Change, Option<Error>); 15] = [
        (3, 23, 0x0403, same, None),
        // Explicit curves, other curves.
        (1, 23, 0x0403, same, Some(illegal)),
        (2, 23, 0x0403, same, Some(illegal)),
        (3, 24, 0x0403, same, Some(illegal)),
        (3, 29, 0x0403, same, Some(illegal)),
        (3, 0, 0x0403, same, Some(illegal)),
        // Algorithms that were not offered: other hashes, RSA, DSA, none.
        (3, 23, 0x0203, same, Some(illegal)),
        (3, 23, 0x0503, same, Some(illegal)),
        (3, 23, 0x0401, same, Some(illegal)),
        (3, 23, 0x0402, same, Some(illegal)),
        (3, 23, 0x0000, same, Some(illegal)),
        // No DER, not minimal, no signature, and r = s = 0.
        (
            3,
            23,
            0x0403,
            |der| der[2..].to_vec(),
            Some(Error::BadSignature),
        ),
        (
            3,
            23,
            0x0403,
            |der| [&der[..], &[0]].concat(),
            Some(Error::BadSignature),
        ),
        (3, 23, 0x0403, |_| Vec::new(), Some(Error::BadSignature)),
        (3, 23, 0x0403, zero, Some(Error::BadSignature)),
    ];
    for (curve_type, curve, algorithm, change, error) in cases {
        let (mut pair, _) = at(At::ClientAwaitsServerKeyExchange);
        let seq = pair.target().next_receive_seq();
        let randoms = &pair.client.workspace.as_ref().unwrap().coming.randoms;
        let signature = change(der(&signed(SERVER, &params_digest(randoms, &point(9)))));
        let body = key_exchange(&params(curve_type, curve), algorithm, &signature);
        let expected = error.map_or(Reaction::Taken, Reaction::Fatal);
        let reaction = pair.inject(&handshake(12, seq, &body));
        assert_eq!(reaction, expected, "{curve_type} {curve} {algorithm:x}");
    }
}

/// A ServerKeyExchange is signed for one handshake: that of another says nothing, nor does the
/// signature of another key.
#[test]
fn a_server_key_exchange_is_good_for_one_handshake() {
    let (_, next) = at(At::ClientAwaitsServerKeyExchange);
    let other = pair_of(
        client_config(Kind::Raw, Kind::Raw),
        server_config(Kind::Raw, Kind::Raw),
    );
    let mut other = other;
    other.client = end(client_config(Kind::Raw, Kind::Raw), 77);
    let (mut pair, _) = at_with(other, At::ClientAwaitsServerKeyExchange);
    let reaction = pair.inject(&next[0]);
    assert_eq!(reaction, Reaction::Fatal(Error::BadSignature));
    let (mut pair, _) = at(At::ClientAwaitsServerKeyExchange);
    let seq = pair.target().next_receive_seq();
    let randoms = &pair.client.workspace.as_ref().unwrap().coming.randoms;
    let by_client = signed(CLIENT, &params_digest(randoms, &point(9)));
    let body = octets(|sink| emit(&point(9), &by_client, sink));
    let reaction = pair.inject(&handshake(12, seq, &body));
    assert_eq!(reaction, Reaction::Fatal(Error::BadSignature));
}

/// Bug class 17 at the server: CertificateVerify.
#[test]
fn certificate_verifies() {
    let bad = Error::BadSignature;
    for (algorithm, number, is_of_this, error) in [
        (0x0403, CLIENT, true, None),
        (0x0401, CLIENT, true, Some(Error::IllegalParameter)),
        (0x0203, CLIENT, true, Some(Error::IllegalParameter)),
        (0x0503, CLIENT, true, Some(Error::IllegalParameter)),
        // Another's signature; one of other messages.
        (0x0403, SERVER, true, Some(bad)),
        (0x0403, CLIENT, false, Some(bad)),
    ] {
        let (mut pair, _) = at(At::ServerAwaitsCertificateVerify);
        let seq = pair.target().next_receive_seq();
        let workspace = pair.server.workspace.as_mut().unwrap();
        let mut digest = workspace.handshake.common().transcript.digest();
        digest[31] ^= u8::from(!is_of_this);
        let signature = der(&signed(number, &digest));
        let body = key_exchange(&[], algorithm, &signature);
        let expected = error.map_or(Reaction::Taken, Reaction::Fatal);
        let reaction = pair.inject(&handshake(15, seq, &body));
        assert_eq!(reaction, expected, "{algorithm:x} {number} {is_of_this}");
    }
}

/// RFC 5246 7.4.4: what the server can verify. A client that cannot sign so shows nothing.
#[test]
fn certificate_requests() {
    let (shows, empty, decode) = (Ok(true), Ok(false), Err(Error::Decode));
    let cases: [(&[u8], Result<bool, Error>); 12] = [
        (&[1, 64, 0, 2, 4, 3, 0, 0], shows),
        (&[2, 1, 64, 0, 4, 4, 1, 4, 3, 0, 5, 0, 3, 1, 2, 3], shows),
        // No ecdsa_sign; no ecdsa with SHA-256.
        (&[1, 1, 0, 2, 4, 3, 0, 0], empty),
        (&[1, 64, 0, 4, 4, 1, 5, 3, 0, 0], empty),
        // Empty lists, half an algorithm, names that are empty or too short, octets behind.
        (&[0, 0, 2, 4, 3, 0, 0], decode),
        (&[1, 64, 0, 0, 0, 0], decode),
        (&[1, 64, 0, 3, 4, 3, 4, 0, 0], decode),
        (&[1, 64, 0, 2, 4, 3, 0, 2, 0, 0], decode),
        (&[1, 64, 0, 2, 4, 3, 0, 2, 0, 1], decode),
        (&[1, 64, 0, 2, 4, 3, 0, 0, 0], decode),
        (&[1, 64, 0, 2, 4, 3], decode),
        (&[], decode),
    ];
    for (body, expected) in cases {
        let (mut pair, next) = at(At::ClientAwaitsRequest);
        let seq = pair.target().next_receive_seq();
        let reaction = pair.inject(&handshake(13, seq, body));
        let is_shown = match expected {
            Ok(is_shown) => is_shown,
            Err(error) => {
                assert_eq!(reaction, Reaction::Fatal(error), "{body:?}");
                continue;
            }
        };
        assert_eq!(reaction, Reaction::Taken, "{body:?}");
        let flight = records(&to(&mut pair.client, [next[1].clone()]).concat());
        let types: Vec<u8> = flight.iter().take(3).map(|record| record[13]).collect();
        if is_shown {
            assert_eq!(types, [11, 16, 15], "{body:?}");
        } else {
            assert_eq!(
                (types, &flight[0][25..]),
                (std::vec![11, 16, 1], &[0, 0, 0][..])
            );
        }
    }
}

/// Bug classes 9 and 16: nothing, or something of another type, in place of what was agreed on.
#[test]
fn certificates_of_another_type() {
    let raw = |number| [&[0, 0, 91][..], info(number)].concat();
    let listed = |leaf: &[u8]| {
        let length = leaf.len() as u32;
        octets(|sink| {
            sink.u24(length + 3);
            sink.u24(length);
            sink.put(leaf);
        })
    };
    let empty = std::vec![0, 0, 0];
    let (decode, unknown) = (Error::Decode, Error::UnknownKey);
    for (kind, state, body, error) in [
        (Kind::Raw, At::ClientAwaitsCertificate, &empty, decode),
        (
            Kind::Certificate,
            At::ClientAwaitsCertificate,
            &empty,
            decode,
        ),
        (
            Kind::Raw,
            At::ServerAwaitsCertificate,
            &empty,
            Error::CertificateMissing,
        ),
        (
            Kind::Certificate,
            At::ServerAwaitsCertificate,
            &empty,
            Error::CertificateMissing,
        ),
        (
            Kind::Raw,
            At::ClientAwaitsCertificate,
            &listed(server_chain()),
            unknown,
        ),
        (
            Kind::Raw,
            At::ServerAwaitsCertificate,
            &listed(client_chain()),
            unknown,
        ),
        (
            Kind::Certificate,
            At::ClientAwaitsCertificate,
            &raw(SERVER),
            decode,
        ),
        (
            Kind::Certificate,
            At::ServerAwaitsCertificate,
            &raw(CLIENT),
            decode,
        ),
        // A SubjectPublicKeyInfo in a list is no certificate either.
        (
            Kind::Certificate,
            At::ServerAwaitsCertificate,
            &listed(info(CLIENT)),
            Error::BadCertificate,
        ),
        // An entry of no octets.
        (
            Kind::Certificate,
            At::ServerAwaitsCertificate,
            &std::vec![0, 0, 3, 0, 0, 0],
            decode,
        ),
    ] {
        let (mut pair, _) = at_with(pair(kind, kind), state);
        let seq = pair.target().next_receive_seq();
        let reaction = pair.inject(&handshake(11, seq, body));
        assert_eq!(reaction, Reaction::Fatal(error), "{kind:?} {state:?}");
    }
}
