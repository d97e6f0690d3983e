//! ClientHello is in, with ECDHE_ECDSA: our key signs, our flight goes out, and Certificate (if we
//! ask for it), ClientKeyExchange and CertificateVerify (if a key was shown) come.

use super::finished::{AwaitChangeCipherSpec, Secret};
use super::{Kept, add_flight};
use crate::config::ClientAuth;
use crate::credential::public_key;
use crate::error::Error;
use crate::handshake::{Message, Parts, exchange, keys};
use crate::session::binding;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::{certificate_verify, client_key_exchange};

/// State 1a: our ephemeral key is made, and our key signs it, which may take a while.
#[derive(Clone, Copy)]
pub(super) struct AwaitSignature {
    /// The number of our ServerHello.
    pub(super) hello_seq: u16,
}

impl AwaitSignature {
    pub(super) fn begin(hello_seq: u16) -> Self {
        AwaitSignature { hello_seq }
    }

    /// Makes our flight; `None` while the signer has not answered.
    pub(super) fn sign(
        self,
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
    ) -> Result<Option<AfterSignature>, Error> {
        if kept.ephemeral.is_none() {
            kept.ephemeral = Some(parts.common.exchange.generate(parts.context.host)?);
        }
        let point = &parts.common.exchange.own_point;
        let digest = exchange::params_digest(&parts.association.randoms, point);
        if exchange::sign(parts, &digest)?.is_none() {
            return Ok(None);
        }
        let seq = add_flight(parts, self.hello_seq);
        Ok(Some(match parts.common.exchange.has_request {
            true => AfterSignature::Certificate(AwaitClientCertificate { finished_seq: seq }),
            false => AfterSignature::KeyExchange(AwaitClientKeyExchange {
                finished_seq: seq,
                has_key: false,
            }),
        }))
    }
}

/// What follows on our flight.
pub(super) enum AfterSignature {
    Certificate(AwaitClientCertificate),
    KeyExchange(AwaitClientKeyExchange),
}

/// State 2a.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientCertificate {
    /// The number of the next message we send, our Finished.
    finished_seq: u16,
}

impl AwaitClientCertificate {
    pub(super) fn certificate(
        self,
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitClientKeyExchange, Error> {
        message.expect(HandshakeType::CERTIFICATE)?;
        let exchange = &mut parts.common.exchange;
        let config = parts.context.config.by_number(exchange.credential);
        let client_type = exchange.client_type;
        let accepted =
            public_key::accept(client_type, message.body, config, None, parts.context.host)?;
        // RFC 5246 7.4.6: "If the client does not send any certificates, the server MAY at its
        // discretion either continue the handshake without client authentication, or respond with
        // a fatal handshake_failure alert."
        if accepted.is_none() && config.public_keys.client_auth() == ClientAuth::Required {
            return Err(Error::CertificateMissing);
        }
        let has_key = accepted.is_some();
        if let Some(accepted) = accepted {
            exchange.accept(&accepted, parts.association);
            kept.identity = accepted.identity;
        }
        parts.add_peer(message);
        Ok(AwaitClientKeyExchange {
            finished_seq: self.finished_seq,
            has_key,
        })
    }
}

/// State 2b.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientKeyExchange {
    finished_seq: u16,
    /// The client has shown a key, and has to prove that it is its own.
    has_key: bool,
}

/// What follows on ClientKeyExchange.
pub(super) enum AfterClientKeyExchange {
    Verify(AwaitCertificateVerify),
    Done(AwaitChangeCipherSpec),
}

impl AwaitClientKeyExchange {
    /// Agrees on the secret, and derives the keys.
    pub(super) fn client_key_exchange(
        self,
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AfterClientKeyExchange, Error> {
        message.expect(HandshakeType::CLIENT_KEY_EXCHANGE)?;
        let point = client_key_exchange::parse_point(message.body)?;
        let ephemeral = kept.ephemeral.as_ref().ok_or(Error::State)?;
        let premaster = exchange::premaster(ephemeral, point)?;
        // RFC 7925 section 4 has no ephemeral key used twice. It is destroyed where it lies: one
        // that is moved out leaves its octets behind.
        kept.ephemeral = None;
        parts.add_peer(message);
        keys::establish(parts, &premaster);
        if !parts.association.names.session_id().is_empty() {
            let credential = parts.common.exchange.credential;
            let config = parts.context.config.by_number(credential);
            kept.binding = binding(&kept.server_name, &public_key::settings_digest(config));
        }
        Ok(match self.has_key {
            true => AfterClientKeyExchange::Verify(AwaitCertificateVerify {
                finished_seq: self.finished_seq,
            }),
            false => AfterClientKeyExchange::Done(done(self.finished_seq)),
        })
    }
}

/// State 2c. Bug classes 2 and 5: nothing but a CertificateVerify leads on from here.
#[derive(Clone, Copy)]
pub(super) struct AwaitCertificateVerify {
    finished_seq: u16,
}

impl AwaitCertificateVerify {
    pub(super) fn certificate_verify(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitChangeCipherSpec, Error> {
        message.expect(HandshakeType::CERTIFICATE_VERIFY)?;
        let signed = certificate_verify::parse(message.body)?;
        // RFC 5246 7.4.8: "all handshake messages sent or received, starting at client hello and
        // up to, but not including, this message".
        let digest = parts.common.transcript.digest();
        parts.common.exchange.verify(&digest, &signed)?;
        parts.add_peer(message);
        Ok(done(self.finished_seq))
    }
}

fn done(finished_seq: u16) -> AwaitChangeCipherSpec {
    AwaitChangeCipherSpec::after_key_exchange(finished_seq, Secret::Agreed)
}
