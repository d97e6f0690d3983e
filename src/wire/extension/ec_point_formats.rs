//! ec_point_formats (RFC 8422 sections 5.1.2 and 5.2).

use crate::error::Malformed;
use crate::wire::{Reader, Sink, has};

/// `enum { uncompressed (0), (255) } ECPointFormat`
const UNCOMPRESSED: u8 = 0;

/// `ECPointFormat ec_point_format_list<1..2^8-1>`
pub(crate) fn parse_contains_uncompressed(content: &[u8]) -> Result<bool, Malformed> {
    let mut reader = Reader::new(content);
    let list = reader.vector8()?;
    reader.finish()?;
    if list.is_empty() {
        return Err(Malformed);
    }
    Ok(has(list, UNCOMPRESSED))
}

/// RFC 8422 5.1.2: "the point format list extension MAY still be included and contain exactly one
/// value: the uncompressed point format (0)."
pub(crate) fn emit(sink: &mut dyn Sink) {
    sink.vector8(&[UNCOMPRESSED]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        let content = collect(&|sink| emit(sink));
        assert_eq!(content, [1, 0]);
        assert_eq!(parse_contains_uncompressed(&content), Ok(true));
    }

    #[test]
    fn the_list_is_searched() {
        assert_eq!(parse_contains_uncompressed(&[3, 2, 1, 0]), Ok(true));
        assert_eq!(parse_contains_uncompressed(&[2, 1, 2]), Ok(false));
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [&[][..], &[0], &[1], &[1, 0, 0], &[2, 0]] {
            assert_eq!(parse_contains_uncompressed(content), Err(Malformed));
        }
    }
}
