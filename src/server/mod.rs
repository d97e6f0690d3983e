//! Floor 10: a server of many peers on one socket.
//!
//! A datagram goes, by its address and its first record, to a handshake under way, to a connected
//! peer, or to the cookie gate, which keeps nothing. Then [`Server::next_event`] says, one by one,
//! what came of it; nothing is queued: the datagram is read as far as the events are taken. Only
//! handshakes have timers, so no work grows with the number of peers.

mod routing;
mod slot;
pub(crate) mod table;

pub(crate) use slot::Slot;

use core::ops::Range;

use crate::address::Address;
use crate::alert::AlertDescription;
use crate::config::Config;
use crate::connection::{BUFFER_MIN, Call, Connection, Memory, Outcome, Phase, Want};
use crate::cookie::CookieSecrets;
use crate::credential::Psk;
use crate::error::Error;
use crate::handshake::Context;
use crate::handshake::server::resumption::Resumption;
use crate::host::{Direction, Host};
use crate::time::Instant;
use slot::Underway;
use table::{PeerId, Table};

/// A handshake that has gone on for so long gives its workspace to a new client that has shown a
/// good cookie, when no other is free; the oldest goes first.
pub(crate) const YIELD_MS: u32 = 5_000;

/// How soon what could not be sent is tried again.
const RETRY_SEND_MS: u32 = 20;

/// What a call brings along.
pub(crate) struct Environment<'a> {
    pub(crate) config: &'a Config<'a>,
    pub(crate) psk: Option<Psk<'a>>,
    pub(crate) resumption: Option<&'static Resumption>,
    pub(crate) host: &'a mut dyn Host,
    pub(crate) now: Instant,
    pub(crate) buffer: &'a mut [u8],
}

/// An alert, and who sent it.
pub(crate) type Said = Option<(AlertDescription, Direction)>;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A peer has completed its handshake.
    Connected(PeerId),
    /// Its data lies there in the buffer.
    Data(PeerId, Range<usize>),
    /// A peer has closed, has begun anew, or had to make room.
    Closed(PeerId),
    /// A peer's connection, or a handshake that had no peer yet, has ended with an error.
    Failed(Option<PeerId>, Error, Said),
}

/// How far [`Server::next_event`] came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    Event(Event),
    /// The datagram is drained.
    Drained,
    /// Something has to be sent first.
    WantWrite,
}

/// Whose datagram lies in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Slot(usize),
    Peer(u32),
}

/// What the server as a whole counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ServerCounters {
    /// Datagrams for which there was no record, handshake or peer.
    pub(crate) dropped: u32,
    /// ClientHellos that were answered with a cookie.
    pub(crate) challenged: u32,
    /// Clients with a good cookie for whom there was no room.
    pub(crate) refused: u32,
}

/// What a server keeps beside its arrays.
pub(crate) struct State {
    pub(crate) secrets: CookieSecrets,
    target: Option<Target>,
    /// An event that comes behind another one.
    pending: Option<Event>,
    /// The slot that [`Server::watch`] looks at next.
    watched: usize,
    /// A peer that was heard of more recently than that makes no room for another; `u32::MAX`:
    /// nobody does.
    pub(crate) idle_ms: u32,
    pub(crate) counters: ServerCounters,
}

impl State {
    pub(crate) fn new() -> Self {
        State {
            secrets: CookieSecrets::new(),
            target: None,
            pending: None,
            watched: 0,
            idle_ms: 0,
            counters: ServerCounters::default(),
        }
    }
}

/// A server, over memory of the application.
pub(crate) struct Server<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) table: Table<'a>,
    pub(crate) slots: &'a mut [Slot],
    /// The reassembly buffers of all slots, one behind the other.
    pub(crate) reassembly: &'a mut [u8],
}

