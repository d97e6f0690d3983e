//! ClientHello (RFC 5246 section 7.4.1.2, RFC 6347 section 4.2.1).

use super::extension::{
    self, ExtensionType, Extensions, MaxFragmentLength, renegotiation_info, server_name,
};
use super::{RANDOM_LENGTH, Reader, SESSION_ID_MAX, Sink, Version};
use crate::error::Malformed;
use crate::suite::Suite;

/// `enum { null(0), (255) } CompressionMethod`
pub(crate) const NULL_COMPRESSION: u8 = 0;

/// What stands in front, up to the cookie. It is all that the cookie gate judges by, so a first
/// fragment that carries it can be judged without keeping anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientHelloStart<'a> {
    pub(crate) client_version: Version,
    pub(crate) random: &'a [u8; RANDOM_LENGTH],
    pub(crate) session_id: &'a [u8],
    pub(crate) cookie: &'a [u8],
}

impl<'a> ClientHelloStart<'a> {
    pub(crate) fn parse(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let client_version = Version(reader.u16()?);
        let random = reader.array()?;
        let session_id = reader.vector8()?;
        if session_id.len() > SESSION_ID_MAX {
            return Err(Malformed);
        }
        let cookie = reader.vector8()?;
        Ok(ClientHelloStart {
            client_version,
            random,
            session_id,
            cookie,
        })
    }
}

/// A whole ClientHello as a server reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientHello<'a> {
    pub(crate) start: ClientHelloStart<'a>,
    /// Pairs of octets.
    cipher_suites: &'a [u8],
    compression_methods: &'a [u8],
    pub(crate) extensions: Extensions<'a>,
}

impl<'a> ClientHello<'a> {
    /// RFC 5246 7.4.1.2: a server "MUST check that the amount of data in the message precisely
    /// matches one of these formats; if not, then it MUST send a fatal "decode_error" alert".
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let start = ClientHelloStart::parse(&mut reader)?;
        let cipher_suites = reader.vector16()?;
        if cipher_suites.is_empty() || cipher_suites.len() % 2 != 0 {
            return Err(Malformed);
        }
        let compression_methods = reader.vector8()?;
        if compression_methods.is_empty() {
            return Err(Malformed);
        }
        let extensions = Extensions::parse(&mut reader)?;
        reader.finish()?;
        Ok(ClientHello {
            start,
            cipher_suites,
            compression_methods,
            extensions,
        })
    }

    pub(crate) fn offers_suite(&self, number: u16) -> bool {
        self.cipher_suites
            .chunks_exact(2)
            .any(|suite| suite == number.to_be_bytes())
    }

    pub(crate) fn offers_null_compression(&self) -> bool {
        self.compression_methods.contains(&NULL_COMPRESSION)
    }
}

/// A ClientHello as our client writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientHelloOffer<'a> {
    pub(crate) random: &'a [u8; RANDOM_LENGTH],
    pub(crate) session_id: &'a [u8],
    pub(crate) cookie: &'a [u8],
    pub(crate) suites: &'a [Suite],
    pub(crate) server_name: Option<&'a [u8]>,
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,
}

