//! The names of peers: which are told, and what becomes of a client by the name that it asks for.

use std::vec::Vec;

use super::certificates::{Certificate, DNS_NAME, EMAIL, URI, dns_name, names};
use super::*;
use crate::connection::tests::end::{IDENTITY, KEY, TestHost};
use crate::credential::Psk;
use crate::credential::peer::Certified;
use crate::endpoint::{Endpoint, Progress};
use crate::error::Error;
use crate::time::Instant;

const EUI64: [u8; 8] = [0, 0x11, 0x22, 0x33, 0xAA, 0xBB, 0xCC, 0xFF];
const EUI64_TEXT: &str = "00-11-22-33-AA-BB-CC-FF";
const EUI64_URN: &[u8] = b"urn:dev:mac:00112233aabbccff";

/// An endpoint connects with the end at the other side.
#[track_caller]
fn connect(endpoint: &mut Endpoint<'_>, host: &mut TestHost, other: &mut End) {
    let now = Instant(0);
    for _ in 0..20 {
        let progress = endpoint.handshake(host, now).unwrap();
        other.inbox.append(&mut host.sent);
        other.pump();
        if progress == Progress::Done && other.is_connected() {
            return;
        }
        while let Some(datagram) = other.host.sent.pop_front() {
            endpoint.input(&datagram).unwrap();
            endpoint.handshake(host, now).unwrap();
        }
    }
    panic!("they do not connect: {:?}", other.error);
}

/// A DNS name of so many octets.
fn long_name(length: usize) -> &'static [u8] {
    let name = (1..=length).map(|at| if at % 9 == 8 { b'.' } else { b'a' });
    let name = Vec::leak(name.collect());
    *name.last_mut().unwrap() = b'a';
    name
}

/// The front of a name can be somebody else's. The application is asked about what is
/// at most 94 octets long, or 86 beside an EUI-64; an association keeps 39 fewer.
#[test]
fn a_name_is_told_whole_or_not_at_all() {
    for (eui64, most) in [(None, 94), (Some(EUI64), 86)] {
        for length in [most - 39, most - 38, most, most + 1, 200] {
            let name = long_name(length);
            let all = [(DNS_NAME, name), (URI, EUI64_URN)];
            let all = &all[..1 + usize::from(eui64.is_some())];
            let leaf = Certificate::leaf("a server", SERVER).with(names(all));
            let mut server = server_config(Kind::Certificate, Kind::Nothing);
            server.set_certificate(leaf.make()).unwrap();
            let mut server = end(server, 2);
            let mut config = client_config(Kind::Certificate, Kind::Nothing);
            config.set_server_name(name).unwrap();
            let mut host = end(config.clone(), 1).host;
            let (mut buffer, mut reassembly) = ([0; 1500], [0; 3_500]);
            let mut client = Endpoint::new(&config, &mut buffer, &mut reassembly).unwrap();
            assert!(client.peer().is_none());
            connect(&mut client, &mut host, &mut server);
            let told = |whole| if whole { name } else { b"" };
            assert_eq!(host.asked[0].1, told(length <= most), "{length}");
            let peer = client.peer().unwrap();
            assert_eq!(peer.name, told(length <= most - 39), "{length}");
            assert_eq!(peer.eui64, eui64.as_ref());
            assert!(peer.has_certificate && peer.credential.is_empty());
        }
    }
}

/// A server of certificates, and what it is told of a client that shows this one, by
/// [`crate::Host::accepts`] and afterwards.
fn told(
    leaf: &Certificate,
    common_name: bool,
    eui64_required: bool,
) -> Result<(Vec<u8>, Option<[u8; 8]>), Error> {
    let mut client = client_config(Kind::Raw, Kind::Certificate);
    client.set_certificate(leaf.make()).unwrap();
    let mut server = server_config(Kind::Raw, Kind::Certificate);
    server.set_common_name(common_name);
    server.set_eui64_required(eui64_required).unwrap();
    let mut pair = pair_of(client, server);
    if !pair.complete() {
        return Err(pair.server.error.unwrap());
    }
    let names = &pair.server.connection.association().names;
    let known = Certified::parse(names.identity()).unwrap();
    assert_eq!(known.name, pair.server.host.asked[0].1);
    Ok((known.name.to_vec(), known.eui64.copied()))
}

/// RFC 6125 6.4.4: the CN counts "if and only if the presented identifiers do not include" others,
/// which name constraints bind.
#[test]
fn a_common_name_counts_only_alone_and_where_it_is_allowed() {
    let (name, nothing) = (EUI64_TEXT.as_bytes().to_vec(), (Vec::new(), None));
    let alone = Certificate::leaf(EUI64_TEXT, CLIENT);
    for eui64_required in [false, true] {
        let known = Ok((name.clone(), Some(EUI64)));
        assert_eq!(told(&alone, true, eui64_required), known);
    }
    assert_eq!(told(&alone, false, false), Ok(nothing.clone()));
    assert_eq!(told(&alone, false, true), Err(Error::CertificateName));
    for (form, other) in [(EMAIL, &b"a@b.example"[..]), (URI, b"https://b.example")] {
        let beside = alone.clone().with(names(&[(form, other)]));
        assert_eq!(told(&beside, true, false), Ok(nothing.clone()));
        assert_eq!(told(&beside, true, true), Err(Error::CertificateName));
    }
    let beside = alone.with(dns_name(b"a.example"));
    assert_eq!(
        told(&beside, true, false),
        Ok((b"a.example".to_vec(), None))
    );
}

