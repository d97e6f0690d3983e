// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gets the kernel and lwIP, and builds the firmware by its own CMake project, as a user would.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::interop::peers::source::{self, Attempt};
use crate::need::{self, QEMU_ARM, XZ};
use crate::report::{Failure, Outcome};
use crate::{image, paths, process, targets};

/// Crate `freertos-next` ships the official kernel, V11.2. No line of it becomes part of motedtls.
const KERNEL_CRATE: &str = "freertos-next";
const KERNEL_VERSION: &str = "0.12.0";
const TRIPLE: &str = "thumbv7em-none-eabihf";
const FEATURES: &str = "client,server,psk,rpk,x509";

/// The firmware, after [`ready`].
pub fn firmware() -> PathBuf {
    paths::target().join("firmware/freertos/firmware.elf")
}

/// Builds it, once in a run.
pub fn ready() -> Outcome {
    static BUILT: Attempt = Attempt::new();
    BUILT.once(build)
}

fn build() -> Outcome {
    need::programs(&[QEMU_ARM])?;
    need::arm_compiler()?;
    let peers = paths::below_target("peers")?;
    let kernel = source::of_crate(KERNEL_CRATE, KERNEL_VERSION, &peers.join("fetch-freertos"))?;
    let lwip = lwip(&peers)?;
    let mut settings = targets::settings(TRIPLE, FEATURES)?;
    settings.push(setting(
        "FREERTOS_KERNEL_PATH",
        &kernel.join("FreeRTOS-Kernel"),
    ));
    settings.push(setting("LWIP_DIR", &lwip));
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let directory = paths::below_target("firmware")?.join("freertos");
    let project = paths::root().join("c-examples/freertos");
    targets::build_with_rust(&directory, &project, &settings)?;
    image::search(&firmware(), FEATURES)
}

fn setting(name: &str, value: &Path) -> String {
    format!("-D{name}={}", value.display())
}

/// lwIP's sources as Debian has them, got by apt-get with a list of sources of our own, so that
/// nothing of the machine's settings changes.
fn lwip(peers: &Path) -> Outcome<PathBuf> {
    let directory = peers.join("lwip");
    if directory.join("src/Filelists.cmake").is_file() {
        return Ok(directory);
    }
    if !need::found("apt-get") {
        return Err(Failure::Skipped(
            "missing lwIP: its sources come by `apt-get source lwip` of Debian".into(),
        ));
    }
    need::programs(&[XZ])?;
    let half_done = peers.join("lwip.part");
    let _ = std::fs::remove_dir_all(&half_done);
    for needed in ["lists/partial", "cache/archives/partial", "sources"] {
        std::fs::create_dir_all(half_done.join(needed))?;
    }
    std::fs::write(half_done.join("sources.list"), source_list()?)?;
    for arguments in [&["update"][..], &["source", "--download-only", "lwip"]] {
        source::get("lwIP", apt_get(&half_done).args(arguments))?;
    }
    let archive = std::fs::read_dir(&half_done)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(".orig.tar.xz"))
        .ok_or("apt-get source lwip brought no .orig.tar.xz")?;
    let mut unpack = Command::new("tar");
    unpack
        .arg("-xf")
        .arg(archive)
        .args(["--strip-components=1"]);
    process::run(unpack.current_dir(half_done.join("sources")))?;
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::rename(half_done.join("sources"), &directory)?;
    std::fs::remove_dir_all(half_done)?;
    Ok(directory)
}

/// The sources of the Debian release that runs here.
fn source_list() -> Outcome<String> {
    const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
    let release = std::fs::read_to_string("/etc/os-release")?;
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .unwrap_or("stable");
    let signed = if Path::new(KEYS).exists() {
        format!("[signed-by={KEYS}] ")
    } else {
        String::new()
    };
    Ok(format!(
        "deb-src {signed}http://deb.debian.org/debian {codename} main\n"
    ))
}

fn apt_get(directory: &Path) -> Command {
    let mut apt = Command::new("apt-get");
    for (option, value) in [
        ("Dir::Etc::SourceList", directory.join("sources.list")),
        ("Dir::Etc::SourceParts", "/dev/null".into()),
        ("Dir::State::Lists", directory.join("lists")),
        ("Dir::Cache", directory.join("cache")),
    ] {
        apt.arg("-o").arg(format!("{option}={}", value.display()));
    }
    apt.arg("-q").current_dir(directory);
    apt
}

/// The sizes of the tasks' stacks are held against what is needed when they are compiled.
pub fn small_stack() -> Outcome {
    need::arm_compiler()?;
    let sources = paths::root().join("c-examples/freertos");
    for (header, define) in [
        ("dtls_client.h", "-DDTLS_CLIENT_STACK"),
        ("dtls_server.h", "-DDTLS_SERVER_STACK"),
    ] {
        let compile = |octets: u32| {
            let mut cc = Command::new("arm-none-eabi-gcc");
            cc.args(["-std=c11", "-fsyntax-only", "-x", "c"]);
            cc.arg("-I").arg(paths::root().join("include"));
            cc.arg(format!("{define}={octets}"));
            process::run(cc.arg(sources.join(header)))
        };
        compile(32768)?;
        match compile(1024) {
            Err(Failure::Failed(why)) if why.contains("a handshake overflows this stack") => (),
            Err(other) => return Err(other),
            Ok(_) => return Err(format!("{header} takes a stack of 1024 octets").into()),
        }
    }
    Ok(())
}

/// text, data, bss of the firmware.
pub fn size() -> Outcome<String> {
    let table = process::run(Command::new("arm-none-eabi-size").arg(firmware()))?;
    let row = table
        .lines()
        .nth(1)
        .ok_or("arm-none-eabi-size prints no table")?;
    let numbers: Vec<&str> = row.split_whitespace().take(3).collect();
    match numbers.as_slice() {
        [text, data, bss] => Ok(format!("text {text}, data {data}, bss {bss} octets")),
        _ => Err("arm-none-eabi-size prints no numbers".into()),
    }
}
