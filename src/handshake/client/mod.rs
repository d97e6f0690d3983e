//! The client, in protocol order (RFC 5246 section 7.3, RFC 6347 section 4.2.4):
//!
//! 1. ClientHello goes out: [`hello::AwaitServerHello`]
//! 2. HelloVerifyRequest may come, any number of times; ClientHello goes out again with the cookie
//! 3. ServerHello comes: [`server_flight::AwaitServerFlight`]
//! 4. ServerKeyExchange may come (PSK: an identity hint, ignored)
//! 5. ServerHelloDone comes; ClientKeyExchange, ChangeCipherSpec and Finished go out:
//!    [`finished::AwaitChangeCipherSpec`]
//! 6. ChangeCipherSpec comes: [`finished::AwaitFinished`]
//! 7. Finished comes: connected
//!
//! When the server resumes the session that we offer, ChangeCipherSpec and Finished follow its
//! ServerHello at once (step 6), and ours go out last.

mod finished;
mod hello;
mod server_flight;

use super::{Context, Message, Parts, Step};
use crate::association::{OwnFinished, Randoms};
use crate::config::MaxFragmentLength;
use crate::credential::Psk;
use crate::error::Error;
use crate::flight::{Flight, Item};
use crate::suite::Suite;
use crate::wire::client_hello::ClientHelloOffer;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::{Sink, client_key_exchange, finished as finished_message};

use finished::{AwaitChangeCipherSpec, AwaitFinished};
use hello::{AfterServerHello, AwaitServerHello};
use server_flight::AwaitServerFlight;

/// The suites that are offered, most wanted first.
const SUITES: &[Suite] = &[Suite::PskWithAes128Ccm8];

#[derive(Clone, Copy)]
enum State {
    /// Nothing has been sent yet.
    Start,
    AwaitServerHello(AwaitServerHello),
    AwaitServerFlight(AwaitServerFlight),
    AwaitChangeCipherSpec(AwaitChangeCipherSpec),
    AwaitFinished(AwaitFinished),
}

// States are proofs and numbers; what is large lies beside them.
const _: () = assert!(size_of::<State>() <= 128);

/// A client's part of the handshake memory.
pub(crate) struct Client {
    state: State,
    cookie: Cookie,
    /// The number of our latest ClientHello, and of the record that brought it first.
    hello_seq: u16,
    hello_record: u64,
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
        if parts.context.psk.is_none() {
            return Err(Error::NoCredential);
        }
        super::fill_random(parts.context.host, &mut parts.association.randoms.client)?;
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
                    AfterServerHello::Full(next) => State::AwaitServerFlight(next),
                    AfterServerHello::Resumed(next) => State::AwaitChangeCipherSpec(next),
                };
                Ok(Step::Continue)
            }
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
            State::AwaitServerHello(_) | State::AwaitServerFlight(_) => Some(0),
            State::AwaitChangeCipherSpec(state) => Some(state.write_epoch()),
            State::AwaitFinished(state) => Some(state.write_epoch()),
        }
    }

    /// Our current flight: ClientHello until the server's flight is in, then the rest.
    pub(super) fn flight<'a, 'c: 'a>(
        &'a self,
        randoms: &'a Randoms,
        own_finished: &'a OwnFinished,
        context: &Context<'c>,
    ) -> ClientFlight<'a> {
        ClientFlight {
            is_hello: self.write_epoch() != Some(1),
            hello: ClientHelloOffer {
                random: &randoms.client,
                session_id: context.session.map_or(&[][..], |session| session.id),
                cookie: self.cookie.octets(),
                suites: SUITES,
                server_name: context.server_name,
                max_fragment_length: context.config.max_fragment_length,
            },
            psk: context.psk,
            own_finished,
        }
    }
}

/// Adds our ClientHello or ClientKeyExchange to the transcript.
fn add_own(client: &Client, parts: &mut Parts<'_, '_>, msg_type: HandshakeType, message_seq: u16) {
    let Parts {
        common,
        association,
        context,
    } = parts;
    let flight = client.flight(&association.randoms, &association.own_finished, context);
    crate::flight::add_own_message(&mut common.transcript, &flight, msg_type, message_seq);
}

pub(super) struct ClientFlight<'a> {
    is_hello: bool,
    hello: ClientHelloOffer<'a>,
    psk: Option<Psk<'a>>,
    own_finished: &'a OwnFinished,
}

impl Flight for ClientFlight<'_> {
    fn item(&self, index: u8) -> Option<Item> {
        match (self.is_hello, index) {
            (true, 0) => Some(Item::Message(HandshakeType::CLIENT_HELLO)),
            (false, 0) => Some(Item::Message(HandshakeType::CLIENT_KEY_EXCHANGE)),
            (false, 1) => Some(Item::ChangeCipherSpec),
            (false, 2) => Some(Item::Message(HandshakeType::FINISHED)),
            _ => None,
        }
    }

    fn emit_body(&self, msg_type: HandshakeType, sink: &mut dyn Sink) {
        match msg_type {
            HandshakeType::CLIENT_HELLO => self.hello.emit(sink),
            HandshakeType::CLIENT_KEY_EXCHANGE => {
                let identity = self.psk.map_or(&[][..], |psk| psk.identity);
                client_key_exchange::emit_psk_identity(identity, sink);
            }
            _ => finished_message::emit(&self.own_finished.verify_data, sink),
        }
    }
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
