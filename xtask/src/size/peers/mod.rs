// SPDX-License-Identifier: MIT OR Apache-2.0
//! The peers, built from their crates' sources and measured like ourselves: the same glue, the same
//! conversation with the same tools. Their configurations in `tests/firmware/size/peers` are ours,
//! tuned for size.

mod mbedtls;
pub mod record;
mod tinydtls;
mod wolfssl;

use std::path::PathBuf;

use super::build::{self, Sections};
use super::run;
use super::sets::{Kind, Role};
use crate::cmake::Tools;
use crate::report::Outcome;

/// An image of a peer.
struct Image {
    peer: &'static str,
    set: &'static str,
    /// What it is when there are several of that peer and set.
    variant: &'static str,
    kind: Kind,
    roles: &'static [Role],
    files: Vec<PathBuf>,
    options: Vec<String>,
}

const CLIENT: &[Role] = &[Role::Client];
const BOTH: &[Role] = &[Role::Client, Role::Server];

/// What an image of a peer takes.
pub struct Measured {
    pub peer: String,
    pub set: String,
    pub flash: u32,
    /// Built with link-time optimization.
    pub flash_lto: u32,
    pub statics: u32,
    pub heap_peak: u32,
    pub heap_connected: u32,
    pub stack: u32,
    pub instructions: u32,
}

impl Measured {
    pub const fn ram(&self) -> u32 {
        self.statics + self.heap_peak + self.stack
    }
}

/// Builds and runs them all.
pub fn measure(tools: &Tools) -> Outcome<Vec<Measured>> {
    build::write_credentials()?;
    let mut images = tinydtls::images()?;
    images.extend(mbedtls::images()?);
    images.extend(wolfssl::images()?);
    let empty = [false, true].map(|lto| -> Outcome<Sections> {
        let file = build::sources().join("empty.c");
        build::sections(&link("peers-empty", &[file], &define(&["HEAP"]), lto)?)
    });
    let [empty, empty_lto] = empty;
    let (empty, empty_lto) = (empty?, empty_lto?);
    let mut all = Vec::new();
    for image in &images {
        eprintln!("  set {} of {} {}", image.set, image.peer, image.variant);
        all.push(one(image, empty, empty_lto, tools)?);
    }
    Ok(all)
}

fn one(image: &Image, empty: Sections, empty_lto: Sections, tools: &Tools) -> Outcome<Measured> {
    let name = [image.peer, image.set, image.variant].join("-");
    let name = name.trim_end_matches('-').replace(' ', "-");
    let lto = link(&format!("{name}-lto"), &image.files, &image.options, true)?;
    // An image from which too much was thrown away is no figure.
    run::run(image.kind, Role::Client, &lto, tools)?;
    let lto = build::sections(&lto)?;
    let linked = link(&name, &image.files, &image.options, false)?;
    let sections = build::sections(&linked)?;
    let mut measured = Measured {
        peer: [image.peer, image.variant].join(" ").trim_end().to_owned(),
        set: image.set.into(),
        flash: sections.flash - empty.flash,
        flash_lto: lto.flash - empty_lto.flash,
        statics: sections.ram - empty.ram,
        heap_peak: 0,
        heap_connected: 0,
        stack: 0,
        instructions: 0,
    };
    for &role in image.roles {
        let said = run::run(image.kind, role, &linked, tools)?;
        measured.heap_peak = measured.heap_peak.max(said.declared("heap-peak"));
        measured.heap_connected = measured.heap_connected.max(said.declared("connected-heap"));
        measured.stack = measured.stack.max(said.stack);
        if role == Role::Client {
            measured.instructions = said.handshake();
        }
    }
    Ok(measured)
}

fn link(name: &str, files: &[PathBuf], options: &[String], lto: bool) -> Outcome<PathBuf> {
    let mut files = files.to_vec();
    files.push(directory().join("heap.c"));
    // Their warnings are not ours to mend.
    let mut all = vec![
        "-w".to_owned(),
        format!("-I{}", build::directory()?.display()),
    ];
    // The compiler calls the heap by its names also where it sees none.
    all.extend([
        "-fno-builtin-malloc".to_owned(),
        "-fno-builtin-calloc".to_owned(),
    ]);
    if lto {
        all.push("-flto".into());
    }
    all.extend_from_slice(options);
    build::link(name, &files, &all)
}

fn directory() -> PathBuf {
    build::sources().join("peers")
}

fn define(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("-D{name}")).collect()
}
