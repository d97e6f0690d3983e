// SPDX-License-Identifier: MIT OR Apache-2.0
//! OpenSSL 3: `s_server` and `s_client`. They print what arrives and send what is typed.

use std::process::Command;

use super::{Side, Talk};
use crate::need::{self, OPENSSL};
use crate::report::Outcome;

// Debian's security level refuses the eight-octet tag.
const CIPHER: &str = "PSK-AES128-CCM8:@SECLEVEL=0";

pub const SERVER: Side = Side {
    command: server,
    data: super::Data::Typed,
    refused: "",
};

pub const CLIENT: Side = Side {
    command: client,
    data: super::Data::Typed,
    // dtls1_read_bytes:tlsv1 alert decrypt error: ... SSL alert number 51
    refused: "SSL alert number 51",
};

pub fn ready() -> Outcome {
    need::programs(&[OPENSSL])
}

fn server(talk: &Talk) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-dtls1_2", "-4", "-nocert", "-cipher", CIPHER]);
    // Else what is typed could be a command of its own. Only where sessions are resumed does it have
    // to tell about them.
    if !talk.options.contains(&"-no_ticket") {
        command.arg("-quiet");
    }
    command.args(["-accept", &format!("127.0.0.1:{}", talk.port)]);
    command.args(["-psk_identity", talk.identity, "-psk", &talk.key_hex()]);
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-dtls1_2", "-4", "-cipher", CIPHER]);
    command.args(["-connect", &format!("127.0.0.1:{}", talk.port)]);
    command.args(["-psk_identity", talk.identity, "-psk", &talk.key_hex()]);
    command.args(talk.options);
    command
}
