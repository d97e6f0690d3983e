// SPDX-License-Identifier: MIT OR Apache-2.0
//! Firmware images for Cortex-M4: no panic, no formatting and nothing of an absent feature is linked
//! into them; what they take.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::need::{self, ARM_CC, CMAKE, Core, READELF};
use crate::report::{Outcome, Report};
use crate::{features, paths, process};

const TRIPLE: &str = "thumbv7em-none-eabi";
pub const IMAGE: &str = "image.c";

/// Parts of mangled names, old and new mangling alike, that only a panic or formatting brings in.
const PANICS: [&str; 7] = [
    "4core9panicking",
    "4core3fmt",
    "9panic_fmt",
    "13unwrap_failed",
    "13expect_failed",
    "13assert_failed",
    // The handler itself: nobody calls it in an image without panics.
    "rust_begin_unwind",
];

/// Features of the library, each set in an image of its own: here for one target, in
/// `cargo xtask full` for all of them (targets/mod.rs).
pub const IMAGES: [&str; 13] = [
    "client,psk",
    "client,psk,heartbeat",
    "client,rpk",
    "client,x509",
    "client,psk,rpk,x509",
    "server,psk",
    "server,rpk,x509",
    "client,server,psk",
    "client,server,rpk",
    "client,server,x509",
    "client,server,psk,rpk,x509",
    "client,server,psk,rpk,x509,heartbeat",
    "client,server,psk,rpk,x509,certificate-url",
];

/// What only this target has.
const FOR_CORTEX_M4: &str = "client,server,psk,rpk,x509,aes-table,p256-cortex-m4";

pub fn steps(report: &Report) {
    report.step("image: a planted panic is seen", planted);
    for features in IMAGES.into_iter().chain([FOR_CORTEX_M4]) {
        report.step(&format!("image: {features}"), || check(features));
    }
    report.step("image: a PSK client of a library with everything", unasked);
}

/// Parts of mangled names of what a PSK client never asks for.
const UNASKED: [&str; 4] = ["4p256", "8motedtls4x509", "4sha1", "10resumption6resume"];

/// What an application does not configure is not linked, although the library has it: this keeps
/// packages small that are built for all.
fn unasked() -> Outcome {
    let archive = library(features::ALL)?;
    let image = link("unasked.elf", "unasked.c", &[], &[archive])?;
    let names = names(&image)?;
    let found: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| UNASKED.iter().any(|part| name.contains(part)))
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("linked into {}:\n  {}", image.display(), found.join("\n  ")).into())
}

/// The check must be able to fail.
fn planted() -> Outcome {
    let manifest = sources().join("planted/Cargo.toml");
    let archive = archive(
        "planted",
        &["--manifest-path", &manifest.to_string_lossy()],
        "libplanted.a",
    )?;
    let harmless = link(
        "planted-nothing.elf",
        "planted.c",
        &[],
        std::slice::from_ref(&archive),
    )?;
    if let Some(name) = panics(&names(&harmless)?).first() {
        return Err(format!("found {name} in an image without a panic").into());
    }
    for define in ["-DPLANTED_INDEX", "-DPLANTED_UNWRAP"] {
        let image = link(
            "planted.elf",
            "planted.c",
            &[define],
            std::slice::from_ref(&archive),
        )?;
        if panics(&names(&image)?).is_empty() {
            return Err(format!(
                "the panic of {define} is in {} and was not seen",
                image.display()
            )
            .into());
        }
    }
    Ok(())
}

/// Links the whole interface for those features and looks at the image.
fn check(features: &str) -> Outcome {
    let archive = library(features)?;
    let name = features.replace(',', "-");
    let defines: Vec<String> = features
        .split(',')
        .map(|feature| format!("-D{}", feature.to_uppercase().replace('-', "_")))
        .collect();
    let mut defines: Vec<&str> = defines.iter().map(String::as_str).collect();
    if features::are_psk_only(features) {
        defines.push("-DMOTE_PSK_ONLY");
    }
    let empty = sizes(&link("empty.elf", IMAGE, &["-DEMPTY"], &[])?)?;
    measure(&format!("{name}.elf"), &defines, &archive, features, empty)?;
    if features.contains("server") {
        defines.push("-DMANY");
        let name = format!("{name}-many.elf");
        measure(&name, &defines, &archive, features, empty)?;
    }
    Ok(())
}

/// The library with those features.
pub fn library(features: &str) -> Outcome<PathBuf> {
    let manifest = paths::root().join("Cargo.toml");
    let arguments = [
        "--manifest-path",
        &manifest.to_string_lossy(),
        "--package",
        "motedtls-archive",
        "--no-default-features",
        "--features",
        features,
    ];
    archive("motedtls", &arguments, "libmotedtls.a")
}

