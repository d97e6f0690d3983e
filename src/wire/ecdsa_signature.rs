//! ECDSA-Sig-Value (RFC 8422 section 5.4) of P-256: `SEQUENCE { r INTEGER, s INTEGER }`.

use super::Sink;
use super::der::{Der, Tag};
use crate::error::Malformed;

/// Octets of r, and of s.
const HALF: usize = 32;

/// r and s in 32 octets each. Both are greater than zero; whether they are below the order of the
/// curve, verification sees.
pub(crate) fn parse(der: &[u8]) -> Result<[u8; 2 * HALF], Malformed> {
    let mut signature = [0; 2 * HALF];
    let mut pair = Der::only(Tag::SEQUENCE, der)?;
    for half in signature.chunks_exact_mut(HALF) {
        let number = pair.unsigned()?;
        if number.is_empty() || number.len() > HALF {
            return Err(Malformed);
        }
        let octets = half.iter_mut().rev().zip(number.iter().rev());
        octets.for_each(|(to, from)| *to = *from);
    }
    pair.finish()?;
    Ok(signature)
}

pub(crate) fn emit(signature: &[u8; 2 * HALF], sink: &mut dyn Sink) {
    let (r, s) = signature.split_at(HALF);
    let length = integer_length(r) + integer_length(s);
    // At most 2 * 35: lengths of one octet.
    sink.put(&[Tag::SEQUENCE.0, length as u8]);
    for half in [r, s] {
        let (zero, magnitude) = integer(half);
        let length = zero.len() + magnitude.len();
        sink.put(&[Tag::INTEGER.0, length as u8]);
        sink.put(zero);
        sink.put(magnitude);
    }
}

/// The contents of the INTEGER: a zero where the number would look negative or have no octet, and
/// the number without leading zeros.
fn integer(number: &[u8]) -> (&'static [u8], &[u8]) {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    let magnitude = number.get(zeros..).unwrap_or_default();
    match magnitude.first() {
        Some(..=0x7F) => (&[], magnitude),
        _ => (&[0], magnitude),
    }
}

fn integer_length(number: &[u8]) -> usize {
    let (zero, magnitude) = integer(number);
    2 + zero.len() + magnitude.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn signature(r: &[u8], s: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature[32 - r.len()..32].copy_from_slice(r);
        signature[64 - s.len()..].copy_from_slice(s);
        signature
    }

    #[test]
    fn round_trip() {
        for (r, s, length) in [
            (&[0xFF; 32][..], &[0xFF; 32][..], 72),
            (&[0x7F; 32], &[0x80; 32], 71),
            (&[1], &[0x80], 2 + 3 + 4),
            (&[1, 0], &[0x80, 0], 2 + 4 + 5),
            (&[0x80; 31], &[0x7F; 31], 2 + 34 + 33),
        ] {
            let signature = signature(r, s);
            let der = collect(&|sink| emit(&signature, sink));
            assert_eq!(der.len(), length);
            assert_eq!(parse(&der), Ok(signature));
        }
    }

    #[test]
    fn a_zero_is_written_as_der_says_and_never_read() {
        let der = collect(&|sink| emit(&[0; 64], sink));
        assert_eq!(der, [0x30, 6, 2, 1, 0, 2, 1, 0]);
        assert_eq!(parse(&der), Err(Malformed));
    }

    #[test]
    fn what_is_not_der_of_two_positive_numbers_is_malformed() {
        for der in [
            &[][..],
            &[0x30, 0],
            &[0x30, 3, 2, 1, 1],
            &[0x31, 6, 2, 1, 1, 2, 1, 1],
            &[0x30, 6, 2, 1, 0, 2, 1, 1],
            &[0x30, 6, 2, 1, 1, 2, 1, 0],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 1],
            &[0x30, 7, 2, 1, 1, 2, 1, 1, 0],
            &[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1],
            &[0x30, 6, 2, 1, 1, 2, 1, 1, 0],
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
            &[0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0],
            &[0x30, 6, 4, 1, 1, 2, 1, 1],
        ] {
            assert_eq!(parse(der), Err(Malformed), "{der:x?}");
        }
        let mut long: Vec<u8> = std::vec![0x30, 2 + 33 + 3, 2, 33];
        long.extend([1; 33]);
        long.extend([2, 1, 1]);
        assert_eq!(parse(&long), Err(Malformed));
    }

    #[test]
    fn every_truncation_is_malformed() {
        let der = collect(&|sink| emit(&signature(&[0xFF; 32], &[1; 32]), sink));
        for length in 0..der.len() {
            assert_eq!(parse(&der[..length]), Err(Malformed));
        }
    }
}
