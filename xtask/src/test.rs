// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask test`: what CI runs, step by step.

use std::process::Command;

use crate::report::{Failure, Outcome, Report};
use crate::{
    cmake, crypto, features, firmware, header, image, interop, need, paths, process, sanitize,
    size, targets,
};

/// The steps whose name contains `filter`; true when none failed.
pub fn run(filter: &str) -> bool {
    let report = Report::new(filter);
    if filter.is_empty() {
        install();
    }
    steps(&report);
    report.end()
}

/// All at once, before the first step; a step asked for by name gets what it needs by itself.
pub fn install() {
    if let Err(Failure::Failed(why) | Failure::Skipped(why)) = need::everything() {
        // The steps that can do without go on; the others say it again.
        println!("  {why}");
    }
}

pub fn steps(report: &Report) {
    report.step("format", format);
    report.step("lint", lint);
    report.step("header", header::check);
    report.step("rust tests, all features", || {
        cargo(&["test", "--quiet", "--workspace", "--all-features"])
    });
    features::steps(report);
    report.step("cmake build", || {
        cmake::build("cmake", &[], &[]).map(|_| ())
    });
    report.step("ctest", || {
        let directory = cmake::build("cmake", &[], &[])?;
        cmake::ctest(&directory, &["--label-exclude", sanitize::UNDER_VALGRIND])
    });
    report.step("valgrind", sanitize::valgrind);
    report.step("address sanitizer", sanitize::address);
    image::steps(report);
    size::steps(report);
    firmware::steps(report);
    crypto::steps(report);
    targets::steps(report);
    interop::run(report);
}

fn format() -> Outcome {
    need::component("rustfmt", "cargo-fmt")?;
    let mut fmt = Command::new("cargo");
    fmt.args(["fmt", "--all", "--", "--check", "-l", "--color", "never"]);
    match process::run(fmt.current_dir(paths::root())) {
        Ok(_) => Ok(()),
        Err(Failure::Failed(why)) => Err(format!("{why}\nmend it with: cargo fmt --all").into()),
        Err(other) => Err(other),
    }
}

fn lint() -> Outcome {
    need::component("clippy", "cargo-clippy")?;
    cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-features",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

pub fn cargo(arguments: &[&str]) -> Outcome {
    let mut cargo = Command::new("cargo");
    process::run(cargo.args(arguments).current_dir(paths::root()))?;
    Ok(())
}
