//! Chooses from what a ClientHello offers.

#[cfg(feature = "trusted-ca")]
use super::trusted_ca;
#[cfg(feature = "heartbeat")]
use crate::association::HeartbeatModes;
use crate::association::Negotiated;
#[cfg(feature = "public-key")]
use crate::config::ClientAuth;
use crate::config::Config;
use crate::crypto::Digest;
use crate::error::Error;
#[cfg(feature = "public-key")]
use crate::handshake::exchange::Exchange;
use crate::session::name_digest;
use crate::suite::Suite;
use crate::wire::client_hello::ClientHello;
#[cfg(feature = "heartbeat")]
use crate::wire::extension::HeartbeatMode;
#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::CachedObjects;
#[cfg(feature = "trusted-ca")]
use crate::wire::extension::trusted_ca_keys::TrustedAuthorities;
#[cfg(feature = "public-key")]
use crate::wire::extension::{
    CertificateType, certificate_type::CertificateTypes, ec_point_formats, signature_algorithms,
    supported_groups,
};
use crate::wire::extension::{
    ExtensionType, MaxFragmentLength, parse_empty, renegotiation_info, server_name,
};

/// What a ClientHello comes to, without a session.
pub(super) struct Offered {
    pub(super) suite: Suite,
    pub(super) negotiated: Negotiated,
    /// Of the name in server_name.
    pub(super) server_name: Digest,
    /// The number of the configuration whose credentials serve the client.
    #[cfg(feature = "public-key")]
    pub(super) credential: u8,
    /// That of the name that it asks for.
    #[cfg(feature = "public-key")]
    named: u8,
    #[cfg(feature = "public-key")]
    pub(super) public_key: PublicKeyChoice,
}

impl Offered {
    /// The number of the configuration whose credentials serve the client with that suite: what it
    /// trusts chooses a certificate, and nothing else.
    pub(super) fn number(&self, suite: Suite) -> u8 {
        #[cfg(feature = "public-key")]
        return match suite.is_ecdhe() {
            true => self.credential,
            false => self.named,
        };
        #[cfg(not(feature = "public-key"))]
        {
            let _ = suite;
            0
        }
    }
}

/// Chooses from what the client offers. Extensions that are not known are passed over (RFC 5746
/// section 3.6); those that are must have their form.
pub(super) fn negotiate(hello: &ClientHello<'_>, config: &Config<'_>) -> Result<Offered, Error> {
    let mut negotiated = Negotiated {
        // RFC 5746 3.6: the SCSV counts as an empty extension.
        secure_renegotiation: hello.offers_suite(renegotiation_info::SCSV),
        ..Negotiated::default()
    };
    let mut name = None;
    #[cfg(feature = "public-key")]
    let mut public_key = PublicKeyOffer::default();
    for (extension, content) in hello.extensions.iter() {
        match extension {
            ExtensionType::MAX_FRAGMENT_LENGTH => {
                // RFC 6066 section 4: "for a value other than the allowed values, it MUST abort
                // the handshake with an "illegal_parameter" alert".
                let length = MaxFragmentLength::parse(content)?.ok_or(Error::IllegalParameter)?;
                negotiated.max_fragment_length = Some(length);
            }
            ExtensionType::EXTENDED_MASTER_SECRET => {
                parse_empty(content)?;
                negotiated.extended_master_secret = true;
            }
            ExtensionType::RENEGOTIATION_INFO => {
                // RFC 5746 3.6: "The server MUST then verify that the length of the
                // "renegotiated_connection" field is zero, and if it is not, MUST abort the
                // handshake."
                if !renegotiation_info::parse_is_empty(content)? {
                    return Err(Error::HandshakeFailure);
                }
                negotiated.secure_renegotiation = true;
            }
            // Off, it is one that is not known.
            #[cfg(feature = "heartbeat")]
            ExtensionType::HEARTBEAT => {
                if let Some(own) = config.heartbeat.mode {
                    // RFC 6520 section 2: "Upon reception of an unknown mode, an error Alert
                    // message using illegal_parameter as its AlertDescription MUST be sent in
                    // response."
                    let peer = HeartbeatMode::parse(content)?.ok_or(Error::IllegalParameter)?;
                    negotiated.heartbeat = Some(HeartbeatModes::new(own, peer));
                }
            }
            ExtensionType::SERVER_NAME => name = server_name::parse(content)?,
            #[cfg(feature = "public-key")]
            _ => public_key.read(extension, content)?,
            #[cfg(not(feature = "public-key"))]
            _ => {}
        }
    }
    #[cfg(feature = "public-key")]
    let named = config.find_by_name(name);
    #[cfg(all(feature = "public-key", not(feature = "trusted-ca")))]
    let credential = named;
    #[cfg(feature = "trusted-ca")]
    let (credential, is_trusted) = trusted_ca::choose(config, name, public_key.trusted_ca);
    #[cfg(feature = "public-key")]
    #[cfg_attr(not(feature = "trusted-ca"), allow(unused_mut))]
    let (suite, mut public_key) = choose(hello, config, (named, credential), &public_key)?;
    #[cfg(feature = "public-key")]
    let credential = if suite.is_ecdhe() { credential } else { named };
    #[cfg(feature = "public-key")]
    {
        negotiated.configuration = credential;
    }
    #[cfg(feature = "trusted-ca")]
    {
        let shows_chain = public_key.server_type == Some(CertificateType::X509);
        public_key.answers_trusted_ca = is_trusted && shows_chain;
    }
    #[cfg(not(feature = "public-key"))]
    let suite = psk_suite(hello, config).ok_or(Error::HandshakeFailure)?;
    negotiated.suite = Some(suite);
    Ok(Offered {
        suite,
        negotiated,
        server_name: name_digest(name),
        #[cfg(feature = "public-key")]
        credential,
        #[cfg(feature = "public-key")]
        named,
        #[cfg(feature = "public-key")]
        public_key,
    })
}

