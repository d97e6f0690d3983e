//! What stands in the hellos, offered or not, right or wrong.

use std::vec::Vec;

use super::craft::{
    client_hello, extension, handshake, hello_verify_request, octets, server_hello,
    server_hello_with,
};
use super::end::End;
use super::pair::{At, Pair, Reaction, to};
use crate::alert::AlertDescription;
use crate::config::MaxFragmentLength;
use crate::error::Error;

/// A client that has asked for MFL 512 or not, and for a name or not, gets this ServerHello.
fn client_gets(asks: bool, body: &[u8]) -> Reaction {
    let mut client = End::client(1);
    if asks {
        let length = MaxFragmentLength::from_octets(512);
        client.config.set_max_fragment_length(length).unwrap();
        client.config.set_server_name(b"coap.example").unwrap();
    }
    let mut pair = Pair::of(client, End::server(2));
    pair.client.pump();
    pair.inject(&handshake(2, 0, body))
}

/// Bug classes 13 and 44: each extension in ServerHello, asked for or not, empty, doubled,
/// over-long or with a value that is not allowed.
#[test]
fn extensions_of_server_hello() {
    let (taken, decode) = (Ok(()), Err(Error::Decode));
    let (illegal, failure) = (Err(Error::IllegalParameter), Err(Error::HandshakeFailure));
    let unsupported = Err(Error::UnsupportedExtension);
    type Expected = Result<(), Error>;
    let cases: [(u16, &[u8], Expected, Expected); 21] = [
        // Number, content, for a client that has asked for all it can, for one that has not.
        (0, &[], taken, unsupported),
        (0, &[0], decode, unsupported),
        (1, &[1], taken, unsupported),
        // RFC 6066 section 4: "If a client receives a maximum fragment length negotiation response
        // that differs from the length it requested, it MUST abort the handshake with an
        // "illegal_parameter" alert."
        (1, &[2], illegal, unsupported),
        (1, &[0], illegal, unsupported),
        (1, &[5], illegal, unsupported),
        (1, &[], decode, decode),
        (1, &[1, 1], decode, decode),
        (23, &[], taken, taken),
        (23, &[0], decode, decode),
        (0xFF01, &[0], taken, taken),
        (0xFF01, &[1, 9], failure, failure),
        (0xFF01, &[], decode, decode),
        (0xFF01, &[0, 0], decode, decode),
        (0xFF01, &[9, 0], decode, decode),
        // encrypt_then_mac, truncated_hmac, session_ticket, heartbeat, ec_point_formats, and one
        // that nobody knows.
        (22, &[], unsupported, unsupported),
        (4, &[], unsupported, unsupported),
        (35, &[], unsupported, unsupported),
        (15, &[1], unsupported, unsupported),
        (11, &[1, 0], unsupported, unsupported),
        (0x5A5A, &[1, 2, 3], unsupported, unsupported),
    ];
    let reaction = |expected| match expected {
        Ok(()) => Reaction::Taken,
        Err(error) => Reaction::Fatal(error),
    };
    for (number, content, asked, not_asked) in cases {
        let one = extension(number, content);
        let doubled = [one.clone(), one.clone()].concat();
        let case = std::format!("extension {number} {content:?}");
        let body = server_hello_with(&one);
        assert_eq!(client_gets(true, &body), reaction(asked), "{case}");
        assert_eq!(client_gets(false, &body), reaction(not_asked), "{case}");
        // RFC 5246 7.4.1.4: "There MUST NOT be more than one extension of the same type."
        let body = server_hello_with(&doubled);
        assert_eq!(client_gets(true, &body), reaction(decode), "doubled {case}");
        // Its length runs past the list.
        let mut longer = one.clone();
        longer[3] += 1;
        let body = server_hello_with(&longer);
        assert_eq!(client_gets(true, &body), reaction(decode), "long {case}");
    }
    assert_eq!(client_gets(true, &server_hello_with(&[])), Reaction::Taken);
}

