// SPDX-License-Identifier: MIT OR Apache-2.0
//! `tests/firmware/size/budget.json`: what each set took when it was last written. Who makes one of
//! the figures grow writes it anew, in the same commit.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::build;
use super::figures::Figures;
use crate::report::Outcome;

/// In a hundred: how much a figure may differ from what is recorded.
const TOLERANCE: u64 = 3;
const MEND: &str = "if that is worth it: cargo xtask size --write, in the same commit";

fn file() -> PathBuf {
    build::sources().join("budget.json")
}

fn read() -> Outcome<Value> {
    let text = std::fs::read_to_string(file())?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file().display()).into())
}

/// Compares with what is recorded: more than that fails, less is only told.
pub fn check(figures: &Figures) -> Outcome {
    let budget = read()?;
    let recorded = &budget[figures.set.name];
    let mut grown = Vec::new();
    for (name, measured) in figures.recorded() {
        let before = recorded[name]
            .as_u64()
            .and_then(|octets| u32::try_from(octets).ok());
        let before = before.ok_or_else(|| {
            format!(
                "set {} has no {name} in {}: cargo xtask size --write",
                figures.set.name,
                file().display()
            )
        })?;
        let change = format!(
            "set {}: {name} was {before} and is {measured}",
            figures.set.name
        );
        let per_cent = u64::from(measured) * 100 / u64::from(before);
        if per_cent > 100 + TOLERANCE {
            grown.push(change);
        } else if per_cent < 100 - TOLERANCE {
            println!("           {change}: write the budget anew (cargo xtask size --write)");
        }
    }
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n{MEND}", grown.join("\n")).into())
}

/// Records these figures; sets that were not measured keep theirs.
pub fn write(all: &[Figures]) -> Outcome {
    let mut budget = match read() {
        Ok(Value::Object(budget)) => budget,
        _ => Map::new(),
    };
    for figures in all {
        let recorded: Map<String, Value> = figures
            .recorded()
            .map(|(name, value)| (name.into(), json!(value)))
            .collect();
        budget.insert(figures.set.name.into(), recorded.into());
    }
    let text = serde_json::to_string_pretty(&budget).map_err(|error| error.to_string())?;
    Ok(std::fs::write(file(), text + "\n")?)
}
