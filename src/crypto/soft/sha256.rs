//! SHA-256 (FIPS 180-4).
//!
//! Written here for its place on a stack of which the deepest call is always a hash: on Cortex-M the
//! compression takes 176 octets of it and that of `sha2` 408, which also takes 1.6 KB more of flash
//! (with `force-soft-compact` as much as this, and more instructions). No branch and no address
//! depends on what is hashed.

use zeroize::{Zeroize, optimization_barrier};

use super::copy;
use crate::crypto::{Digest, Hash};

pub(super) const BLOCK_LENGTH: usize = 64;

/// The eight words between two compressions.
pub(super) type Midstate = [u32; 8];

/// FIPS 180-4 section 5.3.3.
const INITIAL: Midstate = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// FIPS 180-4 section 4.2.2.
const CONSTANTS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

#[derive(Clone)]
pub(crate) struct Sha256 {
    midstate: Midstate,
    /// Octets hashed so far; what is left of a division by the block length is in `pending`.
    length: u64,
    pending: [u8; BLOCK_LENGTH],
}

impl Sha256 {
    /// What the first block of a message leads to.
    pub(super) fn midstate_after(block: &[u8; BLOCK_LENGTH]) -> Midstate {
        let mut midstate = INITIAL;
        compress(&mut midstate, block);
        midstate
    }

    /// Goes on from a midstate that one block led to.
    pub(super) fn after_one_block(midstate: &Midstate) -> Self {
        Self {
            midstate: *midstate,
            length: BLOCK_LENGTH as u64,
            pending: [0; BLOCK_LENGTH],
        }
    }

    /// The same in the memory of a hash that is finished with.
    pub(super) fn restart(&mut self, midstate: &Midstate) {
        self.midstate = *midstate;
        self.length = BLOCK_LENGTH as u64;
    }

    /// The digest. What is left behind is the state after the padding.
    pub(super) fn finish(&mut self) -> Digest {
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
            compress(&mut self.midstate, &self.pending);
            self.pending.fill(0);
        }
        if let Some(end) = self.pending.last_chunk_mut() {
            *end = bits;
        }
        compress(&mut self.midstate, &self.pending);

        let mut digest = [0; 32];
        for (octets, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.midstate) {
            *octets = word.to_be_bytes();
        }
        digest
    }

    /// Wipes the message octets too, which `drop` leaves: for a message that is itself a key.
    pub(super) fn wipe_message(&mut self) {
        wipe(&mut self.pending);
    }

    fn used(&self) -> usize {
        (self.length % BLOCK_LENGTH as u64) as usize
    }
}

impl Hash for Sha256 {
    fn new() -> Self {
        Self {
            midstate: INITIAL,
            length: 0,
            pending: [0; BLOCK_LENGTH],
        }
    }

    fn update(&mut self, octets: &[u8]) {
        let used = self.used();
        self.length = self.length.wrapping_add(octets.len() as u64);
        let (_, free) = self.pending.split_at_mut_checked(used).unwrap_or_default();
        copy(free, octets);
        let Some(rest) = octets.get(free.len()..) else {
            return;
        };
        compress(&mut self.midstate, &self.pending);

        let (blocks, tail) = rest.as_chunks();
        for block in blocks {
            compress(&mut self.midstate, block);
        }
        copy(&mut self.pending, tail);
    }

    fn digest(&self) -> Digest {
        self.clone().finish()
    }
}

/// Wipes a block at once, where `zeroize` goes octet by octet: HMAC does it for every tag.
pub(super) fn wipe(block: &mut [u8; BLOCK_LENGTH]) {
    *block = [0; BLOCK_LENGTH];
    optimization_barrier(block);
}

/// In an HMAC the midstate holds the key, and at the end the tag, which may be a key itself.
impl Drop for Sha256 {
    fn drop(&mut self) {
        self.midstate.zeroize();
    }
}

/// FIPS 180-4 section 6.2.2. Of the message schedule sixteen words are kept, and of the rounds four
/// are written: more take more flash, fewer more time to move the variables.
fn compress(midstate: &mut Midstate, block: &[u8; BLOCK_LENGTH]) {
    #[cfg(test)]
    tests::count();
    let mut schedule = [0; 16];
    for (word, octets) in schedule.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*octets);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *midstate;
    for (sixteen, constants) in CONSTANTS.as_chunks::<16>().0.iter().enumerate() {
        if sixteen > 0 {
            extend(&mut schedule);
        }
        let fours = constants.as_chunks().0.iter().zip(schedule.as_chunks().0);
        for ([k0, k1, k2, k3], [w0, w1, w2, w3]) in fours {
            round([a, b, c], &mut d, [e, f, g], &mut h, k0.wrapping_add(*w0));
            round([h, a, b], &mut c, [d, e, f], &mut g, k1.wrapping_add(*w1));
            round([g, h, a], &mut b, [c, d, e], &mut f, k2.wrapping_add(*w2));
            round([f, g, h], &mut a, [b, c, d], &mut e, k3.wrapping_add(*w3));
            (a, b, c, d, e, f, g, h) = (e, f, g, h, a, b, c, d);
        }
    }
    for (word, sum) in midstate.iter_mut().zip(&[a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(*sum);
    }
    schedule.zeroize();
}

