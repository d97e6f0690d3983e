// SPDX-License-Identifier: MIT OR Apache-2.0
//! The part of docs/footprint.md that is measured, and its chart.

use std::process::Command;

use super::figures::Figures;
use super::peers::Measured;
use super::{beside, chart, table};
use crate::need::{ARM_CC, QEMU_ARM};
use crate::report::Outcome;
use crate::{paths, process};

const BEGIN: &str = "<!-- cargo xtask size --write: begin -->\n";
const END: &str = "<!-- cargo xtask size --write: end -->\n";

/// Crates whose version matters for the figures.
const CRATES: [&str; 6] = [
    "aes",
    "sha2",
    "p256",
    "p256-cortex-m4-sys",
    "subtle",
    "zeroize",
];

/// The figures in readable lines, which are Markdown as well.
pub fn text(all: &[Figures], peers: &[Measured]) -> Outcome<String> {
    let mut text = format!("Measured on {}.\n\n", provenance()?);
    text += &table::sets(all);
    let goals = table::goals(all);
    if !goals.is_empty() {
        text += "\nThe goals:\n\n";
        text += &goals;
    }
    let held_back = table::held_back(all);
    if !held_back.is_empty() {
        text += "\nWhat holds back the most where one is missed:\n\n";
        text += &held_back;
    }
    let beside = beside::peers(all, peers);
    if !beside.is_empty() {
        text += "\nBeside the peers; ours in per cent of theirs, flash with LTO at both:\n\n";
        text += &beside;
    }
    text += "\nStack of each call, in octets, callbacks included:\n\n";
    text += &table::calls(all);
    text += "\nFlash by module, in octets:\n\n";
    text += &table::by_module(all);
    Ok(text)
}

/// Date and versions.
fn provenance() -> Outcome<String> {
    let first_line = |program: &str, argument: &str| -> Outcome<String> {
        let said = process::run(Command::new(program).arg(argument))?;
        Ok(said.lines().next().unwrap_or_default().to_owned())
    };
    let date = process::run(Command::new("date").args(["-u", "+%F"]))?;
    let lock = std::fs::read_to_string(paths::root().join("Cargo.lock"))?;
    let crates = CRATES.iter().filter_map(|name| {
        let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", rest.split('"').next()?))
    });
    Ok(format!(
        "{} with {}, {}, {}; {}",
        date.trim(),
        first_line("rustc", "--version")?,
        first_line(ARM_CC.0, "--version")?,
        first_line(QEMU_ARM.0, "--version")?,
        crates.collect::<Vec<_>>().join(", ")
    ))
}

/// Writes both files.
pub fn write(all: &[Figures], peers: &[Measured]) -> Outcome {
    let docs = paths::root().join("docs");
    let page = docs.join("footprint.md");
    let old = std::fs::read_to_string(&page)?;
    let (before, rest) = old
        .split_once(BEGIN)
        .ok_or("docs/footprint.md has no place for the figures")?;
    let (_, after) = rest
        .split_once(END)
        .ok_or("docs/footprint.md has no end of the figures")?;
    let text = text(all, peers)?;
    std::fs::write(page, format!("{before}{BEGIN}\n{text}\n{END}{after}"))?;
    Ok(std::fs::write(
        docs.join("footprint.svg"),
        chart::draw(all),
    )?)
}
