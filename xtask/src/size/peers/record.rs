// SPDX-License-Identifier: MIT OR Apache-2.0
//! `tests/firmware/size/peers/peers.json`: what the peers took when they were last measured. They
//! do not change, and take minutes to build.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Measured, directory};
use crate::report::Outcome;

fn file() -> PathBuf {
    directory().join("peers.json")
}

pub fn to_json(all: &[Measured]) -> Value {
    let peers = all.iter().map(|one| {
        json!({
            "peer": one.peer,
            "set": one.set,
            "flash": one.flash,
            "flash_lto": one.flash_lto,
            "static": one.statics,
            "heap_peak": one.heap_peak,
            "heap_connected": one.heap_connected,
            "stack": one.stack,
            "instructions": one.instructions,
        })
    });
    peers.collect()
}

pub fn write(all: &[Measured]) -> Outcome {
    let text = serde_json::to_string_pretty(&to_json(all)).map_err(|error| error.to_string())?;
    Ok(std::fs::write(file(), text + "\n")?)
}

pub fn read() -> Outcome<Vec<Measured>> {
    let text = std::fs::read_to_string(file())?;
    let all: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let all = all.as_array().ok_or("peers.json is no list")?;
    all.iter().map(from_json).collect()
}

fn from_json(one: &Value) -> Outcome<Measured> {
    let missing = |name: &str| format!("peers.json: a peer without {name}");
    let text =
        |name: &str| Ok::<_, String>(one[name].as_str().ok_or_else(|| missing(name))?.to_owned());
    let number = |name: &str| {
        let number = one[name]
            .as_u64()
            .and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| missing(name))
    };
    Ok(Measured {
        peer: text("peer")?,
        set: text("set")?,
        flash: number("flash")?,
        flash_lto: number("flash_lto")?,
        statics: number("static")?,
        heap_peak: number("heap_peak")?,
        heap_connected: number("heap_connected")?,
        stack: number("stack")?,
        instructions: number("instructions")?,
    })
}
