// SPDX-License-Identifier: MIT OR Apache-2.0
//! tinydtls: its own `dtls-client` and `dtls-server`, built once from the sources that crate
//! `tinydtls-sys` ships. The server knows one key, [`IDENTITY`] with [`KEY`]; both
//! have one raw public key each, and accept all others.

use std::path::PathBuf;
use std::process::Command;

use super::{Data, Side, Talk, source};
use crate::interop::credentials::Credential;
use crate::need::{self, CC, CMAKE, MAKE};
use crate::report::Outcome;
use crate::{paths, process};

pub const CRATE: &str = "tinydtls-sys";
pub const VERSION: &str = "0.2.0";
const PROGRAMS: [&str; 2] = ["dtls-client", "dtls-server"];

pub const IDENTITY: &str = "Client_identity";
pub const KEY: &str = "secretPSK";

const SUITE: &str = "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8";

/// The public half of the key in dtls-server.c.
pub const SERVER_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE0FXuFAhNbgYVWZ21g5E+Sj5FJqJw
TWHyekzPupdY75q0GLZK/oAw2h3c9PQuLyYx0EOx+wPiL00X3kP5+a3ucA==
-----END PUBLIC KEY-----
";

/// The same of dtls-client.c.
pub const CLIENT_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENt/ixvny7SnaCpqPYmhOkWN1uhAw
DCjF5Hz78l+lj1JxoNT83hq4eFo8eGk1p8+r6T+Ycgna7QtPq8Nvx3L4KQ==
-----END PUBLIC KEY-----
";

pub const SERVER: Side = Side {
    command: server,
    data: Data::Echo,
    // With -v 6.
    refused: "** Alert: level 2, description {}",
};

pub const CLIENT: Side = Side {
    command: client,
    // What is typed before is lost; the end of its input does not end it.
    data: Data::Prompted {
        ready: "Handshake complete",
        leave: "client:exit",
    },
    // It repeats nothing, so it never sends the second Finished that would be answered.
    refused: "",
};

/// Where the programs are after [`ready`].
fn directory() -> PathBuf {
    paths::target().join(format!("peers/tinydtls-{VERSION}"))
}

fn server(talk: &Talk) -> Command {
    let mut command = Command::new(directory().join("dtls-server"));
    command.args(["-A", "127.0.0.1", "-p", &talk.port.to_string()]);
    if let Credential::PublicKey { .. } = talk.credential {
        command.args(["-c", SUITE]);
    }
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new(directory().join("dtls-client"));
    // -v 6 shows the end of the handshake.
    command.args(["-v", "6"]);
    match talk.credential {
        Credential::Psk { identity, key } => {
            for (option, name, value) in [("-i", "identity", identity), ("-k", "key", key)] {
                let file = talk.scratch.join(name);
                // A file that cannot be written shows as a client with its built-in key.
                let _ = std::fs::write(&file, value);
                command.arg(option).arg(file);
            }
        }
        Credential::PublicKey { .. } => {
            command.args(["-c", SUITE]);
        }
    }
    command.args(talk.options);
    command.args(["127.0.0.1", &talk.port.to_string()]);
    command
}

/// Builds the programs when they are not there.
pub fn ready() -> Outcome {
    static READY: source::Attempt = source::Attempt::new();
    READY.once(get)
}

fn get() -> Outcome {
    if PROGRAMS
        .iter()
        .all(|program| directory().join(program).is_file())
    {
        return Ok(());
    }
    need::programs(&[CMAKE, CC, MAKE])?;
    let peers = paths::below_target("peers")?;
    let sources = source::of_crate(CRATE, VERSION, &peers.join("fetch-tinydtls"))?;
    let build = peers.join("build-tinydtls");
    let _ = std::fs::remove_dir_all(&build);
    let mut configure = Command::new("cmake");
    configure
        .arg("-S")
        .arg(sources.join("src/tinydtls"))
        .arg("-B")
        .arg(&build);
    // Not a release build: that has no log.
    configure.args(["-Dmake_tests=ON", "-DCMAKE_C_FLAGS=-O1 -w"]);
    process::run(&mut configure)?;
    let mut make = Command::new("cmake");
    make.arg("--build").arg(&build).args(["--parallel", "2"]);
    for program in PROGRAMS {
        make.args(["--target", program]);
    }
    process::run(&mut make)?;
    std::fs::create_dir_all(directory())?;
    for program in PROGRAMS {
        std::fs::copy(build.join("tests").join(program), directory().join(program))?;
    }
    Ok(())
}
