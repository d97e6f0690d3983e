//! supported_groups, which RFC 8422 section 5.1.1 calls the Supported Elliptic Curves Extension.

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// `enum { secp256r1 (23), (0xFFFF) } NamedCurve`
pub(crate) const SECP256R1: u16 = 23;

/// `NamedCurve named_curve_list<2..2^16-1>`
pub(crate) fn parse_contains_secp256r1(content: &[u8]) -> Result<bool, Malformed> {
    let mut reader = Reader::new(content);
    let list = reader.vector16()?;
    reader.finish()?;
    if list.is_empty() || list.len() % 2 != 0 {
        return Err(Malformed);
    }
    let mut curves = list.chunks_exact(2);
    Ok(curves.any(|curve| curve == SECP256R1.to_be_bytes()))
}

pub(crate) fn emit(sink: &mut dyn Sink) {
    sink.vector16(&SECP256R1.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        let content = collect(&|sink| emit(sink));
        assert_eq!(content, [0, 2, 0, 23]);
        assert_eq!(parse_contains_secp256r1(&content), Ok(true));
    }

    #[test]
    fn the_list_is_searched() {
        for (content, contains) in [
            // The example of RFC 8422 5.1.1.
            (&[0, 4, 0, 0x17, 0, 0x18][..], true),
            (&[0, 4, 0, 29, 0, 23], true),
            (&[0, 2, 0, 24], false),
            // Not at an odd place of the list.
            (&[0, 4, 1, 0, 23, 1], false),
        ] {
            assert_eq!(parse_contains_secp256r1(content), Ok(contains));
        }
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [
            &[][..],
            &[0],
            &[0, 2],
            &[0, 2, 0],
            &[0, 0],
            &[0, 1, 0],
            &[0, 3, 0, 23, 0],
            &[0, 2, 0, 23, 0],
            &[0, 4, 0, 23],
        ] {
            assert_eq!(parse_contains_secp256r1(content), Err(Malformed));
        }
    }
}
