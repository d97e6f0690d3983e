//! Floor 2: the crypto seam. Everything above says *what* it needs through these traits and uses
//! the types re-exported here; which provider stands behind them is chosen when the crate is built.
//!
//! Messages and public values are octets. Secrets are the provider's own types, destroyed on drop,
//! so that a provider may keep a key in hardware and hand out its slot number.
//!
//! A foreign provider goes before the portable one, and one that the firmware brings before all
//! others (docs/crypto.md).

#[cfg(any(
    feature = "external-aes-ccm",
    all(
        feature = "public-key",
        any(feature = "external-p256", cortex_m4_provider)
    )
))]
#[allow(
    unsafe_code,
    reason = "foreign code begins here; this module and ffi alone touch it"
)]
mod external;
#[cfg(feature = "public-key")]
#[forbid(unsafe_code)]
mod nonce;
#[cfg(feature = "public-key")]
#[forbid(unsafe_code)]
mod order;
#[forbid(unsafe_code)]
pub(crate) mod soft;

#[cfg(feature = "public-key")]
pub(crate) use crate::wire::POINT_LENGTH;
#[cfg(feature = "external-aes-ccm")]
pub(crate) use external::Aes128Ccm8;
#[cfg(all(
    feature = "public-key",
    any(feature = "external-p256", cortex_m4_provider)
))]
pub(crate) use external::{EphemeralKey, P256SigningKey, P256VerifyingKey};
#[cfg(not(feature = "external-aes-ccm"))]
pub(crate) use soft::Aes128Ccm8;
#[cfg(feature = "sha1")]
pub(crate) use soft::Sha1;
#[cfg(all(
    feature = "public-key",
    not(any(feature = "external-p256", cortex_m4_provider))
))]
pub(crate) use soft::{EphemeralKey, P256SigningKey, P256VerifyingKey};
pub(crate) use soft::{HmacSha256, Sha256};

/// Octets of a SHA-256 digest and of an HMAC-SHA-256 tag.
pub(crate) const DIGEST_LENGTH: usize = 32;
/// Octets of an AES-128 key.
pub(crate) const KEY_LENGTH: usize = 16;
/// Octets of a CCM nonce as TLS uses it: 4 of salt, 8 explicit (RFC 6655 section 3).
pub(crate) const NONCE_LENGTH: usize = 12;
/// Octets of the CCM_8 authentication tag (RFC 6655 section 6.1).
pub(crate) const TAG_LENGTH: usize = 8;

/// A SHA-256 digest or HMAC-SHA-256 tag.
pub(crate) type Digest = [u8; DIGEST_LENGTH];

/// The provider could not do what it was asked to; for `open`, the tag did not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure;

/// SHA-256.
pub(crate) trait Hash: Clone {
    fn new() -> Self;
    fn update(&mut self, octets: &[u8]);

    /// The digest of the octets so far. More may follow: the transcript hash is read midway.
    fn digest(&self) -> Digest;
}

/// The SHA-256 digest of octets that are all there. Apart, so that the state of the hash takes no
/// stack while the digest is worked with.
#[cfg(feature = "public-key")]
#[inline(never)]
pub(crate) fn sha256(octets: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(octets);
    hash.digest()
}

/// HMAC-SHA-256 under one key. What is kept is the keyed state: a tag costs no compression for the
/// key.
pub(crate) trait Mac: Clone {
    /// The key is the concatenation of `parts`, so that a premaster secret need not be assembled.
    fn new(parts: &[&[u8]]) -> Self;

    /// The tag of the concatenation of `parts`, and of `more`: two lists need not be joined.
    fn tag(&self, parts: &[&[u8]], more: &[&[u8]]) -> Digest;
}

/// The key of one direction of an association: AES-128-CCM with a tag of 8 octets.
pub(crate) trait RecordKey: Sized {
    fn import(key: &[u8; KEY_LENGTH]) -> Self;

    /// Encrypts `text` in place and returns the tag.
    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Failure>;

    /// Decrypts `text` in place. When the tag does not match, `text` holds zeros afterwards and
    /// the time taken does not depend on where the tags differ.
    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Failure>;
}

/// Octets of a coordinate and of a private key of P-256.
#[cfg(feature = "public-key")]
pub(crate) const SCALAR_LENGTH: usize = 32;
/// Octets of a signature as [`Signature`] holds it.
#[cfg(feature = "public-key")]
pub(crate) const SIGNATURE_LENGTH: usize = 64;

/// Octets that may or may not be a point of P-256 in uncompressed form.
#[cfg(feature = "public-key")]
pub(crate) type Point = [u8; POINT_LENGTH];

/// An ECDSA signature: r, then s, big endian.
#[cfg(feature = "public-key")]
pub(crate) type Signature = [u8; SIGNATURE_LENGTH];

/// Fills its argument with random octets, or fails.
#[cfg(feature = "public-key")]
pub(crate) type Random<'a> = dyn FnMut(&mut [u8; SCALAR_LENGTH]) -> Result<(), Failure> + 'a;

/// What an ECDH key agreement yields, "the x-coordinate of the ECDH shared secret elliptic curve
/// point" (RFC 8422 section 5.10): the premaster secret.
#[cfg(feature = "public-key")]
#[derive(zeroize::ZeroizeOnDrop)]
pub(crate) struct SharedSecret([u8; SCALAR_LENGTH]);

#[cfg(feature = "public-key")]
impl SharedSecret {
    pub(crate) fn as_octets(&self) -> &[u8; SCALAR_LENGTH] {
        &self.0
    }
}

/// Draws before a random source is taken to be broken: a sound one gives a scalar that is out of
/// range once in 2^32 draws.
#[cfg(feature = "public-key")]
const DRAWS: usize = 8;

/// An ephemeral ECDH key of P-256.
#[cfg(feature = "public-key")]
pub(crate) trait AgreementKey: Sized {
    /// A new key and its public point. Draws from `random` a bounded number of times.
    fn generate(random: &mut Random<'_>) -> Result<(Self, Point), Failure>;

    /// Fails when `peer` is no point of the curve: "a compliant implementation MUST check"
    /// (RFC 8422 section 5.11).
    fn agree(&self, peer: &Point) -> Result<SharedSecret, Failure>;
}

/// An ECDSA private key of P-256.
#[cfg(feature = "public-key")]
pub(crate) trait SigningKey: Sized {
    /// Fails unless `scalar` is at least 1 and less than the order of the curve.
    fn import(scalar: &[u8; SCALAR_LENGTH]) -> Result<Self, Failure>;

    /// The point that belongs to it. It costs as much as a key generation.
    fn public(&self) -> Result<Point, Failure>;

    /// Signs a SHA-256 digest. The nonce depends on key, digest and `entropy`: entropy that is
    /// bad, even constant, does not endanger the key.
    fn sign(&self, digest: &Digest, entropy: &[u8; SCALAR_LENGTH]) -> Result<Signature, Failure>;
}

/// An ECDSA public key of P-256.
#[cfg(feature = "public-key")]
pub(crate) trait VerifyingKey {
    /// Fails when `point` is no point of the curve, or `signature` not its signature of `digest`.
    fn verify(point: &Point, digest: &Digest, signature: &Signature) -> Result<(), Failure>;
}

#[cfg(test)]
pub(crate) mod tests;
