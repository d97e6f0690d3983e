//! An application of few words.

use std::collections::VecDeque;
use std::vec::Vec;

use super::random::Random;
use crate::config::MTU_MIN;
#[cfg(feature = "public-key")]
use crate::crypto::{P256SigningKey, SigningKey};
#[cfg(feature = "public-key")]
use crate::host::Signed;
#[cfg(feature = "certificate-url")]
use crate::host::{CertChainType, CertificateUrl, Fetched};
use crate::host::{Host, Peer, PskLookup, RandomFailure, Sent};

/// What the core asks of the application. Every answer can be made to go wrong.
pub(crate) struct TestHost {
    /// Datagrams that are on their way.
    pub(crate) sent: VecDeque<Vec<u8>>,
    /// `send` can do nothing so many times.
    pub(crate) blocked: u32,
    /// Datagrams that are longer are too big.
    pub(crate) path: usize,
    /// The next datagram is too big, whatever its length, as long as it can be cut at all.
    pub(crate) next_too_big: bool,
    /// What `send` refused, with its answer, for who wants to know.
    pub(crate) refused: Vec<(Sent, Vec<u8>)>,
    pub(crate) random: Random,
    /// Calls of `random` so far, and the one that fails.
    pub(crate) random_calls: u32,
    pub(crate) random_fails_at: Option<u32>,
    /// Calls of `random` that have nothing yet, before the one that is counted with this number.
    pub(crate) random_waits: u32,
    pub(crate) random_waits_at: Option<u32>,
    /// `random` gives only zeros.
    pub(crate) random_is_zero: bool,
    /// So many look-ups are not answered at once.
    pub(crate) pending: u32,
    pub(crate) keys: Vec<(&'static [u8], &'static [u8])>,
    pub(crate) look_ups: u32,
    /// After so many look-ups, or questions about a peer, nobody is known any more.
    pub(crate) forgets_after: Option<u32>,
    /// The sessions that are kept.
    pub(crate) sessions: Vec<(Vec<u8>, Vec<u8>)>,
    /// What the clock says, and whether `accepts` refuses.
    pub(crate) unix_time: Option<u64>,
    pub(crate) refuses_peers: bool,
    /// The peers that `accepts` was asked about: key hash, name, whether a session is resumed.
    pub(crate) asked: Vec<(Vec<u8>, Vec<u8>, bool)>,
    /// The numbers of the configurations that they were to be accepted by.
    pub(crate) asked_by: Vec<u8>,
    /// The key of `sign`, by configuration; so many signatures are not answered at once.
    pub(crate) signing_keys: Vec<[u8; 32]>,
    pub(crate) pending_signatures: u32,
    /// The digests that `sign` was asked for.
    pub(crate) digests: Vec<(u8, [u8; 32])>,
    /// What stands under which URL; the calls, counted from 1, that are not answered at once.
    #[cfg(feature = "certificate-url")]
    pub(crate) documents: Vec<(Vec<u8>, Vec<u8>)>,
    #[cfg(feature = "certificate-url")]
    pub(crate) pending_fetches: Vec<usize>,
    /// What was to be fetched, each time; and how much longer than it is each answer claims to be.
    #[cfg(feature = "certificate-url")]
    pub(crate) wanted: Vec<(CertChainType, Vec<u8>, [u8; 20])>,
    #[cfg(feature = "certificate-url")]
    pub(crate) overstates: usize,
}

impl TestHost {
    pub(crate) fn new(seed: u64) -> Self {
        TestHost {
            sent: VecDeque::new(),
            blocked: 0,
            path: usize::MAX,
            next_too_big: false,
            refused: Vec::new(),
            random: Random::new(seed),
            random_calls: 0,
            random_fails_at: None,
            random_waits: 0,
            random_waits_at: None,
            random_is_zero: false,
            pending: 0,
            keys: Vec::new(),
            look_ups: 0,
            forgets_after: None,
            sessions: Vec::new(),
            unix_time: None,
            refuses_peers: false,
            asked: Vec::new(),
            asked_by: Vec::new(),
            signing_keys: Vec::new(),
            pending_signatures: 0,
            digests: Vec::new(),
            #[cfg(feature = "certificate-url")]
            documents: Vec::new(),
            #[cfg(feature = "certificate-url")]
            pending_fetches: Vec::new(),
            #[cfg(feature = "certificate-url")]
            wanted: Vec::new(),
            #[cfg(feature = "certificate-url")]
            overstates: 0,
        }
    }
}

