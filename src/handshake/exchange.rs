//! ECDHE_ECDSA (RFC 8422 section 2): what both ends keep of it, and what both do alike.

use crate::association::{Association, Randoms};
use crate::credential::key_exchange::KeyExchange;
use crate::credential::peer::Identity;
use crate::credential::public_key::{self, Accepted};
use crate::crypto::{
    Digest, EphemeralKey, Failure, Hash, HmacSha256, Mac, POINT_LENGTH, Point, SIGNATURE_LENGTH,
    Sha256, Signature,
};
use crate::error::Error;
use crate::handshake::{Context, Parts};
use crate::wire::digitally_signed::SignedWith;
use crate::wire::extension::CertificateType;
#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::CachedTypes;
use crate::wire::{Sink, server_key_exchange};

/// The public values, which our flights are emitted from, and what was agreed on them.
pub(crate) struct Exchange {
    /// The peer's key: that of its certificate until its signature was verified; at a client then
    /// the ephemeral one.
    pub(crate) peer_point: Point,
    /// Our ephemeral key.
    pub(crate) own_point: Point,
    /// In ServerKeyExchange, or in CertificateVerify.
    pub(crate) signature: Signature,
    pub(crate) client_type: CertificateType,
    pub(crate) server_type: CertificateType,
    /// Server: whether the types are in ServerHello, and whether the point formats are.
    pub(crate) answers_client_type: bool,
    pub(crate) answers_server_type: bool,
    pub(crate) answers_point_formats: bool,
    /// Whether there is a CertificateRequest.
    pub(crate) has_request: bool,
    /// Client: whether the request is one that we can answer.
    pub(crate) accepts_ecdsa: bool,
    /// Whether both ends have client_certificate_url in their hellos.
    #[cfg(feature = "certificate-url")]
    pub(crate) certificate_url: bool,
    /// Server: the number of the configuration whose credentials serve the client.
    pub(crate) credential: u8,
    /// Server: whether the chain was chosen by what the client trusts.
    #[cfg(feature = "trusted-ca")]
    pub(crate) answers_trusted_ca: bool,
    /// The messages that the server alters, since the client remembers them.
    #[cfg(feature = "cached-info")]
    pub(crate) cached: CachedTypes,
}

impl Default for Exchange {
    fn default() -> Self {
        Exchange {
            peer_point: [0; POINT_LENGTH],
            own_point: [0; POINT_LENGTH],
            signature: [0; SIGNATURE_LENGTH],
            client_type: CertificateType::X509,
            server_type: CertificateType::X509,
            answers_client_type: false,
            answers_server_type: false,
            answers_point_formats: false,
            has_request: false,
            accepts_ecdsa: false,
            #[cfg(feature = "certificate-url")]
            certificate_url: false,
            credential: 0,
            #[cfg(feature = "trusted-ca")]
            answers_trusted_ca: false,
            #[cfg(feature = "cached-info")]
            cached: CachedTypes::NONE,
        }
    }
}

impl Exchange {
    /// The peer's key is accepted; that it is the peer's is still to be shown. What stands for it,
    /// whole, is written to `identity`.
    pub(crate) fn accept(
        &mut self,
        accepted: &Accepted<'_>,
        association: &mut Association,
        identity: &mut Identity,
    ) {
        self.peer_point = *accepted.key;
        association.set_not_after(accepted.not_after);
        accepted.peer().write(accepted.kind, identity);
        association
            .names
            .set_identity(identity.kind, identity.octets().unwrap_or_default());
    }
}

/// The functions of the configuration that serves.
fn functions(parts: &Parts<'_, '_>) -> Result<&'static KeyExchange, Error> {
    let config = parts.context.config;
    let config = config.by_number(parts.common.exchange.credential);
    // There is one where the suite was agreed on.
    config.public_keys.key_exchange.ok_or(Error::Crypto)
}

/// Checks a signature of the peer's with the key of its certificate.
pub(crate) fn verify(
    parts: &Parts<'_, '_>,
    digest: &Digest,
    signed: &SignedWith<'_>,
) -> Result<(), Error> {
    let verify = functions(parts)?.verify;
    verify(
        &parts.common.exchange.peer_point,
        digest,
        &signed.ecdsa_sha256()?,
    )
    .map_err(|_| Error::BadSignature)
}

/// Makes our ephemeral key. RFC 7925 section 4: a fresh one for every handshake.
pub(crate) fn generate(parts: &mut Parts<'_, '_>) -> Result<EphemeralKey, Error> {
    let generate = functions(parts)?.generate;
    // Unless the source says otherwise, it gives nothing that can be a key.
    let mut error = Error::Random;
    let made = generate(&mut |random| {
        parts.context.host.random(random).map_err(|failure| {
            error = failure.into();
            Failure
        })
    });
    let (key, point) = made.map_err(|_| error)?;
    parts.common.exchange.own_point = point;
    Ok(key)
}

/// HMAC keyed with the premaster secret: "the x-coordinate of the ECDH shared secret elliptic curve
/// point" (RFC 8422 section 5.10).
pub(crate) fn premaster(
    parts: &Parts<'_, '_>,
    own: &EphemeralKey,
    peer: &Point,
) -> Result<HmacSha256, Error> {
    let agree = functions(parts)?.agree;
    // RFC 8422 5.11: the peer's point must be "a point on the curve"; else illegal_parameter.
    let shared = agree(own, peer).map_err(|_| Error::IllegalParameter)?;
    Ok(HmacSha256::new(&[shared.as_octets()]))
}

/// What ServerKeyExchange signs: both Randoms and the parameters (RFC 8422 section 5.4).
pub(crate) fn params_digest(randoms: &Randoms, point: &Point) -> Digest {
    struct Hashing(Sha256);
    impl Sink for Hashing {
        fn put(&mut self, octets: &[u8]) {
            self.0.update(octets);
        }
    }
    let mut hashing = Hashing(Sha256::new());
    hashing.put(&randoms.client);
    hashing.put(&randoms.server);
    server_key_exchange::emit_params(point, &mut hashing);
    hashing.0.digest()
}

/// Signs a digest with the key of the configuration that serves; `None` while a signer has not
/// answered.
pub(crate) fn sign(parts: &mut Parts<'_, '_>, digest: &Digest) -> Result<Option<()>, Error> {
    let Context { config, host, .. } = &mut *parts.context;
    let exchange = &mut parts.common.exchange;
    let credential = exchange.credential;
    let config = config.by_number(credential);
    public_key::sign(config, credential, digest, *host, &mut exchange.signature)
}
