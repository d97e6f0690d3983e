//! Floor 10: a server of many peers on one socket.
//!
//! A datagram goes, by its address and its first record, to a handshake under way, to a connected
//! peer, or to the cookie gate, which keeps nothing. Then [`Server::next_event`] says, one by one,
//! what came of it; nothing is queued: the datagram is read as far as the events are taken. Only
//! handshakes have timers, so no work grows with the number of peers.

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
use crate::handshake::server::gate::{self, Verdict};
use crate::host::{Direction, Host, TraceContent};
use crate::record::{front, trace, type_is_known, version_is_legal};
use crate::time::Instant;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::record_header::{ContentType, RECORD_HEADER_LENGTH, RecordHeader};
use crate::wire::{RANDOM_LENGTH, Reader};
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

    /// Takes the datagram of `length` octets from `address` that lies in the buffer, as far as it
    /// fits.
    ///
    /// # Errors
    /// [`Error::Random`] when no cookie can be made; the server goes on.
    pub(crate) fn take_datagram(
        &mut self,
        env: &mut Environment<'_>,
        address: &[u8],
        length: usize,
    ) -> Result<(), Error> {
        let (Some(address), Some(record)) = (Address::new(address), first_record(env, length))
        else {
            self.drop_datagram();
            return Ok(());
        };
        let slot = self.find_slot(&address);
        let peer = self.table.find(address.octets());
        let is_hello = record.begins_hello;
        let target = match (record.header.epoch, slot, peer) {
            (0, Some(slot), _) if is_hello && self.is_begun_anew(slot, env, &record) => {
                return self.knock(env, &address, &record, length);
            }
            // Epoch 1 is a handshake's when its client has come so far, and else a peer's.
            (1, Some(slot), _) if self.reads_finished(slot, &record.header) => Target::Slot(slot),
            (1, _, Some(peer)) => Target::Peer(peer),
            (1, Some(slot), None) | (0, Some(slot), _) => Target::Slot(slot),
            (0, None, _) if is_hello => return self.knock(env, &address, &record, length),
            (0, None, Some(peer)) => Target::Peer(peer),
            _ => {
                self.drop_datagram();
                return Ok(());
            }
        };
        if let Some(connection) = self.connection(target) {
            connection.take_datagram(length, env.buffer.len());
            self.state.target = Some(target);
        }
        Ok(())
    }

    /// The cookie gate. Nothing is kept of a client that has not shown that it can be reached.
    fn knock(
        &mut self,
        env: &mut Environment<'_>,
        address: &Address,
        record: &FirstRecord,
        length: usize,
    ) -> Result<(), Error> {
        env.host.set_peer(address.octets());
        let content = record.content.clone();
        let content = env.buffer.get(content).unwrap_or_default();
        let Ok((header, fragment)) = HandshakeHeader::parse(&mut Reader::new(content)) else {
            self.drop_datagram();
            return Ok(());
        };
        let mut context = Context {
            config: env.config,
            psk: env.psk,
            server_name: None,
            session: None,
            peer_address: address.octets(),
            host: &mut *env.host,
            now: env.now,
        };
        let secrets = &mut self.state.secrets;
        match gate::judge(secrets, &mut context, &header, fragment)? {
            // It is late, or somebody says it again: the peer that it made is there.
            Verdict::Pass(random) if self.is_of_peer(address, &random) => self.drop_datagram(),
            Verdict::Pass(random) => {
                self.admit(
                    env,
                    address,
                    &record.header,
                    header.message_seq,
                    &random,
                    length,
                )?;
            }
            Verdict::Challenge(cookie) => {
                trace(
                    context.host,
                    Direction::Received,
                    &record.header,
                    TraceContent::from(&header),
                );
                let datagram = gate::challenge(&mut context, &record.header, &header, &cookie);
                // Whether it gets out is no concern: the client asks again.
                let _ = context.host.send(&datagram);
                let count = &mut self.state.counters.challenged;
                *count = count.saturating_add(1);
            }
            Verdict::Malformed | Verdict::OutOfPlace => self.drop_datagram(),
        }
        Ok(())
    }

    /// Whether the connected peer at this address has begun with a ClientHello of this Random.
    fn is_of_peer(&mut self, address: &Address, random: &[u8; RANDOM_LENGTH]) -> bool {
        let place = self.table.find(address.octets());
        let peer = place.and_then(|place| self.table.peer(place));
        let connection = peer.and_then(|peer| peer.connection.as_ref());
        connection.is_some_and(|connection| connection.association().randoms.client == *random)
    }

    /// Whether the ClientHello in this record is not the one of the handshake in the slot.
    fn is_begun_anew(&mut self, slot: usize, env: &Environment<'_>, record: &FirstRecord) -> bool {
        let hello = env.buffer.get(record.content.clone());
        let hello = hello.and_then(gate::hello_in);
        let underway = self.slots.get_mut(slot);
        let underway = underway.and_then(|slot| slot.handshake.as_mut());
        let (Some((message_seq, random)), Some(underway)) = (hello, underway) else {
            return false;
        };
        underway.workspace.is_begun_anew_by(message_seq, &random)
    }

    /// Gives a client a slot, if there is room for it here and later among the peers. One that has
    /// begun anew keeps the slot that it has, and gets no younger by that.
    fn admit(
        &mut self,
        env: &mut Environment<'_>,
        address: &Address,
        record: &RecordHeader,
        message_seq: u16,
        random: &[u8; RANDOM_LENGTH],
        length: usize,
    ) -> Result<(), Error> {
        let has_room = !self.table.is_full()
            || self.table.find(address.octets()).is_some()
            || self.idle_peer(env.now).is_some();
        let own = self.find_slot(address);
        let slot = own.or_else(|| self.free_slot(env.now)).filter(|_| has_room);
        let Some((place, slot)) = slot.and_then(|place| Some((place, self.slots.get_mut(place)?)))
        else {
            let count = &mut self.state.counters.refused;
            *count = count.saturating_add(1);
            return Ok(());
        };
        let former = slot.handshake.as_ref().filter(|_| own.is_some());
        let began = former.map_or(env.now, |underway| underway.began);
        let underway = slot.begin(env.config, *address, began)?;
        let context = Context {
            config: env.config,
            psk: env.psk,
            server_name: None,
            session: None,
            peer_address: address.octets(),
            host: &mut *env.host,
            now: env.now,
        };
        let workspace = &mut underway.workspace;
        underway
            .connection
            .admit(&context, workspace, record, message_seq, random);
        underway.connection.take_datagram(length, env.buffer.len());
        self.state.target = Some(Target::Slot(place));
        Ok(())
    }

    fn drop_datagram(&mut self) {
        let count = &mut self.state.counters.dropped;
        *count = count.saturating_add(1);
    }

    fn find_slot(&self, address: &Address) -> Option<usize> {
        self.slots.iter().position(|slot| {
            let underway = slot.handshake.as_ref();
            underway.is_some_and(|underway| underway.address.octets() == address.octets())
        })
    }

    /// A slot that is free, or whose handshake has gone on for long enough.
    fn free_slot(&self, now: Instant) -> Option<usize> {
        let age = |slot: &Slot| match &slot.handshake {
            Some(underway) => now.since(underway.began),
            None => u32::MAX,
        };
        let (place, slot) = (self.slots.iter().enumerate()).max_by_key(|(_, slot)| age(slot))?;
        (age(slot) >= YIELD_MS).then_some(place)
    }

    /// The peer that makes room for another.
    fn idle_peer(&self, now: Instant) -> Option<u32> {
        let (place, peer) = self.table.oldest()?;
        let idle_ms = self.state.idle_ms;
        (idle_ms != u32::MAX && now.since(peer.last_heard) >= idle_ms).then_some(place)
    }

    /// Whether this record of epoch 1 can be the Finished that a handshake waits for. A peer that
    /// has begun anew at the same address may have another association, whose records of epoch 1
    /// carry data.
    fn reads_finished(&mut self, slot: usize, header: &RecordHeader) -> bool {
        let underway = self.slots.get_mut(slot);
        let underway = underway.and_then(|slot| slot.handshake.as_mut());
        header.content_type == ContentType::HANDSHAKE
            && underway
                .is_some_and(|underway| underway.workspace.handshake.common().is_reading_epoch_1)
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
    pub(crate) fn watch(&mut self, now: Instant) {
        if !self.can_take_datagram() {
            return;
        }
        let from = self.state.watched;
        let due = self.slots.iter().skip(from).position(|slot| {
            let underway = slot.handshake.as_ref();
            underway.is_some_and(|underway| {
                underway.connection.is_pending() || slot_timeout(underway, now) == 0
            })
        });
        let due = due.map(|behind| from + behind);
        self.state.target = due.map(Target::Slot);
        self.state.watched = due.map_or(0, |place| place + 1);
    }

    /// Milliseconds until [`Self::watch`] has to be called again.
    pub(crate) fn timeout(&self, now: Instant) -> u32 {
        if !self.can_take_datagram() {
            return RETRY_SEND_MS;
        }
        let underway = self.slots.iter().filter_map(|slot| slot.handshake.as_ref());
        underway
            .map(|underway| slot_timeout(underway, now))
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
            Ok(_) => {}
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
            Ok(_) => {}
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

fn slot_timeout(underway: &Underway, now: Instant) -> u32 {
    let handshake = &underway.workspace.handshake;
    underway.connection.timeout(Some(handshake), now)
}

/// Tells a client that it is closed, if that can be sent now. What lies in the buffer stays there.
fn say_goodbye(env: &mut Environment<'_>, address: &Address, connection: &mut Connection) {
    let mut env = Environment {
        config: env.config,
        psk: env.psk,
        host: &mut *env.host,
        now: env.now,
        buffer: &mut [0; BUFFER_MIN],
    };
    let _ = with_call(&mut env, address, None, |call| connection.close(call));
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
        context: Context {
            config: env.config,
            psk: env.psk,
            server_name: None,
            session: None,
            peer_address: address.octets(),
            host: &mut *env.host,
            now: env.now,
        },
        memory,
        buffer: &mut *env.buffer,
    };
    action(&mut call)
}

/// The first record of the datagram in the buffer that says something about where it belongs.
struct FirstRecord {
    header: RecordHeader,
    content: Range<usize>,
    /// It begins a ClientHello in epoch 0.
    begins_hello: bool,
}

/// Bad records are passed over: they never cost the others.
fn first_record(env: &Environment<'_>, length: usize) -> Option<FirstRecord> {
    let datagram = env.buffer.get(..length.min(env.buffer.len()))?;
    let mut start = 0;
    loop {
        let (header, length) = datagram.get(start..).and_then(front)?;
        let content = start + RECORD_HEADER_LENGTH..start + length;
        let is_legal = version_is_legal(&header) && type_is_known(header.content_type);
        if is_legal && header.epoch <= 1 {
            let first = datagram.get(content.start).filter(|_| !content.is_empty());
            return Some(FirstRecord {
                begins_hello: header.epoch == 0
                    && header.content_type == ContentType::HANDSHAKE
                    && first == Some(&HandshakeType::CLIENT_HELLO.0),
                header,
                content,
            });
        }
        start += length;
    }
}

#[cfg(test)]
mod tests;
