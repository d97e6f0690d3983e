//! Raw public keys and certificates: the ends that all these tests are about.

mod certificates;
mod connected;
mod exchanges;
mod hellos;
mod names;
mod network;
mod operations;
mod order;
mod randomness;
mod refusals;
mod scripts;
mod sessions;
mod signers;
mod sizes;
mod states;

use std::boxed::Box;
use std::collections::BTreeMap;
use std::sync::Mutex;

use super::end::End;
use super::pair::Pair;
use crate::config::{Config, Role};
use crate::credential::PrivateKey;
use crate::crypto::{P256SigningKey, SigningKey};
use crate::wire::public_key_info;
pub(crate) use certificates::NOW;
use certificates::{client_chain, root, server_chain};

/// The server's name.
pub(crate) const NAME: &[u8] = b"server.example";
/// The numbers of the ends' keys.
pub(crate) const CLIENT: u8 = 1;
pub(crate) const SERVER: u8 = 2;

/// What an end shows, or accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nothing,
    Raw,
    Certificate,
}

/// What server and client can show.
pub(super) const KINDS: [(Kind, Kind); 6] = [
    (Kind::Raw, Kind::Nothing),
    (Kind::Raw, Kind::Raw),
    (Kind::Raw, Kind::Certificate),
    (Kind::Certificate, Kind::Nothing),
    (Kind::Certificate, Kind::Raw),
    (Kind::Certificate, Kind::Certificate),
];

/// A key of its own for each number.
pub(super) fn private_key(number: u8) -> &'static [u8; 32] {
    Box::leak(Box::new([number; 32]))
}

/// Its SubjectPublicKeyInfo.
pub(super) fn info(number: u8) -> &'static [u8] {
    static MADE: Mutex<BTreeMap<u8, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap();
    made.entry(number).or_insert_with(|| {
        let key = P256SigningKey::import(&[number; 32]).unwrap();
        Box::leak(Box::new(public_key_info::make(&key.public().unwrap())))
    })
}

/// Lets an end show the key of that number, in a certificate if there is a chain.
pub(super) fn show(config: &mut Config<'static>, number: u8, chain: Option<&'static [u8]>) {
    config.set_private_key(PrivateKey::new(private_key(number)).unwrap());
    match chain {
        Some(chain) => config.set_certificate(chain).unwrap(),
        None => config.set_raw_public_key(info(number)).unwrap(),
    }
}

/// Lets an end accept certificates below these anchors, by the clock.
pub(super) fn trust(config: &mut Config<'static>, anchors: &'static [u8]) {
    config.set_trust_anchors(anchors).unwrap();
    config.set_clock(true);
}

/// An end that shows something of that kind, and accepts it of its peer.
pub(crate) fn config(role: Role, own: Kind, peers: Kind) -> Config<'static> {
    let mut config = Config::new(role);
    let (number, peer, chain) = match role {
        Role::Client => (CLIENT, SERVER, client_chain()),
        Role::Server => (SERVER, CLIENT, server_chain()),
    };
    match own {
        Kind::Nothing => {}
        Kind::Raw => show(&mut config, number, None),
        Kind::Certificate => show(&mut config, number, Some(chain)),
    }
    match peers {
        Kind::Nothing => {}
        Kind::Raw => config.set_peer_keys(info(peer)).unwrap(),
        Kind::Certificate => trust(&mut config, root()),
    }
    if role == Role::Client && peers == Kind::Certificate {
        config.set_server_name(NAME).unwrap();
    }
    config.check().unwrap();
    config
}

/// An end whose clock has a time, and that has room for chains.
pub(crate) fn end(config: Config<'static>, seed: u64) -> End {
    let mut end = End::new(config, seed);
    end.host.unix_time = Some(NOW);
    end.reassembly = std::vec![0; 3_500];
    end
}

pub(super) fn client_config(server: Kind, client: Kind) -> Config<'static> {
    config(Role::Client, client, server)
}

pub(super) fn server_config(server: Kind, client: Kind) -> Config<'static> {
    config(Role::Server, server, client)
}

pub(super) fn pair_of(client: Config<'static>, server: Config<'static>) -> Pair {
    Pair::of(end(client, 1), end(server, 2))
}

/// A server and a client that show this.
pub(super) fn pair(server: Kind, client: Kind) -> Pair {
    pair_of(client_config(server, client), server_config(server, client))
}

/// They connect, and hear each other.
#[track_caller]
pub(super) fn assert_connects(pair: &mut Pair) {
    let is_complete = pair.complete();
    let errors = (pair.client.error, pair.server.error);
    assert!(is_complete, "{errors:?}");
    assert_eq!(pair.client.exported(), pair.server.exported());
    pair.assert_talks();
}
