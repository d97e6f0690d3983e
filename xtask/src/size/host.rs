// SPDX-License-Identifier: MIT OR Apache-2.0
//! The other end of `tests/firmware/size/host.c`: runs an image in QEMU, and passes its datagrams
//! on to a peer over UDP.

use std::io::{Read, Write};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::sets::Role;
use crate::need::{self, QEMU_ARM};
use crate::report::Outcome;

/// In a length: what follows is a line of text.
const TEXT: u16 = 0x8000;
/// For a whole run.
const WITHIN: Duration = Duration::from_secs(120);

/// Runs `image` in that role; the lines that it says. Its first datagram goes to where `socket` is
/// connected; a socket that is not waits for the first peer. `more` are arguments for QEMU.
pub fn run(image: &Path, role: Role, socket: &UdpSocket, more: &[String]) -> Outcome<Vec<String>> {
    need::programs(&[QEMU_ARM])?;
    // An image that hangs must not hang us.
    let mut qemu = Command::new("timeout");
    qemu.arg(WITHIN.as_secs().to_string()).arg(QEMU_ARM.0);
    qemu.args(["-M", "mps2-an386", "-display", "none", "-serial", "none"]);
    // One instruction, one nanosecond.
    qemu.args(["-monitor", "none", "-icount", "shift=0"]);
    qemu.arg("-semihosting-config").arg(format!(
        "enable=on,target=native,arg=image,arg={}",
        role.name()
    ));
    qemu.args(more).arg("-kernel").arg(image);
    let mut child = qemu
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let input = child.stdin.take().ok_or("no standard input")?;
    let output = child.stdout.take().ok_or("no standard output")?;
    socket.set_read_timeout(Some(Duration::from_millis(20)))?;
    let over = AtomicBool::new(false);
    let lines = thread::scope(|scope| {
        scope.spawn(|| to_device(input, socket, &over));
        let lines = from_device(output, socket);
        over.store(true, Ordering::Relaxed);
        lines
    });
    let ended = child.wait_with_output()?;
    if ended.status.success() {
        return Ok(lines);
    }
    Err(format!(
        "{} as {} ends with {}\n{}\n{}",
        image.display(),
        role.name(),
        ended.status,
        lines.join("\n"),
        String::from_utf8_lossy(&ended.stderr)
    )
    .into())
}

/// Passes on what the peer sends, until the image has ended.
fn to_device(mut input: ChildStdin, socket: &UdpSocket, over: &AtomicBool) {
    let mut frame = [0; 2 + 2048];
    while !over.load(Ordering::Relaxed) {
        // Until the time is up, or an answer of the kernel's that nobody is there yet.
        let Ok((length, peer)) = socket.recv_from(&mut frame[2..]) else {
            continue;
        };
        let Ok(header) = u16::try_from(length) else {
            continue;
        };
        frame[..2].copy_from_slice(&header.to_le_bytes());
        let passed = socket
            .connect(peer)
            .and_then(|()| input.write_all(&frame[..2 + length]));
        if passed.and_then(|()| input.flush()).is_err() {
            return;
        }
    }
}

/// Passes on what the image sends, until it ends; the lines that it says.
fn from_device(mut output: ChildStdout, socket: &UdpSocket) -> Vec<String> {
    let mut lines = Vec::new();
    let mut header = [0; 2];
    while output.read_exact(&mut header).is_ok() {
        let header = u16::from_le_bytes(header);
        let mut frame = vec![0; usize::from(header & !TEXT)];
        if output.read_exact(&mut frame).is_err() {
            break;
        }
        if header & TEXT != 0 {
            lines.push(String::from_utf8_lossy(&frame).into_owned());
        } else {
            // What is lost is sent again.
            let _ = socket.send(&frame);
        }
    }
    lines
}