/// The suite with a pre-shared key, if both ends would have it.
fn psk_suite(hello: &ClientHello<'_>, config: &Config<'_>) -> Option<Suite> {
    #[cfg(feature = "psk")]
    if config.accepts_psk() && hello.offers_suite(Suite::PskWithAes128Ccm8.number()) {
        return Some(Suite::PskWithAes128Ccm8);
    }
    None
}

/// What a ClientHello says about public keys; `None` where it says nothing.
#[cfg(feature = "public-key")]
#[derive(Default)]
struct PublicKeyOffer<'a> {
    has_group: Option<bool>,
    has_point_format: Option<bool>,
    has_signature_algorithm: Option<bool>,
    client_types: Option<CertificateTypes<'a>>,
    server_types: Option<CertificateTypes<'a>>,
    #[cfg(feature = "certificate-url")]
    certificate_url: bool,
    #[cfg(feature = "trusted-ca")]
    trusted_ca: Option<TrustedAuthorities<'a>>,
}

/// How a handshake with public keys goes on.
#[cfg(feature = "public-key")]
#[derive(Default)]
pub(super) struct PublicKeyChoice {
    server_type: Option<CertificateType>,
    /// `None` when the client is not asked.
    client_type: Option<CertificateType>,
    answers_server_type: bool,
    answers_client_type: bool,
    answers_point_formats: bool,
    #[cfg(feature = "certificate-url")]
    certificate_url: bool,
    #[cfg(feature = "trusted-ca")]
    answers_trusted_ca: bool,
}

#[cfg(feature = "public-key")]
impl PublicKeyChoice {
    pub(super) fn set(&self, exchange: &mut Exchange) {
        #[cfg(feature = "certificate-url")]
        {
            exchange.certificate_url = self.certificate_url;
        }
        exchange.server_type = self.server_type.unwrap_or(CertificateType::X509);
        exchange.client_type = self.client_type.unwrap_or(CertificateType::X509);
        exchange.has_request = self.client_type.is_some();
        #[cfg(feature = "trusted-ca")]
        {
            exchange.answers_trusted_ca = self.answers_trusted_ca;
        }
        exchange.answers_server_type = self.answers_server_type;
        // RFC 7250 4.2: "If the server does not send a certificate_request payload [...] then the
        // client_certificate_type payload in the server hello MUST be omitted."
        exchange.answers_client_type = self.answers_client_type && self.client_type.is_some();
        exchange.answers_point_formats = self.answers_point_formats;
    }
}

