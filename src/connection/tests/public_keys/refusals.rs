//! Who does not get in: each with the error at the end that refuses, and the alert that the other
//! hears (docs/profile.md).

use std::vec::Vec;

use super::certificates::{
    Certificate, chain, client_leaf, dns_name, extended_key_usage, filler, key_usage, other_root,
    server_leaf, uri,
};
use super::*;
use crate::alert::AlertDescription;
use crate::connection::Want;
use crate::connection::tests::craft::records;
use crate::connection::tests::pair::to;
use crate::error::Error;
use crate::host::Direction;

/// The client, or the server, ends the handshake.
#[track_caller]
pub(super) fn assert_refused(pair: &mut Pair, by_client: bool, error: Error, alert: u8) {
    assert!(!pair.complete());
    let (refusing, other) = match by_client {
        true => (&pair.client, &pair.server),
        false => (&pair.server, &pair.client),
    };
    assert_eq!(refusing.error, Some(error));
    let alert = AlertDescription(alert);
    let said = refusing.connection.last_alert();
    assert_eq!(said, Some((alert, Direction::Sent)));
    assert_eq!(other.error, Some(Error::PeerAlert(alert)));
    let heard = other.connection.last_alert();
    assert_eq!(heard, Some((alert, Direction::Received)));
    assert!(!refusing.is_connected() && !other.is_connected());
}

/// Two ends that show certificates, of which one shows this chain.
fn showing(is_client: bool, chain: &'static [u8]) -> Pair {
    let mut client = client_config(Kind::Certificate, Kind::Certificate);
    let mut server = server_config(Kind::Certificate, Kind::Certificate);
    let config = if is_client { &mut client } else { &mut server };
    // What is no certificate of use would not be taken of the application.
    config.public_keys.chain = Some(chain);
    pair_of(client, server)
}

/// The leaf of one end.
fn leaf(is_client: bool) -> Certificate {
    if is_client {
        client_leaf()
    } else {
        server_leaf()
    }
}

#[track_caller]
fn assert_chain_refused(is_client: bool, chain: &'static [u8], error: Error, alert: u8) {
    assert_refused(&mut showing(is_client, chain), !is_client, error, alert);
}

#[test]
fn unknown_raw_public_keys() {
    for is_client in [true, false] {
        let mut client = client_config(Kind::Raw, Kind::Raw);
        let mut server = server_config(Kind::Raw, Kind::Raw);
        let config = if is_client { &mut client } else { &mut server };
        show(config, 9, None);
        let mut pair = pair_of(client, server);
        assert_refused(&mut pair, !is_client, Error::UnknownKey, 40);
    }
}

/// RFC 7250 4.2: the server ends it, and nothing was negotiated yet.
#[test]
fn no_common_type_of_certificate() {
    for (client, server) in [
        // Of the server's key, then of the client's; and a client without any.
        (
            (Kind::Raw, Kind::Nothing),
            (Kind::Certificate, Kind::Nothing),
        ),
        (
            (Kind::Certificate, Kind::Nothing),
            (Kind::Raw, Kind::Nothing),
        ),
        ((Kind::Raw, Kind::Certificate), (Kind::Raw, Kind::Raw)),
        ((Kind::Raw, Kind::Raw), (Kind::Raw, Kind::Certificate)),
        ((Kind::Raw, Kind::Nothing), (Kind::Raw, Kind::Raw)),
    ] {
        let client = client_config(client.0, client.1);
        let mut pair = pair_of(client, server_config(server.0, server.1));
        assert_refused(&mut pair, false, Error::UnsupportedCertificate, 43);
    }
}

/// Bug class 9: "a required client certificate left empty".
#[test]
fn no_client_certificate() {
    for server in [Kind::Raw, Kind::Certificate] {
        let client = client_config(server, Kind::Nothing);
        let mut pair = pair_of(client, server_config(server, Kind::Certificate));
        assert_refused(&mut pair, false, Error::CertificateMissing, 40);
    }
}

