//! Holds docs/porting.md to c-examples/porting/ and to the header.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops when something is wrong"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn document() -> String {
    read(&root().join("docs/porting.md"))
}

/// What stands between `/* [name] */` and `/* [name end] */` in the files of c-examples/porting/,
/// by name.
fn excerpts() -> BTreeMap<String, String> {
    let directory = root().join("c-examples/porting");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("c-examples/porting/ can be read") {
        let path = entry.expect("an entry").path();
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
    let document = document();
    let blocks: Vec<&str> = document
        .split("```c\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    let excerpts = excerpts();
    for block in &blocks {
        let is_there = excerpts.values().any(|excerpt| excerpt == block);
        assert!(is_there, "in no file of c-examples/porting/:\n{block}");
    }
    for (name, excerpt) in &excerpts {
        assert!(blocks.contains(&excerpt.as_str()), "{name} is not shown");
    }
    assert!(blocks.len() > 15, "only {} blocks seen", blocks.len());
}

/// Every file is compiled.
#[test]
fn cmake_compiles_every_file() {
    let directory = root().join("c-examples/porting");
    let list = read(&directory.join("CMakeLists.txt"));
    for entry in fs::read_dir(directory).expect("c-examples/porting/ can be read") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".c") {
            let is_named = list.split([' ', ')']).any(|word| word == name);
            assert!(is_named, "{name} is not in CMakeLists.txt");
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
    let document = document();
    let mut seen = 0;
    for name in names {
        let row = format!("| `{name}` | ");
        assert_eq!(document.matches(&row).count(), 1, "{name} in the table");
        seen += 1;
    }
    assert!(seen > 20, "only {seen} statuses seen");
}

/// Its lines can be read in a terminal.
#[test]
fn prose_has_at_most_100_columns() {
    for line in document().lines().filter(|line| !line.starts_with('|')) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
