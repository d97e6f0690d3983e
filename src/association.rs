//! Floor 6: an association: what a connected peer keeps, and nothing that only a handshake needs.

use crate::config::MaxFragmentLength;
use crate::key_schedule::MasterSecret;
use crate::record::Protection;
use crate::suite::Suite;
use crate::wire::RANDOM_LENGTH;
use crate::wire::finished::VERIFY_DATA_LENGTH;

/// Octets of a peer's identity that are kept after the workspace is gone.
pub(crate) const SHORT_IDENTITY_MAX: usize = 32;

/// What two ends agreed on and share.
#[derive(Default)]
pub(crate) struct Association {
    pub(crate) protection: Protection,
    /// With the Randoms, for the exporter (RFC 5705).
    pub(crate) master_secret: Option<MasterSecret>,
    pub(crate) randoms: Randoms,
    pub(crate) negotiated: Negotiated,
    pub(crate) own_finished: OwnFinished,
    pub(crate) peer: ShortIdentity,
}

// The design's bound, on every target.
const _: () = assert!(size_of::<Association>() <= 256);

impl Association {
    /// Destroys everything secret.
    pub(crate) fn wipe(&mut self) {
        // Keys and master secret wipe themselves when they are dropped.
        self.protection = Protection::default();
        self.master_secret = None;
    }
}

/// Both Randoms.
#[derive(Default)]
pub(crate) struct Randoms {
    pub(crate) client: [u8; RANDOM_LENGTH],
    pub(crate) server: [u8; RANDOM_LENGTH],
}

/// What the two hellos settled.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Negotiated {
    pub(crate) suite: Option<Suite>,
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,
    pub(crate) extended_master_secret: bool,
    pub(crate) secure_renegotiation: bool,
}

impl Negotiated {
    /// The most octets of content of a record.
    pub(crate) fn record_limit(&self) -> usize {
        match self.max_fragment_length {
            Some(length) => usize::from(length.octets()),
            None => crate::wire::record_header::PLAINTEXT_MAX,
        }
    }
}

/// Our Finished, which can be asked for again after everything else of the handshake is gone.
#[derive(Default)]
pub(crate) struct OwnFinished {
    pub(crate) verify_data: [u8; VERIFY_DATA_LENGTH],
    pub(crate) message_seq: u16,
}

/// The front of the peer's identity.
#[derive(Default)]
pub(crate) struct ShortIdentity {
    octets: [u8; SHORT_IDENTITY_MAX],
    length: u8,
    truncated: bool,
}

impl ShortIdentity {
    pub(crate) fn set(&mut self, identity: &[u8]) {
        let mut length = 0;
        for (to, from) in self.octets.iter_mut().zip(identity) {
            *to = *from;
            length += 1;
        }
        self.length = length;
        self.truncated = identity.len() > SHORT_IDENTITY_MAX;
    }

    pub(crate) fn octets(&self) -> &[u8] {
        self.octets
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    pub(crate) fn is_truncated(&self) -> bool {
        self.truncated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_identity_is_cut_and_says_so() {
        let mut identity = ShortIdentity::default();
        assert_eq!(identity.octets(), b"");
        identity.set(&[7; 32]);
        assert_eq!(
            (identity.octets(), identity.is_truncated()),
            (&[7; 32][..], false)
        );
        identity.set(&[8; 33]);
        assert_eq!(
            (identity.octets(), identity.is_truncated()),
            (&[8; 32][..], true)
        );
        identity.set(b"a");
        assert_eq!(
            (identity.octets(), identity.is_truncated()),
            (&b"a"[..], false)
        );
    }

    /// What is secret goes with it: nothing of the keys is left in memory after `wipe`.
    #[test]
    fn a_wiped_association_has_no_keys() {
        let mut association = Association {
            master_secret: Some(MasterSecret::from_octets(&[9; 48])),
            ..Association::default()
        };
        association.wipe();
        assert!(association.master_secret.is_none());
        let mut out = [0; 64];
        let sealed = association.protection.seal(
            &mut out,
            crate::wire::record_header::ContentType::ALERT,
            1,
            2,
        );
        assert!(sealed.is_err());
    }
}
