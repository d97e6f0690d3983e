//! CertificateRequest (RFC 5246 section 7.4.4).

use super::extension::signature_algorithms;
use super::{Reader, Sink, has};
use crate::error::Malformed;

/// `enum { ecdsa_sign(64), (255) } ClientCertificateType` (RFC 8422 section 5.5)
const ECDSA_SIGN: u8 = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CertificateRequest {
    /// Whether the server can verify what we sign: ecdsa_sign and { sha256, ecdsa } are both listed.
    pub(crate) accepts_ecdsa: bool,
}

impl CertificateRequest {
    /// The names of authorities must have their form, and are passed over: who has one certificate
    /// has none to choose.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let types = reader.vector8()?;
        if types.is_empty() {
            return Err(Malformed);
        }
        let has_algorithm = signature_algorithms::parse(&mut reader)?;
        let mut authorities = Reader::new(reader.vector16()?);
        reader.finish()?;
        // `opaque DistinguishedName<1..2^16-1>`
        while !authorities.is_empty() {
            if authorities.vector16()?.is_empty() {
                return Err(Malformed);
            }
        }
        Ok(CertificateRequest {
            accepts_ecdsa: has_algorithm && has(types, ECDSA_SIGN),
        })
    }
}

/// RFC 5246 7.4.4: "If the certificate_authorities list is empty, then the client MAY send any
/// certificate of the appropriate ClientCertificateType".
pub(crate) fn emit(sink: &mut dyn Sink) {
    sink.vector8(&[ECDSA_SIGN]);
    signature_algorithms::emit(sink);
    sink.vector16(&[]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;

    #[test]
    fn round_trip() {
        let body = collect(&|sink| emit(sink));
        assert_eq!(body, [1, 64, 0, 2, 4, 3, 0, 0]);
        assert_eq!(
            CertificateRequest::parse(&body),
            Ok(CertificateRequest {
                accepts_ecdsa: true
            })
        );
    }

    #[test]
    fn both_lists_are_searched() {
        for (body, accepts_ecdsa) in [
            // rsa_sign first, { sha1, rsa } first, and two names.
            (
                &[2, 1, 64, 0, 4, 2, 1, 4, 3, 0, 7, 0, 1, 0x30, 0, 2, 0x30, 0][..],
                true,
            ),
            (&[1, 1, 0, 2, 4, 3, 0, 0], false),
            (&[1, 64, 0, 2, 5, 3, 0, 0], false),
            // Not at an odd place of the list.
            (&[1, 64, 0, 4, 0, 4, 3, 0, 0, 0], false),
        ] {
            assert_eq!(
                CertificateRequest::parse(body),
                Ok(CertificateRequest { accepts_ecdsa }),
                "{body:?}"
            );
        }
    }

    #[test]
    fn every_truncation_is_malformed() {
        let body = [1, 64, 0, 2, 4, 3, 0, 4, 0, 2, 0x30, 0];
        assert!(CertificateRequest::parse(&body).is_ok());
        for length in 0..body.len() {
            assert_eq!(CertificateRequest::parse(&body[..length]), Err(Malformed));
        }
    }

    #[test]
    fn bad_lists_are_malformed() {
        for body in [
            // More than the message.
            &[1, 64, 0, 2, 4, 3, 0, 0, 0][..],
            // Empty and odd lists.
            &[0, 0, 2, 4, 3, 0, 0],
            &[1, 64, 0, 0, 0, 0],
            &[1, 64, 0, 3, 4, 3, 4, 0, 0],
            // Names: empty, beyond the list, half a length.
            &[1, 64, 0, 2, 4, 3, 0, 2, 0, 0],
            &[1, 64, 0, 2, 4, 3, 0, 3, 0, 2, 0x30],
            &[1, 64, 0, 2, 4, 3, 0, 1, 0],
        ] {
            assert_eq!(CertificateRequest::parse(body), Err(Malformed), "{body:?}");
        }
    }
}
