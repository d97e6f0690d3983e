//! One end of a conversation: a connection with its memory and an application of few words, driven
//! as `ffi/connection.rs` drives it.

use std::boxed::Box;
use std::collections::VecDeque;
use std::vec::Vec;

pub(crate) use super::host::TestHost;
#[cfg(feature = "cached-info")]
use crate::cached_info::CachedInfo;
use crate::config::{Config, Role};
use crate::connection::{Call, Connection, Memory, Outcome, Phase, Want, Workspace};
use crate::credential::Psk;
use crate::error::Error;
use crate::flight::Progress;
use crate::handshake::Context;
#[cfg(feature = "client")]
use crate::handshake::client::OfferedSession;
#[cfg(feature = "server")]
use crate::handshake::server::resumption::Resumption;
use crate::record::content_offset;
use crate::time::Instant;
use crate::wire::record_header::ContentType;

pub(crate) const IDENTITY: &[u8] = b"device1\0-001";
pub(crate) const KEY: &[u8] = &[0x5A; 16];

/// A connection and all that it needs.
pub(crate) struct End {
    pub(crate) config: Config<'static>,
    pub(crate) connection: Connection,
    /// Taken back once connected.
    pub(crate) workspace: Option<Box<Workspace>>,
    pub(crate) reassembly: Vec<u8>,
    pub(crate) buffer: Vec<u8>,
    pub(crate) host: TestHost,
    /// Of the peer.
    pub(crate) address: Vec<u8>,
    pub(crate) now: Instant,
    /// What the transport holds for us.
    pub(crate) inbox: VecDeque<Vec<u8>>,
    /// The data of each record that was read.
    pub(crate) received: Vec<Vec<u8>>,
    pub(crate) error: Option<Error>,
    pub(crate) is_waiting_for_look_up: bool,
    pub(crate) is_waiting_for_entropy: bool,
    /// Client: what it offers to resume.
    pub(crate) session: Option<Vec<u8>>,
    /// Client: what it remembers, and whether it is forced to.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info: Option<(Vec<u8>, bool)>,
}

impl End {
    pub(crate) fn new(config: Config<'static>, seed: u64) -> Self {
        End {
            connection: Connection::new(&config),
            workspace: Some(Box::new(Workspace::new(&config))),
            config,
            reassembly: std::vec![0; 512],
            buffer: std::vec![0; 1500],
            host: TestHost::new(seed),
            address: b"192.0.2.1:5684".to_vec(),
            now: Instant(1_000_000),
            inbox: VecDeque::new(),
            received: Vec::new(),
            error: None,
            is_waiting_for_look_up: false,
            is_waiting_for_entropy: false,
            session: None,
            #[cfg(feature = "cached-info")]
            cached_info: None,
        }
    }