/// Bug class 13: version, suite and compression that were not offered.
#[test]
fn fields_of_server_hello() {
    let illegal = Reaction::Fatal(Error::IllegalParameter);
    let version = Reaction::Fatal(Error::ProtocolVersion);
    // Where, which octets, and what then.
    let cases: [(usize, [u8; 2], Reaction); 9] = [
        (0, [0xFE, 0xFF], version),
        (0, [0xFE, 0xFC], version),
        (0, [0x03, 0x03], version),
        // TLS_PSK_WITH_AES_128_CBC_SHA, TLS_NULL_WITH_NULL_NULL, the SCSV, one with ECDHE.
        (35, [0x00, 0x8C], illegal),
        (35, [0x00, 0x00], illegal),
        (35, [0x00, 0xFF], illegal),
        (35, [0xC0, 0xAE], illegal),
        (35, [0xC0, 0xA8], Reaction::Taken),
        (36, [0xA8, 0x01], illegal),
    ];
    for (at, value, expected) in cases {
        let mut body = server_hello(&[]);
        body[at..at + 2].copy_from_slice(&value);
        assert_eq!(client_gets(false, &body), expected, "{at} {value:?}");
    }
}

/// A server without a cookie gate gets this ClientHello.
fn server_gets(body: &[u8]) -> (Reaction, Pair) {
    let mut pair = Pair::at(At::ServerListens);
    pair.server.config.set_cookie(false).unwrap();
    let reaction = pair.inject(&handshake(1, 0, body));
    (reaction, pair)
}

/// Bug classes 43 and 44 at the server. What it does not know it passes over.
#[test]
fn extensions_of_client_hello() {
    let (taken, decode) = (Reaction::Taken, Reaction::Fatal(Error::Decode));
    let cases: [(u16, &[u8], Reaction); 16] = [
        (0, &[0, 4, 0, 0, 1, b'a'], taken),
        (0, &[], decode),
        (0, &[0, 0], decode),
        (0, &[0, 4, 0, 0, 2, b'a'], decode),
        (1, &[1], taken),
        (1, &[4], taken),
        (1, &[0], Reaction::Fatal(Error::IllegalParameter)),
        (1, &[5], Reaction::Fatal(Error::IllegalParameter)),
        (1, &[], decode),
        (1, &[1, 2], decode),
        (0xFF01, &[0], taken),
        (0xFF01, &[1, 9], Reaction::Fatal(Error::HandshakeFailure)),
        (0xFF01, &[], decode),
        (0xFF01, &[1], decode),
        (0x5A5A, &[], taken),
        (22, &[1, 2, 3], taken),
    ];
    for (number, content, expected) in cases {
        let one = extension(number, content);
        let case = std::format!("extension {number} {content:?}");
        assert_eq!(server_gets(&client_hello(&[], &one)).0, expected, "{case}");
        let doubled = [one.clone(), one].concat();
        let reaction = server_gets(&client_hello(&[], &doubled)).0;
        assert_eq!(reaction, decode, "doubled {case}");
    }
    // EMS stands in our ClientHello already: here is a second one, and one with content.
    let doubled = client_hello(&[], &extension(23, &[]));
    assert_eq!(server_gets(&doubled).0, decode);
    let mut with_content = client_hello(&[], &[]);
    let length = with_content.len();
    with_content.push(0);
    with_content[length - 1] = 1;
    with_content[length - 5] = 5;
    assert_eq!(server_gets(&with_content).0, decode);
}

