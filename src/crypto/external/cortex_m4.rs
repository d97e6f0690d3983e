//! P-256 in assembly for Cortex-M4 (P256-Cortex-M4 of Emil Lenngren, in the crate
//! `p256-cortex-m4-sys`): constant time where there is no data cache, and 2 KB of stack.
//!
//! It takes numbers as eight words, the least significant one first. It checks by itself that a
//! point is on the curve and that r and s are in range; nothing it does depends on memory but its
//! arguments. What it leaves on the stack cannot be wiped from here; every value that lies here is.

use p256_cortex_m4_sys as sys;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::crypto::nonce::{NONCES, Nonces};
use crate::crypto::order::{is_scalar, reduced};
use crate::crypto::{
    AgreementKey, DRAWS, Digest, Failure, Point, Random, SCALAR_LENGTH, SharedSecret, Signature,
    SigningKey, VerifyingKey,
};
use crate::wire::UNCOMPRESSED;

/// A number below 2^256.
type Words = [u32; SCALAR_LENGTH / 4];

/// A scalar that is at least 1 and less than the order.
#[derive(ZeroizeOnDrop)]
struct Scalar(Words);

impl Scalar {
    fn new(octets: &[u8; SCALAR_LENGTH]) -> Option<Self> {
        is_scalar(octets).then(|| Self(words(octets)))
    }

    /// The product with the generator.
    fn public(&self) -> Result<Point, Failure> {
        let (mut x, mut y) = (Words::default(), Words::default());
        // SAFETY: it reads eight words, and writes eight words each to two places.
        let done = unsafe { sys::p256_keygen(x.as_mut_ptr(), y.as_mut_ptr(), self.0.as_ptr()) };
        if !done {
            return Err(Failure);
        }
        let mut point = [UNCOMPRESSED; _];
        let (_, coordinates) = point.split_first_chunk_mut::<1>().ok_or(Failure)?;
        write(coordinates, &x, &y);
        Ok(point)
    }
}

pub(crate) struct EphemeralKey(Scalar);

impl AgreementKey for EphemeralKey {
    fn generate(random: &mut Random<'_>) -> Result<(Self, Point), Failure> {
        let mut octets = Zeroizing::new([0; SCALAR_LENGTH]);
        for _ in 0..DRAWS {
            random(&mut octets)?;
            if let Some(scalar) = Scalar::new(&octets) {
                let point = scalar.public()?;
                return Ok((Self(scalar), point));
            }
        }
        Err(Failure)
    }

    fn agree(&self, peer: &Point) -> Result<SharedSecret, Failure> {
        let (x, y) = coordinates(peer)?;
        let mut secret = SharedSecret([0; SCALAR_LENGTH]);
        let Self(Scalar(scalar)) = self;
        // SAFETY: it reads eight words each from three places and writes 32 octets. It refuses a
        // point that is not on the curve.
        let done = unsafe {
            sys::p256_ecdh_calc_shared_secret(
                secret.0.as_mut_ptr(),
                scalar.as_ptr(),
                x.as_ptr(),
                y.as_ptr(),
            )
        };
        if done { Ok(secret) } else { Err(Failure) }
    }
}

pub(crate) struct P256SigningKey(Scalar);

impl SigningKey for P256SigningKey {
    fn import(octets: &[u8; SCALAR_LENGTH]) -> Result<Self, Failure> {
        Scalar::new(octets).map(Self).ok_or(Failure)
    }

    fn public(&self) -> Result<Point, Failure> {
        self.0.public()
    }

    fn sign(&self, digest: &Digest, entropy: &[u8; SCALAR_LENGTH]) -> Result<Signature, Failure> {
        self.sign_with(digest, entropy)
    }
}

impl P256SigningKey {
    /// With additional data of any length.
    pub(crate) fn sign_with(&self, digest: &Digest, entropy: &[u8]) -> Result<Signature, Failure> {
        let Self(Scalar(scalar)) = self;
        let key = Zeroizing::new(octets(scalar));
        let number = reduced(digest);
        let mut nonces = Nonces::new(&key, &number, entropy);
        let (mut r, mut s) = (Words::default(), Words::default());
        for _ in 0..NONCES {
            let nonce = Zeroizing::new(words(nonces.next()));
            // SAFETY: it reads 32 octets and eight words each from two places, and writes eight
            // words each to two. It refuses a nonce that is out of range.
            let done = unsafe {
                sys::p256_sign(
                    r.as_mut_ptr(),
                    s.as_mut_ptr(),
                    number.as_ptr(),
                    number.len() as u32,
                    scalar.as_ptr(),
                    nonce.as_ptr(),
                )
            };
            if done {
                let mut signature = [0; _];
                write(&mut signature, &r, &s);
                return Ok(signature);
            }
            nonces.skip();
        }
        Err(Failure)
    }
}

pub(crate) struct P256VerifyingKey;

impl VerifyingKey for P256VerifyingKey {
    fn verify(point: &Point, digest: &Digest, signature: &Signature) -> Result<(), Failure> {
        let (x, y) = coordinates(point)?;
        let (r, s) = two_numbers(signature)?;
        // SAFETY: it reads 32 octets and eight words each from four places.
        let is_valid = unsafe {
            sys::p256_verify(
                x.as_ptr(),
                y.as_ptr(),
                digest.as_ptr(),
                digest.len() as u32,
                r.as_ptr(),
                s.as_ptr(),
            )
        };
        if is_valid { Ok(()) } else { Err(Failure) }
    }
}

/// x and y, which need not be on the curve.
fn coordinates(point: &Point) -> Result<(Words, Words), Failure> {
    match point.split_first_chunk() {
        Some((&[UNCOMPRESSED], coordinates)) => two_numbers(coordinates),
        _ => Err(Failure),
    }
}

fn two_numbers(octets: &[u8]) -> Result<(Words, Words), Failure> {
    match octets.as_chunks() {
        ([first, second], []) => Ok((words(first), words(second))),
        _ => Err(Failure),
    }
}

/// The words of a number in big endian.
fn words(octets: &[u8; SCALAR_LENGTH]) -> Words {
    let mut words = Words::default();
    for (word, octets) in words.iter_mut().rev().zip(octets.as_chunks().0) {
        *word = u32::from_be_bytes(*octets);
    }
    words
}

/// The number in big endian.
fn octets(words: &Words) -> [u8; SCALAR_LENGTH] {
    let mut octets = [0; SCALAR_LENGTH];
    for (octets, word) in octets.as_chunks_mut().0.iter_mut().zip(words.iter().rev()) {
        *octets = word.to_be_bytes();
    }
    octets
}

/// Two numbers in big endian, one after the other.
fn write(to: &mut [u8], first: &Words, second: &Words) {
    let words = first.iter().rev().chain(second.iter().rev());
    for (octets, word) in to.as_chunks_mut().0.iter_mut().zip(words) {
        *octets = word.to_be_bytes();
    }
}
