//! ClientKeyExchange: the identity of the key in plain PSK (RFC 4279 section 2), the client's
//! public key in ECDHE (RFC 8422 section 5.7).

#[cfg(feature = "public-key")]
use super::{POINT_LENGTH, ec_point};
use super::{Reader, Sink};
#[cfg(feature = "public-key")]
use crate::error::Error;
#[cfg(feature = "psk")]
use crate::error::Malformed;

/// Requirement 5.1-2: an identity is octets without structure; NUL is one of them.
#[cfg(feature = "psk")]
pub(crate) fn parse_psk_identity(body: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(body);
    let identity = reader.vector16()?;
    reader.finish()?;
    Ok(identity)
}

#[cfg(feature = "psk")]
pub(crate) fn emit_psk_identity(identity: &[u8], sink: &mut dyn Sink) {
    sink.vector16(identity);
}

/// The client's point, which may lie on the curve or not. [`Error::IllegalParameter`] for another
/// form of point, [`Error::Decode`] for what has no form at all.
#[cfg(feature = "public-key")]
pub(crate) fn parse_point(body: &[u8]) -> Result<&[u8; POINT_LENGTH], Error> {
    let mut reader = Reader::new(body);
    let point = ec_point::parse(&mut reader)?;
    reader.finish()?;
    ec_point::uncompressed(point)
}

#[cfg(feature = "public-key")]
pub(crate) fn emit_point(point: &[u8; POINT_LENGTH], sink: &mut dyn Sink) {
    ec_point::emit(point, sink);
}

#[cfg(all(test, feature = "psk"))]
mod psk_tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        for identity in [&[][..], b"device1", b"a\0b", &[0xFF; 300]] {
            let body = collect(&|sink| emit_psk_identity(identity, sink));
            assert_eq!(parse_psk_identity(&body), Ok(identity));
        }
    }

    #[test]
    fn bad_lengths_are_malformed() {
        for body in [&[][..], &[0], &[0, 1], &[0, 1, 2, 3]] {
            assert_eq!(parse_psk_identity(body), Err(Malformed));
        }
    }
}

#[cfg(all(test, feature = "public-key"))]
mod ecdhe_tests {
    use super::*;
    use crate::wire::ec_point::tests::point;
    use crate::wire::sink::tests::collect;
    extern crate std;

    #[test]
    fn round_trip() {
        let body = collect(&|sink| emit_point(&point(), sink));
        assert_eq!(body, [&[65][..], &point()].concat());
        assert_eq!(parse_point(&body), Ok(&point()));
    }

    #[test]
    fn every_other_length_is_malformed() {
        let mut body = collect(&|sink| emit_point(&point(), sink));
        for length in 0..body.len() {
            assert_eq!(parse_point(&body[..length]), Err(Error::Decode));
        }
        body.push(0);
        assert_eq!(parse_point(&body), Err(Error::Decode));
        // RFC 8422 5.7: "The implicit encoding is deprecated": a point of no octets.
        assert_eq!(parse_point(&[0]), Err(Error::Decode));
    }

    #[test]
    fn other_forms_are_illegal() {
        let compressed = [&[33, 2][..], &[7; 32]].concat();
        assert_eq!(parse_point(&compressed), Err(Error::IllegalParameter));
        let mut hybrid = [&[65][..], &point()].concat();
        hybrid[1] = 6;
        assert_eq!(parse_point(&hybrid), Err(Error::IllegalParameter));
    }
}
