// SPDX-License-Identifier: MIT OR Apache-2.0
//! The emulated board: what it is provisioned with, told to do, and how its run ends.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::build;
use crate::interop::credentials::{self, Accepts, Credential, Own};
use crate::interop::stage::{Actor, Stage};
use crate::report::Outcome;

/// No run takes longer, those with lost datagrams and dead peers included.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// What each task must have left of its stack: the 256 octets that are guarded, and some.
const STACK_MARGIN: u32 = 384;

/// The host as the board sees it.
pub const HOST: &str = "10.0.2.2";

/// The exit codes of run.h.
pub const DONE: i32 = 0;
pub const FAILED: i32 = 1;
pub const FAULT: i32 = 3;
pub const USAGE: i32 = 4;

/// Starts the board with these credentials and words. `forward` is a port of the host that leads to
/// the board's server, and the server's port.
pub fn start(
    stage: &mut Stage,
    has: Credential,
    words: &str,
    forward: Option<(u16, u16)>,
) -> Outcome<Actor> {
    provision(&stage.scratch.join("credentials"), has)?;
    let mut qemu = Command::new("qemu-system-arm");
    qemu.args(["-M", "mps2-an386", "-nographic", "-monitor", "none"]);
    let mut semihosting = String::from("enable=on,target=native,arg=firmware");
    for word in words.split_whitespace() {
        semihosting += &format!(",arg={word}");
    }
    qemu.arg("-semihosting-config").arg(semihosting);
    let mut nic = String::from("user,model=lan9118");
    if let Some((host, board)) = forward {
        nic += &format!(",hostfwd=udp:127.0.0.1:{host}-:{board}");
    }
    qemu.arg("-nic").arg(nic);
    qemu.arg("-kernel").arg(build::firmware());
    stage.start(qemu.current_dir(&stage.scratch))
}

/// Waits for the end of the run, which must be this one, with some stack left to each task.
pub fn ends(stage: &mut Stage, board: Actor, code: i32) -> Outcome {
    match stage.exit(board, PATIENCE)? {
        exit if exit == code => (),
        exit => return Err(format!("the firmware ends with {exit}, not {code}").into()),
    }
    for line in stage.get(board).error().lines() {
        let Some((task, left)) = stack_left(line) else {
            continue;
        };
        if left < STACK_MARGIN {
            return Err(format!(
                "task {task} has {left} octets of its stack left, and should have {STACK_MARGIN}: \
                 see c-examples/freertos/dtls_memory.h"
            )
            .into());
        }
    }
    Ok(())
}

/// Of a line `stack: TASK: N octets never used`.
fn stack_left(line: &str) -> Option<(&str, u32)> {
    let (task, left) = line.strip_prefix("stack: ")?.split_once(": ")?;
    let left = left.strip_suffix(" octets never used")?;
    Some((task, left.parse().ok()?))
}

/// The files that the board's flash would hold.
fn provision(directory: &Path, has: Credential) -> Outcome {
    std::fs::create_dir_all(directory)?;
    let write = |name: &str, octets: &[u8]| std::fs::write(directory.join(name), octets);
    let (own, accepts) = match has {
        Credential::Psk { key, .. } => return Ok(write("psk", key.as_bytes())?),
        Credential::PublicKey { own, accepts } => (own, accepts),
    };
    match own {
        Own::Nothing => (),
        Own::Raw(name) => write("key", &der(&credentials::key(name))?)?,
        Own::Certificate(name) => {
            write("key", &der(&credentials::key(name))?)?;
            write("certificates", &der(&credentials::chain(name))?)?;
        }
    }
    match accepts {
        Accepts::Nobody => (),
        Accepts::Raw(name) => write("peer-key", &der(&credentials::public_key(name))?)?,
        Accepts::Under(name) => write("anchors", &der(&credentials::chain(name))?)?,
    }
    Ok(())
}

/// What the blocks of a PEM file hold, one after another.
fn der(pem: &Path) -> Outcome<Vec<u8>> {
    let text = std::fs::read_to_string(pem)?;
    let mut octets = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        if line.starts_with("-----BEGIN ") {
            block = Some(String::new());
        } else if line.starts_with("-----END ") {
            octets.extend(base64(&block.take().unwrap_or_default())?);
        } else if let Some(block) = block.as_mut() {
            block.push_str(line.trim());
        }
    }
    Ok(octets)
}

fn base64(text: &str) -> Outcome<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut octets = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == character);
        let value = value.ok_or("a PEM file holds a character that is not base64")?;
        bits = bits << 6 | u32::try_from(value).unwrap_or(0);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count & 0xff) as u8);
        }
    }
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn rfc_4648_section_10() {
        for (text, octets) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(base64(text).unwrap(), octets.as_bytes());
        }
    }
}
