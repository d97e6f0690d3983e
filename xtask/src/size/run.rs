// SPDX-License-Identifier: MIT OR Apache-2.0
//! One conversation of an image with our tools on this machine, and what it says about it.

use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use super::host;
use super::sets::{Kind, Role};
use crate::cmake::Tools;
use crate::interop::peers::{Talk, ours};
use crate::interop::ports;
use crate::process::Running;
use crate::report::Outcome;

/// A kind of call: how often it was made, the most stack that one took, the instructions of all.
#[derive(Clone)]
pub struct Call {
    pub name: String,
    pub count: u32,
    pub stack: u32,
    pub instructions: u32,
}

/// What a run says.
#[derive(Default)]
pub struct Said {
    /// Octets of what the application declares, by name.
    pub declared: Vec<(String, u32)>,
    pub calls: Vec<Call>,
    /// Octets of stack, the application's own frames and all.
    pub stack: u32,
}

impl Said {
    pub fn declared(&self, name: &str) -> u32 {
        self.declared
            .iter()
            .find(|(other, _)| other == name)
            .map_or(0, |(_, octets)| *octets)
    }

    /// Instructions from the connection's beginning to the end of its handshake. Those of a
    /// `mote_server` are of the whole conversation.
    pub fn handshake(&self) -> u32 {
        const KINDS: [&str; 4] = [
            "connection-init",
            "handshake",
            "server-input",
            "server-event",
        ];
        let handshake = |call: &&Call| KINDS.contains(&call.name.as_str());
        self.calls
            .iter()
            .filter(handshake)
            .map(|call| call.instructions)
            .sum()
    }
}

/// Datagrams and first time-outs that suit the image: nothing is sent again while it computes.
const OPTIONS: [&str; 4] = ["--mtu", "544", "--rto-ms", "30000"];

pub fn run(kind: Kind, role: Role, image: &Path, tools: &Tools) -> Outcome<Said> {
    said(&converse(kind, role, image, tools, &[])?)
}

/// The lines that the image says; `more` are arguments for QEMU.
pub fn converse(
    kind: Kind,
    role: Role,
    image: &Path,
    tools: &Tools,
    more: &[String],
) -> Outcome<Vec<String>> {
    let port = ports::free()?;
    let mut options = OPTIONS.to_vec();
    let talk = |credential, options| Talk {
        port,
        credential,
        options,
        scratch: Path::new(""),
    };
    match role {
        Role::Client => {
            options.push("--once");
            let _peer = Running::start(&ours::server(tools, &talk(kind.pair().server, &options)))?;
            ports::wait_open(port, Duration::from_secs(5))?;
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            socket.connect((Ipv4Addr::LOCALHOST, port))?;
            host::run(image, role, &socket, more)
        }
        Role::Server => {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port))?;
            options.extend(["--mfl", "512", "--timeout", "60000", "--send", "hello"]);
            let _peer = Running::start(&ours::client(tools, &talk(kind.pair().client, &options)))?;
            host::run(image, role, &socket, more)
        }
    }
}

/// "handshake 6", "stack 900", "instructions 250000" for each call, "deepest 1000", and what is
/// declared.
fn said(lines: &[String]) -> Outcome<Said> {
    let mut said = Said::default();
    for line in lines {
        let (name, value) = line.split_once(' ').ok_or("a line without a figure")?;
        let value: u32 = value.parse().map_err(|_| format!("not a figure: {line}"))?;
        match (name, said.calls.last_mut()) {
            ("stack", Some(call)) => call.stack = value,
            ("instructions", Some(call)) => call.instructions = value,
            ("deepest", _) => said.stack = value,
            (
                "config" | "connection" | "server" | "workspace" | "reassembly" | "buffer"
                | "connected-heap" | "heap-peak",
                _,
            ) => {
                said.declared.push((name.into(), value));
            }
            _ => said.calls.push(Call {
                name: name.into(),
                count: value,
                stack: 0,
                instructions: 0,
            }),
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_figures() {
        let lines = [
            "buffer 544",
            "connection-init 1",
            "stack 10",
            "instructions 40",
            "handshake 4",
            "stack 900",
            "instructions 2000",
            "read 1",
            "stack 50",
            "instructions 7",
            "deepest 1000",
        ];
        let said = said(&lines.map(String::from)).unwrap();
        assert_eq!(said.declared("buffer"), 544);
        assert_eq!(said.calls.len(), 3);
        assert_eq!(said.handshake(), 2040);
        assert_eq!(said.stack, 1000);
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        assert!(said(&["fault".into()]).is_err());
        assert!(said(&["stack x".into()]).is_err());
    }
}
