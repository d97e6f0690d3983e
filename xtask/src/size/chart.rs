// SPDX-License-Identifier: MIT OR Apache-2.0
//! A chart of the flash by module, as SVG: one bar a set.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::figures::Figures;
use super::modules;

/// Colours that are told apart side by side; the last is for all that is small.
const COLOURS: [&str; 15] = [
    "#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7",
    "#9c755f", "#2f4b7c", "#d37295", "#8cd17d", "#b6992d", "#d4a6c8", "#bab0ac",
];
const OTHER: &str = "other";

const LEFT: u32 = 70;
const WIDTH: u32 = 640;
const BAR: u32 = 22;
const GAP: u32 = 10;
const TOP: u32 = 30;

/// Draws the sets' flash.
pub fn draw(all: &[Figures]) -> String {
    let names = names(all);
    let longest = all.iter().map(|figures| figures.flash).max().unwrap_or(1);
    let bars = u32::try_from(all.len()).unwrap_or(0) * (BAR + GAP);
    let legend = TOP + bars + 24;
    let rows = u32::try_from(names.len().div_ceil(4)).unwrap_or(0);
    let height = legend + rows * 20 + 10;
    let width = LEFT + WIDTH + 80;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Flash by module</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"18\">Flash by module, octets (Cortex-M4)</text>\n"
    );
    for (row, figures) in (0..).zip(all) {
        bar(&mut svg, figures, &names, TOP + row * (BAR + GAP), longest);
    }
    for ((at, name), colour) in (0..).zip(&names).zip(COLOURS) {
        let (x, y) = (LEFT + at % 4 * 170, legend + at / 4 * 20);
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{y}\">{name}</text>",
            y - 11,
            x + 18
        );
    }
    svg + "</svg>\n"
}

fn bar(svg: &mut String, figures: &Figures, names: &[String], y: u32, longest: u32) {
    let set = figures.set.name;
    let middle = y + BAR / 2 + 4;
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{set}</text>",
        LEFT - 8
    );
    let mut before = 0;
    for (name, colour) in names.iter().zip(COLOURS) {
        let octets: u32 = modules::by_module(&figures.pieces)
            .into_iter()
            .filter(|(module, _)| module == name || (name == OTHER && !names.contains(module)))
            .map(|(_, octets)| octets)
            .sum();
        let at = |octets: u32| LEFT + octets * WIDTH / longest.max(1);
        let (from, to) = (at(before), at(before + octets));
        before += octets;
        if to > from {
            let _ = writeln!(
                svg,
                "<rect x=\"{from}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" fill=\"{colour}\">\
                 <title>{set}, {name}: {octets}</title></rect>",
                to - from
            );
        }
    }
    let end = LEFT + before * WIDTH / longest.max(1) + 6;
    let _ = writeln!(
        svg,
        "<text x=\"{end}\" y=\"{middle}\">{}</text>",
        figures.flash
    );
}

/// The modules that have a colour of their own, the largest in all sets together first.
fn names(all: &[Figures]) -> Vec<String> {
    let mut sums: BTreeMap<String, u32> = BTreeMap::new();
    for (module, octets) in all
        .iter()
        .flat_map(|figures| modules::by_module(&figures.pieces))
    {
        *sums.entry(module).or_default() += octets;
    }
    let mut names: Vec<(String, u32)> = sums.into_iter().collect();
    names.sort_by_key(|(_, octets)| std::cmp::Reverse(*octets));
    names.truncate(COLOURS.len() - 1);
    names
        .into_iter()
        .map(|(name, _)| name)
        .chain([OTHER.into()])
        .collect()
}