    pub(crate) fn client_config() -> Config<'static> {
        let mut config = Config::new(Role::Client);
        config.set_psk(Psk::new(IDENTITY, KEY).unwrap());
        config
    }

    /// Its keys are looked up, so that a look-up can be pending.
    pub(crate) fn server_config() -> Config<'static> {
        let mut config = Config::new(Role::Server);
        config.set_psk_lookup().unwrap();
        config
    }

    pub(crate) fn client(seed: u64) -> Self {
        Self::new(Self::client_config(), seed)
    }

    pub(crate) fn server(seed: u64) -> Self {
        let mut server = Self::new(Self::server_config(), seed);
        server.host.keys.push((IDENTITY, KEY));
        server
    }

    pub(crate) fn phase(&self) -> Phase {
        self.connection.phase()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.phase() == Phase::Connected
    }

    /// Calls the core with everything that there is.
    pub(crate) fn call<R>(
        &mut self,
        action: impl FnOnce(&mut Connection, &mut Call<'_>) -> R,
    ) -> R {
        let reassembly = &mut self.reassembly;
        let memory = self.workspace.as_mut().map(|workspace| Memory {
            workspace,
            reassembly,
        });
        let mut call = Call {
            context: Context {
                config: &self.config,
                psk: self.config.psk,
                server_name: self.config.server_name,
                #[cfg(feature = "client")]
                session: self.session.as_deref().map(OfferedSession::new),
                #[cfg(feature = "server")]
                resumption: Resumption::of(&self.config),
                #[cfg(feature = "cached-info")]
                cached_info: self
                    .cached_info
                    .as_mut()
                    .map(|(memory, is_forced)| CachedInfo::new(memory, *is_forced).unwrap()),
                peer_address: &self.address,
                host: &mut self.host,
                now: self.now,
            },
            memory,
            buffer: &mut self.buffer,
        };
        action(&mut self.connection, &mut call)
    }

    pub(crate) fn can_take_datagram(&mut self) -> bool {
        self.call(|connection, call| connection.can_take_datagram(call.memory.as_ref()))
    }

    /// Takes in at most one datagram and goes on.
    pub(crate) fn step(&mut self, want: Want) -> Result<Outcome, Error> {
        let is_wanted = match self.phase() {
            Phase::Listening | Phase::Handshake => want == Want::Handshake,
            Phase::Connected => want == Want::Data,
            Phase::Closed | Phase::Failed(_) => false,
        };
        if is_wanted
            && self.can_take_datagram()
            && let Some(datagram) = self.inbox.pop_front()
        {
            for (to, from) in self.buffer.iter_mut().zip(&datagram) {
                *to = *from;
            }
            let capacity = self.buffer.len();
            self.connection.take_datagram(datagram.len(), capacity);
        }
        self.call(|connection, call| connection.step(call, want))
    }

    /// Goes on until there is nothing to do but wait.
    pub(crate) fn pump(&mut self) {
        self.is_waiting_for_look_up = false;
        self.is_waiting_for_entropy = false;
        loop {
            let waiting = self.inbox.len();
            let want = if self.connection.needs_workspace() {
                Want::Handshake
            } else {
                Want::Data
            };
            match self.step(want) {
                Ok(Outcome::Data(range)) => self.received.push(self.buffer[range].to_vec()),
                // Whatever comes now has to do without it.
                Ok(Outcome::Connected) => self.workspace = None,
                Ok(Outcome::WantRead) if self.inbox.is_empty() => return,
                Ok(Outcome::WantRead) => assert!(
                    self.inbox.len() < waiting || self.can_take_datagram(),
                    "wants to read and takes nothing"
                ),
                Ok(Outcome::Pending) => {
                    self.is_waiting_for_look_up = true;
                    return;
                }
                Ok(Outcome::WantEntropy) => {
                    self.is_waiting_for_entropy = true;
                    return;
                }
                Ok(Outcome::WantWrite | Outcome::Closed) => return,
                Err(error) => {
                    self.error = Some(error);
                    return;
                }
            }
        }
    }

    /// As `mote_connection_write` does it, with data from elsewhere.
    pub(crate) fn write(&mut self, data: &[u8]) -> Result<Outcome, Error> {
        let capacity = self.buffer.len();
        self.connection.place_of_data(data.len(), capacity)?;
        let flushed = self.call(|connection, call| connection.flush_before_data(call))?;
        if flushed == Progress::WantWrite {
            return Ok(Outcome::WantWrite);
        }
        let place = self.connection.place_of_data(data.len(), capacity)?;
        self.buffer[place..place + data.len()].copy_from_slice(data);
        self.call(|connection, call| connection.write(call, data.len()))
    }

    pub(crate) fn close(&mut self) -> Result<Progress, Error> {
        self.call(|connection, call| connection.close(call))
    }

    pub(crate) fn timeout(&mut self) -> u32 {
        let now = self.now;
        self.call(|connection, call| {
            let handshake = call
                .memory
                .as_ref()
                .map(|memory| &memory.workspace.handshake);
            connection.timeout(call.context.config, handshake, now)
        })
    }

    pub(crate) fn exported(&self) -> Result<[u8; 32], Error> {
        let mut out = [0; 32];
        self.connection
            .export_keying_material(b"EXPORTER-test", None, &mut out)?;
        Ok(out)
    }

    /// A record under our keys of epoch 1, whatever it says: what only a hostile peer would send.
    pub(crate) fn seal(&mut self, content_type: ContentType, content: &[u8]) -> Vec<u8> {
        let association = if self.is_connected() {
            &mut self.connection.association
        } else {
            &mut self.workspace.as_mut().unwrap().coming
        };
        let mut out = std::vec![0; content.len() + 64];
        out[content_offset(1)..][..content.len()].copy_from_slice(content);
        let sealed = association
            .protection
            .seal(&mut out, content_type, content.len())
            .unwrap();
        out.truncate(sealed.length);
        out
    }

    /// Records and messages that were dropped and counted so far.
    pub(crate) fn dropped(&self) -> u32 {
        let counters = &self.connection.counters;
        u32::from(counters.malformed)
            + u32::from(counters.replayed)
            + u32::from(counters.out_of_place)
            + counters.unauthenticated
    }

    /// The number of the peer's message in turn.
    pub(crate) fn next_receive_seq(&mut self) -> u16 {
        let workspace = self.workspace.as_mut();
        workspace.map_or(0, |workspace| workspace.handshake.common().next_receive_seq)
    }
}