#[test]
fn unknown_anchors() {
    for is_client in [true, false] {
        // Another name; the same name, but another key.
        let mut stranger = leaf(is_client);
        stranger.issuer = ("another root", 100);
        assert_chain_refused(is_client, stranger.make(), Error::UnknownCa, 48);
        stranger.issuer = ("root", 101);
        assert_chain_refused(is_client, stranger.make(), Error::UnknownCa, 48);
        let with_root = Vec::leak([stranger.make(), other_root()].concat());
        assert_chain_refused(is_client, with_root, Error::UnknownCa, 48);
    }
}

/// Bug class 50.
#[test]
fn names() {
    let named = |name: &[u8]| Certificate::leaf("server.example", SERVER).with(dns_name(name));
    for name in [
        &b"other.example"[..],
        b"*.example",
        b"server.example\0.evil",
        b"a.server.example",
        b"example",
    ] {
        assert_chain_refused(false, named(name).make(), Error::CertificateName, 42);
    }
    // Without a subjectAltName the CN counts, unless that is switched off.
    let by_common_name = Certificate::leaf("server.example", SERVER).make();
    let mut pair = showing(false, by_common_name);
    assert_connects(&mut pair);
    let mut pair = showing(false, by_common_name);
    pair.client.config.set_common_name(false);
    assert_refused(&mut pair, true, Error::CertificateName, 42);
}

#[test]
fn dates() {
    for is_client in [true, false] {
        let expired = leaf(is_client).valid("200101000000Z", "251231235959Z");
        let (expiry, alert) = (Error::CertificateExpired, 45);
        assert_chain_refused(is_client, expired.make(), expiry, alert);
        let early = leaf(is_client).valid("260101000001Z", "300101000000Z");
        let too_early = Error::CertificateNotYetValid;
        assert_chain_refused(is_client, early.make(), too_early, alert);
        // The same of what stands above it.
        let a = Certificate::authority("a", 11).valid("200101000000Z", "251231235959Z");
        let below = chain(&[leaf(is_client).by(&a), a]);
        assert_chain_refused(is_client, below, expiry, alert);
        // To the second.
        let until_now = leaf(is_client).valid("260101000000Z", "260101000000Z");
        assert_connects(&mut showing(is_client, until_now.make()));
    }
}

/// A clock that has no time is no leave to go without.
#[test]
fn a_clock_without_a_time() {
    for is_client in [true, false] {
        let mut pair = pair(Kind::Certificate, Kind::Certificate);
        let end = if is_client {
            &mut pair.client
        } else {
            &mut pair.server
        };
        end.host.unix_time = None;
        assert_refused(&mut pair, is_client, Error::Callback, 80);
    }
}

/// Bug class 50: who may certify, and what for.
#[test]
fn certificates_that_must_not_be_used_so() {
    for is_client in [true, false] {
        let below = |authority: Certificate| {
            let leaf = leaf(is_client).by(&authority);
            assert_chain_refused(
                is_client,
                chain(&[leaf, authority]),
                Error::BadCertificate,
                42,
            );
        };
        // A CA without keyCertSign, leaves, one that says so and one that says nothing.
        let ca = |usage| {
            let ca = Certificate::leaf("a", 11).with(certificates::basic_constraints(true));
            ca.with(key_usage(usage))
        };
        below(ca(0x80));
        let leaf_as_ca = Certificate::leaf("a", 11);
        below(leaf_as_ca.clone());
        below(leaf_as_ca.clone().with(key_usage(0x04)));
        below(leaf_as_ca.with(certificates::basic_constraints(false)));
        // A leaf that must not sign; one for the other role.
        let unable = leaf(is_client).with(key_usage(0x08));
        assert_chain_refused(is_client, unable.make(), Error::BadCertificate, 42);
        let role = |purpose| leaf(is_client).with(extended_key_usage(purpose)).make();
        let (own, other) = if is_client { (2, 1) } else { (1, 2) };
        assert_chain_refused(is_client, role(other), Error::BadCertificate, 42);
        assert_connects(&mut showing(is_client, role(own)));
        // Order; a signature on the path that is wrong.
        let (a, b) = (
            Certificate::authority("a", 11),
            Certificate::authority("b", 12),
        );
        let b = b.by(&a);
        let wrong_order = chain(&[leaf(is_client).by(&b), a.clone(), b.clone()]);
        assert_chain_refused(is_client, wrong_order, Error::BadCertificate, 42);
        let mut forged = b.clone();
        forged.issuer = ("a", 14);
        let forged = chain(&[leaf(is_client).by(&b), forged, a]);
        assert_chain_refused(is_client, forged, Error::BadCertificate, 42);
        // An extension that is critical, and nobody knows what it says.
        let unknown = leaf(is_client).with(filler(5, true));
        let error = Error::UnsupportedCertificate;
        assert_chain_refused(is_client, unknown.make(), error, 43);
    }
}