/// Bug classes 6 and 43: suites, compression and version of a ClientHello.
#[test]
fn fields_of_client_hello() {
    let hello = |version: u16, suites: &[u8], compression: &[u8]| {
        octets(|sink| {
            sink.u16(version);
            sink.put(&[1; 32]);
            sink.vector8(&[]);
            sink.vector8(&[]);
            sink.vector16(suites);
            sink.vector8(compression);
        })
    };
    let cases: [(u16, &[u8], &[u8], Reaction); 10] = [
        (0xFEFD, &[0xC0, 0xA8], &[0], Reaction::Taken),
        (0xFEFC, &[0xC0, 0xA8], &[1, 0], Reaction::Taken),
        (
            0xFEFD,
            &[0, 0x8C, 0, 0xA8],
            &[0],
            Reaction::Fatal(Error::HandshakeFailure),
        ),
        // The number of our suite, but across two others.
        (
            0xFEFD,
            &[0, 0xC0, 0xA8, 0],
            &[0],
            Reaction::Fatal(Error::HandshakeFailure),
        ),
        (
            0xFEFD,
            &[0xC0, 0xA8, 0],
            &[0],
            Reaction::Fatal(Error::Decode),
        ),
        (0xFEFD, &[], &[0], Reaction::Fatal(Error::Decode)),
        (0xFEFD, &[0xC0, 0xA8], &[], Reaction::Fatal(Error::Decode)),
        (
            0xFEFD,
            &[0xC0, 0xA8],
            &[1],
            Reaction::Fatal(Error::IllegalParameter),
        ),
        // RFC 7925 section 4 and requirement 18-1: protocol_version to a peer of DTLS 1.0.
        (
            0xFEFF,
            &[0xC0, 0xA8],
            &[0],
            Reaction::Fatal(Error::ProtocolVersion),
        ),
        (
            0x0303,
            &[0xC0, 0xA8],
            &[0],
            Reaction::Fatal(Error::ProtocolVersion),
        ),
    ];
    for (version, suites, compression, expected) in cases {
        let (reaction, mut pair) = server_gets(&hello(version, suites, compression));
        assert_eq!(reaction, expected, "{version:x} {suites:?} {compression:?}");
        if let Reaction::Fatal(error) = expected {
            let alert = pair.server.host.sent.pop_back().unwrap();
            assert_eq!(alert[13..], [2, error.alert().unwrap().0]);
        }
    }
}

/// A DTLS 1.0 peer is asked for a cookie like any other, and only then told: bug class 37.
#[test]
fn a_dtls_1_0_peer_hears_protocol_version() {
    let mut server = End::server(2);
    let mut body = client_hello(&[], &[]);
    body[1] = 0xFF;
    let mut hello = handshake(1, 0, &body);
    hello[2] = 0xFF;
    let request = to(&mut server, [hello]);
    assert_eq!(request[0][13], 3);
    let cookie = request[0][28..].to_vec();
    let mut body = client_hello(&cookie, &[]);
    body[1] = 0xFF;
    let mut hello = handshake(1, 1, &body);
    hello[2] = 0xFF;
    let answer = to(&mut server, [hello]);
    assert_eq!(server.error, Some(Error::ProtocolVersion));
    let alert = AlertDescription::PROTOCOL_VERSION;
    assert_eq!(answer[0][13..], [2, alert.0]);
}

/// Requirement 1-6: HelloVerifyRequest carries any version.
#[test]
fn the_version_of_hello_verify_request_plays_no_part() {
    for version in [[0xFE, 0xFF], [0xFE, 0xFD], [3, 3]] {
        let mut pair = Pair::at(At::ClientAwaitsServerHello);
        let mut body = hello_verify_request(&[8; 20]);
        body[..2].copy_from_slice(&version);
        pair.client.host.sent.clear();
        assert_eq!(pair.inject(&handshake(3, 0, &body)), Reaction::Taken);
        let hello: Vec<u8> = pair.client.host.sent[0].clone();
        assert_eq!(hello[25 + 36..][..20], [8; 20]);
    }
}

/// The switch that refuses a server without RFC 5746.
#[test]
fn secure_renegotiation_can_be_required() {
    for (required, expected) in [
        (false, Reaction::Taken),
        (true, Reaction::Fatal(Error::HandshakeFailure)),
    ] {
        let mut client = End::client(1);
        let switched = client.config.set_secure_renegotiation_required(required);
        assert!(switched.is_ok());
        let mut pair = Pair::of(client, End::server(2));
        pair.client.pump();
        let without = server_hello_with(&extension(23, &[]));
        assert_eq!(pair.inject(&handshake(2, 0, &without)), expected);
    }
}
