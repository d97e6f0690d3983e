// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where things lie.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Cargo's directory for what is built: `CARGO_TARGET_DIR`, or `target`.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// A directory below [`target`], made when it is not there.
pub fn below_target(name: &str) -> std::io::Result<PathBuf> {
    let directory = target().join(name);
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}
