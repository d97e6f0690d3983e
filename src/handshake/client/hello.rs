//! ClientHello is out: HelloVerifyRequest or ServerHello comes.

use super::finished::AwaitChangeCipherSpec;
use super::{Client, add_own, check_max_fragment_length, offer};
#[cfg(feature = "heartbeat")]
use crate::association::HeartbeatModes;
use crate::association::Negotiated;
use crate::config::MaxFragmentLength;
use crate::error::Error;
use crate::flight::add_message;
use crate::handshake::{Message, Parts};
use crate::key_schedule::Transcript;
use crate::suite::Suite;
use crate::wire::Version;
use crate::wire::client_hello::NULL_COMPRESSION;
#[cfg(feature = "public-key")]
use crate::wire::client_hello::PublicKeyOffer;
#[cfg(feature = "heartbeat")]
use crate::wire::extension::HeartbeatMode;
#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::{self, CachedOffer, CachedType, CachedTypes};
#[cfg(feature = "public-key")]
use crate::wire::extension::{CertificateType, certificate_type, ec_point_formats};
use crate::wire::extension::{ExtensionType, parse_empty, renegotiation_info};
use crate::wire::handshake_header::HandshakeType;
use crate::wire::hello_verify_request::HelloVerifyRequest;
use crate::wire::server_hello::ServerHello;

/// Cookies that are answered in one handshake; who sends more is not a server under way.
const COOKIES_MAX: u8 = 4;

/// State 1.
#[derive(Clone, Copy)]
pub(super) struct AwaitServerHello {
    cookies: u8,
}

impl AwaitServerHello {
    pub(super) fn new() -> Self {
        AwaitServerHello { cookies: 0 }
    }

