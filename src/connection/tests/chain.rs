//! Certificates with keys of our own: a root, a CA below it, and leaves.

use std::vec::Vec;

use super::craft::octets;
use super::public_keys::{info, private_key};
use crate::config::{Config, Role};
use crate::credential::PrivateKey;
use crate::crypto::{Hash, P256SigningKey, Sha256, SigningKey};
use crate::wire::ecdsa_signature;

const ECDSA_WITH_SHA256: [u8; 12] = [
    0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02,
];

/// The keys of root and CA.
pub(super) const ROOT: u8 = 101;
pub(super) const CA: u8 = 102;

/// 2026-01-01 and 2036-01-01, in seconds since 1970.
pub(super) const NOT_BEFORE: u64 = 1_767_225_600;
pub(super) const NOT_AFTER: u64 = 2_082_758_400;

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let mut out = std::vec![tag];
    match value.len() {
        length @ ..0x80 => out.push(length as u8),
        length @ ..0x100 => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend(value);
    out
}

/// A distinguished name of a common name alone.
pub(super) fn name(text: &str) -> Vec<u8> {
    let kind = [0x06, 3, 0x55, 4, 3];
    let attribute = der(0x30, &[&kind, &der(0x0C, &[text.as_bytes()])]);
    der(0x30, &[&der(0x31, &[&attribute])])
}

fn extension(number: u8, value: &[u8]) -> Vec<u8> {
    der(0x30, &[&[0x06, 3, 0x55, 0x1D, number], &der(4, &[value])])
}

/// A certificate of `subject` and its key, signed with the key of `issuer`; `host` is what a leaf is
/// for, and a CA has none.
fn certificate(subject: (&str, u8), issuer: (&str, u8), host: Option<&str>) -> Vec<u8> {
    let extensions = match host {
        Some(host) => extension(17, &der(0x30, &[&der(0x82, &[host.as_bytes()])])),
        None => [
            extension(19, &der(0x30, &[&[1, 1, 0xFF]])),
            // keyCertSign
            extension(15, &[3, 2, 2, 4]),
        ]
        .concat(),
    };
    let validity = [
        der(0x17, &[b"260101000000Z"]),
        der(0x17, &[b"360101000000Z"]),
    ];
    let tbs = der(
        0x30,
        &[
            &[0xA0, 3, 2, 1, 2, 2, 1, subject.1],
            &ECDSA_WITH_SHA256,
            &name(issuer.0),
            &der(0x30, &[&validity.concat()]),
            &name(subject.0),
            info(subject.1),
            &der(0xA3, &[&der(0x30, &[&extensions])]),
        ],
    );
    let mut hash = Sha256::new();
    hash.update(&tbs);
    let key = P256SigningKey::import(&[issuer.1; 32]).unwrap();
    let signature = key.sign(&hash.digest(), &[0; 32]).unwrap();
    let signature = octets(|sink| ecdsa_signature::emit(&signature, sink));
    der(
        0x30,
        &[&tbs, &ECDSA_WITH_SHA256, &der(3, &[&[0], &signature])],
    )
}

fn leak(octets: Vec<u8>) -> &'static [u8] {
    octets.leak()
}

pub(super) fn root() -> &'static [u8] {
    leak(certificate(("root", ROOT), ("root", ROOT), None))
}

/// A root of another name and key.
pub(super) fn other_root() -> &'static [u8] {
    leak(certificate(("other", 103), ("other", 103), None))
}

/// A leaf of that key for that host, and the CA that issued it.
pub(super) fn chain(key: u8, host: &str) -> &'static [u8] {
    let ca = certificate(("ca", CA), ("root", ROOT), None);
    leak([certificate((host, key), ("ca", CA), Some(host)), ca].concat())
}

/// A leaf straight from [`other_root`].
#[cfg(feature = "trusted-ca")]
pub(super) fn other_chain(key: u8, host: &str) -> &'static [u8] {
    leak(certificate((host, key), ("other", 103), Some(host)))
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

/// A configuration with a certificate for that host, which accepts those below [`root`].
pub(super) fn config(role: Role, key: u8, host: &str) -> Config<'static> {
    let mut config = Config::new(role);
    config.set_private_key(PrivateKey::new(private_key(key)).unwrap());
    config.set_certificate(chain(key, host)).unwrap();
    config.set_trust_anchors(root()).unwrap();
    config.set_clock(true);
    config
}