impl ClientHelloOffer<'_> {
    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u16(Version::DTLS_1_2.0);
        sink.put(self.random);
        sink.vector8(self.session_id);
        sink.vector8(self.cookie);
        sink.u16(
            (self.suites.len() as u16)
                .saturating_add(1)
                .saturating_mul(2),
        );
        for suite in self.suites {
            sink.u16(suite.number());
        }
        // RFC 5746 3.3: "a minimal client that does not support renegotiation at all can simply
        // use the SCSV in all initial handshakes."
        sink.u16(renegotiation_info::SCSV);
        sink.vector8(&[NULL_COMPRESSION]);
        extension::emit_list(sink, &|sink| self.emit_extensions(sink));
    }

    fn emit_extensions(&self, sink: &mut dyn Sink) {
        if let Some(name) = self.server_name {
            extension::emit(sink, ExtensionType::SERVER_NAME, &|sink| {
                server_name::emit(name, sink);
            });
        }
        if let Some(length) = self.max_fragment_length {
            extension::emit(sink, ExtensionType::MAX_FRAGMENT_LENGTH, &|sink| {
                length.emit(sink);
            });
        }
        // RFC 7627 5.2: "In all handshakes, a client implementing this document MUST send the
        // "extended_master_secret" extension in its ClientHello."
        extension::emit(sink, ExtensionType::EXTENDED_MASTER_SECRET, &|_| ());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    const OFFER: ClientHelloOffer<'_> = ClientHelloOffer {
        random: &[7; RANDOM_LENGTH],
        session_id: &[1, 2, 3],
        cookie: &[4; 20],
        suites: &[Suite::PskWithAes128Ccm8],
        server_name: Some(b"coap.example"),
        max_fragment_length: Some(MaxFragmentLength::Octets512),
    };

    fn offer() -> Vec<u8> {
        collect(&|sink| OFFER.emit(sink))
    }

    #[test]
    fn round_trip() {
        let body = offer();
        let Ok(hello) = ClientHello::parse(&body) else {
            panic!("does not parse");
        };
        assert_eq!(hello.start.client_version, Version::DTLS_1_2);
        assert_eq!(hello.start.random, OFFER.random);
        assert_eq!(hello.start.session_id, OFFER.session_id);
        assert_eq!(hello.start.cookie, OFFER.cookie);
        assert!(hello.offers_suite(0xC0A8));
        assert!(hello.offers_suite(renegotiation_info::SCSV));
        // Not at an odd place of the list.
        assert!(!hello.offers_suite(0xA800));
        assert!(hello.offers_null_compression());
        let types: Vec<u16> = hello.extensions.iter().map(|(t, _)| t.0).collect();
        assert_eq!(types, [0, 1, 23]);
    }

    /// Requirement 16-1 and the wire figure of the design: no octet more than needed.
    #[test]
    fn the_smallest_offer_is_50_octets() {
        let offer = ClientHelloOffer {
            session_id: &[],
            cookie: &[],
            server_name: None,
            max_fragment_length: None,
            ..OFFER
        };
        assert_eq!(
            collect(&|sink| offer.emit(sink)).len(),
            2 + 32 + 1 + 1 + 6 + 2 + 2 + 4
        );
    }

    /// Bug class 43: no length may be cut short or drawn out.
    #[test]
    fn every_truncation_is_malformed() {
        let body = offer();
        // Without any extensions the message is whole again.
        let without_extensions = 2 + 32 + 4 + 21 + 6 + 2;
        for length in 0..body.len() {
            let parsed = ClientHello::parse(body.get(..length).unwrap_or(&[]));
            assert_eq!(parsed.is_ok(), length == without_extensions, "{length}");
        }
        let mut longer = body.clone();
        longer.push(0);
        assert!(ClientHello::parse(&longer).is_err());
    }

    #[test]
    fn odd_or_empty_lists_are_malformed() {
        let hello = |session_id: &[u8], suites: &[u8], compression: &[u8]| {
            collect(&|sink| {
                sink.u16(Version::DTLS_1_2.0);
                sink.put(&[0; 32]);
                sink.vector8(session_id);
                sink.vector8(&[]);
                sink.vector16(suites);
                sink.vector8(compression);
            })
        };
        assert!(ClientHello::parse(&hello(&[], &[0xC0, 0xA8], &[0])).is_ok());
        assert!(ClientHello::parse(&hello(&[0; 32], &[0xC0, 0xA8], &[1])).is_ok());
        assert!(ClientHello::parse(&hello(&[0; 33], &[0xC0, 0xA8], &[0])).is_err());
        assert!(ClientHello::parse(&hello(&[], &[], &[0])).is_err());
        assert!(ClientHello::parse(&hello(&[], &[0xC0, 0xA8, 0], &[0])).is_err());
        assert!(ClientHello::parse(&hello(&[], &[0xC0, 0xA8], &[])).is_err());
    }

    #[test]
    fn versions_that_reach_1_2() {
        for (version, reaches) in [
            (0xFEFD, true),
            (0xFEFC, true),
            (0xFEFF, false),
            (0xFEFE, false),
            (0x0303, false),
            (0xFFFD, false),
        ] {
            assert_eq!(Version(version).reaches_1_2(), reaches, "{version:x}");
        }
    }
}
