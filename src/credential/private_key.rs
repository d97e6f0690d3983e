//! A private key of ours, as openssl writes it: SEC1 (RFC 5915), PKCS#8 (RFC 5208), or bare.

use crate::crypto::{Digest, Failure, P256SigningKey, SCALAR_LENGTH, Signature, SigningKey};
use crate::error::{Error, Malformed};
use crate::wire::der::{Der, Tag};
use crate::wire::public_key_info;

/// A private key on P-256, borrowed.
///
/// What signs is reached through it, and not by name: a linker leaves it out of firmware that has
/// none, or a signer of its own.
#[derive(Clone, Copy)]
pub struct PrivateKey<'a> {
    pub(crate) scalar: &'a [u8; SCALAR_LENGTH],
    sign: Sign,
}

type Sign = fn(
    scalar: &[u8; SCALAR_LENGTH],
    digest: &Digest,
    entropy: &[u8; SCALAR_LENGTH],
) -> Result<Signature, Failure>;

fn sign(
    scalar: &[u8; SCALAR_LENGTH],
    digest: &Digest,
    entropy: &[u8; SCALAR_LENGTH],
) -> Result<Signature, Failure> {
    P256SigningKey::import(scalar)?.sign(digest, entropy)
}

impl<'a> PrivateKey<'a> {
    /// Takes an ECPrivateKey or a PKCS#8 PrivateKeyInfo in DER, or the 32 octets of the scalar.
    ///
    /// # Errors
    /// [`Error::Argument`] for anything else, and for another curve.
    pub fn new(octets: &'a [u8]) -> Result<Self, Error> {
        if let Ok(scalar) = octets.try_into() {
            return Ok(PrivateKey { scalar, sign });
        }
        let parsed = sec1(octets).or_else(|_| pkcs8(octets));
        let scalar = parsed.map_err(|_| Error::Argument)?;
        Ok(PrivateKey { scalar, sign })
    }

    pub(crate) fn sign(
        &self,
        digest: &Digest,
        entropy: &[u8; SCALAR_LENGTH],
    ) -> Result<Signature, Failure> {
        (self.sign)(self.scalar, digest, entropy)
    }
}

/// `ECPrivateKey ::= SEQUENCE { version INTEGER { ecPrivkeyVer1(1) }, privateKey OCTET STRING,
/// parameters [0] ECParameters OPTIONAL, publicKey [1] BIT STRING OPTIONAL }` (RFC 5915 section 3).
fn sec1(octets: &[u8]) -> Result<&[u8; SCALAR_LENGTH], Malformed> {
    let mut key = Der::only(Tag::SEQUENCE, octets)?;
    if key.unsigned()? != [1] {
        return Err(Malformed);
    }
    // "privateKey is the private key. It is an octet string of length ceiling (log2(n)/8)".
    let scalar = key.value(Tag::OCTET_STRING)?;
    if let Some(parameters) = key.optional(Tag::context_constructed(0))?
        && parameters.value != public_key_info::CURVE
    {
        return Err(Malformed);
    }
    key.optional(Tag::context_constructed(1))?;
    key.finish()?;
    scalar.try_into().map_err(|_| Malformed)
}

/// `PrivateKeyInfo ::= SEQUENCE { version Version, privateKeyAlgorithm AlgorithmIdentifier,
/// privateKey OCTET STRING, attributes [0] IMPLICIT Attributes OPTIONAL }` (RFC 5208 section 5).
fn pkcs8(octets: &[u8]) -> Result<&[u8; SCALAR_LENGTH], Malformed> {
    let mut info = Der::only(Tag::SEQUENCE, octets)?;
    let is_v1 = info.unsigned()?.is_empty();
    let algorithm = info.expect(Tag::SEQUENCE)?.encoded;
    if !is_v1 || algorithm != public_key_info::ALGORITHM {
        return Err(Malformed);
    }
    let key = info.value(Tag::OCTET_STRING)?;
    info.optional(Tag::context_constructed(0))?;
    info.finish()?;
    sec1(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    /// Made with `openssl ecparam -name prime256v1 -genkey -noout -outform DER`.
    const SEC1: &str =
        "30770201010420a6b4e7d2e5f0c5a0b7c1d2e3f4051627384950617283940a1b2c3d4e5f607182
        a00a06082a8648ce3d030107a144034200
        04000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
        202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

    fn scalar(octets: &[u8]) -> Option<[u8; 32]> {
        PrivateKey::new(octets).ok().map(|key| *key.scalar)
    }

    fn wrapped(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
        let mut inner = vec![2, 1, 0];
        inner.extend(algorithm);
        inner.extend([4, key.len() as u8]);
        inner.extend(key);
        let mut out = vec![0x30, 0x81, inner.len() as u8];
        out.extend(inner);
        out
    }

    #[test]
    fn all_three_forms() {
        let expected = hex("a6b4e7d2e5f0c5a0b7c1d2e3f4051627384950617283940a1b2c3d4e5f607182");
        let sec1 = hex::<121>(SEC1);
        assert_eq!(scalar(&sec1), Some(expected));
        assert_eq!(scalar(&expected), Some(expected));
        let pkcs8 = wrapped(public_key_info::ALGORITHM, &sec1);
        assert_eq!(scalar(&pkcs8), Some(expected));
    }

    #[test]
    fn what_is_cut_or_of_another_kind_is_refused() {
        let sec1 = hex::<121>(SEC1);
        for end in (0..sec1.len()).filter(|end| *end != 32) {
            assert_eq!(scalar(&sec1[..end]), None, "{end}");
        }
        let mut other = sec1;
        other[50] ^= 1; // the curve
        assert_eq!(scalar(&other), None);
        let mut version = sec1;
        version[4] = 2;
        assert_eq!(scalar(&version), None);
        let mut long = sec1.to_vec();
        long.push(0);
        assert_eq!(scalar(&long), None);
        let mut algorithm = public_key_info::ALGORITHM.to_vec();
        algorithm[20] ^= 1;
        assert_eq!(scalar(&wrapped(&algorithm, &sec1)), None);
    }
}
