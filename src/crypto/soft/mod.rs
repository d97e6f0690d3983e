//! The provider in software: the AES and the arithmetic of P-256 of RustCrypto, and SHA-256, with
//! HMAC, CCM, ECDH and ECDSA written over them here, because that takes less flash and RAM, fewer
//! operations, and brings no panic in.

// A provider that goes before this one leaves it unused.
#[cfg_attr(feature = "external-aes-ccm", allow(dead_code))]
mod aes_ccm;
mod hmac;
#[cfg(feature = "public-key")]
#[cfg_attr(any(feature = "external-p256", cortex_m4_provider), allow(dead_code))]
mod p256;
#[cfg(feature = "sha1")]
mod sha1;
mod sha256;

#[cfg_attr(feature = "external-aes-ccm", allow(unused_imports))]
pub(crate) use aes_ccm::Aes128Ccm8;
pub(crate) use hmac::HmacSha256;
#[cfg(all(test, feature = "public-key"))]
pub(crate) use p256::tests::{Operations, operations};
#[cfg(feature = "public-key")]
#[cfg_attr(
    any(feature = "external-p256", cortex_m4_provider),
    allow(unused_imports)
)]
pub(crate) use p256::{EphemeralKey, P256SigningKey, P256VerifyingKey};
#[cfg(feature = "sha1")]
pub(crate) use sha1::Sha1;
pub(crate) use sha256::Sha256;
#[cfg(test)]
pub(crate) use sha256::tests::compressions;

/// Copies as much of `from` as fits into `to`.
fn copy(to: &mut [u8], from: &[u8]) {
    // Becomes a call of memcpy; `copy_from_slice` would bring its panic along.
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
