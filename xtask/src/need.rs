// SPDX-License-Identifier: MIT OR Apache-2.0
//! What must be installed: found, installed if we may, or named with the command that does it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::process;
use crate::report::{Failure, Outcome};

/// A program and the Debian package it comes from.
pub struct Program(pub &'static str, pub &'static str);

pub const CMAKE: Program = Program("cmake", "cmake");
pub const MAKE: Program = Program("make", "make");
pub const CC: Program = Program("cc", "gcc");
pub const VALGRIND: Program = Program("valgrind", "valgrind");
pub const TSHARK: Program = Program("tshark", "tshark");
pub const OPENSSL: Program = Program("openssl", "openssl");
pub const GNUTLS_CLIENT: Program = Program("gnutls-cli", "gnutls-bin");
pub const GNUTLS_SERVER: Program = Program("gnutls-serv", "gnutls-bin");
pub const COAP_CLIENT: Program = Program("coap-client-openssl", "libcoap3-bin");
pub const COAP_SERVER: Program = Program("coap-server-gnutls", "libcoap3-bin");
pub const ARM_CC: Program = Program("arm-none-eabi-gcc", "gcc-arm-none-eabi");
pub const XZ: Program = Program("xz", "xz-utils");
pub const QEMU_ARM: Program = Program("qemu-system-arm", "qemu-system-arm");
pub const RISCV_CC: Program = Program("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf");
pub const QEMU_RISCV: Program = Program("qemu-system-riscv32", "qemu-system-misc");
pub const READELF: Program = Program("readelf", "binutils");
pub const AUTORECONF: Program = Program("autoreconf", "autoconf");
pub const AUTOMAKE: Program = Program("automake", "automake");
pub const LIBTOOL: Program = Program("libtoolize", "libtool");
pub const PYTHON: Program = Program("python3", "python3");
pub const GO: Program = Program("go", "golang-go");
pub const NODE: Program = Program("node", "nodejs");
pub const NPM: Program = Program("npm", "npm");

/// Packages with a file instead of a program.
const CMOCKA: (&str, &str) = ("/usr/include/cmocka.h", "libcmocka-dev");
const MBED_TLS: (&str, &str) = ("/usr/include/mbedtls/ccm.h", "libmbedtls-dev");
const C_HEADERS: (&str, &str) = ("/usr/include/stdio.h", "libc6-dev");
const PKG_CONFIG: Program = Program("pkg-config", "pkg-config");
const NEWLIB: (&str, &str) = (
    "/usr/lib/arm-none-eabi/newlib/libc.a",
    "libnewlib-arm-none-eabi",
);

/// Debian's Rust and the sources of its core library: it builds for targets that it has not.
pub const DEBIAN_CARGO: &str = "/usr/bin/cargo";
pub const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_RUST: [(&str, &str); 3] = [
    (DEBIAN_CARGO, "cargo-web"),
    (DEBIAN_RUSTC, "rustc-web"),
    ("/usr/lib/rustlib/src/rust", "rust-web-src"),
];

/// Whether a program is on the PATH.
pub fn found(program: &str) -> bool {
    path_of(program).is_some()
}

