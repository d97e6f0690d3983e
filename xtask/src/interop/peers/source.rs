// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gets peers from package registries, each by the registry's own client.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::process;
use crate::report::{Failure, Outcome};

/// Getting a peer, once in a run: cases run side by side, and what failed fails again.
pub struct Attempt(Mutex<Option<Outcome>>);

impl Attempt {
    pub const fn new() -> Self {
        Attempt(Mutex::new(None))
    }

    /// The first one gets it; the others wait for how that ends.
    pub fn once(&self, get: fn() -> Outcome) -> Outcome {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.get_or_insert_with(get).clone()
    }
}

/// Runs what gets `name` over the network; without one the peer is missing, not wrong.
pub fn get(name: &str, command: &mut Command) -> Outcome<String> {
    process::run(command).map_err(|failure| missing(name, failure))
}

/// Where a crate's sources lie, by cargo's own means: a crate that depends on it and nothing
/// else, made in `directory`.
pub fn of_crate(name: &str, version: &str, directory: &Path) -> Outcome<PathBuf> {
    std::fs::create_dir_all(directory.join("src"))?;
    std::fs::write(directory.join("src/lib.rs"), "")?;
    std::fs::write(
        directory.join("Cargo.toml"),
        format!(
            "[package]\nname = \"peers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [dependencies]\n{name} = \"={version}\"\n[workspace]\n"
        ),
    )?;
    let mut metadata = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    // Only what this machine would build, or cargo would fetch the crates of all others.
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    metadata.args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        &triple,
    ]);
    let metadata = get(name, metadata.current_dir(directory))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata names no packages")?;
    let manifest = packages
        .iter()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str())
        .ok_or_else(|| format!("cargo metadata does not name {name}"))?;
    Ok(Path::new(manifest).with_file_name(""))
}

fn missing(name: &str, failure: Failure) -> Failure {
    let Failure::Failed(why) = failure else {
        return failure;
    };
    // The line in which the registry's client says what is wrong.
    let reason = why
        .lines()
        .find(|line| line.to_lowercase().contains("error"))
        .unwrap_or("is there a network?");
    Failure::Skipped(format!("{name} cannot be fetched: {}", reason.trim()))
}
