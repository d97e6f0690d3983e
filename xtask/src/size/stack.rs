// SPDX-License-Identifier: MIT OR Apache-2.0
//! The stack that each call takes, and `tests/firmware/size/stack.json`: what is documented of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::build;
use super::figures::{Figures, Run};
use crate::report::Outcome;
use crate::{features, paths};

/// Documented figures are the measured ones, up to the next multiple: a compiler may do a little
/// worse than ours.
const STEP: u32 = 64;

/// By set, then by call.
type Documented = BTreeMap<String, BTreeMap<String, u32>>;

fn file() -> PathBuf {
    build::sources().join("stack.json")
}

/// The calls as an application knows them, in the order in which it makes them. Whether the
/// credentials matter for the third.
const CALLS: [(&str, &str, bool); 9] = [
    ("init", "mote_config_init", false),
    (
        "configure",
        "mote_config_set_..., mote_config_freeze",
        false,
    ),
    (
        "connection-init",
        "mote_connection_init, mote_server_init",
        false,
    ),
    ("handshake", "mote_connection_handshake", true),
    ("write", "mote_connection_write, mote_peer_write", false),
    ("read", "mote_connection_read", false),
    ("close", "mote_connection_close", false),
    ("server-input", "mote_server_poll, mote_server_input", true),
    ("server-event", "mote_server_next_event", true),
];

/// What each call takes at most in the runs of a set: the call, and octets.
pub fn calls(figures: &Figures) -> Vec<(String, u32)> {
    let mut rows = Vec::new();
    for (group, call, with_credentials) in CALLS {
        if !with_credentials {
            rows.extend(most(&figures.runs, group, |_| true).map(|octets| (call.into(), octets)));
            continue;
        }
        for &kind in figures.set.kinds {
            let octets = most(&figures.runs, group, |run| run.kind == kind);
            let row = octets.map(|octets| (format!("{call}, {}", kind.name()), octets));
            rows.extend(row);
        }
    }
    rows
}

fn most(runs: &[Run], group: &str, of: impl Fn(&Run) -> bool) -> Option<u32> {
    let calls = runs
        .iter()
        .filter(|run| of(run))
        .flat_map(|run| &run.said.calls);
    calls
        .filter(|call| call.name == group)
        .map(|call| call.stack)
        .max()
}

fn read() -> Outcome<Documented> {
    let text = std::fs::read_to_string(file())?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file().display()).into())
}

/// No call takes more than is documented.
pub fn check(figures: &Figures) -> Outcome {
    let name = figures.set.name;
    let documented = read()?.remove(name).unwrap_or_default();
    let mut wrong = Vec::new();
    for (call, measured) in calls(figures) {
        match documented.get(&call) {
            Some(octets) if *octets >= measured => (),
            Some(octets) => wrong.push(format!(
                "set {name}: {call} takes {measured} octets of stack, documented are {octets}"
            )),
            None => wrong.push(format!("set {name}: {call} is not in {}", file().display())),
        }
    }
    wrong.extend(beyond_header(figures)?);
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join("\n").into())
}

/// The header's bound for a group of calls.
fn bound(group: &str) -> &'static str {
    match group {
        "handshake" => "MOTE_STACK_HANDSHAKE",
        "server-input" | "server-event" => "MOTE_STACK_SERVER",
        _ => "MOTE_STACK_CALL",
    }
}

/// Calls that take more than the header says. What it says is of portable crypto; other providers
/// take less.
fn beyond_header(figures: &Figures) -> Outcome<Vec<String>> {
    let header = std::fs::read_to_string(paths::root().join("include/motedtls.h"))?;
    let mut wrong = Vec::new();
    for (group, call, _) in CALLS {
        let Some(measured) = most(&figures.runs, group, |_| true) else {
            continue;
        };
        let define = format!("#define {} ", bound(group));
        // Without public keys first, then with them.
        let mut values = header.lines().filter_map(|line| line.strip_prefix(&define));
        let value = if features::are_psk_only(figures.set.features) {
            values.next()
        } else {
            values.next_back()
        };
        let said: u32 = value.and_then(|value| value.parse().ok()).unwrap_or(0);
        if said < measured {
            wrong.push(format!(
                "set {}: {call} takes {measured} octets of stack, {} of the header says {said}",
                figures.set.name,
                bound(group)
            ));
        }
    }
    Ok(wrong)
}

/// Documents what was measured; sets that were not measured keep theirs.
pub fn write(all: &[Figures]) -> Outcome {
    let mut documented = read().unwrap_or_default();
    for figures in all {
        let rows = calls(figures)
            .into_iter()
            .map(|(call, octets)| (call, octets.next_multiple_of(STEP)));
        documented.insert(figures.set.name.into(), rows.collect());
    }
    let text = serde_json::to_string_pretty(&documented).map_err(|error| error.to_string())?;
    Ok(std::fs::write(file(), text + "\n")?)
}
