//! Who gets in, and what is known of a peer then.

use std::vec::Vec;

use super::certificates::{Certificate, NOW, chain, dns_name, server_leaf};
use super::*;
use crate::config::{ClientAuth, MaxFragmentLength};
use crate::credential::Psk;
use crate::credential::peer::{Certified, PeerKind};
use crate::credential::public_key::key_hash;
use crate::suite::Suite;

fn suite(pair: &Pair) -> Option<Suite> {
    let of = |end: &End| end.connection.association().negotiated.suite;
    assert_eq!(of(&pair.client), of(&pair.server));
    of(&pair.client)
}

/// What an end knows of its peer.
fn peer(end: &End) -> (PeerKind, Option<Certified<'_>>) {
    let names = &end.connection.association().names;
    (names.kind(), Certified::parse(names.identity()))
}

fn assert_peer(end: &End, kind: Kind, number: u8, name: &[u8], eui64: Option<&[u8; 8]>) {
    let hash = key_hash(info(number));
    let known = |eui64, name| {
        Some(Certified {
            key_hash: &hash,
            eui64,
            name,
        })
    };
    let expected = match kind {
        Kind::Nothing => (PeerKind::None, None),
        Kind::Raw => (PeerKind::RawPublicKey, known(None, &[])),
        Kind::Certificate => (PeerKind::Certificate, known(eui64, name)),
    };
    assert_eq!(peer(end), expected);
    // The application was asked, once.
    let asked: Vec<_> = end.host.asked.iter().collect();
    match expected.1 {
        None => assert!(asked.is_empty()),
        Some(peer) => assert_eq!(asked, [&(hash.to_vec(), peer.name.to_vec(), false)]),
    }
}

/// Draft sections 5.2 and 5.3: whatever the one shows, and the other.
#[test]
fn each_end_shows_what_it_has() {
    for (server, client) in KINDS {
        let mut pair = pair(server, client);
        assert_connects(&mut pair);
        assert_eq!(suite(&pair), Some(Suite::EcdheEcdsaWithAes128Ccm8));
        assert_peer(&pair.client, server, SERVER, NAME, None);
        let eui64 = [0, 0x11, 0x22, 0x33, 0xAA, 0xBB, 0xCC, 0xFF];
        let urn = b"urn:dev:mac:00112233aabbccff";
        assert_peer(&pair.server, client, CLIENT, urn, Some(&eui64));
    }
}

/// RFC 5246 7.4.4: who is not asked shows nothing.
#[test]
fn a_client_shows_its_key_only_when_it_is_asked() {
    for (server, client) in KINDS {
        let unasked = server_config(server, Kind::Nothing);
        let mut pair = pair_of(client_config(server, client), unasked);
        assert_connects(&mut pair);
        assert_eq!(peer(&pair.server), (PeerKind::None, None));
    }
}

/// RFC 5246 7.4.6: "the server MAY at its discretion either continue the handshake without client
/// authentication".
#[test]
fn an_optional_client_key_may_be_there_or_not() {
    for (server, asked) in KINDS.into_iter().filter(|kinds| kinds.1 != Kind::Nothing) {
        for shown in [Kind::Nothing, Kind::Raw, Kind::Certificate] {
            let mut config = server_config(server, asked);
            config.set_client_auth(ClientAuth::Optional).unwrap();
            let mut pair = pair_of(client_config(server, shown), config);
            assert_connects(&mut pair);
            let expected = match asked {
                // A certificate is asked for, or a raw public key, and the other was not offered.
                _ if shown != asked => PeerKind::None,
                Kind::Raw => PeerKind::RawPublicKey,
                _ => PeerKind::Certificate,
            };
            assert_eq!(peer(&pair.server).0, expected, "{asked:?} {shown:?}");
        }
    }
}

