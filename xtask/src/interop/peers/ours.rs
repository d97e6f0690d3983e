// SPDX-License-Identifier: MIT OR Apache-2.0
//! `mote-client` and `mote-server`.

use std::process::Command;

use super::{Talk, hex};
use crate::cmake::Tools;
use crate::interop::credentials::{self, Accepts, Credential, NAME, Own};

pub fn server(tools: &Tools, talk: &Talk) -> Command {
    let mut command = Command::new(&tools.server);
    credential(&mut command, talk);
    command.args(talk.options).arg(talk.port.to_string());
    command
}

pub fn client(tools: &Tools, talk: &Talk) -> Command {
    let mut command = Command::new(&tools.client);
    if credential(&mut command, talk) {
        command.args(["--name", NAME]);
    }
    command.args(talk.options);
    command.arg("127.0.0.1").arg(talk.port.to_string());
    command
}

/// True when the peer must have a certificate.
fn credential(command: &mut Command, talk: &Talk) -> bool {
    let (own, accepts) = match talk.credential {
        Credential::Psk { identity, key } => {
            command.args(["--psk", &format!("{identity}:{}", hex(key))]);
            return false;
        }
        Credential::PublicKey { own, accepts } => (own, accepts),
    };
    match own {
        Own::Nothing => (),
        Own::Raw(name) => {
            command.arg("--rpk").arg(credentials::key(name));
        }
        Own::Certificate(name) => {
            command.arg("--cert").arg(credentials::chain(name));
            command.arg("--key").arg(credentials::key_pkcs8(name));
        }
    }
    match accepts {
        Accepts::Nobody => (),
        Accepts::Raw(name) => {
            command.arg("--peer-rpk").arg(credentials::public_key(name));
        }
        Accepts::Under(name) => {
            command.arg("--ca").arg(credentials::chain(name));
        }
    }
    matches!(accepts, Accepts::Under(_))
}
