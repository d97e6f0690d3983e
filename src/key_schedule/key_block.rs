//! The keys of the records (RFC 5246 section 6.3).

use zeroize::Zeroize;

use super::prf;
use crate::crypto::{Aes128Ccm8, HmacSha256, KEY_LENGTH, RecordKey};

/// "The salt length (SecurityParameters.fixed_iv_length) is 4 octets" (RFC 6655 section 3).
pub(crate) const SALT_LENGTH: usize = 4;

const KEY_BLOCK_LENGTH: usize = 2 * (KEY_LENGTH + SALT_LENGTH);

/// What protects the records that one end writes.
pub(crate) struct DirectionKeys {
    pub(crate) key: Aes128Ccm8,
    /// client_write_IV or server_write_IV: the implicit part of the nonce.
    pub(crate) salt: [u8; SALT_LENGTH],
}

/// The keys of both directions, named by the end that writes.
pub(crate) struct KeyBlock {
    pub(crate) client: DirectionKeys,
    pub(crate) server: DirectionKeys,
}

impl KeyBlock {
    /// "key_block = PRF(SecurityParameters.master_secret, "key expansion",
    /// SecurityParameters.server_random + SecurityParameters.client_random)".
    pub(crate) fn derive(
        keyed_master: &HmacSha256,
        client_random: &[u8; 32],
        server_random: &[u8; 32],
    ) -> Self {
        let mut block = [0; KEY_BLOCK_LENGTH];
        let seed: [&[u8]; 2] = [server_random, client_random];
        prf(keyed_master, b"key expansion", &seed, &mut block);

        // "the key_block is partitioned as follows": the MAC keys, which an AEAD has not, then
        // client_write_key, server_write_key, client_write_IV, server_write_IV.
        let (mut client_key, mut server_key) = (part(&block, 0), part(&block, KEY_LENGTH));
        let keys = Self {
            client: DirectionKeys {
                key: Aes128Ccm8::import(&client_key),
                salt: part(&block, 2 * KEY_LENGTH),
            },
            server: DirectionKeys {
                key: Aes128Ccm8::import(&server_key),
                salt: part(&block, 2 * KEY_LENGTH + SALT_LENGTH),
            },
        };
        client_key.zeroize();
        server_key.zeroize();
        block.zeroize();
        keys
    }
}

/// N octets from `start` on. Never past the end: the length of the block is the sum of its parts.
fn part<const N: usize>(block: &[u8; KEY_BLOCK_LENGTH], start: usize) -> [u8; N] {
    let part = block.get(start..).and_then(|rest| rest.first_chunk());
    part.copied().unwrap_or([0; N])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;
    use crate::key_schedule::tests::{CLIENT_RANDOM, SERVER_RANDOM, keyed_master};

    /// The block is from `openssl kdf -kdfopt digest:SHA256 TLS1-PRF`. The keys do not come out of
    /// their type, so they are compared by what they seal.
    #[test]
    fn partition() {
        let keys = KeyBlock::derive(&keyed_master(), &CLIENT_RANDOM, &SERVER_RANDOM);
        let client_key = Aes128Ccm8::import(&hex("15672f8fb4a8ddefa838b983b70fbc8e"));
        let server_key = Aes128Ccm8::import(&hex("f426ad1470f4e6d37d61879cfad206cf"));
        let sealed = |key: &Aes128Ccm8| key.seal(&[0; 12], &[], &mut []).unwrap();
        assert_eq!(sealed(&keys.client.key), sealed(&client_key));
        assert_eq!(sealed(&keys.server.key), sealed(&server_key));
        assert_eq!(keys.client.salt, hex("8324d7b0"));
        assert_eq!(keys.server.salt, hex("98a64d2a"));
    }
}
