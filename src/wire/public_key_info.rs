//! SubjectPublicKeyInfo of an ECDSA key on P-256 (RFC 5480 section 2): what a raw public key is,
//! and what stands in a certificate. DER has one form for it.

use super::{POINT_LENGTH, UNCOMPRESSED};
use crate::error::Malformed;

/// Octets of a SubjectPublicKeyInfo that this library can use.
pub(crate) const PUBLIC_KEY_INFO_LENGTH: usize = 91;
/// What stands before the point: the SEQUENCE, the AlgorithmIdentifier (id-ecPublicKey,
/// "unrestricted", and the curve) and the BIT STRING.
#[rustfmt::skip]
const BEFORE: &[u8; PUBLIC_KEY_INFO_LENGTH - POINT_LENGTH] = &[
    0x30, 0x59,
    0x30, 0x13,
    0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
    0x03, 0x42, 0x00,
];
/// The AlgorithmIdentifier.
pub(crate) const ALGORITHM: &[u8] = BEFORE.split_at(2).1.split_at(21).0;
/// The object identifier of secp256r1.
pub(crate) const CURVE: &[u8] = ALGORITHM.split_at(11).1;

/// The point, which may lie on the curve or not.
pub(crate) fn parse(info: &[u8]) -> Result<&[u8; POINT_LENGTH], Malformed> {
    let point = info.strip_prefix(BEFORE).ok_or(Malformed)?;
    let point: &[u8; POINT_LENGTH] = point.try_into().map_err(|_| Malformed)?;
    match point {
        [UNCOMPRESSED, ..] => Ok(point),
        _ => Err(Malformed),
    }
}

/// The SubjectPublicKeyInfo of a point.
pub(crate) fn make(point: &[u8; POINT_LENGTH]) -> [u8; PUBLIC_KEY_INFO_LENGTH] {
    let mut info = [0; PUBLIC_KEY_INFO_LENGTH];
    for (to, from) in info.iter_mut().zip(BEFORE.iter().chain(point)) {
        *to = *from;
    }
    info
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    fn point() -> [u8; POINT_LENGTH] {
        let mut point = [9; POINT_LENGTH];
        point[0] = UNCOMPRESSED;
        point
    }

    #[test]
    fn round_trip() {
        assert_eq!(parse(&make(&point())), Ok(&point()));
    }

    #[test]
    fn every_other_length_is_malformed() {
        let mut info = make(&point()).to_vec();
        for length in 0..info.len() {
            assert_eq!(parse(&info[..length]), Err(Malformed));
        }
        info.push(0);
        assert_eq!(parse(&info), Err(Malformed));
    }

    #[test]
    fn another_algorithm_curve_or_form_is_malformed() {
        for at in 0..=PUBLIC_KEY_INFO_LENGTH - POINT_LENGTH {
            let mut info = make(&point());
            info[at] ^= 1;
            assert_eq!(parse(&info), Err(Malformed), "octet {at}");
        }
    }
}