#[test]
fn of_two_eui64s_there_is_none() {
    let leaf = |first: &[u8], second: &[u8]| {
        let names = names(&[(DNS_NAME, first), (URI, second)]);
        Certificate::leaf("a device", CLIENT).with(names)
    };
    let text = EUI64_TEXT.as_bytes();
    let same = leaf(text, EUI64_URN);
    assert_eq!(told(&same, true, true), Ok((text.to_vec(), Some(EUI64))));
    let other = b"FF-11-22-33-AA-BB-CC-FF";
    let two = leaf(other, EUI64_URN);
    assert_eq!(told(&two, true, false), Ok((other.to_vec(), None)));
    assert_eq!(told(&two, true, true), Err(Error::CertificateName));
    // What is none does not count.
    let one = leaf(b"a.example", EUI64_URN);
    let known = (b"a.example".to_vec(), Some(EUI64));
    assert_eq!(told(&one, true, true), Ok(known));
}

const SECOND: &[u8] = b"second.example";
const SECOND_KEY: &[u8] = &[0xA5; 16];

/// A server of three names, which keeps sessions. The first has a pre-shared key, and may look more
/// up; the second has one if it is given; the third has only public keys.
fn three_names(looks_up: bool, second_psk: Option<Psk<'static>>) -> End {
    let mut third = server_config(Kind::Raw, Kind::Raw);
    third.set_server_name(b"third.example").unwrap();
    let mut second = server_config(Kind::Raw, Kind::Raw);
    second.set_server_name(SECOND).unwrap();
    if let Some(psk) = second_psk {
        second.set_psk(psk);
    }
    second.set_next(Box::leak(Box::new(third))).unwrap();
    let mut first = Config::new(Role::Server);
    first.set_server_name(b"first.example").unwrap();
    first.set_session_store().unwrap();
    if looks_up {
        first.set_psk_lookup().unwrap();
    } else {
        first.set_psk(Psk::new(IDENTITY, KEY).unwrap());
    }
    first.set_next(Box::leak(Box::new(second))).unwrap();
    let mut server = end(first, 2);
    if looks_up {
        server.host.keys.push((IDENTITY, KEY));
    }
    server
}

/// A client of that key, which asks for that name.
fn psk_client(name: &'static [u8], key: &'static [u8]) -> End {
    let mut config = Config::new(Role::Client);
    config.set_psk(Psk::new(IDENTITY, key).unwrap());
    config.set_server_name(name).unwrap();
    end(config, 1)
}

fn configuration(end: &End) -> u8 {
    end.connection.association().negotiated.configuration
}

/// Each name has its own keys; nothing of another's is used with it.
#[test]
fn a_pre_shared_key_is_that_of_a_name() {
    for looks_up in [false, true] {
        for (name, number) in [(&b"First.Example"[..], 0), (b"fourth.example", 0)] {
            let mut pair = Pair::of(psk_client(name, KEY), three_names(looks_up, None));
            assert_connects(&mut pair);
            assert_eq!(configuration(&pair.server), number);
        }
        for name in [SECOND, b"third.example"] {
            let mut pair = Pair::of(psk_client(name, KEY), three_names(looks_up, None));
            assert!(!pair.complete());
            assert_eq!(pair.server.error, Some(Error::HandshakeFailure));
            assert_eq!(pair.server.host.look_ups, 0);
        }
        let own = Psk::new(IDENTITY, SECOND_KEY).unwrap();
        let serving = || three_names(looks_up, Some(own));
        let mut pair = Pair::of(psk_client(SECOND, SECOND_KEY), serving());
        assert_connects(&mut pair);
        assert_eq!(configuration(&pair.server), 1);
        for (name, key) in [(SECOND, KEY), (b"first.example", SECOND_KEY)] {
            let mut pair = Pair::of(psk_client(name, key), serving());
            assert!(!pair.complete(), "the key of another name");
        }
    }
}

/// Also when it is resumed, and then with the key of that name.
#[test]
fn a_session_is_resumed_with_the_key_of_its_name() {
    let own = Psk::new(IDENTITY, SECOND_KEY).unwrap();
    for (psk, is_resumed) in [
        (own, true),
        (Psk::new(IDENTITY, &[0x5B; 16]).unwrap(), false),
    ] {
        let mut first = Pair::of(
            psk_client(SECOND, SECOND_KEY),
            three_names(false, Some(own)),
        );
        assert_connects(&mut first);
        let mut server = three_names(false, Some(psk));
        server.host.sessions = first.server.host.sessions.clone();
        server.host.random = TestHost::new(4).random;
        let mut client = psk_client(SECOND, SECOND_KEY);
        client.host.random = TestHost::new(3).random;
        client.session = Some(super::sessions::export(&mut first.client));
        let mut pair = Pair::of(client, server);
        assert_eq!(pair.complete(), is_resumed);
        if is_resumed {
            let negotiated = &pair.server.connection.association().negotiated;
            assert!(negotiated.resumed);
            assert_eq!(negotiated.configuration, 1);
        }
    }
}

/// The application is told which configuration a peer is to be accepted by.
#[test]
fn the_configuration_that_serves_is_told() {
    for (name, number) in [(SECOND, 1), (b"third.example", 2)] {
        let mut config = client_config(Kind::Raw, Kind::Raw);
        config.set_server_name(name).unwrap();
        let mut client = end(config, 1);
        let End {
            config, mut host, ..
        } = three_names(false, None);
        let (mut buffer, mut reassembly) = ([0; 1500], [0; 3_500]);
        let mut server = Endpoint::new(&config, &mut buffer, &mut reassembly).unwrap();
        connect(&mut server, &mut host, &mut client);
        assert_eq!(host.asked_by, [number]);
        assert_eq!(server.peer().unwrap().configuration, number);
        // A client has but one.
        assert_eq!(client.host.asked_by, [0]);
        assert_eq!(configuration(&client), 0);
    }
}
