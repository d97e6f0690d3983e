// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask bench`: instructions of handshakes, both ends together, counted by callgrind, and
//! what they cost on the wire. None may exceed its limit.
//!
//! `benches/handshake` is a program that runs as many handshakes in memory as its argument says. It
//! runs once with few and once with more: the difference has no start-up in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::need::{self, VALGRIND};
use crate::report::Outcome;
use crate::{paths, process};

const BENCH: &str = "handshake";
const FEW: u64 = 1;
const MORE: u64 = 5;

/// A kind of handshake that the program knows, as its first argument.
struct Kind {
    case: &'static str,
    name: &'static str,
    /// Thousand instructions that it may take at most.
    limit: u64,
}

const fn kind(case: &'static str, name: &'static str, limit: u64) -> Kind {
    Kind { case, name, limit }
}

const KINDS: [Kind; 6] = [
    kind("psk", "PSK handshake", 704),
    kind("resumption", "PSK session, resumed", 500),
    kind("rpk", "RPK handshake, mutual", 22_000),
    kind("rpk-resumption", "RPK session, resumed", 550),
    kind("x509", "X.509 handshake, mutual", 30_000),
    // Both ends hash their own certificate and anchors, to which the session is bound.
    kind("x509-resumption", "X.509 session, resumed", 610),
];

/// What the program does with each count.
struct Figures {
    instructions: u64,
    octets: u64,
    datagrams: u64,
}

pub fn run(as_json: bool) -> Outcome {
    need::programs(&[VALGRIND])?;
    let program = build()?;
    let mut figures = Vec::new();
    for kind in &KINDS {
        figures.push((kind, measure(&program, kind.case)?));
    }
    if as_json {
        println!("{}", to_json(&figures));
    } else {
        print(&figures);
    }
    let over = |(kind, figures): &&(&Kind, Figures)| figures.instructions > kind.limit * 1000;
    let over: Vec<String> = figures
        .iter()
        .filter(over)
        .map(|(kind, _)| format!("{}: more than {} thousand", kind.name, kind.limit))
        .collect();
    if over.is_empty() {
        return Ok(());
    }
    Err(over.join("\n").into())
}

fn to_json(figures: &[(&Kind, Figures)]) -> Value {
    let figures = figures.iter().map(|(kind, figures)| {
        json!({
            "case": kind.case,
            "instructions": figures.instructions,
            "limit": kind.limit * 1000,
            "octets": figures.octets,
            "datagrams": figures.datagrams,
        })
    });
    json!({"portable": true, "handshakes": figures.collect::<Vec<_>>()})
}

fn print(figures: &[(&Kind, Figures)]) {
    println!("Instructions in thousands, client and server together, counted by callgrind.");
    println!("Portable code: the CPU's AES and SHA instructions are switched off");
    println!("(--cfg aes_force_soft), opt-level 3.");
    println!("Octets and datagrams in both directions, signatures counted as 71 octets.\n");
    println!(
        "  {:<24} {:>12} {:>6} {:>6} {:>9}",
        "", "instructions", "limit", "octets", "datagrams"
    );
    for (kind, figures) in figures {
        println!(
            "  {:<24} {:>12} {:>6} {:>6} {:>9}",
            kind.name,
            figures.instructions / 1000,
            kind.limit,
            figures.octets,
            figures.datagrams
        );
    }
}

/// Builds the program; its path.
fn build() -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--no-run", "--bench", BENCH]);
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

fn measure(program: &Path, case: &str) -> Outcome<Figures> {
    let (few, _) = instructions(program, case, FEW)?;
    let (more, said) = instructions(program, case, MORE)?;
    // "517 octets in 6 datagrams a handshake"
    let mut numbers = said.split_whitespace().filter_map(|word| word.parse().ok());
    let mut number = || numbers.next().ok_or("the program tells no figures");
    Ok(Figures {
        instructions: (more - few) / (MORE - FEW),
        octets: number()?,
        datagrams: number()?,
    })
}

/// The instructions of a run, and what it prints.
fn instructions(program: &Path, case: &str, count: u64) -> Outcome<(u64, String)> {
    let out = paths::below_target("bench")?.join(format!("callgrind.{case}.{count}"));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()));
    let said = process::run(valgrind.arg(program).arg(case).arg(count.to_string()))?;
    let profile = std::fs::read_to_string(&out)?;
    let total = profile.lines().find_map(|line| {
        let rest = line
            .strip_prefix("totals: ")
            .or_else(|| line.strip_prefix("summary: "))?;
        rest.split_whitespace().next()?.parse().ok()
    });
    let total = total.ok_or_else(|| format!("{} has no totals", out.display()))?;
    Ok((total, said))
}
