//! signature_algorithms (RFC 5246 section 7.4.1.4.1).

use crate::error::Malformed;
use crate::wire::digitally_signed::SignatureAlgorithm;
use crate::wire::{Reader, Sink};

pub(crate) fn parse_contains_ecdsa_sha256(content: &[u8]) -> Result<bool, Malformed> {
    let mut reader = Reader::new(content);
    let contains = parse(&mut reader)?;
    reader.finish()?;
    Ok(contains)
}

/// `SignatureAndHashAlgorithm supported_signature_algorithms<2..2^16-2>`, which CertificateRequest
/// carries, too. Whether { sha256, ecdsa } is in it.
pub(crate) fn parse(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    let list = reader.vector16()?;
    if list.is_empty() || list.len() % 2 != 0 {
        return Err(Malformed);
    }
    let mut pairs = list.chunks_exact(2);
    Ok(pairs.any(|pair| pair == SignatureAlgorithm::ECDSA_SHA256.0.to_be_bytes()))
}

pub(crate) fn emit(sink: &mut dyn Sink) {
    sink.vector16(&SignatureAlgorithm::ECDSA_SHA256.0.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        let content = collect(&|sink| emit(sink));
        assert_eq!(content, [0, 2, 4, 3]);
        assert_eq!(parse_contains_ecdsa_sha256(&content), Ok(true));
    }

    #[test]
    fn the_list_is_searched() {
        for (content, contains) in [
            (&[0, 6, 6, 3, 4, 3, 4, 1][..], true),
            (&[0, 4, 2, 3, 4, 1], false),
            // Not at an odd place of the list.
            (&[0, 4, 1, 4, 3, 1], false),
        ] {
            assert_eq!(parse_contains_ecdsa_sha256(content), Ok(contains));
        }
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [
            &[][..],
            &[0],
            &[0, 2],
            &[0, 2, 4],
            &[0, 0],
            &[0, 1, 4],
            &[0, 3, 4, 3, 4],
            &[0, 2, 4, 3, 0],
            &[0, 4, 4, 3],
            &[0xFF, 0xFF, 4, 3],
        ] {
            assert_eq!(parse_contains_ecdsa_sha256(content), Err(Malformed));
        }
    }
}
