// SPDX-License-Identifier: MIT OR Apache-2.0
//! `mote-server` with many peers, and under a flood: `tests/load`, in full. Loopback only, bounded
//! in time and number.

use std::process::Command;

use crate::report::{Outcome, Report};
use crate::{cmake, process};

pub fn steps(report: &Report) {
    report.step("load: 10,000 associations", || {
        run("associations", &["10000"])
    });
    report.step("load: 50,000 spoofed ClientHellos a second", || {
        run("flood", &["50000", "10"])
    });
}

fn run(what: &str, bounds: &[&str]) -> Outcome {
    let directory = cmake::build("cmake", &[], &[])?;
    let mut load = Command::new(directory.join("mote-load"));
    load.arg(what)
        .arg(directory.join("mote-server"))
        .args(bounds);
    for line in process::run(&mut load)?.lines() {
        println!("           | {line}");
    }
    Ok(())
}
