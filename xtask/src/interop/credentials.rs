// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the two ends of a conversation prove themselves with, and the keys and certificates for
//! it: made by the openssl command line once per run, good ones and bad ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::peers::{source::Attempt, tinydtls};
use crate::need::{self, OPENSSL};
use crate::report::Outcome;
use crate::{paths, process};

/// What one end has and what it accepts. Names are those of the tables below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    Psk {
        identity: &'static str,
        /// Text, since libcoap takes no other.
        key: &'static str,
    },
    PublicKey {
        own: Own,
        accepts: Accepts,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Own {
    Nothing,
    Raw(&'static str),
    Certificate(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// A server that asks for nothing.
    Nobody,
    Raw(&'static str),
    /// Certificates below this one.
    Under(&'static str),
}

/// Both ends of a conversation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub client: Credential,
    pub server: Credential,
}

pub const X509_MUTUAL: Pair = Pair {
    client: end(Own::Certificate("client"), Accepts::Under("root")),
    server: end(Own::Certificate("server"), Accepts::Under("root")),
};
pub const X509_SERVER_ONLY: Pair = Pair {
    client: end(Own::Nothing, Accepts::Under("root")),
    server: end(Own::Certificate("server"), Accepts::Nobody),
};
pub const RPK_MUTUAL: Pair = Pair {
    client: end(Own::Raw("client"), Accepts::Raw("server")),
    server: end(Own::Raw("server"), Accepts::Raw("client")),
};
pub const RPK_SERVER_ONLY: Pair = Pair {
    client: end(Own::Nothing, Accepts::Raw("server")),
    server: end(Own::Raw("server"), Accepts::Nobody),
};
/// The client has a raw key, the server a certificate.
pub const RPK_TO_X509: Pair = Pair {
    client: end(Own::Raw("client"), Accepts::Under("root")),
    server: end(Own::Certificate("server"), Accepts::Raw("client")),
};
/// The client has a certificate, the server a raw key.
pub const X509_TO_RPK: Pair = Pair {
    client: end(Own::Certificate("client"), Accepts::Raw("server")),
    server: end(Own::Raw("server"), Accepts::Under("root")),
};

/// One end with public keys.
pub const fn end(own: Own, accepts: Accepts) -> Credential {
    Credential::PublicKey { own, accepts }
}

impl Pair {
    /// The same key at both.
    pub const fn psk(identity: &'static str, key: &'static str) -> Self {
        Pair {
            client: Credential::psk(identity, key),
            server: Credential::psk(identity, key),
        }
    }
}

impl Credential {
    pub const fn psk(identity: &'static str, key: &'static str) -> Self {
        Credential::Psk { identity, key }
    }

    /// The same end with something else of its own.
    pub fn with(self, own: Own) -> Self {
        match self {
            Credential::PublicKey { accepts, .. } => Credential::PublicKey { own, accepts },
            psk @ Credential::Psk { .. } => psk,
        }
    }

    /// What this end gets to know of what `peer` has.
    pub fn sees(self, peer: Self) -> Self {
        match self {
            Credential::PublicKey {
                accepts: Accepts::Nobody,
                ..
            } => peer.with(Own::Nothing),
            _ => peer,
        }
    }

    pub fn ready(self) -> Outcome {
        match self {
            Credential::Psk { .. } => Ok(()),
            Credential::PublicKey { .. } => ready(),
        }
    }

    /// Whether our `connected` line says that the peer has this.
    pub fn is_in(self, line: &str) -> Outcome<bool> {
        // Later fields may follow.
        let line = format!("{line} ");
        let peer = match self {
            Credential::Psk { identity, .. } => format!("psk:{identity}"),
            Credential::PublicKey { own, .. } => match own {
                Own::Nothing => "none".into(),
                Own::Raw(name) => {
                    let hash = std::fs::read_to_string(raw_key_hash(name))?;
                    format!("rpk:{}", hash.trim())
                }
                Own::Certificate("client") => {
                    let is_named = line.contains(" peer=cert:urn:dev:mac:0024befffe804ff1 ");
                    return Ok(is_named && line.contains(" eui64=0024befffe804ff1 "));
                }
                Own::Certificate(_) => format!("cert:{NAME}"),
            },
        };
        Ok(line.contains(&format!(" peer={peer} ")))
    }
}

/// What servers are called.
pub const NAME: &str = "coap.example";
/// The length of the leaves for which the figures of the wire are given.
pub const WIRE_LEAF: usize = 358;

/// A certificate, with a section of the configuration and the one that signs it.
struct Certificate {
    name: &'static str,
    issuer: &'static str,
    section: &'static str,
    /// Years.
    from: u16,
    to: u16,
}

const fn certificate(
    name: &'static str,
    issuer: &'static str,
    section: &'static str,
) -> Certificate {
    let (from, to) = (2020, 2099);
    Certificate {
        name,
        issuer,
        section,
        from,
        to,
    }
}

/// Issuers first.
const CERTIFICATES: [Certificate; 16] = [
    certificate("root", "root", "ca-certificate"),
    certificate("intermediate", "root", "below-the-root"),
    certificate("server", "intermediate", "server"),
    certificate("client", "root", "client"),
    certificate("long-1", "root", "long-ca"),
    certificate("long-2", "long-1", "long-ca"),
    certificate("long", "long-2", "long-either"),
    // The bad ones.
    certificate("other-root", "other-root", "ca-certificate"),
    certificate("under-other-root", "other-root", "either"),
    certificate("elsewhere", "root", "elsewhere"),
    Certificate {
        to: 2021,
        ..certificate("expired", "root", "either")
    },
    Certificate {
        from: 2098,
        ..certificate("not-yet-valid", "root", "either")
    },
    certificate("mute-ca", "root", "mute"),
    certificate("under-mute-ca", "mute-ca", "either"),
    certificate("under-leaf", "server", "either"),
    // Its key is then exchanged for another.
    certificate("other-key", "root", "either"),
];

/// Raw keys that are nobody's certificate.
const RAW_KEYS: [&str; 1] = ["stranger"];

fn directory() -> PathBuf {
    paths::target().join("interop-credentials")
}

fn file(name: &str, kind: &str) -> PathBuf {
    directory().join(format!("{name}.{kind}"))
}

/// Leaf first, in PEM; without the self-signed end.
pub fn chain(name: &str) -> PathBuf {
    file(name, "crt")
}

/// The chain without its leaf, where there is more.
pub fn rest_of_chain(name: &str) -> Option<PathBuf> {
    Some(file(name, "rest")).filter(|file| file.is_file())
}

/// SEC1, in PEM.
pub fn key(name: &str) -> PathBuf {
    file(name, "key")
}

/// PKCS#8, in PEM.
pub fn key_pkcs8(name: &str) -> PathBuf {
    file(name, "p8")
}

/// SubjectPublicKeyInfo, in PEM.
pub fn public_key(name: &str) -> PathBuf {
    file(name, "pub")
}

/// The certificate itself, in DER.
pub fn leaf_der(name: &str) -> Outcome<Vec<u8>> {
    let der = file(name, "der");
    let to_der = ["x509", "-outform", "DER", "-out", &der.to_string_lossy()];
    openssl(&to_der, "-in", &chain(name))?;
    Ok(std::fs::read(der)?)
}

/// The private key, SEC1 in DER.
pub fn key_der(name: &str) -> Outcome<Vec<u8>> {
    let der = file(name, "key.der");
    let to_der = ["ec", "-outform", "DER", "-out", &der.to_string_lossy()];
    openssl(&to_der, "-in", &key(name))?;
    Ok(std::fs::read(der)?)
}

/// SubjectPublicKeyInfo, in DER.
pub fn public_key_der(name: &str) -> Outcome<Vec<u8>> {
    Ok(std::fs::read(file(name, "pub.der"))?)
}

fn raw_key_hash(name: &str) -> PathBuf {
    file(name, "sha256")
}

/// Makes them all.
pub fn ready() -> Outcome {
    static READY: Attempt = Attempt::new();
    READY.once(make)
}

fn make() -> Outcome {
    need::programs(&[OPENSSL])?;
    let _ = std::fs::remove_dir_all(directory());
    std::fs::create_dir_all(directory())?;
    std::fs::write(directory().join("index"), "")?;
    std::fs::write(directory().join("serial"), "1000")?;
    for certificate in &CERTIFICATES {
        new_key(certificate.name)?;
        sign(certificate, certificate.name)?;
    }
    for name in RAW_KEYS {
        new_key(name)?;
    }
    new_key("other-key")?;
    for name in ["wire-server", "wire-client"] {
        new_key(name)?;
        leaf_of_length(name)?;
    }
    for (name, pem) in [
        ("tinydtls-server", tinydtls::SERVER_KEY),
        ("tinydtls-client", tinydtls::CLIENT_KEY),
    ] {
        std::fs::write(public_key(name), pem)?;
        write_hash(name)?;
    }
    Ok(())
}

fn new_key(name: &str) -> Outcome {
    let key = key(name);
    openssl(
        &["ecparam", "-name", "prime256v1", "-genkey", "-noout"],
        "-out",
        &key,
    )?;
    for (what, to) in [
        (&["pkcs8", "-topk8", "-nocrypt"][..], key_pkcs8(name)),
        (&["pkey", "-pubout"][..], public_key(name)),
    ] {
        std::fs::write(to, openssl(what, "-in", &key)?)?;
    }
    write_hash(name)
}

/// The SHA-256 hash of the SubjectPublicKeyInfo, in hexadecimal digits.
fn write_hash(name: &str) -> Outcome {
    let der = file(name, "pub.der");
    let to_der = [
        "pkey",
        "-pubin",
        "-outform",
        "DER",
        "-out",
        &der.to_string_lossy(),
    ];
    openssl(&to_der, "-in", &public_key(name))?;
    let hash = openssl(&["dgst", "-sha256", "-r"], "--", &der)?;
    let digits = hash.split_whitespace().next().unwrap_or_default();
    Ok(std::fs::write(raw_key_hash(name), digits)?)
}

fn sign(certificate: &Certificate, common_name: &str) -> Outcome {
    let Certificate { name, issuer, .. } = *certificate;
    let request = file(name, "csr");
    let configuration = paths::root().join("tests/peers/openssl/ca.cnf");
    let mut new = command(&["req", "-new", "-config"]);
    new.arg(&configuration);
    new.args(["-subj", &format!("/CN={common_name}"), "-key"])
        .arg(key(name));
    process::run(new.arg("-out").arg(&request))?;
    // The part of the issuer's file that is the issuer's own.
    let mut ca = command(&["ca", "-batch", "-notext", "-preserveDN", "-config"]);
    ca.arg(configuration);
    ca.args(["-extensions", certificate.section])
        .arg("-in")
        .arg(request);
    for (option, year) in [
        ("-startdate", certificate.from),
        ("-enddate", certificate.to),
    ] {
        ca.args([option, &format!("{year}0101000000Z")]);
    }
    let leaf = file(name, "leaf");
    ca.arg("-out").arg(&leaf).arg("-keyfile").arg(key(issuer));
    if issuer == name {
        ca.arg("-selfsign");
    } else {
        ca.arg("-cert").arg(file(issuer, "leaf"));
    }
    process::run(&mut ca)?;
    let mut whole = std::fs::read_to_string(leaf)?;
    // The anchor itself stays at home.
    let rest = match CERTIFICATES.iter().find(|other| other.name == issuer) {
        Some(issuer) if issuer.issuer != issuer.name => {
            std::fs::read_to_string(chain(issuer.name))?
        }
        _ => String::new(),
    };
    if !rest.is_empty() {
        std::fs::write(file(name, "rest"), &rest)?;
    }
    whole += &rest;
    Ok(std::fs::write(chain(name), whole)?)
}

/// A certificate of [`WIRE_LEAF`] octets: the length of its subject makes up the difference, and
/// it is signed until the signature, of 70 to 72 octets, fits too.
fn leaf_of_length(name: &'static str) -> Outcome {
    let mut subject = String::from("device-0001");
    for _ in 0..100 {
        sign(&certificate(name, "root", "wire"), &subject)?;
        let length = leaf_der(name)?.len();
        if length == WIRE_LEAF {
            return Ok(());
        }
        // RFC 5280: a common name has at most 64 characters.
        let wanted = (subject.len() + WIRE_LEAF)
            .saturating_sub(length)
            .clamp(1, 64);
        subject = "device-0001"
            .chars()
            .chain(std::iter::repeat('x'))
            .take(wanted)
            .collect();
    }
    Err(format!("no certificate of {WIRE_LEAF} octets comes about").into())
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(directory());
    command
}

/// What openssl prints with `option file` behind the arguments.
fn openssl(arguments: &[&str], option: &str, file: &Path) -> Outcome<String> {
    process::run(command(arguments).arg(option).arg(file))
}
