//! What our ClientHello offers: it follows from the credentials that are set.

use crate::error::Error;
use crate::handshake::Context;
use crate::suite::Suite;
#[cfg(feature = "public-key")]
use crate::wire::client_hello::PublicKeyOffer;
#[cfg(feature = "public-key")]
use crate::wire::extension::CertificateType;
#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::CachedOffer;

/// The suites that are offered, most wanted first.
pub(crate) fn suites(context: &Context<'_>) -> &'static [Suite] {
    match (knows_servers(context), context.psk.is_some()) {
        #[cfg(all(feature = "psk", feature = "public-key"))]
        (true, true) => &[Suite::EcdheEcdsaWithAes128Ccm8, Suite::PskWithAes128Ccm8],
        #[cfg(feature = "public-key")]
        (true, _) => &[Suite::EcdheEcdsaWithAes128Ccm8],
        #[cfg(feature = "psk")]
        (_, true) => &[Suite::PskWithAes128Ccm8],
        _ => &[],
    }
}

/// Whether there is a credential, and a name where one is needed.
///
/// # Errors
/// [`Error::NoCredential`], [`Error::NoServerName`].
pub(crate) fn check(context: &Context<'_>) -> Result<(), Error> {
    // Bug class 50: a certificate without a look at its name would be anybody's.
    #[cfg(feature = "public-key")]
    if context.config.public_keys.accepts_certificates() && context.server_name.is_none() {
        return Err(Error::NoServerName);
    }
    match suites(context) {
        [] => Err(Error::NoCredential),
        _ => Ok(()),
    }
}

/// Whether a server can be known by its public key.
fn knows_servers(context: &Context<'_>) -> bool {
    #[cfg(feature = "public-key")]
    {
        let keys = &context.config.public_keys;
        keys.accepts_raw_keys() || keys.accepts_certificates()
    }
    #[cfg(not(feature = "public-key"))]
    false
}

/// The types of certificate: what the server may show, and what we can.
#[cfg(feature = "public-key")]
pub(super) fn public_key<'c>(context: &Context<'c>) -> Option<PublicKeyOffer<'c>> {
    let keys = &context.config.public_keys;
    let server_types = types(keys.accepts_raw_keys(), keys.accepts_certificates());
    knows_servers(context).then(|| PublicKeyOffer {
        client_types: types(keys.has_raw_key(), keys.has_certificate()),
        server_types,
        #[cfg(feature = "trusted-ca")]
        trusted_ca: (context.config.trusted_ca && keys.accepts_certificates())
            .then_some(keys.anchors()),
        #[cfg(feature = "cached-info")]
        cached: context
            .cached_info
            .as_ref()
            .map_or(CachedOffer::default(), |info| info.offer(server_types)),
        #[cfg(feature = "certificate-url")]
        certificate_url: keys.certificate_url.is_some() && keys.can_sign(),
    })
}

/// Raw public keys are the shorter ones.
#[cfg(feature = "public-key")]
fn types(raw_public_key: bool, x509: bool) -> &'static [CertificateType] {
    match (raw_public_key, x509) {
        (true, true) => &[CertificateType::RawPublicKey, CertificateType::X509],
        (true, false) => &[CertificateType::RawPublicKey],
        (false, true) => &[CertificateType::X509],
        (false, false) => &[],
    }
}
