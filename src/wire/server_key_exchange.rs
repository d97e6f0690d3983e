//! ServerKeyExchange of plain PSK: an identity hint (RFC 4279 section 2).

use super::Reader;
use crate::error::Malformed;

/// Checks the form. Requirements 5.1-5 and 5.1-6: a hint is never sent, and ignored when received:
/// there is no writer, and the reader gives nothing.
pub(crate) fn parse_psk_identity_hint(body: &[u8]) -> Result<(), Malformed> {
    let mut reader = Reader::new(body);
    reader.vector16()?;
    reader.finish()
}

#[cfg(test)]
mod tests {
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
