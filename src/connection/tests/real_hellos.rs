//! ClientHellos of real programs, as `tests/hellos/capture.py` has caught them, at the server: 49
//! suites, every extension, and nothing in the answer but what the profile knows.

use std::vec::Vec;

use super::craft::records;
use super::end::End;
use super::pair::to;
use crate::config::Config;
use crate::error::Error;

/// The datagram in a file, behind the line that says how it was made.
fn datagram(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .concat()
        .into_bytes();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// What a ClientHello offers: suites and extensions.
fn offered(datagram: &[u8]) -> (Vec<u16>, Vec<u16>) {
    let body = &datagram[25..];
    let mut at = 34;
    at += 1 + usize::from(body[at]);
    at += 1 + usize::from(body[at]);
    let number = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
    let end = at + 2 + usize::from(number(at));
    let suites = (at + 2..end).step_by(2).map(number).collect();
    at = end + 1 + usize::from(body[end]);
    at += 2;
    let mut extensions = Vec::new();
    while at < body.len() {
        extensions.push(number(at));
        at += 4 + usize::from(number(at + 2));
    }
    (suites, extensions)
}

/// The ServerHello to it: suite, compression method, extensions.
fn answer(config: Config<'static>, hello: &[u8]) -> Result<(u16, u8, Vec<u16>), Error> {
    let mut server = End::new(config, 2);
    server.config.set_cookie(false).unwrap();
    let flight = to(&mut server, [hello.to_vec()]);
    if let Some(error) = server.error {
        let alert = error.alert().map(|alert| alert.0);
        assert_eq!(flight[0][13..], [2, alert.unwrap()]);
        return Err(error);
    }
    let record = records(&flight[0]).remove(0);
    let body = &record[25..];
    assert_eq!((record[13], &body[..2]), (2, &[0xFE, 0xFD][..]));
    assert_eq!(body[34], 0, "no session is kept");
    let mut extensions = Vec::new();
    let mut rest = &body[40..];
    while let [a, b, high, low, following @ ..] = rest {
        extensions.push(u16::from_be_bytes([*a, *b]));
        rest = &following[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    let suite = u16::from_be_bytes([body[35], body[36]]);
    Ok((suite, body[37], extensions))
}

const PSK: u16 = 0xC0A8;

const HELLOS: [(&str, &str); 6] = [
    ("openssl", include_str!("../../../tests/hellos/openssl.hex")),
    (
        "openssl-ecdsa",
        include_str!("../../../tests/hellos/openssl-ecdsa.hex"),
    ),
    (
        "libcoap-openssl",
        include_str!("../../../tests/hellos/libcoap-openssl.hex"),
    ),
    (
        "libcoap-gnutls",
        include_str!("../../../tests/hellos/libcoap-gnutls.hex"),
    ),
    ("gnutls", include_str!("../../../tests/hellos/gnutls.hex")),
    (
        "dtls-1.0",
        include_str!("../../../tests/hellos/dtls-1.0.hex"),
    ),
];

/// Requirements 7-4, 8-1 and 14-1: no compression, no ticket, no encrypt_then_mac, no truncated_hmac,
/// and nothing else that the profile does not know, whatever the client offers.
#[test]
fn only_what_the_profile_knows_is_answered() {
    let mut seen = Vec::new();
    for (name, text) in HELLOS {
        let hello = datagram(text);
        let (suites, extensions) = offered(&hello);
        seen.extend_from_slice(&extensions);
        let answered = answer(End::server_config(), &hello);
        if name == "dtls-1.0" {
            assert_eq!(answered, Err(Error::ProtocolVersion));
            continue;
        }
        if !suites.contains(&PSK) {
            assert_eq!(answered, Err(Error::HandshakeFailure), "{name}");
            continue;
        }
        let (suite, compression, answers) = answered.unwrap();
        assert_eq!((suite, compression), (PSK, 0), "{name}");
        // extended_master_secret, renegotiation_info, and max_fragment_length where it is asked for.
        let expected: Vec<u16> = [1, 23, 0xFF01]
            .into_iter()
            .filter(|number| *number == 0xFF01 || extensions.contains(number))
            .collect();
        assert_eq!(answers, expected, "{name}");
    }
    let libcoap = datagram(include_str!("../../../tests/hellos/libcoap-openssl.hex"));
    assert_eq!(offered(&libcoap).0.len(), 49);
    // The fixtures do offer what must not be answered: OCSP, SRTP, heartbeat, ALPN,
    // encrypt_then_mac, SessionTicket.
    for number in [5, 14, 15, 16, 22, 35] {
        assert!(seen.contains(&number), "{number}");
    }
}

/// With public keys: a client that says nothing of certificate types wants X.509.
#[cfg(feature = "rpk")]
#[test]
fn a_client_of_x509_alone_and_a_server_of_raw_keys_alone() {
    use super::raw_keys::raw_config;
    use crate::config::Role;

    for (name, text) in HELLOS {
        let (suites, _) = offered(&datagram(text));
        if name == "dtls-1.0" {
            continue;
        }
        let answered = answer(raw_config(Role::Server, 2, 1), &datagram(text));
        let expected = match suites.contains(&0xC0AE) {
            true => Err(Error::UnsupportedCertificate),
            false => Err(Error::HandshakeFailure),
        };
        assert_eq!(answered, expected, "{name}");
    }
}

/// A server with a certificate, and one with either: the suite is the profile's, and so is what is
/// answered.
#[cfg(feature = "x509")]
#[test]
fn a_server_with_a_certificate() {
    use crate::config::{ClientAuth, Role};

    const CHAIN: &[u8] = include_bytes!("../../../tests/certificates/leaf-a.der");
    for (name, text) in HELLOS {
        let hello = datagram(text);
        let (suites, extensions) = offered(&hello);
        if !suites.contains(&0xC0AE) {
            continue;
        }
        let mut config = Config::new(Role::Server);
        config.set_certificate(CHAIN).unwrap();
        config.set_signer();
        config.set_client_auth(ClientAuth::None).unwrap();
        let mut server = End::new(config, 2);
        server.host.signing_keys.push([7; 32]);
        server.config.set_cookie(false).unwrap();
        let flight = to(&mut server, [hello]);
        assert_eq!(server.error, None, "{name}");
        let body = &records(&flight[0])[0][25..];
        assert_eq!(body[35..38], [0xC0, 0xAE, 0], "{name}");
        let mut rest = &body[40..];
        while let [a, b, high, low, following @ ..] = rest {
            let number = u16::from_be_bytes([*a, *b]);
            assert!([1, 11, 23, 0xFF01].contains(&number), "{name} {number}");
            assert!(number == 0xFF01 || extensions.contains(&number), "{name}");
            rest = &following[usize::from(u16::from_be_bytes([*high, *low]))..];
        }
    }
}
