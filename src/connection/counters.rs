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
        self.malformed = self.malformed.saturating_add(1);
    }

    pub(crate) fn replayed(&mut self) {
        self.replayed = self.replayed.saturating_add(1);
    }

    pub(crate) fn out_of_place(&mut self) {
        self.out_of_place = self.out_of_place.saturating_add(1);
    }

    pub(crate) fn lost(&mut self) {
        self.lost = self.lost.saturating_add(1);
    }

    pub(crate) fn retransmitted(&mut self) {
        self.retransmissions = self.retransmissions.saturating_add(1);
    }

    pub(crate) fn unauthenticated(&mut self) {
        self.unauthenticated = self.unauthenticated.saturating_add(1);
    }

    pub(crate) fn truncated(&mut self, length: usize) {
        self.truncated = self.truncated.saturating_add(1);
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        self.datagram_needed = self.datagram_needed.max(length);
    }
}
