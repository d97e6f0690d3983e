//! P-256 that the firmware brings: include/motedtls_crypto.h says what each function does.

use zeroize::{Zeroize, Zeroizing};

use super::check;
use crate::crypto::order::is_scalar;
use crate::crypto::{
    AgreementKey, DRAWS, Digest, Failure, Point, Random, SCALAR_LENGTH, SharedSecret, Signature,
    SigningKey, VerifyingKey,
};
use crate::wire::UNCOMPRESSED;

/// `mote_crypto_p256_slot`
#[repr(C)]
pub(super) struct Slot([u32; 8]);

unsafe extern "C" {
    fn mote_crypto_p256_generate(
        slot: *mut Slot,
        random: *const [u8; 32],
        point: *mut [u8; 65],
    ) -> i32;
    fn mote_crypto_p256_agree(
        slot: *const Slot,
        peer: *const [u8; 65],
        secret: *mut [u8; 32],
    ) -> i32;
    fn mote_crypto_p256_import(slot: *mut Slot, scalar: *const [u8; 32]) -> i32;
    fn mote_crypto_p256_public(slot: *const Slot, point: *mut [u8; 65]) -> i32;
    fn mote_crypto_p256_sign(
        slot: *const Slot,
        digest: *const [u8; 32],
        entropy: *const [u8; 32],
        signature: *mut [u8; 64],
    ) -> i32;
    fn mote_crypto_p256_verify(
        point: *const [u8; 65],
        digest: *const [u8; 32],
        signature: *const [u8; 64],
    ) -> i32;
    fn mote_crypto_p256_destroy(slot: *mut Slot);
}

/// A slot that was filled.
struct Key(Slot);

impl Key {
    /// A key if `fill` says so.
    fn new(fill: impl FnOnce(*mut Slot) -> i32) -> Result<Self, Failure> {
        let mut slot = Slot([0; _]);
        let key = check(fill(&raw mut slot)).map(|()| Self(Slot(slot.0)));
        slot.0.zeroize();
        key
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the slot was filled once, and is not used again.
        unsafe { mote_crypto_p256_destroy(&raw mut self.0) };
        self.0.0.zeroize();
    }
}

pub(crate) struct EphemeralKey(Key);

impl AgreementKey for EphemeralKey {
    fn generate(random: &mut Random<'_>) -> Result<(Self, Point), Failure> {
        let mut octets = Zeroizing::new([0; SCALAR_LENGTH]);
        let mut point = [0; _];
        for _ in 0..DRAWS {
            random(&mut octets)?;
            // SAFETY: it reads the random octets, and writes slot and point.
            let key = Key::new(|slot| unsafe {
                mote_crypto_p256_generate(slot, &raw const *octets, &raw mut point)
            });
            if let Ok(key) = key {
                check_form(&point)?;
                return Ok((Self(key), point));
            }
        }
        Err(Failure)
    }

    fn agree(&self, peer: &Point) -> Result<SharedSecret, Failure> {
        check_form(peer)?;
        let mut secret = SharedSecret([0; SCALAR_LENGTH]);
        let Self(Key(slot)) = self;
        // SAFETY: it reads slot and point, and writes the secret.
        check(unsafe { mote_crypto_p256_agree(slot, peer, &raw mut secret.0) })?;
        Ok(secret)
    }
}

pub(crate) struct P256SigningKey(Key);

impl SigningKey for P256SigningKey {
    fn import(scalar: &[u8; SCALAR_LENGTH]) -> Result<Self, Failure> {
        if !is_scalar(scalar) {
            return Err(Failure);
        }
        // SAFETY: it reads the scalar and writes the slot.
        Key::new(|slot| unsafe { mote_crypto_p256_import(slot, scalar) }).map(Self)
    }

    fn public(&self) -> Result<Point, Failure> {
        let mut point = [0; _];
        let Self(Key(slot)) = self;
        // SAFETY: it reads the slot and writes the point.
        check(unsafe { mote_crypto_p256_public(slot, &raw mut point) })?;
        check_form(&point)?;
        Ok(point)
    }

    fn sign(&self, digest: &Digest, entropy: &[u8; SCALAR_LENGTH]) -> Result<Signature, Failure> {
        let mut signature = [0; _];
        let Self(Key(slot)) = self;
        // SAFETY: it reads slot, digest and entropy, and writes the signature.
        check(unsafe { mote_crypto_p256_sign(slot, digest, entropy, &raw mut signature) })?;
        check_range(&signature)?;
        Ok(signature)
    }
}

pub(crate) struct P256VerifyingKey;

