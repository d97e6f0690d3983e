//! Configurations with raw public keys alone, a key for each number.
#![cfg(feature = "rpk")]

use std::boxed::Box;

use crate::config::{Config, Role};
use crate::credential::PrivateKey;
use crate::crypto::{P256SigningKey, SigningKey};
use crate::wire::public_key_info;

/// The SubjectPublicKeyInfo of that number.
pub(super) fn info(number: u8) -> &'static [u8] {
    let key = P256SigningKey::import(&[number; 32]).unwrap();
    Box::leak(Box::new(public_key_info::make(&key.public().unwrap())))
}

/// A configuration with the raw public key of that number, which accepts another.
pub(super) fn raw_config(role: Role, own: u8, peer: u8) -> Config<'static> {
    let key: &'static [u8; 32] = Box::leak(Box::new([own; 32]));
    let mut config = Config::new(role);
    config.set_private_key(PrivateKey::new(key).unwrap());
    config.set_raw_public_key(info(own)).unwrap();
    config.set_peer_keys(info(peer)).unwrap();
    config.check().unwrap();
    config
}