/// Both ends have everything: raw public keys are the shorter ones.
#[test]
fn raw_public_keys_are_wanted_most() {
    let everything = |role, number, peer, chain| {
        let mut config = config(role, Kind::Raw, Kind::Certificate);
        show(&mut config, number, Some(chain));
        config.set_peer_keys(info(peer)).unwrap();
        config
    };
    let client = everything(Role::Client, CLIENT, SERVER, client_chain());
    let server = everything(Role::Server, SERVER, CLIENT, server_chain());
    for (client, server, expected) in [
        (client.clone(), server.clone(), PeerKind::RawPublicKey),
        (
            client_config(Kind::Certificate, Kind::Certificate),
            server,
            PeerKind::Certificate,
        ),
        (
            client,
            server_config(Kind::Certificate, Kind::Certificate),
            PeerKind::Certificate,
        ),
    ] {
        let mut pair = pair_of(client, server);
        assert_connects(&mut pair);
        assert_eq!(peer(&pair.client).0, expected);
        assert_eq!(peer(&pair.server).0, expected);
    }
}

/// Public keys come before a pre-shared key, which has no forward secrecy; without them it serves.
#[test]
fn a_pre_shared_key_beside_public_keys() {
    let psk = Psk::new(b"device", &[7; 16]).unwrap();
    let with = |mut config: Config<'static>| {
        config.set_psk(psk);
        config
    };
    let only = |role| with(Config::new(role));
    let keys = |role| with(config(role, Kind::Raw, Kind::Raw));
    // It has no key, and the server wants one.
    let keyless = with(client_config(Kind::Raw, Kind::Nothing));
    let (ecdhe, psk) = (Suite::EcdheEcdsaWithAes128Ccm8, Suite::PskWithAes128Ccm8);
    for (client, server, expected) in [
        (keys(Role::Client), keys(Role::Server), ecdhe),
        (only(Role::Client), keys(Role::Server), psk),
        (keys(Role::Client), only(Role::Server), psk),
        (keyless, keys(Role::Server), psk),
    ] {
        let mut pair = pair_of(client, server);
        assert_connects(&mut pair);
        assert_eq!(suite(&pair), Some(expected));
        let is_psk = peer(&pair.server).0 == PeerKind::Psk;
        assert_eq!(is_psk, expected == psk);
    }
}

/// Requirement 3-3: "the server's key or its hash can be provisioned"; several of each.
#[test]
fn peers_are_known_by_key_or_hash_among_several() {
    let keys = |numbers: [u8; 3]| Vec::leak(numbers.map(info).concat());
    let hashes = |numbers: [u8; 3]| Vec::leak(numbers.map(|n| key_hash(info(n))).concat());
    for (is_hashed, numbers) in [
        (false, [CLIENT, 8, SERVER]),
        (true, [SERVER, 8, CLIENT]),
        (true, [8, SERVER, CLIENT]),
    ] {
        let mut both = [Role::Client, Role::Server].map(|role| config(role, Kind::Raw, Kind::Raw));
        for config in &mut both {
            if is_hashed {
                config.set_peer_keys(info(9)).unwrap();
                config.set_peer_key_hashes(hashes(numbers)).unwrap();
            } else {
                config.set_peer_keys(keys(numbers)).unwrap();
            }
        }
        let [client, server] = both;
        assert_connects(&mut pair_of(client, server));
    }
}

/// Requirement 5.3-10, and RFC 5246 7.4.2: the root "MAY be omitted from the chain", or not.
#[test]
fn chains_of_three_and_four_below_the_anchor() {
    let a = Certificate::authority("a", 11);
    let b = Certificate::authority("b", 12).by(&a);
    let c = Certificate::authority("c", 13).by(&b);
    let three = chain(&[server_leaf().by(&b), b.clone(), a.clone()]);
    let four = chain(&[server_leaf().by(&c), c, b, a]);
    let with_root = Vec::leak([three, root()].concat());
    for own in [three, four, with_root] {
        let mut server = server_config(Kind::Certificate, Kind::Nothing);
        server.set_certificate(own).unwrap();
        assert_connects(&mut pair_of(
            client_config(Kind::Certificate, Kind::Nothing),
            server,
        ));
    }
}

