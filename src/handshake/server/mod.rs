//! The server, in protocol order (RFC 5246 section 7.3, RFC 6347 section 4.2.4):
//!
//! 0. ClientHello comes; without a good cookie HelloVerifyRequest goes out and nothing is kept:
//!    [`gate`]
//! 1. ClientHello comes with a good cookie; ServerHello and ServerHelloDone go out:
//!    [`hello::AwaitClientHello`]
//! 2. ClientKeyExchange comes; the key of its identity is looked up, which may take a while:
//!    [`key_exchange::AwaitClientKeyExchange`], [`key_exchange::AwaitPsk`]
//! 3. ChangeCipherSpec comes: [`finished::AwaitChangeCipherSpec`]
//! 4. Finished comes: [`finished::AwaitFinished`]
//! 5. ChangeCipherSpec and Finished go out: connected
//!
//! When the client offers a session that is there and fits ([`resumption`]), ServerHello,
//! ChangeCipherSpec and Finished go out at once, and step 4 is the last.

mod finished;
pub(crate) mod gate;
mod hello;
mod key_exchange;
pub(super) mod resumption;

use super::{Message, Parts, Step};
use crate::association::{Negotiated, OwnFinished, Randoms};
use crate::cookie::CookieSecrets;
use crate::credential::psk::PSK_IDENTITY_MAX;
use crate::error::Error;
use crate::flight::{Flight, Item};
use crate::suite::Suite;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::server_hello::ServerHelloAnswer;
use crate::wire::{Sink, finished as finished_message};

use finished::{AwaitChangeCipherSpec, AwaitFinished};
use hello::{AfterClientHello, AwaitClientHello};
use key_exchange::{AwaitClientKeyExchange, AwaitPsk};

#[derive(Clone, Copy)]
#[allow(clippy::enum_variant_names, reason = "named after what each waits for")]
enum State {
    AwaitClientHello(AwaitClientHello),
    AwaitClientKeyExchange(AwaitClientKeyExchange),
    AwaitPsk(AwaitPsk),
    AwaitChangeCipherSpec(AwaitChangeCipherSpec),
    AwaitFinished(AwaitFinished),
}

// States are proofs and numbers; what is large lies beside them.
const _: () = assert!(size_of::<State>() <= 128);

/// A server's part of the handshake memory.
pub(crate) struct Server {
    state: State,
    pub(crate) cookie_secrets: CookieSecrets,
    identity: Identity,
}

/// The identity that the client gave.
struct Identity {
    octets: [u8; PSK_IDENTITY_MAX],
    /// One longer than the longest says that it did not fit: nobody has such an identity.
    length: usize,
}

impl Identity {
    fn set(&mut self, identity: &[u8]) {
        for (to, from) in self.octets.iter_mut().zip(identity) {
            *to = *from;
        }
        self.length = identity.len().min(PSK_IDENTITY_MAX + 1);
    }

    /// `None` when it did not fit.
    fn octets(&self) -> Option<&[u8]> {
        self.octets.get(..self.length)
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Server {
            state: State::AwaitClientHello(AwaitClientHello::new()),
            cookie_secrets: CookieSecrets::new(),
            identity: Identity {
                octets: [0; PSK_IDENTITY_MAX],
                length: 0,
            },
        }
    }

    pub(super) fn restart(&mut self) {
        self.state = State::AwaitClientHello(AwaitClientHello::new());
        self.identity.length = 0;
    }

    pub(super) fn awaits_hello(&self) -> bool {
        matches!(self.state, State::AwaitClientHello(_))
    }

    pub(crate) fn peer_identity(&self) -> Option<&[u8]> {
        self.identity.octets()
    }

    /// Takes the client's message in turn.
    pub(super) fn receive(
        &mut self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        match self.state {
            State::AwaitClientHello(state) => {
                self.state = match state.client_hello(&mut self.identity, parts, message)? {
                    AfterClientHello::Full(next) => State::AwaitClientKeyExchange(next),
                    AfterClientHello::Resumed(next) => State::AwaitChangeCipherSpec(next),
                };
                // RFC 6347 4.2.2: each HelloVerifyRequest had a number, too, so ServerHello has
                // that of the ClientHello it answers.
                Ok(Step::NewFlight(message.message_seq))
            }
            State::AwaitClientKeyExchange(state) => {
                let next = state.client_key_exchange(&mut self.identity, parts, message)?;
                self.state = State::AwaitPsk(next);
                self.resume(parts)
            }
            State::AwaitPsk(_) | State::AwaitChangeCipherSpec(_) => Err(Error::UnexpectedMessage),
            State::AwaitFinished(state) => state.finished(parts, message).map(Step::Complete),
        }
    }

    /// Asks for the client's key (again).
    pub(super) fn resume(&mut self, parts: &mut Parts<'_, '_>) -> Result<Step, Error> {
        let State::AwaitPsk(state) = self.state else {
            return Ok(Step::Continue);
        };
        match state.find_key(&self.identity, parts)? {
            Some(next) => {
                self.state = State::AwaitChangeCipherSpec(next);
                Ok(Step::Continue)
            }
            None => Ok(Step::Pending),
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

    /// A record of epoch 1 failed authentication; `length` octets are what it carried.
    pub(crate) fn record_failed(&mut self, length: usize) -> Result<(), Error> {
        let State::AwaitFinished(state) = &mut self.state else {
            return Ok(());
        };
        state.record_failed(length)
    }
}

/// ServerHello and ServerHelloDone, or all of our messages when we resume.
pub(super) struct ServerFlight<'a> {
    is_resumed: bool,
    hello: ServerHelloAnswer<'a>,
    own_finished: &'a OwnFinished,
}

impl<'a> ServerFlight<'a> {
    pub(super) fn of(
        randoms: &'a Randoms,
        negotiated: &Negotiated,
        session_id: &'a [u8],
        own_finished: &'a OwnFinished,
    ) -> Self {
        ServerFlight {
            is_resumed: negotiated.resumed,
            hello: ServerHelloAnswer {
                random: &randoms.server,
                session_id,
                suite: negotiated.suite.unwrap_or(Suite::PskWithAes128Ccm8),
                max_fragment_length: negotiated.max_fragment_length,
                extended_master_secret: negotiated.extended_master_secret,
                secure_renegotiation: negotiated.secure_renegotiation,
            },
            own_finished,
        }
    }
}

impl Flight for ServerFlight<'_> {
    // Requirement 5.1-5: no ServerKeyExchange, since no hint is sent. RFC 4279 section 2: "If no
    // hint is provided, the ServerKeyExchange message is omitted."
    fn item(&self, index: u8) -> Option<Item> {
        match (self.is_resumed, index) {
            (_, 0) => Some(Item::Message(HandshakeType::SERVER_HELLO)),
            (false, 1) => Some(Item::Message(HandshakeType::SERVER_HELLO_DONE)),
            (true, 1) => Some(Item::ChangeCipherSpec),
            (true, 2) => Some(Item::Message(HandshakeType::FINISHED)),
            _ => None,
        }
    }

    fn emit_body(&self, msg_type: HandshakeType, sink: &mut dyn Sink) {
        match msg_type {
            HandshakeType::SERVER_HELLO => self.hello.emit(sink),
            HandshakeType::FINISHED => finished_message::emit(&self.own_finished.verify_data, sink),
            _ => {}
        }
    }
}
