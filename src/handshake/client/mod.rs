//! The client, in protocol order (RFC 5246 section 7.3, RFC 6347 section 4.2.4):
//!
//! 1. ClientHello goes out: [`hello::AwaitServerHello`]
//! 2. HelloVerifyRequest may come, any number of times; ClientHello goes out again with the cookie
//! 3. ServerHello comes; with a pre-shared key:
//!    - ServerKeyExchange may come (an identity hint, ignored): [`psk::AwaitServerFlight`]
//!
//!    with public keys:
//!    - Certificate comes: [`ecdhe::AwaitCertificate`]
//!    - ServerKeyExchange comes: [`ecdhe::AwaitServerKeyExchange`]
//!    - CertificateRequest may come: [`ecdhe::AwaitServerHelloDone`]
//! 4. ServerHelloDone comes; random numbers may take a while: [`ecdhe::AwaitEphemeralKey`]; our key
//!    may take a while to sign: [`ecdhe::AwaitSignature`]
//! 5. Certificate or CertificateURL (if asked for), ClientKeyExchange, CertificateVerify (if we have
//!    shown a key),
//!    ChangeCipherSpec and Finished go out: [`finished::AwaitChangeCipherSpec`]
//! 6. ChangeCipherSpec comes: [`finished::AwaitFinished`]
//! 7. Finished comes: connected
//!
//! When the server resumes the session that we offer, ChangeCipherSpec and Finished follow its
//! ServerHello at once (step 6), and ours go out last.

#[cfg(feature = "cached-info")]
mod cached;
#[cfg(feature = "public-key")]
mod ecdhe;
mod finished;
mod flight;
mod hello;
pub(crate) mod offer;
#[cfg(feature = "psk")]
mod psk;
mod resumption;

#[cfg(feature = "public-key")]
use super::exchange::Exchange;
use super::{Context, Message, Parts, Step, or_wait};
use crate::association::{Negotiated, OwnFinished, Randoms};
use crate::config::MaxFragmentLength;
#[cfg(feature = "public-key")]
use crate::credential::public_key::OwnCertificate;
use crate::error::Error;
use crate::key_schedule::Sender;
use crate::wire::client_hello::ClientHelloOffer;
use crate::wire::handshake_header::HandshakeType;

#[cfg(feature = "public-key")]
use ecdhe::{
    AwaitCertificate, AwaitEphemeralKey, AwaitServerHelloDone, AwaitServerKeyExchange,
    AwaitSignature,
};
use finished::{AwaitChangeCipherSpec, AwaitFinished};
use flight::ClientFlight;
use hello::{AfterServerHello, AwaitServerHello};
#[cfg(feature = "psk")]
use psk::AwaitServerFlight;

pub(crate) use resumption::OfferedSession;

#[derive(Clone, Copy)]
enum State {
    /// Nothing has been sent yet.
    Start,
    AwaitServerHello(AwaitServerHello),
    #[cfg(feature = "psk")]
    AwaitServerFlight(AwaitServerFlight),
    #[cfg(feature = "public-key")]
    AwaitCertificate(AwaitCertificate),
    #[cfg(feature = "public-key")]
    AwaitServerKeyExchange(AwaitServerKeyExchange),
    #[cfg(feature = "public-key")]
    AwaitServerHelloDone(AwaitServerHelloDone),
    #[cfg(feature = "public-key")]
    AwaitEphemeralKey(AwaitEphemeralKey),
    #[cfg(feature = "public-key")]
    AwaitSignature(AwaitSignature),
    AwaitChangeCipherSpec(AwaitChangeCipherSpec),
    AwaitFinished(AwaitFinished),
}

// States are proofs and numbers; what is large lies beside them.
const _: () = assert!(size_of::<State>() <= 128);

/// A client's part of the handshake memory.
#[repr(C)]
pub(crate) struct Client {
    /// The number of our latest ClientHello, and of the record that brought it first.
    hello_record: u64,
    hello_seq: u16,
    state: State,
    cookie: Cookie,
}

/// The latest cookie of the server, of up to 255 octets.
struct Cookie {
    octets: [u8; 255],
    length: u8,
}

