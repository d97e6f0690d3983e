// SPDX-License-Identifier: MIT OR Apache-2.0
//! GnuTLS: `gnutls-serv --echo` and `gnutls-cli`.

use std::process::Command;

use super::{Data, Side, Talk};
use crate::need::{self, GNUTLS_CLIENT, GNUTLS_SERVER};
use crate::report::Outcome;

const PRIORITY: &str = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-CIPHER-ALL:+AES-128-CCM-8:-KX-ALL:\
                        -MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-SECP256R1:+PSK";

pub const SERVER: Side = Side {
    command: server,
    data: Data::Echo,
    refused: "",
};

pub const CLIENT: Side = Side {
    command: client,
    data: Data::Typed,
    refused: "Received alert [51]",
};

pub fn ready() -> Outcome {
    need::programs(&[GNUTLS_CLIENT, GNUTLS_SERVER])
}

fn server(talk: &Talk) -> Command {
    let keys = talk.scratch.join("gnutls-keys");
    // A file that cannot be written shows as a server that knows no key.
    let _ = std::fs::write(&keys, format!("{}:{}\n", talk.identity, talk.key_hex()));
    let mut command = Command::new("gnutls-serv");
    command.args([
        "--udp",
        "--echo",
        "--priority",
        PRIORITY,
        "-p",
        &talk.port.to_string(),
    ]);
    command.arg("--pskpasswd").arg(keys).args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new("gnutls-cli");
    command.args([
        "--udp",
        "--priority",
        PRIORITY,
        "-p",
        &talk.port.to_string(),
    ]);
    command.args(["--pskusername", talk.identity, "--pskkey", &talk.key_hex()]);
    command.args(talk.options).arg("127.0.0.1");
    command
}
