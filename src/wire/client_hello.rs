//! ClientHello (RFC 5246 section 7.4.1.2, RFC 6347 section 4.2.1).

#[cfg(feature = "heartbeat")]
use super::extension::HeartbeatMode;
#[cfg(feature = "cached-info")]
use super::extension::cached_info::CachedOffer;
#[cfg(feature = "trusted-ca")]
use super::extension::trusted_ca_keys;
use super::extension::{
    self, ExtensionType, Extensions, MaxFragmentLength, renegotiation_info, server_name,
};
#[cfg(feature = "public-key")]
use super::extension::{
    CertificateType, certificate_type, ec_point_formats, signature_algorithms, supported_groups,
};
use super::{RANDOM_LENGTH, Reader, SESSION_ID_MAX, Sink, Version, has};
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
        has(self.compression_methods, NULL_COMPRESSION)
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
    #[cfg(feature = "heartbeat")]
    pub(crate) heartbeat: Option<HeartbeatMode>,
    #[cfg(feature = "public-key")]
    pub(crate) public_key: Option<PublicKeyOffer<'a>>,
}

/// What a client adds to its ClientHello that offers a suite with public keys.
#[cfg(feature = "public-key")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicKeyOffer<'a> {
    /// What we can show when asked, most wanted first.
    pub(crate) client_types: &'a [CertificateType],
    /// What the server may show, most wanted first.
    pub(crate) server_types: &'a [CertificateType],
    /// We can say where our certificates stand.
    #[cfg(feature = "certificate-url")]
    pub(crate) certificate_url: bool,
    /// Certificates of the authorities that the server is told, one after another.
    #[cfg(feature = "trusted-ca")]
    pub(crate) trusted_ca: Option<&'a [u8]>,
    /// What we remember of the server.
    #[cfg(feature = "cached-info")]
    pub(crate) cached: CachedOffer,
}