impl Cookie {
    fn octets(&self) -> &[u8] {
        self.octets
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    fn set(&mut self, cookie: &[u8]) {
        let mut length = 0;
        for (to, from) in self.octets.iter_mut().zip(cookie) {
            *to = *from;
            length += 1;
        }
        self.length = length;
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Client {
            state: State::Start,
            cookie: Cookie {
                octets: [0; 255],
                length: 0,
            },
            hello_seq: 0,
            hello_record: 0,
        }
    }

    /// Begins, with the first call that has the memory to.
    pub(crate) fn start(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        if !matches!(self.state, State::Start) {
            return Ok(Step::Continue);
        }
        offer::check(parts.context)?;
        parts.association.randoms.client = super::draw_random(parts.context)?;
        #[cfg(feature = "cached-info")]
        if let Some(cached_info) = &mut parts.context.cached_info {
            cached_info.begin(parts.context.server_name);
        }
        self.state = State::AwaitServerHello(AwaitServerHello::new());
        Ok(Step::NewFlight(self.hello_seq))
    }

    /// Takes the server's message in turn.
    pub(super) fn receive(
        &mut self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        match self.state {
            State::Start => Err(Error::UnexpectedMessage),
            State::AwaitServerHello(state) => {
                if message.msg_type == HandshakeType::HELLO_VERIFY_REQUEST {
                    return self.hello_verify_request(parts, message);
                }
                self.state = match state.server_hello(self, parts, message)? {
                    #[cfg(feature = "psk")]
                    AfterServerHello::Psk => State::AwaitServerFlight(AwaitServerFlight::new()),
                    #[cfg(feature = "public-key")]
                    AfterServerHello::Ecdhe => State::AwaitCertificate(AwaitCertificate::new()),
                    AfterServerHello::Resumed(next) => State::AwaitChangeCipherSpec(next),
                };
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitCertificate(state) => {
                self.state = State::AwaitServerKeyExchange(state.certificate(parts, message)?);
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitServerKeyExchange(state) => {
                let next = state.server_key_exchange(parts, message)?;
                self.state = State::AwaitServerHelloDone(next);
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitServerHelloDone(state) => {
                if message.msg_type == HandshakeType::SERVER_HELLO_DONE {
                    let next = state.server_hello_done(parts, message)?;
                    self.state = State::AwaitEphemeralKey(next);
                    return self.resume(parts);
                }
                let next = state.certificate_request(parts, message)?;
                self.state = State::AwaitServerHelloDone(next);
                Ok(Step::Continue)
            }
            #[cfg(feature = "public-key")]
            State::AwaitEphemeralKey(_) | State::AwaitSignature(_) => Err(Error::UnexpectedMessage),
            #[cfg(feature = "psk")]
            State::AwaitServerFlight(state) => {
                if message.msg_type == HandshakeType::SERVER_HELLO_DONE {
                    let next = state.server_hello_done(self, parts, message)?;
                    self.state = State::AwaitChangeCipherSpec(next);
                    return Ok(Step::NewFlight(self.hello_seq.wrapping_add(1)));
                }
                let next = state.server_key_exchange(parts, message)?;
                self.state = State::AwaitServerFlight(next);
                Ok(Step::Continue)
            }
            // RFC 5246 7.4.9: "It is essential that a change cipher spec message be received
            // between the other handshake messages and the Finished message."
            State::AwaitChangeCipherSpec(_) => Err(Error::UnexpectedMessage),
            State::AwaitFinished(state) => state.finished(parts, message).map(Step::Complete),
        }
    }

    /// Asks the random source and the signer (again). Whatever is drawn is drawn before anything
    /// changes.
    pub(super) fn resume(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        or_wait(self.go_on(parts))
    }

    fn go_on(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        #[cfg(feature = "public-key")]
        if let State::AwaitEphemeralKey(state) = self.state {
            self.state = State::AwaitSignature(state.generate(self, parts)?);
        }
        #[cfg(feature = "public-key")]
        if let State::AwaitSignature(state) = self.state {
            let Some(next) = state.sign(self, parts)? else {
                return Ok(Step::Pending);
            };
            self.state = State::AwaitChangeCipherSpec(next);
            return Ok(Step::NewFlight(self.hello_seq.wrapping_add(1)));
        }
        let _ = parts;
        Ok(Step::Continue)
    }

    /// Takes a HelloVerifyRequest, which may also come out of turn: a server without state numbers
    /// each of them 0. Whether there is a new ClientHello to send.
    pub(crate) fn hello_verify_request(
        &mut self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        let State::AwaitServerHello(state) = self.state else {
            return Ok(Step::Continue);
        };
        let Some(next) = state.hello_verify_request(self, parts, message)? else {
            return Ok(Step::Continue);
        };
        self.state = State::AwaitServerHello(next);
        Ok(Step::NewFlight(self.hello_seq))
    }

    /// Takes the server's ChangeCipherSpec if this is the time for it.
    pub(super) fn change_cipher_spec(&mut self) -> bool {
        let State::AwaitChangeCipherSpec(state) = self.state else {
            return false;
        };
        self.state = State::AwaitFinished(state.change_cipher_spec());
        true
    }

    pub(super) fn is_unstarted(&self) -> bool {
        matches!(self.state, State::Start)
    }

    /// Our ChangeCipherSpec goes out with the keys, or last of all when a session is resumed.
    pub(super) fn write_epoch(&self) -> Option<u16> {
        match self.state {
            State::Start => None,
            State::AwaitChangeCipherSpec(state) => Some(state.write_epoch()),
            State::AwaitFinished(state) => Some(state.write_epoch()),
            _ => Some(0),
        }
    }

    /// Our current flight: ClientHello until the server's flight is in, then the rest.
    pub(super) fn flight<'a, 'c: 'a>(
        &'a self,
        #[cfg(feature = "public-key")] exchange: &'a Exchange,
        randoms: &'a Randoms,
        negotiated: &Negotiated,
        own_finished: &'a OwnFinished,
        context: &Context<'c>,
    ) -> ClientFlight<'a> {
        ClientFlight {
            is_hello: self.write_epoch() != Some(1),
            hello: ClientHelloOffer {
                random: &randoms.client,
                session_id: context
                    .session
                    .map(|session| session.id())
                    .unwrap_or_default(),
                cookie: self.cookie.octets(),
                suites: offer::suites(context),
                server_name: context.server_name,
                max_fragment_length: context.config.max_fragment_length,
                #[cfg(feature = "heartbeat")]
                heartbeat: context.config.heartbeat.mode,
                #[cfg(feature = "public-key")]
                public_key: offer::public_key(context),
            },
            identity: context.psk.map_or(&[][..], |psk| psk.identity),
            #[cfg(feature = "public-key")]
            exchange,
            #[cfg(feature = "public-key")]
            own: own_certificate(exchange, context),
            is_ecdhe: negotiated.is_ecdhe(),
            own_finished,
        }
    }

    /// Whether a CertificateVerify of ours belongs to the handshake.
    #[cfg(feature = "public-key")]
    fn signs(&self, parts: &Parts<'_, '_>) -> bool {
        let exchange = &parts.common.exchange;
        exchange.has_request && !own_certificate(exchange, parts.context).is_none()
    }
}

/// What we show when the server asks: nothing that it could not verify.
#[cfg(feature = "public-key")]
fn own_certificate<'c>(exchange: &Exchange, context: &Context<'c>) -> OwnCertificate<'c> {
    let config = context.config;
    if exchange.accepts_ecdsa && config.public_keys.can_sign() {
        let own = OwnCertificate::of(config, exchange.client_type);
        // RFC 6066 section 5: "clients MAY send a "CertificateURL" message in place of a
        // "Certificate" message".
        #[cfg(feature = "certificate-url")]
        if exchange.certificate_url {
            return own.by_url(config);
        }
        own
    } else {
        OwnCertificate::None
    }
}

