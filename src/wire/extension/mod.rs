//! The list of extensions of a hello (RFC 5246 section 7.4.1.4), and one file for each extension
//! that has content.

#[cfg(feature = "cached-info")]
pub(crate) mod cached_info;
#[cfg(feature = "public-key")]
pub(crate) mod certificate_type;
#[cfg(feature = "public-key")]
pub(crate) mod ec_point_formats;
#[cfg(feature = "heartbeat")]
pub(crate) mod heartbeat;
pub(crate) mod max_fragment_length;
pub(crate) mod renegotiation_info;
pub(crate) mod server_name;
#[cfg(feature = "public-key")]
pub(crate) mod signature_algorithms;
#[cfg(feature = "public-key")]
pub(crate) mod supported_groups;
#[cfg(feature = "trusted-ca")]
pub(crate) mod trusted_ca_keys;

use super::{Length, Reader, Sink};
use crate::error::Malformed;

#[cfg(feature = "public-key")]
pub(crate) use certificate_type::CertificateType;
#[cfg(feature = "heartbeat")]
pub use heartbeat::HeartbeatMode;
pub use max_fragment_length::MaxFragmentLength;

/// ExtensionType. Any number can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExtensionType(pub(crate) u16);

impl ExtensionType {
    /// RFC 6066 section 3.
    pub(crate) const SERVER_NAME: ExtensionType = ExtensionType(0);
    /// RFC 6066 section 6.
    pub(crate) const TRUSTED_CA_KEYS: ExtensionType = ExtensionType(3);
    /// RFC 6066 section 4.
    pub(crate) const MAX_FRAGMENT_LENGTH: ExtensionType = ExtensionType(1);
    /// RFC 6066 section 5; its content is empty.
    pub(crate) const CLIENT_CERTIFICATE_URL: ExtensionType = ExtensionType(2);
    /// RFC 8422 section 5.1; its first name was elliptic_curves.
    pub(crate) const SUPPORTED_GROUPS: ExtensionType = ExtensionType(10);
    /// RFC 8422 section 5.1.
    pub(crate) const EC_POINT_FORMATS: ExtensionType = ExtensionType(11);
    /// RFC 5246 section 7.4.1.4.1.
    pub(crate) const SIGNATURE_ALGORITHMS: ExtensionType = ExtensionType(13);
    /// RFC 6520 section 6.
    #[cfg(feature = "heartbeat")]
    pub(crate) const HEARTBEAT: ExtensionType = ExtensionType(15);
    /// RFC 7250 section 3.
    pub(crate) const CLIENT_CERTIFICATE_TYPE: ExtensionType = ExtensionType(19);
    /// RFC 7250 section 3.
    pub(crate) const SERVER_CERTIFICATE_TYPE: ExtensionType = ExtensionType(20);
    /// RFC 7627 section 5.1; its content is empty.
    pub(crate) const EXTENDED_MASTER_SECRET: ExtensionType = ExtensionType(23);
    /// RFC 7924 section 3.
    pub(crate) const CACHED_INFO: ExtensionType = ExtensionType(25);
    /// RFC 5746 section 3.2.
    pub(crate) const RENEGOTIATION_INFO: ExtensionType = ExtensionType(0xFF01);
}

/// More extensions than any peer sends: the check for doubles is quadratic in their number.
const EXTENSIONS_MAX: usize = 64;

/// A well-formed list in which no type stands twice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extensions<'a> {
    list: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// Parses what follows the compression methods. RFC 5246 7.4.1.2: "The presence of extensions
    /// can be detected by determining whether there are bytes following".
    pub(crate) fn parse(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        if reader.is_empty() {
            return Ok(Extensions { list: &[] });
        }
        let extensions = Extensions {
            list: reader.vector16()?,
        };
        let mut count = 0;
        for entry in Entries(Reader::new(extensions.list)) {
            let (extension, _) = entry?;
            // "There MUST NOT be more than one extension of the same type."
            if extensions
                .iter()
                .take(count)
                .any(|(seen, _)| seen == extension)
            {
                return Err(Malformed);
            }
            count += 1;
            if count > EXTENSIONS_MAX {
                return Err(Malformed);
            }
        }
        Ok(extensions)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ExtensionType, &'a [u8])> {
        // Parsed before: no entry is malformed any more.
        Entries(Reader::new(self.list)).filter_map(Result::ok)
    }
}

