//! Certificates made as they are needed, with keys that are known. `tests/certificates` has those
//! for the rules of path validation, made by another hand.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::vec::Vec;

use super::{CLIENT, NAME, SERVER, info, private_key};
use crate::connection::tests::craft::octets;
use crate::crypto::{Hash, P256SigningKey, Sha256, SigningKey};
use crate::wire::ecdsa_signature;

/// 2026-01-01, a time at which certificates are valid unless their dates say otherwise.
pub(crate) const NOW: u64 = 1_767_225_600;
/// 2030-01-01, the end of them.
pub(super) const END: u64 = 1_893_456_000;

/// The number of the root's key.
const ROOT: u8 = 100;
const EUI64: &[u8] = b"urn:dev:mac:00112233aabbccff";

pub(super) fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let content = contents.concat();
    let mut out = std::vec![tag];
    match content.len() {
        length @ ..=0x7F => out.push(length as u8),
        length @ ..=0xFF => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend(content);
    out
}

/// id-ce `number`.
fn extension(number: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xFF] } else { &[] };
    let value = der(4, &[value]);
    der(0x30, &[&[6, 3, 0x55, 0x1D, number], critical, &value])
}

pub(super) fn key_usage(bits: u8) -> Vec<u8> {
    let unused = bits.trailing_zeros() as u8;
    extension(15, true, &[3, 2, unused, bits])
}

pub(super) fn basic_constraints(is_ca: bool) -> Vec<u8> {
    let value: &[u8] = if is_ca {
        &[0x30, 3, 1, 1, 0xFF]
    } else {
        &[0x30, 0]
    };
    extension(19, true, value)
}

/// id-kp: 1 for servers, 2 for clients.
pub(super) fn extended_key_usage(purpose: u8) -> Vec<u8> {
    let purpose = der(6, &[&[0x2B, 6, 1, 5, 5, 7, 3, purpose]]);
    extension(37, false, &der(0x30, &[&purpose]))
}

pub(super) fn dns_name(name: &[u8]) -> Vec<u8> {
    names(&[(DNS_NAME, name)])
}

pub(super) fn uri(uri: &[u8]) -> Vec<u8> {
    names(&[(URI, uri)])
}

/// Forms of names in a subjectAltName.
pub(super) const EMAIL: u8 = 0x81;
pub(super) const DNS_NAME: u8 = 0x82;
pub(super) const URI: u8 = 0x86;

/// A subjectAltName of these.
pub(super) fn names(names: &[(u8, &[u8])]) -> Vec<u8> {
    let names: Vec<u8> = (names.iter())
        .flat_map(|(form, name)| der(*form, &[name]))
        .collect();
    extension(17, false, &der(0x30, &[&names]))
}

/// One that nobody knows, of so many octets.
pub(super) fn filler(length: usize, critical: bool) -> Vec<u8> {
    extension(127, critical, &std::vec![0x5A; length])
}

/// A certificate to be.
#[derive(Clone)]
pub(super) struct Certificate {
    pub(super) subject: &'static str,
    /// The number of the key that it certifies.
    pub(super) key: u8,
    pub(super) issuer: (&'static str, u8),
    pub(super) validity: [&'static str; 2],
    pub(super) extensions: Vec<Vec<u8>>,
}

impl Certificate {
    /// A leaf below the root, without names but for the subject.
    pub(super) fn leaf(subject: &'static str, key: u8) -> Self {
        Certificate {
            subject,
            key,
            issuer: ("root", ROOT),
            validity: ["240101000000Z", "300101000000Z"],
            extensions: Vec::new(),
        }
    }

    /// A CA below the root.
    pub(super) fn authority(subject: &'static str, key: u8) -> Self {
        let leaf = Self::leaf(subject, key);
        leaf.with(basic_constraints(true)).with(key_usage(0x04))
    }

    pub(super) fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    pub(super) fn by(mut self, issuer: &Certificate) -> Self {
        self.issuer = (issuer.subject, issuer.key);
        self
    }

    /// UTCTimes, the last octets of which are not said.
    pub(super) fn valid(mut self, from: &'static str, to: &'static str) -> Self {
        self.validity = [from, to];
        self
    }

    pub(super) fn sign(&self) -> Vec<u8> {
        let algorithm = der(0x30, &[&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]]);
        let name = |name: &str| {
            let attribute = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0C, &[name.as_bytes()])]);
            der(0x30, &[&der(0x31, &[&attribute])])
        };
        let [from, to] = self.validity.map(|time| der(0x17, &[time.as_bytes()]));
        let mut fields = std::vec![
            std::vec![0xA0, 3, 2, 1, 2],
            std::vec![2, 2, 0x11, self.key],
            algorithm.clone(),
            name(self.issuer.0),
            der(0x30, &[&from, &to]),
            name(self.subject),
            info(self.key).to_vec(),
        ];
        if !self.extensions.is_empty() {
            let extensions = der(0x30, &[&self.extensions.concat()]);
            fields.push(der(0xA3, &[&extensions]));
        }
        let tbs = der(0x30, &[&fields.concat()]);
        let mut hash = Sha256::new();
        hash.update(&tbs);
        let key = P256SigningKey::import(private_key(self.issuer.1)).unwrap();
        let signature = key.sign(&hash.digest(), &[0; 32]).unwrap();
        let signature = octets(|sink| ecdsa_signature::emit(&signature, sink));
        let signature = der(3, &[&[0], &signature]);
        der(0x30, &[&tbs, &algorithm, &signature])
    }

    /// For a configuration, which borrows it.
    pub(super) fn make(&self) -> &'static [u8] {
        Vec::leak(self.sign())
    }
}

/// Certificates one after another.
pub(super) fn chain(certificates: &[Certificate]) -> &'static [u8] {
    let all = certificates.iter().map(Certificate::sign);
    Vec::leak(all.collect::<Vec<_>>().concat())
}

/// Made once: signing takes its time.
fn once(number: u8, make: fn() -> Certificate) -> &'static [u8] {
    static MADE: Mutex<BTreeMap<u8, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap();
    made.entry(number).or_insert_with(|| make().make())
}

pub(super) fn root() -> &'static [u8] {
    once(ROOT, || Certificate::authority("root", ROOT))
}

/// A root of the same name, and another key.
pub(super) fn other_root() -> &'static [u8] {
    once(ROOT + 1, || {
        let mut root = Certificate::authority("root", ROOT + 1);
        root.issuer.1 = ROOT + 1;
        root
    })
}

pub(super) fn server_leaf() -> Certificate {
    Certificate::leaf("a server", SERVER).with(dns_name(NAME))
}

pub(super) fn client_leaf() -> Certificate {
    Certificate::leaf("a device", CLIENT).with(uri(EUI64))
}

pub(super) fn server_chain() -> &'static [u8] {
    once(SERVER, server_leaf)
}

pub(super) fn client_chain() -> &'static [u8] {
    once(CLIENT, client_leaf)
}

#[test]
fn they_are_certificates() {
    let all = [root(), other_root(), server_chain(), client_chain()].concat();
    assert_eq!(crate::x509::check(&all), Ok(4));
}
