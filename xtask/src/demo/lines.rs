// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lines that are no longer than a reader's terminal is wide.

use std::path::Path;
use std::process::Command;

use crate::interop::records;
use crate::interop::relay::Datagram;
use crate::{paths, process};

/// Of a line at most.
pub const COLUMNS: usize = 100;

/// Prints words behind `begin`, on further lines indented as far as it, each but the last with
/// `end`. A word that is longer than a line stands as it is.
pub fn print(begin: &str, words: &[String], end: &str) {
    for line in lines(begin, words, end) {
        println!("{line}");
    }
}

fn lines(begin: &str, words: &[String], end: &str) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let mut lines = Vec::new();
    let mut line = begin.to_owned();
    let mut is_empty = true;
    for word in words {
        if !is_empty && length(&line) + 1 + length(word) + length(end) > COLUMNS {
            lines.push(line + end);
            line = " ".repeat(length(begin));
        } else if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// A datagram in words.
pub fn print_datagram(datagram: &Datagram, is_lost: bool) {
    let arrow = if datagram.from_client {
        "client ──▶"
    } else {
        "◀── server"
    };
    let begin = format!("   {arrow} {:>4} octets  ", datagram.octets.len());
    let mut described = records::describe(&datagram.octets);
    if is_lost {
        described += " (lost)";
    }
    print(&begin, &words(&described), "");
}

pub fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// The command line without the program's path and below the repository's root: options with their
/// values.
pub fn arguments(command: &Command) -> Vec<String> {
    let line = process::command_line(command);
    let root = format!("{}/", paths::root().display());
    let line = line.replace(&root, "");
    let options = line.split(" --").skip(1);
    options.map(|option| format!("--{option}")).collect()
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

pub fn short(path: &Path) -> String {
    path.strip_prefix(paths::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_time() {
        let words: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
        let wrapped = lines("   $ ", &words, " \\");
        assert!(wrapped.len() > 1);
        assert!(wrapped.iter().all(|line| line.len() <= COLUMNS));
        let whole: Vec<&str> = wrapped
            .iter()
            .flat_map(|line| {
                line.trim_end_matches(" \\")
                    .split_whitespace()
                    .skip_while(|w| *w == "$")
            })
            .collect();
        assert_eq!(whole, words);
        assert_eq!(
            lines("a ", &["b".repeat(120)], ""),
            ["a ".to_owned() + &"b".repeat(120)]
        );
    }
}
