//! Whose a datagram is: a handshake's, a connected peer's, or a new client's, who comes to the cookie
//! gate first.

use core::ops::Range;

use super::{Environment, Server, Slot, Target, YIELD_MS, context};
use crate::address::Address;
use crate::error::Error;
use crate::handshake::server::gate::{self, Pass, Verdict};
use crate::host::{Direction, TraceContent};
use crate::record::{front, may_be_heartbeat, trace, type_is_known, version_is_legal};
use crate::time::Instant;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::record_header::{ContentType, RECORD_HEADER_LENGTH, RecordHeader};
use crate::wire::{RANDOM_LENGTH, Reader};

impl Server<'_> {
    /// Takes the datagram of `length` octets from `address` that lies in the buffer, as far as it
    /// fits.
    ///
    /// # Errors
    /// [`Error::Random`] when no cookie can be made, and [`Error::NoEntropyYet`] when none can be made
    /// yet: the datagram is not taken. The server goes on.
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
        let mut context = context(
            env.config,
            env.psk,
            env.resumption,
            address,
            &mut *env.host,
            env.now,
        );
        let secrets = &mut self.state.secrets;
        match gate::judge(secrets, &mut context, &header, fragment)? {
            // It is late, or somebody says it again: the peer that it made is there.
            Verdict::Pass(pass) if self.is_of_peer(address, &pass.random) => self.drop_datagram(),
            Verdict::Pass(pass) => self.admit(env, address, &record.header, &pass, length)?,
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
        pass: &Pass,
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
        let context = context(
            env.config,
            env.psk,
            env.resumption,
            address,
            &mut *env.host,
            env.now,
        );
        let workspace = &mut underway.workspace;
        underway.connection.admit(&context, workspace, record, pass);
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
    pub(super) fn idle_peer(&self, now: Instant) -> Option<u32> {
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
        let is_known = type_is_known(header.content_type) || may_be_heartbeat(&header);
        if is_known && version_is_legal(&header) && header.epoch <= 1 {
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
