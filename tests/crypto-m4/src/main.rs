//! Runs Wycheproof's cases against the providers that the features choose, then measures them.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![no_std]
#![no_main]
#![allow(dead_code, unused_imports, reason = "a part of the library, as it is")]

mod board;
#[path = "../../../src/crypto/mod.rs"]
mod crypto;
mod measure;
mod vectors;
mod wire;

use board::print;
use crypto::{
    Aes128Ccm8, AgreementKey, EphemeralKey, Failure, Hash, P256SigningKey, P256VerifyingKey,
    RecordKey, Sha256, SigningKey, VerifyingKey,
};
use vectors::{AGREEMENTS, Agreement, RECORDS, Record, VERIFICATIONS, Verification};

/// The portable provider takes some seven times as long: it runs one case in four.
const STEP: usize = if cfg!(feature = "p256-cortex-m4") { 1 } else { 4 };

fn run() -> Result<(), Failure> {
    let mut all = every("records", RECORDS.iter(), |case| (case.case, record(case)));
    all &= every("agreements", AGREEMENTS.iter().step_by(STEP), |case| {
        (case.case, agreement(case))
    });
    all &= every("verifications", VERIFICATIONS.iter().step_by(STEP), |case| {
        (case.case, verification(case))
    });
    all &= every("signatures", 0..32, |number| {
        (number, signature(number).is_ok())
    });
    measure::print_all()?;
    if all { Ok(()) } else { Err(Failure) }
}

/// Runs all cases; names those that do not end as they should.
fn every<T>(what: &str, cases: impl Iterator<Item = T>, run: impl Fn(T) -> (usize, bool)) -> bool {
    let (mut good, mut bad) = (0, 0);
    for case in cases {
        let (number, is_right) = run(case);
        if is_right {
            good += 1;
        } else {
            bad += 1;
            print("  wrong: ")
                .print(what)
                .print(" ")
                .number(number)
                .print("\n");
        }
    }
    print(what).print(": ").number(good).print(" cases\n");
    bad == 0 && good > 0
}

fn record(case: &Record) -> bool {
    let mut memory = [0; 1024];
    let Some(text) = memory.get_mut(..case.plain.len()) else {
        return false;
    };
    text.copy_from_slice(case.plain);
    let key = Aes128Ccm8::import(&case.key);
    if key.seal(&case.nonce, case.additional, text) != Ok(case.tag) || text != case.cipher {
        return false;
    }
    if key.open(&case.nonce, case.additional, text, &case.tag) != Ok(()) || text != case.plain {
        return false;
    }
    let mut bad = case.tag;
    bad[7] ^= 1;
    key.open(&case.nonce, case.additional, text, &bad) == Err(Failure)
        && text.iter().all(|octet| *octet == 0)
}

fn agreement(case: &Agreement) -> bool {
    let made = EphemeralKey::generate(&mut |random| {
        *random = case.key;
        Ok(())
    });
    let Ok((key, _)) = made else {
        return false;
    };
    match key.agree(&case.peer) {
        Ok(secret) => secret.as_octets() == case.secret,
        Err(Failure) => case.secret.is_empty(),
    }
}

fn verification(case: &Verification) -> bool {
    let digest = digest(case.message);
    P256VerifyingKey::verify(&case.point, &digest, &case.signature).is_ok() == case.valid
}

/// The signature is the portable provider's, octet for octet, and it is valid. The first cases are
/// RFC 6979 appendix A.2.5 with SHA-256, and a digest above the order.
fn signature(number: usize) -> Result<(), Failure> {
    if number == 0 {
        let key = P256SigningKey::import(&vectors::RFC_6979_KEY)?;
        let signature = key.sign_with(&digest(b"sample"), &[])?;
        return expect(signature == vectors::RFC_6979_SAMPLE);
    }
    let digest = if number == 1 {
        [0xff; 32]
    } else {
        digest(&[number as u8])
    };
    let (scalar, entropy) = (crate::digest(&digest), crate::digest(&[number as u8, 1]));
    let key = P256SigningKey::import(&scalar)?;
    let signature = key.sign(&digest, &entropy)?;
    let portable = crypto::soft::P256SigningKey::import(&scalar)?;
    expect(signature == portable.sign(&digest, &entropy)?)?;
    let point = key.public()?;
    expect(point == portable.public()?)?;
    P256VerifyingKey::verify(&point, &digest, &signature)
}

fn expect(is_right: bool) -> Result<(), Failure> {
    if is_right { Ok(()) } else { Err(Failure) }
}

fn digest(message: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(message);
    hash.digest()
}
