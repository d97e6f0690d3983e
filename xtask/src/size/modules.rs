// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the flash of an image goes: what the linker's map says of each input section, by the
//! module that stands in its symbol's name.

use std::collections::BTreeMap;
use std::path::Path;

use crate::report::Outcome;

/// A function or constant in the flash.
#[derive(Clone)]
pub struct Piece {
    pub module: String,
    pub name: String,
    pub octets: u32,
}

/// Everything of the library in an image that the linker wrote `map` for. What stands in no archive
/// is the application and the glue.
pub fn pieces(map: &Path) -> Outcome<Vec<Piece>> {
    let text = std::fs::read_to_string(map)?;
    let (_, text) = text
        .split_once("Linker script and memory map")
        .ok_or("the linker's map has no memory map")?;
    let mut pieces = Vec::new();
    let mut section = "";
    for line in text.lines() {
        // A long name stands on a line of its own.
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if line.starts_with(' ') && first.starts_with('.') {
            section = first;
        }
        let is_flash = [".text", ".rodata", ".data"]
            .iter()
            .any(|kind| section.starts_with(kind));
        if !is_flash || !line.starts_with(' ') {
            continue;
        }
        let words: Vec<&str> = line
            .split_whitespace()
            .skip_while(|word| word.starts_with('.'))
            .collect();
        let [_, size, file @ ..] = words.as_slice() else {
            continue;
        };
        let octets = size
            .strip_prefix("0x")
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (Some(octets @ 1..), true) = (octets, !file.is_empty()) else {
            continue;
        };
        if let Some(piece) = piece(section, &file.join(" "), octets) {
            pieces.push(piece);
        }
    }
    Ok(pieces)
}

/// None for what is in no archive.
fn piece(section: &str, file: &str, octets: u32) -> Option<Piece> {
    let (archive, member) = file.rsplit_once(".a(")?;
    let symbol = [".text.unlikely.", ".text.", ".rodata.", ".data."]
        .iter()
        .find_map(|kind| section.strip_prefix(kind))
        .unwrap_or(section);
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let module = if !archive.ends_with("libmotedtls") {
        "C library".into()
    } else if member.starts_with("compiler_builtins") {
        "compiler_builtins".into()
    } else {
        module(symbol, &name)
    };
    Some(Piece {
        module,
        name,
        octets,
    })
}

/// `handshake` of `motedtls::handshake::keys::install`, `p256` of what is in that crate.
fn module(symbol: &str, name: &str) -> String {
    if symbol.starts_with(".L") || symbol.starts_with("L__") || symbol.starts_with("..L") {
        return "constants".into();
    }
    if symbol.starts_with("mote_") {
        return "ffi".into();
    }
    // `<motedtls::wire::Reader as core::clone::Clone>::clone`: the first path.
    let path = name.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let mut parts = path.split("::").map(|part| {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_');
        &part[..end.unwrap_or(part.len())]
    });
    let first = parts.next().unwrap_or_default();
    match (first, parts.next()) {
        ("motedtls", Some(module)) => module.into(),
        (_, None) => "C and assembly".into(),
        (other, Some(_)) => other.into(),
    }
}

/// Octets by module, the largest first.
pub fn by_module(pieces: &[Piece]) -> Vec<(String, u32)> {
    let mut sums: BTreeMap<&str, u32> = BTreeMap::new();
    for piece in pieces {
        *sums.entry(&piece.module).or_default() += piece.octets;
    }
    let mut sums: Vec<(String, u32)> = sums
        .into_iter()
        .map(|(module, octets)| (module.to_owned(), octets))
        .collect();
    sums.sort_by_key(|(_, octets)| std::cmp::Reverse(*octets));
    sums
}

/// The `count` largest.
pub fn largest(pieces: &[Piece], count: usize) -> Vec<Piece> {
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.octets));
    pieces.truncate(count);
    pieces
}
