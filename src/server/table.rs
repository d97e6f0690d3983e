//! The peers of a server: found by address through a keyed hash, ordered by when they were last
//! heard of. No work here grows with their number.

use core::hash::Hasher;
#[allow(
    deprecated,
    reason = "deprecated for hash maps of std, which do not exist here; SipHash-2-4 is what is wanted"
)]
use core::hash::SipHasher;

use crate::address::Address;
use crate::config::Config;
use crate::connection::Connection;
use crate::time::Instant;

/// No peer.
pub(crate) const NONE: u32 = u32::MAX;

/// A connected peer, or room for one.
pub(crate) struct Peer {
    /// Always in place, that none has to be moved there.
    connection: Connection,
    pub(crate) address: Address,
    /// Else the place is free, and nobody sees its connection.
    is_connected: bool,
    /// The application's.
    pub(crate) user: usize,
    pub(crate) last_heard: Instant,
    /// Counts up each time another peer moves in, so that a handle of the former one is known.
    generation: u32,
    /// The next in the same bucket, or in the list of free places.
    next: u32,
    /// Its neighbours in the order of last use.
    newer: u32,
    older: u32,
}

impl Peer {
    pub(crate) fn empty(config: &Config<'_>) -> Self {
        Peer {
            connection: Connection::new(config),
            address: Address::default(),
            is_connected: false,
            user: 0,
            last_heard: Instant(0),
            generation: 0,
            next: NONE,
            newer: NONE,
            older: NONE,
        }
    }

    /// `None` in a free place.
    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.is_connected.then_some(&self.connection)
    }

    /// The connection, and whom it is with.
    pub(crate) fn connection_mut(&mut self) -> Option<(&mut Connection, &Address)> {
        self.is_connected
            .then_some((&mut self.connection, &self.address))
    }

    /// Takes over a connection, and leaves in its stead what was here: moved, it would lie on the
    /// stack, and leave its keys behind.
    fn take_over(&mut self, connection: &mut Connection) {
        core::mem::swap(&mut self.connection, connection);
        self.is_connected = true;
        self.user = 0;
        self.generation = self.generation.wrapping_add(1);
    }

    /// Frees the place; the keys are destroyed where they lie.
    pub(crate) fn free(&mut self) {
        self.connection.wipe(None);
        self.is_connected = false;
    }
}

/// Which peer, and which of those who have lived in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeerId {
    pub(crate) place: u32,
    pub(crate) generation: u32,
}

/// What the table keeps beside its arrays.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    hash_key: [u64; 2],
    free: u32,
    newest: u32,
    oldest: u32,
    pub(crate) count: u32,
}

impl Order {
    /// Before [`Table::clear`].
    pub(crate) fn new() -> Self {
        Order {
            hash_key: [0; 2],
            free: NONE,
            newest: NONE,
            oldest: NONE,
            count: 0,
        }
    }
}

/// The table, over memory of the application.
pub(crate) struct Table<'a> {
    pub(crate) order: &'a mut Order,
    pub(crate) peers: &'a mut [Peer],
    /// The first of each bucket; their number is a power of two.
    pub(crate) buckets: &'a mut [u32],
}

