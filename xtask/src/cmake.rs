// SPDX-License-Identifier: MIT OR Apache-2.0
//! The CMake build, as a C user does it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::need::{self, CC, CMAKE};
use crate::report::Outcome;
use crate::{paths, process};

/// The two tools of a build directory.
#[derive(Clone)]
pub struct Tools {
    pub client: PathBuf,
    pub server: PathBuf,
}

/// Configures and builds below the target directory; `settings` are further arguments for CMake.
pub fn build(name: &str, settings: &[&str], environment: &[(&str, &str)]) -> Outcome<PathBuf> {
    need::programs(&[CC])?;
    let directory = paths::below_target(name)?;
    build_in(&directory, &paths::root(), settings, environment)?;
    Ok(directory)
}

/// Configures and builds what is in `source`.
pub fn build_in(
    directory: &Path,
    source: &Path,
    settings: &[&str],
    environment: &[(&str, &str)],
) -> Outcome {
    need::programs(&[CMAKE])?;
    let mut configure = configuration(directory, source);
    configure.args(settings);
    let mut make = Command::new("cmake");
    make.arg("--build").arg(directory).args(["--parallel", "2"]);
    for command in [&mut configure, &mut make] {
        process::run(command.envs(environment.iter().copied()))?;
    }
    Ok(())
}

/// The command that configures; the settings are missing.
pub fn configuration(directory: &Path, source: &Path) -> Command {
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(source).arg("-B").arg(directory);
    configure
}

/// Builds and finds the tools, once in a run. `MOTEDTLS_TOOLS` names a directory with others: a
/// sanitized build, the tools of an installed package.
pub fn tools(name: &str) -> Outcome<Tools> {
    static BUILT: Mutex<Option<Tools>> = Mutex::new(None);
    let mut built = BUILT.lock().map_err(|_| "another build has failed")?;
    if let Some(tools) = built.as_ref() {
        return Ok(tools.clone());
    }
    let directory = match std::env::var_os("MOTEDTLS_TOOLS") {
        Some(directory) => directory.into(),
        None => build(name, &[], &[])?,
    };
    let tools = Tools {
        client: find(&directory, "mote-client").ok_or("the build has no mote-client")?,
        server: find(&directory, "mote-server").ok_or("the build has no mote-server")?,
    };
    *built = Some(tools.clone());
    Ok(tools)
}

/// The tests of a build directory; `selection` are further arguments for ctest.
pub fn ctest(directory: &Path, selection: &[&str]) -> Outcome {
    let mut ctest = Command::new("ctest");
    ctest.arg("--test-dir").arg(directory);
    ctest.args(["--output-on-failure", "--no-tests=error"]);
    process::run(ctest.args(selection))?;
    Ok(())
}

/// A file of that name in the directory or one level below.
fn find(directory: &Path, name: &str) -> Option<PathBuf> {
    let below = std::fs::read_dir(directory)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    std::iter::once(directory.to_path_buf())
        .chain(below)
        .map(|d| d.join(name))
        .find(|f| f.is_file())
}
