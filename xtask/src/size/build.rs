// SPDX-License-Identifier: MIT OR Apache-2.0
//! Builds the images of `tests/firmware/size`, and says what they take of the flash.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::sets::{IDENTITY, KEY, Set};
use crate::features;
use crate::image::library;
use crate::interop::credentials::{self, NAME};
use crate::need::{self, ARM_CC, READELF};
use crate::report::Outcome;
use crate::{paths, process};

/// What is common to all images.
const GLUE: [&str; 3] = ["start.c", "host.c", "measure.c"];
const OURS: [&str; 3] = [
    "motedtls/main.c",
    "motedtls/configure.c",
    "motedtls/connection.c",
];

pub fn sources() -> PathBuf {
    paths::root().join("tests/firmware/size")
}

pub fn directory() -> Outcome<PathBuf> {
    Ok(paths::below_target("size")?)
}

/// Octets of each part.
#[derive(Clone, Copy)]
pub struct Sections {
    /// Code, constants, and the initial values of variables.
    pub flash: u32,
    /// Variables.
    pub ram: u32,
}

/// Links the image without a library.
pub fn empty() -> Outcome<PathBuf> {
    link("empty", &[sources().join("empty.c")], &[])
}

/// Builds the library for a set and links its image.
pub fn ours(set: &Set) -> Outcome<PathBuf> {
    write_credentials()?;
    let features = [set.features, set.provider].join(",");
    // In one directory with the images that are only looked at: the same features are built once.
    let archive = library(features.trim_end_matches(','))?;
    let mut files: Vec<PathBuf> = OURS.iter().map(|file| sources().join(file)).collect();
    let mut defines: Vec<String> = set
        .features
        .split(',')
        .map(|feature| format!("-D{}", feature.to_uppercase().replace('-', "_")))
        .collect();
    if features::are_psk_only(set.features) {
        defines.push("-DMOTE_PSK_ONLY".into());
    }
    if set.many {
        files.push(sources().join("motedtls/many.c"));
        defines.push("-DMANY".into());
    }
    files.push(archive);
    let include = paths::root().join("include");
    defines.extend([&include, &directory()?].map(|path| format!("-I{}", path.display())));
    link(set.name, &files, &defines)
}

/// Compiles and links as firmware is: unused sections are thrown away.
pub fn link(name: &str, files: &[PathBuf], options: &[String]) -> Outcome<PathBuf> {
    need::programs(&[ARM_CC, READELF])?;
    let image = image(name)?;
    let mut cc = Command::new(ARM_CC.0);
    cc.args(["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft", "-Os"]);
    cc.args([
        "-std=gnu11",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-ffunction-sections",
    ]);
    cc.args(["-fdata-sections", "-Wl,--gc-sections", "-nostartfiles"]);
    cc.args(["--specs=nano.specs", "--specs=nosys.specs", "-T"]);
    cc.arg(sources().join("image.ld"));
    cc.args(options).args(GLUE.map(|file| sources().join(file)));
    cc.arg(format!("-Wl,-Map={}", map(&image).display()));
    process::run(cc.args(files).arg("-o").arg(&image))?;
    Ok(image)
}

/// Where the image of that name is.
pub fn image(name: &str) -> Outcome<PathBuf> {
    Ok(directory()?.join(format!("{name}.elf")))
}

/// The linker's map of an image.
pub fn map(image: &Path) -> PathBuf {
    image.with_extension("map")
}

/// What an image takes.
pub fn sections(image: &Path) -> Outcome<Sections> {
    let table = process::run(Command::new(READELF.0).arg("-SW").arg(image))?;
    let size = |name: &str| {
        // "  [ 2] .rodata  PROGBITS  ADDRESS OFFSET SIZE ..."
        let row = table.lines().find_map(|line| {
            let (_, fields) = line.split_once(']')?;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            (fields.first() == Some(&name)).then(|| fields.get(4).copied())?
        });
        row.map_or(Ok(0), |digits| u32::from_str_radix(digits, 16))
            .map_err(|_| format!("{} has no size for {name}", image.display()))
    };
    let data = size(".data")?;
    Ok(Sections {
        flash: size(".text")? + size(".rodata")? + data,
        ram: data + size(".bss")?,
    })
}

/// `credentials.h`: those of the peer, as the image holds them.
pub fn write_credentials() -> Outcome {
    credentials::ready()?;
    let mut text = String::from("/* Written by cargo xtask size. */\n#include <stdint.h>\n");
    let _ = writeln!(text, "#define SERVER_NAME \"{NAME}\"");
    text += "#define CREDENTIAL __attribute__((section(\".credentials\"), unused)) static const uint8_t\n";
    let mut add = |name: &str, octets: &[u8]| {
        let octets: Vec<String> = octets.iter().map(u8::to_string).collect();
        let _ = writeln!(text, "CREDENTIAL {name}[] = {{{}}};", octets.join(","));
    };
    add("psk_identity", IDENTITY.as_bytes());
    add("psk_key", KEY.as_bytes());
    for end in ["client", "server"] {
        let name = format!("wire-{end}");
        let key = credentials::key_der(&name)?;
        add(&format!("{end}_key"), &key);
        // ECPrivateKey (RFC 5915): the scalar comes after a sequence, version 1 and its own header.
        add(
            &format!("{end}_scalar"),
            key.get(7..39).ok_or("a short key")?,
        );
        add(
            &format!("{end}_public_key"),
            &credentials::public_key_der(&name)?,
        );
        add(
            &format!("{end}_certificate"),
            &credentials::leaf_der(&name)?,
        );
    }
    add("root_certificate", &credentials::leaf_der("root")?);
    Ok(std::fs::write(directory()?.join("credentials.h"), text)?)
}
