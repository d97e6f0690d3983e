//! CertificateVerify (RFC 5246 section 7.4.8): the client signs the handshake so far.

use super::digitally_signed::{self, SignedWith};
use super::{Reader, Sink};
use crate::error::Malformed;

pub(crate) fn parse(body: &[u8]) -> Result<SignedWith<'_>, Malformed> {
    let mut reader = Reader::new(body);
    let signed = digitally_signed::parse(&mut reader)?;
    reader.finish()?;
    Ok(signed)
}

/// `signature` is r, then s.
pub(crate) fn emit(signature: &[u8; 64], sink: &mut dyn Sink) {
    digitally_signed::emit(signature, sink);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::digitally_signed::tests::{SIGNED, signature};
    use crate::wire::sink::tests::collect;
    extern crate std;

    #[test]
    fn round_trip() {
        let body = collect(&|sink| emit(&signature(), sink));
        assert_eq!(body, SIGNED);
        assert_eq!(
            parse(&body).map(|signed| signed.ecdsa_sha256()),
            Ok(Ok(signature()))
        );
    }

    #[test]
    fn every_other_length_is_malformed() {
        for length in 0..SIGNED.len() {
            assert_eq!(parse(&SIGNED[..length]), Err(Malformed));
        }
        let longer = [&SIGNED[..], &[0]].concat();
        assert_eq!(parse(&longer), Err(Malformed));
    }
}
