// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our figures beside those of the peers.

use super::figures::Figures;
use super::peers::Measured;
use super::table::{digits, markdown};

/// One table: for each set ours, also with the fast provider, and then the peers, with what ours is
/// of theirs in per cent.
pub fn peers(all: &[Figures], peers: &[Measured]) -> String {
    let mut rows = Vec::new();
    for ours in all
        .iter()
        .filter(|figures| figures.set.provider.is_empty() && !figures.set.many)
    {
        let name = ours.set.name;
        if !peers.iter().any(|peer| peer.set == name) {
            continue;
        }
        let fast = all.iter().find(|figures| {
            figures.set.features == ours.set.features && !figures.set.provider.is_empty()
        });
        rows.push(own(ours));
        rows.extend(fast.map(own));
        for peer in peers.iter().filter(|peer| peer.set == name) {
            // Assembly beside assembly, where we have it.
            let ours = fast
                .filter(|_| peer.peer.contains("assembly"))
                .unwrap_or(ours);
            rows.push(row(peer, ours));
        }
    }
    let head = [
        "set",
        "flash",
        "with LTO",
        "static",
        "heap",
        "stack",
        "RAM in all",
        "connected",
        "instructions",
        "our flash",
        "our RAM",
        "our instructions",
    ];
    if rows.is_empty() {
        return String::new();
    }
    markdown(&head, &rows)
}

fn own(figures: &Figures) -> Vec<String> {
    let mut cells = vec![
        format!("{}: motedtls", figures.set.name),
        digits(figures.flash),
        digits(figures.flash),
        digits(figures.statics - figures.declared("reassembly")),
        "0".into(),
        digits(figures.stack()),
        digits(figures.ram()),
        digits(figures.connected()),
        digits(figures.instructions()),
    ];
    cells.resize(12, String::new());
    cells
}

fn row(peer: &Measured, ours: &Figures) -> Vec<String> {
    let part =
        |ours: u32, theirs: u32| format!("{} %", u64::from(ours) * 100 / u64::from(theirs.max(1)));
    vec![
        format!("{}: {}", peer.set, peer.peer),
        digits(peer.flash),
        digits(peer.flash_lto),
        digits(peer.statics),
        digits(peer.heap_peak),
        digits(peer.stack),
        digits(peer.ram()),
        digits(peer.statics + peer.heap_connected),
        digits(peer.instructions),
        // We are always linked with LTO.
        part(ours.flash, peer.flash_lto),
        part(ours.ram(), peer.ram()),
        part(ours.instructions(), peer.instructions),
    ]
}
