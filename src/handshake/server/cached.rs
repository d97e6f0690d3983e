//! What a client remembers of our messages (RFC 7924), and need not be told again.

use crate::cached_info::fingerprint;
use crate::credential::public_key::OwnCertificate;
use crate::crypto::Digest;
use crate::error::Error;
use crate::handshake::Parts;
use crate::wire::certificate_request;
use crate::wire::client_hello::ClientHello;
use crate::wire::extension::ExtensionType;
use crate::wire::extension::cached_info::{CachedObjects, CachedType};
use crate::wire::handshake_header::HandshakeType;

/// Finds which of the messages that are to come the client remembers as they are. RFC 7924 section
/// 4.1: "The server compared the value in the hash_value field of the client-provided "cached_info"
/// extension with the fingerprint of the Certificate message it normally sends to clients."
pub(super) fn recognise(hello: &ClientHello<'_>, parts: &mut Parts<'_, '_>) -> Result<(), Error> {
    let config = parts.context.config;
    let mut extensions = hello.extensions.iter();
    let offered = extensions.find(|(extension, _)| *extension == ExtensionType::CACHED_INFO);
    let Some((_, content)) = offered.filter(|_| config.cached_info) else {
        return Ok(());
    };
    let objects = CachedObjects::parse(content)?;
    let exchange = &mut parts.common.exchange;
    let own = OwnCertificate::of(config.by_number(exchange.credential), exchange.server_type);
    let is_known = |one, hash: &dyn Fn() -> Digest| {
        // What is not asked for is not hashed.
        objects.offers(one) && objects.contains(one, &hash())
    };
    if is_known(CachedType::Certificate, &|| certificate(own)) {
        exchange.cached.insert(CachedType::Certificate);
    }
    // RFC 7924 section 4.2: "The server wants to request a certificate from the client."
    if exchange.has_request && is_known(CachedType::Request, &request) {
        exchange.cached.insert(CachedType::Request);
    }
    Ok(())
}

/// The fingerprint of our Certificate.
pub(super) fn certificate(own: OwnCertificate<'_>) -> Digest {
    fingerprint(HandshakeType::CERTIFICATE, &|sink| own.emit(sink))
}

/// The fingerprint of our CertificateRequest.
pub(super) fn request() -> Digest {
    fingerprint(HandshakeType::CERTIFICATE_REQUEST, &|sink| {
        certificate_request::emit(sink)
    })
}
