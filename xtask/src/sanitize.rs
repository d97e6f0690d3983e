// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C harness under valgrind, and with Rust and C under the address sanitizer.

use std::path::Path;
use std::process::Command;

use crate::need::{self, VALGRIND};
use crate::report::Outcome;
use crate::{cmake, process};

/// CTest's label of the harness, and of its second run under valgrind (tests/c/CMakeLists.txt).
const HARNESS: &str = "^harness$";
pub const UNDER_VALGRIND: &str = "^valgrind$";

/// The harness, built as for users, under valgrind.
pub fn valgrind() -> Outcome {
    need::programs(&[VALGRIND])?;
    let directory = cmake::build("cmake", &[], &[])?;
    cmake::ctest(&directory, &["--label-regex", UNDER_VALGRIND])
}

/// The harness with C and Rust compiled for the address sanitizer, C also for the one of undefined
/// behaviour. The sanitizer in C does not see into Rust: both must be built with it.
pub fn address() -> Outcome {
    let settings = ["-DCMAKE_BUILD_TYPE=Debug", "-DMOTEDTLS_SANITIZE=ON"];
    let directory = cmake::build("sanitized", &settings, &[])?;
    instrumented(&directory)?;
    cmake::ctest(&directory, &["--label-regex", HARNESS])
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