/// Prints what an image takes beside what is in the empty one.
fn measure(
    name: &str,
    defines: &[&str],
    archive: &Path,
    features: &str,
    empty: [usize; 3],
) -> Outcome {
    let image = link(name, IMAGE, defines, &[archive.to_path_buf()])?;
    search(&image, features)?;
    let sizes = sizes(&image)?;
    let [text, data, bss] = [0, 1, 2].map(|part| sizes[part].saturating_sub(empty[part]));
    println!("           {TRIPLE}, {name}: text {text}, data {data}, bss {bss} octets");
    Ok(())
}

/// Whether there is no panic, no formatting and nothing of an absent feature in an image.
pub fn search(image: &Path, features: &str) -> Outcome {
    let names = names(image)?;
    let mut found = panics(&names);
    found.extend(features::absent(features, &names));
    if found.is_empty() {
        return Ok(());
    }
    Err(format!("linked into {}:\n  {}", image.display(), found.join("\n  ")).into())
}

pub fn sources() -> PathBuf {
    paths::root().join("tests/firmware")
}

/// Builds a static library for the device; its path.
fn archive(name: &str, arguments: &[&str], file: &str) -> Outcome<PathBuf> {
    let target_directory = paths::below_target("image")?.join(name);
    let mut cargo = match need::core(TRIPLE)? {
        Core::Installed => Command::new("cargo"),
        Core::Built => build_std(),
    };
    cargo
        .args(["build", "--release", "--target", TRIPLE])
        .args(arguments);
    cargo.arg("--target-dir").arg(&target_directory);
    // The flags of an enclosing cargo are for the host.
    process::run(cargo.env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR"))?;
    let built = target_directory.join(TRIPLE).join("release").join(file);
    without_builtins(&built, target_directory.join(file))
}

/// The archive as the CMake build leaves it: memcpy and the like are those of the C library.
fn without_builtins(built: &Path, archive: PathBuf) -> Outcome<PathBuf> {
    need::programs(&[ARM_CC, CMAKE])?;
    let mut strip = Command::new("cmake");
    strip.arg("-DAR=arm-none-eabi-ar");
    strip.arg(format!("-DFROM={}", built.display()));
    strip.arg(format!("-DTO={}", archive.display()));
    strip.arg("-P");
    process::run(strip.arg(paths::root().join("cmake/StripBuiltins.cmake")))?;
    Ok(archive)
}

/// Debian's cargo, which builds the core library, too.
fn build_std() -> Command {
    let mut cargo = Command::new(need::DEBIAN_CARGO);
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", need::DEBIAN_RUSTC)
        .arg("-Zbuild-std=core");
    // Without rustup's choice of a toolchain.
    cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    cargo
}

/// Links an image as firmware is linked: unused sections are thrown away.
fn link(name: &str, source: &str, defines: &[&str], archives: &[PathBuf]) -> Outcome<PathBuf> {
    need::programs(&[ARM_CC, READELF])?;
    let image = paths::below_target("image")?.join(name);
    let mut cc = Command::new("arm-none-eabi-gcc");
    cc.args([
        "-mcpu=cortex-m4",
        "-mthumb",
        "-mfloat-abi=soft",
        "-Os",
        "-std=c11",
        "-Wall",
        "-Wextra",
    ]);
    cc.args([
        "-ffunction-sections",
        "-fdata-sections",
        "-Wl,--gc-sections",
        "-nostartfiles",
    ]);
    cc.args(["--specs=nosys.specs"]).args(defines);
    cc.arg("-I").arg(paths::root().join("include"));
    cc.arg(sources().join(source))
        .args(archives)
        .arg("-o")
        .arg(&image);
    process::run(&mut cc)?;
    Ok(image)
}

/// The names of the symbols in an image.
fn names(image: &Path) -> Outcome<Vec<String>> {
    let names = features::symbols(image)?;
    if names.iter().any(|name| name == "_start") {
        return Ok(names);
    }
    Err(format!("{} has no symbols to look at", image.display()).into())
}

/// Those of panics and formatting.
fn panics(names: &[String]) -> Vec<String> {
    let bad = names
        .iter()
        .filter(|name| PANICS.iter().any(|part| name.contains(part)));
    bad.cloned().collect()
}

/// text, data, bss.
fn sizes(image: &Path) -> Outcome<[usize; 3]> {
    let table = process::run(Command::new("arm-none-eabi-size").arg(image))?;
    let row = table
        .lines()
        .nth(1)
        .ok_or("arm-none-eabi-size prints no table")?;
    let mut numbers = row
        .split_whitespace()
        .map_while(|number| number.parse().ok());
    let mut next = || numbers.next().ok_or("arm-none-eabi-size prints no numbers");
    Ok([next()?, next()?, next()?])
}