impl VerifyingKey for P256VerifyingKey {
    fn verify(point: &Point, digest: &Digest, signature: &Signature) -> Result<(), Failure> {
        check_form(point)?;
        check_range(signature)?;
        // SAFETY: it reads point, digest and signature.
        check(unsafe { mote_crypto_p256_verify(point, digest, signature) })
    }
}

fn check_form(point: &Point) -> Result<(), Failure> {
    match point {
        [UNCOMPRESSED, ..] => Ok(()),
        _ => Err(Failure),
    }
}

/// r and s are at least 1 and less than the order.
fn check_range(signature: &Signature) -> Result<(), Failure> {
    let (numbers, _) = signature.as_chunks();
    if numbers.iter().all(is_scalar) {
        return Ok(());
    }
    Err(Failure)
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::{Fault, fail, live, with_fault};
    use super::*;
    use crate::crypto::soft;

    fn generate() -> Result<(EphemeralKey, Point), Failure> {
        EphemeralKey::generate(&mut |octets| {
            octets.fill(5);
            Ok(())
        })
    }

    /// The same as the portable provider, octet for octet; every slot is destroyed.
    #[test]
    fn like_the_portable_provider() {
        let before = live();
        let signing = P256SigningKey::import(&[7; 32]).unwrap();
        let portable = soft::P256SigningKey::import(&[7; 32]).unwrap();
        let point = signing.public().unwrap();
        assert_eq!(portable.public(), Ok(point));
        let signature = signing.sign(&[1; 32], &[2; 32]).unwrap();
        assert_eq!(portable.sign(&[1; 32], &[2; 32]), Ok(signature));
        assert_eq!(
            P256VerifyingKey::verify(&point, &[1; 32], &signature),
            Ok(())
        );
        assert!(P256VerifyingKey::verify(&point, &[3; 32], &signature).is_err());
        let (key, own) = generate().unwrap();
        let secret = key.agree(&point).unwrap();
        assert_ne!(secret.as_octets(), &[0; 32]);
        assert_eq!(live(), before + 2);
        assert!(
            key.agree(&{
                let mut bad = own;
                bad[64] ^= 1;
                bad
            })
            .is_err()
        );
        drop((signing, key));
        assert_eq!(live(), before);
    }

    #[test]
    fn failures_are_failures() {
        let (key, point) = generate().unwrap();
        let signing = P256SigningKey::import(&[7; 32]).unwrap();
        let before = live();
        fail(|| {
            assert!(generate().is_err());
            assert!(key.agree(&point).is_err());
            assert!(P256SigningKey::import(&[7; 32]).is_err());
            assert!(signing.public().is_err());
            assert!(signing.sign(&[1; 32], &[2; 32]).is_err());
            assert!(P256VerifyingKey::verify(&point, &[1; 32], &[1; 64]).is_err());
        });
        assert_eq!(live(), before);
    }

    /// The octets that are handed in may be a key that is out of range: eight draws, no more.
    #[test]
    fn generation_draws_again_and_gives_up() {
        let mut draws = 0;
        let key = EphemeralKey::generate(&mut |octets| {
            draws += 1;
            octets.fill(0xff);
            Ok(())
        });
        assert!(key.is_err());
        assert_eq!(draws, DRAWS);
        let mut draws = [[0; 32], [9; 32]].into_iter();
        let key = EphemeralKey::generate(&mut |octets| {
            *octets = draws.next().ok_or(Failure)?;
            Ok(())
        });
        assert!(key.is_ok());
    }

    /// Neither is the provider asked about what is out of range, nor is it believed when it gives
    /// such a thing.
    #[test]
    fn what_is_out_of_range() {
        let signing = P256SigningKey::import(&[7; 32]).unwrap();
        let (key, point) = generate().unwrap();
        let mut compressed = point;
        compressed[0] = 2;
        let mut zero = signing.sign(&[1; 32], &[2; 32]).unwrap();
        zero[32..].fill(0);
        with_fault(Fault::Unreachable, || {
            assert!(P256SigningKey::import(&[0; 32]).is_err());
            assert!(P256SigningKey::import(&[0xff; 32]).is_err());
            assert!(key.agree(&compressed).is_err());
            assert!(P256VerifyingKey::verify(&compressed, &[1; 32], &[1; 64]).is_err());
            assert!(P256VerifyingKey::verify(&point, &[1; 32], &zero).is_err());
        });
        with_fault(Fault::Nonsense, || {
            let before = live();
            assert!(generate().is_err());
            assert_eq!(live(), before);
            assert!(signing.public().is_err());
            assert!(signing.sign(&[1; 32], &[2; 32]).is_err());
        });
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<EphemeralKey>(), 32);
        assert_eq!(size_of::<P256SigningKey>(), 32);
    }
}
