//! Sessions of handshakes with public keys: resumed, and refused.

use std::vec::Vec;

use super::certificates::{Certificate, END, client_leaf, other_root};
use super::*;
use crate::config::ClientAuth;
use crate::connection::check_session;
use crate::credential::public_key::key_hash;
use crate::crypto::soft::{Operations, operations};
use crate::error::Error;
use crate::session::SESSION_MAX;

fn keeping(mut config: Config<'static>) -> Config<'static> {
    config.set_session_store().unwrap();
    config
}

pub(super) fn export(client: &mut End) -> Vec<u8> {
    let mut octets = [0; SESSION_MAX];
    let length = client
        .call(|connection, call| connection.export_session(&call.context, &mut octets))
        .unwrap();
    octets[..length].to_vec()
}

fn is_resumed(pair: &Pair) -> bool {
    let resumed = |end: &End| end.connection.association().negotiated.resumed;
    assert_eq!(resumed(&pair.client), resumed(&pair.server));
    resumed(&pair.client)
}

/// A pair in which the client offers its session to a server that has kept it.
fn second_of(mut first: Pair, prepare: impl Fn(&mut End, &mut End)) -> Pair {
    assert_connects(&mut first);
    assert!(!is_resumed(&first));
    let mut client = end(first.client.config.clone(), 3);
    let mut server = end(first.server.config.clone(), 4);
    client.session = Some(export(&mut first.client));
    server.host.sessions = first.server.host.sessions.clone();
    prepare(&mut client, &mut server);
    Pair::of(client, server)
}

fn second(server: Kind, client: Kind, prepare: impl Fn(&mut End, &mut End)) -> Pair {
    let keeping = keeping(server_config(server, client));
    second_of(pair_of(client_config(server, client), keeping), prepare)
}

/// Both connect, and do not resume.
fn begins_anew(server: Kind, client: Kind, prepare: impl Fn(&mut End, &mut End)) {
    let mut pair = second(server, client, prepare);
    assert_connects(&mut pair);
    assert!(!is_resumed(&pair));
}

/// The session is not resumed, and the client does not get in otherwise.
fn refuses(server: Kind, client: Kind, error: Error, prepare: impl Fn(&mut End, &mut End)) {
    let mut pair = second(server, client, prepare);
    assert!(!pair.complete());
    assert_eq!(pair.server.error, Some(error));
}

/// Requirement 7-1: no operation of P-256, the same peer, and the application is asked again.
#[test]
fn sessions_are_resumed_without_public_keys() {
    for (server, client) in KINDS {
        let mut pair = second(server, client, |_, _| ());
        let fits = {
            let session = pair.client.session.clone().unwrap();
            pair.client
                .call(|_, call| check_session(&mut call.context, &session, 0))
        };
        assert_eq!(fits, Ok(()));
        let done = operations(|| assert_connects(&mut pair));
        assert_eq!(done, Operations::default());
        assert!(is_resumed(&pair));
        let first = {
            let mut pair = super::pair(server, client);
            assert_connects(&mut pair);
            pair
        };
        for (end, before, kind, number) in [
            (&pair.client, &first.client, server, SERVER),
            (&pair.server, &first.server, client, CLIENT),
        ] {
            let (names, before) = (
                &end.connection.association().names,
                &before.connection.association().names,
            );
            assert_eq!(names.kind(), before.kind());
            // A session id takes its place of it.
            assert!(before.identity().starts_with(names.identity()));
            assert_eq!(names.identity().is_empty(), kind == Kind::Nothing);
            if kind != Kind::Nothing {
                let hash = key_hash(info(number)).to_vec();
                assert_eq!(end.host.asked.len(), 1);
                let (asked, _, is_resumed) = &end.host.asked[0];
                assert_eq!((asked, *is_resumed), (&hash, true));
            }
        }
        // And once more.
        let mut third = Pair::of(
            end(pair.client.config.clone(), 5),
            end(pair.server.config.clone(), 6),
        );
        third.client.session = Some(export(&mut pair.client));
        third.server.host.sessions = pair.server.host.sessions.clone();
        assert_connects(&mut third);
        assert!(is_resumed(&third));
    }
}

/// The application refuses; then it refuses the full handshake, too.
#[test]
fn the_application_refuses_to_resume() {
    for (kind, error) in [
        (Kind::Raw, Error::KeyRefused),
        (Kind::Certificate, Error::CertificateRefused),
    ] {
        let mut pair = second(kind, kind, |_, server| server.host.refuses_peers = true);
        assert!(!pair.complete());
        assert_eq!(pair.server.error, Some(error));
        let asked: Vec<bool> = pair.server.host.asked.iter().map(|asked| asked.2).collect();
        assert_eq!(asked, [true, false]);
    }
}

#[test]
fn a_session_does_not_outlive_what_is_accepted() {
    use Kind::{Certificate as Cert, Nothing, Raw};
    // The client's key is none of those accepted any more; with another it gets in.
    refuses(Raw, Raw, Error::UnknownKey, |_, server| {
        server.config.set_peer_keys(info(9)).unwrap();
    });
    begins_anew(Raw, Raw, |client, server| {
        server.config.set_peer_keys(info(9)).unwrap();
        show(&mut client.config, 9, None);
    });
    // Other anchors.
    refuses(Cert, Cert, Error::UnknownCa, |_, server| {
        server.config.set_trust_anchors(other_root()).unwrap();
    });
    begins_anew(Cert, Cert, |_, server| {
        let more = Vec::leak([other_root(), root()].concat());
        server.config.set_trust_anchors(more).unwrap();
    });
    // Another key or certificate of the server's own.
    begins_anew(Raw, Raw, |client, server| {
        show(&mut server.config, 9, None);
        client.config.set_peer_keys(info(9)).unwrap();
    });
    begins_anew(Cert, Raw, |_, server| {
        let new = certificates::server_leaf().valid("250101000000Z", "300101000000Z");
        server.config.set_certificate(new.make()).unwrap();
    });
    // Names are now judged otherwise.
    begins_anew(Cert, Cert, |_, server| server.config.set_common_name(false));
    // Another kind: a session of a raw public key, where certificates are accepted now.
    begins_anew(Raw, Raw, |client, server| {
        let accepts_certificates = keeping(server_config(Raw, Cert));
        server.config = accepts_certificates;
        client.config = client_config(Raw, Cert);
    });
    // Clients have to show a key now, and this one's session has none.
    begins_anew(Raw, Nothing, |client, server| {
        server.config.set_peer_keys(info(CLIENT)).unwrap();
        show(&mut client.config, CLIENT, None);
    });
    // It may still be without where that is optional.
    let mut pair = second(Raw, Nothing, |_, server| {
        server.config.set_peer_keys(info(CLIENT)).unwrap();
        server.config.set_client_auth(ClientAuth::Optional).unwrap();
    });
    assert_connects(&mut pair);
    assert!(is_resumed(&pair));
}

#[test]
fn a_session_does_not_outlive_its_certificates() {
    use Kind::Certificate as Cert;
    // Resumed in the last second, and not in the next.
    let mut pair = second(Cert, Cert, |_, server| server.host.unix_time = Some(END));
    assert_connects(&mut pair);
    assert!(is_resumed(&pair));
    refuses(Cert, Cert, Error::CertificateExpired, |_, server| {
        server.host.unix_time = Some(END + 1);
    });
    begins_anew(Cert, Cert, |client, server| {
        server.host.unix_time = Some(END + 1);
        client.host.unix_time = Some(NOW);
        let renewed = client_leaf().valid("240101000000Z", "310101000000Z");
        // Its issuer, too.
        let mut root = Certificate::authority("root", 100);
        root.validity = renewed.validity;
        client.config.set_certificate(renewed.make()).unwrap();
        server.config.set_trust_anchors(root.make()).unwrap();
    });
    refuses(Cert, Cert, Error::Callback, |_, server| {
        server.host.unix_time = None
    });
    // An EUI-64 is wanted now.
    let nameless = || {
        let mut client = client_config(Cert, Cert);
        let certificate = Certificate::leaf("a device", CLIENT);
        client.set_certificate(certificate.make()).unwrap();
        pair_of(client, keeping(server_config(Cert, Cert)))
    };
    let mut pair = second_of(nameless(), |_, _| ());
    assert_connects(&mut pair);
    assert!(is_resumed(&pair));
    let mut pair = second_of(nameless(), |_, server| {
        server.config.set_eui64_required(true).unwrap();
    });
    assert!(!pair.complete());
    assert_eq!(pair.server.error, Some(Error::CertificateName));
}

/// Bug class 52.
#[test]
fn a_session_is_of_one_name() {
    begins_anew(Kind::Raw, Kind::Raw, |client, _| {
        client.config.set_server_name(b"other.example").unwrap();
    });
    // The name leads to other credentials now.
    let named = || {
        let mut client = client_config(Kind::Raw, Kind::Raw);
        client.set_server_name(NAME).unwrap();
        pair_of(client, keeping(server_config(Kind::Raw, Kind::Raw)))
    };
    let mut pair = second_of(named(), |_, _| ());
    assert_connects(&mut pair);
    assert!(is_resumed(&pair));
    let mut pair = second_of(named(), |_, server| {
        let mut next = server_config(Kind::Raw, Kind::Raw);
        next.set_peer_keys(info(9)).unwrap();
        next.set_server_name(NAME).unwrap();
        server.config.set_next(Box::leak(Box::new(next))).unwrap();
    });
    assert!(!pair.complete());
    assert_eq!(pair.server.error, Some(Error::UnknownKey));
}

/// What a client keeps is checked before it is offered.
#[test]
fn a_client_offers_only_what_it_would_still_accept() {
    let check = |kind, prepare: &dyn Fn(&mut End)| {
        let mut client = second(kind, kind, |_, _| ()).client;
        let session = client.session.take().unwrap();
        prepare(&mut client);
        client.call(|_, call| check_session(&mut call.context, &session, 0))
    };
    use Kind::{Certificate as Cert, Raw};
    let refused = Err(Error::Session);
    for kind in [Raw, Cert] {
        assert_eq!(check(kind, &|_| ()), Ok(()));
        assert_eq!(
            check(kind, &|client| client.host.refuses_peers = true),
            refused
        );
        let other_name = |client: &mut End| {
            client.config.set_server_name(b"other.example").unwrap();
        };
        assert_eq!(check(kind, &other_name), refused);
        let other_kind = |client: &mut End| {
            let other = if kind == Raw { Cert } else { Raw };
            client.config = client_config(other, other);
        };
        assert_eq!(check(kind, &other_kind), refused);
    }
    let forget = |client: &mut End| client.config.set_peer_keys(info(9)).unwrap();
    assert_eq!(check(Raw, &forget), refused);
    let distrust = |client: &mut End| {
        client.config.set_trust_anchors(other_root()).unwrap();
    };
    assert_eq!(check(Cert, &distrust), refused);
    assert_eq!(check(Cert, &|client| client.host.unix_time = None), refused);
    // Its name was perhaps the CN, which is none any more.
    let common_name = |client: &mut End| client.config.set_common_name(false);
    assert_eq!(check(Cert, &common_name), refused);
}

/// Nor one of a server whose certificate has expired, however often it was exported since.
#[test]
fn a_client_offers_no_session_of_an_expired_certificate() {
    let check = |client: &mut End, octets: &[u8], now| {
        client.host.unix_time = Some(now);
        client.call(|_, call| check_session(&mut call.context, octets, 0))
    };
    for client in [Kind::Nothing, Kind::Certificate] {
        let mut pair = second(Kind::Certificate, client, |_, _| ());
        for seed in [5, 7, 9] {
            let session = pair.client.session.clone().unwrap();
            assert_eq!(check(&mut pair.client, &session, END), Ok(()));
            let later = check(&mut pair.client, &session, END + 1);
            assert_eq!(later, Err(Error::Session));
            pair.client.host.unix_time = Some(NOW);
            assert_connects(&mut pair);
            assert!(is_resumed(&pair));
            let mut next = end(pair.client.config.clone(), seed);
            next.session = Some(export(&mut pair.client));
            let mut server = end(pair.server.config.clone(), seed + 1);
            server.host.sessions = pair.server.host.sessions.clone();
            pair = Pair::of(next, server);
        }
    }
}

/// A session that was offered is of one name and key: who sets another offers none.
#[test]
fn another_name_or_key_takes_the_session_back() {
    use crate::connection::tests::end::TestHost;
    use crate::credential::Psk;
    use crate::endpoint::Endpoint;
    use crate::time::Instant;
    type Change = fn(&mut Endpoint<'_>, Psk<'static>) -> Result<(), Error>;

    let psk = Psk::new(b"me", &[7; 16]).unwrap();
    let mut configs = [Role::Client, Role::Server].map(Config::new);
    for config in &mut configs {
        config.set_psk(psk);
    }
    configs[0].set_server_name(NAME).unwrap();
    configs[1].set_session_store().unwrap();
    let psks = pair_of(configs[0].clone(), configs[1].clone());
    let server = keeping(server_config(Kind::Raw, Kind::Raw));
    let mut client = client_config(Kind::Raw, Kind::Raw);
    client.set_server_name(NAME).unwrap();
    let changes: [(Change, bool); 6] = [
        (|_, _| Ok(()), true),
        // What is refused changes nothing.
        (
            |endpoint, _| match endpoint.set_server_name(b"no name") {
                Err(Error::Argument) => Ok(()),
                _ => Err(Error::State),
            },
            true,
        ),
        (|endpoint, _| endpoint.set_server_name(b"b.example"), false),
        (|endpoint, _| endpoint.set_server_name(NAME), false),
        (
            |endpoint, _| endpoint.set_psk(Psk::new(b"you", &[8; 16]).unwrap()),
            false,
        ),
        (|endpoint, psk| endpoint.set_psk(psk), false),
    ];
    for mut first in [psks, pair_of(client, server)] {
        assert_connects(&mut first);
        let session = export(&mut first.client);
        for (seed, (change, is_offered)) in (3..).zip(changes) {
            let (mut buffer, mut reassembly) = ([0; 1500], []);
            let config = &first.client.config;
            let mut client = Endpoint::new(config, &mut buffer, &mut reassembly).unwrap();
            let mut host = TestHost::new(seed);
            client.set_session(&mut host, &session, 0).unwrap();
            change(&mut client, psk).unwrap();
            client.handshake(&mut host, Instant(0)).unwrap();
            // Behind the headers of record and message, the version and the Random.
            let id_length = host.sent[0][13 + 12 + 2 + 32];
            assert_eq!(id_length > 0, is_offered);
        }
    }
}

/// Bug class 40, where it costs most.
#[test]
fn without_a_cookie_no_operation_is_done() {
    let allow = |server: &mut End| {
        server.config.set_resumption_without_cookie(true).unwrap();
    };
    let mut pair = second(Kind::Raw, Kind::Raw, |_, server| allow(server));
    let done = operations(|| assert_connects(&mut pair));
    assert_eq!(done, Operations::default());
    assert!(is_resumed(&pair));
    // The store has forgotten it: challenged like everybody.
    let mut pair = second(Kind::Raw, Kind::Raw, |_, server| {
        allow(server);
        server.host.sessions.clear();
    });
    let done = operations(|| {
        pair.client.pump();
        pair.server.inbox.append(&mut pair.client.host.sent);
        pair.server.pump();
    });
    assert_eq!(pair.server.host.sent[0][13], 3, "HelloVerifyRequest");
    assert_eq!(done, Operations::default());
}

/// What passed the gate to resume, and is refused a moment later, gets no full handshake for it.
#[test]
fn without_a_cookie_there_is_no_way_back_to_a_full_handshake() {
    let mut pair = second(Kind::Raw, Kind::Raw, |_, server| {
        server.config.set_resumption_without_cookie(true).unwrap();
        server.host.forgets_after = Some(1);
    });
    let done = operations(|| {
        pair.client.pump();
        pair.server.inbox.append(&mut pair.client.host.sent);
        pair.server.pump();
    });
    assert_eq!(done, Operations::default());
    assert_eq!(pair.server.error, Some(Error::HandshakeFailure));
    let answer: usize = pair.server.host.sent.iter().map(Vec::len).sum();
    assert_eq!(answer, 15, "an alert and nothing else");
}
