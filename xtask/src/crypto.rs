// SPDX-License-Identifier: MIT OR Apache-2.0
//! The crypto providers on a Cortex-M4 in QEMU: the cases of Wycheproof, then instructions and
//! stack of each operation.

use std::process::Command;

use crate::need::{self, ARM_CC, Core, QEMU_ARM};
use crate::report::{Failure, Outcome, Report};
use crate::{paths, process};

const TRIPLE: &str = "thumbv7em-none-eabi";

/// Name, features, and flags for C and assembly.
const PROVIDERS: [(&str, &str, &str); 3] = [
    ("portable", "", ""),
    ("small and fast", "aes-table,p256-cortex-m4", ""),
    (
        "where there is a data cache",
        "p256-cortex-m4",
        "-Dhas_d_cache=1",
    ),
];

pub fn steps(report: &Report) {
    for (name, features, flags) in PROVIDERS {
        report.step(&format!("crypto on Cortex-M4: {name}"), || {
            run(features, flags)
        });
    }
}

fn run(features: &str, flags: &str) -> Outcome {
    need::programs(&[ARM_CC, QEMU_ARM])?;
    if matches!(need::core(TRIPLE)?, Core::Built) {
        return Err(Failure::Skipped(format!(
            "missing the target: `rustup target add {TRIPLE}`"
        )));
    }
    let target_directory = paths::below_target("crypto-m4")?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--target", TRIPLE]);
    cargo
        .args(["--features", features])
        .arg("--target-dir")
        .arg(&target_directory);
    cargo.current_dir(paths::root().join("tests/crypto-m4"));
    // The flags of an enclosing cargo are for the host.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
    process::run(cargo.env("CFLAGS_thumbv7em_none_eabi", flags))?;

    let mut qemu = Command::new("timeout");
    qemu.args(["120", QEMU_ARM.0, "-M", "mps2-an386", "-display", "none"]);
    qemu.args(["-serial", "none", "-monitor", "none", "-icount", "shift=0"]);
    qemu.args(["-chardev", "stdio,id=out", "-semihosting-config"]);
    qemu.args(["enable=on,target=native,chardev=out", "-kernel"]);
    qemu.arg(target_directory.join(TRIPLE).join("release/crypto-m4"));
    let printed = process::run(&mut qemu)?;
    for line in printed.lines() {
        println!("           {line}");
    }
    Ok(())
}
