//! SHA-1 (FIPS 180-4 section 6.1), for the places where RFC 6066 names nothing else. It says that
//! octets are those that somebody named; nothing here is authentic because of it.

use ::sha1::compress;

use super::copy;
use crate::wire::SHA1_LENGTH;

const BLOCK_LENGTH: usize = 64;

/// FIPS 180-4 section 5.3.1.
const INITIAL: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];

pub(crate) struct Sha1 {
    midstate: [u32; 5],
    /// Octets hashed so far; what is left of a division by the block length is in `pending`.
    length: u64,
    pending: [u8; BLOCK_LENGTH],
}

impl Sha1 {
    pub(crate) fn new() -> Self {
        Sha1 {
            midstate: INITIAL,
            length: 0,
            pending: [0; BLOCK_LENGTH],
        }
    }

    pub(crate) fn update(&mut self, octets: &[u8]) {
        let used = self.used();
        self.length = self.length.wrapping_add(octets.len() as u64);
        let (_, free) = self.pending.split_at_mut_checked(used).unwrap_or_default();
        copy(free, octets);
        let Some(rest) = octets.get(free.len()..) else {
            return;
        };
        self.compress_pending();
        let (blocks, tail) = rest.as_chunks();
        for block in blocks {
            self.pending = *block;
            self.compress_pending();
        }
        copy(&mut self.pending, tail);
    }

    pub(crate) fn finish(mut self) -> [u8; SHA1_LENGTH] {
        let bits = self.length.wrapping_mul(8).to_be_bytes();
        let used = self.used();
        let (_, free) = self.pending.split_at_mut_checked(used).unwrap_or_default();
        // FIPS 180-4 section 5.1.1: "Append the bit '1' to the end of the message, followed by k
        // zero bits [...] Then append the 64-bit block that is equal to the number l".
        free.fill(0);
        if let Some(first) = free.first_mut() {
            *first = 0x80;
        }
        if free.len() <= bits.len() {
            self.compress_pending();
            self.pending.fill(0);
        }
        if let Some(end) = self.pending.last_chunk_mut() {
            *end = bits;
        }
        self.compress_pending();
        let mut digest = [0; SHA1_LENGTH];
        for (octets, word) in digest.as_chunks_mut().0.iter_mut().zip(self.midstate) {
            *octets = word.to_be_bytes();
        }
        digest
    }

    fn compress_pending(&mut self) {
        let block = self.pending;
        compress(&mut self.midstate, core::slice::from_ref((&block).into()));
    }

    fn used(&self) -> usize {
        (self.length % BLOCK_LENGTH as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    fn sha1(pieces: &[&[u8]]) -> [u8; SHA1_LENGTH] {
        let mut hash = Sha1::new();
        for piece in pieces {
            hash.update(piece);
        }
        hash.finish()
    }

    /// The examples that NIST publishes with FIPS 180-4, and the empty message.
    #[test]
    fn known_answers() {
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        for (message, digest) in [
            (&b"abc"[..], "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (long, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
            (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ] {
            assert_eq!(sha1(&[message]), hex(digest));
        }
    }

    /// Made with `head -c N /dev/zero | tr '\0' a | openssl sha1`: the padding takes a block of its
    /// own, or does not.
    #[test]
    fn lengths_around_a_block() {
        for (length, digest) in [
            (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
            (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
            (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
            (1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
        ] {
            let message = std::vec![b'a'; length];
            let expected = hex(digest);
            assert_eq!(sha1(&[&message]), expected, "{length}");
            for at in [1, 54, length / 2] {
                let (front, back) = message.split_at(at);
                assert_eq!(sha1(&[front, back]), expected, "{length} at {at}");
            }
        }
    }
}
