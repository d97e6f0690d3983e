//! renegotiation_info (RFC 5746 section 3.2) of an initial handshake.

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 section 3.3).
pub(crate) const SCSV: u16 = 0x00FF;

/// Whether renegotiated_connection is empty, as it must be in an initial handshake.
pub(crate) fn parse_is_empty(content: &[u8]) -> Result<bool, Malformed> {
    let mut reader = Reader::new(content);
    let renegotiated_connection = reader.vector8()?;
    reader.finish()?;
    Ok(renegotiated_connection.is_empty())
}

pub(crate) fn emit_empty(sink: &mut dyn Sink) {
    sink.vector8(&[]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip_and_bad_lengths() {
        assert_eq!(parse_is_empty(&collect(&|sink| emit_empty(sink))), Ok(true));
        assert_eq!(parse_is_empty(&[1, 9]), Ok(false));
        for content in [&[][..], &[1], &[0, 0]] {
            assert_eq!(parse_is_empty(content), Err(Malformed));
        }
    }
}
