// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask`: which commands there are.

mod bench;
mod cmake;
mod crypto;
mod demo;
mod features;
mod firmware;
mod full;
mod header;
mod image;
mod interop;
mod load;
mod need;
mod paths;
mod process;
mod report;
mod sanitize;
mod size;
mod targets;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo                 builds the library and the tools and shows them at work on loopback
  test [NAME]          what CI runs; NAME: only the steps and cases whose name contains it
  full [NAME]          test, and what takes longer
  header [--check]     writes include/motedtls.h from src/ffi; --check only compares
  bench [--json]       instructions of a handshake
  firmware [NAME]      the examples for FreeRTOS and Zephyr, in an emulator against real peers
  size [SET] [--json] [--peers] [--write]
                       flash, RAM, stack and instructions of typical devices, in QEMU; --peers
                       builds and measures other libraries, too; --write records the figures

C users need none of it: cmake -B build && cmake --build build && ctest --test-dir build";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["header"] => say(header::write()),
        ["header", "--check"] => say(header::check()),
        ["test"] => test::run(""),
        ["test", name] => test::run(name),
        ["full"] => full::run(""),
        ["full", name] => full::run(name),
        ["demo"] => demo::run(),
        ["firmware"] => firmware::run(""),
        ["firmware", name] => firmware::run(name),
        ["bench"] => say(bench::run(false)),
        ["bench", "--json"] => say(bench::run(true)),
        ["help" | "-h" | "--help"] => {
            println!("{USAGE}");
            true
        }
        ["size", options @ ..] if let Some(options) = size::Options::parse(options) => {
            say(size::run(&options))
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// For the commands that are one step: prints why it did not work.
fn say(outcome: report::Outcome) -> bool {
    match outcome {
        Ok(()) => true,
        Err(report::Failure::Skipped(why) | report::Failure::Failed(why)) => {
            eprintln!("{}", why.trim_end());
            false
        }
    }
}
