//! AES-128 over one table of 1 KB, small and fast. **Not in constant time where there is a data
//! cache**: which octets of the table are read depends on key and text. On cores that read flash
//! or RAM without a data cache, each read takes as long as any other.
//!
//! A round key is computed when its round comes, for both blocks at once: no schedule is kept.

use zeroize::Zeroize;

use super::{BLOCK_LENGTH, Block, BlockCipher};
use crate::crypto::KEY_LENGTH;

/// Rounds of AES-128 (FIPS 197 section 5).
const ROUNDS: u8 = 10;

/// A block, or a round key: its four columns, each with the octet of row 0 lowest.
type Columns = [u32; BLOCK_LENGTH / 4];

pub(crate) struct Aes128(Columns);

impl BlockCipher for Aes128 {
    fn new(key: &[u8; KEY_LENGTH]) -> Self {
        Self(columns(key))
    }

    fn encrypt(&self, pair: &mut [Block; 2], both: bool) {
        #[cfg(test)]
        super::tests::count(if both { 2 } else { 1 });
        let [first, second] = pair;
        let mut first_state = columns(first);
        let mut second_state = columns(second);
        let mut key = self.0;
        let mut constant = 1;
        for round in 0..ROUNDS {
            let is_last = round + 1 == ROUNDS;
            let next = next_round_key(&key, constant);
            constant = doubled(constant);
            first_state = encrypt_round(&first_state, &key, is_last);
            if both {
                second_state = encrypt_round(&second_state, &key, is_last);
            }
            key = next;
        }
        *first = octets(&first_state, &key);
        *second = octets(&second_state, &key);
        key.zeroize();
    }
}

impl Drop for Aes128 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn columns(octets: &Block) -> Columns {
    let (words, _) = octets.as_chunks();
    let mut columns = [0; _];
    for (column, word) in columns.iter_mut().zip(words) {
        *column = u32::from_le_bytes(*word);
    }
    columns
}

/// The octets of a state to which the last round key is added.
fn octets(state: &Columns, key: &Columns) -> Block {
    let mut octets = [0; _];
    let columns = state.iter().zip(key);
    for (word, (column, key)) in octets.as_chunks_mut().0.iter_mut().zip(columns) {
        *word = (column ^ key).to_le_bytes();
    }
    octets
}

/// AddRoundKey, then SubBytes, ShiftRows and, but for the last round, MixColumns (FIPS 197
/// section 5.1).
fn encrypt_round(state: &Columns, key: &Columns, is_last: bool) -> Columns {
    let [a, b, c, d] = state;
    let [k, l, m, n] = key;
    let [a, b, c, d] = [a ^ k, b ^ l, c ^ m, d ^ n];
    let column = if is_last { substituted } else { mixed };
    [
        column(a, b, c, d),
        column(b, c, d, a),
        column(c, d, a, b),
        column(d, a, b, c),
    ]
}

/// A column of the next state, from the row 0 of `a`, row 1 of `b`, row 2 of `c`, row 3 of `d`.
fn mixed(a: u32, b: u32, c: u32, d: u32) -> u32 {
    entry(a)
        ^ entry(b >> 8).rotate_left(8)
        ^ entry(c >> 16).rotate_left(16)
        ^ entry(d >> 24).rotate_left(24)
}

/// The same without MixColumns.
fn substituted(a: u32, b: u32, c: u32, d: u32) -> u32 {
    u32::from_le_bytes([
        substitute(a),
        substitute(b >> 8),
        substitute(c >> 16),
        substitute(d >> 24),
    ])
}

/// FIPS 197 section 5.2, four words at a time.
fn next_round_key(key: &Columns, constant: u8) -> Columns {
    let [a, b, c, d] = key;
    // RotWord moves the octet of row 1 to row 0.
    let rotated = d.rotate_right(8);
    let a = a ^ substituted(rotated, rotated, rotated, rotated) ^ u32::from(constant);
    let b = a ^ b;
    let c = b ^ c;
    [a, b, c, c ^ d]
}

/// The entry for the lowest octet of a word.
fn entry(word: u32) -> u32 {
    let [index, ..] = word.to_le_bytes();
    // There are 256 entries: none is out of reach.
    TABLE.get(usize::from(index)).copied().unwrap_or_default()
}

/// SubBytes of the lowest octet of a word: rows 1 and 2 of an entry hold it once.
fn substitute(word: u32) -> u8 {
    let [_, octet, _, _] = entry(word).to_le_bytes();
    octet
}

/// What an octet of row 0 contributes to its column: SubBytes of it times 2, 1, 1 and 3.
static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    // 3 generates all numbers but 0; beside each stands its inverse, a power of 1/3.
    let (mut number, mut inverse) = (1, 1);
    loop {
        set(&mut table, number, affine(inverse));
        number ^= doubled(number);
        inverse = divided_by_three(inverse);
        if number == 1 {
            break;
        }
    }
    set(&mut table, 0, affine(0));
    table
}

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler, and an octet is no index out of 256"
)]
const fn set(table: &mut [u32; 256], index: u8, octet: u8) {
    let twice = doubled(octet);
    table[index as usize] = u32::from_le_bytes([twice, octet, octet, twice ^ octet]);
}

/// The affine transformation of SubBytes (FIPS 197 section 5.1.1).
const fn affine(octet: u8) -> u8 {
    octet
        ^ octet.rotate_left(1)
        ^ octet.rotate_left(2)
        ^ octet.rotate_left(3)
        ^ octet.rotate_left(4)
        ^ 0x63
}

/// Times x in the field of FIPS 197 section 4.2, modulo x^8 + x^4 + x^3 + x + 1.
const fn doubled(octet: u8) -> u8 {
    octet << 1 ^ if octet & 0x80 == 0 { 0 } else { 0x1b }
}

/// 1/3 is 0xf6 = x^7 + x^6 + x^5 + x^4 + x^2 + x.
const fn divided_by_three(octet: u8) -> u8 {
    let x1 = doubled(octet);
    let x2 = doubled(x1);
    let x4 = doubled(doubled(x2));
    let x5 = doubled(x4);
    let x6 = doubled(x5);
    x1 ^ x2 ^ x4 ^ x5 ^ x6 ^ doubled(x6)
}