#[cfg(feature = "public-key")]
impl PublicKeyOffer<'_> {
    fn emit_extensions(&self, sink: &mut dyn Sink) {
        // RFC 8422 5.1: "The extensions SHOULD be sent along with any ClientHello message that
        // proposes ECC cipher suites."
        extension::emit(
            sink,
            ExtensionType::SUPPORTED_GROUPS,
            &supported_groups::emit,
        );
        extension::emit(
            sink,
            ExtensionType::EC_POINT_FORMATS,
            &ec_point_formats::emit,
        );
        // RFC 5246 7.4.1.4.1: "If the client does not support the default algorithms [...] it MUST
        // send the signature_algorithms extension, listing the algorithms it is willing to accept."
        extension::emit(
            sink,
            ExtensionType::SIGNATURE_ALGORITHMS,
            &signature_algorithms::emit,
        );
        for (extension, types) in [
            (ExtensionType::CLIENT_CERTIFICATE_TYPE, self.client_types),
            (ExtensionType::SERVER_CERTIFICATE_TYPE, self.server_types),
        ] {
            // RFC 7250 4.1: "If the client has no remaining certificate types to send in the client
            // hello, other than the default X.509 type, it MUST omit the client_certificate_type
            // extension in the client hello." It says the same of server_certificate_type.
            if types.iter().any(|one| *one != CertificateType::X509) {
                extension::emit(sink, extension, &|sink| {
                    certificate_type::emit_list(types, sink);
                });
            }
        }
        #[cfg(feature = "certificate-url")]
        if self.certificate_url {
            extension::emit(sink, ExtensionType::CLIENT_CERTIFICATE_URL, &|_| ());
        }
        #[cfg(feature = "trusted-ca")]
        if let Some(anchors) = self.trusted_ca {
            extension::emit(sink, ExtensionType::TRUSTED_CA_KEYS, &|sink| {
                trusted_ca_keys::emit(anchors, sink);
            });
        }
        #[cfg(feature = "cached-info")]
        if !self.cached.is_empty() {
            extension::emit(sink, ExtensionType::CACHED_INFO, &|sink| {
                self.cached.emit(sink);
            });
        }
    }
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
        #[cfg(feature = "heartbeat")]
        if let Some(mode) = self.heartbeat {
            extension::emit(sink, ExtensionType::HEARTBEAT, &|sink| mode.emit(sink));
        }
        #[cfg(feature = "public-key")]
        if let Some(offer) = &self.public_key {
            offer.emit_extensions(sink);
        }
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
        suites: &[
            #[cfg(feature = "psk")]
            Suite::PskWithAes128Ccm8,
            #[cfg(not(feature = "psk"))]
            Suite::EcdheEcdsaWithAes128Ccm8,
        ],
        server_name: Some(b"coap.example"),
        max_fragment_length: Some(MaxFragmentLength::Octets512),
        #[cfg(feature = "heartbeat")]
        heartbeat: None,
        #[cfg(feature = "public-key")]
        public_key: None,
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
        let suite = OFFER.suites[0].number();
        assert!(hello.offers_suite(suite));
        assert!(hello.offers_suite(renegotiation_info::SCSV));
        // Not at an odd place of the list.
        assert!(!hello.offers_suite(suite << 8));
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

    #[cfg(feature = "heartbeat")]
    #[test]
    fn heartbeat_adds_its_extension() {
        let offer = ClientHelloOffer {
            heartbeat: Some(HeartbeatMode::PeerNotAllowed),
            ..OFFER
        };
        let body = collect(&|sink| offer.emit(sink));
        assert!(ClientHello::parse(&body).is_ok());
        assert_eq!(body[self::offer().len()..], [0, 15, 0, 1, 2]);
    }

    #[cfg(feature = "public-key")]
    fn public_key_extensions(client: &[CertificateType], server: &[CertificateType]) -> Vec<u8> {
        let public_key = PublicKeyOffer {
            client_types: client,
            server_types: server,
            #[cfg(feature = "certificate-url")]
            certificate_url: false,
            #[cfg(feature = "cached-info")]
            cached: CachedOffer::default(),
            #[cfg(feature = "trusted-ca")]
            trusted_ca: None,
        };
        let offer = ClientHelloOffer {
            public_key: Some(public_key),
            ..OFFER
        };
        let body = collect(&|sink| offer.emit(sink));
        assert!(ClientHello::parse(&body).is_ok());
        // What stands before grows only in the length of the list.
        body[self::offer().len()..].to_vec()
    }

    #[cfg(feature = "public-key")]
    #[test]
    fn public_keys_add_their_extensions() {
        use CertificateType::{RawPublicKey, X509};
        let always: &[u8] = &[
            0, 10, 0, 4, 0, 2, 0, 23, // supported_groups: secp256r1
            0, 11, 0, 2, 1, 0, // ec_point_formats: uncompressed
            0, 13, 0, 4, 0, 2, 4, 3, // signature_algorithms: { sha256, ecdsa }
        ];
        let client: &[u8] = &[0, 19, 0, 2, 1, 2];
        let server: &[u8] = &[0, 20, 0, 3, 2, 2, 0];
        assert_eq!(public_key_extensions(&[], &[]), always);
        assert_eq!(public_key_extensions(&[X509], &[X509]), always);
        assert_eq!(
            public_key_extensions(&[RawPublicKey], &[X509]),
            [always, client].concat()
        );
        assert_eq!(
            public_key_extensions(&[X509], &[RawPublicKey, X509]),
            [always, server].concat()
        );
        assert_eq!(
            public_key_extensions(&[RawPublicKey], &[RawPublicKey, X509]),
            [always, client, server].concat()
        );
    }

    #[cfg(feature = "certificate-url")]
    #[test]
    fn urls_of_certificates_add_an_empty_extension() {
        let offer = |certificate_url| {
            let public_key = PublicKeyOffer {
                client_types: &[],
                server_types: &[],
                certificate_url,
                #[cfg(feature = "cached-info")]
                cached: CachedOffer::default(),
                #[cfg(feature = "trusted-ca")]
                trusted_ca: None,
            };
            let offer = ClientHelloOffer {
                public_key: Some(public_key),
                ..OFFER
            };
            collect(&|sink| offer.emit(sink))
        };
        let (without, with) = (offer(false), offer(true));
        assert_eq!(with[without.len()..], [0, 2, 0, 0]);
        assert!(ClientHello::parse(&with).is_ok());
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
