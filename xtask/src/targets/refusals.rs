// SPDX-License-Identifier: MIT OR Apache-2.0
//! Settings that cannot work: each ends at configure time, with a message that says what is wrong and
//! what to do.

use std::path::Path;
use std::process::Command;

use super::{SMALLEST, fresh, image_source, package, script, sources, toolchain_file};
use crate::need::{self, ARM_CC, CC, CMAKE, MAKE, RISCV_CC};
use crate::report::{Failure, Outcome, Report};
use crate::{cmake, paths, process};

struct Refusal {
    name: &'static str,
    /// The target of the toolchain file; empty: the host's compiler.
    toolchain: &'static str,
    settings: &'static [&'static str],
    /// Parts of the message: what is wrong, and the remedy.
    says: &'static [&'static str],
}

const REFUSALS: [Refusal; 18] = [
    Refusal {
        name: "a misspelt target",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eabihff"],
        says: &["knows no target", "'thumbv7em-none-eabihff'"],
    },
    Refusal {
        name: "assembly for Cortex-M4 on a Cortex-M3",
        toolchain: "thumbv7m-none-eabi",
        settings: &["-DMOTEDTLS_FEATURES=client;rpk;p256-cortex-m4"],
        says: &[
            "p256-cortex-m4 needs",
            "this build is for thumbv7m-none-eabi",
        ],
    },
    Refusal {
        name: "assembly for Cortex-M4 on a Cortex-M33 without DSP",
        toolchain: "thumbv8m.main-none-eabi",
        settings: &[
            "-DCMAKE_C_FLAGS=-mcpu=cortex-m33+nodsp -mfloat-abi=soft",
            "-DMOTEDTLS_FEATURES=client;rpk;p256-cortex-m4",
        ],
        says: &["p256-cortex-m4 needs", "thumbv8m.main-none-eabi"],
    },
    Refusal {
        name: "the host's C compiler for a device",
        toolchain: "",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eabihf"],
        says: &[
            "processor mismatch: thumbv7em-none-eabihf is",
            "cmake/toolchains/thumbv7em-none-eabihf.cmake",
        ],
    },
    Refusal {
        name: "RISC-V with a C compiler for Arm",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=riscv32imc-unknown-none-elf"],
        says: &["processor mismatch", "set it to thumbv7em-none-eabi"],
    },
    Refusal {
        name: "Arm with a C compiler for RISC-V",
        toolchain: "riscv32imac-unknown-none-elf",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eabi"],
        says: &[
            "processor mismatch",
            "set it to riscv32imac-unknown-none-elf",
        ],
    },
    Refusal {
        name: "hard floats beside soft ones",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eabihf"],
        says: &[
            "float ABI mismatch: thumbv7em-none-eabihf is Arm v7em, floats passed in FPU registers",
            "makes code for Arm v7em, floats passed in core registers",
            "set it to thumbv7em-none-eabi,",
        ],
    },
    Refusal {
        name: "soft floats beside hard ones",
        toolchain: "thumbv8m.main-none-eabihf",
        settings: &["-DMOTEDTLS_TARGET=thumbv8m.main-none-eabi"],
        says: &[
            "float ABI mismatch: thumbv8m.main-none-eabi is",
            "-mfloat-abi=hard",
            "set it to thumbv8m.main-none-eabihf,",
        ],
    },
    Refusal {
        name: "softfp beside hard floats",
        toolchain: "thumbv7em-none-eabi",
        settings: &[
            "-DCMAKE_C_FLAGS=-mcpu=cortex-m4 -mfloat-abi=softfp -mfpu=fpv4-sp-d16",
            "-DMOTEDTLS_TARGET=thumbv7em-none-eabihf",
        ],
        says: &["float ABI mismatch", "set it to thumbv7em-none-eabi,"],
    },
    Refusal {
        name: "Cortex-M4 code on a Cortex-M0+",
        toolchain: "thumbv6m-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eabi"],
        says: &[
            "instruction set mismatch: thumbv7em-none-eabi is",
            "set it to thumbv6m-none-eabi,",
        ],
    },
    Refusal {
        name: "atomic instructions on a core without",
        toolchain: "riscv32imc-unknown-none-elf",
        settings: &["-DMOTEDTLS_TARGET=riscv32imac-unknown-none-elf"],
        says: &[
            "instruction set mismatch",
            "set it to riscv32imc-unknown-none-elf,",
        ],
    },
    Refusal {
        name: "an unknown target",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-none-eaby"],
        says: &[
            "knows no target 'thumbv7em-none-eaby'",
            "thumbv7em-none-eabihf",
        ],
    },
    // No toolchain has its core library: it is one of those that rustup does not bring.
    Refusal {
        name: "a target without its core library",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_TARGET=thumbv7em-nuttx-eabi"],
        says: &[
            "has no core library for thumbv7em-nuttx-eabi",
            "rustup target add thumbv7em-nuttx-eabi",
            "-DMOTEDTLS_BUILD_STD=ON",
        ],
    },
    Refusal {
        name: "a missing cargo",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_CARGO=/nowhere/cargo"],
        says: &["'/nowhere/cargo' does not run as cargo", "rustup.rs"],
    },
    Refusal {
        name: "a missing rustc",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_RUSTC=/nowhere/rustc"],
        says: &[
            "'/nowhere/rustc' does not run as rustc",
            "set MOTEDTLS_RUSTC",
        ],
    },
    Refusal {
        name: "an unknown feature",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_FEATURES=client;psk;x508"],
        says: &["motedtls has no feature 'x508'", "x509"],
    },
    Refusal {
        name: "no role",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_FEATURES=psk"],
        says: &["names no role", "client, server"],
    },
    Refusal {
        name: "no credential type",
        toolchain: "thumbv7em-none-eabi",
        settings: &["-DMOTEDTLS_FEATURES=client"],
        says: &["names no credential type", "psk, rpk, x509"],
    },
];

