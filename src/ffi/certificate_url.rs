//! `mote_config`: certificates by URL (RFC 6066 section 5).

#[cfg(feature = "client")]
use core::ffi::c_char;
#[cfg(feature = "server")]
use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::MoteConfig;
use super::MoteStatus;
use super::config::change;
#[cfg(feature = "client")]
use super::{number, string};
use crate::host::CertChainType;

/// Octets of a SHA-1 hash.
pub const MOTE_SHA1_LENGTH: usize = 20;

const _: () = assert!(MOTE_SHA1_LENGTH == crate::wire::SHA1_LENGTH);

/// What stands under the URLs of a client's certificates.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteCertChainType {
    /// One certificate in DER under each URL (application/pkix-cert).
    IndividualCerts = 0,
    /// All of them under one URL, as a PkiPath in DER (application/pkix-pkipath): a SEQUENCE with the
    /// client's certificate last.
    Pkipath = 1,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// Server: fetches what stands under a URL of a client's certificate, writes it to `memory`, which
/// holds `capacity` octets, and its length to `length`, and returns `MOTE_OK`; `MOTE_PENDING` when it
/// is not there yet: it is asked again with the next call on the connection; anything else when it
/// cannot be had or does not fit. `url` is an absolute URI of printable ASCII without NUL at its end,
/// `sha1` the `MOTE_SHA1_LENGTH` octets of the hash that the client says it has, which the library
/// compares with what was fetched. `memory` is the rest of the reassembly buffer.
///
/// **The client has chosen the URL, and nothing is known of the client yet.** Fetch only what begins
/// with a prefix that you have decided on, follow no redirect (RFC 6066 section 5), and bound size
/// and time: docs/security.md. A copy that has the hash may be given in place of a fetch. A handshake
/// waits no longer than its retransmissions last. The pointers are borrowed until it returns.
#[cfg(feature = "server")]
pub type MoteCertificateUrlFetch = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        chain_type: MoteCertChainType,
        url: *const u8,
        url_length: usize,
        sha1: *const u8,
        memory: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> MaybeUninit<MoteStatus>,
>;

impl From<CertChainType> for MoteCertChainType {
    fn from(chain_type: CertChainType) -> Self {
        match chain_type {
            CertChainType::IndividualCerts => MoteCertChainType::IndividualCerts,
            CertChainType::PkiPath => MoteCertChainType::Pkipath,
        }
    }
}

/// Client: sets where its certificates stand (RFC 6066 section 5). A server that would fetch them and
/// asks for a certificate then gets the URLs and the SHA-1 hashes of the certificates that are set;
/// any other server gets the certificates. `urls` are absolute URIs of printable ASCII, best of the
/// scheme http: one for each certificate of `mote_config_set_certificate`, in the same order, with
/// one blank between each two, or a single one for all of them as a PkiPath. It is borrowed as long
/// as the configuration is in use. The certificates are set before; setting others takes the URLs
/// away.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, not one URL for each certificate, or not a URL),
/// `MOTE_ERROR_SIZE` (more than a message can say) or `MOTE_ERROR_STATE` (frozen, a server, or no
/// certificate is set).
///
/// # Safety
/// As said above.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_certificate_url(
    config: *mut MoteConfig,
    urls: *const c_char,
    chain_type: MaybeUninit<MoteCertChainType>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let chain_type = match number(chain_type) {
                0 => CertChainType::IndividualCerts,
                1 => CertChainType::PkiPath,
                _ => return Err(MoteStatus::ErrorArgument),
            };
            Ok(config.core.set_certificate_url(string(urls)?, chain_type)?)
        })
    }
}

/// Server: sets the callback that fetches clients' certificates, and lets clients send URLs in place
/// of them. `user` is given to it. The reassembly buffer must hold the client's CertificateURL and
/// all its certificates. When nothing can be had, the handshake fails if a certificate is required
/// (certificate_unobtainable) and goes on with a client that is not known otherwise; a wrong hash is
/// fatal always (bad_certificate_hash_value).
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// As said above.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_certificate_url_fetch(
    config: *mut MoteConfig,
    fetch: MoteCertificateUrlFetch,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            if fetch.is_none() {
                return Err(MoteStatus::ErrorArgument);
            }
            config.core.set_certificate_url_fetch()?;
            config.fetch = fetch;
            config.fetch_user = user;
            Ok(())
        })
    }
}
