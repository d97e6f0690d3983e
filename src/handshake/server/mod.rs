//! The server, in protocol order (RFC 5246 section 7.3, RFC 6347 section 4.2.4):
//!
//! 0. ClientHello comes; without a good cookie HelloVerifyRequest goes out and nothing is kept:
//!    [`gate`]
//! 1. ClientHello comes with a good cookie: [`hello::AwaitClientHello`], [`negotiation`]; with
//!    public keys ours signs, which may take a while: [`ecdhe::AwaitSignature`]; ServerHello goes
//!    out, Certificate, ServerKeyExchange and CertificateRequest (with public keys),
//!    ServerHelloDone
//! 2. With a pre-shared key ClientKeyExchange comes; the key of its identity is looked up, which
//!    may take a while: [`psk::AwaitClientKeyExchange`], [`psk::AwaitPsk`]
//!
//!    With public keys:
//!    - Certificate comes, if we have asked for it, or CertificateURL, whose certificates are fetched,
//!      which may take a while: [`ecdhe::AwaitClientCertificate`]
//!    - ClientKeyExchange comes: [`ecdhe::AwaitClientKeyExchange`]
//!    - CertificateVerify comes, if a key was shown: [`ecdhe::AwaitCertificateVerify`]
//! 3. ChangeCipherSpec comes: [`finished::AwaitChangeCipherSpec`]
//! 4. Finished comes: [`finished::AwaitFinished`]
//! 5. ChangeCipherSpec and Finished go out: connected
//!
//! When the client offers a session that is there and fits ([`resumption`]), ServerHello,
//! ChangeCipherSpec and Finished go out at once, and step 4 is the last.

#[cfg(feature = "cached-info")]
mod cached;
#[cfg(feature = "public-key")]
mod ecdhe;
mod finished;
mod flight;
pub(crate) mod gate;
mod hello;
mod negotiation;
#[cfg(feature = "psk")]
mod psk;
pub(crate) mod resumption;
#[cfg(feature = "trusted-ca")]
mod trusted_ca;

use super::{Message, Parts, Step, or_wait};
use crate::cookie::CookieSecrets;
use crate::credential::peer::Identity;
#[cfg(feature = "public-key")]
use crate::crypto::EphemeralKey;
use crate::crypto::{DIGEST_LENGTH, Digest};
use crate::error::Error;
use crate::flight::{Flight, Item, add_own_message};

#[cfg(feature = "certificate-url")]
use super::Common;
#[cfg(feature = "certificate-url")]
use ecdhe::AfterCertificateUrl;
#[cfg(feature = "public-key")]
use ecdhe::{
    AfterClientKeyExchange, AfterSignature, AwaitCertificateVerify, AwaitClientCertificate,
    AwaitSignature,
};
use finished::{AwaitChangeCipherSpec, AwaitFinished};
pub(super) use flight::ServerFlight;
use hello::{AfterClientHello, AwaitClientHello};
#[cfg(feature = "psk")]
use psk::{AwaitClientKeyExchange, AwaitPsk};

#[derive(Clone, Copy)]
#[allow(clippy::enum_variant_names, reason = "named after what each waits for")]
enum State {
    AwaitClientHello(AwaitClientHello),
    #[cfg(feature = "psk")]
    AwaitClientKeyExchange(AwaitClientKeyExchange),
    #[cfg(feature = "psk")]
    AwaitPsk(AwaitPsk),
    #[cfg(feature = "public-key")]
    AwaitSignature(AwaitSignature),
    #[cfg(feature = "public-key")]
    AwaitClientCertificate(AwaitClientCertificate),
    #[cfg(feature = "public-key")]
    AwaitEcdheKeyExchange(ecdhe::AwaitClientKeyExchange),
    #[cfg(feature = "public-key")]
    AwaitCertificateVerify(AwaitCertificateVerify),
    AwaitChangeCipherSpec(AwaitChangeCipherSpec),
    AwaitFinished(AwaitFinished),
}

