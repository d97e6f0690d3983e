//! Nonces of ECDSA (RFC 6979), with additional entropy.
//!
//! A nonce is never used for two digests, because it depends on key and digest; and what is
//! measured of one signature does not help with the next of the same digest, because it depends on
//! the entropy too.

use p256::Scalar;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::super::HmacSha256;
use super::scalar;
use crate::crypto::{DIGEST_LENGTH, Digest, Mac, SCALAR_LENGTH};

/// K and V of RFC 6979 section 3.2.
#[derive(ZeroizeOnDrop)]
pub(super) struct Nonces {
    key: HmacSha256,
    value: Digest,
}

impl Nonces {
    /// Steps b to g for the private key `key` and `digest`, which is reduced by the order. RFC
    /// 6979 section 3.6: "The additional data k' is added to the input of HMAC in steps d and f,
    /// after the h1 value".
    pub(super) fn new(key: &[u8; SCALAR_LENGTH], digest: &Digest, additional: &[u8]) -> Self {
        let mut nonces = Self {
            key: HmacSha256::new(&[&[0; DIGEST_LENGTH]]),
            value: [1; DIGEST_LENGTH],
        };
        nonces.update([&[0], key, digest, additional]);
        nonces.update([&[1], key, digest, additional]);
        nonces
    }

    /// Step h: the next candidate, if it is in the range of nonces.
    pub(super) fn next(&mut self) -> Option<Zeroizing<Scalar>> {
        self.value = self.key.tag(&[&self.value], &[]);
        scalar(&self.value).map(Zeroizing::new)
    }

    /// Step h when the nonce did not serve.
    pub(super) fn skip(&mut self) {
        self.update([&[0], &[], &[], &[]]);
    }

    /// K = HMAC_K(V || parts), V = HMAC_K(V)
    fn update(&mut self, [a, b, c, d]: [&[u8]; 4]) {
        let key = Zeroizing::new(self.key.tag(&[&self.value, a, b, c, d], &[]));
        self.key = HmacSha256::new(&[key.as_slice()]);
        self.value = self.key.tag(&[&self.value], &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    /// RFC 6979 appendix A.2.5: the first nonce for "sample" (its SHA-256 is below the order).
    /// After it others come, as from an HMAC_DRBG.
    #[test]
    fn nonces_of_rfc_6979() {
        let key = hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
        let digest = hex("af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf");
        let mut nonces = Nonces::new(&key, &digest, &[]);
        let mut next = || {
            let nonce = nonces.next().unwrap().to_bytes();
            nonces.skip();
            <[u8; 32]>::from(nonce)
        };
        assert_eq!(
            next(),
            hex("A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60")
        );
        assert_eq!([next(), next()], [hex(SECOND), hex(THIRD)]);
        let mut others = Nonces::new(&key, &digest, &[0]);
        assert_eq!(
            others.next().unwrap().to_bytes(),
            hex::<32>(WITH_ZERO).into()
        );
    }

    // From a transcription of section 3.2 into Python.
    const SECOND: &str = "8e83dc490bc5fc4d5992bd63cd87f254adffcb930f8a8011702a88870f638fdb";
    const THIRD: &str = "7b8dc9ad8ce159abca1b9915fc1470e91d5ad2443b3032557e78f47e180ab702";
    const WITH_ZERO: &str = "acbb238aca218f48d9187993f18d7e6cedc6019552a02eb0475a3b897b241410";
}
