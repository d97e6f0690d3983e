//! Pre-shared keys (draft section 5.1, RFC 4279).

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::error::Error;
use crate::host::{Host, PskLookup};

/// The most octets of a key. RFC 4279 section 5.3 asks for 64.
pub const PSK_KEY_MAX: usize = crate::key_schedule::PSK_MAX;
/// The most octets of an identity. RFC 4279 section 5.3 asks for 128.
pub const PSK_IDENTITY_MAX: usize = 128;
/// What a key usually has: the length of an AES-128 key.
const PSK_KEY_USUAL: usize = 16;

/// An identity and its key, both borrowed.
#[derive(Clone, Copy)]
pub struct Psk<'a> {
    pub(crate) identity: &'a [u8],
    pub(crate) key: &'a [u8],
}

impl<'a> Psk<'a> {
    /// Takes an identity of up to [`PSK_IDENTITY_MAX`] octets (any octets: requirement 5.1-2) and
    /// a key of 1 to [`PSK_KEY_MAX`].
    ///
    /// # Errors
    /// [`Error::Size`] for other lengths.
    pub fn new(identity: &'a [u8], key: &'a [u8]) -> Result<Self, Error> {
        if identity.len() > PSK_IDENTITY_MAX || key.is_empty() || key.len() > PSK_KEY_MAX {
            return Err(Error::Size);
        }
        Ok(Psk { identity, key })
    }
}

/// The key of the peer's identity, or one that nobody knows; wiped when dropped.
pub(crate) struct PeerKey {
    octets: [u8; PSK_KEY_MAX],
    length: usize,
    /// Whether it is the key of the identity. Nothing becomes connected with one that is not.
    pub(crate) is_known: bool,
}

impl PeerKey {
    /// No key yet. Keys are put in where it lies: what is moved leaves its octets behind.
    pub(crate) fn none() -> Self {
        PeerKey {
            octets: [0; PSK_KEY_MAX],
            length: 0,
            is_known: false,
        }
    }

    fn set(&mut self, key: &[u8]) {
        self.octets.zeroize();
        for (to, from) in self.octets.iter_mut().zip(key) {
            *to = *from;
        }
        self.length = key.len();
    }

    pub(crate) fn octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or(&self.octets)
    }
}

impl Drop for PeerKey {
    fn drop(&mut self) {
        self.octets.zeroize();
    }
}

/// Server: puts the key of `identity` into `key`; whether there is one, or the application has not
/// answered yet. An identity that is longer than any (`None`) is nobody's.
///
/// Requirement 6-4: an unknown identity is not to be told from a wrong key by time or message. So
/// a random key is drawn and the application asked for every identity, and what is not known goes
/// on with the random key.
pub(crate) fn find(
    identity: Option<&[u8]>,
    configured: Option<Psk<'_>>,
    host: &mut dyn Host,
    key: &mut PeerKey,
) -> Result<bool, Error> {
    let mut random = [0; PSK_KEY_USUAL];
    host.random(&mut random)?;
    let answered = look_up(identity, configured, host, key);
    if answered == Ok(true) && !key.is_known {
        // Whatever the look-up has left in the memory it was given is no key.
        key.set(&random);
    }
    random.zeroize();
    answered
}

