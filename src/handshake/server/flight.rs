//! Our first flight: all of our messages when we resume. The last one of a full handshake is emitted
//! by the connection.

#[cfg(feature = "cached-info")]
use super::cached;
#[cfg(feature = "heartbeat")]
use crate::association::HeartbeatModes;
use crate::association::{Negotiated, OwnFinished, Randoms};
#[cfg(feature = "public-key")]
use crate::config::Config;
#[cfg(feature = "public-key")]
use crate::credential::public_key::OwnCertificate;
use crate::flight::{Flight, Item};
#[cfg(feature = "public-key")]
use crate::handshake::exchange::Exchange;
use crate::suite::Suite;
#[cfg(feature = "cached-info")]
use crate::wire::extension::cached_info::{CachedTypes, emit_altered};
use crate::wire::handshake_header::HandshakeType;
use crate::wire::server_hello::ServerHelloAnswer;
use crate::wire::{Sink, finished};
#[cfg(feature = "public-key")]
use crate::wire::{certificate_request, server_key_exchange};

pub(crate) struct ServerFlight<'a> {
    is_resumed: bool,
    /// With public keys.
    #[cfg(feature = "public-key")]
    exchange: Option<&'a Exchange>,
    #[cfg(feature = "public-key")]
    own: OwnCertificate<'a>,
    hello: ServerHelloAnswer<'a>,
    own_finished: &'a OwnFinished,
}

impl<'a> ServerFlight<'a> {
    pub(crate) fn of(
        #[cfg(feature = "public-key")] (exchange, config): (&'a Exchange, &Config<'a>),
        randoms: &'a Randoms,
        negotiated: &Negotiated,
        session_id: &'a [u8],
        own_finished: &'a OwnFinished,
    ) -> Self {
        // A session that is resumed keeps what was agreed on keys when it was made.
        #[cfg(feature = "public-key")]
        let exchange = (negotiated.is_ecdhe() && !negotiated.resumed).then_some(exchange);
        ServerFlight {
            is_resumed: negotiated.resumed,
            #[cfg(feature = "public-key")]
            exchange,
            #[cfg(feature = "public-key")]
            own: exchange.map_or(OwnCertificate::None, |exchange| {
                OwnCertificate::of(config.by_number(exchange.credential), exchange.server_type)
            }),
            hello: ServerHelloAnswer {
                random: &randoms.server,
                session_id,
                cipher_suite: negotiated.suite.map_or(0, Suite::number),
                max_fragment_length: negotiated.max_fragment_length,
                extended_master_secret: negotiated.extended_master_secret,
                secure_renegotiation: negotiated.secure_renegotiation,
                #[cfg(feature = "heartbeat")]
                heartbeat: negotiated.heartbeat.map(HeartbeatModes::own),
                #[cfg(feature = "public-key")]
                point_formats: exchange.is_some_and(|exchange| exchange.answers_point_formats),
                #[cfg(feature = "public-key")]
                client_certificate_type: exchange
                    .filter(|exchange| exchange.answers_client_type)
                    .map(|exchange| exchange.client_type),
                #[cfg(feature = "public-key")]
                server_certificate_type: exchange
                    .filter(|exchange| exchange.answers_server_type)
                    .map(|exchange| exchange.server_type),
                #[cfg(feature = "certificate-url")]
                certificate_url: exchange.is_some_and(|exchange| exchange.certificate_url),
                #[cfg(feature = "trusted-ca")]
                trusted_ca: exchange.is_some_and(|exchange| exchange.answers_trusted_ca),
                #[cfg(feature = "cached-info")]
                cached: exchange.map_or(CachedTypes::NONE, |exchange| exchange.cached),
            },
            own_finished,
        }
    }

    /// Whether public keys are used, and whether the client's is asked for.
    fn has_keys(&self) -> (bool, bool) {
        #[cfg(feature = "public-key")]
        if let Some(exchange) = self.exchange {
            return (true, exchange.has_request);
        }
        (false, false)
    }
}

impl Flight for ServerFlight<'_> {
    // Requirement 5.1-5: no ServerKeyExchange with a pre-shared key, since no hint is sent. RFC 4279
    // section 2: "If no hint is provided, the ServerKeyExchange message is omitted."
    fn item(&self, index: u8) -> Option<Item> {
        let (has_keys, has_request) = self.has_keys();
        let is_full = !self.is_resumed;
        [
            (true, Item::Message(HandshakeType::SERVER_HELLO)),
            (has_keys, Item::Message(HandshakeType::CERTIFICATE)),
            (has_keys, Item::Message(HandshakeType::SERVER_KEY_EXCHANGE)),
            (
                has_request,
                Item::Message(HandshakeType::CERTIFICATE_REQUEST),
            ),
            (is_full, Item::Message(HandshakeType::SERVER_HELLO_DONE)),
            (self.is_resumed, Item::ChangeCipherSpec),
            (self.is_resumed, Item::Message(HandshakeType::FINISHED)),
        ]
        .into_iter()
        .filter_map(|(is_sent, item)| is_sent.then_some(item))
        .nth(index.into())
    }

    fn emit_body(&self, msg_type: HandshakeType, sink: &mut dyn Sink) {
        match msg_type {
            HandshakeType::SERVER_HELLO => self.hello.emit(sink),
            // RFC 7924 section 4: "For each indicated cached info type, the server MUST alter the
            // transmission of respective payloads".
            #[cfg(feature = "cached-info")]
            HandshakeType::CERTIFICATE if self.hello.cached.has_certificate() => {
                emit_altered(&cached::certificate(self.own), sink);
            }
            #[cfg(feature = "cached-info")]
            HandshakeType::CERTIFICATE_REQUEST if self.hello.cached.has_request() => {
                emit_altered(&cached::request(), sink);
            }
            #[cfg(feature = "public-key")]
            HandshakeType::CERTIFICATE => self.own.emit(sink),
            #[cfg(feature = "public-key")]
            HandshakeType::SERVER_KEY_EXCHANGE => {
                if let Some(exchange) = self.exchange {
                    server_key_exchange::emit(&exchange.own_point, &exchange.signature, sink);
                }
            }
            #[cfg(feature = "public-key")]
            HandshakeType::CERTIFICATE_REQUEST => certificate_request::emit(sink),
            HandshakeType::FINISHED => finished::emit(&self.own_finished.verify_data, sink),
            _ => {}
        }
    }
}
