//! Holds what README.md and docs/ say to what is in the repository.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    clippy::indexing_slicing,
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

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// README.md and all of docs/, by path.
fn documents() -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join("docs")).expect("docs/ can be read");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of docs/").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.push(root().join("README.md"));
    paths.sort();
    assert!(paths.len() > 3);
    let relative = |path: &Path| {
        let path = path.strip_prefix(root()).expect("below the root");
        path.to_string_lossy().into_owned()
    };
    paths
        .iter()
        .map(|path| (relative(path), read(&relative(path))))
        .collect()
}

/// Text without its fenced blocks of code.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let kept = text.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    });
    kept.map(|line| format!("{line}\n")).collect()
}

/// What stands in backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The client of the README is the one that CI compiles, and as short as it says.
#[test]
fn the_readme_shows_the_minimal_client() {
    let readme = read("README.md");
    let (_, section) = readme
        .split_once("## A client in 25 lines\n")
        .expect("the section of the client");
    let (_, block) = section.split_once("```c\n").expect("a block of C");
    let (block, _) = block.split_once("```").expect("its end");
    let source = read("c-examples/minimal-client.c");
    let (licence, source) = source.split_once('\n').expect("lines");
    assert!(licence.contains("SPDX-License-Identifier"));
    assert_eq!(block, source);
    assert!(block.lines().count() <= 25, "too long");
}

