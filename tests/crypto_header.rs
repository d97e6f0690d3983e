//! Holds include/motedtls_crypto.h to the declarations in src/crypto/external, which the compiler
//! cannot compare.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops when something is wrong"
)]

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(path).expect("a readable file")
}

/// With single spaces, and none where C needs none.
fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("( ", "(").replace(", )", ")")
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let rests = text.split(start).skip(1);
    rests
        .filter_map(|rest| Some(rest.split_once(end)?.0))
        .collect()
}

/// A parameter of Rust, as C declares it.
fn parameter(name: &str, kind: &str, slot: &str) -> String {
    let (constant, target) = match kind.split_once(' ') {
        Some(("*const", target)) => ("const ", target),
        Some(("*mut", target)) => ("", target),
        _ => {
            assert_eq!(kind, "usize", "{name}");
            return format!("size_t {name}");
        }
    };
    match target {
        "Slot" => format!("{constant}{slot} *{name}"),
        "u8" => format!("{constant}uint8_t *{name}"),
        array => {
            let length = array
                .strip_prefix("[u8; ")
                .and_then(|rest| rest.strip_suffix(']'));
            let length = length.unwrap_or_else(|| panic!("{name}: {kind}"));
            format!("{constant}uint8_t {name}[{length}]")
        }
    }
}

/// The declarations in an `extern` block, as C declares them.
fn declared_in_rust(file: &str, slot: &str) -> Vec<String> {
    let source = read(file);
    let block = between(&source, "unsafe extern \"C\" {", "\n}");
    let block = squeezed(block.first().expect("an extern block"));
    let mut declarations = Vec::new();
    for text in block.split("fn ").skip(1) {
        let (name, rest) = text.split_once('(').expect("parameters");
        let (parameters, result) = rest.rsplit_once(')').expect("parameters");
        let parameters: Vec<String> = parameters
            .split(", ")
            .map(|text| text.split_once(": ").expect("a type"))
            .map(|(name, kind)| parameter(name, kind, slot))
            .collect();
        let result = if result.contains("-> i32") {
            "int32_t"
        } else {
            "void"
        };
        declarations.push(format!("{result} {name}({})", parameters.join(", ")));
    }
    declarations
}

/// All prototypes of the header.
fn declared_in_c() -> Vec<String> {
    let header = read("include/motedtls_crypto.h");
    let mut code = String::new();
    for part in header.split("/*") {
        code.push_str(part.split_once("*/").map_or(part, |(_, rest)| rest));
    }
    let prototypes = squeezed(&code);
    let ends = prototypes.split(';').filter_map(|text| {
        let start = ["int32_t mote_crypto", "void mote_crypto"];
        let at = start.iter().find_map(|start| text.find(start))?;
        text.get(at..)
    });
    ends.map(str::to_owned).collect()
}

#[test]
fn header_and_library_agree() {
    let aes_ccm = declared_in_rust("src/crypto/external/aes_ccm.rs", "mote_crypto_aes_ccm_slot");
    let p256 = declared_in_rust("src/crypto/external/p256.rs", "mote_crypto_p256_slot");
    assert_eq!((aes_ccm.len(), p256.len()), (4, 7));
    assert_eq!(declared_in_c(), [aes_ccm, p256].concat());
}

/// `struct Slot([u32; N])` and `uint32_t opaque[N]`.
#[test]
fn slots_have_one_size() {
    let header = read("include/motedtls_crypto.h");
    let in_c = between(&header, "uint32_t opaque[", "]");
    let sources = ["aes_ccm", "p256"].map(|name| read(&format!("src/crypto/external/{name}.rs")));
    let in_rust = sources.each_ref().map(|source| {
        let sizes = between(source, "#[repr(C)]\npub(super) struct Slot([u32; ", "])");
        sizes.first().copied().unwrap_or_default()
    });
    assert_eq!(in_c, in_rust);
}
