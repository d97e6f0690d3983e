//! Floor 0: what the core asks of the application, as one trait. Time is not in it: it is an
//! argument of every call.

use crate::alert::AlertDescription;
use crate::error::Error;

/// What became of a datagram given to [`Host::send`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    Whole,
    /// Not now: call again when the transport can send.
    Nothing,
    /// It is larger than the path allows; it is cut smaller.
    TooBig,
    /// Sending will never work again.
    Failed,
}

/// What a look-up of a pre-shared key found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PskLookup {
    /// The key stands in the first so many octets of the memory given.
    Found(usize),
    /// Nobody has this identity.
    Unknown,
    /// The answer is not there yet: ask again with the next call.
    Pending,
    /// The look-up failed for good.
    Failed,
}

/// What became of a digest given to [`Host::sign`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The signature stands in the memory given.
    Done,
    /// It is not there yet: ask again, for the same digest, with the next call.
    Pending,
    /// It failed for good.
    Failed,
}

/// What stands under the URLs of a CertificateURL message (RFC 6066 section 5).
#[cfg(feature = "certificate-url")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertChainType {
    /// One certificate in DER under each URL, the leaf under the first.
    IndividualCerts = 0,
    /// All of them under one URL, as a PkiPath in DER: the leaf last.
    PkiPath = 1,
}

/// What a client says of its certificates, for [`Host::fetch_certificates`].
#[cfg(feature = "certificate-url")]
#[derive(Debug, Clone, Copy)]
pub struct CertificateUrl<'a> {
    /// What stands under the URL.
    pub chain_type: CertChainType,
    /// An absolute URI of printable ASCII. The client has chosen it, and nothing about the client is
    /// known yet.
    pub url: &'a [u8],
    /// The SHA-1 hash of what stands there.
    pub sha1: &'a [u8; 20],
}

/// What became of a [`CertificateUrl`].
#[cfg(feature = "certificate-url")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// What stands there is in the first so many octets of the memory given.
    Found(usize),
    /// The answer is not there yet: ask again with the next call.
    Pending,
    /// Nothing could be had, does not fit, or is not to be asked for.
    Unobtainable,
}

/// A peer that has shown a public key, for [`Host::accepts`].
#[derive(Debug, Clone, Copy)]
pub struct Peer<'a> {
    /// Server: the number of the configuration that serves it, among those that are linked with
    /// [`crate::Config::set_next`].
    pub configuration: u8,
    /// Whether the key came in a certificate.
    pub has_certificate: bool,
    /// The certificate in DER, or the SubjectPublicKeyInfo of a raw public key; empty when a
    /// session is resumed.
    pub credential: &'a [u8],
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub key_hash: &'a [u8; 32],
    /// A name in the certificate; empty when there is none, or one too long to be kept whole.
    pub name: &'a [u8],
    /// The EUI-64 in the certificate.
    pub eui64: Option<&'a [u8; 8]>,
}

/// Why the random source gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RandomFailure {
    /// It has not gathered enough entropy yet: nothing is lost, and it is asked again with the next
    /// call.
    NotYet,
    /// It is broken.
    Failed,
}

impl From<RandomFailure> for Error {
    fn from(failure: RandomFailure) -> Self {
        match failure {
            RandomFailure::NotYet => Error::NoEntropyYet,
            RandomFailure::Failed => Error::Random,
        }
    }
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From us to the peer.
    Sent,
    /// From the peer to us.
    Received,
}

/// A message as it passes, for [`Host::trace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceEvent {
    /// Which way it went.
    pub direction: Direction,
    /// ContentType of its record: 20 change_cipher_spec, 21 alert, 22 handshake, 23
    /// application_data, 24 heartbeat.
    pub content_type: u8,
    /// Epoch of its record.
    pub epoch: u16,
    /// Sequence number of its record.
    pub sequence_number: u64,
    /// What it is.
    pub content: TraceContent,
}

/// What a traced message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceContent {
    /// A handshake message or a fragment of one.
    Handshake {
        /// HandshakeType.
        msg_type: u8,
        /// Its number in the handshake.
        message_seq: u16,
        /// Octets of the whole body.
        length: u32,
        /// Where this fragment begins.
        fragment_offset: u32,
        /// Octets of this fragment.
        fragment_length: u32,
    },
    /// An alert.
    Alert {
        /// Whether its level is fatal.
        fatal: bool,
        /// What it says.
        description: AlertDescription,
    },
    /// Anything else, with its octets.
    Other {
        /// Octets of content.
        length: usize,
    },
}

/// What the core asks of the application. No method may call back into the connection.
pub trait Host {
    /// What is sent from here on goes to this address: for a server of many peers.
    fn set_peer(&mut self, address: &[u8]) {
        let _ = address;
    }

    /// Sends one datagram to the peer.
    fn send(&mut self, datagram: &[u8]) -> Sent;

    /// Fills `out` with octets from a cryptographic random source.
    ///
    /// # Errors
    /// When the source cannot. With [`RandomFailure::Failed`] the handshake stops (requirement
    /// 11-1); with [`RandomFailure::NotYet`] it waits. What is in `out` then is not used.
    fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure>;

    /// Server: finds the pre-shared key of `identity` and writes it to the front of `key`.
    fn psk_lookup(&mut self, identity: &[u8], key: &mut [u8]) -> PskLookup {
        let _ = (identity, key);
        PskLookup::Unknown
    }

    /// Signs a SHA-256 digest with ECDSA on P-256, when [`crate::Config::set_signer`] says so: `r`,
    /// then `s`, each in 32 octets, big endian. `credential` counts the configurations that are
    /// linked with [`crate::Config::set_next`], from 0.
    fn sign(&mut self, credential: u8, digest: &[u8; 32], signature: &mut [u8; 64]) -> Signed {
        let _ = (credential, digest, signature);
        Signed::Failed
    }

    /// Whether a peer may go on whose key or certificate is accepted. It can only be refused here.
    fn accepts(&mut self, peer: &Peer<'_>) -> bool {
        let _ = peer;
        true
    }

    /// Server: fetches what stands under a URL of the client's, when
    /// [`crate::Config::set_certificate_url_fetch`] says so, and writes it to the front of `memory`.
    /// No redirect is followed (RFC 6066 section 5).
    #[cfg(feature = "certificate-url")]
    fn fetch_certificates(&mut self, wanted: &CertificateUrl<'_>, memory: &mut [u8]) -> Fetched {
        let _ = (wanted, memory);
        Fetched::Unobtainable
    }

    /// Seconds since 1970, when [`crate::Config::set_clock`] says that there is a clock; `None` when
    /// it has no time: the handshake fails.
    fn unix_time(&mut self) -> Option<u64> {
        None
    }

    /// Server: keeps a session under its id until it is too old or removed. Whether it does is the
    /// application's choice.
    fn session_put(&mut self, id: &[u8], session: &[u8]) {
        let _ = (id, session);
    }

    /// Server: writes the session of that id to the front of `session`; how many octets it has.
    fn session_get(&mut self, id: &[u8], session: &mut [u8]) -> Option<usize> {
        let _ = (id, session);
        None
    }

    /// Server: forgets a session.
    fn session_remove(&mut self, id: &[u8]) {
        let _ = id;
    }

    /// Is shown the secrets of a handshake as an NSS key log has them: for development only.
    #[cfg(feature = "key-log")]
    fn key_log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        let _ = (client_random, master_secret);
    }

    /// Is shown each message as it passes: for development only.
    #[cfg(feature = "trace")]
    fn trace(&mut self, event: &TraceEvent) {
        let _ = event;
    }
}