/// The key of another's certificate, or another's raw public key: nobody has the private key.
#[test]
fn keys_of_others() {
    for kind in [Kind::Raw, Kind::Certificate] {
        for is_client in [true, false] {
            let mut pair = pair(kind, kind);
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            let key = PrivateKey::new(private_key(9)).unwrap();
            end.config.set_private_key(key);
            assert_refused(&mut pair, !is_client, Error::BadSignature, 51);
        }
    }
}

/// Each octet of the signatures counts, and of what they sign.
#[test]
fn altered_signatures() {
    for (number, from_client) in [(12, false), (15, true)] {
        for altered in 0..3 {
            let mut pair = pair(Kind::Raw, Kind::Raw);
            let hello = to(&mut pair.client, []);
            let request = to(&mut pair.server, hello);
            let hello = to(&mut pair.client, request);
            let mut flight = to(&mut pair.server, hello);
            if from_client {
                flight = to(&mut pair.client, flight);
            }
            let mut pieces = records(&flight.concat());
            let is_it = |record: &&mut Vec<u8>| record[0] == 22 && record[13] == number;
            let signed = pieces.iter_mut().find(is_it).unwrap();
            let length = signed.len();
            // In s, in r, and for ServerKeyExchange in the point.
            let place = match (altered, number) {
                (0, _) => length - 1,
                (1, _) => length - 40,
                (_, 12) => 25 + 30,
                _ => length - 10,
            };
            signed[place] ^= 1;
            let end = if from_client {
                &mut pair.server
            } else {
                &mut pair.client
            };
            end.inbox.extend([pieces.concat()]);
            assert_refused(&mut pair, !from_client, Error::BadSignature, 51);
        }
    }
}

/// The application may refuse whom the library would let in.
#[test]
fn the_application_refuses() {
    for (kind, error, alert) in [
        (Kind::Certificate, Error::CertificateRefused, 49),
        (Kind::Raw, Error::KeyRefused, 40),
    ] {
        for by_client in [true, false] {
            let mut pair = pair(kind, kind);
            let end = if by_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            end.host.refuses_peers = true;
            assert_refused(&mut pair, by_client, error, alert);
            let end = if by_client {
                &pair.client
            } else {
                &pair.server
            };
            assert_eq!(end.host.asked.len(), 1);
        }
    }
}

/// Nothing is sent, and nothing is lost: with a name it goes on.
#[test]
fn a_client_of_certificates_needs_a_name() {
    let mut pair = pair(Kind::Certificate, Kind::Nothing);
    pair.client.config.server_name = None;
    let expected = Err(Error::NoServerName);
    assert_eq!(pair.client.step(Want::Handshake), expected);
    assert_eq!(pair.client.step(Want::Handshake), expected);
    assert!(pair.client.host.sent.is_empty());
    assert_eq!(pair.client.host.random_calls, 0);
    pair.client.config.set_server_name(NAME).unwrap();
    assert_connects(&mut pair);
}

/// Requirement 5.3-8.
#[test]
fn a_client_without_an_eui64() {
    let require = |mut pair: Pair| {
        pair.server.config.set_eui64_required(true).unwrap();
        pair
    };
    let nameless = Certificate::leaf("a device", CLIENT);
    let urn = nameless.clone().with(uri(b"urn:dev:mac:001122334455"));
    for without in [nameless, urn] {
        assert_connects(&mut showing(true, without.make()));
        let mut pair = require(showing(true, without.make()));
        assert_refused(&mut pair, false, Error::CertificateName, 42);
    }
    assert_connects(&mut require(pair(Kind::Certificate, Kind::Certificate)));
    let by_common_name = Certificate::leaf("00-11-22-33-AA-BB-CC-FF", CLIENT);
    assert_connects(&mut require(showing(true, by_common_name.make())));
}