pub fn steps(report: &Report) {
    for refusal in &REFUSALS {
        report.step(&format!("target: refused: {}", refusal.name), || {
            let mut configure = configure(refusal.toolchain)?;
            refused(configure.args(refusal.settings), refusal.says)
        });
    }
    report.step("target: refused: a missing C compiler", no_c_compiler);
    report.step("target: refused: a CPU that nobody names", no_cpu);
    report.step("target: refused: an old rustc", old_rustc);
    report.step("target: refused: build-std without sources", no_sources);
    report.step(
        "target: refused: a package that does not fit",
        wrong_package,
    );
}

/// The command that configures the library in a directory of its own.
fn configure(toolchain: &str) -> Outcome<Command> {
    need::programs(&[CMAKE, MAKE, CC, ARM_CC, RISCV_CC])?;
    let directory = fresh(&paths::below_target("targets/refused")?)?;
    let mut configure = cmake::configuration(&directory, &paths::root());
    if !toolchain.is_empty() {
        configure.arg(toolchain_file(toolchain));
    }
    Ok(configure)
}

/// Whether the command fails and says all that.
fn refused(command: &mut Command, says: &[&str]) -> Outcome {
    let line = process::command_line(command);
    let said = match process::run(command) {
        Ok(_) => return Err(format!("{line}\nwas not refused").into()),
        Err(Failure::Failed(said)) => said,
        Err(skipped) => return Err(skipped),
    };
    // CMake breaks lines where it likes.
    let message = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match says.iter().find(|part| !message.contains(**part)) {
        None => Ok(()),
        Some(part) => Err(format!("does not say \"{part}\":\n{said}").into()),
    }
}

