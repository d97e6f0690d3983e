// SPDX-License-Identifier: MIT OR Apache-2.0
//! The figures in lines: for a terminal and, in Markdown, for docs/footprint.md.

use std::fmt::Write as _;

use super::figures::Figures;
use super::modules::{self, largest};
use super::sets::{Figure, Goal, Role};
use super::stack;

/// How many symbols are named that hold a goal back.
const NAMED: usize = 3;

/// 12,345
pub fn digits(value: u32) -> String {
    let text = value.to_string();
    let mut grouped = String::new();
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && (text.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A table in Markdown, which also reads well as it is: the first column left, the others right.
pub fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    // A rule of a column to the right has two characters at least.
    let mut widths: Vec<usize> = head
        .iter()
        .map(|cell| cell.chars().count().max(2))
        .collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    let mut line = |cells: &[String]| {
        for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let _ = match at {
                0 => write!(table, "| {cell:<width$} "),
                _ => write!(table, "| {cell:>width$} "),
            };
        }
        table += "|\n";
    };
    line(
        &head
            .iter()
            .map(|cell| (*cell).to_owned())
            .collect::<Vec<_>>(),
    );
    let rule = |(at, width): (usize, &usize)| match at {
        0 => "-".repeat(*width),
        _ => "-".repeat(width - 1) + ":",
    };
    line(&widths.iter().enumerate().map(rule).collect::<Vec<_>>());
    rows.iter().for_each(|row| line(row));
    table
}

/// Flash, RAM and instructions of each set.
pub fn sets(all: &[Figures]) -> String {
    let head = [
        "set",
        "flash",
        "config",
        "connection",
        "workspace",
        "buffer",
        "other static",
        "stack",
        "RAM in all",
        "reassembly",
        "client, instructions",
        "server, instructions",
    ];
    let rows = all.iter().map(|figures| {
        let declared = |name| digits(figures.declared(name));
        let instructions = |role| match figures.handshake(role) {
            0 => String::new(),
            count => digits(count),
        };
        vec![
            format!("{}: {}", figures.set.name, figures.set.says),
            digits(figures.flash),
            declared("config"),
            declared("connection"),
            declared("workspace"),
            declared("buffer"),
            digits(figures.hidden()),
            digits(figures.stack()),
            digits(figures.ram()),
            declared("reassembly"),
            instructions(Role::Client),
            instructions(Role::Server),
        ]
    });
    markdown(&head, &rows.collect::<Vec<_>>())
}

/// Every goal: met, or missed by how much.
pub fn goals(all: &[Figures]) -> String {
    let mut rows = Vec::new();
    for figures in all {
        for goal in figures.set.goals {
            let measured = figures.figure(goal.figure);
            rows.push(vec![
                format!("{}: {}", figures.set.name, goal.figure.name()),
                digits(measured),
                digits(goal.limit),
                verdict(measured, goal.limit),
                goal.aim.map_or(String::new(), digits),
                goal.aim.map_or(String::new(), |aim| verdict(measured, aim)),
            ]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    markdown(&["set", "measured", "limit", "", "goal", ""], &rows)
}

fn verdict(measured: u32, limit: u32) -> String {
    match measured.checked_sub(limit) {
        None | Some(0) => "met".into(),
        Some(over) => format!("missed by {}", digits(over)),
    }
}

/// For each set that misses a goal, what takes the most of it.
pub fn held_back(all: &[Figures]) -> String {
    let mut text = String::new();
    for figures in all {
        let missed: Vec<&Goal> = figures.missed().collect();
        let name = figures.set.name;
        if missed.iter().any(|goal| goal.figure == Figure::Flash) {
            let _ = writeln!(text, "- {name}, flash: {}", symbols(figures));
        }
        if missed.iter().any(|goal| goal.figure == Figure::Ram) {
            let _ = writeln!(text, "- {name}, RAM: {}", memory(figures));
        }
        if missed
            .iter()
            .any(|goal| goal.figure == Figure::Instructions)
        {
            let _ = writeln!(
                text,
                "- {name}, instructions of a whole run: {}",
                functions(figures)
            );
        }
    }
    text
}

fn symbols(figures: &Figures) -> String {
    let pieces = largest(&figures.pieces, NAMED);
    let pieces = pieces
        .iter()
        .map(|piece| format!("`{}` {}", piece.name, digits(piece.octets)));
    pieces.collect::<Vec<_>>().join(", ")
}

fn functions(figures: &Figures) -> String {
    let most = figures.functions.iter().take(NAMED);
    let most = most.map(|(name, count)| format!("`{name}` {}", digits(*count)));
    most.collect::<Vec<_>>().join(", ")
}

/// Of RAM no function is the cause, but what is declared and the deepest call.
fn memory(figures: &Figures) -> String {
    let mut parts: Vec<(String, u32)> = ["config", "connection", "workspace", "buffer"]
        .map(|name| (name.to_owned(), figures.declared(name)))
        .to_vec();
    let deepest = stack::calls(figures)
        .into_iter()
        .max_by_key(|(_, octets)| *octets);
    parts.extend(deepest.map(|(call, octets)| (format!("stack of {call}"), octets)));
    parts.sort_by_key(|(_, octets)| std::cmp::Reverse(*octets));
    parts.truncate(NAMED);
    let parts = parts
        .iter()
        .map(|(name, octets)| format!("{name} {}", digits(*octets)));
    parts.collect::<Vec<_>>().join(", ")
}

/// The stack of each call, a column a set.
pub fn calls(all: &[Figures]) -> String {
    let columns: Vec<Vec<(String, u32)>> = all.iter().map(stack::calls).collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in columns.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rows = names.iter().map(|name| {
        let cell = |column: &Vec<(String, u32)>| {
            let row = column.iter().find(|(other, _)| other == *name);
            row.map_or(String::new(), |(_, octets)| digits(*octets))
        };
        std::iter::once((*name).clone())
            .chain(columns.iter().map(cell))
            .collect()
    });
    let head: Vec<&str> = std::iter::once("call")
        .chain(all.iter().map(|figures| figures.set.name))
        .collect();
    markdown(&head, &rows.collect::<Vec<_>>())
}

/// The flash of each set by module, as in the chart.
pub fn by_module(all: &[Figures]) -> String {
    let mut names: Vec<String> = Vec::new();
    let columns: Vec<Vec<(String, u32)>> = all
        .iter()
        .map(|figures| modules::by_module(&figures.pieces))
        .collect();
    // The set with everything knows the order.
    let fullest = columns.iter().max_by_key(|column| column.len());
    for (name, _) in fullest.into_iter().chain(&columns).flatten() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let rows = names.iter().map(|name| {
        let cell = |column: &Vec<(String, u32)>| {
            let row = column.iter().find(|(other, _)| other == name);
            row.map_or(String::new(), |(_, octets)| digits(*octets))
        };
        std::iter::once(name.clone())
            .chain(columns.iter().map(cell))
            .collect()
    });
    let head: Vec<&str> = std::iter::once("module")
        .chain(all.iter().map(|figures| figures.set.name))
        .collect();
    markdown(&head, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 12, 999, 1000, 1_234_567].map(digits),
            ["0", "12", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let table = markdown(&["a", "b"], &[vec!["long".into(), "1".into()]]);
        assert_eq!(table, "| a    |  b |\n| ---- | -: |\n| long |  1 |\n");
    }
}
