// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask full`: the test, and what takes longer than one wants to wait before each commit.

use crate::report::Report;
use crate::{bench, firmware, load, size, targets, test};

/// The steps whose name contains `filter`; true when none failed.
pub fn run(filter: &str) -> bool {
    let report = Report::new(filter);
    if filter.is_empty() {
        test::install();
    }
    test::steps(&report);
    report.step("bench", || bench::run(false));
    report.step("size beside the peers", size::beside_peers);
    firmware::long_steps(&report);
    targets::all_features(&report);
    load::steps(&report);
    report.end()
}
