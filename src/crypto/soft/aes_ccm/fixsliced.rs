//! AES-128 in constant time: the fixsliced implementation of the crate `aes`, which on 32 bits
//! computes two blocks at once in the time of one. The schedule is 352 octets.

use aes::cipher::{BlockEncrypt, KeyInit};

use super::{Block, BlockCipher};
use crate::crypto::KEY_LENGTH;

pub(crate) struct Aes128(aes::Aes128);

impl BlockCipher for Aes128 {
    #[inline(never)]
    fn new(key: &[u8; KEY_LENGTH]) -> Self {
        Self(aes::Aes128::new(key.into()))
    }

    fn encrypt(&self, pair: &mut [Block; 2], _both: bool) {
        #[cfg(test)]
        super::tests::count(2);
        let mut blocks = pair.map(aes::Block::from);
        self.0.encrypt_blocks(&mut blocks);
        *pair = blocks.map(<[u8; 16]>::from);
    }
}
