// SPDX-License-Identifier: MIT OR Apache-2.0
//! node-coap-client: a client in JavaScript, real CoAP, by `tests/peers/node`. Its keys are text.

use std::path::PathBuf;
use std::process::Command;

use super::{Data, Side, Talk, source};
use crate::need::{self, NODE, NPM};
use crate::report::Outcome;
use crate::{paths, process};

const PACKAGE: &str = "node-coap-client@2.1.0";

pub const CLIENT: Side = Side {
    command: client,
    data: Data::Payload,
    // It waits a second for the handshake, and repeats nothing in that time.
    refused: "",
};

fn directory() -> PathBuf {
    paths::target().join("peers/node")
}

fn client(talk: &Talk) -> Command {
    let (identity, key) = talk.psk();
    let mut command = node();
    command
        .arg(paths::root().join("tests/peers/node/get.js"))
        .args([&talk.port.to_string(), identity, key])
        .args(talk.options);
    command
}

fn node() -> Command {
    let mut command = Command::new("node");
    command.env("NODE_PATH", directory().join("node_modules"));
    command
}

/// Installs the package when it is not there or has another version.
pub fn ready() -> Outcome {
    static READY: source::Attempt = source::Attempt::new();
    READY.once(get)
}

fn get() -> Outcome {
    let stamp = directory().join("motedtls-peer");
    if std::fs::read_to_string(&stamp).is_ok_and(|made| made == PACKAGE) {
        return Ok(());
    }
    need::programs(&[NODE, NPM])?;
    std::fs::create_dir_all(directory())?;
    let mut install = Command::new("npm");
    install.args(["install", "--no-audit", "--no-fund", "--prefix"]);
    source::get(PACKAGE, install.arg(directory()).arg(PACKAGE))?;
    // Its cryptography is compiled: whether there is one for this machine.
    process::run(node().args(["-e", "require('node-coap-client')"]))?;
    Ok(std::fs::write(stamp, PACKAGE)?)
}
