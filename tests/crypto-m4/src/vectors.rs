//! The cases; those of Wycheproof come from build.rs.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

pub struct Agreement {
    pub case: usize,
    pub key: [u8; 32],
    pub peer: [u8; 65],
    /// Empty for a peer that is to be refused.
    pub secret: &'static [u8],
}

pub struct Verification {
    pub case: usize,
    pub point: [u8; 65],
    pub message: &'static [u8],
    pub signature: [u8; 64],
    pub valid: bool,
}

pub struct Record {
    pub case: usize,
    pub key: [u8; 16],
    pub nonce: [u8; 12],
    pub additional: &'static [u8],
    pub plain: &'static [u8],
    pub cipher: &'static [u8],
    pub tag: [u8; 8],
}

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

const fn hex<const N: usize>(text: &[u8]) -> [u8; N] {
    const fn digit(letter: u8) -> u8 {
        match letter {
            b'0'..=b'9' => letter - b'0',
            _ => letter - b'A' + 10,
        }
    }
    let mut octets = [0; N];
    let mut index = 0;
    while index < N {
        octets[index] = digit(text[2 * index]) << 4 | digit(text[2 * index + 1]);
        index += 1;
    }
    octets
}

pub const RFC_6979_KEY: [u8; 32] =
    hex(b"C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");

pub const RFC_6979_SAMPLE: [u8; 64] = hex(
    b"EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
      F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
);
