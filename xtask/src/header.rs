// SPDX-License-Identifier: MIT OR Apache-2.0
//! `include/motedtls.h`: how it is made from `src/ffi`, and whether the committed one is current.
//!
//! cbindgen does the translation; around it stand here the order of the files, the C names, and
//! what cbindgen cannot say: the pointer width as C sees it, and `MOTE_OK` for `MoteStatus::Ok`.
//!
//! How `src/ffi` is spelled so that this works:
//! - Types are `pub struct`, `pub enum`, `pub type` with names `Mote...` at the start of a line:
//!   `MotePskLookup` is `mote_psk_lookup` in C. Without `repr(C)` a struct is an opaque handle.
//! - Enums are `repr(C)` with plain variants: `MoteRole::Client` is `MOTE_ROLE_CLIENT`,
//!   `MoteStatus::WantRead` is `MOTE_WANT_READ`.
//! - Callbacks are `Option<unsafe extern "C" fn(user: *mut c_void, ...)>` with named arguments.
//! - A constant is a literal (`0xFFFF_FFFF`, not `u32::MAX`; `1024`, not `A * 8`). One that depends
//!   on the pointer width stands twice, under `#[cfg(target_pointer_width = "64")]` and under
//!   `#[cfg(not(target_pointer_width = "64"))]`; the comment of the first is kept.
//! - The order of the header is the order of the `mod` lines in `src/ffi/mod.rs`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::paths;
use crate::report::Outcome;

const COMMAND: &str = "cargo xtask header";

/// Writes the header.
pub fn write() -> Outcome {
    let root = paths::root();
    let header = render(&root)?;
    let path = root.join("include/motedtls.h");
    if std::fs::read_to_string(&path).is_ok_and(|committed| committed == header) {
        println!("include/motedtls.h is current");
        return Ok(());
    }
    std::fs::write(&path, header)?;
    println!("include/motedtls.h is written");
    Ok(())
}

/// Compares the header with what it should be.
pub fn check() -> Outcome {
    let root = paths::root();
    let expected = render(&root)?;
    let committed = std::fs::read_to_string(root.join("include/motedtls.h")).unwrap_or_default();
    if committed == expected {
        return Ok(());
    }
    let differs = expected
        .lines()
        .zip(committed.lines())
        .position(|(a, b)| a != b);
    let line = differs.unwrap_or_else(|| expected.lines().count().min(committed.lines().count()));
    Err(format!(
        "include/motedtls.h is not what src/ffi says, from line {} on:\n  committed: {}\n  \
         generated: {}\nmend it with: {COMMAND}",
        line + 1,
        committed.lines().nth(line).unwrap_or("(end)"),
        expected.lines().nth(line).unwrap_or("(end)"),
    )
    .into())
}

/// The header's text for the repository at `root`.
fn render(root: &Path) -> Outcome<String> {
    let files = ffi_files(&root.join("src/ffi"))?;
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    for file in &files {
        for name in type_names(&std::fs::read_to_string(file)?) {
            let c_name = snake_case(&name);
            config.export.rename.insert(name, c_name);
        }
    }
    // cbindgen follows the `mod` lines itself; given the whole crate it would take every `pub const`.
    let builder = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root.join("src/ffi/mod.rs"));
    let warnings = Warnings::begin();
    let generated = builder
        .generate()
        .map_err(|error| format!("cbindgen: {error}"))?;
    let mut text = Vec::new();
    generated.write(&mut text);
    warnings.end()?;
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    let header = finish(&text);
    // Compilers of firmware read headers in all sorts of character sets.
    match header.lines().find(|line| !line.is_ascii()) {
        None => Ok(header),
        Some(line) => Err(format!("the header is to be ASCII: {line}").into()),
    }
}

/// The files of `src/ffi` in the order in which `mod.rs` names them: the order of the header.
fn ffi_files(directory: &Path) -> Outcome<Vec<PathBuf>> {
    let first = directory.join("mod.rs");
    let text =
        std::fs::read_to_string(&first).map_err(|error| format!("{}: {error}", first.display()))?;
    let mut files = vec![first];
    for line in text.lines() {
        let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
        if let ["mod", name] | ["pub", "mod", name] | ["pub(crate)", "mod", name] = words.as_slice()
            && line.ends_with(';')
        {
            files.push(directory.join(format!("{name}.rs")));
        }
    }
    Ok(files)
}

