//! Floor 5: sessions that can be resumed (draft section 7, RFC 5246 section 7.3), as the octets
//! that the application keeps of them.
//!
//! A session is only made with extended_master_secret (RFC 7627 section 5.4). What is kept is
//! versioned and carries a check value, so that octets that were cut, mixed up or altered by
//! accident are refused. It holds the master secret in the clear: keep it as you keep a key.

use subtle::ConstantTimeEq;

use crate::config::{MaxFragmentLength, Role};
use crate::credential::peer::{IDENTITY_MAX, PeerKind};
use crate::crypto::{Digest, Hash, Sha256};
use crate::error::{Error, Malformed};
use crate::key_schedule::{MASTER_SECRET_LENGTH, MasterSecret};
use crate::suite::Suite;
use crate::wire::{Length, Reader, SESSION_ID_MAX, Sink, Window};

/// Changes with the form of the octets.
const VERSION: u8 = 2;

/// Where the length of the id stands: behind version, role, suite and two maximum fragment lengths.
const ID_OFFSET: usize = 8;

/// Octets of the check value.
const CHECK_LENGTH: usize = 16;

/// Octets of the session ids that our server makes: random, and long enough never to meet again.
pub(crate) const OWN_SESSION_ID_LENGTH: usize = 16;

/// How long a session can be resumed. RFC 5246 F.1.4: "An upper limit of 24 hours is suggested for
/// session ID lifetimes".
pub const SESSION_LIFETIME_MS: u32 = 24 * 60 * 60 * 1000;

/// The most octets of a session that is kept.
pub const SESSION_MAX: usize = 280;

/// A session, read from or about to become octets.
#[derive(Clone, Copy)]
pub(crate) struct Session<'a> {
    /// Whose session: a client's and a server's are not taken for one another.
    pub(crate) role: Role,
    pub(crate) suite: Suite,
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,
    /// What the client had asked for: a server may have passed it over.
    pub(crate) asked_fragment_length: Option<MaxFragmentLength>,
    pub(crate) id: &'a [u8],
    pub(crate) master_secret: &'a [u8; MASTER_SECRET_LENGTH],
    /// To the server's name and the credential: see [`binding`].
    pub(crate) binding: Digest,
    pub(crate) peer: PeerKind,
    /// What stands for the peer: see [`crate::credential::peer`].
    pub(crate) identity: &'a [u8],
    /// Seconds since 1970 after which the peer's certificates are not valid any more.
    pub(crate) not_after: Option<u64>,
    /// Server: when it was made, on the clock of `mote_io.now_ms`.
    pub(crate) made_ms: u32,
}

impl<'a> Session<'a> {
    /// Reads octets that come from where the application keeps them.
    pub(crate) fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        let (content, check) = split(octets)?;
        if !bool::from(check_value(content).ct_eq(check)) {
            return Err(Malformed);
        }
        Session::read(octets)
    }

    /// Reads octets that were checked before.
    pub(crate) fn read(octets: &'a [u8]) -> Result<Self, Malformed> {
        let (content, _) = split(octets)?;
        let mut reader = Reader::new(content);
        if reader.u8()? != VERSION {
            return Err(Malformed);
        }
        let role = match reader.u8()? {
            0 => Role::Client,
            1 => Role::Server,
            _ => return Err(Malformed),
        };
        let session = Session {
            role,
            suite: Suite::from_number(reader.u16()?).ok_or(Malformed)?,
            max_fragment_length: fragment_length(&mut reader)?,
            asked_fragment_length: fragment_length(&mut reader)?,
            id: reader.vector8()?,
            master_secret: reader.array()?,
            binding: *reader.array()?,
            peer: PeerKind::from_number(reader.u8()?).ok_or(Malformed)?,
            identity: reader.vector8()?,
            not_after: match u64::from_be_bytes(*reader.array()?) {
                u64::MAX => None,
                seconds => Some(seconds),
            },
            made_ms: reader.u32()?,
        };
        reader.finish()?;
        if session.id.is_empty()
            || session.id.len() > SESSION_ID_MAX
            || session.identity.len() > IDENTITY_MAX
        {
            return Err(Malformed);
        }
        Ok(session)
    }

    /// The id in well-formed octets, without a look at the rest.
    pub(crate) fn id_of(octets: &'a [u8]) -> Option<&'a [u8]> {
        let mut reader = Reader::new(octets);
        reader.octets(ID_OFFSET).ok()?;
        reader.vector8().ok()
    }

    /// Writes the session to the front of `out`; how many octets it has.
    pub(crate) fn write(&self, out: &mut [u8]) -> Result<usize, Error> {
        let mut length = Length::default();
        self.emit(&mut length);
        let (content, rest) = out.split_at_mut_checked(length.0).ok_or(Error::Size)?;
        let check = rest.first_chunk_mut::<CHECK_LENGTH>().ok_or(Error::Size)?;
        self.emit(&mut Window::new(0, content));
        *check = check_value(content);
        Ok(length.0 + CHECK_LENGTH)
    }

    fn emit(&self, sink: &mut dyn Sink) {
        sink.u8(VERSION);
        sink.u8(match self.role {
            Role::Client => 0,
            Role::Server => 1,
        });
        sink.u16(self.suite.number());
        for length in [self.max_fragment_length, self.asked_fragment_length] {
            sink.u16(length.map_or(0, MaxFragmentLength::octets));
        }
        sink.vector8(self.id);
        sink.put(self.master_secret);
        sink.put(&self.binding);
        sink.u8(self.peer as u8);
        sink.vector8(self.identity);
        sink.put(&self.not_after.unwrap_or(u64::MAX).to_be_bytes());
        sink.put(&self.made_ms.to_be_bytes());
    }

    pub(crate) fn master_secret(&self) -> MasterSecret {
        MasterSecret::from_octets(self.master_secret)
    }
}

