// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sets of the library's features: each useful one is compiled without a warning and tested, and what
//! it leaves out is not in the archive.

use std::path::Path;
use std::process::Command;

use crate::need::{self, READELF};
use crate::report::{Outcome, Report};
use crate::test::cargo;
use crate::{paths, process};

pub const ALL: &str = "client,server,psk,rpk,x509,heartbeat,certificate-url,cached-info,trusted-ca";

/// Compiled: every choice of credentials in every role, but for what the steps below compile.
const ROLES: [&str; 3] = ["client", "server", "client,server"];
const CREDENTIALS: [&str; 12] = [
    "psk",
    "rpk",
    "x509",
    "psk,rpk",
    "psk,x509",
    "rpk,x509",
    "psk,rpk,x509",
    // Extensions that are not everybody's.
    "rpk,cached-info",
    "x509,cached-info",
    "x509,trusted-ca",
    "psk,heartbeat",
    "x509,certificate-url",
];

/// Tested, beside all features.
const TESTED: [&str; 11] = [
    "client,psk",
    "server,psk",
    "client,server,psk",
    "client,rpk",
    "client,x509",
    "server,rpk,x509",
    "client,server,psk,rpk",
    "client,server,rpk,x509",
    "client,x509,certificate-url",
    "server,x509,certificate-url",
    "client,server,psk,aes-table",
];

/// Archives that are searched for what they should not have.
const SEARCHED: [&str; 8] = [
    "client,psk",
    "server,psk",
    "client,rpk",
    "client,x509",
    "server,rpk",
    "server,x509",
    "client,server,psk",
    "client,server,rpk,x509",
];

/// Between them they have every provider that a host can have.
const PROVIDERS: [&str; 2] = [
    "client,psk,external-aes-ccm",
    "client,rpk,aes-table,external-p256",
];

/// A feature, and parts of names that are only in builds with it: modules in mangled paths, old and
/// new mangling alike, and C functions. A feature of several names is in a build with one of them.
struct Mark {
    features: &'static [&'static str],
    parts: &'static [&'static str],
}

const MARKS: [Mark; 14] = [
    Mark {
        features: &["psk"],
        parts: &["9handshake6client3psk", "9handshake6server3psk", "set_psk"],
    },
    Mark {
        features: &["rpk"],
        parts: &["10credential14raw_public_key", "_rpk"],
    },
    Mark {
        features: &["x509"],
        parts: &[
            "8motedtls4x509",
            "10credential11certificate",
            "mote_config_set_certificate",
            "mote_config_set_trust_anchors",
            "mote_config_set_time",
        ],
    },
    Mark {
        features: &["rpk", "x509"],
        parts: &[
            "4p256",
            "10primeorder",
            "14elliptic_curve",
            "13crypto_bigint",
            "5ecdhe",
            "10credential10public_key",
            "10credential11private_key",
            "9handshake8exchange",
            "4wire11certificate",
            "4wire18certificate_verify",
            "4wire19certificate_request",
            "4wire15ecdsa_signature",
            "4wire15public_key_info",
            "mote_config_set_private_key",
            "mote_config_set_verify",
        ],
    },
    Mark {
        features: &["certificate-url"],
        parts: &[
            "4wire15certificate_url",
            "10credential15certificate_url",
            "10connection15certificate_url",
            "4soft4sha1",
            "mote_config_set_certificate_url",
        ],
    },
    Mark {
        features: &["cached-info"],
        parts: &["cached_info"],
    },
    Mark {
        features: &["trusted-ca"],
        parts: &["trusted_ca"],
    },
    Mark {
        features: &["client"],
        parts: &[
            "9handshake6client",
            "mote_connection_set_session",
            "mote_connection_set_server_name",
        ],
    },
    Mark {
        features: &["server"],
        parts: &[
            "9handshake6server",
            "8motedtls6server",
            "8motedtls6cookie",
            "8motedtls13session_cache",
            "mote_config_set_cookie",
            "mote_server_",
            "mote_peer_",
        ],
    },
    Mark {
        features: &["heartbeat"],
        parts: &[
            "4wire17heartbeat_message",
            "6config9heartbeat",
            "3ffi9heartbeat",
            "mote_config_set_heartbeat",
            "mote_config_set_keep_alive",
            "mote_connection_heartbeat",
            "mote_connection_probe_mtu",
        ],
    },
    // Providers, which `ALL` does not have: one goes before the other.
    Mark {
        features: &["aes-table"],
        parts: &["7aes_ccm5table"],
    },
    Mark {
        features: &["external-aes-ccm"],
        parts: &["8external7aes_ccm"],
    },
    Mark {
        features: &["external-p256"],
        parts: &["8external4p256"],
    },
    // Never in a device; `ALL` does not have them.
    Mark {
        features: &["key-log", "trace"],
        parts: &["set_key_log", "set_trace"],
    },
];