struct Entries<'a>(Reader<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = Result<(ExtensionType, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let entry = (|| Ok((ExtensionType(self.0.u16()?), self.0.vector16()?)))();
        if entry.is_err() {
            self.0 = Reader::new(&[]);
        }
        Some(entry)
    }
}

/// An extension without content.
pub(crate) fn parse_empty(content: &[u8]) -> Result<(), Malformed> {
    Reader::new(content).finish()
}

/// Emits one extension; `content` writes what is in it.
pub(crate) fn emit(sink: &mut dyn Sink, extension: ExtensionType, content: &dyn Fn(&mut dyn Sink)) {
    let mut length = Length::default();
    content(&mut length);
    sink.u16(extension.0);
    sink.u16(length.0 as u16);
    content(sink);
}

/// Emits a whole list, or nothing when it is empty.
pub(crate) fn emit_list(sink: &mut dyn Sink, list: &dyn Fn(&mut dyn Sink)) {
    let mut length = Length::default();
    list(&mut length);
    if length.0 > 0 {
        sink.u16(length.0 as u16);
        list(sink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn parse(octets: &[u8]) -> Result<Vec<(u16, Vec<u8>)>, Malformed> {
        let mut reader = Reader::new(octets);
        let extensions = Extensions::parse(&mut reader)?;
        reader.finish()?;
        Ok(extensions.iter().map(|(t, c)| (t.0, c.to_vec())).collect())
    }

    #[test]
    fn round_trip() {
        let octets = collect(&|sink| {
            emit_list(sink, &|sink| {
                emit(sink, ExtensionType::EXTENDED_MASTER_SECRET, &|_| ());
                emit(sink, ExtensionType::MAX_FRAGMENT_LENGTH, &|sink| sink.u8(1));
            });
        });
        assert_eq!(octets, [0, 9, 0, 23, 0, 0, 0, 1, 0, 1, 1]);
        assert_eq!(
            parse(&octets),
            Ok(std::vec![(23, std::vec![]), (1, std::vec![1])])
        );
        assert!(collect(&|sink| emit_list(sink, &|_| ())).is_empty());
    }

    #[test]
    fn absent_and_empty_lists_are_legal() {
        assert_eq!(parse(&[]), Ok(std::vec![]));
        assert_eq!(parse(&[0, 0]), Ok(std::vec![]));
    }

    #[test]
    fn lengths_that_disagree_are_malformed() {
        for octets in [
            &[0][..],
            &[0, 1],
            &[0, 1, 0],
            &[0, 3, 0, 23, 0],
            &[0, 4, 0, 23, 0, 1],
            &[0, 5, 0, 23, 0, 2, 0],
            &[0, 4, 0, 23, 0, 0, 0],
        ] {
            assert_eq!(parse(octets), Err(Malformed), "{octets:?}");
        }
    }

    #[test]
    fn doubled_types_are_malformed_known_or_not() {
        assert_eq!(parse(&[0, 8, 0, 23, 0, 0, 0, 23, 0, 0]), Err(Malformed));
        assert_eq!(
            parse(&[0, 12, 9, 9, 0, 0, 0, 23, 0, 0, 9, 9, 0, 0]),
            Err(Malformed)
        );
    }

    #[test]
    fn the_number_of_extensions_is_bounded() {
        let list = |count: u16| {
            let mut octets = (count * 4).to_be_bytes().to_vec();
            for number in 0..count {
                octets.extend_from_slice(&number.to_be_bytes());
                octets.extend_from_slice(&[0, 0]);
            }
            octets
        };
        assert_eq!(parse(&list(64)).map(|list| list.len()), Ok(64));
        assert_eq!(parse(&list(65)), Err(Malformed));
    }
}
