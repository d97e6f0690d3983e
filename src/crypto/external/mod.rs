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
#[cfg(all(test, any(feature = "external-aes-ccm", feature = "external-p256")))]
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

/// What a function of the header returns: "0 means done".
#[cfg(any(
    feature = "external-aes-ccm",
    all(feature = "public-key", feature = "external-p256")
))]
fn check(status: i32) -> Result<(), crate::crypto::Failure> {
    if status == 0 {
        Ok(())
    } else {
        Err(crate::crypto::Failure)
    }
}