impl Server<'_> {
    /// Whether a datagram can be taken: the last one is drained and everything is sent.
    pub(crate) fn can_take_datagram(&self) -> bool {
        self.state.target.is_none() && self.state.pending.is_none()
    }

    fn connection(&mut self, target: Target) -> Option<&mut Connection> {
        match target {
            Target::Slot(place) => {
                let underway = self.slots.get_mut(place)?.handshake.as_mut()?;
                Some(&mut underway.connection)
            }
            Target::Peer(place) => self.table.peer_mut(place)?.connection.as_mut(),
        }
    }

    /// Looks after the timers, when no datagram is there: a handshake that is due, or whose look-up
    /// is pending, is gone on with, one a call. Behind the last of them one call finds none, so that
    /// a datagram can be taken however many there are.
    pub(crate) fn watch(&mut self, config: &Config<'_>, now: Instant) {
        if !self.can_take_datagram() {
            return;
        }
        let from = self.state.watched;
        let due = self.slots.iter().skip(from).position(|slot| {
            let underway = slot.handshake.as_ref();
            underway.is_some_and(|underway| {
                underway.connection.is_pending() || slot_timeout(config, underway, now) == 0
            })
        });
        let due = due.map(|behind| from + behind);
        self.state.target = due.map(Target::Slot);
        self.state.watched = due.map_or(0, |place| place + 1);
    }

    /// Milliseconds until [`Self::watch`] has to be called again.
    pub(crate) fn timeout(&self, config: &Config<'_>, now: Instant) -> u32 {
        if !self.can_take_datagram() {
            return RETRY_SEND_MS;
        }
        let underway = self.slots.iter().filter_map(|slot| slot.handshake.as_ref());
        underway
            .map(|underway| slot_timeout(config, underway, now))
            .min()
            .unwrap_or(u32::MAX)
    }

    /// Goes on with the datagram that was taken, up to the next event.
    pub(crate) fn next_event(&mut self, env: &mut Environment<'_>) -> Next {
        if let Some(event) = self.state.pending.take() {
            return Next::Event(event);
        }
        let next = match self.state.target {
            None => Next::Drained,
            Some(Target::Slot(place)) => self.go_on_slot(env, place),
            Some(Target::Peer(place)) => self.go_on_peer(env, place),
        };
        if next == Next::Drained {
            self.state.target = None;
        }
        next
    }

    fn go_on_slot(&mut self, env: &mut Environment<'_>, place: usize) -> Next {
        let share = self.reassembly.len() / self.slots.len().max(1);
        let Some(slot) = self.slots.get_mut(place) else {
            return Next::Drained;
        };
        let Some(underway) = &mut slot.handshake else {
            return Next::Drained;
        };
        let reassembly = self.reassembly.chunks_mut(share.max(1)).nth(place);
        let reassembly = if share == 0 { None } else { reassembly };
        let memory = Memory {
            workspace: &mut underway.workspace,
            reassembly: reassembly.unwrap_or_default(),
        };
        let connection = &mut underway.connection;
        let stepped = with_call(env, &underway.address, Some(memory), |call| {
            connection.step(call, Want::Handshake)
        });
        match stepped {
            Ok(Outcome::Connected) => return self.complete(env, place),
            Ok(Outcome::WantWrite) => return Next::WantWrite,
            Ok(Outcome::Closed) => slot.free(),
            Ok(_) if underway.connection.phase() == Phase::Listening => slot.free(),
            // The buffer is everybody's: what would have waited there for random numbers comes again.
            Ok(_) => underway.connection.lose_rest(),
            Err(error) => {
                let said = underway.connection.last_alert();
                slot.free();
                self.state.target = None;
                return Next::Event(Event::Failed(None, error, said));
            }
        }
        Next::Drained
    }

    /// A handshake is done: its connection takes its place among the peers, or that of the one
    /// which the same client had before (RFC 6347 section 4.2.8).
    fn complete(&mut self, env: &mut Environment<'_>, place: usize) -> Next {
        self.state.target = None;
        let slot = self.slots.get_mut(place);
        let Some((mut connection, address)) = slot.and_then(Slot::take) else {
            return Next::Drained;
        };
        // Only handshakes have timers.
        connection.stop_keep_alive();
        // A client whose Finished is the last flight may send data right behind it.
        let has_rest = connection.has_rest();
        if let Some(former) = self.table.find(address.octets()) {
            let closed = self.table.id(former);
            self.table.replace(former, connection, env.now);
            self.state.target = has_rest.then_some(Target::Peer(former));
            self.state.pending = Some(Event::Connected(self.table.id(former)));
            return Next::Event(Event::Closed(closed));
        }
        let mut closed = None;
        if self.table.is_full()
            && let Some(idle) = self.idle_peer(env.now)
        {
            closed = Some(self.table.id(idle));
            if let Some(peer) = self.table.peer_mut(idle)
                && let Some(connection) = &mut peer.connection
            {
                say_goodbye(env, &peer.address, connection);
            }
            self.table.remove(idle);
        }
        if self.table.is_full() {
            // Others were faster.
            say_goodbye(env, &address, &mut connection);
            let count = &mut self.state.counters.refused;
            *count = count.saturating_add(1);
            return Next::Drained;
        }
        let Some(peer) = self.table.insert(address, connection, env.now) else {
            return Next::Drained;
        };
        self.state.target = has_rest.then_some(Target::Peer(peer));
        let connected = Event::Connected(self.table.id(peer));
        match closed {
            Some(id) => {
                self.state.pending = Some(connected);
                Next::Event(Event::Closed(id))
            }
            None => Next::Event(connected),
        }
    }

    fn go_on_peer(&mut self, env: &mut Environment<'_>, place: u32) -> Next {
        let id = self.table.id(place);
        let Some(peer) = self.table.peer_mut(place) else {
            return Next::Drained;
        };
        let Some(connection) = &mut peer.connection else {
            return Next::Drained;
        };
        let stepped = with_call(env, &peer.address, None, |call| {
            connection.step(call, Want::Data)
        });
        let said = connection.last_alert();
        match stepped {
            Ok(Outcome::Data(range)) => {
                self.table.heard(place, env.now);
                return Next::Event(Event::Data(id, range));
            }
            Ok(Outcome::WantWrite) => return Next::WantWrite,
            Ok(Outcome::Closed) => {
                self.state.target = None;
                self.table.remove(place);
                return Next::Event(Event::Closed(id));
            }
            Ok(_) => {
                if connection.was_heard_at(env.now) {
                    self.table.heard(place, env.now);
                }
            }
            Err(error) => {
                self.state.target = None;
                self.table.remove(place);
                return Next::Event(Event::Failed(Some(id), error, said));
            }
        }
        Next::Drained
    }

    /// Calls the connection of a peer; `None` for a stale handle.
    pub(crate) fn with_peer<R>(
        &mut self,
        env: &mut Environment<'_>,
        id: PeerId,
        action: impl FnOnce(&mut Connection, &mut Call<'_>) -> R,
    ) -> Option<R> {
        // What lies in the buffer for another connection is lost when this one builds something.
        if let Some(target) = self.state.target
            && target != Target::Peer(id.place)
            && self.table.get(id).is_some()
            && let Some(other) = self.connection(target)
        {
            other.lose_rest();
        }
        let peer = self.table.get(id)?;
        let connection = peer.connection.as_mut()?;
        Some(with_call(env, &peer.address, None, |call| {
            action(connection, call)
        }))
    }

    /// Asks a peer for a sign of life, or again; one that is gone is forgotten. Whether a request was
    /// sent; `None` for a stale handle.
    #[cfg(feature = "heartbeat")]
    pub(crate) fn ask_peer(
        &mut self,
        env: &mut Environment<'_>,
        id: PeerId,
    ) -> Option<Result<bool, Error>> {
        let asked = self.with_peer(env, id, |connection, call| connection.ask_again(call))?;
        if asked.is_err_and(|error| !error.is_usage()) {
            if self.state.target == Some(Target::Peer(id.place)) {
                self.state.target = None;
            }
            self.table.remove(id.place);
        }
        Some(asked)
    }

    /// Closes a peer: says close_notify and forgets it. Whether the handle was good.
    pub(crate) fn close_peer(&mut self, env: &mut Environment<'_>, id: PeerId) -> bool {
        let closed = self.with_peer(env, id, |connection, call| connection.close(call));
        if closed.is_none() {
            return false;
        }
        if self.state.target == Some(Target::Peer(id.place)) {
            self.state.target = None;
        }
        self.table.remove(id.place);
        true
    }
}

