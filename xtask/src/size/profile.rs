// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which functions take the instructions of a run: QEMU names the function of each one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::sets::{Kind, Role};
use super::{build, run};
use crate::cmake::Tools;
use crate::report::Outcome;

/// Above so many instructions the log is too long to be written.
pub const LIMIT: u32 = 1_000_000;

/// What is not the library.
const GLUE: [&str; 4] = ["measure_", "host_", "reset", "main"];

/// Functions and their instructions, those with the most first.
pub fn functions(
    kind: Kind,
    role: Role,
    image: &Path,
    tools: &Tools,
) -> Outcome<Vec<(String, u32)>> {
    let log = build::directory()?.join("profile.log");
    let more = [
        "-singlestep",
        "-d",
        "exec,nochain",
        "-D",
        &log.to_string_lossy(),
    ];
    run::converse(kind, role, image, tools, &more.map(String::from))?;
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in BufReader::new(std::fs::File::open(&log)?).lines() {
        // "Trace 0: 0x7f.. [00400000/00001234/00000110/ff000000] name"
        let line = line?;
        let name = line.rsplit_once("] ").map_or("", |(_, name)| name.trim());
        if line.starts_with("Trace") && !GLUE.iter().any(|glue| name.starts_with(glue)) {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    std::fs::remove_file(log)?;
    let demangled =
        |(name, count): (String, u32)| (format!("{:#}", rustc_demangle::demangle(&name)), count);
    let mut counts: Vec<(String, u32)> = counts.into_iter().map(demangled).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(counts)
}