/// What looks like a path in this repository is one.
#[test]
fn paths_in_the_documents_exist() {
    const TOPS: [&str; 11] = [
        "src/",
        "docs/",
        "include/",
        "c-examples/",
        "tests/",
        "xtask/",
        "cmake/",
        "benches/",
        "archive/",
        ".ci/",
        "zephyr/",
    ];
    let mut seen = 0;
    for (document, text) in documents() {
        let text = prose(&text);
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let directory = Path::new(&document).parent().unwrap_or(Path::new(""));
        // Where a file may lie that is named without its directory.
        let mut places = vec![root().to_path_buf()];
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or(link);
            let path = root().join(directory).join(file);
            assert!(path.exists(), "{document} links to {link}");
            if path.is_dir() {
                places.push(path);
            }
            seen += 1;
        }
        for name in code(&text) {
            let is_path = TOPS.iter().any(|top| name.starts_with(top)) && !name.contains(' ');
            let is_file = !name.contains(['/', ' ', '*'])
                && [".md", ".toml", ".rs", ".c", ".h", ".sh"]
                    .iter()
                    .any(|end| name.ends_with(end))
                && name != "udp.h";
            if is_path || is_file {
                let is_there = places.iter().any(|place| place.join(name).exists());
                assert!(is_there, "{document} names {name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} paths seen");
}

/// The requirements of the draft: section, and how many it has.
const SECTIONS: [(&str, u32); 23] = [
    ("1", 6),
    ("2", 1),
    ("3", 5),
    ("4", 2),
    ("5.1", 9),
    ("5.2", 7),
    ("5.3", 13),
    ("6", 5),
    ("7", 4),
    ("8", 1),
    ("9", 1),
    ("10", 3),
    ("11", 2),
    ("12", 1),
    ("13", 1),
    ("14", 1),
    ("15", 1),
    ("16", 1),
    ("17", 1),
    ("18", 3),
    ("19", 1),
    ("20", 1),
    // What RFC 7925 adds.
    ("7925", 9),
];
/// The decisions where texts disagree.
const DECISIONS: u32 = 24;

/// The cells of each row of docs/profile.md.
fn rows() -> Vec<Vec<String>> {
    let profile = read("docs/profile.md");
    let rows = profile.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| {
        let row = row.trim_start_matches('|').trim_end();
        let row = row.strip_suffix('|').unwrap_or(row);
        row.split('|').map(|cell| cell.trim().to_owned()).collect()
    });
    cells
        .filter(|cells: &Vec<String>| cells[0] != "id")
        .collect()
}

#[test]
fn the_profile_has_every_requirement_once() {
    let numbered = SECTIONS.iter().chain(&[("D", DECISIONS)]);
    let expected: Vec<String> = numbered
        .flat_map(|(section, count)| (1..=*count).map(move |n| format!("{section}-{n}")))
        .collect();
    let of_the_draft = expected.len() as u32 - DECISIONS - 9;
    assert_eq!(of_the_draft, 70);
    let found: Vec<String> = rows().into_iter().map(|cells| cells[0].clone()).collect();
    assert_eq!(found, expected);
}

/// Each row says how far it is, and what is met names its test.
#[test]
fn the_profile_names_tests_that_are_there() {
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    for cells in rows() {
        let [id, level, role, requirement, state, place, tests] = cells.as_slice() else {
            panic!("{cells:?} has not seven cells");
        };
        assert!(["M", "S", "R", "A"].contains(&level.as_str()), "{id}");
        assert!(["C", "S", "B", "A"].contains(&role.as_str()), "{id}");
        assert!(!requirement.is_empty(), "{id}");
        assert!(state == "met" || state == "application", "{id}: {state}");
        assert!(state != "met" || !place.is_empty(), "{id} is met nowhere");
        let (mut file, mut named) = (String::new(), 0);
        for name in code(tests) {
            if name.contains('/') && Path::new(name).extension().is_some() {
                name.clone_into(&mut file);
                continue;
            }
            assert!(!file.is_empty(), "{id}: {name} stands in no file");
            let source = sources.entry(file.clone()).or_insert_with(|| read(&file));
            let is_there = if file.starts_with("xtask/") {
                source.contains(&format!("\"{name}\""))
            } else if file.ends_with(".rs") {
                is_rust_test(source, name)
            } else {
                source.contains(&format!("cmocka_unit_test({name})"))
            };
            assert!(is_there, "{id}: no test {name} in {file}");
            named += 1;
        }
        assert!(state != "met" || named > 0, "{id} is met without a test");
    }
}

/// Whether the function is there and has the attribute `#[test]` in front of it.
fn is_rust_test(source: &str, name: &str) -> bool {
    let head = format!("fn {name}()");
    source.match_indices(&head).any(|(at, _)| {
        let before = source[..at].trim_end();
        let attributes = before.rsplit("\n\n").next().unwrap_or(before);
        attributes.contains("#[test]")
    })
}

/// The sizes in the README are those of the header for 32-bit targets.
#[test]
fn sizes_in_the_readme_are_those_of_the_header() {
    let header = read("include/motedtls.h");
    let readme = read("README.md");
    let (_, table) = readme.split_once("## Sizes\n").expect("the sizes");
    let row = |begin: &str| {
        let row = table.lines().find(|line| line.starts_with(begin));
        let row = row.unwrap_or_else(|| panic!("no row {begin}"));
        row.split('|').nth(2).expect("a second cell").to_owned()
    };
    for (begin, constant) in [
        ("| `mote_config`", "MOTE_CONFIG_SIZE"),
        ("| `mote_connection`", "MOTE_CONNECTION_SIZE"),
        ("| workspace", "MOTE_WORKSPACE_SIZE"),
        ("| datagram buffer", "MOTE_BUFFER_MIN"),
    ] {
        let define = format!("#define {constant} ");
        let values = header.lines().filter_map(|line| line.strip_prefix(&define));
        let values: Vec<&str> = values.map(str::trim).collect();
        let row = row(begin);
        let mut said = row
            .split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty());
        // Of two definitions the second is the one of 32-bit targets; of four, the first two are
        // those without public keys.
        let (all, psk) = match values[..] {
            [one] => (one, None),
            [_, psk, _, all] => (all, Some(psk)),
            _ => panic!("{constant} has {} definitions", values.len()),
        };
        assert_eq!(said.next(), Some(all), "{constant}");
        if psk.is_some() {
            assert_eq!(said.next(), psk, "{constant} without public keys");
        }
    }
}