fn slot_timeout(config: &Config<'_>, underway: &Underway, now: Instant) -> u32 {
    let handshake = &underway.workspace.handshake;
    underway.connection.timeout(config, Some(handshake), now)
}

/// Tells a client that it is closed, if that can be sent now. What lies in the buffer stays there.
fn say_goodbye(env: &mut Environment<'_>, address: &Address, connection: &mut Connection) {
    let mut env = Environment {
        config: env.config,
        psk: env.psk,
        resumption: env.resumption,
        host: &mut *env.host,
        now: env.now,
        buffer: &mut [0; BUFFER_MIN],
    };
    let _ = with_call(&mut env, address, None, |call| connection.close(call));
}

/// What a call on the connection with the peer at this address brings along.
fn context<'a>(
    config: &'a Config<'a>,
    psk: Option<Psk<'a>>,
    resumption: Option<&'static Resumption>,
    address: &'a Address,
    host: &'a mut dyn Host,
    now: Instant,
) -> Context<'a> {
    Context {
        config,
        psk,
        server_name: None,
        #[cfg(feature = "client")]
        session: None,
        resumption,
        #[cfg(feature = "cached-info")]
        cached_info: None,
        peer_address: address.octets(),
        host,
        now,
    }
}

/// Calls a connection with what the server has for it.
fn with_call<'a, R>(
    env: &'a mut Environment<'_>,
    address: &'a Address,
    memory: Option<Memory<'a>>,
    action: impl FnOnce(&mut Call<'a>) -> R,
) -> R {
    env.host.set_peer(address.octets());
    let mut call = Call {
        context: context(
            env.config,
            env.psk,
            env.resumption,
            address,
            &mut *env.host,
            env.now,
        ),
        memory,
        buffer: &mut *env.buffer,
    };
    action(&mut call)
}

#[cfg(test)]
mod tests;