/// The names of the public types of a file that C is to know.
fn type_names(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in source.lines() {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if let (Some("pub"), Some("struct" | "enum" | "type"), Some(name)) =
            (words.next(), words.next(), words.next())
            && name.starts_with("Mote")
        {
            names.push(name.to_owned());
        }
    }
    names
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// What cbindgen cannot be told.
fn finish(text: &str) -> String {
    // The status is the one enum whose values C programs write everywhere: without its type's name.
    let text = text.replace("MOTE_STATUS_", "MOTE_").replace('…', "...");
    let text = text
        .replace(
            "#if !defined(MOTE_WIDE_POINTERS)",
            "#if !(UINTPTR_MAX > 0xFFFFFFFFu)",
        )
        .replace(
            "#if defined(MOTE_WIDE_POINTERS)",
            "#if UINTPTR_MAX > 0xFFFFFFFFu",
        );
    let mut lines: Vec<String> = text.lines().map(define).collect();
    drop_safety(&mut lines);
    shorten_comments(&mut lines);
    join_conditions(&mut lines);
    join_psk_sizes(&mut lines);
    add_tags(&mut lines);
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n") + "\n"
}

/// A negative literal as a macro wants parentheses, the greatest of its type its name.
fn define(line: &str) -> String {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["#define", name, "4294967295"] => format!("#define {name} UINT32_MAX"),
        ["#define", name, value] if value.starts_with('-') => format!("#define {name} ({value})"),
        _ => line.trim_end().to_owned(),
    }
}

/// `# Safety` tells Rust programmers what C programmers know: that pointers must be good.
fn drop_safety(lines: &mut Vec<String>) {
    while let Some(from) = lines.iter().position(|line| line.trim() == "* # Safety") {
        let length = lines[from..].iter().position(|line| line.ends_with("*/"));
        let Some(length) = length else { return };
        // The empty line before it goes too.
        let from = if lines[from - 1].trim() == "*" {
            from - 1
        } else {
            from
        };
        let to = lines[from..].iter().position(|line| line.ends_with("*/"));
        lines.drain(from..from + to.unwrap_or(length));
    }
}

/// A comment of one line takes one line.
fn shorten_comments(lines: &mut Vec<String>) {
    let mut at = 0;
    while at + 2 < lines.len() {
        if lines[at].trim() == "/**" && lines[at + 2].trim() == "*/" {
            let text = lines[at + 1].trim().trim_start_matches('*').trim();
            let line = lines[at].replace("/**", &format!("/** {text} */"));
            lines.splice(at..at + 3, [line]);
        }
        at += 1;
    }
}

/// `NAME_PSK` is what `NAME` is in a program that is compiled for a library without public keys: its
/// lines go into the block of `NAME`.
fn join_psk_sizes(lines: &mut Vec<String>) {
    let defines = |name: String| move |line: &String| line.starts_with(&format!("#define {name} "));
    let psk_name = |line: &String| {
        let name = line.strip_prefix("#define ")?.split(' ').next()?;
        name.strip_suffix("_PSK").map(str::to_owned)
    };
    while let Some((at, name)) =
        (lines.iter().enumerate()).find_map(|(at, line)| Some((at, psk_name(line)?)))
    {
        let block = block(lines, at);
        let psk: Vec<String> = lines[block.clone()]
            .iter()
            .map(|line| line.replace(&format!("{name}_PSK"), &name))
            .collect();
        // The comment before it and the empty line behind it go with it.
        let comment = lines[..block.start].iter().rposition(String::is_empty);
        lines.drain(comment.map_or(0, |empty| empty + 1)..block.end + 1);
        let Some(all) = lines.iter().position(defines(name)) else {
            return;
        };
        let all = self::block(lines, all);
        lines.insert(all.end, "#endif".to_owned());
        let psk = [vec!["#if defined(MOTE_PSK_ONLY)".to_owned()], psk].concat();
        lines.splice(
            all.start..all.start,
            [psk, vec!["#else".to_owned()]].concat(),
        );
    }
}

/// The lines around `at` up to a comment before and an empty line behind.
fn block(lines: &[String], at: usize) -> std::ops::Range<usize> {
    let is_comment = |line: &String| line.is_empty() || line.ends_with("*/");
    let start = lines[..at].iter().rposition(is_comment);
    let end = lines[at..].iter().position(String::is_empty);
    start.map_or(0, |start| start + 1)..end.map_or(lines.len(), |end| at + end)
}

/// `typedef enum {` becomes `typedef enum mote_status {`: a tag lets others declare the type.
fn add_tags(lines: &mut [String]) {
    for at in 0..lines.len() {
        let Some(opening) = lines[at].strip_suffix(" {") else {
            continue;
        };
        if !matches!(opening, "typedef enum" | "typedef struct") {
            continue;
        }
        let end = lines[at..]
            .iter()
            .find_map(|line| line.strip_prefix("} ")?.strip_suffix(';'));
        if let Some(name) = end {
            lines[at] = format!("{opening} {name} {{");
        }
    }
}

/// cbindgen wraps each constant in a condition of its own, with its comment, and writes the two
/// widths one after the other: they become `#if`, `#else`, `#endif` below one comment.
fn join_conditions(lines: &mut Vec<String>) {
    let mut at = 0;
    while at < lines.len() {
        let Some(condition) = lines[at].strip_prefix("#if ").map(str::to_owned) else {
            at += 1;
            continue;
        };
        let comment_end = comment_end(lines, at + 1);
        // The comment rises above the condition.
        lines[at..comment_end].rotate_left(1);
        at = comment_end;
        let Some(end) = lines[at..].iter().position(|line| line == "#endif") else {
            return;
        };
        let end = at + end;
        let opposite = format!("#if !({condition})");
        if lines.get(end + 1).is_some_and(String::is_empty)
            && lines.get(end + 2).is_some_and(|line| *line == opposite)
        {
            let second = self::comment_end(lines, end + 3);
            lines.splice(end..second, ["#else".to_owned()]);
            // `#if`, one value, `#else`, the same value, `#endif`: the width does not matter.
            if lines.get(end + 1) == lines.get(end - 1) && lines[end - 2].starts_with("#if ") {
                lines.drain(end..end + 3);
                lines.remove(end - 2);
                at = end - 1;
                continue;
            }
        }
        at = end;
    }
}

