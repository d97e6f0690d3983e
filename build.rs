//! Says whether the assembly of the feature `p256-cortex-m4` runs on the target, which no `cfg` of
//! the compiler tells.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(cortex_m4_provider)");
    let has = |feature: &str| env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    // What the firmware brings goes before all others.
    if !has("P256_CORTEX_M4") || has("EXTERNAL_P256") {
        return;
    }
    let target = env::var("TARGET").unwrap_or_default();
    // Where the crate p256-cortex-m4-sys compiles it. Cortex-M33 may lack the DSP extension:
    // no target name says so.
    if target.starts_with("thumbv7em") || target.starts_with("thumbv8m.main") {
        println!("cargo:rustc-cfg=cortex_m4_provider");
        return;
    }
    // On a host the portable code takes its place, for tests; a device gets what was asked for.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "none") {
        println!(
            "cargo::error=the feature p256-cortex-m4 is for thumbv7em and thumbv8m.main with the DSP \
             extension, not for {target}: leave it out, and the portable P-256 is built"
        );
    }
}
