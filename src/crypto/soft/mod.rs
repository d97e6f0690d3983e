//! The provider in software: the RustCrypto block functions of AES and SHA-256, with HMAC and CCM
//! written over them here, because that takes less RAM, fewer AES calls and brings no panic in.

mod aes_ccm;
mod hmac;
mod sha256;

pub(crate) use aes_ccm::Aes128Ccm8;
pub(crate) use hmac::HmacSha256;
pub(crate) use sha256::Sha256;
#[cfg(test)]
pub(crate) use sha256::tests::compressions;

/// Copies as much of `from` as fits into `to`.
fn copy(to: &mut [u8], from: &[u8]) {
    let length = to.len().min(from.len());
    // Two slices cut to one length: the compiler sees that `copy_from_slice` cannot panic.
    if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
        to.copy_from_slice(from);
    }
}