// States are proofs and numbers; what is large lies beside them.
const _: () = assert!(size_of::<State>() <= 128);

/// A server's part of the handshake memory.
pub(crate) struct Server {
    state: State,
    pub(crate) cookie_secrets: CookieSecrets,
    kept: Kept,
}

/// What the states leave for each other, and for the session.
struct Kept {
    /// Who the client is.
    identity: Identity,
    /// Of the name that the client asked for.
    server_name: Digest,
    /// What binds its session: to that name and the credential.
    binding: Digest,
    #[cfg(feature = "public-key")]
    ephemeral: Option<EphemeralKey>,
}

impl Default for Kept {
    fn default() -> Self {
        Kept {
            identity: Identity::default(),
            server_name: [0; DIGEST_LENGTH],
            binding: [0; DIGEST_LENGTH],
            #[cfg(feature = "public-key")]
            ephemeral: None,
        }
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Server {
            state: State::AwaitClientHello(AwaitClientHello::new()),
            cookie_secrets: CookieSecrets::new(),
            kept: Kept::default(),
        }
    }

    pub(super) fn restart(&mut self) {
        self.state = State::AwaitClientHello(AwaitClientHello::new());
        self.kept = Kept::default();
    }

    pub(super) fn forget_secrets(&mut self) {
        #[cfg(feature = "public-key")]
        {
            self.kept.ephemeral = None;
        }
    }

    /// Whether the ClientHello is not complete yet.
    pub(super) fn is_collecting_hello(&self) -> bool {
        matches!(self.state, State::AwaitClientHello(_))
    }

    /// Whether nothing of ours is out yet.
    pub(super) fn awaits_hello(&self) -> bool {
        match self.state {
            State::AwaitClientHello(_) => true,
            #[cfg(feature = "public-key")]
            State::AwaitSignature(_) => true,
            _ => false,
        }
    }

    pub(super) fn identity(&self) -> &Identity {
        &self.kept.identity
    }