/// Adds a message of ours to the transcript.
fn add_own(client: &Client, parts: &mut Parts<'_, '_>, msg_type: HandshakeType, message_seq: u16) {
    let Parts {
        common,
        association,
        context,
    } = parts;
    let flight = client.flight(
        #[cfg(feature = "public-key")]
        &common.exchange,
        &association.randoms,
        &association.negotiated,
        &association.own_finished,
        context,
    );
    crate::flight::add_own_message(&mut common.transcript, &flight, msg_type, message_seq);
}

/// Makes our Finished, which ends our second flight.
fn finish(parts: &mut Parts<'_, '_>, message_seq: u16) -> Result<AwaitChangeCipherSpec, Error> {
    parts.association.own_finished =
        super::finished::make_own(parts.common, Sender::Client, message_seq)?;
    Ok(AwaitChangeCipherSpec::after_key_exchange())
}

/// What was negotiated for a maximum, against what was asked for (RFC 6066 section 4).
fn check_max_fragment_length(
    answered: Option<MaxFragmentLength>,
    asked: Option<MaxFragmentLength>,
) -> Result<Option<MaxFragmentLength>, Error> {
    match asked {
        None => Err(Error::UnsupportedExtension),
        Some(_) if answered == asked => Ok(answered),
        Some(_) => Err(Error::IllegalParameter),
    }
}
