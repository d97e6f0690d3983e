//! Both block ciphers, and the blocks that CCM takes of each.

extern crate std;

use core::cell::Cell;

use super::*;
use crate::crypto::tests::{hex, record_key};

std::thread_local! {
    /// Calls of a block cipher, and blocks that it has computed.
    static COUNTS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

pub(super) fn count(blocks: usize) {
    let (calls, before) = COUNTS.get();
    COUNTS.set((calls + 1, before + blocks));
}

/// The calls and blocks that sealing takes.
fn counts<C: BlockCipher>(additional: usize, text: usize) -> (usize, usize) {
    let before = COUNTS.get();
    let key = Ccm::<C>::import(&[1; 16]);
    let mut text = std::vec![0; text];
    key.seal(&[2; 12], &std::vec![0; additional], &mut text)
        .unwrap();
    let after = COUNTS.get();
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn fixsliced() {
    record_key::all::<Ccm<fixsliced::Aes128>>();
}

#[test]
fn table() {
    record_key::all::<Ccm<table::Aes128>>();
}

/// B_0, the additional data with its length, and the text go into the MAC; each block of the text
/// and the tag take a block of the key stream. Nothing else is computed.
#[test]
fn no_block_is_computed_twice() {
    for (additional, text) in [
        (0, 0usize),
        (0, 1),
        (13, 0),
        (13, 16),
        (13, 17),
        (15, 64),
        (31, 1000),
    ] {
        let of_text = text.div_ceil(16);
        let of_additional = if additional == 0 {
            0
        } else {
            (additional + 2usize).div_ceil(16)
        };
        let in_mac = 1 + of_additional + of_text;
        let case = std::format!("{additional}, {text}");
        let table = counts::<super::table::Aes128>(additional, text);
        assert_eq!(table, (in_mac, in_mac + of_text + 1), "{case}");
        let fixsliced = counts::<super::fixsliced::Aes128>(additional, text);
        assert_eq!(fixsliced.0, in_mac, "{case}");
    }
}

/// FIPS 197 appendices B and C.1, either place of the pair.
#[test]
fn fips_197() {
    both_places::<super::fixsliced::Aes128>();
    both_places::<super::table::Aes128>();
}

fn both_places<C: BlockCipher>() {
    for [key, plain, cipher] in [
        [
            "2b7e151628aed2a6abf7158809cf4f3c",
            "3243f6a8885a308d313198a2e0370734",
            "3925841d02dc09fbdc118597196a0b32",
        ],
        [
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "69c4e0d86a7b0430d8cdb78070b4c55a",
        ],
    ] {
        let aes = C::new(&hex(key));
        let mut pair = [hex(plain), [0; 16]];
        aes.encrypt(&mut pair, false);
        assert_eq!(pair[0], hex(cipher));
        let mut pair = [[0; 16], hex(plain)];
        aes.encrypt(&mut pair, true);
        assert_eq!(pair[1], hex(cipher));
    }
}

/// The two agree for any key and block: each output is the next input.
#[test]
fn both_agree() {
    let (mut key, mut pair) = ([3; 16], [[4; 16], [5; 16]]);
    for _ in 0..2000 {
        let mut other = pair;
        super::fixsliced::Aes128::new(&key).encrypt(&mut pair, true);
        super::table::Aes128::new(&key).encrypt(&mut other, true);
        assert_eq!(pair, other);
        xor(&mut key, &pair[0]);
    }
}

#[test]
fn size() {
    assert_eq!(size_of::<Aes128Ccm8>(), 16);
    assert!(core::mem::needs_drop::<Aes128Ccm8>());
}
