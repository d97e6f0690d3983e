//! CertificateURL (RFC 6066 section 5), in place of a client's Certificate.

use super::{Reader, SHA1_LENGTH, Sink};
use crate::error::Malformed;
use crate::host::{CertChainType, CertificateUrl};

/// RFC 6066 section 5: "The "padding" byte MUST be 0x01."
const PADDING: u8 = 1;

/// Octets of a URLAndHash beside its URL.
const URL_AND_HASH_LENGTH: usize = 2 + 1 + SHA1_LENGTH;

/// A well-formed CertificateURL: there is a URL, and only one of a PkiPath. One that is not gets
/// decode_error: a CertChainType, padding or URL that is none of those of the RFC is as malformed as
/// a wrong length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CertificateUrls<'a> {
    pub(crate) chain_type: CertChainType,
    list: &'a [u8],
}

impl<'a> CertificateUrls<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let chain_type = match reader.u8()? {
            0 => CertChainType::IndividualCerts,
            1 => CertChainType::PkiPath,
            _ => return Err(Malformed),
        };
        // `URLAndHash url_and_hash_list<1..2^16-1>`
        let list = reader.vector16()?;
        reader.finish()?;
        let mut entries = Reader::new(list);
        url_and_hash(&mut entries)?;
        while !entries.is_empty() {
            // "If CertificateURL.type is "pkipath", the list contains a single URL".
            if chain_type == CertChainType::PkiPath {
                return Err(Malformed);
            }
            url_and_hash(&mut entries)?;
        }
        Ok(CertificateUrls { chain_type, list })
    }

    /// "with the URL for the client's certificate first".
    pub(crate) fn iter(&self) -> impl Iterator<Item = CertificateUrl<'a>> {
        let chain_type = self.chain_type;
        let mut entries = Reader::new(self.list);
        core::iter::from_fn(move || {
            // Parsed before: the only thing that can be wrong with it is that it is empty.
            let (url, sha1) = url_and_hash(&mut entries).ok()?;
            Some(CertificateUrl {
                chain_type,
                url,
                sha1,
            })
        })
    }
}

fn url_and_hash<'a>(
    reader: &mut Reader<'a>,
) -> Result<(&'a [u8], &'a [u8; SHA1_LENGTH]), Malformed> {
    // `opaque url<1..2^16-1>`
    let url = reader.vector16()?;
    if !is_absolute(url) || reader.u8()? != PADDING {
        return Err(Malformed);
    }
    Ok((url, reader.array()?))
}

/// Whether these octets could be "an absolute URI reference according to [RFC3986]": a scheme, a
/// colon, more, and nothing but printable ASCII, so that no blank or end of a line reaches the
/// protocol that it is fetched with.
pub(crate) fn is_absolute(url: &[u8]) -> bool {
    let mut halves = url.splitn(2, |octet| *octet == b':');
    let (Some(scheme), Some(rest)) = (halves.next(), halves.next()) else {
        return false;
    };
    // RFC 3986 3.1: `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(octet));
    is_scheme && !rest.is_empty() && rest.iter().all(u8::is_ascii_graphic)
}

/// Octets of the list of these URLs.
pub(crate) fn list_length<'a>(urls: impl Iterator<Item = &'a [u8]>) -> usize {
    let lengths = urls.map(|url| url.len().saturating_add(URL_AND_HASH_LENGTH));
    lengths.fold(0, usize::saturating_add)
}

