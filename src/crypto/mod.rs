//! Floor 2: the crypto seam. Everything above says *what* it needs through these traits and uses
//! the types re-exported here; which provider stands behind them is chosen when the crate is built.
//!
//! Messages and public values are octets. Secrets are the provider's own types, destroyed on drop,
//! so that a provider may keep a key in hardware and hand out its slot number.

pub(crate) mod soft;

pub(crate) use soft::{Aes128Ccm8, HmacSha256, Sha256};

/// Octets of a SHA-256 digest and of an HMAC-SHA-256 tag.
pub(crate) const DIGEST_LENGTH: usize = 32;
/// Octets of an AES-128 key.
pub(crate) const KEY_LENGTH: usize = 16;
/// Octets of a CCM nonce as TLS uses it: 4 of salt, 8 explicit (RFC 6655 section 3).
pub(crate) const NONCE_LENGTH: usize = 12;
/// Octets of the CCM_8 authentication tag (RFC 6655 section 6.1).
pub(crate) const TAG_LENGTH: usize = 8;

/// A SHA-256 digest or HMAC-SHA-256 tag.
pub(crate) type Digest = [u8; DIGEST_LENGTH];

/// The provider could not do what it was asked to; for `open`, the tag did not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure;

/// SHA-256.
pub(crate) trait Hash: Clone {
    fn new() -> Self;
    fn update(&mut self, octets: &[u8]);

    /// The digest of the octets so far. More may follow: the transcript hash is read midway.
    fn digest(&self) -> Digest;
}

/// HMAC-SHA-256 under one key. What is kept is the keyed state: a tag costs no compression for the
/// key.
pub(crate) trait Mac: Clone {
    /// The key is the concatenation of `parts`, so that a premaster secret need not be assembled.
    fn new(parts: &[&[u8]]) -> Self;

    /// The tag of the concatenation of `parts`.
    fn tag<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> Digest;
}

/// The key of one direction of an association: AES-128-CCM with a tag of 8 octets.
pub(crate) trait RecordKey: Sized {
    fn import(key: &[u8; KEY_LENGTH]) -> Self;

    /// Encrypts `text` in place and returns the tag.
    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Failure>;

    /// Decrypts `text` in place. When the tag does not match, `text` holds zeros afterwards and
    /// the time taken does not depend on where the tags differ.
    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Failure>;
}

#[cfg(test)]
#[allow(clippy::expect_used)]
pub(crate) mod tests {
    /// Octets from hexadecimal, where white space does not count.
    pub(crate) fn hex<const N: usize>(text: &str) -> [u8; N] {
        let mut digits = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_digit(16).expect("a hexadecimal digit") as u8);
        let octets = core::array::from_fn(|_| {
            let high = digits.next().expect("more digits");
            let low = digits.next().expect("more digits");
            high << 4 | low
        });
        assert_eq!(digits.next(), None, "more digits than octets");
        octets
    }
}
