//! ServerHello (RFC 5246 section 7.4.1.3).

use super::client_hello::NULL_COMPRESSION;
#[cfg(feature = "heartbeat")]
use super::extension::HeartbeatMode;
#[cfg(feature = "cached-info")]
use super::extension::cached_info::{self, CachedTypes};
use super::extension::{self, ExtensionType, Extensions, MaxFragmentLength, renegotiation_info};
#[cfg(feature = "public-key")]
use super::extension::{CertificateType, certificate_type, ec_point_formats};
use super::{RANDOM_LENGTH, Reader, SESSION_ID_MAX, Sink, Version};
use crate::error::Malformed;

/// A ServerHello as a client reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerHello<'a> {
    pub(crate) server_version: Version,
    pub(crate) random: &'a [u8; RANDOM_LENGTH],
    pub(crate) session_id: &'a [u8],
    pub(crate) cipher_suite: u16,
    pub(crate) compression_method: u8,
    pub(crate) extensions: Extensions<'a>,
}

impl<'a> ServerHello<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let server_version = Version(reader.u16()?);
        let random = reader.array()?;
        let session_id = reader.vector8()?;
        if session_id.len() > SESSION_ID_MAX {
            return Err(Malformed);
        }
        let cipher_suite = reader.u16()?;
        let compression_method = reader.u8()?;
        let extensions = Extensions::parse(&mut reader)?;
        reader.finish()?;
        Ok(ServerHello {
            server_version,
            random,
            session_id,
            cipher_suite,
            compression_method,
            extensions,
        })
    }
}

/// A ServerHello as our server writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerHelloAnswer<'a> {
    pub(crate) random: &'a [u8; RANDOM_LENGTH],
    pub(crate) session_id: &'a [u8],
    pub(crate) cipher_suite: u16,
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,
    pub(crate) extended_master_secret: bool,
    pub(crate) secure_renegotiation: bool,
    /// Whether the client may send requests, if it knows the extension.
    #[cfg(feature = "heartbeat")]
    pub(crate) heartbeat: Option<HeartbeatMode>,
    /// Whether the client said its point formats.
    #[cfg(feature = "public-key")]
    pub(crate) point_formats: bool,
    #[cfg(feature = "public-key")]
    pub(crate) client_certificate_type: Option<CertificateType>,
    #[cfg(feature = "public-key")]
    pub(crate) server_certificate_type: Option<CertificateType>,
    /// Whether the client may say where its certificates stand.
    #[cfg(feature = "certificate-url")]
    pub(crate) certificate_url: bool,
    /// Whether the chain was chosen by what the client trusts.
    #[cfg(feature = "trusted-ca")]
    pub(crate) trusted_ca: bool,
    /// The messages that follow altered.
    #[cfg(feature = "cached-info")]
    pub(crate) cached: CachedTypes,
}

