//! The premaster secret of a PSK, and the master secret.

use zeroize::ZeroizeOnDrop;

use super::prf;
use crate::crypto::{Digest, HmacSha256, Mac};

/// "The master secret is always exactly 48 bytes in length" (RFC 5246 section 8.1).
pub(crate) const MASTER_SECRET_LENGTH: usize = 48;

/// The longest PSK in octets: "TLS implementations supporting these ciphersuites MUST support [...]
/// arbitrary PSKs up to 64 octets in length" (RFC 4279 section 5.3).
pub(crate) const PSK_MAX: usize = 64;

/// HMAC keyed with the premaster secret of plain PSK; `psk` has at most [`PSK_MAX`] octets.
///
/// "if the PSK is N octets long, concatenate a uint16 with the value N, N zero octets, a second
/// uint16 with the value N, and the PSK itself" (RFC 4279 section 2).
#[inline(never)]
pub(crate) fn psk_premaster(psk: &[u8]) -> HmacSha256 {
    const ZEROS: [u8; PSK_MAX] = [0; PSK_MAX];
    // Of a longer key, which nobody can set, no premaster secret would be that of the peer.
    let zeros = ZEROS.get(..psk.len()).unwrap_or_default();
    let length = (psk.len() as u16).to_be_bytes();
    HmacSha256::new(&[&length, zeros, &length, psk])
}

/// The secret that both ends keep, for the exporter and for resumption.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct MasterSecret([u8; MASTER_SECRET_LENGTH]);

impl MasterSecret {
    /// "master_secret = PRF(pre_master_secret, "extended master secret", session_hash)\[0..47\]"
    /// (RFC 7627 section 4).
    pub(crate) fn extended(premaster: &HmacSha256, session_hash: &Digest) -> Self {
        Self::derive(premaster, b"extended master secret", &[session_hash])
    }

    /// "master_secret = PRF(pre_master_secret, "master secret", ClientHello.random +
    /// ServerHello.random)\[0..47\]" (RFC 5246 section 8.1).
    pub(crate) fn classic(
        premaster: &HmacSha256,
        client_random: &[u8; 32],
        server_random: &[u8; 32],
    ) -> Self {
        Self::derive(premaster, b"master secret", &[client_random, server_random])
    }

    fn derive(premaster: &HmacSha256, label: &[u8], seed: &[&[u8]]) -> Self {
        let mut secret = Self([0; MASTER_SECRET_LENGTH]);
        prf(premaster, label, seed, &mut secret.0);
        secret
    }

    /// From a stored session.
    pub(crate) fn from_octets(octets: &[u8; MASTER_SECRET_LENGTH]) -> Self {
        Self(*octets)
    }

    pub(crate) fn as_octets(&self) -> &[u8; MASTER_SECRET_LENGTH] {
        &self.0
    }

    /// HMAC keyed with the secret: two compressions, so once a handshake.
    pub(crate) fn keyed(&self) -> HmacSha256 {
        HmacSha256::new(&[&self.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;
    use crate::key_schedule::tests::{CLIENT_RANDOM, SERVER_RANDOM, SESSION_HASH, counting};

    /// All from `openssl kdf -kdfopt digest:SHA256 TLS1-PRF`, with premaster secrets put together
    /// by hand. The second PSK, c0 to ff, is the longest one.
    #[test]
    fn psk() {
        let premaster = psk_premaster(&counting::<16>(0xc0));
        assert_eq!(
            *MasterSecret::extended(&premaster, &SESSION_HASH).as_octets(),
            hex("7f2ede22c2729afac4fcd45589dd304e8182d121d2bc4c8d
                 5de1a0564c5727a972bc72985b12d0261ae518c3e3d70ff5")
        );
        assert_eq!(
            *MasterSecret::classic(&premaster, &CLIENT_RANDOM, &SERVER_RANDOM).as_octets(),
            hex("6249beb8212f3280944efedb67317ceeb22679a6660c6637
                 de2eca464d23caf1ad6d12ed34e1a92fc6792ca4ab98577e")
        );
        let premaster = psk_premaster(&counting::<64>(0xc0));
        assert_eq!(
            *MasterSecret::extended(&premaster, &SESSION_HASH).as_octets(),
            hex("2d02b2bac253abf9b144f2fe366a6b84cb0b72014b1727dc
                 dc6043d5372ba03f045c7c3821767c125b8789cfbd789c10")
        );
        assert_eq!(
            *MasterSecret::classic(&premaster, &CLIENT_RANDOM, &SERVER_RANDOM).as_octets(),
            hex("d0c5c0318bfe0bdfb55966393f5d2763d8dbfa25ca52c0b9
                 1d03c1a8c704781698fc4618813e3437f39a707f6e595c04")
        );
    }

    /// An ECDH shared secret of 80 81 ... 9f, from the same tool.
    #[test]
    fn ecdh() {
        let premaster = HmacSha256::new(&[&counting::<32>(0x80)]);
        assert_eq!(
            *MasterSecret::extended(&premaster, &SESSION_HASH).as_octets(),
            hex("40c4a49a2b98358940e3b332ef2b3bec707cd87e94b53d3e
                 67a740ded7ad4e93b208aa1ac90032baa2d1d0faeae76b09")
        );
    }
}
