// SPDX-License-Identifier: MIT OR Apache-2.0
//! OpenSSL 3: `s_server` and `s_client`. They print what arrives and send what is typed.

use std::process::Command;

use super::{Side, Talk, hex};
use crate::interop::credentials::{self, Accepts, Credential, NAME, Own};
use crate::need::{self, OPENSSL};
use crate::report::Outcome;

// Debian's security level refuses the eight-octet tag.
const PSK_CIPHER: &str = "PSK-AES128-CCM8:@SECLEVEL=0";
const CIPHER: &str = "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0";
const REFUSED: &str = "SSL alert number {}";

pub const SERVER: Side = Side {
    command: server,
    data: super::Data::Typed,
    // dtls1_read_bytes:tlsv1 alert decrypt error: ... SSL alert number 51
    refused: REFUSED,
};

pub const CLIENT: Side = Side {
    command: client,
    data: super::Data::Typed,
    refused: REFUSED,
};

pub fn ready() -> Outcome {
    need::programs(&[OPENSSL])
}

fn server(talk: &Talk) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_server", "-dtls1_2", "-4"]);
    // Else what is typed could be a command of its own. Only where sessions are resumed does it have
    // to tell about them.
    if !talk.options.contains(&"-no_ticket") {
        command.arg("-quiet");
    }
    command.args(["-accept", &format!("127.0.0.1:{}", talk.port)]);
    if let Credential::Psk { .. } = talk.credential {
        command.arg("-nocert");
    }
    if credential(&mut command, talk) {
        command.args(["-Verify", "2", "-verify_return_error"]);
    }
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-dtls1_2", "-4"]);
    command.args(["-connect", &format!("127.0.0.1:{}", talk.port)]);
    if credential(&mut command, talk) {
        command.args(["-verify_return_error", "-verify_hostname", NAME]);
        command.args(["-servername", NAME]);
    }
    command.args(talk.options);
    command
}

/// True when the peer must have a certificate.
fn credential(command: &mut Command, talk: &Talk) -> bool {
    let (own, accepts) = match talk.credential {
        Credential::Psk { identity, key } => {
            command.args(["-cipher", PSK_CIPHER]);
            command.args(["-psk_identity", identity, "-psk", &hex(key)]);
            return false;
        }
        Credential::PublicKey { own, accepts } => (own, accepts),
    };
    command.args(["-cipher", CIPHER]);
    match own {
        Own::Nothing => (),
        Own::Certificate(name) => {
            command.arg("-cert").arg(credentials::chain(name));
            command.arg("-key").arg(credentials::key(name));
            if let Some(rest) = credentials::rest_of_chain(name) {
                command.arg("-cert_chain").arg(rest);
            }
        }
        Own::Raw(_) => unreachable!("OpenSSL 3.0 has no raw public keys"),
    }
    match accepts {
        Accepts::Nobody => false,
        Accepts::Under(name) => {
            command.arg("-CAfile").arg(credentials::chain(name));
            true
        }
        Accepts::Raw(_) => unreachable!("OpenSSL 3.0 has no raw public keys"),
    }
}
