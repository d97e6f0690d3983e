// SPDX-License-Identifier: MIT OR Apache-2.0
//! The peers: one file each knows how to get it and its command lines.

pub mod gnutls;
pub mod libcoap;
pub mod mbedtls;
pub mod openssl;
pub mod ours;
pub mod tshark;

use std::path::Path;
use std::process::Command;

use crate::report::Outcome;

/// What a program is told.
pub struct Talk<'a> {
    pub port: u16,
    pub identity: &'a str,
    /// Text, since libcoap takes no other; see [`Talk::key_hex`].
    pub key: &'a str,
    pub options: &'a [&'a str],
    pub scratch: &'a Path,
}

impl Talk<'_> {
    pub fn key_hex(&self) -> String {
        self.key
            .bytes()
            .map(|octet| format!("{octet:02x}"))
            .collect()
    }
}

/// A peer as client or as server.
pub struct Side {
    pub command: fn(&Talk) -> Command,
    pub data: Data,
    /// What a client says when it gets the fatal alert decrypt_error (51).
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
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    OpenSsl,
    MbedTls,
    CoapGnutls,
    CoapOpenssl,
    GnuTls,
}

impl Peer {
    pub const ALL: [Peer; 5] = [
        Peer::OpenSsl,
        Peer::MbedTls,
        Peer::CoapGnutls,
        Peer::CoapOpenssl,
        Peer::GnuTls,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Peer::OpenSsl => "openssl",
            Peer::MbedTls => "mbedtls",
            Peer::CoapGnutls => "libcoap-gnutls",
            Peer::CoapOpenssl => "libcoap-openssl",
            Peer::GnuTls => "gnutls",
        }
    }

    /// Gets or builds it, or says why not.
    pub fn ready(self) -> Outcome {
        match self {
            Peer::OpenSsl => openssl::ready(),
            Peer::MbedTls => mbedtls::ready(),
            Peer::CoapGnutls | Peer::CoapOpenssl => libcoap::ready(),
            Peer::GnuTls => gnutls::ready(),
        }
    }

    pub fn server(self) -> &'static Side {
        match self {
            Peer::OpenSsl => &openssl::SERVER,
            Peer::MbedTls => &mbedtls::SERVER,
            Peer::CoapGnutls => &libcoap::SERVER_GNUTLS,
            Peer::CoapOpenssl => &libcoap::SERVER_OPENSSL,
            Peer::GnuTls => &gnutls::SERVER,
        }
    }

    pub fn client(self) -> &'static Side {
        match self {
            Peer::OpenSsl => &openssl::CLIENT,
            Peer::MbedTls => &mbedtls::CLIENT,
            Peer::CoapGnutls => &libcoap::CLIENT_GNUTLS,
            Peer::CoapOpenssl => &libcoap::CLIENT_OPENSSL,
            Peer::GnuTls => &gnutls::CLIENT,
        }
    }
}
