//! The order of P-256, for providers that get or give octets: what is a scalar, and the number of a
//! digest.

use super::{Digest, SCALAR_LENGTH};

/// The order of the curve, ffffffff 00000000 ffffffff ffffffff bce6faad a7179e84 f3b9cac2 fc632551
/// (SEC 2 section 2.4.2).
const ORDER: [u8; SCALAR_LENGTH] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Whether the octets are a number that is at least 1 and less than the order. They may be secret.
#[cfg(any(test, cortex_m4_provider, feature = "external-p256"))]
pub(crate) fn is_scalar(octets: &[u8; SCALAR_LENGTH]) -> bool {
    let (_, is_less) = minus_order(octets);
    let is_not_zero = octets.iter().fold(0, |all, octet| all | octet) != 0;
    is_less & is_not_zero
}

/// The digest as a number modulo the order, bits2octets of RFC 6979 section 2.3.4: a number of 256
/// bits holds the order once at most.
pub(crate) fn reduced(digest: &Digest) -> Digest {
    match minus_order(digest) {
        (_, true) => *digest,
        (difference, false) => difference,
    }
}

/// The number less the order, modulo 2^256, and whether the number was less.
fn minus_order(octets: &[u8; SCALAR_LENGTH]) -> ([u8; SCALAR_LENGTH], bool) {
    let mut difference = *octets;
    let mut borrow = 0;
    for (octet, order) in difference.iter_mut().rev().zip(ORDER.iter().rev()) {
        let wide = u16::from(*octet)
            .wrapping_sub(u16::from(*order))
            .wrapping_sub(borrow);
        let [low, high] = wide.to_le_bytes();
        *octet = low;
        borrow = u16::from(high & 1);
    }
    (difference, borrow != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::hex;

    #[test]
    fn numbers_of_digests() {
        let mut order = ORDER;
        assert_eq!(reduced(&order), [0; 32]);
        order[31] -= 1;
        assert_eq!(reduced(&order), order);
        assert_eq!(reduced(&[0; 32]), [0; 32]);
        // 2^256 - 1 - n
        let rest = "00000000ffffffff00000000000000004319055258e8617b0c46353d039cdaae";
        assert_eq!(reduced(&[0xff; 32]), hex(rest));
    }

    #[test]
    fn scalars() {
        let (mut below, mut above, mut one) = (ORDER, ORDER, [0; 32]);
        below[31] -= 1;
        above[31] += 1;
        one[31] = 1;
        assert!(is_scalar(&one) && is_scalar(&below));
        for refused in [[0; 32], ORDER, above, [0xff; 32]] {
            assert!(!is_scalar(&refused));
        }
    }
}
