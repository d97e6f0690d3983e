// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask size`: what a typical device with motedtls takes of flash, RAM, stack and
//! instructions, measured in QEMU on a Cortex-M4. `cargo xtask test size` holds it to what is
//! recorded.

mod beside;
mod budget;
mod build;
mod chart;
mod document;
mod figures;
mod host;
mod modules;
mod peers;
mod profile;
mod run;
mod sets;
mod stack;
mod table;

use figures::Figures;
use sets::SETS;

use crate::cmake;
use crate::report::{Outcome, Report};

/// What `cargo xtask size` is told.
#[derive(Default)]
pub struct Options<'a> {
    /// One set only, by its name.
    pub set: Option<&'a str>,
    pub json: bool,
    /// Measures the peers anew; else their recorded figures stand beside ours.
    pub peers: bool,
    /// Records the figures: budget, documented stack, docs/footprint.
    pub write: bool,
}

impl<'a> Options<'a> {
    /// None for what is no option and no set.
    pub fn parse(arguments: &[&'a str]) -> Option<Self> {
        let mut options = Options::default();
        for argument in arguments {
            match *argument {
                "--json" => options.json = true,
                "--peers" => options.peers = true,
                "--write" => options.write = true,
                name if SETS.iter().any(|set| set.name == name) => options.set = Some(name),
                _ => return None,
            }
        }
        Some(options)
    }
}

/// One step a set.
pub fn steps(report: &Report) {
    for set in &SETS {
        report.step(&format!("size: set {}, {}", set.name, set.says), || {
            let figures = figures::measure(set, &cmake::tools("cmake")?)?;
            println!(
                "           flash {}, RAM {}, of that stack {}, instructions {}",
                figures.flash,
                figures.ram(),
                figures.stack(),
                figures.instructions()
            );
            budget::check(&figures)?;
            stack::check(&figures)
        });
    }
}

pub fn run(options: &Options) -> Outcome {
    let tools = cmake::tools("cmake")?;
    let mut all = Vec::new();
    for set in SETS
        .iter()
        .filter(|set| options.set.is_none_or(|name| name == set.name))
    {
        all.push(figures::explain(set, &tools)?);
    }
    let peers = if options.peers {
        peers::measure(&tools)?
    } else {
        peers::record::read()?
    };
    if options.json {
        let sets: Vec<_> = all.iter().map(Figures::to_json).collect();
        let peers = peers::record::to_json(&peers);
        println!("{}", serde_json::json!({"sets": sets, "peers": peers}));
    } else {
        println!("{}", document::text(&all, &peers)?);
    }
    if !options.write {
        return Ok(());
    }
    budget::write(&all)?;
    stack::write(&all)?;
    if options.peers {
        peers::record::write(&peers)?;
    }
    if options.set.is_none() {
        document::write(&all, &peers)?;
    }
    Ok(())
}

/// Measures ourselves and the peers, and prints both.
pub fn beside_peers() -> Outcome {
    let tools = cmake::tools("cmake")?;
    let all = SETS.iter().map(|set| figures::measure(set, &tools));
    let all = all.collect::<Outcome<Vec<_>>>()?;
    println!("{}", beside::peers(&all, &peers::measure(&tools)?));
    Ok(())
}
