//! Our flights: ClientHello, then everything else.

use crate::association::OwnFinished;
#[cfg(feature = "public-key")]
use crate::credential::public_key::OwnCertificate;
use crate::flight::{Flight, Item};
#[cfg(feature = "public-key")]
use crate::handshake::exchange::Exchange;
#[cfg(feature = "public-key")]
use crate::wire::certificate_verify;
use crate::wire::client_hello::ClientHelloOffer;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::{Sink, client_key_exchange, finished};

pub(crate) struct ClientFlight<'a> {
    pub(super) is_hello: bool,
    pub(super) hello: ClientHelloOffer<'a>,
    /// Of the pre-shared key.
    pub(super) identity: &'a [u8],
    #[cfg(feature = "public-key")]
    pub(super) exchange: &'a Exchange,
    #[cfg(feature = "public-key")]
    pub(super) own: OwnCertificate<'a>,
    pub(super) is_ecdhe: bool,
    pub(super) own_finished: &'a OwnFinished,
}

impl ClientFlight<'_> {
    /// The message that shows our certificate, if there is one, and whether there is a
    /// CertificateVerify: an empty Certificate is not signed for.
    fn shows(&self) -> (Option<HandshakeType>, bool) {
        #[cfg(feature = "public-key")]
        if self.is_ecdhe && self.exchange.has_request {
            return (Some(self.own.msg_type()), !self.own.is_none());
        }
        (None, false)
    }
}

impl Flight for ClientFlight<'_> {
    fn item(&self, index: u8) -> Option<Item> {
        if self.is_hello {
            return (index == 0).then_some(Item::Message(HandshakeType::CLIENT_HELLO));
        }
        let (shows, signs) = self.shows();
        [
            (
                shows.is_some(),
                Item::Message(shows.unwrap_or(HandshakeType::CERTIFICATE)),
            ),
            (true, Item::Message(HandshakeType::CLIENT_KEY_EXCHANGE)),
            (signs, Item::Message(HandshakeType::CERTIFICATE_VERIFY)),
            (true, Item::ChangeCipherSpec),
            (true, Item::Message(HandshakeType::FINISHED)),
        ]
        .into_iter()
        .filter_map(|(is_sent, item)| is_sent.then_some(item))
        .nth(index.into())
    }

    fn emit_body(&self, msg_type: HandshakeType, sink: &mut dyn Sink) {
        match msg_type {
            HandshakeType::CLIENT_HELLO => self.hello.emit(sink),
            #[cfg(feature = "public-key")]
            HandshakeType::CERTIFICATE | HandshakeType::CERTIFICATE_URL => self.own.emit(sink),
            #[cfg(feature = "public-key")]
            HandshakeType::CLIENT_KEY_EXCHANGE if self.is_ecdhe => {
                client_key_exchange::emit_point(&self.exchange.own_point, sink);
            }
            #[cfg(feature = "psk")]
            HandshakeType::CLIENT_KEY_EXCHANGE => {
                client_key_exchange::emit_psk_identity(self.identity, sink);
            }
            #[cfg(feature = "public-key")]
            HandshakeType::CERTIFICATE_VERIFY => {
                certificate_verify::emit(&self.exchange.signature, sink);
            }
            _ => finished::emit(&self.own_finished.verify_data, sink),
        }
    }
}
