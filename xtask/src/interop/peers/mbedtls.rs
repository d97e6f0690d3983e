// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mbed TLS 3.6: `ssl_server2`, `ssl_client2` and `udp_proxy`, built once from the sources that
//! crate `embedded-mbedtls-sys` ships. No line of it becomes part of motedtls.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;

use super::{Data, Side, Talk, hex, source};
use crate::interop::credentials::{self, Accepts, Credential, NAME, Own};
use crate::need::{self, CC, MAKE};
use crate::report::Outcome;
use crate::{paths, process};

pub const CRATE: &str = "embedded-mbedtls-sys";
pub const VERSION: &str = "0.2.0";
const PROGRAMS: [&str; 3] = [
    "programs/ssl/ssl_client2",
    "programs/ssl/ssl_server2",
    "programs/test/udp_proxy",
];
const PSK_SUITE: &str = "TLS-PSK-WITH-AES-128-CCM-8";
const SUITE: &str = "TLS-ECDHE-ECDSA-WITH-AES-128-CCM-8";
// With debug_level=2.
const REFUSED: &str = "is a fatal alert message (msg {})";
// Its first time-out is a second: too long for lossy cases.
const TIMEOUTS: &str = "hs_timeout=250-4000";

/// What ssl_server2 answers to anything.
pub const PAGE: &str = "Successful connection using: TLS-";

pub const SERVER: Side = Side {
    command: server,
    data: Data::Page,
    refused: REFUSED,
};

pub const CLIENT: Side = Side {
    command: client,
    data: Data::Request,
    refused: REFUSED,
};

/// Where the programs are after [`ready`].
fn directory() -> PathBuf {
    paths::target().join("peers/mbedtls")
}

fn server(talk: &Talk) -> Command {
    let mut command = Command::new(directory().join("programs/ssl/ssl_server2"));
    common(&mut command, talk);
    command.args(talk.options);
    command
}

fn client(talk: &Talk) -> Command {
    let mut command = Command::new(directory().join("programs/ssl/ssl_client2"));
    common(&mut command, talk);
    if let Credential::PublicKey { .. } = talk.credential {
        command.arg(format!("server_name={NAME}"));
    }
    // A lost answer must not hang the case.
    command.arg("read_timeout=5000").args(talk.options);
    command
}

fn common(command: &mut Command, talk: &Talk) {
    command.args(["dtls=1", "server_addr=127.0.0.1", TIMEOUTS, "debug_level=2"]);
    command.arg(format!("server_port={}", talk.port));
    let (own, accepts) = match talk.credential {
        Credential::Psk { identity, key } => {
            command.arg(format!("force_ciphersuite={PSK_SUITE}"));
            command.arg(format!("psk={}", hex(key)));
            command.arg(format!("psk_identity={identity}"));
            return;
        }
        Credential::PublicKey { own, accepts } => (own, accepts),
    };
    command.arg(format!("force_ciphersuite={SUITE}"));
    let file = |path: PathBuf| path.to_string_lossy().into_owned();
    // With neither it has built-in ones.
    let (certificate, key) = match own {
        Own::Nothing => ("none".into(), "none".into()),
        Own::Certificate(name) => (file(credentials::chain(name)), file(credentials::key(name))),
        Own::Raw(_) => unreachable!("Mbed TLS has no raw public keys"),
    };
    command.args([format!("crt_file={certificate}"), format!("key_file={key}")]);
    match accepts {
        Accepts::Nobody => command.arg("auth_mode=none"),
        Accepts::Under(name) => command
            .arg("auth_mode=required")
            .arg(format!("ca_file={}", file(credentials::chain(name)))),
        Accepts::Raw(_) => unreachable!("Mbed TLS has no raw public keys"),
    };
}

/// A proxy on `port` that does harm to what passes to `server_port`.
pub fn udp_proxy(port: u16, server_port: u16, harm: &[&str]) -> Command {
    let mut command = Command::new(directory().join("programs/test/udp_proxy"));
    command.args(["server_addr=127.0.0.1", "listen_addr=127.0.0.1"]);
    command
        .arg(format!("server_port={server_port}"))
        .arg(format!("listen_port={port}"));
    command.args(harm);
    command
}

/// Builds the programs when they are not there.
pub fn ready() -> Outcome {
    // Cases run side by side; the first builds, the others wait.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock();
    if PROGRAMS
        .iter()
        .all(|program| directory().join(program).is_file())
    {
        return Ok(());
    }
    need::programs(&[CC, MAKE])?;
    let peers = paths::below_target("peers")?;
    let sources = source::of_crate(CRATE, VERSION, &peers.join("fetch"))?
        .join("3rdparty")
        .join("mbedtls");
    let half_done = peers.join("mbedtls.part");
    let _ = std::fs::remove_dir_all(&half_done);
    process::run(Command::new("cp").arg("-r").arg(sources).arg(&half_done))?;
    build(&half_done)?;
    let _ = std::fs::remove_dir_all(directory());
    Ok(std::fs::rename(&half_done, directory())?)
}

fn build(directory: &Path) -> Outcome {
    // The crate ships the generated files. They must not look older than what they were made
    // from, or make would want Python packages to make them anew.
    let library = directory.join("library");
    for entry in std::fs::read_dir(&library)? {
        let path = entry?.path();
        if path
            .to_string_lossy()
            .contains("psa_crypto_driver_wrappers")
        {
            std::fs::File::options()
                .append(true)
                .open(path)?
                .set_modified(SystemTime::now())?;
        }
    }
    let mut make = Command::new("make");
    make.args(["-j2", "GEN_FILES=", "CFLAGS=-O1", "static"])
        .current_dir(library);
    process::run(&mut make)?;
    let mut helpers = vec![
        "programs/ssl/ssl_test_lib.c".into(),
        "programs/test/query_config.c".into(),
    ];
    for place in ["tests/src", "tests/src/drivers", "tests/src/test_helpers"] {
        for entry in std::fs::read_dir(directory.join(place))? {
            helpers.push(entry?.path());
        }
    }
    helpers.retain(|file: &PathBuf| file.extension().is_some_and(|kind| kind == "c"));
    for program in PROGRAMS {
        let mut cc = Command::new("cc");
        cc.args([
            "-O1",
            "-w",
            "-Iinclude",
            "-Itests/include",
            "-Ilibrary",
            "-o",
            program,
        ]);
        cc.arg(format!("{program}.c"));
        if program.contains("ssl_") {
            cc.args(&helpers);
        }
        cc.args(["mbedtls", "mbedx509", "mbedcrypto"].map(|name| format!("library/lib{name}.a")));
        process::run(cc.current_dir(directory))?;
    }
    Ok(())
}
