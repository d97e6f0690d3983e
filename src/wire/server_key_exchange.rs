//! ServerKeyExchange: an identity hint in plain PSK (RFC 4279 section 2), the signed public key of
//! ECDHE (RFC 8422 section 5.4).

use super::Reader;
#[cfg(feature = "public-key")]
use super::{
    POINT_LENGTH, Sink,
    digitally_signed::{self, SignedWith},
    ec_point,
    extension::supported_groups::SECP256R1,
};
#[cfg(feature = "public-key")]
use crate::error::Error;
use crate::error::Malformed;

/// Checks the form. Requirements 5.1-5 and 5.1-6: a hint is never sent, and ignored when received:
/// there is no writer, and the reader gives nothing.
#[cfg(feature = "psk")]
pub(crate) fn parse_psk_identity_hint(body: &[u8]) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    reader.vector16()?;
    reader.finish()
}

/// `enum { named_curve (3), (255) } ECCurveType`
#[cfg(feature = "public-key")]
const NAMED_CURVE: u8 = 3;

/// Octets of ServerECDHParams: curve type, curve, length of the point, point.
#[cfg(feature = "public-key")]
const PARAMS_LENGTH: usize = 4 + POINT_LENGTH;

#[cfg(feature = "public-key")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EcdheKeyExchange<'a> {
    /// It may lie on the curve or not.
    pub(crate) point: &'a [u8; POINT_LENGTH],
    /// ServerECDHParams as it was sent: what is signed, behind the two Randoms.
    pub(crate) params: &'a [u8],
    pub(crate) signed: SignedWith<'a>,
}

#[cfg(feature = "public-key")]
impl<'a> EcdheKeyExchange<'a> {
    /// [`Error::IllegalParameter`] for a curve or a form of point that was not offered,
    /// [`Error::Decode`] for what has no form at all.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(body);
        // RFC 8422 5.4: "The value named_curve indicates that a named curve is used. This option is
        // now the only remaining format." What follows any other cannot be read.
        if reader.u8()? != NAMED_CURVE {
            return Err(Error::IllegalParameter);
        }
        let curve = reader.u16()?;
        let point = ec_point::parse(&mut reader)?;
        let signed = digitally_signed::parse(&mut reader)?;
        reader.finish()?;
        if curve != SECP256R1 {
            return Err(Error::IllegalParameter);
        }
        Ok(EcdheKeyExchange {
            point: ec_point::uncompressed(point)?,
            params: body.get(..PARAMS_LENGTH).ok_or(Malformed)?,
            signed,
        })
    }
}

/// ServerECDHParams, to be signed.
#[cfg(feature = "public-key")]
pub(crate) fn emit_params(point: &[u8; POINT_LENGTH], sink: &mut dyn Sink) {
    sink.u8(NAMED_CURVE);
    sink.u16(SECP256R1);
    ec_point::emit(point, sink);
}

/// `signature` is r, then s.
#[cfg(feature = "public-key")]
pub(crate) fn emit(point: &[u8; POINT_LENGTH], signature: &[u8; 64], sink: &mut dyn Sink) {
    emit_params(point, sink);
    digitally_signed::emit(signature, sink);
}

#[cfg(all(test, feature = "psk"))]
mod psk_tests {
    use super::*;

    #[test]
    fn the_form_is_checked() {
        assert_eq!(parse_psk_identity_hint(&[0, 0]), Ok(()));
        assert_eq!(parse_psk_identity_hint(&[0, 2, b'h', b'i']), Ok(()));
        for body in [&[][..], &[0], &[0, 1], &[0, 0, 0], &[0, 2, b'h']] {
            assert_eq!(parse_psk_identity_hint(body), Err(Malformed));
        }
    }
}

#[cfg(all(test, feature = "public-key"))]
mod ecdhe_tests {
    use super::*;
    use crate::wire::digitally_signed::tests::{SIGNED, signature};
    use crate::wire::ec_point::tests::point;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn body() -> Vec<u8> {
        collect(&|sink| emit(&point(), &signature(), sink))
    }

    #[test]
    fn round_trip() {
        let body = body();
        let params = [&[3, 0, 23, 65][..], &point()].concat();
        assert_eq!(collect(&|sink| emit_params(&point(), sink)), params);
        assert_eq!(body, [&params[..], &SIGNED].concat());
        let Ok(exchange) = EcdheKeyExchange::parse(&body) else {
            panic!("does not parse");
        };
        assert_eq!(exchange.point, &point());
        assert_eq!(exchange.params, params);
        assert_eq!(exchange.signed.ecdsa_sha256(), Ok(signature()));
    }

    #[test]
    fn every_other_length_is_malformed() {
        let mut body = body();
        for length in 0..body.len() {
            let parsed = EcdheKeyExchange::parse(&body[..length]);
            assert_eq!(parsed, Err(Error::Decode), "{length}");
        }
        body.push(0);
        assert_eq!(EcdheKeyExchange::parse(&body), Err(Error::Decode));
    }

    #[test]
    fn inner_lengths_that_disagree_are_malformed() {
        // Of the point, and of the signature.
        for (at, wrong) in [
            (3, 0),
            (3, 64),
            (3, 66),
            (3, 255),
            (71, 1),
            (72, 9),
            (72, 11),
        ] {
            let mut body = body();
            body[at] = wrong;
            let parsed = EcdheKeyExchange::parse(&body);
            assert_eq!(parsed, Err(Error::Decode), "octet {at}: {wrong}");
        }
    }

    #[test]
    fn other_curves_and_forms_are_illegal() {
        // Explicit curves, secp384r1, x25519 and compressed points.
        for (at, other) in [
            (0, 1),
            (0, 2),
            (0, 248),
            (1, 1),
            (2, 24),
            (2, 29),
            (4, 2),
            (4, 6),
        ] {
            let mut body = body();
            body[at] = other;
            let parsed = EcdheKeyExchange::parse(&body);
            assert_eq!(parsed, Err(Error::IllegalParameter), "octet {at}: {other}");
        }
        // x25519 as it is: a point of 32 octets.
        let x25519 = [&[3, 0, 29, 32][..], &[7; 32], &SIGNED].concat();
        assert_eq!(
            EcdheKeyExchange::parse(&x25519),
            Err(Error::IllegalParameter)
        );
        let compressed = [&[3, 0, 23, 33, 2][..], &[7; 32], &SIGNED].concat();
        assert_eq!(
            EcdheKeyExchange::parse(&compressed),
            Err(Error::IllegalParameter)
        );
    }
}
