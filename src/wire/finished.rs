//! The Finished message (RFC 5246 section 7.4.9).

use super::{Reader, Sink};
use crate::error::Malformed;

/// Octets of verify_data.
///
/// "In previous versions of TLS, the verify_data was always 12 octets long. In the current version
/// of TLS, it depends on the cipher suite. Any cipher suite which does not explicitly specify
/// verify_data_length has a verify_data_length equal to 12."
pub(crate) const VERIFY_DATA_LENGTH: usize = 12;

pub(crate) fn parse(body: &[u8]) -> Result<&[u8; VERIFY_DATA_LENGTH], Malformed> {
    let mut reader = Reader::new(body);
    let verify_data = reader.array()?;
    reader.finish()?;
    Ok(verify_data)
}

pub(crate) fn emit(verify_data: &[u8; VERIFY_DATA_LENGTH], sink: &mut dyn Sink) {
    sink.put(verify_data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip_and_bad_lengths() {
        let verify_data = [7; VERIFY_DATA_LENGTH];
        let body = collect(&|sink| emit(&verify_data, sink));
        assert_eq!(parse(&body), Ok(&verify_data));
        assert_eq!(parse(&[7; 11]), Err(Malformed));
        assert_eq!(parse(&[7; 13]), Err(Malformed));
    }
}
