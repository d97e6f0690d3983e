//! What the hellos say about public keys, offered or not, right or wrong.

use std::vec::Vec;

use super::*;
use crate::config::ClientAuth;
use crate::connection::tests::craft::{extension, handshake, octets};
use crate::connection::tests::pair::{Reaction, to};
use crate::connection::tests::puppet::messages;
use crate::credential::Psk;
use crate::error::Error;
use crate::wire::server_hello::ServerHello;

const GROUPS: (u16, &[u8]) = (10, &[0, 2, 0, 23]);
const FORMATS: (u16, &[u8]) = (11, &[1, 0]);
const ALGORITHMS: (u16, &[u8]) = (13, &[0, 2, 4, 3]);

type Extensions<'a> = &'a [(u16, &'a [u8])];

fn list(extensions: Extensions<'_>) -> Vec<u8> {
    let all = extensions.iter();
    all.flat_map(|(number, content)| extension(*number, content))
        .collect()
}

fn client_hello(suites: &[u8], extensions: Extensions<'_>) -> Vec<u8> {
    octets(|sink| {
        sink.u16(0xFEFD);
        sink.put(&[0xC1; 32]);
        sink.vector8(&[]);
        sink.vector8(&[]);
        sink.vector16(suites);
        sink.vector8(&[0]);
        sink.vector16(&list(extensions));
    })
}

/// The suite, and the extensions.
type Answer = (u16, Vec<(u16, Vec<u8>)>);

/// What a server answers that asks for no cookie.
fn answer(
    config: &Config<'static>,
    suites: &[u8],
    extensions: Extensions<'_>,
) -> Result<Answer, Error> {
    let mut config = config.clone();
    config.set_cookie(false).unwrap();
    let mut server = end(config, 2);
    let hello = handshake(1, 0, &client_hello(suites, extensions));
    let flight = to(&mut server, [hello]);
    if let Some(error) = server.error {
        let alert = error.alert().unwrap();
        assert_eq!(flight[0][13..], [2, alert.0]);
        return Err(error);
    }
    let message = messages(&flight).remove(0);
    let hello = ServerHello::parse(&message[12..]).unwrap();
    let extensions = hello.extensions.iter();
    let extensions = extensions.map(|(number, content)| (number.0, content.to_vec()));
    Ok((hello.cipher_suite, extensions.collect()))
}

const ECDHE: &[u8] = &[0xC0, 0xAE];

/// RFC 8422 5.1 and 5.2, RFC 5246 7.4.1.4.1; bug classes 43 and 44.
#[test]
fn groups_formats_and_algorithms_of_a_client() {
    let config = server_config(Kind::Certificate, Kind::Nothing);
    let (decode, failure) = (Err(Error::Decode), Err(Error::HandshakeFailure));
    let illegal = Err(Error::IllegalParameter);
    let cases: [(Extensions<'_>, Result<(), Error>); 21] = [
        (&[GROUPS, FORMATS, ALGORITHMS], Ok(())),
        // Who says nothing of groups and formats takes them all.
        (&[ALGORITHMS], Ok(())),
        (&[GROUPS, ALGORITHMS], Ok(())),
        (&[(10, &[0, 4, 0, 29, 0, 23]), ALGORITHMS], Ok(())),
        (&[(11, &[3, 2, 1, 0]), GROUPS, ALGORITHMS], Ok(())),
        (&[GROUPS, FORMATS, (13, &[0, 4, 4, 1, 4, 3])], Ok(())),
        // Who says nothing of algorithms means SHA-1.
        (&[GROUPS, FORMATS], failure),
        (&[GROUPS, FORMATS, (13, &[0, 4, 4, 1, 2, 3])], failure),
        // Across two others.
        (&[GROUPS, FORMATS, (13, &[0, 4, 2, 4, 3, 3])], failure),
        (&[(10, &[0, 2, 0, 29]), FORMATS, ALGORITHMS], failure),
        (&[(10, &[0, 4, 1, 0, 23, 0]), FORMATS, ALGORITHMS], failure),
        (&[GROUPS, (11, &[1, 1]), ALGORITHMS], illegal),
        (&[(11, &[1, 1]), ALGORITHMS], failure),
        // Empty, odd, too long, doubled.
        (&[(10, &[0, 0]), ALGORITHMS], decode),
        (&[(10, &[0, 3, 0, 23, 0]), ALGORITHMS], decode),
        (&[(10, &[0, 2, 0, 23, 0]), ALGORITHMS], decode),
        (&[(11, &[0]), ALGORITHMS], decode),
        (&[(13, &[0, 0])], decode),
        (&[(13, &[0, 3, 4, 3, 4])], decode),
        (&[GROUPS, GROUPS, ALGORITHMS], decode),
        (&[ALGORITHMS, ALGORITHMS], decode),
    ];
    for (extensions, expected) in cases {
        let answered = answer(&config, ECDHE, extensions);
        assert_eq!(answered.clone().map(|_| ()), expected, "{extensions:?}");
        if let Ok((suite, answers)) = answered {
            assert_eq!(suite, 0xC0AE);
            // The formats are answered to who has said his, and nothing else is.
            let has_formats = extensions.iter().any(|(number, _)| *number == 11);
            let expected: &[_] = &[(11, std::vec![1, 0])];
            assert_eq!(answers, expected[..usize::from(has_formats)]);
        }
    }
}

/// Bug class 13: only what was offered is chosen. A pre-shared key serves whom public keys do not.
#[test]
fn suites_of_a_client() {
    let keys = server_config(Kind::Certificate, Kind::Nothing);
    let mut both = keys.clone();
    both.set_psk(Psk::new(b"device", &[7; 16]).unwrap());
    let suite = |config, suites: &[u8], extensions| {
        answer(config, suites, extensions).map(|(suite, _)| suite)
    };
    let all: Extensions<'_> = &[GROUPS, FORMATS, ALGORITHMS];
    let two: &[u8] = &[0xC0, 0xA8, 0xC0, 0xAE];
    assert_eq!(suite(&keys, two, all), Ok(0xC0AE));
    assert_eq!(suite(&both, two, all), Ok(0xC0AE));
    let failure = Err(Error::HandshakeFailure);
    for other in [&[0xC0, 0xA8][..], &[0xC0, 0xAC], &[0, 0xC0, 0xAE, 0]] {
        assert_eq!(suite(&keys, other, all), failure, "{other:?}");
    }
    assert_eq!(suite(&both, &[0xC0, 0xA8], all), Ok(0xC0A8));
    assert_eq!(suite(&both, two, &[GROUPS, FORMATS]), Ok(0xC0A8));
    let raw_only: Extensions<'_> = &[ALGORITHMS, (20, &[1, 2])];
    assert_eq!(suite(&both, two, raw_only), Ok(0xC0A8));
    assert_eq!(
        suite(&both, ECDHE, raw_only),
        Err(Error::UnsupportedCertificate)
    );
}

/// RFC 7250 section 4: both types, each by itself.
#[test]
fn certificate_types_of_a_client() {
    use Kind::{Certificate as Cert, Nothing, Raw};
    let (none, decode) = (Err(Error::UnsupportedCertificate), Err(Error::Decode));
    let optional = |kind| {
        let mut config = server_config(Raw, kind);
        config.set_client_auth(ClientAuth::Optional).unwrap();
        config
    };
    let config = server_config;
    type Types<'a> = Option<&'a [u8]>;
    type Answered = Result<(Option<u8>, Option<u8>), Error>;
    let cases: [(Config<'static>, Types<'_>, Types<'_>, Answered); 19] = [
        // client_certificate_type, server_certificate_type, and what is answered.
        (config(Cert, Nothing), None, None, Ok((None, None))),
        (
            config(Cert, Nothing),
            None,
            Some(&[1, 0]),
            Ok((None, Some(0))),
        ),
        (
            config(Cert, Nothing),
            None,
            Some(&[2, 2, 0]),
            Ok((None, Some(0))),
        ),
        (config(Cert, Nothing), None, Some(&[1, 2]), none),
        (config(Cert, Nothing), None, Some(&[1, 1]), none),
        (
            config(Raw, Nothing),
            None,
            Some(&[3, 1, 0, 2]),
            Ok((None, Some(2))),
        ),
        (config(Raw, Nothing), None, None, none),
        // Nobody is asked: "the client_certificate_type payload in the server hello MUST be omitted".
        (
            config(Raw, Nothing),
            Some(&[1, 2]),
            Some(&[1, 2]),
            Ok((None, Some(2))),
        ),
        (
            config(Raw, Nothing),
            Some(&[1, 1]),
            Some(&[1, 2]),
            Ok((None, Some(2))),
        ),
        (
            config(Raw, Raw),
            Some(&[1, 2]),
            Some(&[1, 2]),
            Ok((Some(2), Some(2))),
        ),
        (
            config(Raw, Cert),
            Some(&[2, 2, 0]),
            Some(&[1, 2]),
            Ok((Some(0), Some(2))),
        ),
        (config(Raw, Cert), None, Some(&[1, 2]), Ok((None, Some(2)))),
        (config(Raw, Raw), None, Some(&[1, 2]), none),
        (config(Raw, Raw), Some(&[1, 0]), Some(&[1, 2]), none),
        (
            optional(Raw),
            Some(&[1, 0]),
            Some(&[1, 2]),
            Ok((None, Some(2))),
        ),
        (
            optional(Raw),
            Some(&[1, 2]),
            Some(&[1, 2]),
            Ok((Some(2), Some(2))),
        ),
        (config(Raw, Raw), Some(&[0]), Some(&[1, 2]), decode),
        (config(Raw, Raw), Some(&[1, 2]), Some(&[2, 2]), decode),
        (config(Raw, Raw), Some(&[]), Some(&[1, 2]), decode),
    ];
    for (config, client, server, expected) in cases {
        let mut extensions = std::vec![GROUPS, ALGORITHMS];
        extensions.extend(client.map(|types| (19, types)));
        extensions.extend(server.map(|types| (20, types)));
        let case = std::format!("{client:?} {server:?}");
        let answered = answer(&config, ECDHE, &extensions).map(|(_, answers)| {
            let of = |wanted: u16| {
                let mut all = answers.iter();
                let found = all.find(|(number, _)| *number == wanted);
                found.map(|(_, content)| content[0])
            };
            (of(19), of(20))
        });
        assert_eq!(answered, expected, "{case}");
        for number in [19, 20] {
            extensions.push((number, &[1, 2]));
            extensions.push((number, &[1, 2]));
            let doubled = answer(&config, ECDHE, &extensions);
            assert_eq!(doubled.err(), Some(Error::Decode), "{case}");
        }
    }
}

/// What a client does with this ServerHello.
fn client_gets(config: &Config<'static>, suite: u16, extensions: Extensions<'_>) -> Reaction {
    let mut pair = pair_of(config.clone(), server_config(Kind::Raw, Kind::Raw));
    pair.client.pump();
    let body = octets(|sink| {
        sink.u16(0xFEFD);
        sink.put(&[0x5E; 32]);
        sink.vector8(&[]);
        sink.u16(suite);
        sink.u8(0);
        sink.vector16(&list(extensions));
    });
    pair.inject(&handshake(2, 0, &body))
}

/// Bug classes 13 and 16: what was not offered.
#[test]
fn extensions_of_server_hello() {
    use Kind::{Certificate as Cert, Nothing, Raw};
    let (taken, fatal) = (Reaction::Taken, Reaction::Fatal);
    let illegal = fatal(Error::IllegalParameter);
    let (decode, unsupported) = (fatal(Error::Decode), fatal(Error::UnsupportedExtension));
    let raw = client_config(Raw, Raw);
    let certificate = client_config(Cert, Cert);
    let mut either = client_config(Raw, Raw);
    trust(&mut either, root());
    either.set_server_name(NAME).unwrap();
    let keyless = client_config(Raw, Nothing);
    let cases: [(&Config<'static>, Extensions<'_>, Reaction); 24] = [
        (&raw, &[(20, &[2])], taken),
        (&raw, &[(20, &[2]), (19, &[2])], taken),
        (&raw, &[(20, &[2]), FORMATS], taken),
        (&raw, &[(20, &[2]), (11, &[2, 1, 0])], taken),
        // Without a word it would be a certificate, and we know none.
        (&raw, &[], fatal(Error::UnsupportedCertificate)),
        (&raw, &[(19, &[2])], fatal(Error::UnsupportedCertificate)),
        (&raw, &[(20, &[0])], illegal),
        (&raw, &[(20, &[1])], illegal),
        (&raw, &[(20, &[2]), (19, &[0])], illegal),
        (&raw, &[(20, &[])], decode),
        (&raw, &[(20, &[2, 2])], decode),
        (&raw, &[(20, &[2]), (20, &[2])], decode),
        (&raw, &[(20, &[2]), (11, &[1, 1])], illegal),
        (&raw, &[(20, &[2]), (11, &[0])], decode),
        (&raw, &[(20, &[2]), GROUPS], unsupported),
        (&raw, &[(20, &[2]), ALGORITHMS], unsupported),
        // It has said nothing of types, so nothing is to be answered.
        (&certificate, &[], taken),
        (&certificate, &[(20, &[0])], unsupported),
        (&certificate, &[(20, &[2])], unsupported),
        (&certificate, &[(19, &[0])], unsupported),
        (&keyless, &[(20, &[2]), (19, &[2])], unsupported),
        (&either, &[(20, &[0])], taken),
        (&either, &[(20, &[2])], taken),
        (&either, &[], taken),
    ];
    for (config, extensions, expected) in cases {
        let reaction = client_gets(config, 0xC0AE, extensions);
        assert_eq!(reaction, expected, "{extensions:?}");
    }
    // Suites: no others than those offered, even of those that we know.
    let answer: Extensions<'_> = &[(20, &[2])];
    for suite in [0xC0A8, 0xC0AC, 0xC02B, 0x00FF, 0] {
        assert_eq!(client_gets(&raw, suite, answer), illegal, "{suite:x}");
    }
    let mut both = raw;
    both.set_psk(Psk::new(b"device", &[7; 16]).unwrap());
    assert_eq!(client_gets(&both, 0xC0A8, &[]), taken);
    assert_eq!(client_gets(&both, 0xC0AE, answer), taken);
}
