// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is measured: sets of features, the credentials that each is run with, and the figures to
//! reach. The peers are measured in the same sets.

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
    /// What it is run with. The first is the one that counts for the goals.
    pub kinds: &'static [Kind],
    pub goals: &'static [Goal],
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

/// What the two ends prove themselves with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Psk,
    Rpk,
    X509,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Psk => "PSK",
            Kind::Rpk => "RPK",
            Kind::X509 => "X.509",
        }
    }

    pub const fn pair(self) -> Pair {
        let (client, server) = match self {
            Kind::Psk => (
                Credential::psk(IDENTITY, KEY),
                Credential::psk(IDENTITY, KEY),
            ),
            Kind::Rpk => (
                end(Own::Raw("wire-client"), Accepts::Raw("wire-server")),
                end(Own::Raw("wire-server"), Accepts::Raw("wire-client")),
            ),
            Kind::X509 => (
                end(Own::Certificate("wire-client"), Accepts::Under("root")),
                end(Own::Certificate("wire-server"), Accepts::Under("root")),
            ),
        };
        Pair { client, server }
    }
}

pub const IDENTITY: &str = "device-00000001";
/// 16 octets.
pub const KEY: &str = "0123456789abcdef";

/// What a goal is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Flash,
    /// While handshaking, without the reassembly buffer.
    Ram,
    /// Of a client's handshake.
    Instructions,
}

impl Figure {
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Flash => "flash",
            Figure::Ram => "RAM",
            Figure::Instructions => "instructions",
        }
    }
}

/// A figure to reach: `limit` must not be exceeded, `aim` is what we would like.
pub struct Goal {
    pub figure: Figure,
    pub limit: u32,
    pub aim: Option<u32>,
}

const fn goal(figure: Figure, limit: u32, aim: u32) -> Goal {
    Goal {
        figure,
        limit,
        aim: Some(aim),
    }
}

const fn limit(figure: Figure, limit: u32) -> Goal {
    Goal {
        figure,
        limit,
        aim: None,
    }
}

const EVERYTHING: &str = "client,server,psk,rpk,x509";
/// What a build has of whose features nothing is said; what the header documents is of it.
const DEFAULT: &str = "client,server,psk,rpk,x509,heartbeat,certificate-url,cached-info,trusted-ca";
const ALL_KINDS: &[Kind] = &[Kind::X509, Kind::Rpk, Kind::Psk];
/// What a Cortex-M4, which has no data cache, would choose.
const M4: &str = "p256-cortex-m4,aes-table";
const TABLE: &str = "aes-table";

const fn set(name: &'static str, says: &'static str, features: &'static str) -> Set {
    Set {
        name,
        says,
        features,
        provider: "",
        many: false,
        kinds: &[Kind::Psk],
        goals: &[],
    }
}

pub const SETS: [Set; 14] = [
    Set {
        goals: &[
            goal(Figure::Flash, 18_600, 15_000),
            goal(Figure::Ram, 3_500, 2_500),
            goal(Figure::Instructions, 270_000, 160_000),
        ],
        ..set("a", "PSK client", "client,psk")
    },
    Set {
        provider: TABLE,
        goals: &[
            goal(Figure::Flash, 18_600, 15_000),
            goal(Figure::Ram, 3_500, 2_500),
            goal(Figure::Instructions, 270_000, 160_000),
        ],
        ..set("a-table", "PSK client, AES by table", "client,psk")
    },
    Set {
        goals: &[
            goal(Figure::Flash, 19_000, 18_000),
            limit(Figure::Ram, 4_200),
        ],
        ..set("b", "PSK client and server", "client,server,psk")
    },
    Set {
        provider: TABLE,
        goals: &[
            goal(Figure::Flash, 19_000, 18_000),
            limit(Figure::Ram, 4_200),
        ],
        ..set(
            "b-table",
            "PSK client and server, AES by table",
            "client,server,psk",
        )
    },
    Set {
        many: true,
        ..set(
            "b-many",
            "the same, the server for 2 peers",
            "client,server,psk",
        )
    },
    Set {
        kinds: &[Kind::X509],
        goals: &[
            goal(Figure::Flash, 45_000, 36_000),
            limit(Figure::Ram, 8_800),
            limit(Figure::Instructions, 55_000_000),
        ],
        ..set("c", "X.509 client, mutual", "client,x509")
    },
    Set {
        provider: M4,
        kinds: &[Kind::X509],
        goals: &[
            goal(Figure::Flash, 45_000, 36_000),
            limit(Figure::Ram, 5_500),
            goal(Figure::Instructions, 6_000_000, 3_000_000),
        ],
        ..set("c-m4", "X.509 client, crypto for Cortex-M4", "client,x509")
    },
    Set {
        kinds: &[Kind::Rpk],
        goals: &[limit(Figure::Instructions, 55_000_000)],
        ..set("d", "RPK client, mutual", "client,rpk")
    },
    Set {
        provider: M4,
        kinds: &[Kind::Rpk],
        goals: &[
            goal(Figure::Flash, 30_000, 24_800),
            limit(Figure::Ram, 4_200),
            goal(Figure::Instructions, 6_000_000, 3_000_000),
        ],
        ..set("d-m4", "RPK client, crypto for Cortex-M4", "client,rpk")
    },
    Set {
        kinds: ALL_KINDS,
        goals: &[goal(Figure::Flash, 53_000, 44_000)],
        ..set("e", "everything, client and server", EVERYTHING)
    },
    Set {
        provider: M4,
        kinds: ALL_KINDS,
        goals: &[
            goal(Figure::Flash, 53_000, 44_000),
            limit(Figure::Ram, 6_500),
        ],
        ..set("e-m4", "everything, crypto for Cortex-M4", EVERYTHING)
    },
    Set {
        many: true,
        kinds: ALL_KINDS,
        ..set("e-many", "everything, the server for 2 peers", EVERYTHING)
    },
    Set {
        kinds: ALL_KINDS,
        ..set("default", "the default features", DEFAULT)
    },
    Set {
        many: true,
        kinds: ALL_KINDS,
        ..set("default-many", "the same, the server for 2 peers", DEFAULT)
    },
];