/// What a session is bound to beside the peer: the server's name, and the pre-shared key or whatever
/// decides on public keys, so that a session does not outlive the credential that it was made with.
pub(crate) fn binding(name: &Digest, credential: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(name);
    hash.update(credential);
    hash.digest()
}

/// What stands for a server's name in a session.
pub(crate) fn name_digest(name: Option<&[u8]>) -> Digest {
    let mut hash = Sha256::new();
    hash.update(name.unwrap_or_default());
    hash.digest()
}

fn fragment_length(reader: &mut Reader<'_>) -> Result<Option<MaxFragmentLength>, Malformed> {
    match reader.u16()? {
        0 => Ok(None),
        octets => MaxFragmentLength::from_octets(octets.into())
            .map(Some)
            .ok_or(Malformed),
    }
}

fn split(octets: &[u8]) -> Result<(&[u8], &[u8; CHECK_LENGTH]), Malformed> {
    octets.split_last_chunk().ok_or(Malformed)
}

fn check_value(content: &[u8]) -> [u8; CHECK_LENGTH] {
    let mut hash = Sha256::new();
    hash.update(b"motedtls session");
    hash.update(content);
    let mut check = [0; CHECK_LENGTH];
    for (to, from) in check.iter_mut().zip(hash.digest()) {
        *to = from;
    }
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::tests::SUITE;
    extern crate std;

    fn session() -> Session<'static> {
        Session {
            role: Role::Server,
            suite: SUITE,
            max_fragment_length: Some(MaxFragmentLength::Octets1024),
            asked_fragment_length: Some(MaxFragmentLength::Octets1024),
            id: &[7; 16],
            master_secret: &[9; 48],
            binding: binding(&name_digest(Some(b"coap.example")), &[1; 16]),
            peer: PeerKind::Psk,
            identity: b"device\x001",
            not_after: None,
            made_ms: 0xFFFF_FF00,
        }
    }

    fn octets(session: &Session<'_>) -> std::vec::Vec<u8> {
        let mut out = [0; SESSION_MAX];
        let length = session.write(&mut out).unwrap();
        out[..length].to_vec()
    }

    #[test]
    fn round_trip() {
        let written = octets(&session());
        let read = Session::parse(&written).unwrap();
        assert_eq!(octets(&read), written);
        assert_eq!(read.identity, session().identity);
        assert_eq!(read.id, session().id);
        assert_eq!(Session::id_of(&written), Some(session().id));
        assert_eq!(read.max_fragment_length, session().max_fragment_length);
        assert_eq!((read.peer, read.not_after), (PeerKind::Psk, None));
        let none = Session {
            max_fragment_length: None,
            not_after: Some(5),
            ..session()
        };
        assert_eq!(Session::parse(&octets(&none)).unwrap().not_after, Some(5));
        assert_eq!(
            Session::parse(&octets(&none)).unwrap().max_fragment_length,
            None
        );
    }

    #[test]
    fn the_largest_session_fits() {
        let largest = Session {
            id: &[7; SESSION_ID_MAX],
            identity: &[1; 128],
            ..session()
        };
        assert!(octets(&largest).len() <= SESSION_MAX);
        let mut short = [0; 100];
        assert_eq!(largest.write(&mut short), Err(Error::Size));
    }

    /// Bug class 54: octets that were altered, cut or drawn out are refused.
    #[test]
    fn tampered_octets_are_refused() {
        let written = octets(&session());
        for bit in 0..written.len() * 8 {
            let mut altered = written.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(Session::parse(&altered).is_err(), "{bit}");
        }
        for length in 0..written.len() {
            assert!(Session::parse(&written[..length]).is_err());
        }
        let mut longer = written.clone();
        longer.push(0);
        assert!(Session::parse(&longer).is_err());
    }

    /// A check value that fits does not make a session of just anything.
    #[test]
    fn well_checked_nonsense_is_refused() {
        let sealed = |change: &dyn Fn(&mut std::vec::Vec<u8>)| {
            let mut content = octets(&session());
            content.truncate(content.len() - CHECK_LENGTH);
            change(&mut content);
            let check = check_value(&content);
            content.extend_from_slice(&check);
            Session::parse(&content).is_ok()
        };
        assert!(sealed(&|_| ()));
        assert!(!sealed(&|content| content[0] = 1));
        assert!(!sealed(&|content| content[1] = 2));
        assert!(!sealed(&|content| content[3] = 0));
        assert!(!sealed(&|content| content[4] = 1));
        assert!(!sealed(&|content| content[6] = 1));
        assert!(!sealed(&|content| content[8] = 0));
        assert!(!sealed(&|content| content.push(0)));
    }
}
