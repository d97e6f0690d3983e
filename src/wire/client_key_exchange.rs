//! ClientKeyExchange of plain PSK: the identity of the key (RFC 4279 section 2).

use super::{Reader, Sink};
use crate::error::Malformed;

/// Requirement 5.1-2: an identity is octets without structure; NUL is one of them.
pub(crate) fn parse_psk_identity(body: &[u8]) -> Result<&[u8], Malformed> {
    let mut reader = Reader::new(body);
    let identity = reader.vector16()?;
    reader.finish()?;
    Ok(identity)
}

pub(crate) fn emit_psk_identity(identity: &[u8], sink: &mut dyn Sink) {
    sink.vector16(identity);
}

#[cfg(test)]
mod tests {
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
