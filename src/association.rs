//! Floor 6: an association: what a connected peer keeps, and nothing that only a handshake needs.

use crate::config::MaxFragmentLength;
use crate::credential::peer::PeerKind;
use crate::key_schedule::MasterSecret;
use crate::record::Protection;
use crate::suite::Suite;
use crate::wire::RANDOM_LENGTH;
#[cfg(feature = "heartbeat")]
use crate::wire::extension::HeartbeatMode;
use crate::wire::finished::VERIFY_DATA_LENGTH;

/// What two ends agreed on and share.
#[derive(Default)]
pub(crate) struct Association {
    pub(crate) protection: Protection,
    /// With the Randoms, for the exporter (RFC 5705).
    pub(crate) master_secret: Option<MasterSecret>,
    pub(crate) randoms: Randoms,
    pub(crate) negotiated: Negotiated,
    pub(crate) own_finished: OwnFinished,
    pub(crate) names: Names,
    /// When the peer's certificates cease to be valid, in units of 64 seconds since 1970, which
    /// takes no division; 0 for never.
    #[cfg(feature = "public-key")]
    not_after_64s: u32,
}

// The design's bound, on every target; a public key's peer is known by 32 octets more.
const _: () = assert!(
    size_of::<Association>()
        <= if cfg!(feature = "public-key") {
            304
        } else {
            256
        }
);

impl Association {
    /// When the peer's certificates cease to be valid, in seconds since 1970; rounded down.
    pub(crate) fn not_after(&self) -> Option<u64> {
        #[cfg(feature = "public-key")]
        if self.not_after_64s > 0 {
            return Some(u64::from(self.not_after_64s) << 6);
        }
        None
    }

    pub(crate) fn set_not_after(&mut self, seconds: Option<u64>) {
        #[cfg(feature = "public-key")]
        {
            // A certificate that has not been valid since the first minute of 1970 is valid never.
            let units = |seconds: u64| u32::try_from((seconds >> 6).max(1)).unwrap_or(u32::MAX);
            self.not_after_64s = seconds.map_or(0, units);
        }
        #[cfg(not(feature = "public-key"))]
        let _ = seconds;
    }

    /// Destroys everything secret.
    pub(crate) fn wipe(&mut self) {
        // Keys and master secret wipe themselves when they are dropped.
        self.protection.wipe();
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
    pub(crate) resumed: bool,
    /// Server: the number of the configuration that serves the client.
    #[cfg(feature = "public-key")]
    pub(crate) configuration: u8,
    #[cfg(feature = "heartbeat")]
    pub(crate) heartbeat: Option<HeartbeatModes>,
}

/// What the two ends have said of heartbeats, in one octet.
#[cfg(feature = "heartbeat")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeartbeatModes {
    /// Both answer requests.
    Both,
    OnlyWeAnswer,
    OnlyPeerAnswers,
    Nobody,
}

#[cfg(feature = "heartbeat")]
impl HeartbeatModes {
    pub(crate) fn new(own: HeartbeatMode, peer: HeartbeatMode) -> Self {
        match (own, peer) {
            (HeartbeatMode::PeerAllowed, HeartbeatMode::PeerAllowed) => Self::Both,
            (HeartbeatMode::PeerAllowed, HeartbeatMode::PeerNotAllowed) => Self::OnlyWeAnswer,
            (HeartbeatMode::PeerNotAllowed, HeartbeatMode::PeerAllowed) => Self::OnlyPeerAnswers,
            (HeartbeatMode::PeerNotAllowed, HeartbeatMode::PeerNotAllowed) => Self::Nobody,
        }
    }

    /// Whether we answer.
    pub(crate) fn we_answer(self) -> bool {
        matches!(self, Self::Both | Self::OnlyWeAnswer)
    }

    /// Whether we may ask.
    pub(crate) fn peer_answers(self) -> bool {
        matches!(self, Self::Both | Self::OnlyPeerAnswers)
    }

    /// What we have said.
    pub(crate) fn own(self) -> HeartbeatMode {
        if self.we_answer() {
            HeartbeatMode::PeerAllowed
        } else {
            HeartbeatMode::PeerNotAllowed
        }
    }
}

