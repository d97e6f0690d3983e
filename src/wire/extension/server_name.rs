//! server_name (RFC 6066 section 3).

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// `enum { host_name(0), (255) } NameType`
const HOST_NAME: u8 = 0;

/// The host name of a ClientHello's list. RFC 6066 section 3: "The ServerNameList MUST NOT contain
/// more than one name of the same name_type."
pub(crate) fn parse(content: &[u8]) -> Result<Option<&[u8]>, Malformed> {
    let mut reader = Reader::new(content);
    let mut list = Reader::new(reader.vector16()?);
    reader.finish()?;
    let mut host_name = None;
    if list.is_empty() {
        return Err(Malformed);
    }
    while !list.is_empty() {
        let name_type = list.u8()?;
        let name = list.vector16()?;
        if name_type == HOST_NAME && (name.is_empty() || host_name.replace(name).is_some()) {
            return Err(Malformed);
        }
    }
    Ok(host_name)
}

pub(crate) fn emit(host_name: &[u8], sink: &mut dyn Sink) {
    sink.u16((host_name.len() as u16).saturating_add(3));
    sink.u8(HOST_NAME);
    sink.vector16(host_name);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        let content = collect(&|sink| emit(b"coap.example", sink));
        assert_eq!(parse(&content), Ok(Some(&b"coap.example"[..])));
    }

    #[test]
    fn names_of_other_types_are_passed_over() {
        assert_eq!(parse(&[0, 4, 7, 0, 1, 9]), Ok(None));
    }

    #[test]
    fn bad_lists_are_malformed() {
        for content in [
            &[][..],
            &[0],
            &[0, 0],
            &[0, 3, 0, 0, 0],
            &[0, 4, 0, 0, 2, b'a'],
            &[0, 4, 0, 0, 1, b'a', 0],
            &[0, 8, 0, 0, 1, b'a', 0, 0, 1, b'b'],
        ] {
            assert_eq!(parse(content), Err(Malformed), "{content:?}");
        }
    }
}