/// Where on the PATH a program is.
pub fn path_of(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// The compiler for Arm with the C library of devices.
pub fn arm_compiler() -> Outcome {
    programs(&[ARM_CC])?;
    if Path::new(NEWLIB.0).exists() {
        return Ok(());
    }
    packages_of_debian(&[NEWLIB.1])
}

/// Everything that `cargo xtask test` uses; what cannot be installed is left to the steps, which
/// skip or fail by themselves.
pub fn everything() -> Outcome {
    let programs = [
        CC,
        CMAKE,
        MAKE,
        PKG_CONFIG,
        VALGRIND,
        TSHARK,
        OPENSSL,
        GNUTLS_CLIENT,
        COAP_CLIENT,
        ARM_CC,
        QEMU_ARM,
        XZ,
        RISCV_CC,
        QEMU_RISCV,
        READELF,
        AUTORECONF,
        AUTOMAKE,
        LIBTOOL,
        PYTHON,
        GO,
        NODE,
        NPM,
    ];
    let files = [CMOCKA, C_HEADERS, NEWLIB, MBED_TLS];
    let mut packages: Vec<&str> = programs
        .iter()
        .filter(|program| !found(program.0))
        .map(|program| program.1)
        .collect();
    packages.extend(packages_of_missing(&files));
    packages.extend(packages_of_missing(&DEBIAN_RUST));
    if python_with_headers().is_err() {
        packages.extend(PYTHON_PACKAGES);
    }
    packages_of_debian(&packages)
}

/// What builds Python packages with C in them, in an environment of their own.
pub fn python() -> Outcome {
    programs(&[PYTHON])?;
    if python_with_headers().is_ok() {
        return Ok(());
    }
    packages_of_debian(&PYTHON_PACKAGES)?;
    python_with_headers().map(|_| ())
}

const PYTHON_PACKAGES: [&str; 2] = ["python3-venv", "python3-dev"];

fn python_with_headers() -> Outcome<String> {
    const LOOK: &str = "import ensurepip, sysconfig, venv; \
                        open(sysconfig.get_path('include') + '/Python.h')";
    process::run(Command::new(PYTHON.0).args(["-c", LOOK]))
}

/// The programs, or why not.
pub fn programs(wanted: &[Program]) -> Outcome {
    let missing: Vec<&Program> = wanted.iter().filter(|program| !found(program.0)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|program| program.1).collect();
    packages_of_debian(&packages)?;
    match missing.iter().find(|program| !found(program.0)) {
        None => Ok(()),
        Some(program) => Err(format!("{} is not in package {}", program.0, program.1).into()),
    }
}

/// Debian's Rust, or why not.
pub fn debian_rust() -> Outcome {
    packages_of_debian(&packages_of_missing(&DEBIAN_RUST))
}

fn packages_of_missing(files: &[(&str, &'static str)]) -> Vec<&'static str> {
    let missing = files.iter().filter(|file| !Path::new(file.0).exists());
    missing.map(|file| file.1).collect()
}

/// Installs them if we may, or names the command that does it.
pub fn packages_of_debian(packages: &[&str]) -> Outcome {
    // Two steps may find the same package missing; apt-get wants to be alone.
    static ALONE: Mutex<()> = Mutex::new(());
    let mut packages = packages.to_vec();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    if !(found("apt-get") && is_root()) {
        let missing = packages.join(" ");
        let sudo = if is_root() { "" } else { "sudo " };
        return Err(Failure::Skipped(format!(
            "missing {missing}: install with `{sudo}apt-get install {missing}`"
        )));
    }
    let _alone = ALONE.lock();
    println!("  installing {}", packages.join(" "));
    let install = || {
        let mut install = Command::new("apt-get");
        install
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(&packages);
        process::run(install.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // The package lists may be absent or old: only then the slow update.
    if install().is_err() {
        process::run(Command::new("apt-get").args(["update", "-q"]))?;
        install()?;
    }
    Ok(())
}

pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // Who owns this process, without a system call of our own.
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A component of the Rust toolchain (`rustfmt`, `clippy`).
pub fn component(name: &str, program: &str) -> Outcome {
    if found(program) && process::run(Command::new(program).arg("--version")).is_ok() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.args(["component", "add", name]);
    if !found("rustup") {
        return Err(Failure::Skipped(format!(
            "missing {program}: it comes with Rust's {name}"
        )));
    }
    process::run(&mut add)?;
    Ok(())
}

/// Where the core library for a target comes from.
pub enum Core {
    /// rustup has brought it.
    Installed,
    /// Debian's Rust builds it from its sources.
    Built,
}

/// The core library for `triple`, or why there is none.
pub fn core(triple: &str) -> Outcome<Core> {
    if target(triple) {
        return Ok(Core::Installed);
    }
    match debian_rust() {
        Ok(()) => Ok(Core::Built),
        Err(Failure::Failed(why) | Failure::Skipped(why)) => Err(Failure::Skipped(format!(
            "missing the target: `rustup target add {triple}`; or {why}"
        ))),
    }
}

/// The standard library for `triple`; false when the toolchain has none and cannot get it.
pub fn target(triple: &str) -> bool {
    let installed = || {
        let Ok(sysroot) = process::run(Command::new("rustc").args(["--print", "sysroot"])) else {
            return false;
        };
        Path::new(sysroot.trim())
            .join("lib/rustlib")
            .join(triple)
            .join("lib")
            .is_dir()
    };
    if !installed() && found("rustup") {
        // Its failure shows in the next look.
        let _ = process::run(Command::new("rustup").args(["target", "add", triple]));
    }
    installed()
}