#[cfg(feature = "public-key")]
impl<'a> PublicKeyOffer<'a> {
    fn read(&mut self, extension: ExtensionType, content: &'a [u8]) -> Result<(), Error> {
        match extension {
            ExtensionType::SUPPORTED_GROUPS => {
                let has_group = supported_groups::parse_contains_secp256r1(content)?;
                self.has_group = Some(has_group);
            }
            ExtensionType::EC_POINT_FORMATS => {
                let has_format = ec_point_formats::parse_contains_uncompressed(content)?;
                self.has_point_format = Some(has_format);
            }
            ExtensionType::SIGNATURE_ALGORITHMS => {
                let has_algorithm = signature_algorithms::parse_contains_ecdsa_sha256(content)?;
                self.has_signature_algorithm = Some(has_algorithm);
            }
            ExtensionType::CLIENT_CERTIFICATE_TYPE => {
                self.client_types = Some(CertificateTypes::parse(content)?);
            }
            ExtensionType::SERVER_CERTIFICATE_TYPE => {
                self.server_types = Some(CertificateTypes::parse(content)?);
            }
            // RFC 6066 section 5: "The "extension_data" field of this extension SHALL be empty."
            #[cfg(feature = "certificate-url")]
            ExtensionType::CLIENT_CERTIFICATE_URL => {
                parse_empty(content)?;
                self.certificate_url = true;
            }
            #[cfg(feature = "trusted-ca")]
            ExtensionType::TRUSTED_CA_KEYS => {
                self.trusted_ca = Some(TrustedAuthorities::parse(content)?);
            }
            // Read again once it is known what would be shown.
            #[cfg(feature = "cached-info")]
            ExtensionType::CACHED_INFO => {
                CachedObjects::parse(content)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The types of certificate, both of which must be common.
    fn types(&self, config: &Config<'_>) -> Option<PublicKeyChoice> {
        let keys = &config.public_keys;
        let server_type = common(
            self.server_types,
            keys.has_raw_key(),
            keys.has_certificate(),
        );
        let client_type = common(
            self.client_types,
            keys.accepts_raw_keys(),
            keys.accepts_certificates(),
        );
        let client_type = match keys.client_auth() {
            ClientAuth::None => None,
            ClientAuth::Optional => client_type,
            ClientAuth::Required => Some(client_type?),
        };
        Some(PublicKeyChoice {
            server_type: Some(server_type?),
            client_type,
            answers_server_type: self.server_types.is_some(),
            answers_client_type: self.client_types.is_some(),
            answers_point_formats: self.has_point_format.is_some(),
            // The specification knows no URLs of raw public keys.
            #[cfg(feature = "certificate-url")]
            certificate_url: self.certificate_url && client_type == Some(CertificateType::X509),
            #[cfg(feature = "trusted-ca")]
            answers_trusted_ca: false,
        })
    }
}

/// The type that the client wants most of those that we can. Who says nothing means X.509.
#[cfg(feature = "public-key")]
fn common(
    offered: Option<CertificateTypes<'_>>,
    raw_public_key: bool,
    x509: bool,
) -> Option<CertificateType> {
    let Some(offered) = offered else {
        return x509.then_some(CertificateType::X509);
    };
    match (raw_public_key, x509) {
        (true, true) => offered.first_of(&[CertificateType::RawPublicKey, CertificateType::X509]),
        (true, false) => offered.first_of(&[CertificateType::RawPublicKey]),
        (false, true) => offered.first_of(&[CertificateType::X509]),
        (false, false) => None,
    }
}

/// Chooses the suite: public keys before a pre-shared key, which has no forward secrecy.
#[cfg(feature = "public-key")]
fn choose(
    hello: &ClientHello<'_>,
    config: &Config<'_>,
    (named, credential): (u8, u8),
    offer: &PublicKeyOffer<'_>,
) -> Result<(Suite, PublicKeyChoice), Error> {
    // RFC 8422 5.1.2: "If the client sends the extension and the extension does not contain the
    // uncompressed point format, and the client has used the Supported Groups extension to
    // indicate support for any of the curves defined in this specification, then the server MUST
    // abort the handshake and return an illegal_parameter alert."
    if offer.has_point_format == Some(false) && offer.has_group == Some(true) {
        return Err(Error::IllegalParameter);
    }
    let suite = Suite::EcdheEcdsaWithAes128Ccm8;
    let serving = config.by_number(credential);
    // RFC 5246 7.4.1.4.1: a client that says nothing about signature_algorithms means SHA-1.
    let is_possible = hello.offers_suite(suite.number())
        && offer.has_group != Some(false)
        && offer.has_point_format != Some(false)
        && offer.has_signature_algorithm == Some(true)
        && (serving.public_keys.has_raw_key() || serving.public_keys.has_certificate());
    let choice = offer.types(serving).filter(|_| is_possible);
    // Whoever asks for a name gets the suites of that name: its credentials are its own.
    match (choice, psk_suite(hello, config.by_number(named))) {
        #[cfg(feature = "certificate-url")]
        (Some(mut choice), _) => {
            choice.certificate_url &= config.public_keys.fetching.is_some();
            Ok((suite, choice))
        }
        #[cfg(not(feature = "certificate-url"))]
        (Some(choice), _) => Ok((suite, choice)),
        (None, Some(suite)) => Ok((suite, PublicKeyChoice::default())),
        // RFC 7250 4.2: "it does not have any certificate type in common with the client. Then,
        // the server terminates the session with a fatal alert of type "unsupported_certificate"."
        (None, None) if is_possible => Err(Error::UnsupportedCertificate),
        // RFC 5246 7.4.1.3: "If it cannot find such a match, it will respond with a handshake
        // failure alert."
        (None, None) => Err(Error::HandshakeFailure),
    }
}