fn no_c_compiler() -> Outcome {
    let mut configure = configure("thumbv7em-none-eabi")?;
    let cmake = need::path_of("cmake").ok_or("no cmake")?;
    let mut without = Command::new(cmake);
    without.args(configure.get_args()).env("PATH", "/nowhere");
    let says = ["arm-none-eabi-gcc is not in PATH", "gcc-arm-none-eabi"];
    refused(&mut without, &says)?;
    // It is found when it is named, wherever it lies.
    let compiler = need::path_of(ARM_CC.0).ok_or("no compiler")?;
    configure.arg(format!("-DCMAKE_C_COMPILER={}", compiler.display()));
    process::run(&mut configure).map(|_| ())
}

/// A toolchain file that leaves the CPU to the project's targets.
fn no_cpu() -> Outcome {
    let mut configure = configure("")?;
    configure.args([
        "-DCMAKE_SYSTEM_NAME=Generic",
        "-DCMAKE_C_COMPILER=arm-none-eabi-gcc",
        "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY",
    ]);
    let says = [
        "cannot tell the Rust target",
        "-mcpu=cortex-m4, or set MOTEDTLS_TARGET",
    ];
    refused(&mut configure, &says)?;
    // Then the setting is trusted.
    if let need::Core::Installed = need::core("thumbv7em-none-eabi")? {
        configure.arg("-DMOTEDTLS_TARGET=thumbv7em-none-eabi");
        process::run(&mut configure)?;
    }
    Ok(())
}

fn old_rustc() -> Outcome {
    let rustc = pretended_rustc("--version", "rustc 1.70.0 (90c541806 2023-05-31)")?;
    let says = [
        "is rustc 1.70.0",
        "needs Rust 1.88 or newer",
        "rustup update stable",
    ];
    refused(configure("thumbv7em-none-eabi")?.arg(rustc), &says)
}

fn no_sources() -> Outcome {
    let rustc = pretended_rustc("--print sysroot", "/nowhere")?;
    let mut configure = configure("thumbv7em-none-eabi")?;
    configure.args([&rustc, "-DMOTEDTLS_BUILD_STD=ON"]);
    let says = [
        "MOTEDTLS_BUILD_STD is on",
        "no sources of core in /nowhere",
        "rustup component add rust-src",
        "rust-web-src",
    ];
    refused(&mut configure, &says)
}

/// The setting for a rustc that gives one answer of its own.
fn pretended_rustc(question: &str, answer: &str) -> Outcome<String> {
    let file = paths::below_target("targets/pretended")?.join("rustc");
    let body = format!(
        "if [ \"$*\" = \"{question}\" ]; then echo '{answer}'; else exec rustc \"$@\"; fi\n"
    );
    script(&file, &body)?;
    Ok(format!("-DMOTEDTLS_RUSTC={}", file.display()))
}

/// A firmware project with other flags than the package that it finds.
fn wrong_package() -> Outcome {
    let of_m4 = package("thumbv7em-none-eabi", SMALLEST)?;
    let cases: [(&str, &[&str]); 3] = [
        ("thumbv7em-none-eabihf", &["float ABI mismatch"]),
        ("thumbv7m-none-eabi", &["instruction set mismatch"]),
        ("riscv32imc-unknown-none-elf", &["processor mismatch"]),
    ];
    for (toolchain, says) in cases {
        let remedy = format!("is for thumbv7em-none-eabi: install one for {toolchain}");
        let mut says = says.to_vec();
        says.push(&remedy);
        refused(&mut find_package(toolchain, &of_m4)?, &says)?;
    }
    // An archive for less than the CPU can do will run.
    let of_m0 = package("thumbv6m-none-eabi", SMALLEST)?;
    process::run(&mut find_package("thumbv7em-none-eabi", &of_m0)?).map(|_| ())
}

fn find_package(toolchain: &str, package: &Path) -> Outcome<Command> {
    let directory = fresh(&paths::below_target("targets/refused")?)?;
    let mut configure = cmake::configuration(&directory, &sources());
    configure
        .arg(toolchain_file(toolchain))
        .arg("-DWAY=find_package")
        .arg(format!("-DCMAKE_PREFIX_PATH={}", package.display()))
        .arg(format!("-DIMAGE={}", image_source()));
    Ok(configure)
}