    /// Takes the cookie; `None` when there is nothing new about it. RFC 6347 4.2.1: "Clients
    /// SHOULD handle this by sending a new ClientHello with a cookie in response to the new
    /// HelloVerifyRequest."
    pub(super) fn hello_verify_request(
        self,
        client: &mut Client,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Option<Self>, Error> {
        let request = HelloVerifyRequest::parse(message.body)?;
        // RFC 6347 4.2.1: "the server MUST use the record sequence number in the ClientHello as the
        // record sequence number in the HelloVerifyRequest": a lower one answers a ClientHello that
        // is not the latest, and the server may have gone on with the latest.
        let is_late = message.record_sequence < client.hello_record;
        let is_known = request.cookie == client.cookie.octets();
        if is_late || is_known || self.cookies >= COOKIES_MAX {
            return Ok(None);
        }
        client.cookie.set(request.cookie);
        client.hello_seq = client.hello_seq.wrapping_add(1);
        client.hello_record = parts.common.clear_sequence;
        parts.common.next_receive_seq = message.message_seq.wrapping_add(1);
        Ok(Some(AwaitServerHello {
            cookies: self.cookies + 1,
        }))
    }

    #[inline(never)]
    pub(super) fn server_hello(
        self,
        client: &Client,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AfterServerHello, Error> {
        if message.msg_type != HandshakeType::SERVER_HELLO {
            return Err(Error::UnexpectedMessage);
        }
        let hello = ServerHello::parse(message.body)?;
        if hello.server_version != Version::DTLS_1_2 {
            return Err(Error::ProtocolVersion);
        }
        let suite = Suite::from_number(hello.cipher_suite)
            .filter(|suite| offer::suites(parts.context).contains(suite))
            .ok_or(Error::IllegalParameter)?;
        if hello.compression_method != NULL_COMPRESSION {
            return Err(Error::IllegalParameter);
        }
        let negotiated = negotiate(&hello, suite, parts)?;
        // RFC 5246 7.4.1.3: "the server will respond with the same value as was supplied by the
        // client. This indicates a resumed session".
        let session = parts.context.session;
        let resumed = session.filter(|session| session.id() == hello.session_id);
        // There must be a message to alter.
        #[cfg(feature = "cached-info")]
        if !parts.common.exchange.cached.is_empty() && (resumed.is_some() || !suite.is_ecdhe()) {
            return Err(Error::IllegalParameter);
        }
        let association = &mut *parts.association;
        association.negotiated = negotiated;
        association.randoms.server = *hello.random;
        association.names.set_session_id(hello.session_id);
        // RFC 6347 4.2.6: "the initial ClientHello and HelloVerifyRequest MUST NOT be included":
        // the transcript begins with the ClientHello that was answered.
        parts.common.transcript = Transcript::new();
        add_own(client, parts, HandshakeType::CLIENT_HELLO, client.hello_seq);
        add_message(
            &mut parts.common.transcript,
            message.msg_type,
            message.message_seq,
            message.body,
        );
        match resumed {
            Some(session) => session.resume(client, parts).map(AfterServerHello::Resumed),
            None => full(suite, parts),
        }
    }
}

/// Where a ServerHello leads to.
pub(super) enum AfterServerHello {
    #[cfg(feature = "psk")]
    Psk,
    #[cfg(feature = "public-key")]
    Ecdhe,
    Resumed(AwaitChangeCipherSpec),
}

/// A full handshake with this suite.
fn full(suite: Suite, parts: &Parts<'_, '_>) -> Result<AfterServerHello, Error> {
    match suite {
        #[cfg(feature = "psk")]
        Suite::PskWithAes128Ccm8 => Ok(AfterServerHello::Psk),
        #[cfg(feature = "public-key")]
        Suite::EcdheEcdsaWithAes128Ccm8 => {
            // A server that says nothing of types will show a certificate.
            let offered = offer::public_key(parts.context).ok_or(Error::State)?;
            if !offered
                .server_types
                .contains(&parts.common.exchange.server_type)
            {
                return Err(Error::UnsupportedCertificate);
            }
            Ok(AfterServerHello::Ecdhe)
        }
    }
}

/// What the server has chosen of `offered`. RFC 7250 4.2: "The value conveyed in the
/// client_certificate_type extension MUST be selected from one of the values provided in the
/// client_certificate_type extension sent in the client hello."
#[cfg(feature = "public-key")]
fn chosen_type(content: &[u8], offered: &[CertificateType]) -> Result<CertificateType, Error> {
    // Of X.509 alone nothing is said.
    if offered.iter().all(|one| *one == CertificateType::X509) {
        return Err(Error::UnsupportedExtension);
    }
    certificate_type::parse_one(content)?
        .filter(|chosen| offered.contains(chosen))
        .ok_or(Error::IllegalParameter)
}

/// Reads one of the extensions that go with public keys.
#[cfg(feature = "public-key")]
fn public_key_extension(
    extension: ExtensionType,
    content: &[u8],
    offered: &PublicKeyOffer<'_>,
    parts: &mut Parts<'_, '_>,
) -> Result<(), Error> {
    let exchange = &mut parts.common.exchange;
    match extension {
        ExtensionType::CLIENT_CERTIFICATE_TYPE => {
            exchange.client_type = chosen_type(content, offered.client_types)?;
        }
        ExtensionType::SERVER_CERTIFICATE_TYPE => {
            exchange.server_type = chosen_type(content, offered.server_types)?;
        }
        #[cfg(feature = "trusted-ca")]
        ExtensionType::TRUSTED_CA_KEYS if offered.trusted_ca.is_some() => parse_empty(content)?,
        // RFC 8422 5.2: "The Supported Point Formats Extension, when used, MUST contain the value 0
        // (uncompressed) as one of the items in the list of point formats."
        ExtensionType::EC_POINT_FORMATS => {
            if !ec_point_formats::parse_contains_uncompressed(content)? {
                return Err(Error::IllegalParameter);
            }
        }
        #[cfg(feature = "certificate-url")]
        ExtensionType::CLIENT_CERTIFICATE_URL if offered.certificate_url => {
            parse_empty(content)?;
            exchange.certificate_url = true;
        }
        _ => return Err(Error::UnsupportedExtension),
    }
    Ok(())
}

/// Which of the messages that we remember the server alters. RFC 7924 section 4: "If the server
/// includes the extension, it MUST only include CachedObjects of a type also supported by the client
/// (as expressed in the ClientHello)."
#[cfg(feature = "cached-info")]
fn cached_types(content: &[u8], offered: &CachedOffer) -> Result<CachedTypes, Error> {
    if offered.is_empty() {
        return Err(Error::UnsupportedExtension);
    }
    let mut types = CachedTypes::default();
    for code in cached_info::parse_answer(content)? {
        let one = CachedType::from_code(*code)
            .filter(|one| offered.hash(*one).is_some() && !types.contains(*one));
        types.insert(one.ok_or(Error::IllegalParameter)?);
    }
    Ok(types)
}

/// Reads the extensions of the answer. RFC 5246 7.4.1.4: "If a client receives an extension type in
/// ServerHello that it did not request in the associated ClientHello, it MUST abort the handshake
/// with an unsupported_extension fatal alert."
fn negotiate(
    hello: &ServerHello<'_>,
    suite: Suite,
    parts: &mut Parts<'_, '_>,
) -> Result<Negotiated, Error> {
    let config = parts.context.config;
    #[cfg(feature = "public-key")]
    let offered = offer::public_key(parts.context);
    let mut negotiated = Negotiated {
        suite: Some(suite),
        ..Negotiated::default()
    };
    for (extension, content) in hello.extensions.iter() {
        match extension {
            ExtensionType::MAX_FRAGMENT_LENGTH => {
                negotiated.max_fragment_length = check_max_fragment_length(
                    MaxFragmentLength::parse(content)?,
                    config.max_fragment_length,
                )?;
            }
            ExtensionType::EXTENDED_MASTER_SECRET => {
                parse_empty(content)?;
                negotiated.extended_master_secret = true;
            }
            ExtensionType::RENEGOTIATION_INFO => {
                // RFC 5746 3.4: "The client MUST then verify that the length of the
                // "renegotiated_connection" field is zero, and if it is not, MUST abort the
                // handshake (by sending a fatal handshake_failure alert)."
                if !renegotiation_info::parse_is_empty(content)? {
                    return Err(Error::HandshakeFailure);
                }
                negotiated.secure_renegotiation = true;
            }
            #[cfg(feature = "heartbeat")]
            ExtensionType::HEARTBEAT => {
                let own = config.heartbeat.mode.ok_or(Error::UnsupportedExtension)?;
                // RFC 6520 section 2: "Upon reception of an unknown mode, an error Alert message
                // using illegal_parameter as its AlertDescription MUST be sent in response."
                let peer = HeartbeatMode::parse(content)?.ok_or(Error::IllegalParameter)?;
                negotiated.heartbeat = Some(HeartbeatModes::new(own, peer));
            }
            ExtensionType::SERVER_NAME if parts.context.server_name.is_some() => {
                parse_empty(content)?;
            }
            #[cfg(feature = "cached-info")]
            ExtensionType::CACHED_INFO => {
                let offered = offered.as_ref().ok_or(Error::UnsupportedExtension)?;
                parts.common.exchange.cached = cached_types(content, &offered.cached)?;
            }
            #[cfg(feature = "public-key")]
            _ => match &offered {
                Some(offered) => public_key_extension(extension, content, offered, parts)?,
                None => return Err(Error::UnsupportedExtension),
            },
            #[cfg(not(feature = "public-key"))]
            _ => return Err(Error::UnsupportedExtension),
        }
    }
    if config.secure_renegotiation_required && !negotiated.secure_renegotiation {
        return Err(Error::HandshakeFailure);
    }
    Ok(negotiated)
}
