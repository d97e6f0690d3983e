// SPDX-License-Identifier: MIT OR Apache-2.0
//! pion/dtls v2, by the program in `tests/peers/pion`, with the version in its `go.mod`; where
//! the Go module proxy cannot be reached, with the version that Debian packs.

use std::path::PathBuf;
use std::process::Command;

use super::{Data, Side, Talk, hex, source};
use crate::interop::credentials::{self, Accepts, Credential, NAME, Own};
use crate::need::{self, GO};
use crate::report::Outcome;
use crate::{paths, process};

const DEBIAN_PACKAGE: &str = "golang-github-pion-dtls.v2-dev";

pub const SERVER: Side = Side {
    command: |talk| peer("server", talk),
    data: Data::Echo,
    refused: "",
};

pub const CLIENT: Side = Side {
    command: |talk| peer("client", talk),
    data: Data::Typed,
    refused: "DecryptError",
};

fn program() -> PathBuf {
    paths::target().join("peers/pion/pion-peer")
}

fn peer(role: &str, talk: &Talk) -> Command {
    let mut command = Command::new(program());
    match talk.credential {
        Credential::Psk { identity, key } => {
            command.args(["--identity", identity, "--psk", &hex(key)]);
        }
        Credential::PublicKey { own, accepts } => {
            if let Own::Certificate(name) = own {
                command.arg("--cert").arg(credentials::chain(name));
                command.arg("--key").arg(credentials::key(name));
            }
            if let Accepts::Under(name) = accepts {
                command.arg("--ca").arg(credentials::chain(name));
                command.args(["--name", NAME]);
            }
        }
    }
    command.args(talk.options);
    command.args([role, &talk.port.to_string()]);
    command
}

/// Builds the program; Go knows whether there is anything to do.
pub fn ready() -> Outcome {
    static READY: source::Attempt = source::Attempt::new();
    READY.once(build)
}

fn build() -> Outcome {
    need::programs(&[GO])?;
    let directory = paths::root().join("tests/peers/pion");
    let go = |arguments: &[&str]| {
        let mut go = Command::new("go");
        go.args(arguments).current_dir(&directory);
        go
    };
    let mut build = go(&["build", "-buildvcs=false", "-o"]);
    build.arg(program());
    // Fetches what is imported, no more.
    if process::run(&mut go(&["list", "-deps", "."])).is_err() {
        need::packages_of_debian(&[DEBIAN_PACKAGE])?;
        build.env("GO111MODULE", "off");
        build.env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    }
    process::run(&mut build)?;
    Ok(())
}
