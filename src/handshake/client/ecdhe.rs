//! ServerHello is in, with ECDHE_ECDSA: Certificate comes, ServerKeyExchange, perhaps
//! CertificateRequest, ServerHelloDone.

#[cfg(feature = "cached-info")]
use super::cached;
use super::finished::AwaitChangeCipherSpec;
use super::{Client, add_own, finish, own_certificate};
use crate::association::Association;
use crate::credential::peer::Identity;
use crate::credential::public_key::{self, Accepted};
use crate::error::Error;
use crate::handshake::exchange::Exchange;
use crate::handshake::{Context, Message, Parts, exchange, keys};
use crate::wire::Reader;
use crate::wire::certificate_request::CertificateRequest;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::server_key_exchange::EcdheKeyExchange;

/// State 3a.
#[derive(Clone, Copy)]
pub(super) struct AwaitCertificate(());

impl AwaitCertificate {
    pub(super) fn new() -> Self {
        AwaitCertificate(())
    }

    pub(super) fn certificate(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitServerKeyExchange, Error> {
        message.expect(HandshakeType::CERTIFICATE)?;
        let server_type = parts.common.exchange.server_type;
        let Context {
            config,
            server_name,
            host,
            #[cfg(feature = "cached-info")]
            cached_info,
            ..
        } = &mut *parts.context;
        #[cfg(not(feature = "cached-info"))]
        let body = message.body;
        // What we remember is judged as if it had come.
        #[cfg(feature = "cached-info")]
        let body = match parts.common.exchange.cached.has_certificate() {
            true => cached::certificate(cached_info, server_type, message.body)?,
            false => message.body,
        };
        let accepted = public_key::accept(server_type, body, config, 0, *server_name, *host)?;
        // RFC 5246 7.4.2: "The server MUST send a Certificate message whenever the agreed-upon key
        // exchange method uses certificates for authentication": an empty one is none.
        let accepted = accepted.ok_or(Error::Decode)?;
        accept(&mut parts.common.exchange, &accepted, parts.association);
        #[cfg(feature = "cached-info")]
        cached::keep_certificate(parts, message.body);
        parts.add_peer(message);
        Ok(AwaitServerKeyExchange(()))
    }
}

/// Apart, so that the identity takes no stack while signatures are verified.
#[inline(never)]
fn accept(exchange: &mut Exchange, accepted: &Accepted<'_>, association: &mut Association) {
    let mut identity = Identity::default();
    exchange.accept(accepted, association, &mut identity);
}

/// State 3b: the server's key is accepted.
#[derive(Clone, Copy)]
pub(super) struct AwaitServerKeyExchange(());

impl AwaitServerKeyExchange {
    pub(super) fn server_key_exchange(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitServerHelloDone, Error> {
        message.expect(HandshakeType::SERVER_KEY_EXCHANGE)?;
        let key_exchange = EcdheKeyExchange::parse(message.body)?;
        let digest = exchange::params_digest(&parts.association.randoms, key_exchange.point);
        exchange::verify(parts, &digest, &key_exchange.signed)?;
        parts.common.exchange.peer_point = *key_exchange.point;
        parts.add_peer(message);
        Ok(AwaitServerHelloDone(()))
    }
}

/// State 3c: the server holds the private key.
#[derive(Clone, Copy)]
pub(super) struct AwaitServerHelloDone(());

impl AwaitServerHelloDone {
    /// Anything but ServerHelloDone: only a CertificateRequest, and only one.
    pub(super) fn certificate_request(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Self, Error> {
        message.expect(HandshakeType::CERTIFICATE_REQUEST)?;
        if parts.common.exchange.has_request {
            return Err(Error::UnexpectedMessage);
        }
        #[cfg(not(feature = "cached-info"))]
        let body = message.body;
        #[cfg(feature = "cached-info")]
        let body = match parts.common.exchange.cached.has_request() {
            true => cached::request(&parts.context.cached_info, message.body)?,
            false => message.body,
        };
        let request = CertificateRequest::parse(body)?;
        parts.common.exchange.has_request = true;
        parts.common.exchange.accepts_ecdsa = request.accepts_ecdsa;
        #[cfg(feature = "cached-info")]
        cached::keep_request(parts, message.body);
        parts.add_peer(message);
        Ok(self)
    }

    /// The server's flight is complete.
    pub(super) fn server_hello_done(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitEphemeralKey, Error> {
        Reader::new(message.body).finish()?;
        parts.add_peer(message);
        Ok(AwaitEphemeralKey(()))
    }
}

/// State 4: our ephemeral key is made.
#[derive(Clone, Copy)]
pub(super) struct AwaitEphemeralKey(());

impl AwaitEphemeralKey {
    /// Agrees on the secret, and derives the keys.
    pub(super) fn generate(
        self,
        client: &Client,
        parts: &mut Parts<'_, '_>,
    ) -> Result<AwaitSignature, Error> {
        let ephemeral = exchange::generate(parts)?;
        let exchange = &parts.common.exchange;
        let premaster = exchange::premaster(parts, &ephemeral, &exchange.peer_point)?;
        let mut seq = client.hello_seq.wrapping_add(1);
        if exchange.has_request {
            let own = own_certificate(exchange, parts.context);
            add_own(client, parts, own.msg_type(), seq);
            seq = seq.wrapping_add(1);
        }
        add_own(client, parts, HandshakeType::CLIENT_KEY_EXCHANGE, seq);
        keys::establish(parts, || premaster)?;
        Ok(AwaitSignature {
            next_seq: seq.wrapping_add(1),
        })
    }
}

/// State 4a: the keys are there; we sign, if the server asks and we have a key.
#[derive(Clone, Copy)]
pub(super) struct AwaitSignature {
    /// The number of our next message.
    next_seq: u16,
}

impl AwaitSignature {
    /// Makes CertificateVerify and Finished; `None` while the signer has not answered.
    pub(super) fn sign(
        self,
        client: &Client,
        parts: &mut Parts<'_, '_>,
    ) -> Result<Option<AwaitChangeCipherSpec>, Error> {
        let mut seq = self.next_seq;
        if client.signs(parts) {
            // RFC 5246 7.4.8: "all handshake messages sent or received, starting at client hello
            // and up to, but not including, this message".
            let digest = parts.common.transcript.digest();
            if exchange::sign(parts, &digest)?.is_none() {
                return Ok(None);
            }
            add_own(client, parts, HandshakeType::CERTIFICATE_VERIFY, seq);
            seq = seq.wrapping_add(1);
        }
        finish(parts, seq).map(Some)
    }
}
