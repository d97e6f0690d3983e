//! Floor 3: from a premaster secret to everything that both ends derive from it.
//!
//! ```text
//! psk ──psk_premaster──┐
//! ECDH shared secret ──┴─> premaster secret ──MasterSecret::extended (or classic)──> master secret
//!                                                        ^                               │
//! handshake messages ──Transcript── session hash ────────┘              keyed, once a handshake
//!                           │                                                            │
//!                           │                     KeyBlock::derive  <── the Randoms ─────┤
//!                           └──── digests ──────> verify_data       <────────────────────┤
//!                                                 export            <── the Randoms ─────┘
//! ```
//!
//! Every arrow from a secret is the PRF of RFC 5246 section 5 with HMAC-SHA-256. A secret is keyed
//! into HMAC once and then used from its midstates.

mod exporter;
mod finished;
mod key_block;
mod master_secret;
mod prf;
mod transcript;

pub(crate) use exporter::export;
pub(crate) use finished::{Sender, verify_data};
pub(crate) use key_block::{DirectionKeys, KeyBlock};
pub(crate) use master_secret::{MASTER_SECRET_LENGTH, MasterSecret, PSK_MAX, psk_premaster};
pub(crate) use prf::prf;
pub(crate) use transcript::Transcript;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use core::mem::needs_drop;

    use super::*;
    use crate::crypto::soft::compressions;
    use crate::crypto::{Aes128Ccm8, Digest, HmacSha256};

    pub(super) const CLIENT_RANDOM: [u8; 32] = counting(0x00);
    pub(super) const SERVER_RANDOM: [u8; 32] = counting(0x80);
    pub(super) const SESSION_HASH: Digest = counting(0x40);

    /// N octets that count up from `first`.
    pub(super) const fn counting<const N: usize>(first: u8) -> [u8; N] {
        let mut octets = [0; N];
        let mut i = 0;
        while i < N {
            octets.as_mut_slice()[i] = first + i as u8;
            i += 1;
        }
        octets
    }

    /// HMAC keyed with the extended master secret of the PSK c0 c1 ... cf: 7f 2e de 22 ...
    pub(super) fn keyed_master() -> HmacSha256 {
        let premaster = psk_premaster(&counting::<16>(0xc0));
        MasterSecret::extended(&premaster, &SESSION_HASH).keyed()
    }

    /// What one end derives in a PSK handshake takes 35 compressions; with at most 7 for its
    /// transcript, both ends stay within the 84 of docs/footprint.md.
    #[test]
    fn compressions_of_a_handshake() {
        let derived = compressions(|| {
            let keyed = keyed_master();
            KeyBlock::derive(&keyed, &CLIENT_RANDOM, &SERVER_RANDOM);
            verify_data(&keyed, Sender::Client, &SESSION_HASH);
            verify_data(&keyed, Sender::Server, &SESSION_HASH);
        });
        assert_eq!(derived, 35);
    }

    /// Whatever holds a secret has something to do on drop: the wiping.
    #[test]
    fn secrets_are_wiped() {
        assert!(needs_drop::<HmacSha256>());
        assert!(needs_drop::<MasterSecret>());
        assert!(needs_drop::<Aes128Ccm8>());
    }
}
