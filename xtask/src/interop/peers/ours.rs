// SPDX-License-Identifier: MIT OR Apache-2.0
//! `mote-client` and `mote-server`.

use std::process::Command;

use super::Talk;
use crate::cmake::Tools;

pub fn server(tools: &Tools, talk: &Talk) -> Command {
    let mut command = Command::new(&tools.server);
    command
        .args(["--psk", &psk(talk)])
        .args(talk.options)
        .arg(talk.port.to_string());
    command
}

pub fn client(tools: &Tools, talk: &Talk) -> Command {
    let mut command = Command::new(&tools.client);
    command.args(["--psk", &psk(talk)]).args(talk.options);
    command.arg("127.0.0.1").arg(talk.port.to_string());
    command
}

fn psk(talk: &Talk) -> String {
    format!("{}:{}", talk.identity, talk.key_hex())
}
