// SPDX-License-Identifier: MIT OR Apache-2.0
//! GnuTLS: `gnutls-serv --echo` and `gnutls-cli`.

use std::process::Command;

use super::{Data, Side, Talk, hex};
use crate::interop::credentials::{self, Accepts, Credential, NAME, Own};
use crate::need::{self, GNUTLS_CLIENT, GNUTLS_SERVER};
use crate::report::Outcome;

const PRIORITY: &str = "NORMAL:-VERS-ALL:+VERS-DTLS1.2:-CIPHER-ALL:+AES-128-CCM-8:-KX-ALL:\
                        -MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-SECP256R1";

pub const SERVER: Side = Side {
    command: server,
    data: Data::Echo,
    // With --debug 5: without it says only that there was one.
    refused: "Alert[2|{}]",
};

pub const CLIENT: Side = Side {
    command: client,
    data: Data::Typed,
    refused: "Received alert [{}]",
};

pub fn ready() -> Outcome {
    need::programs(&[GNUTLS_CLIENT, GNUTLS_SERVER])
}

fn server(talk: &Talk) -> Command {
    let mut command = Command::new("gnutls-serv");
    command.args(["--udp", "--echo", "-p", &talk.port.to_string()]);
    match talk.credential {
        Credential::Psk { identity, key } => {
            let keys = talk.scratch.join("gnutls-keys");
            // A file that cannot be written shows as a server that knows no key.
            let _ = std::fs::write(&keys, format!("{identity}:{}\n", hex(key)));
            command.args(["--priority", &format!("{PRIORITY}:+PSK")]);
            command.arg("--pskpasswd").arg(keys);
        }
        Credential::PublicKey { own, accepts } => {
            let raw_client = matches!(accepts, Accepts::Raw(_));
            public_key(
                &mut command,
                own,
                accepts,
                matches!(own, Own::Raw(_)),
                raw_client,
            );
            command.arg(match accepts {
                Accepts::Nobody => "--disable-client-cert",
                Accepts::Raw(_) | Accepts::Under(_) => "--require-client-cert",
            });
        }
    }
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new("gnutls-cli");
    command.args(["--udp", "-p", &talk.port.to_string()]);
    match talk.credential {
        Credential::Psk { identity, key } => {
            command.args(["--priority", &format!("{PRIORITY}:+PSK")]);
            command.args(["--pskusername", identity, "--pskkey", &hex(key)]);
        }
        Credential::PublicKey { own, accepts } => {
            let raw_server = matches!(accepts, Accepts::Raw(_));
            public_key(
                &mut command,
                own,
                accepts,
                raw_server,
                matches!(own, Own::Raw(_)),
            );
            if raw_server {
                // It knows raw keys by first use only.
                command.arg("--insecure");
            } else {
                command.args(["--verify-hostname", NAME, "--sni-hostname", NAME]);
            }
        }
    }
    command.args(talk.options).arg("127.0.0.1");
    command
}

fn public_key(
    command: &mut Command,
    own: Own,
    accepts: Accepts,
    raw_server: bool,
    raw_client: bool,
) {
    let kind = |is_raw| if is_raw { "RAWPK" } else { "X509" };
    let (server, client) = (kind(raw_server), kind(raw_client));
    let mut priority = format!("{PRIORITY}:+ECDHE-ECDSA");
    if raw_server || raw_client {
        priority += &format!(":-CTYPE-ALL:+CTYPE-SRV-{server}:+CTYPE-CLI-{client}");
    }
    command.args(["--priority", &priority]);
    match own {
        Own::Nothing => (),
        Own::Raw(name) => {
            command
                .arg("--rawpkfile")
                .arg(credentials::public_key(name));
            command
                .arg("--rawpkkeyfile")
                .arg(credentials::key_pkcs8(name));
        }
        Own::Certificate(name) => {
            command.arg("--x509certfile").arg(credentials::chain(name));
            command.arg("--x509keyfile").arg(credentials::key(name));
        }
    }
    if let Accepts::Under(name) = accepts {
        command.arg("--x509cafile").arg(credentials::chain(name));
    }
}
