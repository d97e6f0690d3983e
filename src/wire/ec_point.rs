//! ECPoint of a key exchange (RFC 8422 section 5.4): `opaque point <1..2^8-1>`.

use super::{POINT_LENGTH, Reader, Sink, UNCOMPRESSED};
use crate::error::{Error, Malformed};

/// The octets of a point of any form.
pub(super) fn parse<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    Some(reader.vector8()?)
        .filter(|point| !point.is_empty())
        .ok_or(Malformed)
}

/// The same as a point on P-256, which may lie on the curve or not. RFC 8422 5.4.1: "This
/// specification supports only the uncompressed format for these curves." "For P-256 this means
/// that each of X and Y use 32 octets, padded on the left by zeros if necessary."
pub(super) fn uncompressed(point: &[u8]) -> Result<&[u8; POINT_LENGTH], Error> {
    match <&[u8; POINT_LENGTH]>::try_from(point) {
        Ok(point @ [UNCOMPRESSED, ..]) => Ok(point),
        _ => Err(Error::IllegalParameter),
    }
}

pub(super) fn emit(point: &[u8; POINT_LENGTH], sink: &mut dyn Sink) {
    sink.vector8(point);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;

    /// It has the form of a point; its X and Y differ.
    pub(crate) fn point() -> [u8; POINT_LENGTH] {
        let mut point = [0x11; POINT_LENGTH];
        point[0] = UNCOMPRESSED;
        point[33..].fill(0x22);
        point
    }

    #[test]
    fn round_trip() {
        let octets = collect(&|sink| emit(&point(), sink));
        assert_eq!(octets[..2], [65, 4]);
        let mut reader = Reader::new(&octets);
        assert_eq!(
            parse(&mut reader).map(uncompressed),
            Ok(Ok(&point())),
            "{octets:x?}"
        );
        assert!(reader.is_empty());
    }

    #[test]
    fn truncated_and_empty_points_are_malformed() {
        let octets = collect(&|sink| emit(&point(), sink));
        for length in 0..octets.len() {
            assert_eq!(parse(&mut Reader::new(&octets[..length])), Err(Malformed));
        }
        assert_eq!(parse(&mut Reader::new(&[0])), Err(Malformed));
    }

    #[test]
    fn other_forms_and_lengths_are_illegal() {
        let mut octets = point().to_vec();
        octets.push(0);
        for length in [0, 1, 33, 64, 66] {
            let other = uncompressed(&octets[..length]);
            assert_eq!(other, Err(Error::IllegalParameter), "{length}");
        }
        for form in [0, 2, 3, 5, 6, 7, 0x84] {
            octets[0] = form;
            let other = uncompressed(&octets[..POINT_LENGTH]);
            assert_eq!(other, Err(Error::IllegalParameter), "form {form}");
        }
    }
}
