// SPDX-License-Identifier: MIT OR Apache-2.0
//! aiocoap on DTLSSocket, which wraps an older tinydtls: real CoAP, by `tests/peers/aiocoap`.
//! Its keys are text.

use std::path::PathBuf;
use std::process::Command;

use super::{Data, Side, Talk, source};
use crate::need::{self, AUTOMAKE, AUTORECONF, CC, LIBTOOL, MAKE};
use crate::report::Outcome;
use crate::{paths, process};

const AIOCOAP: &str = "aiocoap==0.4.17";
const DTLS_SOCKET: &str = "DTLSSocket==0.2.3";

pub const SERVER: Side = Side {
    command: server,
    data: Data::Resource("served by aiocoap"),
    refused: "",
};

pub const CLIENT: Side = Side {
    command: client,
    data: Data::Payload,
    refused: "FatalDTLSError(51)",
};

/// The Python environment after [`ready`].
fn directory() -> PathBuf {
    paths::target().join("peers/aiocoap")
}

fn server(talk: &Talk) -> Command {
    let mut command = peer("server", talk);
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = peer("client", talk);
    command.args(talk.options);
    command
}

fn peer(role: &str, talk: &Talk) -> Command {
    let (identity, key) = talk.psk();
    let mut command = Command::new(directory().join("bin/python"));
    command
        .arg(paths::root().join("tests/peers/aiocoap/peer.py"))
        .args([role, &talk.port.to_string(), identity, key]);
    command
}

/// Makes the environment when it is not there or has other versions.
pub fn ready() -> Outcome {
    static READY: source::Attempt = source::Attempt::new();
    READY.once(get)
}

fn get() -> Outcome {
    let stamp = directory().join("motedtls-peer");
    let versions = format!("{AIOCOAP} {DTLS_SOCKET}");
    if std::fs::read_to_string(&stamp).is_ok_and(|made| made == versions) {
        return Ok(());
    }
    need::python()?;
    need::programs(&[CC, MAKE, AUTORECONF, AUTOMAKE, LIBTOOL])?;
    let mut environment = Command::new("python3");
    environment.args(["-m", "venv", "--clear"]).arg(directory());
    process::run(&mut environment)?;
    let mut install = Command::new(directory().join("bin/python"));
    install.args(["-m", "pip", "install", "--disable-pip-version-check"]);
    source::get("aiocoap", install.args([AIOCOAP, DTLS_SOCKET]))?;
    Ok(std::fs::write(stamp, versions)?)
}