/// One round, without its renaming of the variables: `d` becomes the next e, and `h` the next a.
#[inline(always)]
fn round(
    [a, b, c]: [u32; 3],
    d: &mut u32,
    [e, f, g]: [u32; 3],
    h: &mut u32,
    constant_and_word: u32,
) {
    let t1 = h
        .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
        .wrapping_add(g ^ e & (f ^ g))
        .wrapping_add(constant_and_word);
    let t2 = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
        .wrapping_add(b ^ (a ^ b) & (b ^ c));
    *d = d.wrapping_add(t1);
    *h = t1.wrapping_add(t2);
}

/// The next sixteen words of the schedule, each in the place of the one sixteen before it.
#[expect(clippy::indexing_slicing, reason = "no index modulo 16 is out of 16")]
fn extend(schedule: &mut [u32; 16]) {
    for t in 0..16 {
        let w1 = schedule[(t + 1) % 16];
        let w9 = schedule[(t + 9) % 16];
        let w14 = schedule[(t + 14) % 16];
        let sum = (w14.rotate_right(17) ^ w14.rotate_right(19) ^ w14 >> 10)
            .wrapping_add(w9)
            .wrapping_add(w1.rotate_right(7) ^ w1.rotate_right(18) ^ w1 >> 3);
        schedule[t % 16] = schedule[t % 16].wrapping_add(sum);
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
pub(crate) mod tests {
    extern crate std;

    use core::cell::Cell;
    use std::vec::Vec;

    use super::*;
    use crate::crypto::tests::hex;

    std::thread_local! {
        static COMPRESSIONS: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        COMPRESSIONS.set(COMPRESSIONS.get() + 1);
    }

    /// How many compressions `work` takes.
    pub(crate) fn compressions<T>(work: impl FnOnce() -> T) -> usize {
        let before = COMPRESSIONS.get();
        work();
        COMPRESSIONS.get() - before
    }

    fn sha256(message: &[u8]) -> Digest {
        let mut hash = Sha256::new();
        hash.update(message);
        hash.digest()
    }

    /// The examples that NIST gives with FIPS 180-4, and the digest of nothing.
    #[test]
    fn fips_examples() {
        assert_eq!(
            sha256(b""),
            hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        );
        assert_eq!(
            sha256(b"abc"),
            hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(
            sha256(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        );
        let mut hash = Sha256::new();
        for _ in 0..10_000 {
            hash.update(&[b'a'; 100]);
        }
        assert_eq!(
            hash.digest(),
            hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        );
    }

    /// Lengths on both sides of where the padding takes a block of its own; from Python's hashlib,
    /// octet i of the message being i mod 256.
    #[test]
    fn lengths() {
        for (length, digest) in [
            (
                55,
                "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59",
            ),
            (
                56,
                "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562",
            ),
            (
                63,
                "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488",
            ),
            (
                64,
                "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108",
            ),
            (
                65,
                "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781",
            ),
            (
                119,
                "da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6",
            ),
            (
                120,
                "f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c",
            ),
            (
                1000,
                "a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f",
            ),
        ] {
            let message: Vec<u8> = (0..length).map(|i: u32| i as u8).collect();
            assert_eq!(sha256(&message), hex(digest), "{length} octets");
        }
    }

    /// However a message is cut into updates, and whenever the digest is read midway, the digests
    /// are the same.
    #[test]
    fn pieces_and_midway_digests() {
        let message: Vec<u8> = (0..200).collect();
        let whole = sha256(&message);
        for first in 0..message.len() {
            for second in [first, (first + 1).min(200), (first + 64).min(200), 200] {
                let mut hash = Sha256::new();
                hash.update(&message[..first]);
                assert_eq!(hash.digest(), sha256(&message[..first]));
                let branch = hash.clone();
                hash.update(&message[first..second]);
                assert_eq!(hash.digest(), sha256(&message[..second]));
                hash.update(&message[second..]);
                assert_eq!(hash.digest(), whole);
                assert_eq!(branch.digest(), sha256(&message[..first]));
            }
        }
    }

    #[test]
    fn compressions_of_a_message() {
        assert_eq!(compressions(|| sha256(&[0; 55])), 1);
        assert_eq!(compressions(|| sha256(&[0; 56])), 2);
        assert_eq!(compressions(|| sha256(&[0; 64])), 2);
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<Sha256>(), 104);
    }
}
