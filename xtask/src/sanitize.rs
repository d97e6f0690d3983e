// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C harness under valgrind, and with Rust and C under the address sanitizer.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::need::{self, VALGRIND};
use crate::report::{Failure, Outcome};
use crate::{cmake, process};

/// CTest's label of the programs that can run under valgrind by themselves (tests/CMakeLists.txt).
const LABEL: &str = "harness";

/// Every program of the harness, built as for users, under valgrind.
pub fn valgrind() -> Outcome {
    need::programs(&[VALGRIND])?;
    let directory = cmake::build("cmake", &[], &[])?;
    for command in harness(&directory)? {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--error-exitcode=99", "--leak-check=full"]);
        valgrind.args(["--errors-for-leak-kinds=all", "--track-origins=yes"]);
        process::run(valgrind.args(command).current_dir(&directory))?;
    }
    Ok(())
}

/// All tests with C and Rust compiled for the address sanitizer, C also for the one of undefined
/// behaviour. The sanitizer in C does not see into Rust: both must be built with it.
pub fn address() -> Outcome {
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let target = format!("-DMOTEDTLS_TARGET={triple}");
    let settings = [
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DCMAKE_C_FLAGS=-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer",
        // An explicit target keeps the flag away from build scripts and procedural macros.
        &target,
    ];
    let environment = [
        // The flag is unstable; the compiler that is installed knows it.
        ("RUSTC_BOOTSTRAP", "1"),
        ("RUSTFLAGS", "-Zsanitizer=address"),
    ];
    let directory = cmake::build("sanitized", &settings, &environment)?;
    instrumented(&directory)?;
    let mut ctest = Command::new("ctest");
    ctest
        .arg("--test-dir")
        .arg(&directory)
        .args(["--output-on-failure", "--label-regex", LABEL]);
    ctest
        .arg("--no-tests=error")
        .env("ASAN_OPTIONS", "detect_leaks=1:halt_on_error=1");
    process::run(&mut ctest)?;
    Ok(())
}

/// Fails unless the library itself was compiled for the sanitizer: a flag that gets lost on its
/// way would make the step pass for nothing.
fn instrumented(directory: &Path) -> Outcome {
    let mut find = Command::new("find");
    find.arg(directory.join("cargo"))
        .args(["-path", "*/release/libmotedtls.a"]);
    let archive = process::run(&mut find)?;
    let archive = archive
        .lines()
        .next()
        .ok_or("libmotedtls.a is not in the sanitized build")?;
    let symbols = process::run(Command::new("readelf").args(["-sW", archive]))?;
    if symbols.contains("__asan_init") {
        return Ok(());
    }
    Err(format!("{archive} is not compiled with -Zsanitizer=address").into())
}

/// The command lines of the tests with the label.
fn harness(directory: &Path) -> Outcome<Vec<Vec<PathBuf>>> {
    let mut ctest = Command::new("ctest");
    ctest
        .arg("--test-dir")
        .arg(directory)
        .args(["--show-only=json-v1", "--label-regex", LABEL]);
    let tests = process::run(&mut ctest)?;
    let tests: Value = serde_json::from_str(&tests).map_err(|error| error.to_string())?;
    let mut commands = Vec::new();
    for test in tests["tests"].as_array().into_iter().flatten() {
        // A test that was only registered to say that it is skipped has another command.
        let words = test["command"].as_array().into_iter().flatten();
        let words: Vec<PathBuf> = words
            .filter_map(|word| Some(word.as_str()?.into()))
            .collect();
        if words
            .first()
            .is_some_and(|program| program.starts_with(directory))
        {
            commands.push(words);
        }
    }
    if commands.is_empty() {
        return Err(Failure::Skipped(format!(
            "ctest has no test with label {LABEL}"
        )));
    }
    Ok(commands)
}