/// Writes a CertificateURL whose list has `list_length` octets.
pub(crate) fn emit<'a>(
    chain_type: CertChainType,
    list_length: usize,
    entries: impl Iterator<Item = (&'a [u8], [u8; SHA1_LENGTH])>,
    sink: &mut dyn Sink,
) {
    sink.u8(chain_type as u8);
    // The configuration has seen to it that 16 bits can say it.
    sink.u16(list_length as u16);
    for (url, sha1) in entries {
        sink.vector16(url);
        sink.u8(PADDING);
        sink.put(&sha1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn write(chain_type: CertChainType, urls: &[&[u8]]) -> Vec<u8> {
        let entries = (urls.iter().zip(1..)).map(|(url, number)| (*url, [number; SHA1_LENGTH]));
        let length = list_length(urls.iter().copied());
        collect(&|sink| emit(chain_type, length, entries.clone(), sink))
    }

    #[test]
    fn the_octets_are_those_of_the_rfc() {
        let mut expected = std::vec![1, 0, 31, 0, 8];
        expected.extend_from_slice(b"http://h");
        expected.push(1);
        expected.extend_from_slice(&[1; 20]);
        assert_eq!(write(CertChainType::PkiPath, &[b"http://h"]), expected);
        let mut expected = std::vec![0, 0, 52, 0, 3];
        expected.extend_from_slice(b"a:b\x01");
        expected.extend_from_slice(&[1; 20]);
        expected.extend_from_slice(&[0, 3]);
        expected.extend_from_slice(b"c:d\x01");
        expected.extend_from_slice(&[2; 20]);
        let urls: [&[u8]; 2] = [b"a:b", b"c:d"];
        assert_eq!(write(CertChainType::IndividualCerts, &urls), expected);
    }

    #[test]
    fn round_trip() {
        for (chain_type, urls) in [
            (
                CertChainType::PkiPath,
                &[&b"http://host/path?query"[..]][..],
            ),
            (CertChainType::IndividualCerts, &[b"http://a/1", b"ftp://b"]),
        ] {
            let body = write(chain_type, urls);
            let parsed = CertificateUrls::parse(&body).unwrap();
            assert_eq!(parsed.chain_type, chain_type);
            let entries: Vec<_> = parsed.iter().collect();
            assert_eq!(entries.len(), urls.len());
            for ((entry, url), number) in entries.iter().zip(urls).zip(1..) {
                assert_eq!(entry.chain_type, chain_type);
                assert_eq!(entry.url, *url);
                assert_eq!(entry.sha1, &[number; SHA1_LENGTH]);
            }
        }
    }

    #[test]
    fn every_other_length_is_malformed() {
        let urls: [&[u8]; 2] = [b"http://a/1", b"http://b/2"];
        let body = write(CertChainType::IndividualCerts, &urls);
        for length in 0..body.len() {
            assert_eq!(CertificateUrls::parse(&body[..length]), Err(Malformed));
        }
        let longer = [&body[..], &[0]].concat();
        assert_eq!(CertificateUrls::parse(&longer), Err(Malformed));
        // The lengths of the list and of each URL, one less and one more.
        for at in [2, 4, 4 + 33] {
            for change in [1, u8::MAX] {
                let mut other = body.clone();
                other[at] = other[at].wrapping_add(change);
                assert_eq!(CertificateUrls::parse(&other), Err(Malformed), "{at}");
            }
        }
    }

    #[test]
    fn what_the_rfc_excludes_is_malformed() {
        let good = write(CertChainType::IndividualCerts, &[b"http://a"]);
        assert!(CertificateUrls::parse(&good).is_ok());
        for (at, octet) in [
            (0, 2), // no CertChainType
            (0, 255),
            (good.len() - 21, 0), // padding
            (good.len() - 21, 2),
        ] {
            let mut other = good.clone();
            other[at] = octet;
            assert_eq!(CertificateUrls::parse(&other), Err(Malformed), "{at}");
        }
        for chain_type in [CertChainType::IndividualCerts, CertChainType::PkiPath] {
            assert_eq!(
                CertificateUrls::parse(&write(chain_type, &[])),
                Err(Malformed)
            );
            assert_eq!(
                CertificateUrls::parse(&write(chain_type, &[b""])),
                Err(Malformed)
            );
        }
        let two = write(CertChainType::PkiPath, &[b"http://a", b"http://b"]);
        assert_eq!(CertificateUrls::parse(&two), Err(Malformed));
    }

    #[test]
    fn urls_are_absolute_and_printable() {
        for url in [&b"http://host/a"[..], b"coap+tcp://h", b"urn:x", b"h:%20~!"] {
            assert!(is_absolute(url), "{url:?}");
        }
        for url in [
            &b""[..],
            b"host/a",
            b"//host/a",
            b":x",
            b"http:",
            b"1http://a",
            b"ht tp://a",
            b"http://a b",
            b"http://a\r\nX: y",
            b"http://a\0",
            b"http://\xC3\xA4",
            b"http://a\x7F",
        ] {
            assert!(!is_absolute(url), "{url:?}");
        }
    }
}
