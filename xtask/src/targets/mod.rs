// SPDX-License-Identifier: MIT OR Apache-2.0
//! The targets, each as a firmware project takes it: built by CMake with a toolchain file, installed,
//! moved, and linked into an image by a project that has no Rust. No panic, no formatting and nothing
//! of an absent feature may be in it.

mod boards;
mod refusals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::need::{self, ARM_CC, Core, MAKE, READELF, RISCV_CC};
use crate::report::{Outcome, Report};
use crate::{cmake, features, image, paths, process};

const TARGETS: [&str; 8] = [
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv7em-none-eabi",
    "thumbv7em-none-eabihf",
    "thumbv8m.main-none-eabi",
    "thumbv8m.main-none-eabihf",
    "riscv32imc-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
];

/// The smallest product and the largest: between them they hold all the code. image.rs has more sets
/// for one target, and [`all_features`] has them for all.
const FEATURES: [&str; 2] = [SMALLEST, EVERYTHING];
const SMALLEST: &str = "client,psk";
const EVERYTHING: &str =
    "client,server,psk,rpk,x509,heartbeat,certificate-url,cached-info,trusted-ca";

/// rustup has no core library for it (Cortex-M23); so this one must be built.
const WITHOUT_CORE: &str = "thumbv8m.base-none-eabi";

pub fn steps(report: &Report) {
    for triple in TARGETS {
        report.step(&format!("target: {triple}"), || packages(triple, &FEATURES));
    }
    report.step("target: core built by Debian's Rust", || {
        need::debian_rust()?;
        packages(WITHOUT_CORE, &[SMALLEST])
    });
    for way in ["add_subdirectory", "FetchContent"] {
        report.step(&format!("target: {way}"), || part_of_project(way));
    }
    boards::steps(report);
    refusals::steps(report);
}

/// Every set of features for every target.
pub fn all_features(report: &Report) {
    for triple in TARGETS {
        report.step(&format!("target: {triple}, all sets of features"), || {
            packages(triple, &image::IMAGES)
        });
    }
}

/// Makes a package with each set of features, and images with them.
fn packages(triple: &str, sets: &[&str]) -> Outcome {
    for features in sets {
        let package = package(triple, features)?;
        check_definitions(&package, features)?;
        let image = consumer(triple, &package, features)?;
        image::search(&image, features)?;
    }
    Ok(())
}

/// A directory for what is built for a target.
fn directory(triple: &str, name: &str) -> Outcome<PathBuf> {
    Ok(paths::below_target(&format!("targets/{triple}"))?.join(name))
}

fn toolchain_file(triple: &str) -> String {
    let file = paths::root().join(format!("cmake/toolchains/{triple}.cmake"));
    format!("-DCMAKE_TOOLCHAIN_FILE={}", file.display())
}

/// Settings for the library itself; the target is not one of them, since the C compiler says it.
pub fn settings(triple: &str, features: &str) -> Outcome<Vec<String>> {
    let compiler = if triple.starts_with("riscv") {
        RISCV_CC
    } else {
        ARM_CC
    };
    need::programs(&[compiler, READELF, MAKE])?;
    let mut settings = vec![
        toolchain_file(triple),
        format!("-DMOTEDTLS_FEATURES={}", features.replace(',', ";")),
    ];
    if triple.starts_with("riscv") {
        // No C library comes with the compiler: tests/package/CLibrary.cmake.
        settings.push("-DMOTEDTLS_COMPILER_BUILTINS=ON".to_owned());
    }
    if let Core::Built = need::core(triple)? {
        settings.push("-DMOTEDTLS_BUILD_STD=ON".to_owned());
        settings.push(format!("-DMOTEDTLS_CARGO={}", need::DEBIAN_CARGO));
        settings.push(format!("-DMOTEDTLS_RUSTC={}", need::DEBIAN_RUSTC));
    }
    Ok(settings)
}

/// Builds and installs; the place of the package, which is not the one that it was installed to.
fn package(triple: &str, features: &str) -> Outcome<PathBuf> {
    let build = directory(triple, "build")?;
    let settings = settings(triple, features)?;
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    build_with_rust(&build, &paths::root(), &settings)?;
    let (installed, moved) = (
        directory(triple, "installed")?,
        directory(triple, "package")?,
    );
    if moved.exists() {
        fs::remove_dir_all(&moved)?;
    }
    let mut install = Command::new("cmake");
    install.arg("--install").arg(&build);
    process::run(install.arg("--prefix").arg(&installed))?;
    fs::rename(&installed, &moved)?;
    Ok(moved)
}