pub fn steps(report: &Report) {
    report.step("features: lint", lint);
    for features in TESTED {
        report.step(&format!("rust tests, {features}"), || {
            cargo(&without_default(&["test", "--quiet", "--lib"], features))
        });
    }
    report.step("features: what is absent is seen where it is not", seen);
    for features in SEARCHED {
        report.step(&format!("features: only {features}"), || search(features));
    }
}

fn lint() -> Outcome {
    let roles = ROLES.iter();
    let sets =
        roles.flat_map(|role| CREDENTIALS.map(|credentials| format!("{role},{credentials}")));
    for features in sets.chain(PROVIDERS.map(str::to_owned)) {
        let mut arguments = without_default(&["clippy", "--quiet", "--lib"], &features);
        arguments.extend(["--", "-D", "warnings"]);
        cargo(&arguments)?;
    }
    Ok(())
}

fn without_default<'a>(command: &[&'a str], features: &'a str) -> Vec<&'a str> {
    let mut arguments = command.to_vec();
    arguments.extend(["--no-default-features", "--features", features]);
    arguments
}

/// Every part of a name that is searched for is found in the build that has everything.
fn seen() -> Outcome {
    let everything = format!("{ALL},key-log,trace");
    let names = archive(&everything)?;
    let mut all = names.clone();
    for providers in PROVIDERS {
        all.extend(archive(providers)?);
    }
    for part in MARKS.iter().flat_map(|mark| mark.parts) {
        if !all.iter().any(|name| name.contains(part)) {
            return Err(format!("no symbol of the whole library has {part} in its name").into());
        }
    }
    let found = absent(&everything, &names);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("taken for absent: {}", found.join(", ")).into())
}

fn search(features: &str) -> Outcome {
    let found = absent(features, &archive(features)?);
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("in libmotedtls.a:\n  {}", found.join("\n  ")).into())
}

/// Whether the header's sizes are those without public keys (`MOTE_PSK_ONLY`).
pub fn are_psk_only(features: &str) -> bool {
    !features.split(',').any(|f| f == "rpk" || f == "x509")
}

/// Those of `names` that only a feature brings which is not one of `features`.
pub fn absent(features: &str, names: &[String]) -> Vec<String> {
    let has = |wanted: &&str| features.split(',').any(|feature| feature == *wanted);
    let parts: Vec<&str> = MARKS
        .iter()
        .filter(|mark| !mark.features.iter().any(has))
        .flat_map(|mark| mark.parts.iter().copied())
        .collect();
    let found = names
        .iter()
        .filter(|name| parts.iter().any(|part| name.contains(part)));
    found.cloned().collect()
}

/// The names in an archive of those features. The build is one that inlines nothing, so that every
/// function that is compiled has a name.
fn archive(features: &str) -> Outcome<Vec<String>> {
    need::programs(&[READELF])?;
    let command = ["build", "--quiet", "--package", "motedtls-archive"];
    cargo(&without_default(&command, features))?;
    symbols(&paths::target().join("debug/libmotedtls.a"))
}

/// The names of what is defined in an object, image or archive.
pub fn symbols(file: &Path) -> Outcome<Vec<String>> {
    let table = process::run(Command::new("readelf").arg("-sW").arg(file))?;
    // Num: Value Size Type Bind Vis Ndx Name
    let names = table.lines().filter_map(|line| {
        let mut columns = line.split_whitespace().skip(6);
        let (index, name) = (columns.next()?, columns.next()?);
        (index != "UND").then(|| name.to_owned())
    });
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_features_share_is_absent_without_both() {
        let names = ["_ZN8motedtls3one", "_ZN4p2565point", "mote_config_set_rpk"];
        let names = names.map(str::to_owned);
        assert_eq!(absent("client,psk", &names), names[1..]);
        assert_eq!(absent("client,x509", &names), names[2..]);
        assert!(absent("client,rpk", &names).is_empty());
    }
}
