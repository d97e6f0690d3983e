// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a case plays: the programs it has started, and what they said when it fails.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::relay::{Datagram, Fault, Relay};
use super::{ports, records};
use crate::process::Running;
use crate::report::{Failure, Outcome};

/// How long any program may take to start.
const START: Duration = Duration::from_secs(5);

/// Everything here ends with it.
pub struct Stage {
    /// A directory of its own.
    pub scratch: PathBuf,
    running: Vec<Running>,
    relay: Option<Relay>,
}

/// One of the programs.
#[derive(Clone, Copy)]
pub struct Actor(usize);

impl Stage {
    /// Runs `play` on a new stage, and adds what the programs said to a failure.
    pub fn play(scratch: &Path, play: impl FnOnce(&mut Stage) -> Outcome) -> Outcome {
        let _ = std::fs::remove_dir_all(scratch);
        std::fs::create_dir_all(scratch)?;
        let scratch = scratch.to_path_buf();
        let mut stage = Stage {
            scratch,
            running: Vec::new(),
            relay: None,
        };
        match play(&mut stage) {
            Err(Failure::Failed(why)) => {
                Err(Failure::Failed(format!("{why}\n{}", stage.transcript())))
            }
            other => other,
        }
    }

    pub fn start(&mut self, command: &Command) -> Outcome<Actor> {
        self.running.push(Running::start(command)?);
        Ok(Actor(self.running.len() - 1))
    }

    /// Starts a program and waits until it has `port` open.
    pub fn serve(&mut self, command: &Command, port: u16) -> Outcome<Actor> {
        let actor = self.start(command)?;
        ports::wait_open(port, START)?;
        Ok(actor)
    }

    /// Puts a relay before `server_port`; gives its port.
    pub fn relay(&mut self, server_port: u16, faults: &[Fault]) -> Outcome<u16> {
        let relay = Relay::start(server_port, faults)?;
        let port = relay.port;
        self.relay = Some(relay);
        Ok(port)
    }

    pub fn seen(&self) -> Vec<Datagram> {
        self.relay.as_ref().map(Relay::seen).unwrap_or_default()
    }

    pub fn get(&mut self, actor: Actor) -> &mut Running {
        &mut self.running[actor.0]
    }

    /// Waits until the program's end; its exit status.
    pub fn exit(&mut self, actor: Actor, within: Duration) -> Outcome<i32> {
        let status = self.get(actor).wait_exit(within);
        let status = status.ok_or_else(|| format!("the client has not ended after {within:?}"))?;
        let code = status.code();
        Ok(code.ok_or_else(|| format!("the client was ended: {status}"))?)
    }

    /// Fails unless the program says `text` in time.
    pub fn hear(&mut self, actor: Actor, text: &str, within: Duration) -> Outcome {
        let heard = self.get(actor).wait_for(text, within);
        self.heard(heard, actor, text, within)
    }

    /// Fails unless the program says a whole line with `text` in it in time.
    pub fn hear_line(&mut self, actor: Actor, text: &str, within: Duration) -> Outcome {
        let heard = self.get(actor).wait_for_line(text, within);
        self.heard(heard, actor, text, within)
    }

    /// Fails unless the program says `text` so many times, in time.
    pub fn hear_times(
        &mut self,
        actor: Actor,
        text: &str,
        times: usize,
        within: Duration,
    ) -> Outcome {
        match self.get(actor).wait_for_times(text, times, within) {
            count if count == times => Ok(()),
            count => Err(format!(
                "\"{text}\" was said {count} times, not {times}, by\n  {}",
                self.get(actor).line()
            )
            .into()),
        }
    }

    fn heard(&mut self, heard: bool, actor: Actor, text: &str, within: Duration) -> Outcome {
        if heard {
            return Ok(());
        }
        Err(format!(
            "\"{text}\" was not said within {within:?} by\n  {}",
            self.get(actor).line()
        )
        .into())
    }

    fn transcript(&self) -> String {
        let mut text: String = self.running.iter().map(Running::transcript).collect();
        for (number, datagram) in self.seen().iter().enumerate() {
            let from = if datagram.from_client {
                "client"
            } else {
                "server"
            };
            let words = records::describe(&datagram.octets);
            let hex: String = datagram
                .octets
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect();
            text += &format!("datagram {} of the {from}: {words}: {hex}\n", number + 1);
        }
        text
    }
}
