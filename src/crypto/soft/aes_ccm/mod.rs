//! AES-128-CCM with a 12-octet nonce and an 8-octet tag (RFC 3610 with M = 8 and L = 3; RFC 6655).
//!
//! CCM needs two chains, CBC-MAC and CTR, and a block of the one does not wait for the other. Each
//! step encrypts the state of CBC-MAC and, beside it, the block of the key stream that is wanted
//! next:
//!
//! ```text
//! CBC-MAC:  B_0   additional data   text 1   text 2   ...   text n
//! CTR:       -           S_1          S_2      S_3    ...     S_0
//! ```
//!
//! A step comes just before what needs it, and nothing is computed twice. A block cipher that
//! computes two blocks at once takes one of either chain; one that computes a single block leaves
//! out the blocks marked `-`. The key stream is one block ahead because opening must decrypt a block
//! before the MAC can take it in. S_0, which masks the tag, comes last.

#[cfg(any(test, not(feature = "aes-table")))]
mod fixsliced;
#[cfg(any(test, feature = "aes-table"))]
mod table;
#[cfg(test)]
mod tests;

use core::marker::PhantomData;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::copy;
use crate::crypto::{Failure, KEY_LENGTH, NONCE_LENGTH, RecordKey, TAG_LENGTH};

#[cfg(not(feature = "aes-table"))]
pub(crate) type Aes128Ccm8 = Ccm<fixsliced::Aes128>;
#[cfg(feature = "aes-table")]
pub(crate) type Aes128Ccm8 = Ccm<table::Aes128>;

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

pub(crate) type Block = [u8; BLOCK_LENGTH];

/// AES-128 in one direction, which is all that CCM needs.
pub(crate) trait BlockCipher {
    fn new(key: &[u8; KEY_LENGTH]) -> Self;

    /// Encrypts the first block, and the second one when `both`. Otherwise the second one may hold
    /// anything afterwards.
    fn encrypt(&self, pair: &mut [Block; 2], both: bool);
}

/// The key alone: its schedule is expanded for each record.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Ccm<C> {
    key: [u8; KEY_LENGTH],
    #[zeroize(skip)]
    cipher: PhantomData<C>,
}

impl<C: BlockCipher> RecordKey for Ccm<C> {
    fn import(key: &[u8; KEY_LENGTH]) -> Self {
        Self {
            key: *key,
            cipher: PhantomData,
        }
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

impl<C: BlockCipher> Ccm<C> {
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
        let flags = match additional {
            [] => FLAGS_MAC,
            _ => FLAGS_MAC | FLAG_ADDITIONAL,
        };
        let cipher = C::new(&self.key);
        let mut chains = Chains {
            cipher: &cipher,
            nonce,
            pair: [block(flags, nonce, text.len() as u32), [0; BLOCK_LENGTH]],
        };
        if !additional.is_empty() {
            let mut block = [0; BLOCK_LENGTH];
            let [high, low, head @ ..] = &mut block;
            [*high, *low] = (additional.len() as u16).to_be_bytes();
            copy(head, additional);
            chains.step(None);
            chains.absorb(&block);
            let tail = additional.get(BLOCK_LENGTH - 2..).unwrap_or_default();
            for chunk in tail.chunks(BLOCK_LENGTH) {
                chains.step(None);
                chains.absorb(chunk);
            }
        }
        for (number, chunk) in (1..).zip(text.chunks_mut(BLOCK_LENGTH)) {
            chains.step(Some(number));
            chains.crypt(direction, chunk);
        }
        chains.step(Some(0));
        Ok(chains.tag())
    }
}

/// B_0 or A_i: flags, nonce and 3 octets of length or counter (RFC 3610 sections 2.2, 2.3).
fn block(flags: u8, nonce: &[u8; NONCE_LENGTH], number: u32) -> Block {
    let mut block = [0; BLOCK_LENGTH];
    let [first, place @ .., high, middle, low] = &mut block;
    *first = flags;
    *place = *nonce;
    [_, *high, *middle, *low] = number.to_be_bytes();
    block
}

/// The two chains side by side.
struct Chains<'a, C> {
    cipher: &'a C,
    nonce: &'a [u8; NONCE_LENGTH],
    /// The state of CBC-MAC, which is still to be encrypted, and a block of the key stream.
    pair: [Block; 2],
}

impl<C: BlockCipher> Chains<'_, C> {
    /// Encrypts the state of CBC-MAC, and makes S_i with i = `counter`.
    fn step(&mut self, counter: Option<u32>) {
        if let Some(counter) = counter {
            let [_, stream] = &mut self.pair;
            *stream = block(FLAGS_STREAM, self.nonce, counter);
        }
        self.cipher.encrypt(&mut self.pair, counter.is_some());
    }

    /// Takes up to one block into the state of CBC-MAC; "padding the last block with zeroes
    /// if necessary" (RFC 3610 section 2.2).
    fn absorb(&mut self, octets: &[u8]) {
        let [mac, _] = &mut self.pair;
        xor(mac, octets);
    }

    /// Adds the key stream to up to one block, and takes its plain text into the state of CBC-MAC.
    fn crypt(&mut self, direction: Direction, octets: &mut [u8]) {
        let [mac, stream] = &mut self.pair;
        for ((octet, mac), stream) in octets.iter_mut().zip(mac).zip(stream) {
            let given = *octet;
            *octet ^= *stream;
            *mac ^= match direction {
                Direction::Seal => given,
                Direction::Open => *octet,
            };
        }
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