/// Configures and builds with cargo, which keeps what several targets or feature sets share (since
/// Rust 1.91; an older one builds it again).
pub fn build_with_rust(directory: &Path, source: &Path, settings: &[&str]) -> Outcome {
    let shared = paths::below_target("targets/cargo")?;
    let environment = [
        ("CARGO_BUILD_BUILD_DIR", &*shared.to_string_lossy()),
        // The flags of an enclosing cargo are for the host.
        ("RUSTFLAGS", ""),
    ];
    cmake::build_in(directory, source, settings, &environment)
}

/// An image of the project that finds the package.
fn consumer(triple: &str, package: &Path, features: &str) -> Outcome<PathBuf> {
    let way = ["-DWAY=find_package", &format!("-DIMAGE={}", image_source())];
    let build = build_without_rust(triple, "consumer", &sources(), package, &way)?;
    let flags = fs::read_to_string(build.join("CMakeFiles/firmware.dir/flags.make"))?;
    require_definition("the compiler's flags", &flags, features)?;
    Ok(build.join("firmware"))
}

/// Builds a project with the package as on a machine without Rust, in the directory `name`.
fn build_without_rust(
    triple: &str,
    name: &str,
    project: &Path,
    package: &Path,
    settings: &[&str],
) -> Outcome<PathBuf> {
    let build = fresh(&directory(triple, name)?)?;
    let (path, home) = without_rust()?;
    let toolchain = toolchain_file(triple);
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", package.display());
    let settings = [&[toolchain.as_str(), &prefix], settings].concat();
    let environment = [("PATH", &*path), ("HOME", &home), ("CARGO_HOME", &home)];
    cmake::build_in(&build, project, &settings, &environment)?;
    Ok(build)
}

/// The same project with the library as a part of it.
fn part_of_project(way: &str) -> Outcome {
    let (triple, features) = ("thumbv7em-none-eabi", SMALLEST);
    let build = directory(triple, way)?;
    let mut settings = settings(triple, features)?;
    settings.push(format!("-DWAY={way}"));
    settings.push(format!("-DMOTEDTLS_SOURCE={}", paths::root().display()));
    settings.push(format!("-DIMAGE={}", image_source()));
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    build_with_rust(&build, &sources(), &settings)?;
    image::search(&build.join("firmware"), features)
}

/// The project that uses the library.
fn sources() -> PathBuf {
    paths::root().join("tests/package")
}

fn image_source() -> String {
    image::sources()
        .join(image::IMAGE)
        .to_string_lossy()
        .into_owned()
}

/// An empty directory.
fn fresh(directory: &Path) -> Outcome<PathBuf> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)?;
    Ok(directory.to_path_buf())
}

/// A PATH in which cargo and rustc end with an error, and a home without them.
fn without_rust() -> Outcome<(String, String)> {
    let home = fresh(&paths::below_target("targets/without-rust")?)?;
    for program in ["cargo", "rustc", "rustup"] {
        script(&home.join(program), "echo 'Rust was called' >&2\nexit 1\n")?;
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let home = home.to_string_lossy().into_owned();
    Ok((format!("{home}:{path}"), home))
}

/// Writes a shell script.
fn script(file: &Path, body: &str) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    fs::write(file, format!("#!/bin/sh\n{body}"))?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// What the header must know of the features is in pkg-config's file.
fn check_definitions(package: &Path, features: &str) -> Outcome {
    let file = package.join("lib/pkgconfig/motedtls.pc");
    require_definition("motedtls.pc", &fs::read_to_string(file)?, features)
}

fn require_definition(place: &str, text: &str, features: &str) -> Outcome {
    let wanted = features::are_psk_only(features);
    if text.contains("-DMOTE_PSK_ONLY") == wanted {
        return Ok(());
    }
    let not = if wanted { "not " } else { "" };
    Err(format!("MOTE_PSK_ONLY is {not}in {place}, with the features {features}:\n{text}").into())
}
