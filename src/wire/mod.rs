//! Floor 1: what stands on the wire. One message or extension a file, reader beside writer.
//!
//! Nothing here has state, crypto or policy, and nothing can panic. Parsing gives values that can
//! only be legal. Writers write into a [`Sink`], so that the same code measures a message, feeds
//! the transcript and fills any window of a fragment.

pub(crate) mod alert_message;
#[cfg(feature = "public-key")]
pub(crate) mod certificate;
#[cfg(feature = "public-key")]
pub(crate) mod certificate_request;
#[cfg(feature = "certificate-url")]
pub(crate) mod certificate_url;
#[cfg(feature = "public-key")]
pub(crate) mod certificate_verify;
pub(crate) mod change_cipher_spec;
pub(crate) mod client_hello;
pub(crate) mod client_key_exchange;
#[cfg(feature = "public-key")]
pub(crate) mod der;
#[cfg(feature = "public-key")]
pub(crate) mod digitally_signed;
#[cfg(feature = "public-key")]
mod ec_point;
#[cfg(feature = "public-key")]
pub(crate) mod ecdsa_signature;
pub(crate) mod extension;
pub(crate) mod finished;
pub(crate) mod handshake_header;
#[cfg(feature = "heartbeat")]
pub(crate) mod heartbeat_message;
pub(crate) mod hello_verify_request;
#[cfg(feature = "public-key")]
pub(crate) mod public_key_info;
mod reader;
pub(crate) mod record_header;
pub(crate) mod server_hello;
pub(crate) mod server_key_exchange;
mod sink;

pub(crate) use reader::Reader;
pub(crate) use sink::{Length, Sink, Window};

/// A ProtocolVersion as DTLS writes it: the ones' complement of the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) u16);

impl Version {
    /// { 254, 255 }
    pub(crate) const DTLS_1_0: Version = Version(0xFEFF);
    /// { 254, 253 }
    pub(crate) const DTLS_1_2: Version = Version(0xFEFD);

    /// Whether a peer whose highest version is this one can speak DTLS 1.2. RFC 6347 4.1:
    /// "future on-the-wire version numbers of DTLS are decreasing in value".
    pub(crate) fn reaches_1_2(self) -> bool {
        self.0 >> 8 == 0xFE && self.0 <= Version::DTLS_1_2.0
    }
}

/// Whether a list has that octet. `contains` goes by words, which takes more flash than lists of a
/// few octets are worth.
#[allow(clippy::manual_contains, reason = "said above")]
fn has(list: &[u8], octet: u8) -> bool {
    list.iter().any(|one| *one == octet)
}

/// Octets of a SHA1Hash (RFC 6066 section 5).
#[cfg(feature = "sha1")]
pub(crate) const SHA1_LENGTH: usize = 20;
/// Octets of a point on P-256 in uncompressed form: its form, X and Y (RFC 8422 section 5.4.1).
#[cfg(feature = "public-key")]
pub(crate) const POINT_LENGTH: usize = 65;
/// The form. RFC 5480 2.2: "The uncompressed form is indicated by 0x04". RFC 7925 uses no other.
#[cfg(feature = "public-key")]
pub(crate) const UNCOMPRESSED: u8 = 4;
/// Octets of a Random.
pub(crate) const RANDOM_LENGTH: usize = 32;
/// The most octets of a session id.
pub(crate) const SESSION_ID_MAX: usize = 32;