    /// Takes the client's message in turn.
    pub(super) fn receive(
        &mut self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        let kept = &mut self.kept;
        match self.state {
            State::AwaitClientHello(state) => {
                self.state = match state.client_hello(kept, parts, message)? {
                    #[cfg(feature = "psk")]
                    AfterClientHello::Psk(next) => State::AwaitClientKeyExchange(next),
                    #[cfg(feature = "public-key")]
                    AfterClientHello::Ecdhe(next) => {
                        self.state = State::AwaitSignature(next);
                        return self.resume(parts);
                    }
                    AfterClientHello::Resumed(next) => State::AwaitChangeCipherSpec(next),
                };
                // RFC 6347 4.2.2: each HelloVerifyRequest had a number, too, so ServerHello has
                // that of the ClientHello it answers.
                Ok(Step::NewFlight(message.message_seq))
            }
            #[cfg(feature = "psk")]
            State::AwaitClientKeyExchange(state) => {
                let next = state.client_key_exchange(kept, parts, message)?;
                self.state = State::AwaitPsk(next);
                self.resume(parts)
            }
            #[cfg(feature = "public-key")]
            State::AwaitClientCertificate(state) => {
                let next = state.certificate(kept, parts, message)?;
                self.state = State::AwaitEcdheKeyExchange(next);
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitEcdheKeyExchange(state) => {
                self.state = match state.client_key_exchange(kept, parts, message)? {
                    AfterClientKeyExchange::Verify(next) => State::AwaitCertificateVerify(next),
                    AfterClientKeyExchange::Done(next) => State::AwaitChangeCipherSpec(next),
                };
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitCertificateVerify(state) => {
                self.state =
                    State::AwaitChangeCipherSpec(state.certificate_verify(parts, message)?);
                Ok(Step::Continue)
            }
            State::AwaitFinished(state) => state.finished(parts, message).map(Step::Complete),
            _ => Err(Error::UnexpectedMessage),
        }
    }

    /// Whether a CertificateURL may come now (RFC 6066 section 5: "After negotiation of the use of
    /// client certificate URLs has been successfully completed").
    #[cfg(feature = "certificate-url")]
    pub(crate) fn awaits_certificate_url(&self, common: &Common) -> bool {
        matches!(self.state, State::AwaitClientCertificate(_)) && common.exchange.certificate_url
    }

    /// Takes a CertificateURL, if one may come now; `memory` is for the certificates.
    #[cfg(feature = "certificate-url")]
    pub(super) fn certificate_url(
        &mut self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
        memory: &mut [u8],
    ) -> Result<Step, Error> {
        let State::AwaitClientCertificate(state) = self.state else {
            return Err(Error::UnexpectedMessage);
        };
        let next = state.certificate_url(&mut self.kept, parts, message, memory)?;
        Ok(match next {
            AfterCertificateUrl::Pending(same) => {
                self.state = State::AwaitClientCertificate(same);
                Step::Pending
            }
            AfterCertificateUrl::KeyExchange(next) => {
                self.state = State::AwaitEcdheKeyExchange(next);
                Step::Continue
            }
        })
    }

    /// Asks again what a callback has not answered: for the client's key, for our signature, for
    /// random numbers. Whatever is drawn is drawn before anything changes.
    pub(super) fn resume(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        or_wait(self.go_on(parts))
    }

    fn go_on(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        match self.state {
            #[cfg(feature = "psk")]
            State::AwaitPsk(state) => {
                let Some(next) = state.find_key(&mut self.kept, parts)? else {
                    return Ok(Step::Pending);
                };
                self.state = State::AwaitChangeCipherSpec(next);
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitSignature(state) => {
                self.state = match state.sign(&mut self.kept, parts)? {
                    None => return Ok(Step::Pending),
                    Some(AfterSignature::Certificate(next)) => State::AwaitClientCertificate(next),
                    Some(AfterSignature::KeyExchange(next)) => State::AwaitEcdheKeyExchange(next),
                };
                Ok(Step::NewFlight(state.hello_seq))
            }
            _ => Ok(Step::Continue),
        }
    }

    /// Takes the client's ChangeCipherSpec if this is the time for it.
    pub(super) fn change_cipher_spec(&mut self) -> bool {
        let State::AwaitChangeCipherSpec(state) = self.state else {
            return false;
        };
        self.state = State::AwaitFinished(state.change_cipher_spec());
        true
    }

    /// Our ChangeCipherSpec goes out after we are connected, or with ServerHello when we resume.
    pub(super) fn write_epoch(&self) -> u16 {
        match self.state {
            State::AwaitChangeCipherSpec(state) => state.write_epoch(),
            State::AwaitFinished(state) => state.write_epoch(),
            _ => 0,
        }
    }

    /// A record of epoch 1 failed authentication; `length` octets are what it carried. Whether it
    /// counts as a Finished.
    pub(crate) fn record_failed(&mut self, length: usize) -> Result<bool, Error> {
        let State::AwaitFinished(state) = &mut self.state else {
            return Ok(false);
        };
        state.record_failed(length)
    }
}

/// Adds the messages of our flight in epoch 0 to the transcript, the first of which has this number;
/// the number of the next.
fn add_flight(parts: &mut Parts<'_, '_>, mut message_seq: u16) -> u16 {
    let association = &parts.association;
    let flight = ServerFlight::of(
        #[cfg(feature = "public-key")]
        (&parts.common.exchange, parts.context.config),
        &association.randoms,
        &association.negotiated,
        association.names.session_id(),
        &association.own_finished,
    );
    let transcript = &mut parts.common.transcript;
    let items = (0..).map_while(|index| flight.item(index));
    for item in items {
        let Item::Message(msg_type) = item else {
            break;
        };
        add_own_message(transcript, &flight, msg_type, message_seq);
        message_seq = message_seq.wrapping_add(1);
    }
    message_seq
}
