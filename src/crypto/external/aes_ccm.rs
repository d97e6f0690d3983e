//! AES-128-CCM-8 that the firmware brings: include/motedtls_crypto.h says what each function does.

use zeroize::Zeroize;

use super::check;
use crate::crypto::{Failure, KEY_LENGTH, NONCE_LENGTH, RecordKey, TAG_LENGTH};

/// A text or additional data of this length has no CCM form with 12-octet nonces, or one that
/// nothing in DTLS needs.
const TEXT_END: usize = 1 << 24;
const ADDITIONAL_END: usize = (1 << 16) - (1 << 8);

/// `mote_crypto_aes_ccm_slot`
#[repr(C)]
pub(super) struct Slot([u32; 4]);

unsafe extern "C" {
    fn mote_crypto_aes_ccm_import(slot: *mut Slot, key: *const [u8; 16]);
    fn mote_crypto_aes_ccm_seal(
        slot: *const Slot,
        nonce: *const [u8; 12],
        additional: *const u8,
        additional_length: usize,
        text: *mut u8,
        text_length: usize,
        tag: *mut [u8; 8],
    ) -> i32;
    fn mote_crypto_aes_ccm_open(
        slot: *const Slot,
        nonce: *const [u8; 12],
        additional: *const u8,
        additional_length: usize,
        text: *mut u8,
        text_length: usize,
        tag: *const [u8; 8],
    ) -> i32;
    fn mote_crypto_aes_ccm_destroy(slot: *mut Slot);
}

pub(crate) struct Aes128Ccm8(Slot);

impl RecordKey for Aes128Ccm8 {
    fn import(key: &[u8; KEY_LENGTH]) -> Self {
        let mut slot = Slot([0; _]);
        // SAFETY: it reads the key and writes the slot.
        unsafe { mote_crypto_aes_ccm_import(&raw mut slot, key) };
        let key = Self(Slot(slot.0));
        slot.0.zeroize();
        key
    }

    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Failure> {
        check_lengths(additional, text)?;
        let mut tag = [0; TAG_LENGTH];
        // SAFETY: it reads slot, nonce and additional data, and writes text and tag, which are as
        // long as it is told.
        let status = unsafe {
            mote_crypto_aes_ccm_seal(
                &raw const self.0,
                nonce,
                additional.as_ptr(),
                additional.len(),
                text.as_mut_ptr(),
                text.len(),
                &raw mut tag,
            )
        };
        if check(status).is_err() {
            text.zeroize();
            return Err(Failure);
        }
        Ok(tag)
    }

    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Failure> {
        let opened = check_lengths(additional, text).and_then(|()| {
            // SAFETY: it reads slot, nonce, additional data and tag, and writes the text, which are
            // as long as it is told.
            check(unsafe {
                mote_crypto_aes_ccm_open(
                    &raw const self.0,
                    nonce,
                    additional.as_ptr(),
                    additional.len(),
                    text.as_mut_ptr(),
                    text.len(),
                    tag,
                )
            })
        });
        // RFC 3610 section 2.5: "If the T value is not correct, the receiver MUST NOT reveal any
        // information except for the fact that T is incorrect."
        if opened.is_err() {
            text.zeroize();
        }
        opened
    }
}

impl Drop for Aes128Ccm8 {
    fn drop(&mut self) {
        // SAFETY: the slot was filled once, and is not used again.
        unsafe { mote_crypto_aes_ccm_destroy(&raw mut self.0) };
        self.0.0.zeroize();
    }
}

fn check_lengths(additional: &[u8], text: &[u8]) -> Result<(), Failure> {
    if text.len() >= TEXT_END || additional.len() >= ADDITIONAL_END {
        return Err(Failure);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::{fail, live};
    use super::*;
    use crate::crypto::tests::record_key;

    #[test]
    fn vectors() {
        record_key::all::<Aes128Ccm8>();
    }

    #[test]
    fn every_slot_is_destroyed_once() {
        let before = live();
        let key = Aes128Ccm8::import(&[1; 16]);
        let moved = [key];
        assert_eq!(live(), before + 1);
        drop(moved);
        assert_eq!(live(), before);
    }

    /// A provider that fails may have left anything in the text.
    #[test]
    fn what_failed_is_wiped() {
        let key = Aes128Ccm8::import(&[1; 16]);
        let mut text = [2; 20];
        fail(|| assert_eq!(key.seal(&[3; 12], &[], &mut text), Err(Failure)));
        assert_eq!(text, [0; 20]);
        let mut text = [2; 20];
        fail(|| {
            assert_eq!(key.open(&[3; 12], &[], &mut text, &[4; 8]), Err(Failure));
        });
        assert_eq!(text, [0; 20]);
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<Aes128Ccm8>(), 16);
    }
}
