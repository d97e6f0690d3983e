//! What was dropped, and why. Noise is silent; it is counted.

#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::CachedTypes;

/// Counters of one connection. They stand still at their greatest value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Records that do not parse, of a wrong version or epoch.
    pub(crate) malformed: u16,
    /// Records received before.
    pub(crate) replayed: u16,
    /// Messages out of their turn, early or late; heartbeats not answered, or not asked for.
    pub(crate) out_of_place: u16,
    /// Datagrams of which an unread rest was given up.
    pub(crate) lost: u16,
    /// Datagrams larger than the buffer.
    pub(crate) truncated: u16,
    /// Flights and heartbeats sent again.
    pub(crate) retransmissions: u16,
    /// Records that failed authentication.
    pub(crate) unauthenticated: u32,
    /// Octets of the largest datagram that did not fit the buffer.
    pub(crate) datagram_needed: u16,
    /// Octets of a handshake message that did not fit the reassembly buffer.
    pub(crate) reassembly_needed: u32,
    /// Octets of the memory that everything to remember would have taken, if it did not fit.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info_needed: u16,
    /// The messages that the server left out.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info: CachedTypes,
}

impl Counters {
    pub(crate) fn malformed(&mut self) {
        up(&mut self.malformed);
    }

    pub(crate) fn replayed(&mut self) {
        up(&mut self.replayed);
    }

    pub(crate) fn out_of_place(&mut self) {
        up(&mut self.out_of_place);
    }

    pub(crate) fn lost(&mut self) {
        up(&mut self.lost);
    }

    pub(crate) fn retransmitted(&mut self) {
        up(&mut self.retransmissions);
    }

    pub(crate) fn unauthenticated(&mut self) {
        self.unauthenticated = self.unauthenticated.saturating_add(1);
    }

    pub(crate) fn truncated(&mut self, length: usize) {
        up(&mut self.truncated);
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        self.datagram_needed = self.datagram_needed.max(length);
    }
}

/// Counts one. The calls of it are shorter than what it does.
#[inline(never)]
fn up(counter: &mut u16) {
    *counter = counter.saturating_add(1);
}
