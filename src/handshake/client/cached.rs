//! What we remember of the server's messages (RFC 7924): in place of those that it alters, and kept
//! of those that come whole.

use crate::cached_info::CachedInfo;
use crate::error::Error;
use crate::handshake::Parts;
use crate::wire::extension::CertificateType;
use crate::wire::extension::cached_info::parse_altered;

/// The Certificate of that type which an altered one stands for. The server had said that it has the
/// one that we offered: another is a contradiction, for which RFC 7924 names no alert.
pub(super) fn certificate<'m>(
    info: &'m Option<CachedInfo<'_>>,
    one: CertificateType,
    altered: &[u8],
) -> Result<&'m [u8], Error> {
    let hash = parse_altered(altered)?;
    let known = info.as_ref().and_then(|info| info.certificate(one, hash));
    known.ok_or(Error::IllegalParameter)
}

/// Likewise the CertificateRequest.
pub(super) fn request<'m>(
    info: &'m Option<CachedInfo<'_>>,
    altered: &[u8],
) -> Result<&'m [u8], Error> {
    let hash = parse_altered(altered)?;
    let known = info.as_ref().and_then(|info| info.request(hash));
    known.ok_or(Error::IllegalParameter)
}

/// Keeps an accepted Certificate that came whole, for when the handshake is complete.
pub(super) fn keep_certificate(parts: &mut Parts<'_, '_>, body: &[u8]) {
    let altered = parts.common.exchange.cached;
    let server_type = parts.common.exchange.server_type;
    if let (Some(info), false) = (&mut parts.context.cached_info, altered.has_certificate()) {
        info.keep_certificate(server_type, body, altered.has_request());
    }
}

/// Likewise a CertificateRequest.
pub(super) fn keep_request(parts: &mut Parts<'_, '_>, body: &[u8]) {
    let altered = parts.common.exchange.cached;
    if let (Some(info), false) = (&mut parts.context.cached_info, altered.has_request()) {
        info.keep_request(body);
    }
}