impl Negotiated {
    /// Server: the number of the configuration that serves the client.
    pub(crate) fn number(&self) -> u8 {
        #[cfg(feature = "public-key")]
        return self.configuration;
        #[cfg(not(feature = "public-key"))]
        0
    }

    pub(crate) fn is_ecdhe(&self) -> bool {
        self.suite.is_some_and(Suite::is_ecdhe)
    }

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

/// Octets for the session id and the front of what stands for the peer.
#[cfg(not(feature = "public-key"))]
const NAMES_LENGTH: usize = 48;
/// Octets for the session id and the front of what stands for the peer: a hash, an EUI-64, and of a
/// name what fits.
#[cfg(feature = "public-key")]
const NAMES_LENGTH: usize = 88;

/// The most octets of a PSK identity among them.
const IDENTITY_MAX: usize = 32;

/// What the session and the peer are called: the session id, of up to 32 octets, and behind it the
/// front of the octets that stand for the peer.
pub(crate) struct Names {
    octets: [u8; NAMES_LENGTH],
    id_length: u8,
    /// Of the whole, of which only the front may be kept.
    identity_length: u8,
    kind: PeerKind,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            octets: [0; NAMES_LENGTH],
            id_length: 0,
            identity_length: 0,
            kind: PeerKind::None,
        }
    }
}

impl Names {
    /// Sets the session id, and forgets the peer.
    pub(crate) fn set_session_id(&mut self, id: &[u8]) {
        self.id_length = copy_front(&mut self.octets, id);
        self.identity_length = 0;
        self.kind = PeerKind::None;
    }

    pub(crate) fn session_id(&self) -> &[u8] {
        let (id, _) = self.split();
        id
    }

    /// Sets what stands for the peer (see [`crate::credential::peer`]); at a client with a
    /// pre-shared key, its own identity.
    pub(crate) fn set_identity(&mut self, kind: PeerKind, identity: &[u8]) {
        self.kind = kind;
        self.identity_length = identity.len().min(usize::from(u8::MAX)) as u8;
        let place = usize::from(self.id_length)..self.end();
        copy_front(self.octets.get_mut(place).unwrap_or_default(), identity);
    }

    /// The end of the identity's place.
    fn end(&self) -> usize {
        match self.kind {
            PeerKind::Psk => NAMES_LENGTH.min(usize::from(self.id_length) + IDENTITY_MAX),
            _ => NAMES_LENGTH,
        }
    }

    pub(crate) fn kind(&self) -> PeerKind {
        self.kind
    }

    pub(crate) fn identity(&self) -> &[u8] {
        let start = usize::from(self.id_length);
        let end = self.end().min(start + usize::from(self.identity_length));
        self.octets.get(start..end).unwrap_or_default()
    }

    pub(crate) fn is_truncated(&self) -> bool {
        self.identity().len() < usize::from(self.identity_length)
    }

    fn split(&self) -> (&[u8], &[u8]) {
        self.octets
            .split_at_checked(usize::from(self.id_length))
            .unwrap_or_default()
    }
}

/// Copies as much as fits; how much that was.
fn copy_front(place: &mut [u8], octets: &[u8]) -> u8 {
    let mut length = 0;
    for (to, from) in place.iter_mut().zip(octets) {
        *to = *from;
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_identity_is_cut_and_says_so() {
        let mut names = Names::default();
        assert_eq!((names.session_id(), names.identity()), (&[][..], &[][..]));
        names.set_session_id(&[1; 16]);
        names.set_identity(PeerKind::Psk, &[7; 32]);
        assert_eq!(names.session_id(), [1; 16]);
        assert_eq!(
            (names.identity(), names.is_truncated()),
            (&[7; 32][..], false)
        );
        names.set_identity(PeerKind::Psk, &[8; 33]);
        assert_eq!(
            (names.identity(), names.is_truncated()),
            (&[8; 32][..], true)
        );
        names.set_session_id(&[2; 32]);
        assert_eq!((names.identity(), names.kind()), (&b""[..], PeerKind::None));
        names.set_identity(PeerKind::RawPublicKey, &[9; 65]);
        let front = NAMES_LENGTH - 32;
        assert_eq!(
            (names.identity(), names.is_truncated()),
            (&[9; 65][..front], true)
        );
        assert_eq!(names.session_id(), [2; 32]);
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
            2,
        );
        assert!(sealed.is_err());
    }
}
