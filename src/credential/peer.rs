//! What is known of a peer once its credential was accepted, and the octets that stand for it:
//! they are kept in the handshake's memory, in the association (their front), and in sessions.

#[cfg(feature = "public-key")]
use crate::crypto::Digest;

/// The most octets that stand for a peer: those of the longest PSK identity.
pub(crate) const IDENTITY_MAX: usize = super::psk::PSK_IDENTITY_MAX;

/// What a peer has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(crate) enum PeerKind {
    /// Nothing: a client that was not asked, or had nothing.
    #[default]
    None = 0,
    /// A pre-shared key; the octets are its identity.
    Psk = 1,
    /// A raw public key; the octets are its SHA-256 hash.
    RawPublicKey = 2,
    /// A certificate; the octets are those of a [`Certified`].
    Certificate = 3,
}

impl PeerKind {
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [
            PeerKind::None,
            PeerKind::Psk,
            PeerKind::RawPublicKey,
            PeerKind::Certificate,
        ]
        .into_iter()
        .find(|kind| *kind as u8 == number)
    }
}

/// The octets of a peer, whole.
pub(crate) struct Identity {
    pub(crate) kind: PeerKind,
    octets: [u8; IDENTITY_MAX],
    /// One longer than the longest says that it did not fit: nobody has such an identity.
    length: u8,
}

impl Default for Identity {
    fn default() -> Self {
        Identity {
            kind: PeerKind::None,
            octets: [0; IDENTITY_MAX],
            length: 0,
        }
    }
}

impl Identity {
    /// Adds octets, as many as fit.
    #[cfg(feature = "public-key")]
    fn add(&mut self, octets: &[u8]) {
        let place = usize::from(self.length)..;
        let free = self.octets.get_mut(place).unwrap_or_default();
        for (to, from) in free.iter_mut().zip(octets) {
            *to = *from;
            self.length += 1;
        }
    }

    pub(crate) fn set(&mut self, kind: PeerKind, identity: &[u8]) {
        self.kind = kind;
        for (to, from) in self.octets.iter_mut().zip(identity) {
            *to = *from;
        }
        self.length = identity.len().min(IDENTITY_MAX + 1) as u8;
    }

    /// `None` when it did not fit.
    pub(crate) fn octets(&self) -> Option<&[u8]> {
        self.octets.get(..usize::from(self.length))
    }
}

/// What a public key's peer is known by: the hash of the key and, with a certificate, an EUI-64 and
/// a name.
#[cfg(feature = "public-key")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Certified<'a> {
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(crate) key_hash: &'a Digest,
    pub(crate) eui64: Option<&'a [u8; 8]>,
    pub(crate) name: &'a [u8],
}

#[cfg(feature = "public-key")]
impl<'a> Certified<'a> {
    /// Reads the octets of a peer, or their front.
    pub(crate) fn parse(octets: &'a [u8]) -> Option<Self> {
        let (key_hash, rest) = octets.split_first_chunk()?;
        let (eui64, name) = match rest.split_first() {
            Some((1, rest)) => {
                let (eui64, name) = rest.split_first_chunk()?;
                (Some(eui64), name)
            }
            Some((_, name)) => (None, name),
            None => (None, &[][..]),
        };
        Some(Certified {
            key_hash,
            eui64,
            name,
        })
    }

    /// Whether this name may be the front of a longer one, which did not fit.
    pub(crate) fn is_cut(&self) -> bool {
        let before = size_of::<Digest>() + 1 + self.eui64.map_or(0, |eui64| eui64.len());
        before + self.name.len() >= IDENTITY_MAX
    }

    /// Writes the octets that stand for the peer; a name that is too long is cut.
    pub(crate) fn write(&self, kind: PeerKind, identity: &mut Identity) {
        let eui64 = self.eui64.map_or(&[][..], |eui64| &eui64[..]);
        let (has_eui64, name) = match kind {
            PeerKind::Certificate => (&[!eui64.is_empty() as u8][..], self.name),
            _ => (&[][..], &[][..]),
        };
        let octets = [&self.key_hash[..], has_eui64, eui64, name];
        identity.kind = kind;
        identity.length = 0;
        for part in octets {
            identity.add(part);
        }
    }
}

#[cfg(all(test, feature = "public-key"))]
mod tests {
    use super::*;

    #[test]
    fn a_peer_survives_its_octets() {
        for (kind, eui64, name) in [
            (PeerKind::RawPublicKey, None, &b""[..]),
            (PeerKind::Certificate, None, b"coap.example"),
            (PeerKind::Certificate, Some(&[7; 8]), b"coap.example"),
            (PeerKind::Certificate, Some(&[7; 8]), b""),
        ] {
            let peer = Certified {
                key_hash: &[5; 32],
                eui64,
                name,
            };
            let mut identity = Identity::default();
            peer.write(kind, &mut identity);
            let octets = identity.octets().unwrap();
            assert_eq!(Certified::parse(octets), Some(peer));
            // The association keeps only the front.
            let front = Certified::parse(&octets[..octets.len().min(44)]).unwrap();
            assert_eq!((front.key_hash, front.eui64), (peer.key_hash, eui64));
        }
        assert_eq!(Certified::parse(&[0; 31]), None);
        assert_eq!(Certified::parse(&[1; 40]), None);
    }

    #[test]
    fn a_long_name_is_cut() {
        let peer = Certified {
            key_hash: &[5; 32],
            eui64: None,
            name: &[b'a'; 200],
        };
        let mut identity = Identity::default();
        peer.write(PeerKind::Certificate, &mut identity);
        assert_eq!(identity.octets().map(<[u8]>::len), Some(IDENTITY_MAX));
    }
}
