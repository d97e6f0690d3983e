//! Providers in foreign code: assembly for Cortex-M4, and what the firmware brings through
//! include/motedtls_crypto.h. `unsafe` stands only where they are called.

#[cfg(feature = "external-aes-ccm")]
mod aes_ccm;
#[cfg(all(
    feature = "public-key",
    cortex_m4_provider,
    not(feature = "external-p256")
))]
mod cortex_m4;
#[cfg(all(feature = "public-key", feature = "external-p256"))]
mod p256;
#[cfg(test)]
mod stand_in;

#[cfg(feature = "external-aes-ccm")]
pub(crate) use aes_ccm::Aes128Ccm8;
#[cfg(all(
    feature = "public-key",
    cortex_m4_provider,
    not(feature = "external-p256")
))]
pub(crate) use cortex_m4::{EphemeralKey, P256SigningKey, P256VerifyingKey};
#[cfg(all(feature = "public-key", feature = "external-p256"))]
pub(crate) use p256::{EphemeralKey, P256SigningKey, P256VerifyingKey};
