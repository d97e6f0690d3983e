//! AES-128 over one table of 1 KB, small and fast. **Not in constant time where there is a data
//! cache**: which octets of the table are read depends on key and text. On cores that read flash
//! or RAM without a data cache, each read takes as long as any other.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{BLOCK_LENGTH, Block, BlockCipher};
use crate::crypto::KEY_LENGTH;

/// Rounds of AES-128 (FIPS 197 section 5).
const ROUNDS: usize = 10;

/// A block, or a round key: its four columns, each with the octet of row 0 lowest.
type Columns = [u32; BLOCK_LENGTH / 4];

/// The key of each round but the last one, and that of the last one.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Aes128 {
    keys: [Columns; ROUNDS],
    last_key: Columns,
}

impl BlockCipher for Aes128 {
    fn new(key: &[u8; KEY_LENGTH]) -> Self {
        let mut key = columns(key);
        let mut constant = 1;
        let keys = core::array::from_fn(|_| {
            let this = key;
            advance(&mut key, constant);
            constant = doubled(constant);
            this
        });
        let last_key = key;
        key.zeroize();
        Self { keys, last_key }
    }

    fn encrypt(&self, pair: &mut [Block; 2], both: bool) {
        let [first, second] = pair;
        self.encrypt_block(first);
        if both {
            self.encrypt_block(second);
        }
        #[cfg(test)]
        super::tests::count(if both { 2 } else { 1 });
    }
}

impl Aes128 {
    /// FIPS 197 section 5.1: the last round is without MixColumns.
    fn encrypt_block(&self, block: &mut Block) {
        let mut state = columns(block);
        let [before_last @ .., key] = &self.keys;
        for key in before_last {
            state = encrypt_round(&state, key, mixed);
        }
        state = encrypt_round(&state, key, substituted);
        let columns = state.iter().zip(&self.last_key);
        for (word, (column, key)) in block.as_chunks_mut().0.iter_mut().zip(columns) {
            *word = (column ^ key).to_le_bytes();
        }
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

/// AddRoundKey, then SubBytes, ShiftRows and, but for the last round, MixColumns (FIPS 197
/// section 5.1); `column` does the last two and the look-ups.
#[inline(always)]
fn encrypt_round(state: &Columns, key: &Columns, column: fn(u32, u32, u32, u32) -> u32) -> Columns {
    let [a, b, c, d] = state;
    let [k, l, m, n] = key;
    let [a, b, c, d] = [a ^ k, b ^ l, c ^ m, d ^ n];
    [
        column(a, b, c, d),
        column(b, c, d, a),
        column(c, d, a, b),
        column(d, a, b, c),
    ]
}

/// A column of the next state, from the row 0 of `a`, row 1 of `b`, row 2 of `c`, row 3 of `d`.
#[inline(always)]
fn mixed(a: u32, b: u32, c: u32, d: u32) -> u32 {
    entry(a)
        ^ entry(b >> 8).rotate_left(8)
        ^ entry(c >> 16).rotate_left(16)
        ^ entry(d >> 24).rotate_left(24)
}

/// The same without MixColumns.
#[inline(always)]
fn substituted(a: u32, b: u32, c: u32, d: u32) -> u32 {
    u32::from_le_bytes([
        substitute(a),
        substitute(b >> 8),
        substitute(c >> 16),
        substitute(d >> 24),
    ])
}

/// From one round key to the next (FIPS 197 section 5.2, four words at a time).
fn advance(key: &mut Columns, constant: u8) {
    let [a, b, c, d] = key;
    // RotWord moves the octet of row 1 to row 0.
    let rotated = d.rotate_right(8);
    *a ^= substituted(rotated, rotated, rotated, rotated) ^ u32::from(constant);
    *b ^= *a;
    *c ^= *b;
    *d ^= *c;
}

/// The entry for the lowest octet of a word.
#[inline(always)]
fn entry(word: u32) -> u32 {
    let [index, ..] = word.to_le_bytes();
    // There are 256 entries: none is out of reach.
    TABLE.get(usize::from(index)).copied().unwrap_or_default()
}

/// SubBytes of the lowest octet of a word: rows 1 and 2 of an entry hold it once.
#[inline(always)]
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