/// Several anchors of one name: RFC 5280 says which is meant by nothing but the signature.
#[test]
fn one_of_several_anchors_is_the_right_one() {
    let anchors = Vec::leak([certificates::other_root(), root()].concat());
    let mut client = client_config(Kind::Certificate, Kind::Nothing);
    trust(&mut client, anchors);
    let server = server_config(Kind::Certificate, Kind::Nothing);
    assert_connects(&mut pair_of(client, server));
}

/// Requirement 16-1.
#[test]
fn certificates_in_short_records() {
    let mut client = client_config(Kind::Certificate, Kind::Certificate);
    let length = MaxFragmentLength::from_octets(512);
    client.set_max_fragment_length(length).unwrap();
    let a = Certificate::authority("a", 11).with(certificates::filler(400, false));
    client
        .set_certificate(chain(&[certificates::client_leaf().by(&a), a]))
        .unwrap();
    let server = server_config(Kind::Certificate, Kind::Certificate);
    let mut pair = pair_of(client, server);
    pair.server.reassembly = std::vec![0; 2_000];
    assert_connects(&mut pair);
}

/// A server of three names: each has its key or certificate, and its say on clients.
fn three_names() -> Config<'static> {
    let mut third = server_config(Kind::Raw, Kind::Raw);
    third.set_server_name(b"third.example").unwrap();
    let mut second = Config::new(Role::Server);
    let leaf = Certificate::leaf("b", 21).with(dns_name(b"second.example"));
    show(&mut second, 21, Some(leaf.make()));
    second.set_server_name(b"second.example").unwrap();
    second.set_next(Box::leak(Box::new(third))).unwrap();
    let mut first = server_config(Kind::Certificate, Kind::Nothing);
    first.set_next(Box::leak(Box::new(second))).unwrap();
    first
}

/// RFC 6066 section 3: the name chooses the credential, and nothing of another's is used with it.
#[test]
fn the_name_chooses_the_credentials() {
    let by_certificate = |name: &'static [u8]| {
        let mut client = client_config(Kind::Certificate, Kind::Nothing);
        client.set_server_name(name).unwrap();
        pair_of(client, three_names())
    };
    for (name, number) in [(NAME, SERVER), (b"Second.Example", 21)] {
        let mut pair = by_certificate(name);
        assert_connects(&mut pair);
        let hash = key_hash(info(number));
        assert_eq!(peer(&pair.client).1.unwrap().key_hash, &hash);
    }
    // A name that is nobody's leads to the first.
    let mut pair = by_certificate(b"fourth.example");
    assert!(!pair.complete());
    assert_eq!(
        pair.client.error,
        Some(crate::error::Error::CertificateName)
    );
    // The third wants to know its clients, and has no certificate.
    let by_key = |client| {
        let mut client = client_config(Kind::Raw, client);
        client.set_server_name(b"third.example").unwrap();
        pair_of(client, three_names())
    };
    let mut pair = by_key(Kind::Raw);
    assert_connects(&mut pair);
    assert_eq!(peer(&pair.server).0, PeerKind::RawPublicKey);
    assert!(!by_key(Kind::Nothing).complete());
    assert!(!by_certificate(b"third.example").complete());
}

/// Without a clock dates are not checked, when the application says so.
#[test]
fn no_clock_is_a_choice() {
    for now in [None, Some(NOW)] {
        let mut client = client_config(Kind::Certificate, Kind::Nothing);
        client.set_clock(false);
        let mut server = server_config(Kind::Certificate, Kind::Nothing);
        let old = server_leaf().valid("200101000000Z", "210101000000Z");
        server.set_certificate(old.make()).unwrap();
        let mut pair = pair_of(client, server);
        pair.client.host.unix_time = now;
        assert_connects(&mut pair);
    }
}
