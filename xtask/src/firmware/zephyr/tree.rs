// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Zephyr tree at `ZEPHYR_BASE`, the Python that its build needs, and builds with plain CMake.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::board::Board;
use super::image_of;
use crate::interop::peers::source::{self, Attempt};
use crate::need::{self, CMAKE, PYTHON, Program};
use crate::report::{Failure, Outcome};
use crate::{paths, process};

/// For Zephyr's build and for our own look at Kconfig.
const PACKAGES: [&str; 5] = [
    "kconfiglib==14.1.0",
    "PyYAML==6.0.2",
    "packaging",
    "pyelftools==0.31",
    "pykwalify==1.8.0",
];

/// The modules that Cortex-M boards need, of older and of newer Zephyr, as west lays them out.
const CMSIS: [&str; 2] = ["modules/hal/cmsis", "modules/hal/cmsis_6"];

/// The Python of an environment with what Zephyr's build and our check import.
pub fn python() -> Outcome<PathBuf> {
    static READY: Attempt = Attempt::new();
    READY.once(get_python)?;
    Ok(python_directory().join("bin/python"))
}

fn python_directory() -> PathBuf {
    paths::target().join("zephyr/python")
}

fn get_python() -> Outcome {
    let directory = python_directory();
    let stamp = directory.join("motedtls-packages");
    let wanted = PACKAGES.join(" ");
    if std::fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    need::python()?;
    let mut environment = Command::new(PYTHON.0);
    environment.args(["-m", "venv", "--clear"]).arg(&directory);
    process::run(&mut environment)?;
    let mut install = Command::new(directory.join("bin/python"));
    install.args(["-m", "pip", "install", "--disable-pip-version-check"]);
    source::get("Zephyr's Python packages", install.args(PACKAGES))?;
    Ok(std::fs::write(&stamp, wanted)?)
}

/// Whether there is a tree, and what builds it.
pub fn ready() -> Outcome {
    base()?;
    python()?;
    need::programs(&[
        CMAKE,
        Program("ninja", "ninja-build"),
        Program("dtc", "device-tree-compiler"),
        Program("gperf", "gperf"),
    ])
}

fn base() -> Outcome<PathBuf> {
    let Some(base) = std::env::var_os("ZEPHYR_BASE") else {
        return Err(Failure::Skipped(
            "no Zephyr: `export ZEPHYR_BASE=/path/to/zephyr`".to_owned(),
        ));
    };
    let base = PathBuf::from(base);
    if base.join("Kconfig.zephyr").is_file() {
        return Ok(base);
    }
    Err(format!("ZEPHYR_BASE: {} is no Zephyr tree", base.display()).into())
}

/// Builds the sample for a board; the image.
pub fn build(board: &Board, name: &str, settings: &[String]) -> Outcome<PathBuf> {
    board.ready()?;
    let (mut configure, directory) = configure(board, name, settings)?;
    process::run(&mut configure)?;
    let mut make = in_environment("cmake")?;
    process::run(make.arg("--build").arg(&directory))?;
    Ok(image_of(board, &directory))
}

/// What the configuration says when it does not accept the settings.
pub fn refusal(board: &Board, settings: &[String]) -> Outcome<String> {
    board.ready()?;
    let (mut configure, directory) = configure(board, "refused", settings)?;
    let _ = std::fs::remove_dir_all(&directory);
    match process::run(&mut configure) {
        Err(Failure::Failed(said)) => Ok(said),
        Err(other) => Err(other),
        Ok(_) => Err(format!("{settings:?} is accepted").into()),
    }
}

/// What the image takes as a whole.
pub fn size(board: &Board, image: &Path) -> Outcome<String> {
    let table = process::run(Command::new("size").arg(image))?;
    let row = table.lines().nth(1).ok_or("size prints no table")?;
    let octets: Vec<&str> = row.split_whitespace().take(3).collect();
    Ok(format!(
        "{}: text {} octets, data {}, bss {}",
        board.name,
        octets.first().unwrap_or(&""),
        octets.get(1).unwrap_or(&""),
        octets.get(2).unwrap_or(&"")
    ))
}

fn configure(board: &Board, name: &str, settings: &[String]) -> Outcome<(Command, PathBuf)> {
    let base = base()?;
    let directory = paths::target()
        .join("zephyr")
        .join(format!("{}-{name}", board.name));
    let old = ["arm/mps2_an385", "posix/native_sim"];
    let is_old = old.iter().any(|b| base.join("boards").join(b).is_dir());
    let board_name = if is_old { board.name } else { board.new_name };
    let mut cmake = in_environment("cmake")?;
    cmake
        .arg("-GNinja")
        .arg("-S")
        .arg(paths::root().join("c-examples/zephyr"))
        .arg("-B")
        .arg(&directory)
        .arg(format!("-DBOARD={board_name}"))
        .arg(format!("-DZEPHYR_MODULES={}", modules(&base)))
        .args(settings);
    Ok((cmake, directory))
}

/// Ours, those of `ZEPHYR_MODULES`, and CMSIS where west would have put it.
fn modules(base: &Path) -> String {
    let mut modules = vec![paths::root().display().to_string()];
    modules.extend(std::env::var("ZEPHYR_MODULES"));
    let beside = base.parent().unwrap_or(base);
    let cmsis = CMSIS.iter().map(|module| beside.join(module));
    modules.extend(
        cmsis
            .filter(|module| module.is_dir())
            .map(|module| module.display().to_string()),
    );
    modules.join(";")
}

/// A program with our Python first in the PATH, and Debian's compiler unless another is named.
fn in_environment(program: &str) -> Outcome<Command> {
    let python = python()?;
    let mut path = vec![python.parent().unwrap_or(&python).to_path_buf()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let path = std::env::join_paths(path).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.env("PATH", path).env("ZEPHYR_BASE", base()?);
    command.env_remove("ZEPHYR_MODULES");
    if std::env::var_os("ZEPHYR_TOOLCHAIN_VARIANT").is_none() {
        command.env("ZEPHYR_TOOLCHAIN_VARIANT", "gnuarmemb");
        command.env("GNUARMEMB_TOOLCHAIN_PATH", "/usr");
    }
    Ok(command)
}
