// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask bench`: instructions of handshakes, both ends together, counted by callgrind.
//!
//! `benches/handshake.rs` is a program that runs as many handshakes in memory as its argument
//! says. It runs once with few and once with more: the difference has no start-up in it.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::need::{self, VALGRIND};
use crate::report::{Failure, Outcome};
use crate::{paths, process};

const BENCH: &str = "handshake";
const FEW: u64 = 1;
const MORE: u64 = 5;

/// The kinds of handshake that the program knows, as its first argument.
const KINDS: [(&str, &str); 2] = [
    ("psk", "PSK handshake"),
    ("resumption", "PSK session, resumed"),
];

pub fn run(as_json: bool) -> Outcome {
    if !paths::root()
        .join("benches")
        .join(format!("{BENCH}.rs"))
        .exists()
    {
        return Err(Failure::Skipped(format!(
            "benches/{BENCH}.rs is not there yet"
        )));
    }
    need::programs(&[VALGRIND])?;
    let program = build()?;
    let mut figures = Vec::new();
    for (kind, name) in KINDS {
        let both = instructions(&program, kind, MORE)? - instructions(&program, kind, FEW)?;
        figures.push((kind, name, both / (MORE - FEW)));
    }
    if as_json {
        let figures: Vec<Value> = figures
            .iter()
            .map(|(kind, _, count)| json!({"case": kind, "instructions": count}))
            .collect();
        println!("{}", json!({"portable": true, "handshakes": figures}));
        return Ok(());
    }
    println!("Instructions, client and server together, counted by callgrind.");
    println!("Portable code: the CPU's AES and SHA instructions are switched off");
    println!("(--cfg aes_force_soft, sha2/force-soft), opt-level 3.\n");
    for (_, name, count) in figures {
        println!("  {name:<24} {:>9} thousand", count / 1000);
    }
    Ok(())
}

/// Builds the program; its path.
fn build() -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "bench",
        "--no-run",
        "--bench",
        BENCH,
        "--features",
        "sha2/force-soft",
    ]);
    cargo
        .args(["--message-format", "json", "--target-dir"])
        .arg(paths::below_target("bench")?);
    cargo
        .env("RUSTFLAGS", "--cfg aes_force_soft")
        .env("CARGO_PROFILE_BENCH_OPT_LEVEL", "3");
    let messages = process::run(cargo.current_dir(paths::root()))?;
    let mut programs = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == BENCH;
        is_it
            .then(|| Some(message["executable"].as_str()?.into()))
            .flatten()
    });
    Ok(programs.next_back().ok_or("cargo names no program")?)
}

fn instructions(program: &PathBuf, kind: &str, count: u64) -> Outcome<u64> {
    let out = paths::below_target("bench")?.join(format!("callgrind.{kind}.{count}"));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()));
    process::run(valgrind.arg(program).arg(kind).arg(count.to_string()))?;
    let profile = std::fs::read_to_string(&out)?;
    let total = profile.lines().find_map(|line| {
        let rest = line
            .strip_prefix("totals: ")
            .or_else(|| line.strip_prefix("summary: "))?;
        rest.split_whitespace().next()?.parse().ok()
    });
    Ok(total.ok_or_else(|| format!("{} has no totals", out.display()))?)
}
