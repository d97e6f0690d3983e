//! DigitallySigned (RFC 5246 section 4.7), as ServerKeyExchange and CertificateVerify carry it.

use super::{Length, Reader, Sink, ecdsa_signature};
use crate::error::{Error, Malformed};

/// SignatureAndHashAlgorithm (RFC 5246 section 7.4.1.4.1): the hash, then the signature. Any pair
/// can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignatureAlgorithm(pub(crate) u16);

impl SignatureAlgorithm {
    /// { sha256(4), ecdsa(3) }
    pub(crate) const ECDSA_SHA256: SignatureAlgorithm = SignatureAlgorithm(0x0403);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedWith<'a> {
    pub(crate) algorithm: SignatureAlgorithm,
    /// In whatever form the algorithm gives it.
    pub(crate) signature: &'a [u8],
}

impl SignedWith<'_> {
    /// r and s, to be verified. RFC 5246 7.4.3 and 7.4.8 demand an algorithm that we listed, and we
    /// list one.
    pub(crate) fn ecdsa_sha256(&self) -> Result<[u8; 64], Error> {
        if self.algorithm != SignatureAlgorithm::ECDSA_SHA256 {
            return Err(Error::IllegalParameter);
        }
        // RFC 8422 5.4: "The digitally-signed element is encoded as an opaque vector <0..2^16-1>,
        // the contents of which are the DER encoding": what is no such encoding is no signature,
        // but the message has its form.
        ecdsa_signature::parse(self.signature).map_err(|Malformed| Error::BadSignature)
    }
}

pub(crate) fn parse<'a>(reader: &mut Reader<'a>) -> Result<SignedWith<'a>, Malformed> {
    Ok(SignedWith {
        algorithm: SignatureAlgorithm(reader.u16()?),
        signature: reader.vector16()?,
    })
}

/// `signature` is r, then s.
pub(crate) fn emit(signature: &[u8; 64], sink: &mut dyn Sink) {
    let mut length = Length::default();
    ecdsa_signature::emit(signature, &mut length);
    sink.u16(SignatureAlgorithm::ECDSA_SHA256.0);
    sink.u16(length.0 as u16);
    ecdsa_signature::emit(signature, sink);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;

    /// r = 0x80, s = 0x0102.
    pub(crate) fn signature() -> [u8; 64] {
        let mut signature = [0; 64];
        signature[31] = 0x80;
        signature[62..].copy_from_slice(&[1, 2]);
        signature
    }

    pub(crate) const SIGNED: [u8; 14] = [
        4, 3, // sha256, ecdsa
        0, 10, // opaque signature<0..2^16-1>
        0x30, 8, 2, 2, 0, 0x80, 2, 2, 1, 2,
    ];

    #[test]
    fn round_trip() {
        assert_eq!(collect(&|sink| emit(&signature(), sink)), SIGNED);
        let mut reader = Reader::new(&SIGNED);
        let signed = parse(&mut reader);
        assert!(reader.is_empty());
        assert_eq!(
            signed,
            Ok(SignedWith {
                algorithm: SignatureAlgorithm::ECDSA_SHA256,
                signature: &SIGNED[4..],
            })
        );
        let signature_read = signed.map(|signed| signed.ecdsa_sha256());
        assert_eq!(signature_read, Ok(Ok(signature())));
    }

    #[test]
    fn the_longest_signature_goes_round() {
        let octets = collect(&|sink| emit(&[0xFF; 64], sink));
        assert_eq!(octets.len(), 4 + 72);
        let signed = parse(&mut Reader::new(&octets));
        assert_eq!(
            signed.map(|signed| signed.ecdsa_sha256()),
            Ok(Ok([0xFF; 64]))
        );
    }

    #[test]
    fn every_truncation_is_malformed() {
        for length in 0..SIGNED.len() {
            assert_eq!(parse(&mut Reader::new(&SIGNED[..length])), Err(Malformed));
        }
    }

    #[test]
    fn other_algorithms_are_illegal_and_what_is_not_der_is_a_bad_signature() {
        let der = &SIGNED[4..];
        let read = |algorithm, signature| {
            SignedWith {
                algorithm: SignatureAlgorithm(algorithm),
                signature,
            }
            .ecdsa_sha256()
        };
        // sha1 and sha384 with ecdsa, sha256 with rsa, ed25519, and the two octets changed over.
        for algorithm in [0x0203, 0x0503, 0x0401, 0x0807, 0x0304, 0] {
            assert_eq!(read(algorithm, der), Err(Error::IllegalParameter));
        }
        for der in [&[][..], &der[..9], &[0; 64], &[der, &[0]].concat()] {
            assert_eq!(read(0x0403, der), Err(Error::BadSignature));
        }
    }
}
