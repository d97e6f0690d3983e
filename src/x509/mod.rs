//! Floor 4: certificates (RFC 5280, as RFC 7925 section 4.4 narrows it): reading, path validation,
//! names, EUI-64. All of it in place on the received octets.
//!
//! Certificates are v3, their keys lie on P-256, their signatures are ecdsa-with-SHA256 (RFC 7252
//! section 9.1.3.3). Certificate policies are not processed: an extension that is critical and not
//! one of those in [`extensions`] rejects its certificate.

mod certificate;
mod dates;
mod extensions;
mod host_name;
mod leaf;
mod name_constraints;
mod names;
mod path;
#[cfg(test)]
mod tests;

pub(crate) use leaf::Leaf;
pub(crate) use path::validate;

use crate::error::Malformed;
use crate::wire::der::{Der, Tag};
use certificate::Certificate;

/// The most certificates of a path, its anchor not counted. Requirement 5.3-10 wants 3.
pub(crate) const CHAIN_MAX: usize = 10;

/// The most signatures that one validation verifies. More than [`CHAIN_MAX`] are needed only where
/// several anchors have one name and the certificates do not say by key identifiers which is meant.
pub(crate) const VERIFICATIONS_MAX: u8 = 16;

/// What the holder of the certificate does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Server,
    Client,
}

/// What a path must come up to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// Seconds since 1970; without it dates are not checked.
    pub(crate) now: Option<u64>,
    pub(crate) purpose: Purpose,
    /// The host name that the leaf must have.
    pub(crate) name: Option<&'a [u8]>,
    /// Whether the subject's CN may be that name when there is no subjectAltName.
    pub(crate) common_name: bool,
}

/// Why a path is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// A certificate is not what RFC 5280 says in DER.
    Malformed,
    /// A certificate is well formed, but of a kind that this library cannot use.
    Unsupported,
    /// The path leads to no anchor.
    UnknownAnchor,
    Expired,
    NotYetValid,
    /// The certificate is another's.
    Name,
    /// The certificates do not make a path that may certify the leaf for its purpose: order,
    /// signature, CA or not, usage, path length, name constraints.
    Path,
}

impl From<Malformed> for Invalid {
    fn from(_: Malformed) -> Self {
        Invalid::Malformed
    }
}

/// Certificates that stand one after another; an error ends them.
pub(crate) fn split(der: &[u8]) -> impl Iterator<Item = Result<&[u8], Malformed>> + Clone {
    let mut rest = Der::new(der);
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let certificate = rest.expect(Tag::SEQUENCE);
        if certificate.is_err() {
            rest = Der::new(&[]);
        }
        Some(certificate.map(|element| element.encoded))
    })
}

/// How many certificates stand one after another; `Malformed` as soon as one is not such as this
/// library can use.
pub(crate) fn check(der: &[u8]) -> Result<usize, Malformed> {
    let mut count = 0;
    for certificate in split(der) {
        Certificate::parse(certificate?).map_err(|_| Malformed)?;
        count += 1;
    }
    Ok(count)
}
