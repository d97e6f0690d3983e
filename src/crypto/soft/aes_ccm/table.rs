//! AES-128 over one table of 256 octets, small and fast. **Not in constant time where there is a data
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
            let [a, b, c, d] = substituted(&state, key);
            state = [mixed(a), mixed(b), mixed(c), mixed(d)];
        }
        state = substituted(&state, key);
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

/// AddRoundKey, SubBytes and ShiftRows (FIPS 197 section 5.1).
fn substituted(state: &Columns, key: &Columns) -> Columns {
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

/// SubBytes of row 0 of `a`, row 1 of `b`, row 2 of `c` and row 3 of `d`, as a column.
#[inline(always)]
fn column(a: u32, b: u32, c: u32, d: u32) -> u32 {
    u32::from_le_bytes([
        substitute(a),
        substitute(b >> 8),
        substitute(c >> 16),
        substitute(d >> 24),
    ])
}

/// MixColumns: each row becomes 2 times itself, 3 times the next, and the two behind that.
#[inline(always)]
fn mixed(column: u32) -> u32 {
    let next = column.rotate_right(8);
    doubled_each(column ^ next) ^ next ^ column.rotate_right(16) ^ column.rotate_right(24)
}

/// [`doubled`] for four octets at once.
#[inline(always)]
fn doubled_each(octets: u32) -> u32 {
    let carries = octets >> 7 & 0x0101_0101;
    ((octets & 0x7f7f_7f7f) << 1) ^ (carries * 0x1b)
}

/// From one round key to the next (FIPS 197 section 5.2, four words at a time).
fn advance(key: &mut Columns, constant: u8) {
    let [a, b, c, d] = key;
    // RotWord moves the octet of row 1 to row 0.
    let rotated = d.rotate_right(8);
    *a ^= column(rotated, rotated, rotated, rotated) ^ u32::from(constant);
    *b ^= *a;
    *c ^= *b;
    *d ^= *c;
}

/// SubBytes of the lowest octet of a word.
#[inline(always)]
fn substitute(word: u32) -> u8 {
    let [index, ..] = word.to_le_bytes();
    // There are 256 entries: none is out of reach.
    TABLE.get(usize::from(index)).copied().unwrap_or_default()
}

static TABLE: [u8; 256] = table();

const fn table() -> [u8; 256] {
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
const fn set(table: &mut [u8; 256], index: u8, octet: u8) {
    table[index as usize] = octet;
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
