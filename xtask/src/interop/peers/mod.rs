// SPDX-License-Identifier: MIT OR Apache-2.0
//! The peers: one file each knows how to get it and its command lines.

pub mod aiocoap;
pub mod gnutls;
pub mod libcoap;
pub mod mbedtls;
pub mod node;
pub mod openssl;
pub mod ours;
pub mod pion;
pub mod source;
pub mod tinydtls;
pub mod tshark;

use std::path::Path;
use std::process::Command;

use super::credentials::Credential;
use crate::report::Outcome;

/// What a program is told.
pub struct Talk<'a> {
    pub port: u16,
    pub credential: Credential,
    pub options: &'a [&'a str],
    pub scratch: &'a Path,
}

impl Talk<'_> {
    /// Identity and key, for a peer that has nothing else.
    pub fn psk(&self) -> (&'static str, &'static str) {
        match self.credential {
            Credential::Psk { identity, key } => (identity, key),
            Credential::PublicKey { .. } => unreachable!("a peer with pre-shared keys only"),
        }
    }
}

/// As most programs take a key.
pub fn hex(key: &str) -> String {
    key.bytes().map(|octet| format!("{octet:02x}")).collect()
}

/// A peer as client or as server.
pub struct Side {
    pub command: fn(&Talk) -> Command,
    pub data: Data,
    /// What it says when it gets a fatal alert, whose number stands at `{}`; without that,
    /// decrypt_error (51). Empty: it says nothing.
    pub refused: &'static str,
}

/// How application data comes and goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// Prints what arrives, sends what is typed.
    Typed,
    /// A server that sends back what arrives.
    Echo,
    /// A server that answers anything with its page.
    Page,
    /// A client that sends a request and prints the answer.
    Request,
    Coap,
    /// A CoAP server that answers a GET of `/` with this.
    Resource(&'static str),
    /// A CoAP client that prints the payload and nothing else. Its options end in the path.
    Payload,
    /// Prints what arrives, sends what is typed after it has said `ready`, ends when told `leave`.
    Prompted {
        ready: &'static str,
        leave: &'static str,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    OpenSsl,
    MbedTls,
    CoapGnutls,
    CoapOpenssl,
    GnuTls,
    TinyDtls,
    Aiocoap,
    Pion,
    NodeCoap,
}

impl Peer {
    pub fn name(self) -> &'static str {
        match self {
            Peer::OpenSsl => "openssl",
            Peer::MbedTls => "mbedtls",
            Peer::CoapGnutls => "libcoap-gnutls",
            Peer::CoapOpenssl => "libcoap-openssl",
            Peer::GnuTls => "gnutls",
            Peer::TinyDtls => "tinydtls",
            Peer::Aiocoap => "aiocoap",
            Peer::Pion => "pion",
            Peer::NodeCoap => "node-coap-client",
        }
    }

    /// Gets or builds it, or says why not.
    pub fn ready(self) -> Outcome {
        match self {
            Peer::OpenSsl => openssl::ready(),
            Peer::MbedTls => mbedtls::ready(),
            Peer::CoapGnutls | Peer::CoapOpenssl => libcoap::ready(),
            Peer::GnuTls => gnutls::ready(),
            Peer::TinyDtls => tinydtls::ready(),
            Peer::Aiocoap => aiocoap::ready(),
            Peer::Pion => pion::ready(),
            Peer::NodeCoap => node::ready(),
        }
    }

    pub fn server(self) -> &'static Side {
        match self {
            Peer::OpenSsl => &openssl::SERVER,
            Peer::MbedTls => &mbedtls::SERVER,
            Peer::CoapGnutls => &libcoap::SERVER_GNUTLS,
            Peer::CoapOpenssl => &libcoap::SERVER_OPENSSL,
            Peer::GnuTls => &gnutls::SERVER,
            Peer::TinyDtls => &tinydtls::SERVER,
            Peer::Aiocoap => &aiocoap::SERVER,
            Peer::Pion => &pion::SERVER,
            Peer::NodeCoap => unreachable!("node-coap-client is only a client"),
        }
    }

    pub fn client(self) -> &'static Side {
        match self {
            Peer::OpenSsl => &openssl::CLIENT,
            Peer::MbedTls => &mbedtls::CLIENT,
            Peer::CoapGnutls => &libcoap::CLIENT_GNUTLS,
            Peer::CoapOpenssl => &libcoap::CLIENT_OPENSSL,
            Peer::GnuTls => &gnutls::CLIENT,
            Peer::TinyDtls => &tinydtls::CLIENT,
            Peer::Aiocoap => &aiocoap::CLIENT,
            Peer::Pion => &pion::CLIENT,
            Peer::NodeCoap => &node::CLIENT,
        }
    }
}
