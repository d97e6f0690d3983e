// SPDX-License-Identifier: MIT OR Apache-2.0
//! libcoap's programs, built on GnuTLS and on OpenSSL: real CoAP. Their keys are text.

use std::process::Command;

use super::{Data, Side, Talk};
use crate::interop::credentials::{self, Accepts, Credential, Own};
use crate::need::{self, COAP_CLIENT, COAP_SERVER};
use crate::report::Outcome;

pub const SERVER_GNUTLS: Side = Side {
    command: |talk| server("coap-server-gnutls", talk),
    data: Data::Coap,
    refused: "Alert '{}'",
};
pub const SERVER_OPENSSL: Side = Side {
    command: |talk| server("coap-server-openssl", talk),
    data: Data::Coap,
    refused: "",
};
pub const CLIENT_GNUTLS: Side = Side {
    command: |talk| client("coap-client-gnutls", talk),
    data: Data::Coap,
    refused: "Alert '{}'",
};
pub const CLIENT_OPENSSL: Side = Side {
    command: |talk| client("coap-client-openssl", talk),
    data: Data::Coap,
    refused: "alert read:fatal:decrypt error",
};

/// What coap-server answers to a GET of `/`.
pub const GREETING: &str = "This is a test server made with libcoap";

pub fn ready() -> Outcome {
    need::programs(&[COAP_CLIENT, COAP_SERVER])
}

fn server(program: &str, talk: &Talk) -> Command {
    let mut command = Command::new(program);
    // DTLS is on the port above the one that is given.
    command.args(["-A", "127.0.0.1", "-p", &(talk.port - 1).to_string()]);
    // Shows alerts.
    command.args(["-v", "5"]);
    if let Credential::Psk { key, .. } = talk.credential {
        command.args(["-k", key]);
    }
    public_key(&mut command, talk);
    command.args(talk.options);
    command
}

/// `talk.options` end in the path.
fn client(program: &str, talk: &Talk) -> Command {
    let (path, options) = talk.options.split_last().unwrap_or((&"/", &[]));
    let mut command = Command::new(program);
    // -v 7 shows alerts; -B bounds the wait for an answer.
    command.args(["-v", "7", "-B", "8"]);
    if let Credential::Psk { identity, key } = talk.credential {
        command.args(["-k", key, "-u", identity]);
    }
    public_key(&mut command, talk);
    command.args(options);
    command.arg(format!("coaps://127.0.0.1:{}{path}", talk.port));
    command
}

fn public_key(command: &mut Command, talk: &Talk) {
    let Credential::PublicKey { own, accepts } = talk.credential else {
        return;
    };
    match own {
        Own::Nothing => (),
        // It accepts every raw key.
        Own::Raw(name) => {
            command.arg("-M").arg(credentials::key(name));
        }
        Own::Certificate(name) => {
            command.arg("-c").arg(credentials::chain(name));
            command.arg("-j").arg(credentials::key(name));
        }
    }
    if let Accepts::Under(name) = accepts {
        command.arg("-C").arg(credentials::chain(name));
    }
}
