//! The floors of the design: a module uses its own floor and lower ones, and `unsafe` stands where
//! C or a foreign provider begins. Reads the sources; test modules are exempt.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::{Path, PathBuf};

/// docs/architecture.md has the same table.
const FLOORS: [(&str, u8); 27] = [
    ("address", 0),
    ("error", 0),
    ("names", 0),
    ("stack", 0),
    ("alert", 0),
    ("advice", 0),
    ("suite", 0),
    ("time", 0),
    ("host", 0),
    ("wire", 1),
    ("crypto", 2),
    ("key_schedule", 3),
    ("x509", 4),
    ("credential", 5),
    ("config", 5),
    ("cached_info", 5),
    ("session", 5),
    ("session_cache", 5),
    ("cookie", 5),
    ("record", 6),
    ("association", 6),
    ("flight", 7),
    ("handshake", 8),
    ("connection", 9),
    ("endpoint", 10),
    ("server", 10),
    ("ffi", 11),
];

/// Where `unsafe` may stand.
const UNSAFE: [&str; 2] = ["ffi/", "crypto/external/"];

fn floor(module: &str) -> Option<u8> {
    let entry = FLOORS.iter().find(|(name, _)| *name == module);
    entry.map(|(_, floor)| *floor)
}

/// The source without comments and without test modules, which rustfmt ends with a brace of their
/// own indentation.
fn code(source: &str) -> String {
    let mut code = String::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let indentation = &line[..line.len() - line.trim_start().len()];
        if line.trim() == "#[cfg(test)]" {
            while lines
                .peek()
                .is_some_and(|next| next.trim_start().starts_with("#["))
            {
                // An attribute may take several lines.
                lines.by_ref().find(|line| line.ends_with(']'));
            }
            let is_module = |next: &&str| next.contains("mod ") && next.ends_with('{');
            if lines.peek().is_some_and(is_module) {
                let end = format!("{indentation}}}");
                lines.by_ref().find(|line| *line == end);
                continue;
            }
        }
        let text = line.split("//").next().unwrap_or_default();
        code.push_str(text);
        code.push('\n');
    }
    code
}

/// The first names of a path that goes on after `::`: one, or those of a braced list.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let Some(list) = path.trim_start().strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut names = vec![name(list)];
    let mut depth = 0;
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&list[at + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The modules of the crate's root that a file names, through `crate::` or by going up with
/// `super::`.
fn used(file: &str, code: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = path.split('/').count();
    let to_root = "super::".repeat(depth);
    let mut used = Vec::new();
    for prefix in ["crate::", &to_root] {
        for (at, _) in code.match_indices(prefix) {
            // `pub(in crate::x)` and the like name paths, too; `mycrate::` does not.
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if !before.is_alphanumeric() && before != '_' && before != ':' {
                used.extend(first_names(&code[at + prefix.len()..]));
            }
        }
    }
    used
}

/// What is wrong with a file, whose path is given from `src` on.
fn complaints(file: &str, source: &str) -> Vec<String> {
    let code = code(source);
    let module = file.split(['/', '.']).next().unwrap_or_default();
    let mut complaints = Vec::new();
    if module != "lib" {
        match floor(module) {
            None => complaints.push(format!("{file}: no floor")),
            Some(own) => {
                for name in used(file, &code) {
                    match floor(&name) {
                        Some(other) if other <= own => {}
                        Some(_) => complaints.push(format!("{file}: uses {name}, from above")),
                        None => complaints.push(format!("{file}: {name} has no floor")),
                    }
                }
            }
        }
    }
    let is_word = |word: &str| word == "unsafe";
    let words = |line: &str| -> bool {
        line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(is_word)
    };
    if !UNSAFE.iter().any(|place| file.starts_with(place)) && code.lines().any(words) {
        complaints.push(format!("{file}: unsafe"));
    }
    complaints
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a readable directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            // A directory of tests is one test module.
            if !path.ends_with("tests") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Requirement 4-2: ciphers, modes and hashes can be replaced, because nothing but the provider
/// knows where they come from.
#[test]
fn only_the_provider_names_its_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut named = 0;
    for path in files {
        let source = code(&fs::read_to_string(&path).expect("a readable file"));
        let crates = ["aes::", "sha1::", "p256::", "p256_cortex_m4_sys"];
        let names_one = crates.iter().any(|name| {
            source.match_indices(name).any(|(at, _)| {
                let before = source[..at].chars().next_back().unwrap_or(' ');
                !before.is_alphanumeric() && before != '_' && before != ':'
            })
        });
        let providers = ["crypto/soft", "crypto/external"].map(|name| root.join(name));
        let is_provider = providers.iter().any(|provider| path.starts_with(provider));
        assert!(is_provider || !names_one, "{}", path.display());
        named += usize::from(names_one);
    }
    assert!(named > 3, "only {named} files of the provider seen");
}

#[test]
fn modules_use_their_own_floor_and_lower_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 50, "only {} files", files.len());
    let mut all = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).expect("a readable file");
        let file = path.strip_prefix(&root).expect("a file of src");
        let file = file.to_str().expect("a name").replace('\\', "/");
        all.extend(complaints(&file, &source));
    }
    assert!(all.is_empty(), "{all:#?}");
}

/// The test sees what it is there to see.
#[test]
fn planted_uses_are_seen() {
    let upward = [
        ("wire/sink.rs", "use crate::record::Protection;"),
        ("wire/sink.rs", "fn f() { crate::ffi::x(); }"),
        (
            "wire/sink.rs",
            "use crate::{\n    error::Error,\n    record::{a, b},\n};",
        ),
        ("cookie.rs", "use super::handshake::Handshake;"),
        ("wire/extension/mod.rs", "use super::super::crypto::Hash;"),
        (
            "wire/extension/server_name.rs",
            "use super::super::super::time::X;\nuse crate::cookie::Y;",
        ),
        (
            "wire/sink.rs",
            "#[cfg(test)]\nmod tests {\n    use x;\n}\nuse crate::flight::send;",
        ),
        ("unheard_of.rs", ""),
        ("wire/sink.rs", "use crate::unheard_of::x;"),
        ("wire/sink.rs", "fn f() { unsafe { g() } }"),
        ("crypto/soft/mod.rs", "unsafe impl Send for X {}"),
    ];
    for (file, source) in upward {
        assert_eq!(complaints(file, source).len(), 1, "{file}: {source}");
    }
    let fine = [
        (
            "ffi/io.rs",
            "use crate::connection::Connection;\nunsafe { f() }",
        ),
        ("crypto/external/mod.rs", "unsafe extern \"C\" {}"),
        (
            "wire/sink.rs",
            "use crate::error::Malformed; // crate::record",
        ),
        (
            "wire/sink.rs",
            "/// [`crate::record`] is unsafe\nuse crate::wire::Reader;",
        ),
        (
            "wire/sink.rs",
            "#[cfg(test)]\n#[allow(x)]\npub(crate) mod tests {\n    use crate::ffi::x;\n}",
        ),
        ("wire/extension/mod.rs", "use super::Reader;"),
        ("lib.rs", "#![deny(unsafe_code)]"),
    ];
    for (file, source) in fine {
        assert_eq!(complaints(file, source), Vec::<String>::new());
    }
}
