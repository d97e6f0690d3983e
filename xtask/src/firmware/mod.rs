// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask firmware`: the examples for operating systems of devices, built as firmware and run
//! in an emulator against real peers on this machine. One module a system.

mod freertos;
mod zephyr;

use crate::report::Report;

/// The steps whose name contains `filter`, long ones among them; true when none failed.
pub fn run(filter: &str) -> bool {
    let report = Report::new(filter);
    steps(&report);
    long_steps(&report);
    report.end()
}

/// Those that `cargo xtask test` has time for.
pub fn steps(report: &Report) {
    freertos::steps(report);
    zephyr::steps(report);
}

/// The others.
pub fn long_steps(report: &Report) {
    freertos::long_steps(report);
    zephyr::long_steps(report);
}
