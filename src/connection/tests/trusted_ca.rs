//! trusted_ca_keys (RFC 6066 section 6): a server of several chains shows one that the client trusts.

use std::boxed::Box;
use std::vec::Vec;

use super::chain::{self, NOT_BEFORE, raw_config};
use super::craft::{self, extension, handshake};
use super::end::End;
use super::pair::Pair;
use crate::config::{ClientAuth, Config, Role};
use crate::credential::peer::Certified;
use crate::credential::public_key::key_hash;
use crate::error::Error;
use crate::wire::client_hello::ClientHello;
use crate::wire::extension::ExtensionType;
use crate::wire::server_hello::ServerHello;

const HOST: &str = "coap.example";
const TRUSTED_CA_KEYS: u16 = 3;

/// Key 2 is certified below the root, key 3 by the other root.
fn server_config(uses_list: bool, second_name: &'static [u8]) -> Config<'static> {
    let mut second = chain::config(Role::Server, 3, HOST);
    second.set_certificate(chain::other_chain(3, HOST)).unwrap();
    second.set_client_auth(ClientAuth::None).unwrap();
    second.set_server_name(second_name).unwrap();
    let mut first = chain::config(Role::Server, 2, HOST);
    first.set_client_auth(ClientAuth::None).unwrap();
    first.set_server_name(HOST.as_bytes()).unwrap();
    first.set_next(Box::leak(Box::new(second))).unwrap();
    first.set_trusted_ca(uses_list);
    first
}

fn client_config(anchors: &'static [u8], sends_list: bool) -> Config<'static> {
    let mut config = Config::new(Role::Client);
    config.set_trust_anchors(anchors).unwrap();
    config.set_clock(true);
    config.set_server_name(HOST.as_bytes()).unwrap();
    config.set_trusted_ca(sends_list);
    config
}

/// The number of the server's key, or why there is none; and whether the server has answered.
fn shake(client: Config<'static>, server: Config<'static>) -> (Result<u8, Error>, bool) {
    let mut client = End::new(client, 1);
    let mut server = End::new(server, 2);
    for end in [&mut client, &mut server] {
        end.host.unix_time = Some(NOT_BEFORE);
        end.reassembly = std::vec![0; 2048];
    }
    let mut pair = Pair::of(client, server);
    let mut hello = Vec::new();
    for _ in 0..2 {
        pair.client.pump();
        pair.server.inbox.append(&mut pair.client.host.sent);
        pair.server.pump();
        hello = pair.server.host.sent.front().cloned().unwrap_or_default();
        pair.client.inbox.append(&mut pair.server.host.sent);
    }
    // Behind the headers of record and message; it is whole.
    let length = usize::from(u16::from_be_bytes([hello[15], hello[16]]));
    let hello = ServerHello::parse(&hello[25..25 + length]).unwrap();
    let mut extensions = hello.extensions.iter();
    let is_answered = extensions.any(|one| one == (ExtensionType::TRUSTED_CA_KEYS, &[][..]));
    if !pair.complete() {
        return (Err(pair.client.error.unwrap()), is_answered);
    }
    pair.assert_talks();
    let names = pair.client.connection.association().names.identity();
    let hash = Certified::parse(names).unwrap().key_hash;
    let mut numbers = [2, 3].into_iter();
    let number = numbers.find(|one| key_hash(super::public_keys::info(*one)) == *hash);
    (Ok(number.unwrap()), is_answered)
}

/// Requirement 13-1.
#[test]
fn the_chain_is_one_that_the_client_trusts() {
    let server = || server_config(true, HOST.as_bytes());
    let both = || Box::leak(Box::new([chain::other_root(), chain::root()].concat()));
    for (anchors, sends_list, expected) in [
        (chain::root(), true, (Ok(2), true)),
        (chain::other_root(), true, (Ok(3), true)),
        // The first that fits.
        (both(), true, (Ok(2), true)),
        // Without the list it is the first of the name.
        (chain::root(), false, (Ok(2), false)),
        (chain::other_root(), false, (Err(Error::UnknownCa), false)),
    ] {
        assert_eq!(
            shake(client_config(anchors, sends_list), server()),
            expected
        );
    }
}

#[test]
fn a_server_may_pass_the_list_over() {
    let server = || server_config(false, HOST.as_bytes());
    let client = |anchors| client_config(anchors, true);
    assert_eq!(shake(client(chain::root()), server()), (Ok(2), false));
    let refused = shake(client(chain::other_root()), server());
    assert_eq!(refused, (Err(Error::UnknownCa), false));
}

#[test]
fn without_a_match_the_default_is_shown() {
    let mut server = server_config(true, HOST.as_bytes());
    server.set_certificate(chain::other_chain(2, HOST)).unwrap();
    let client = client_config(chain::root(), true);
    assert_eq!(shake(client, server), (Err(Error::UnknownCa), false));
}

/// The name that the client asks for comes before what it trusts.
#[test]
fn another_name_s_chain_is_no_choice() {
    let client = client_config(chain::other_root(), true);
    let server = server_config(true, b"other.example");
    assert_eq!(shake(client, server), (Err(Error::UnknownCa), false));
    // Nobody has the name: all are asked.
    let mut server = server_config(true, b"other.example");
    server.set_server_name(b"first.example").unwrap();
    let client = client_config(chain::other_root(), true);
    assert_eq!(shake(client, server), (Ok(3), true));
}

/// There is nothing to answer when a raw public key is shown.
#[test]
fn not_with_a_raw_public_key() {
    let mut server = server_config(true, HOST.as_bytes());
    server
        .set_raw_public_key(super::public_keys::info(2))
        .unwrap();
    let mut client = client_config(chain::root(), true);
    client.set_peer_keys(super::public_keys::info(2)).unwrap();
    assert_eq!(shake(client, server), (Ok(2), false));
    // Nor is a list sent without anchors.
    let mut client = raw_config(Role::Client, 1, 2);
    client.set_trusted_ca(true);
    let mut end = End::new(client, 1);
    end.pump();
    let hello = &end.host.sent[0];
    let hello = ClientHello::parse(&hello[25..]).unwrap();
    let mut extensions = hello.extensions.iter();
    assert!(!extensions.any(|(one, _)| one == ExtensionType::TRUSTED_CA_KEYS));
}

#[test]
fn answers_of_servers() {
    for (sends_list, content, expected) in [
        (true, &[][..], None),
        (true, &[0], Some(Error::Decode)),
        (true, &[0, 0], Some(Error::Decode)),
        (false, &[], Some(Error::UnsupportedExtension)),
    ] {
        let mut config = client_config(chain::root(), sends_list);
        config.psk = End::client_config().psk;
        let mut client = End::new(config, 1);
        client.pump();
        let hello = craft::server_hello(&extension(TRUSTED_CA_KEYS, content));
        client.inbox.push_back(handshake(2, 0, &hello));
        client.pump();
        assert_eq!(client.error, expected, "{content:?}");
    }
}

#[test]
fn lists_of_clients() {
    let entry = |kind: u8, content: &[u8]| [&[kind], content].concat();
    let list = |content: &[u8]| [&(content.len() as u16).to_be_bytes()[..], content].concat();
    for (content, is_good) in [
        (list(&[]), true),
        (list(&entry(0, &[])), true),
        (list(&entry(1, &[7; 20])), true),
        (list(&entry(2, &[0, 2, 0x30, 0])), true),
        (list(&entry(3, &[7; 20]).repeat(100)), true),
        (Vec::new(), false),
        (list(&entry(1, &[7; 19])), false),
        (list(&entry(2, &[0, 0])), false),
        (list(&entry(2, &[0, 3, 0x30, 0])), false),
        (list(&entry(4, &[])), false),
        ([list(&[]), std::vec![0]].concat(), false),
        (std::vec![0, 1], false),
    ] {
        let mut server = End::server(2);
        server.config.set_cookie(false).unwrap();
        server.buffer = std::vec![0; 6_000];
        let hello = craft::client_hello(&[], &extension(TRUSTED_CA_KEYS, &content));
        server.inbox.push_back(handshake(1, 0, &hello));
        server.pump();
        assert_eq!(
            server.error,
            (!is_good).then_some(Error::Decode),
            "{content:?}"
        );
    }
}

/// What the client trusts chooses no other configuration for its pre-shared key, nor for a session
/// that was made with one.
#[test]
fn a_session_of_a_key_stays_with_its_name() {
    use super::end::{IDENTITY, KEY};
    use crate::credential::Psk;
    use crate::session::SESSION_MAX;
    const NOBODY: &[u8] = b"nobody.example";
    let server = || {
        let mut admin = chain::config(Role::Server, 3, "admin.example");
        admin
            .set_certificate(chain::other_chain(3, "admin.example"))
            .unwrap();
        admin.set_client_auth(ClientAuth::Required).unwrap();
        admin.set_server_name(b"admin.example").unwrap();
        assert!(!admin.accepts_psk());
        let mut first = End::server_config();
        first.set_session_store().unwrap();
        first.set_next(Box::leak(Box::new(admin))).unwrap();
        first.set_trusted_ca(true);
        let mut end = End::new(first, 2);
        end.host.keys.push((IDENTITY, KEY));
        end.host.unix_time = Some(NOT_BEFORE);
        end.reassembly = std::vec![0; 2048];
        end
    };
    let client = |asks_for_admin: bool| {
        let mut config = Config::new(Role::Client);
        config.set_psk(Psk::new(IDENTITY, KEY).unwrap());
        config.set_server_name(NOBODY).unwrap();
        if asks_for_admin {
            config.set_trust_anchors(chain::other_root()).unwrap();
            config.set_clock(true);
            config.set_trusted_ca(true);
        }
        let mut end = End::new(config, 1);
        end.host.unix_time = Some(NOT_BEFORE);
        end.reassembly = std::vec![0; 2048];
        end
    };
    let mut one = Pair::of(client(false), server());
    assert!(one.complete());
    let number = |pair: &Pair| pair.server.connection.association().negotiated.number();
    assert_eq!(number(&one), 0);
    let mut octets = [0; SESSION_MAX];
    let length = one
        .client
        .call(|connection, call| connection.export_session(&call.context, &mut octets))
        .unwrap();
    let mut two = Pair::of(client(true), server());
    two.client.session = Some(octets[..length].to_vec());
    two.server.host.sessions = one.server.host.sessions.clone();
    assert!(two.complete());
    let negotiated = two.server.connection.association().negotiated;
    assert!(negotiated.resumed);
    assert_eq!(
        negotiated.number(),
        0,
        "resumed with a PSK under a configuration that has none"
    );
}