/// The line after the comment that begins at `from`; `from` when there is none.
fn comment_end(lines: &[String], from: usize) -> usize {
    if !lines.get(from).is_some_and(|line| line.starts_with("/**")) {
        return from;
    }
    let length = lines[from..].iter().position(|line| line.ends_with("*/"));
    length.map_or(from, |length| from + length + 1)
}

/// Every warning of cbindgen means that something is missing from the header: it is an error.
struct Warnings;

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Warnings {
    fn begin() -> Self {
        static LOGGER: Listener = Listener;
        // Fails the second time, when it is in place already.
        let _ = log::set_logger(&LOGGER);
        log::set_max_level(log::LevelFilter::Warn);
        if let Ok(mut heard) = HEARD.lock() {
            heard.clear();
        }
        Warnings
    }

    fn end(self) -> Outcome {
        log::set_max_level(log::LevelFilter::Off);
        let heard = HEARD
            .lock()
            .map(|heard| heard.join("\n"))
            .unwrap_or_default();
        if heard.is_empty() {
            Ok(())
        } else {
            Err(format!("cbindgen warns:\n{heard}").into())
        }
    }
}

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, metadata: &log::Metadata) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record) {
        let message = record.args().to_string();
        // One header serves all feature sets, so conditions on features are dropped (cbindgen.toml);
        // and private constants are private.
        let meant = message.starts_with("Missing `[defines]` entry for `feature = ")
            || message.ends_with("(not `pub`).");
        if self.enabled(record.metadata())
            && !meant
            && let Ok(mut heard) = HEARD.lock()
        {
            heard.push(message);
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_widths_become_one_block() {
        let text = "#if defined(MOTE_WIDE_POINTERS)\n/**\n * Octets.\n */\n#define A 1\n#endif\n\n\
                    #if !defined(MOTE_WIDE_POINTERS)\n/**\n * Octets.\n */\n#define A 3\n#endif\n\n\
                    #if defined(MOTE_WIDE_POINTERS)\n#define B -2\n#endif\n\nint x;\n";
        let expected = "/** Octets. */\n#if UINTPTR_MAX > 0xFFFFFFFFu\n#define A 1\n#else\n\
                        #define A 3\n#endif\n\n#if UINTPTR_MAX > 0xFFFFFFFFu\n\
                        #define B (-2)\n#endif\n\nint x;\n";
        assert_eq!(finish(text), expected);
    }

    #[test]
    fn a_value_for_both_widths_stands_once() {
        let text = "#if defined(MOTE_WIDE_POINTERS)\n/**\n * Octets.\n */\n#define A 1\n#endif\n\n\
                    #if !defined(MOTE_WIDE_POINTERS)\n#define A 1\n#endif\n\nint x;\n";
        assert_eq!(finish(text), "/** Octets. */\n#define A 1\n\nint x;\n");
    }

    #[test]
    fn sizes_without_public_keys_stand_beside_those_with() {
        let text = "#if defined(MOTE_WIDE_POINTERS)\n/**\n * Octets.\n */\n#define A 1\n#endif\n\n\
                    #if !defined(MOTE_WIDE_POINTERS)\n#define A 3\n#endif\n\n\
                    /**\n * Octets.\n */\n#define A_PSK 5\n\nint x;\n";
        let expected = "/** Octets. */\n#if defined(MOTE_PSK_ONLY)\n#define A 5\n#else\n\
                        #if UINTPTR_MAX > 0xFFFFFFFFu\n#define A 1\n#else\n#define A 3\n#endif\n\
                        #endif\n\nint x;\n";
        assert_eq!(finish(text), expected);
    }

    #[test]
    fn safety_sections_are_for_rust() {
        let text = "/**\n * Reads.\n *\n * # Safety\n * Good pointers.\n */\nint x;\n";
        assert_eq!(finish(text), "/** Reads. */\nint x;\n");
    }

    #[test]
    fn types_get_tags() {
        let text = "typedef enum {\n  MOTE_STATUS_OK = 0,\n} mote_status;\n";
        assert_eq!(
            finish(text),
            "typedef enum mote_status {\n  MOTE_OK = 0,\n} mote_status;\n"
        );
    }

    #[test]
    fn types_get_c_names() {
        let source = "pub enum MoteStatus {\npub struct MoteIo {\n\
                      pub type MotePskLookup = Option<\npub struct Other;";
        assert_eq!(
            type_names(source),
            ["MoteStatus", "MoteIo", "MotePskLookup"]
        );
        assert_eq!(snake_case("MotePskLookup"), "mote_psk_lookup");
    }
}
