//! Holds the guides in docs/ to the code that they show, to the header and to each other's form.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops when something is wrong"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// A document, and where the code that it shows lies.
struct Guide {
    document: &'static str,
    directory: &'static str,
    /// The list of what CMake compiles, and how files of the directory are named in it.
    cmake: &'static str,
    prefix: &'static str,
    /// It has more blocks of C than so many.
    blocks: usize,
}

const GUIDES: [Guide; 4] = [
    Guide {
        document: "docs/porting.md",
        directory: "c-examples/porting",
        cmake: "c-examples/porting/CMakeLists.txt",
        prefix: "",
        blocks: 15,
    },
    Guide {
        document: "docs/credentials.md",
        directory: "c-examples/guides/credentials",
        cmake: "c-examples/guides/CMakeLists.txt",
        prefix: "credentials/",
        blocks: 7,
    },
    Guide {
        document: "docs/migrating-from-mbedtls.md",
        directory: "c-examples/guides/mbedtls",
        cmake: "c-examples/guides/CMakeLists.txt",
        prefix: "mbedtls/",
        blocks: 12,
    },
    Guide {
        document: "docs/freertos.md",
        directory: "c-examples/freertos",
        cmake: "c-examples/freertos/CMakeLists.txt",
        prefix: "",
        blocks: 4,
    },
];

impl Guide {
    fn text(&self) -> String {
        read(&root().join(self.document))
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(root().join(self.directory));
        let entries = entries.unwrap_or_else(|why| panic!("{}: {why}", self.directory));
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

/// What stands between `/* [name] */` and `/* [name end] */` in the files of a guide's code, by
/// name.
fn excerpts(guide: &Guide) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in guide.files() {
        if path.extension().is_none_or(|end| end != "c" && end != "h") {
            continue;
        }
        let mut open: Option<(String, String)> = None;
        for line in read(&path).lines() {
            let marker = line
                .strip_prefix("/* [")
                .and_then(|rest| rest.strip_suffix("] */"));
            match (marker, &mut open) {
                (None, None) => {}
                (None, Some((_, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (Some(name), None) => open = Some((name.to_owned(), String::new())),
                (Some(name), Some((begun, text))) => {
                    assert_eq!(name, format!("{begun} end"), "{}", path.display());
                    let before = found.insert(begun.clone(), text.clone());
                    assert!(before.is_none(), "{begun} is there twice");
                    open = None;
                }
            }
        }
        assert!(open.is_none(), "{}: {open:?} has no end", path.display());
    }
    found
}

/// Every block of C is what CI compiles, and what is marked to be shown is shown.
#[test]
fn the_code_is_what_ci_compiles() {
    for guide in &GUIDES {
        let document = guide.text();
        let blocks: Vec<&str> = document
            .split("```c\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        let excerpts = excerpts(guide);
        for block in &blocks {
            let is_there = excerpts.values().any(|excerpt| excerpt == block);
            assert!(is_there, "in no file of {}:\n{block}", guide.directory);
        }
        for (name, excerpt) in &excerpts {
            let is_shown = blocks.contains(&excerpt.as_str());
            assert!(is_shown, "{}: {name} is not shown", guide.document);
        }
        let count = blocks.len();
        assert!(count > guide.blocks, "{}: {count} blocks", guide.document);
    }
}

/// Every file is compiled.
#[test]
fn cmake_compiles_every_file() {
    for guide in &GUIDES {
        let list = read(&root().join(guide.cmake));
        for path in guide.files() {
            let name = path.file_name().expect("a name").to_string_lossy();
            if name.ends_with(".c") {
                let name = format!("{}{name}", guide.prefix);
                let is_named = list.split([' ', ')', '\n']).any(|word| word == name);
                assert!(is_named, "{name} is not in {}", guide.cmake);
            }
        }
    }
}

/// The table says of every status what to do.
#[test]
fn no_status_is_left_out() {
    let header = read(&root().join("include/motedtls.h"));
    let (_, statuses) = header
        .split_once("typedef enum mote_status {")
        .expect("the statuses");
    let (statuses, _) = statuses.split_once("MOTE_FORCE_INT").expect("their end");
    let names = statuses.lines().filter_map(|line| {
        let (name, _) = line.trim().split_once(" = ")?;
        name.starts_with("MOTE_").then_some(name)
    });
    let document = GUIDES[0].text();
    let mut seen = 0;
    for name in names {
        let row = format!("| `{name}` | ");
        assert_eq!(document.matches(&row).count(), 1, "{name} in the table");
        seen += 1;
    }
    assert!(seen > 20, "only {seen} statuses seen");
}

/// Whether `text` has `word` with nothing of a name at its ends.
fn has_word(text: &str, word: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name)
    })
}

fn headers() -> String {
    let names = ["include/motedtls.h", "include/motedtls_static.h"];
    names.map(|name| read(&root().join(name))).concat()
}

/// What the guides name of the library is there.
#[test]
fn the_names_of_the_library_are_right() {
    let headers = headers();
    let mut seen = 0;
    for guide in &GUIDES {
        let text = guide.text();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let of_the_library = words
            .filter(|word| word.starts_with("mote_") || word.starts_with("MOTE_"))
            .filter(|word| !word.ends_with('_')); // as in `mote_config_set_...`
        for word in of_the_library {
            assert!(has_word(&headers, word), "{}: {word}", guide.document);
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} names seen");
}

/// In the tables of the migration guide the names stand without their prefixes.
#[test]
fn the_names_in_the_tables_are_right() {
    let headers = headers();
    let text = GUIDES[2].text();
    let (_, tables) = text.split_once("## Call by call").expect("the tables");
    let (tables, _) = tables.split_once("## Option by option").expect("their end");
    let mut seen = 0;
    for row in tables.lines().filter(|line| line.starts_with('|')) {
        let ours = row.split('|').nth(2).expect("a second column");
        for name in ours.split('`').skip(1).step_by(2) {
            let (name, _) = name.split_once('.').unwrap_or((name, "")); // a member
            let is_there = ["", "mote_", "MOTE_"]
                .iter()
                .any(|prefix| has_word(&headers, &format!("{prefix}{name}")));
            let is_prefix = name.ends_with('_'); // of the heading, before its dots
            assert!(is_there || is_prefix, "{row}: {name}");
            seen += 1;
        }
    }
    assert!(seen > 80, "only {seen} names seen");
}

/// Their lines can be read in a terminal.
#[test]
fn prose_has_at_most_100_columns() {
    for guide in &GUIDES {
        let text = guide.text();
        for line in text.lines().filter(|line| !line.starts_with('|')) {
            assert!(line.chars().count() <= 100, "{}: {line}", guide.document);
        }
    }
}
