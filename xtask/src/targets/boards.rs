// SPDX-License-Identifier: MIT OR Apache-2.0
//! A client and a server on one emulated board with a core of each target: that it links is not all.

use std::process::Command;
use std::time::Duration;

use super::{EVERYTHING, build_without_rust, package};
use crate::need::{self, Program, QEMU_ARM, QEMU_RISCV};
use crate::paths;
use crate::process::Running;
use crate::report::{Outcome, Report};

/// A target and the machine in QEMU, with its processor where it has several.
const BOARDS: [(&str, Program, &[&str]); 8] = [
    ("thumbv6m-none-eabi", QEMU_ARM, &["microbit"]),
    ("thumbv7m-none-eabi", QEMU_ARM, &["mps2-an385"]),
    ("thumbv7em-none-eabi", QEMU_ARM, &["mps2-an386"]),
    ("thumbv7em-none-eabihf", QEMU_ARM, &["mps2-an386"]),
    ("thumbv8m.main-none-eabi", QEMU_ARM, &["mps2-an505"]),
    ("thumbv8m.main-none-eabihf", QEMU_ARM, &["mps2-an505"]),
    (
        "riscv32imc-unknown-none-elf",
        QEMU_RISCV,
        &[
            "virt",
            "-bios",
            "none",
            "-cpu",
            "rv32,a=false,f=false,d=false",
        ],
    ),
    (
        "riscv32imac-unknown-none-elf",
        QEMU_RISCV,
        &["virt", "-bios", "none", "-cpu", "rv32,f=false,d=false"],
    ),
];

/// Two handshakes take a second.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn steps(report: &Report) {
    for (triple, emulator, machine) in BOARDS {
        report.step(&format!("board: {triple}, {}", machine[0]), || {
            run(triple, emulator, machine)
        });
    }
}

fn run(triple: &str, emulator: Program, machine: &[&str]) -> Outcome {
    let mut qemu = Command::new(emulator.0);
    need::programs(&[emulator])?;
    let package = package(triple, EVERYTHING)?;
    let sources = paths::root().join("tests/boards");
    let build = build_without_rust(triple, "board", &sources, &package, &[])?;
    qemu.arg("-M").args(machine).args(["-display", "none"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    let mut qemu = Running::start(qemu.arg("-kernel").arg(build.join("handshake")))?;
    match qemu.wait_exit(PATIENCE) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!(
            "{}\n{status}: see converse in tests/boards/handshake.c",
            qemu.transcript()
        )
        .into()),
        None => Err(format!("{}\ndoes not end", qemu.transcript()).into()),
    }
}