/// Server: looks for the key of `identity`; what is put into `key` is none unless it `is_known`.
/// Whether the application has answered.
pub(crate) fn look_up(
    identity: Option<&[u8]>,
    configured: Option<Psk<'_>>,
    host: &mut dyn Host,
    key: &mut PeerKey,
) -> Result<bool, Error> {
    if let Some(identity) = identity {
        let answer = host.psk_lookup(identity, &mut key.octets);
        // Requirement 5.1-3: octet by octet.
        if let Some(psk) = configured.filter(|psk| bool::from(psk.identity.ct_eq(identity))) {
            key.set(psk.key);
            key.is_known = true;
        } else {
            match answer {
                PskLookup::Found(length) if (1..=PSK_KEY_MAX).contains(&length) => {
                    key.length = length;
                    key.is_known = true;
                }
                PskLookup::Unknown => {}
                PskLookup::Pending => return Ok(false),
                PskLookup::Found(_) | PskLookup::Failed => return Err(Error::Callback),
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{RandomFailure, Sent};

    struct Directory {
        answer: PskLookup,
        random_works: bool,
    }

    impl Host for Directory {
        fn send(&mut self, _: &[u8]) -> Sent {
            Sent::Failed
        }

        fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
            out.fill(0xEE);
            if self.random_works {
                Ok(())
            } else {
                Err(RandomFailure::Failed)
            }
        }

        fn psk_lookup(&mut self, identity: &[u8], key: &mut [u8]) -> PskLookup {
            key.fill(0);
            if identity == b"known" {
                for octet in key.iter_mut().take(20) {
                    *octet = 5;
                }
                return self.answer;
            }
            PskLookup::Unknown
        }
    }

    fn find_with(answer: PskLookup, identity: &[u8]) -> Result<Option<PeerKey>, Error> {
        let mut host = Directory {
            answer,
            random_works: true,
        };
        let mut key = PeerKey::none();
        let configured = Psk::new(b"mine\0x", &[9; 24]).ok();
        let answered = find(Some(identity), configured, &mut host, &mut key)?;
        Ok(answered.then_some(key))
    }

    fn octets(found: Result<Option<PeerKey>, Error>) -> Option<([u8; 64], usize)> {
        let key = found.ok()??;
        let mut octets = [0; 64];
        octets[..key.octets().len()].copy_from_slice(key.octets());
        Some((octets, key.octets().len()))
    }

    #[test]
    fn configured_and_looked_up_keys_are_found() {
        let (key, length) = octets(find_with(PskLookup::Unknown, b"mine\0x")).unwrap_or_default_();
        assert_eq!((key[0], length), (9, 24));
        let (key, length) = octets(find_with(PskLookup::Found(20), b"known")).unwrap_or_default_();
        assert_eq!((key[19], length), (5, 20));
    }

    /// Bug class 51: an identity is no C string.
    #[test]
    fn an_unknown_identity_gets_a_random_key_whatever_the_look_up_writes() {
        for identity in [&b"mine"[..], b"mine\0y", b"", b"Mine\0x", b"mine\0x\0"] {
            let found = find_with(PskLookup::Unknown, identity);
            assert!(matches!(&found, Ok(Some(key)) if !key.is_known));
            let (key, length) = octets(found).unwrap_or_default_();
            assert_eq!((&key[..16], length), (&[0xEE; 16][..], 16), "{identity:?}");
        }
        let mut host = Directory {
            answer: PskLookup::Unknown,
            random_works: true,
        };
        let mut key = PeerKey::none();
        assert_eq!(find(None, None, &mut host, &mut key), Ok(true));
        assert!(!key.is_known && key.octets() == [0xEE; 16]);
    }

    #[test]
    fn pending_failing_and_absurd_answers() {
        assert!(matches!(find_with(PskLookup::Pending, b"known"), Ok(None)));
        for answer in [PskLookup::Failed, PskLookup::Found(0), PskLookup::Found(65)] {
            assert!(matches!(find_with(answer, b"known"), Err(Error::Callback)));
        }
    }

    #[test]
    fn a_failing_random_source_stops_the_handshake() {
        let mut host = Directory {
            answer: PskLookup::Unknown,
            random_works: false,
        };
        let found = find(Some(b"x"), None, &mut host, &mut PeerKey::none());
        assert_eq!(found, Err(Error::Random));
    }

    #[test]
    fn lengths_are_checked() {
        assert!(Psk::new(&[0; 128], &[0; 64]).is_ok());
        assert!(Psk::new(&[0; 129], &[0; 64]).is_err());
        assert!(Psk::new(&[], &[0; 65]).is_err());
        assert!(Psk::new(&[], &[]).is_err());
    }

    trait OrDefault<T> {
        fn unwrap_or_default_(self) -> T;
    }

    impl OrDefault<([u8; 64], usize)> for Option<([u8; 64], usize)> {
        fn unwrap_or_default_(self) -> ([u8; 64], usize) {
            self.unwrap_or(([0; 64], 0))
        }
    }
}