impl Table<'_> {
    /// Empties the table. Nobody who does not know the key can choose addresses that meet in one
    /// bucket.
    pub(crate) fn clear(&mut self, hash_key: [u64; 2]) {
        *self.order = Order {
            hash_key,
            ..Order::new()
        };
        self.buckets.fill(NONE);
        for place in (0..self.peers.len() as u32).rev() {
            let free = self.order.free;
            if let Some(peer) = self.peer_mut(place) {
                peer.free();
                peer.next = free;
            }
            self.order.free = place;
        }
    }

    fn bucket(&mut self, address: &[u8]) -> Option<&mut u32> {
        let [low, high] = self.order.hash_key;
        #[allow(deprecated, reason = "as above")]
        let mut hasher = SipHasher::new_with_keys(low, high);
        hasher.write(address);
        let mask = self.buckets.len().checked_sub(1)?;
        self.buckets.get_mut(hasher.finish() as usize & mask)
    }

    pub(crate) fn peer(&self, place: u32) -> Option<&Peer> {
        self.peers.get(place as usize)
    }

    pub(crate) fn peer_mut(&mut self, place: u32) -> Option<&mut Peer> {
        self.peers.get_mut(place as usize)
    }

    /// The handle of the peer in this place.
    pub(crate) fn id(&self, place: u32) -> PeerId {
        PeerId {
            place,
            generation: self.peer(place).map_or(0, |peer| peer.generation),
        }
    }

    /// The peer of a handle; `None` when it is gone.
    pub(crate) fn get(&mut self, id: PeerId) -> Option<&mut Peer> {
        self.peer_mut(id.place)
            .filter(|peer| peer.generation == id.generation && peer.is_connected)
    }

    /// The place of the peer at this address.
    pub(crate) fn find(&mut self, address: &[u8]) -> Option<u32> {
        let mut place = *self.bucket(address)?;
        // No chain is longer than the table.
        for _ in 0..self.peers.len() {
            let peer = self.peer(place)?;
            if peer.address.octets() == address {
                return Some(place);
            }
            place = peer.next;
        }
        None
    }

    pub(crate) fn is_full(&self) -> bool {
        self.order.free == NONE
    }

    /// The peer that was last heard of the longest ago.
    pub(crate) fn oldest(&self) -> Option<(u32, &Peer)> {
        let place = self.order.oldest;
        self.peer(place).map(|peer| (place, peer))
    }

    /// Gives a connection a place, in exchange for one without keys; `None` when there is none.
    /// Nobody is at this address yet.
    pub(crate) fn insert(
        &mut self,
        address: Address,
        connection: &mut Connection,
        now: Instant,
    ) -> Option<u32> {
        let place = self.order.free;
        let bucket = self.bucket(address.octets())?;
        let first = core::mem::replace(bucket, place);
        let Some(peer) = self.peers.get_mut(place as usize) else {
            *self.bucket(address.octets())? = first;
            return None;
        };
        self.order.free = peer.next;
        peer.next = first;
        peer.take_over(connection);
        peer.address = address;
        peer.last_heard = now;
        self.order.count += 1;
        self.link_newest(place);
        Some(place)
    }

    /// Exchanges the connection in this place for another one with the same address. The former
    /// one still has its keys.
    pub(crate) fn replace(&mut self, place: u32, connection: &mut Connection, now: Instant) {
        if let Some(peer) = self.peer_mut(place)
            && peer.is_connected
        {
            peer.take_over(connection);
        }
        self.heard(place, now);
    }

    /// Frees a place; its connection's keys are destroyed.
    pub(crate) fn remove(&mut self, place: u32) {
        let Some(peer) = self.peer(place).filter(|peer| peer.is_connected) else {
            return;
        };
        let (address, behind) = (peer.address, peer.next);
        self.unlink(place);
        if let Some(bucket) = self.bucket(address.octets()) {
            if *bucket == place {
                *bucket = behind;
            } else {
                let mut before = *bucket;
                for _ in 0..self.peers.len() {
                    let Some(peer) = self.peer_mut(before) else {
                        break;
                    };
                    if peer.next == place {
                        peer.next = behind;
                        break;
                    }
                    before = peer.next;
                }
            }
        }
        let free = self.order.free;
        if let Some(peer) = self.peer_mut(place) {
            peer.free();
            peer.next = free;
        }
        self.order.free = place;
        self.order.count -= 1;
    }

    /// Something authentic has come from this peer.
    pub(crate) fn heard(&mut self, place: u32, now: Instant) {
        let peer = self.peer_mut(place);
        let Some(peer) = peer.filter(|peer| peer.is_connected) else {
            return;
        };
        peer.last_heard = now;
        self.unlink(place);
        self.link_newest(place);
    }

    fn link_newest(&mut self, place: u32) {
        let second = self.order.newest;
        if let Some(peer) = self.peer_mut(place) {
            peer.newer = NONE;
            peer.older = second;
        }
        match self.peer_mut(second) {
            Some(peer) => peer.newer = place,
            None => self.order.oldest = place,
        }
        self.order.newest = place;
    }

    fn unlink(&mut self, place: u32) {
        let Some(peer) = self.peer(place) else {
            return;
        };
        let (newer, older) = (peer.newer, peer.older);
        match self.peer_mut(newer) {
            Some(peer) => peer.older = older,
            None => self.order.newest = older,
        }
        match self.peer_mut(older) {
            Some(peer) => peer.newer = newer,
            None => self.order.oldest = newer,
        }
    }
}

#[cfg(test)]
#[path = "tests/table.rs"]
mod tests;
