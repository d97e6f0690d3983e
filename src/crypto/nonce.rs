//! Nonces of ECDSA (RFC 6979), with additional entropy, for every provider that does not make its
//! own.
//!
//! A nonce is never used for two digests, because it depends on key and digest; and what is
//! measured of one signature does not help with the next of the same digest, because it depends on
//! the entropy too.

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{DIGEST_LENGTH, Digest, HmacSha256, Mac, SCALAR_LENGTH};

/// Nonces to be tried. One does not serve once in 2^32 times.
pub(crate) const NONCES: usize = 8;

/// K and V of RFC 6979 section 3.2.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Nonces {
    key: HmacSha256,
    value: Digest,
}

impl Nonces {
    /// Steps b to g for the private key `key` and the number of a digest. RFC 6979 section 3.6: "The
    /// additional data k' is added to the input of HMAC in steps d and f, after the h1 value".
    pub(crate) fn new(key: &[u8; SCALAR_LENGTH], number: &Digest, additional: &[u8]) -> Self {
        let mut nonces = Self {
            key: HmacSha256::new(&[&[0; DIGEST_LENGTH]]),
            value: [1; DIGEST_LENGTH],
        };
        nonces.update([&[0], key, number, additional]);
        nonces.update([&[1], key, number, additional]);
        nonces
    }

    /// Step h: the next candidate. It serves if it is at least 1 and less than the order.
    pub(crate) fn next(&mut self) -> &[u8; SCALAR_LENGTH] {
        self.value = self.key.tag(&[&self.value], &[]);
        &self.value
    }

    /// Step h when the nonce did not serve.
    pub(crate) fn skip(&mut self) {
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
            let nonce = *nonces.next();
            nonces.skip();
            nonce
        };
        assert_eq!(
            next(),
            hex("A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60")
        );
        assert_eq!([next(), next()], [hex(SECOND), hex(THIRD)]);
        let mut others = Nonces::new(&key, &digest, &[0]);
        assert_eq!(*others.next(), hex(WITH_ZERO));
    }

    // From a transcription of section 3.2 into Python.
    const SECOND: &str = "8e83dc490bc5fc4d5992bd63cd87f254adffcb930f8a8011702a88870f638fdb";
    const THIRD: &str = "7b8dc9ad8ce159abca1b9915fc1470e91d5ad2443b3032557e78f47e180ab702";
    const WITH_ZERO: &str = "acbb238aca218f48d9187993f18d7e6cedc6019552a02eb0475a3b897b241410";
}
