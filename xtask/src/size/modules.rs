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
        .find_map(|kind| section.strip_prefix(kind));
    // Assembly has no section of its own for each function: its file, without rustc's hash.
    let file = member.trim_end_matches(')');
    let symbol = symbol.unwrap_or(file.split_once('-').map_or(file, |(_, name)| name));
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let module = if !archive.ends_with("libmotedtls") {
        "C library".into()
    } else if member.starts_with("compiler_builtins") {
        "compiler_builtins".into()
    } else if member.starts_with("motedtls-") {
        module(symbol, &name)
    } else {
        foreign(member)
    };
    Some(Piece {
        module,
        name,
        octets,
    })
}

/// The crates that `p256` is made of.
const P256: [&str; 4] = ["primeorder", "crypto_bigint", "elliptic_curve", "ecdsa"];

/// `handshake` of `motedtls::handshake::keys::install`, `p256` of what is in that crate.
fn module(symbol: &str, name: &str) -> String {
    // Strings that the compiler has put together: all are there if one is.
    if symbol.starts_with("str1.") {
        return "strings".into();
    }
    if [".L", "..L", "L__", "cst"]
        .iter()
        .any(|local| symbol.starts_with(local))
    {
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
        (part, Some(_)) if P256.contains(&part) => "p256".into(),
        (_, None) => "C and assembly".into(),
        (other, Some(_)) => other.into(),
    }
}

/// `p256-cortex-m4` of `06ee6c7709b3c39f-p256-cortex-m4.o`: what a crate has compiled from C.
fn foreign(member: &str) -> String {
    let name = member.split_once('-').map_or(member, |(_, name)| name);
    let name = name.split('.').next().unwrap_or(name);
    name.split("-asm").next().unwrap_or(name).into()
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

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: &str = "/target/libmotedtls.a(motedtls-f86e.motedtls.4ce6-cgu.0.rcgu.o)";

    #[test]
    fn symbols_belong_to_the_module_in_their_name() {
        let cases = [
            (
                ".text._ZN8motedtls9handshake4keys7install17h4d8802585126de1cE",
                "handshake",
            ),
            (
                ".text._ZN70_$LT$motedtls..ffi..host..CallHost$u20$as$u20$motedtls..host..Host$GT$4send17h7a4e672a3bae8509E",
                "ffi",
            ),
            (
                ".text.unlikely._ZN4sha26sha25611compress25617h2fab26d6d9166d4fE",
                "sha2",
            ),
            (".text.mote_connection_read", "ffi"),
            (".rodata..Lanon.1", "constants"),
            (".rodata.str1.1", "strings"),
        ];
        for (section, module) in cases {
            let piece = piece(section, MEMBER, 4).map(|piece| piece.module);
            assert_eq!(piece.as_deref(), Some(module), "{section}");
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let cases = [
            ("/usr/lib/libc_nano.a(lib_a-memcpy.o)", Some("C library")),
            (
                "/target/libmotedtls.a(06ee-p256-cortex-m4.o)",
                Some("p256-cortex-m4"),
            ),
            (
                "/target/libmotedtls.a(48ee-p256-cortex-m4-asm-gcc.o)",
                Some("p256-cortex-m4"),
            ),
            (
                "/target/libmotedtls.a(compiler_builtins-50a3.o)",
                Some("compiler_builtins"),
            ),
            ("/tmp/ccabcd.o", None),
        ];
        for (file, module) in cases {
            let piece = piece(".text", file, 4).map(|piece| piece.module);
            assert_eq!(piece.as_deref(), module, "{file}");
        }
    }
}
