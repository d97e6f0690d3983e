//! The ChangeCipherSpec message (RFC 5246 section 7.1).

use crate::error::Malformed;

/// `enum { change_cipher_spec(1), (255) } type`
pub(crate) const CHANGE_CIPHER_SPEC: [u8; 1] = [1];

pub(crate) fn parse(content: &[u8]) -> Result<(), Malformed> {
    if content == CHANGE_CIPHER_SPEC {
        Ok(())
    } else {
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_octet_of_value_1() {
        assert_eq!(parse(&CHANGE_CIPHER_SPEC), Ok(()));
        for content in [&[][..], &[0], &[2], &[1, 1]] {
            assert_eq!(parse(content), Err(Malformed));
        }
    }
}
