// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask size`: what a typical device with motedtls takes of flash, RAM and instructions,
//! measured in QEMU.

mod build;
mod host;
mod run;
mod sets;

use sets::{Role, SETS, Set};

use crate::report::Outcome;
use crate::{cmake, interop};

/// What a set takes.
struct Figures {
    set: &'static Set,
    flash: u32,
    /// Variables of image and library, without what the runs say is declared.
    runs: Vec<(Role, run::Said)>,
    statics: u32,
}

impl Figures {
    fn stack(&self) -> u32 {
        self.runs
            .iter()
            .map(|(_, said)| said.stack)
            .max()
            .unwrap_or(0)
    }
}

pub fn run(wanted: &str) -> Outcome {
    let tools = cmake::tools("cmake")?;
    interop::credentials::ready()?;
    for set in SETS
        .iter()
        .filter(|set| wanted.is_empty() || set.name == wanted)
    {
        let figures = measure(set, &tools)?;
        print(&figures);
    }
    Ok(())
}

fn measure(set: &'static Set, tools: &cmake::Tools) -> Outcome<Figures> {
    let empty = build::sections(&build::empty()?)?;
    let image = build::ours(set)?;
    let sections = build::sections(&image)?;
    let mut runs = Vec::new();
    for role in set.roles() {
        runs.push((role, run::run(set, role, &image, tools)?));
    }
    Ok(Figures {
        set,
        flash: sections.flash - empty.flash,
        statics: sections.ram - empty.ram,
        runs,
    })
}

fn print(figures: &Figures) {
    let set = figures.set;
    println!(
        "{}  {}: flash {}, static {}, stack {}",
        set.name,
        set.says,
        figures.flash,
        figures.statics,
        figures.stack()
    );
    for (role, said) in &figures.runs {
        println!(
            "   as {}: {} instructions, stack {}",
            role.name(),
            said.handshake(),
            said.stack
        );
        for (name, octets) in &said.declared {
            println!("     {name} {octets}");
        }
        for call in &said.calls {
            println!(
                "     {:<16} {:>4} calls {:>6} stack {:>10} instructions",
                call.name, call.count, call.stack, call.instructions
            );
        }
    }
}
