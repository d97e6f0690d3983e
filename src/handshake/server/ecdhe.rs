//! ClientHello is in, with ECDHE_ECDSA: our key signs, our flight goes out, and Certificate (if we
//! ask for it), ClientKeyExchange and CertificateVerify (if a key was shown) come.

use super::finished::{AwaitChangeCipherSpec, Secret};
use super::{Kept, add_flight};
use crate::config::ClientAuth;
#[cfg(feature = "certificate-url")]
use crate::credential::certificate_url::Progress;
use crate::credential::public_key;
use crate::error::Error;
use crate::handshake::{Context, Message, Parts, exchange, keys};
use crate::session::binding;
#[cfg(feature = "certificate-url")]
use crate::wire::certificate_url::CertificateUrls;
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
            kept.ephemeral = Some(exchange::generate(parts)?);
        }
        let point = &parts.common.exchange.own_point;
        let digest = exchange::params_digest(&parts.association.randoms, point);
        if exchange::sign(parts, &digest)?.is_none() {
            return Ok(None);
        }
        let seq = add_flight(parts, self.hello_seq);
        Ok(Some(match parts.common.exchange.has_request {
            true => AfterSignature::Certificate(AwaitClientCertificate {
                finished_seq: seq,
                #[cfg(feature = "certificate-url")]
                fetched: Progress::default(),
            }),
            false => AfterSignature::KeyExchange(AwaitClientKeyExchange {
                finished_seq: seq,
                shown: Shown::Nothing,
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
    /// Of the URLs that have come in place of certificates.
    #[cfg(feature = "certificate-url")]
    fetched: Progress,
}

/// What a client has shown of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// A key, that it has to prove is its own.
    Key,
    /// Where its certificate stands, and there was nothing to be had: whatever it signs, nobody can
    /// verify it, and it counts as one that has shown nothing.
    #[cfg(feature = "certificate-url")]
    Unobtainable,
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
        let number = exchange.credential;
        let Context {
            config: all, host, ..
        } = &mut *parts.context;
        let accepted = public_key::accept(client_type, message.body, all, number, None, *host)?;
        // RFC 5246 7.4.6: "If the client does not send any certificates, the server MAY at its
        // discretion either continue the handshake without client authentication, or respond with
        // a fatal handshake_failure alert."
        if accepted.is_none() && config.public_keys.client_auth() == ClientAuth::Required {
            return Err(Error::CertificateMissing);
        }
        let shown = match accepted {
            Some(accepted) => {
                exchange.accept(&accepted, parts.association, &mut kept.identity);
                Shown::Key
            }
            None => Shown::Nothing,
        };
        parts.add_peer(message);
        Ok(AwaitClientKeyExchange {
            finished_seq: self.finished_seq,
            shown,
        })
    }

    /// CertificateURL has come: has the certificates fetched into `memory`.
    #[cfg(feature = "certificate-url")]
    pub(super) fn certificate_url(
        mut self,
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
        memory: &mut [u8],
    ) -> Result<AfterCertificateUrl, Error> {
        let urls = CertificateUrls::parse(message.body)?;
        let Context {
            config: all, host, ..
        } = &mut *parts.context;
        let exchange = &mut parts.common.exchange;
        let number = exchange.credential;
        let config = all.by_number(number);
        // They come where the first configuration has said so, whose callback fetches for all.
        let fetching = all.public_keys.fetching.ok_or(Error::Crypto)?;
        let shown = match (fetching.fetch)(&urls, &mut self.fetched, memory, *host) {
            Ok(false) => return Ok(AfterCertificateUrl::Pending(self)),
            Ok(true) => {
                let accepted =
                    (fetching.accept)(urls.chain_type, self.fetched, memory, all, number, *host)?;
                exchange.accept(&accepted, parts.association, &mut kept.identity);
                Shown::Key
            }
            // RFC 6066 section 5: "it MUST send a fatal certificate_unobtainable(111) alert if it
            // requires the certificates to complete the handshake. If the server does not require
            // the certificates, then the server continues the handshake."
            Err(Error::CertificateUnobtainable)
                if config.public_keys.client_auth() != ClientAuth::Required =>
            {
                Shown::Unobtainable
            }
            Err(error) => return Err(error),
        };
        parts.add_peer(message);
        Ok(AfterCertificateUrl::KeyExchange(AwaitClientKeyExchange {
            finished_seq: self.finished_seq,
            shown,
        }))
    }
}

/// What follows on CertificateURL.
#[cfg(feature = "certificate-url")]
pub(super) enum AfterCertificateUrl {
    /// The application has not answered yet.
    Pending(AwaitClientCertificate),
    KeyExchange(AwaitClientKeyExchange),
}

/// State 2b.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientKeyExchange {
    finished_seq: u16,
    shown: Shown,
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
        let premaster = exchange::premaster(parts, ephemeral, point)?;
        // RFC 7925 section 4 has no ephemeral key used twice. It is destroyed where it lies: one
        // that is moved out leaves its octets behind.
        kept.ephemeral = None;
        parts.add_peer(message);
        keys::establish(parts, || premaster)?;
        if !parts.association.names.session_id().is_empty() {
            let credential = parts.common.exchange.credential;
            let config = parts.context.config.by_number(credential);
            kept.binding = binding(&kept.server_name, &public_key::settings_digest(config));
        }
        Ok(match self.shown {
            Shown::Nothing => AfterClientKeyExchange::Done(done(self.finished_seq)),
            shown => AfterClientKeyExchange::Verify(AwaitCertificateVerify {
                finished_seq: self.finished_seq,
                shown,
            }),
        })
    }
}

/// State 2c. Bug classes 2 and 5: nothing but a CertificateVerify leads on from here.
#[derive(Clone, Copy)]
pub(super) struct AwaitCertificateVerify {
    finished_seq: u16,
    shown: Shown,
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
        // Without a key of the client's it stays unknown, and its signature is only a message.
        if self.shown == Shown::Key {
            exchange::verify(parts, &digest, &signed)?;
        }
        parts.add_peer(message);
        Ok(done(self.finished_seq))
    }
}

fn done(finished_seq: u16) -> AwaitChangeCipherSpec {
    AwaitChangeCipherSpec::after_key_exchange(finished_seq, Secret::Agreed)
}