impl Host for TestHost {
    fn send(&mut self, datagram: &[u8]) -> Sent {
        let answer = if self.blocked > 0 {
            self.blocked -= 1;
            Sent::Nothing
        } else if datagram.len() > self.path
            || self.next_too_big && datagram.len() > usize::from(MTU_MIN)
        {
            self.next_too_big = false;
            Sent::TooBig
        } else {
            self.sent.push_back(datagram.to_vec());
            return Sent::Whole;
        };
        self.refused.push((answer, datagram.to_vec()));
        answer
    }

    fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
        let call = self.random_calls;
        if self.random_waits_at == Some(call) && self.random_waits > 0 {
            self.random_waits -= 1;
            out.fill(0x77);
            return Err(RandomFailure::NotYet);
        }
        self.random_calls += 1;
        if self.random_fails_at == Some(call) {
            // What a failing source leaves behind must not be used.
            out.fill(0x77);
            return Err(RandomFailure::Failed);
        }
        for octet in out {
            let next = self.random.next();
            *octet = if self.random_is_zero { 0 } else { next as u8 };
        }
        Ok(())
    }

    fn psk_lookup(&mut self, identity: &[u8], key: &mut [u8]) -> PskLookup {
        self.look_ups += 1;
        if self.pending > 0 {
            self.pending -= 1;
            return PskLookup::Pending;
        }
        if self
            .forgets_after
            .is_some_and(|count| self.look_ups > count)
        {
            return PskLookup::Unknown;
        }
        let found = self.keys.iter().find(|(known, _)| *known == identity);
        let Some((_, value)) = found else {
            return PskLookup::Unknown;
        };
        key[..value.len()].copy_from_slice(value);
        PskLookup::Found(value.len())
    }

    #[cfg(feature = "public-key")]
    fn sign(&mut self, credential: u8, digest: &[u8; 32], signature: &mut [u8; 64]) -> Signed {
        self.digests.push((credential, *digest));
        if self.pending_signatures > 0 {
            self.pending_signatures -= 1;
            return Signed::Pending;
        }
        let Some(key) = self.signing_keys.get(usize::from(credential)) else {
            return Signed::Failed;
        };
        let key = P256SigningKey::import(key).unwrap();
        *signature = key.sign(digest, &[0; 32]).unwrap();
        Signed::Done
    }

    fn accepts(&mut self, peer: &Peer<'_>) -> bool {
        let is_resumed = peer.credential.is_empty();
        self.asked
            .push((peer.key_hash.to_vec(), peer.name.to_vec(), is_resumed));
        #[cfg(feature = "public-key")]
        self.asked_by.push(peer.configuration);
        let asked = self.asked.len() as u32;
        !self.refuses_peers && self.forgets_after.is_none_or(|count| asked <= count)
    }

    #[cfg(feature = "certificate-url")]
    fn fetch_certificates(&mut self, wanted: &CertificateUrl<'_>, memory: &mut [u8]) -> Fetched {
        let wish = (wanted.chain_type, wanted.url.to_vec(), *wanted.sha1);
        self.wanted.push(wish);
        if self.pending_fetches.contains(&self.wanted.len()) {
            return Fetched::Pending;
        }
        let found = self.documents.iter().find(|(url, _)| url == wanted.url);
        match found {
            Some((_, document)) if document.len() <= memory.len() => {
                memory[..document.len()].copy_from_slice(document);
                Fetched::Found(document.len() + self.overstates)
            }
            _ => Fetched::Unobtainable,
        }
    }

    fn unix_time(&mut self) -> Option<u64> {
        self.unix_time
    }

    fn session_put(&mut self, id: &[u8], session: &[u8]) {
        self.session_remove(id);
        self.sessions.push((id.to_vec(), session.to_vec()));
    }

    fn session_get(&mut self, id: &[u8], session: &mut [u8]) -> Option<usize> {
        let (_, kept) = self.sessions.iter().find(|(known, _)| known == id)?;
        session[..kept.len()].copy_from_slice(kept);
        Some(kept.len())
    }

    fn session_remove(&mut self, id: &[u8]) {
        self.sessions.retain(|(known, _)| known != id);
    }
}
