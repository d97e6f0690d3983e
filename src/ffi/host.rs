//! C's callbacks as a [`Host`].

use core::ptr;

use super::{MOTE_IO_NOTHING, MOTE_IO_TOO_BIG, MoteConfig, MoteIo, MoteStatus};
use crate::address::Address;
#[cfg(all(feature = "certificate-url", feature = "server"))]
use crate::host::{CertificateUrl, Fetched};
#[cfg(feature = "trace")]
use crate::host::{Direction, TraceContent, TraceEvent};
use crate::host::{Host, PskLookup, RandomFailure, Sent};
#[cfg(feature = "public-key")]
use crate::host::{Peer, Signed};
use crate::time::Instant;

/// The callbacks of one connection, for the time of a call.
pub(super) struct CallHost<'a> {
    pub(super) config: &'a MoteConfig,
    pub(super) io: &'a MoteIo,
    pub(super) address: Address,
    pub(super) now: Instant,
}

impl CallHost<'_> {
    /// The linked configuration of that number.
    #[cfg(feature = "public-key")]
    fn linked(&self, number: u8) -> Option<&MoteConfig> {
        let mut config = self.config;
        for _ in 0..number {
            // SAFETY: `mote_config_set_next` has checked it, and it is borrowed as long as we are.
            config = unsafe { config.next.as_ref() }?;
        }
        Some(config)
    }
}

