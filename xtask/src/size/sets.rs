// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is measured: the sets that the peers were measured in, too.

use crate::interop::credentials::{Accepts, Credential, Own, Pair, end};

/// One image of ours.
pub struct Set {
    /// As in the budget and on the command line.
    pub name: &'static str,
    pub says: &'static str,
    /// Features of the library, as `cargo` takes them; each is a define of the image as well.
    pub features: &'static str,
    /// A feature that chooses another provider for the crypto, or nothing.
    pub provider: &'static str,
    /// The server is a `mote_server`.
    pub many: bool,
    /// What the other end has and accepts.
    pub pair: Pair,
}

impl Set {
    pub fn has(&self, feature: &str) -> bool {
        self.features.split(',').any(|one| one == feature)
    }

    /// The roles in which the image runs.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        [Role::Client, Role::Server]
            .into_iter()
            .filter(|role| self.has(role.name()))
    }
}

/// Which end the image is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Client,
    Server,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Role::Client => "client",
            Role::Server => "server",
        }
    }
}

pub const IDENTITY: &str = "device-00000001";
/// 16 octets.
pub const KEY: &str = "0123456789abcdef";

const PSK: Pair = Pair {
    client: Credential::psk(IDENTITY, KEY),
    server: Credential::psk(IDENTITY, KEY),
};
const X509: Pair = Pair {
    client: end(Own::Certificate("wire-client"), Accepts::Under("root")),
    server: end(Own::Certificate("wire-server"), Accepts::Under("root")),
};
const RPK: Pair = Pair {
    client: end(Own::Raw("wire-client"), Accepts::Raw("wire-server")),
    server: end(Own::Raw("wire-server"), Accepts::Raw("wire-client")),
};

const fn set(
    name: &'static str,
    says: &'static str,
    features: &'static str,
    provider: &'static str,
    pair: Pair,
) -> Set {
    Set {
        name,
        says,
        features,
        provider,
        many: false,
        pair,
    }
}

const EVERYTHING: &str = "client,server,psk,rpk,x509";

pub const SETS: [Set; 6] = [
    set("a", "PSK client", "client,psk", "", PSK),
    set("b", "PSK client and server", "client,server,psk", "", PSK),
    Set {
        many: true,
        ..set(
            "b-many",
            "PSK client and server of several peers",
            "client,server,psk",
            "",
            PSK,
        )
    },
    set("c", "X.509 client, mutual", "client,x509", "", X509),
    set("d", "RPK client, mutual", "client,rpk", "", RPK),
    set("e", "everything, client and server", EVERYTHING, "", X509),
];
