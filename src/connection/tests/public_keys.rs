//! Raw public keys and certificates: who is accepted, and who is not.

use super::end::End;
use super::pair::Pair;
use crate::config::{Config, Role};
use crate::credential::PrivateKey;
use crate::credential::peer::PeerKind;
use crate::credential::public_key::key_hash;
use crate::crypto::{P256SigningKey, SigningKey};
use crate::wire::public_key_info;

/// A key of its own for each number.
pub(super) fn private_key(number: u8) -> &'static [u8; 32] {
    std::boxed::Box::leak(std::boxed::Box::new([number; 32]))
}

/// Its SubjectPublicKeyInfo.
pub(super) fn info(number: u8) -> &'static [u8] {
    let key = P256SigningKey::import(&[number; 32]).unwrap();
    let info = public_key_info::make(&key.public().unwrap());
    std::boxed::Box::leak(std::boxed::Box::new(info))
}

/// A configuration with the raw public key of that number, which accepts another.
pub(super) fn raw_config(role: Role, own: u8, peer: u8) -> Config<'static> {
    let mut config = Config::new(role);
    config.set_private_key(PrivateKey::new(private_key(own)).unwrap());
    config.set_raw_public_key(info(own)).unwrap();
    config.set_peer_keys(info(peer)).unwrap();
    config.check().unwrap();
    config
}

fn pair(client: Config<'static>, server: Config<'static>) -> Pair {
    Pair::of(End::new(client, 1), End::new(server, 2))
}

#[test]
fn raw_public_keys_both_ways() {
    let mut pair = pair(
        raw_config(Role::Client, 1, 2),
        raw_config(Role::Server, 2, 1),
    );
    assert!(
        pair.complete(),
        "{:?} {:?}",
        pair.client.error,
        pair.server.error
    );
    pair.assert_talks();
    for (end, peer) in [(&pair.client, 2), (&pair.server, 1)] {
        let names = &end.connection.association().names;
        assert_eq!(names.kind(), PeerKind::RawPublicKey);
        assert_eq!(names.identity()[..32], key_hash(info(peer)));
    }
}
