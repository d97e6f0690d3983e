//! What stands for a firmware's provider in the tests: the functions of include/motedtls_crypto.h
//! over the portable provider, whose keys lie in the slots. It counts slots, and can misbehave.

extern crate std;

use core::cell::Cell;

std::thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static FAULT: Cell<Fault> = const { Cell::new(Fault::None) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Every function fails, and leaves its outputs as they are.
    Failure,
    /// Every function says that it is done, and leaves zeros in its outputs.
    Nonsense,
    /// No function may be called.
    Unreachable,
}

/// Slots that were filled and not destroyed.
pub(super) fn live() -> isize {
    LIVE.get()
}

pub(super) fn with_fault(fault: Fault, work: impl FnOnce()) {
    FAULT.set(fault);
    work();
    FAULT.set(Fault::None);
}

pub(super) fn fail(work: impl FnOnce()) {
    with_fault(Fault::Failure, work);
}

/// What a function returns that does `work` when nothing is wrong.
fn done(work: impl FnOnce() -> Result<(), crate::crypto::Failure>) -> i32 {
    match FAULT.get() {
        Fault::None => i32::from(work().is_err()),
        Fault::Failure => -1,
        Fault::Nonsense => 0,
        Fault::Unreachable => panic!("the library should have refused that"),
    }
}

/// The same for a function that fills a slot.
fn filled(work: impl FnOnce() -> Result<(), crate::crypto::Failure>) -> i32 {
    let status = done(work);
    if status == 0 {
        LIVE.set(LIVE.get() + 1);
    }
    status
}

/// Puts a value in a slot, which may have a smaller alignment.
///
/// # Safety
/// The slot is writable and large enough.
unsafe fn put<S, T>(slot: *mut S, value: T) {
    assert!(size_of::<T>() <= size_of::<S>());
    // SAFETY: see above.
    unsafe { slot.cast::<T>().write_unaligned(value) }
}

/// A look at the value of a slot, which is not dropped.
///
/// # Safety
/// `put` has filled the slot with such a value.
unsafe fn look<S, T>(slot: *const S) -> core::mem::ManuallyDrop<T> {
    // SAFETY: see above.
    core::mem::ManuallyDrop::new(unsafe { slot.cast::<T>().read_unaligned() })
}

#[cfg(feature = "external-aes-ccm")]
mod aes_ccm {
    use core::slice;

    use super::super::aes_ccm::Slot;
    use super::{LIVE, done, filled, look, put};
    use crate::crypto::RecordKey;
    use crate::crypto::soft::Aes128Ccm8;

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_aes_ccm_import(slot: *mut Slot, key: *const [u8; 16]) {
        // SAFETY: the caller keeps to the header.
        filled(|| unsafe {
            put(slot, Aes128Ccm8::import(&*key));
            Ok(())
        });
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_aes_ccm_seal(
        slot: *const Slot,
        nonce: *const [u8; 12],
        additional: *const u8,
        additional_length: usize,
        text: *mut u8,
        text_length: usize,
        tag: *mut [u8; 8],
    ) -> i32 {
        // SAFETY: as above.
        done(|| unsafe {
            let additional = slice::from_raw_parts(additional, additional_length);
            let text = slice::from_raw_parts_mut(text, text_length);
            *tag = look::<_, Aes128Ccm8>(slot).seal(&*nonce, additional, text)?;
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_aes_ccm_open(
        slot: *const Slot,
        nonce: *const [u8; 12],
        additional: *const u8,
        additional_length: usize,
        text: *mut u8,
        text_length: usize,
        tag: *const [u8; 8],
    ) -> i32 {
        // SAFETY: as above.
        done(|| unsafe {
            let additional = slice::from_raw_parts(additional, additional_length);
            let text = slice::from_raw_parts_mut(text, text_length);
            look::<_, Aes128Ccm8>(slot).open(&*nonce, additional, text, &*tag)
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_aes_ccm_destroy(slot: *mut Slot) {
        // SAFETY: as above; the value is dropped once.
        drop(unsafe { slot.cast::<Aes128Ccm8>().read_unaligned() });
        LIVE.set(LIVE.get() - 1);
    }
}

#[cfg(all(feature = "public-key", feature = "external-p256"))]
mod p256 {
    use super::super::p256::Slot;
    use super::{FAULT, Fault, LIVE, done, filled, look, put};
    use crate::crypto::soft::{EphemeralKey, P256SigningKey, P256VerifyingKey};
    use crate::crypto::{AgreementKey, Failure, SigningKey, VerifyingKey};

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_generate(
        slot: *mut Slot,
        random: *const [u8; 32],
        point: *mut [u8; 65],
    ) -> i32 {
        // SAFETY: the caller keeps to the header.
        filled(|| unsafe {
            // One draw is all that there is.
            let mut random = Some(*random);
            let (key, public) = EphemeralKey::generate(&mut |octets| {
                *octets = random.take().ok_or(Failure)?;
                Ok(())
            })?;
            put(slot, key);
            *point = public;
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_agree(
        slot: *const Slot,
        peer: *const [u8; 65],
        secret: *mut [u8; 32],
    ) -> i32 {
        // SAFETY: as above.
        done(|| unsafe {
            let key = look::<_, EphemeralKey>(slot);
            *secret = *key.agree(&*peer)?.as_octets();
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_import(slot: *mut Slot, scalar: *const [u8; 32]) -> i32 {
        // SAFETY: as above.
        filled(|| unsafe {
            put(slot, P256SigningKey::import(&*scalar)?);
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_public(slot: *const Slot, point: *mut [u8; 65]) -> i32 {
        // SAFETY: as above.
        done(|| unsafe {
            *point = look::<_, P256SigningKey>(slot).public()?;
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_sign(
        slot: *const Slot,
        digest: *const [u8; 32],
        entropy: *const [u8; 32],
        signature: *mut [u8; 64],
    ) -> i32 {
        // SAFETY: as above.
        done(|| unsafe {
            *signature = look::<_, P256SigningKey>(slot).sign(&*digest, &*entropy)?;
            Ok(())
        })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_verify(
        point: *const [u8; 65],
        digest: *const [u8; 32],
        signature: *const [u8; 64],
    ) -> i32 {
        // SAFETY: as above.
        done(|| unsafe { P256VerifyingKey::verify(&*point, &*digest, &*signature) })
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn mote_crypto_p256_destroy(slot: *mut Slot) {
        if FAULT.get() == Fault::None {
            // Both kinds of key are one scalar, wiped on drop.
            // SAFETY: as above; the value is dropped once.
            drop(unsafe { slot.cast::<P256SigningKey>().read_unaligned() });
        }
        LIVE.set(LIVE.get() - 1);
    }
}