impl ServerHelloAnswer<'_> {
    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u16(Version::DTLS_1_2.0);
        sink.put(self.random);
        sink.vector8(self.session_id);
        sink.u16(self.cipher_suite);
        sink.u8(NULL_COMPRESSION);
        extension::emit_list(sink, &|sink| self.emit_extensions(sink));
    }

    fn emit_extensions(&self, sink: &mut dyn Sink) {
        if let Some(length) = self.max_fragment_length {
            extension::emit(sink, ExtensionType::MAX_FRAGMENT_LENGTH, &|sink| {
                length.emit(sink);
            });
        }
        if self.extended_master_secret {
            extension::emit(sink, ExtensionType::EXTENDED_MASTER_SECRET, &|_| ());
        }
        if self.secure_renegotiation {
            extension::emit(sink, ExtensionType::RENEGOTIATION_INFO, &|sink| {
                renegotiation_info::emit_empty(sink);
            });
        }
        #[cfg(feature = "heartbeat")]
        if let Some(mode) = self.heartbeat {
            extension::emit(sink, ExtensionType::HEARTBEAT, &|sink| mode.emit(sink));
        }
        #[cfg(feature = "public-key")]
        self.emit_public_key_extensions(sink);
    }

    #[cfg(feature = "public-key")]
    fn emit_public_key_extensions(&self, sink: &mut dyn Sink) {
        // RFC 8422 5.2: "A server that selects an ECC cipher suite in response to a ClientHello
        // message including a Supported Point Formats Extension appends this extension (along with
        // others) to its ServerHello message".
        if self.point_formats {
            extension::emit(sink, ExtensionType::EC_POINT_FORMATS, &|sink| {
                ec_point_formats::emit(sink);
            });
        }
        for (extension, chosen) in [
            (
                ExtensionType::CLIENT_CERTIFICATE_TYPE,
                self.client_certificate_type,
            ),
            (
                ExtensionType::SERVER_CERTIFICATE_TYPE,
                self.server_certificate_type,
            ),
        ] {
            if let Some(chosen) = chosen {
                extension::emit(sink, extension, &|sink| {
                    certificate_type::emit_one(chosen, sink);
                });
            }
        }
        #[cfg(feature = "certificate-url")]
        if self.certificate_url {
            extension::emit(sink, ExtensionType::CLIENT_CERTIFICATE_URL, &|_| ());
        }
        // RFC 6066 section 6: "The "extension_data" field of this extension SHALL be empty."
        #[cfg(feature = "trusted-ca")]
        if self.trusted_ca {
            extension::emit(sink, ExtensionType::TRUSTED_CA_KEYS, &|_| ());
        }
        #[cfg(feature = "cached-info")]
        if !self.cached.is_empty() {
            extension::emit(sink, ExtensionType::CACHED_INFO, &|sink| {
                cached_info::emit_answer(self.cached, sink);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    const ANSWER: ServerHelloAnswer<'_> = ServerHelloAnswer {
        random: &[9; RANDOM_LENGTH],
        session_id: &[1, 2],
        #[cfg(feature = "psk")]
        cipher_suite: Suite::PskWithAes128Ccm8.number(),
        #[cfg(not(feature = "psk"))]
        cipher_suite: Suite::EcdheEcdsaWithAes128Ccm8.number(),
        max_fragment_length: Some(MaxFragmentLength::Octets1024),
        extended_master_secret: true,
        secure_renegotiation: true,
        #[cfg(feature = "heartbeat")]
        heartbeat: None,
        #[cfg(feature = "public-key")]
        point_formats: false,
        #[cfg(feature = "public-key")]
        client_certificate_type: None,
        #[cfg(feature = "public-key")]
        server_certificate_type: None,
        #[cfg(feature = "certificate-url")]
        certificate_url: false,
        #[cfg(feature = "trusted-ca")]
        trusted_ca: false,
        #[cfg(feature = "cached-info")]
        cached: CachedTypes::NONE,
    };

    #[test]
    fn round_trip() {
        let body = collect(&|sink| ANSWER.emit(sink));
        let Ok(hello) = ServerHello::parse(&body) else {
            panic!("does not parse");
        };
        assert_eq!(hello.server_version, Version::DTLS_1_2);
        assert_eq!(hello.random, ANSWER.random);
        assert_eq!(hello.session_id, ANSWER.session_id);
        assert_eq!(hello.cipher_suite, ANSWER.cipher_suite);
        assert_eq!(hello.compression_method, NULL_COMPRESSION);
        let extensions: Vec<(u16, Vec<u8>)> = hello
            .extensions
            .iter()
            .map(|(t, c)| (t.0, c.to_vec()))
            .collect();
        assert_eq!(
            extensions,
            [(1, std::vec![2]), (23, std::vec![]), (0xFF01, std::vec![0])]
        );
    }

    #[cfg(feature = "heartbeat")]
    #[test]
    fn heartbeat_adds_its_extension() {
        let without = collect(&|sink| ANSWER.emit(sink));
        let answer = ServerHelloAnswer {
            heartbeat: Some(HeartbeatMode::PeerAllowed),
            ..ANSWER
        };
        let body = collect(&|sink| answer.emit(sink));
        assert!(ServerHello::parse(&body).is_ok());
        assert_eq!(body[without.len()..], [0, 15, 0, 1, 1]);
    }

    #[cfg(feature = "public-key")]
    #[test]
    fn public_keys_add_their_extensions() {
        let without = collect(&|sink| ANSWER.emit(sink));
        let answer = |point_formats, client, server| {
            let answer = ServerHelloAnswer {
                point_formats,
                client_certificate_type: client,
                server_certificate_type: server,
                ..ANSWER
            };
            let body = collect(&|sink| answer.emit(sink));
            assert!(ServerHello::parse(&body).is_ok());
            body[without.len()..].to_vec()
        };
        let (x509, raw) = (CertificateType::X509, CertificateType::RawPublicKey);
        assert_eq!(answer(true, None, None), [0, 11, 0, 2, 1, 0]);
        assert_eq!(answer(false, Some(x509), None), [0, 19, 0, 1, 0]);
        assert_eq!(answer(false, None, Some(raw)), [0, 20, 0, 1, 2]);
        assert_eq!(
            answer(true, Some(x509), Some(raw)),
            [0, 11, 0, 2, 1, 0, 0, 19, 0, 1, 0, 0, 20, 0, 1, 2]
        );
    }

    #[cfg(feature = "certificate-url")]
    #[test]
    fn urls_of_certificates_add_an_empty_extension() {
        let answer = ServerHelloAnswer {
            certificate_url: true,
            ..ANSWER
        };
        let without = collect(&|sink| ANSWER.emit(sink));
        let with = collect(&|sink| answer.emit(sink));
        assert_eq!(with[without.len()..], [0, 2, 0, 0]);
        assert!(ServerHello::parse(&with).is_ok());
    }

    #[test]
    fn without_extensions_there_is_no_list() {
        let answer = ServerHelloAnswer {
            session_id: &[],
            max_fragment_length: None,
            extended_master_secret: false,
            secure_renegotiation: false,
            ..ANSWER
        };
        assert_eq!(collect(&|sink| answer.emit(sink)).len(), 2 + 32 + 1 + 2 + 1);
    }

    #[test]
    fn every_truncation_is_malformed() {
        let body = collect(&|sink| ANSWER.emit(sink));
        let without_extensions = 2 + 32 + 3 + 2 + 1;
        for length in 0..body.len() {
            let parsed = ServerHello::parse(body.get(..length).unwrap_or(&[]));
            assert_eq!(parsed.is_ok(), length == without_extensions, "{length}");
        }
        let mut longer = body.clone();
        longer.push(0);
        assert!(ServerHello::parse(&longer).is_err());
    }

    #[test]
    fn a_session_id_of_33_octets_is_malformed() {
        let body = collect(&|sink| {
            sink.u16(Version::DTLS_1_2.0);
            sink.put(&[0; 32]);
            sink.vector8(&[0; 33]);
            sink.u16(0xC0A8);
            sink.u8(0);
        });
        assert!(ServerHello::parse(&body).is_err());
    }
}
