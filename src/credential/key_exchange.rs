//! What the key exchange of public keys computes, whosever they are.

use crate::crypto::{
    AgreementKey, Digest, EphemeralKey, Failure, P256VerifyingKey, Point, Random, SharedSecret,
    Signature, VerifyingKey,
};

/// The functions of a curve.
///
/// A configuration has them once a key or an anchor is set in it, and they are reached through it,
/// and not by name: a linker leaves the curve out of firmware with pre-shared keys alone.
pub(crate) struct KeyExchange {
    pub(crate) generate: fn(&mut Random<'_>) -> Result<(EphemeralKey, Point), Failure>,
    pub(crate) agree: fn(&EphemeralKey, &Point) -> Result<SharedSecret, Failure>,
    pub(crate) verify: fn(&Point, &Digest, &Signature) -> Result<(), Failure>,
}

impl KeyExchange {
    pub(crate) const P256: &'static Self = &KeyExchange {
        generate: |random| EphemeralKey::generate(random),
        agree: |own, peer| own.agree(peer),
        verify: |point, digest, signature| P256VerifyingKey::verify(point, digest, signature),
    };
}