impl Host for CallHost<'_> {
    fn set_peer(&mut self, address: &[u8]) {
        self.address = Address::new(address).unwrap_or_default();
    }

    fn send(&mut self, datagram: &[u8]) -> Sent {
        let Some(send) = self.io.send else {
            return Sent::Failed;
        };
        let octets = self.address.octets();
        let address = if octets.is_empty() {
            ptr::null()
        } else {
            octets.as_ptr()
        };
        // SAFETY: the application's function, as `mote_io` says.
        let sent = unsafe {
            send(
                self.io.user,
                address,
                octets.len(),
                datagram.as_ptr(),
                datagram.len(),
            )
        };
        match sent {
            MOTE_IO_NOTHING => Sent::Nothing,
            MOTE_IO_TOO_BIG => Sent::TooBig,
            sent if sent >= 0 => Sent::Whole,
            _ => Sent::Failed,
        }
    }

    fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
        let random = self.io.random.ok_or(RandomFailure::Failed)?;
        // SAFETY: the application's function, as `mote_io` says.
        match unsafe { random(self.io.user, out.as_mut_ptr(), out.len()) } {
            0 => Ok(()),
            MOTE_IO_NOTHING => Err(RandomFailure::NotYet),
            _ => Err(RandomFailure::Failed),
        }
    }

    #[cfg(all(feature = "psk", feature = "server"))]
    fn psk_lookup(&mut self, identity: &[u8], key: &mut [u8]) -> PskLookup {
        let Some(lookup) = self.config.lookup else {
            return PskLookup::Unknown;
        };
        let mut length = 0;
        // SAFETY: the application's function, as `mote_psk_lookup` says.
        let answer = unsafe {
            lookup(
                self.config.lookup_user,
                identity.as_ptr(),
                identity.len(),
                key.as_mut_ptr(),
                key.len(),
                &raw mut length,
            )
        };
        const OK: i32 = MoteStatus::Ok as i32;
        const PENDING: i32 = MoteStatus::Pending as i32;
        const UNKNOWN: i32 = MoteStatus::ErrorUnknownIdentity as i32;
        match super::number(answer) {
            OK => PskLookup::Found(length),
            PENDING => PskLookup::Pending,
            UNKNOWN => PskLookup::Unknown,
            _ => PskLookup::Failed,
        }
    }

    #[cfg(feature = "public-key")]
    fn sign(&mut self, credential: u8, digest: &[u8; 32], signature: &mut [u8; 64]) -> Signed {
        let Some(config) = self.linked(credential) else {
            return Signed::Failed;
        };
        let Some(signer) = config.signer else {
            return Signed::Failed;
        };
        // SAFETY: the application's function, as `mote_signer` says.
        let answer = unsafe { signer(config.signer_user, digest.as_ptr(), signature.as_mut_ptr()) };
        const OK: i32 = MoteStatus::Ok as i32;
        const PENDING: i32 = MoteStatus::Pending as i32;
        match super::number(answer) {
            OK => Signed::Done,
            PENDING => Signed::Pending,
            _ => Signed::Failed,
        }
    }

    #[cfg(feature = "public-key")]
    fn accepts(&mut self, peer: &Peer<'_>) -> bool {
        // A linked configuration may have its own.
        let Some(own) = self.linked(peer.configuration) else {
            return false;
        };
        let config = match own.verify {
            Some(_) => own,
            None => self.config,
        };
        let Some(verify) = config.verify else {
            return true;
        };
        let shown = super::MotePeerCredential {
            peer_type: match peer.has_certificate {
                true => super::MotePeerType::Certificate,
                false => super::MotePeerType::Rpk,
            },
            credential: pointer(peer.credential),
            credential_length: peer.credential.len(),
            key_hash: peer.key_hash.as_ptr(),
            name: pointer(peer.name),
            name_length: peer.name.len(),
            eui64: peer.eui64.map_or(ptr::null(), |eui64| eui64.as_ptr()),
        };
        // SAFETY: the application's function, as `mote_verify` says.
        let answer = unsafe { verify(config.verify_user, &raw const shown) };
        super::number(answer) == MoteStatus::Ok as i32
    }

    #[cfg(all(feature = "certificate-url", feature = "server"))]
    fn fetch_certificates(&mut self, wanted: &CertificateUrl<'_>, memory: &mut [u8]) -> Fetched {
        let Some(fetch) = self.config.fetch else {
            return Fetched::Unobtainable;
        };
        let mut length = 0;
        // SAFETY: the application's function, as `mote_certificate_url_fetch` says.
        let answer = unsafe {
            fetch(
                self.config.fetch_user,
                wanted.chain_type.into(),
                wanted.url.as_ptr(),
                wanted.url.len(),
                wanted.sha1.as_ptr(),
                memory.as_mut_ptr(),
                memory.len(),
                &raw mut length,
            )
        };
        const OK: i32 = MoteStatus::Ok as i32;
        const PENDING: i32 = MoteStatus::Pending as i32;
        match super::number(answer) {
            OK => Fetched::Found(length),
            PENDING => Fetched::Pending,
            _ => Fetched::Unobtainable,
        }
    }

    #[cfg(feature = "x509")]
    fn unix_time(&mut self) -> Option<u64> {
        let clock = self.config.clock?;
        // SAFETY: the application's function, as `mote_clock` says.
        match unsafe { clock(self.config.clock_user) } {
            0 => None,
            seconds => Some(seconds),
        }
    }

    #[cfg(feature = "server")]
    fn session_put(&mut self, id: &[u8], session: &[u8]) {
        if let Some(sessions) = self.config.sessions {
            // SAFETY: the configuration has checked what keeps them.
            unsafe { (sessions.put)(self.config.session_keeper, id, session, self.now) };
        }
    }

    #[cfg(feature = "server")]
    fn session_get(&mut self, id: &[u8], session: &mut [u8]) -> Option<usize> {
        let get = self.config.sessions?.get;
        // SAFETY: as in `session_put`.
        unsafe { get(self.config.session_keeper, id, session, self.now) }
    }

    #[cfg(feature = "server")]
    fn session_remove(&mut self, id: &[u8]) {
        if let Some(sessions) = self.config.sessions {
            // SAFETY: as in `session_put`.
            unsafe { (sessions.remove)(self.config.session_keeper, id) };
        }
    }

    #[cfg(feature = "key-log")]
    fn key_log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        use zeroize::Zeroize;

        const LABEL: &[u8] = b"CLIENT_RANDOM ";
        let Some(log) = self.config.key_log else {
            return;
        };
        let hex = |octet: &u8| {
            [octet >> 4, octet & 15].map(|digit| match digit {
                0..=9 => b'0' + digit,
                _ => b'a' + digit - 10,
            })
        };
        let mut line = [0; LABEL.len() + 64 + 1 + 96 + 1];
        let text = (LABEL.iter().copied())
            .chain(client_random.iter().flat_map(hex))
            .chain([b' '])
            .chain(master_secret.iter().flat_map(hex));
        for (to, from) in line.iter_mut().zip(text) {
            *to = from;
        }
        // SAFETY: the application's function, as `mote_key_log` says; the last octet is NUL.
        unsafe { log(self.config.key_log_user, line.as_ptr().cast()) };
        line.zeroize();
    }

    #[cfg(feature = "trace")]
    fn trace(&mut self, event: &TraceEvent) {
        let Some(trace) = self.config.trace else {
            return;
        };
        let mut shown = super::MoteTraceEvent {
            direction: match event.direction {
                Direction::Sent => super::MoteDirection::Sent,
                Direction::Received => super::MoteDirection::Received,
            },
            content_type: event.content_type,
            message_type: 0,
            alert_level: 0,
            epoch: event.epoch,
            sequence_number: event.sequence_number,
            message_seq: 0,
            message_length: 0,
            fragment_offset: 0,
            fragment_length: 0,
        };
        match event.content {
            TraceContent::Handshake {
                msg_type,
                message_seq,
                length,
                fragment_offset,
                fragment_length,
            } => {
                shown.message_type = msg_type;
                shown.message_seq = message_seq;
                shown.message_length = length;
                shown.fragment_offset = fragment_offset;
                shown.fragment_length = fragment_length;
            }
            TraceContent::Alert { fatal, description } => {
                shown.message_type = description.0;
                shown.alert_level = if fatal { 2 } else { 1 };
                shown.message_length = 2;
            }
            TraceContent::Other { length } => shown.message_length = length as u32,
        }
        // SAFETY: the application's function, as `mote_trace` says.
        unsafe { trace(self.config.trace_user, &raw const shown) };
    }
}

/// What C is given of octets: NULL for none.
#[cfg(feature = "public-key")]
fn pointer(octets: &[u8]) -> *const u8 {
    match octets {
        [] => ptr::null(),
        octets => octets.as_ptr(),
    }
}
