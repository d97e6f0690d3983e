//! Floor 8: the handshake. `client/` and `server/` hold one struct a state, in protocol order;
//! what both share stands here and in the files beside this one.

#[cfg(feature = "client")]
pub(crate) mod client;
#[cfg(feature = "public-key")]
pub(crate) mod exchange;
mod finished;
mod keys;
#[cfg(feature = "server")]
pub(crate) mod server;

pub(crate) use finished::VerifiedFinished;

use crate::association::Association;
#[cfg(feature = "cached-info")]
use crate::cached_info::CachedInfo;
use crate::config::{Config, Role};
use crate::credential::Psk;
#[cfg(feature = "server")]
use crate::credential::peer::Identity;
use crate::crypto::HmacSha256;
use crate::error::Error;
use crate::flight::{self, Cursor, Flight, Outlet, Progress, Reassembly, RetransmissionTimer};
use crate::host::Host;
use crate::key_schedule::Transcript;
use crate::session::Session;
use crate::time::Instant;
use crate::wire::RANDOM_LENGTH;
use crate::wire::handshake_header::HandshakeType;

/// What a call brings along.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a Config<'a>,
    pub(crate) psk: Option<Psk<'a>>,
    /// Client.
    pub(crate) server_name: Option<&'a [u8]>,
    /// Client: the session that it would like to resume.
    pub(crate) session: Option<Session<'a>>,
    /// Client: where it remembers the server's messages.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info: Option<CachedInfo<'a>>,
    /// What cookies are bound to.
    pub(crate) peer_address: &'a [u8],
    pub(crate) host: &'a mut dyn Host,
    pub(crate) now: Instant,
}

impl<'a> Context<'a> {
    /// Server: the pre-shared key that is set for the clients which the configuration of that number
    /// serves.
    #[cfg(all(feature = "psk", feature = "server"))]
    pub(crate) fn psk_of(&self, number: u8) -> Option<Psk<'a>> {
        #[cfg(feature = "public-key")]
        if number > 0 {
            return self.config.by_number(number).psk;
        }
        let _ = number;
        self.psk
    }
}

/// A handshake message of the peer, whole and in turn.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) msg_type: HandshakeType,
    pub(crate) message_seq: u16,
    /// The sequence number of the record that brought its last piece.
    pub(crate) record_sequence: u64,
    pub(crate) body: &'a [u8],
}

impl Message<'_> {
    /// Whatever else comes is out of place.
    fn expect(&self, msg_type: HandshakeType) -> Result<(), Error> {
        if self.msg_type == msg_type {
            Ok(())
        } else {
            Err(Error::UnexpectedMessage)
        }
    }
}

/// What a message led to.
pub(crate) enum Step {
    /// Nothing to send yet.
    Continue,
    /// Our next flight is to be sent; its first message has this number.
    NewFlight(u16),
    /// A callback has not answered yet.
    Pending,
    /// Nor has the random source.
    NoEntropyYet,
    /// The peer's Finished is in, and it is right.
    Complete(VerifiedFinished),
}

/// A step that lacks random numbers waits: nothing has changed, and it is taken again.
pub(crate) fn or_wait(step: Result<Step, Error>) -> Result<Step, Error> {
    match step {
        Err(Error::NoEntropyYet) => Ok(Step::NoEntropyYet),
        other => other,
    }
}

/// What has not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overdue {
    Nothing,
    /// The rest of a ClientHello.
    #[cfg(feature = "server")]
    Hello,
    /// The answer to our flight, which is sent again.
    Answer,
}

/// What both ends keep while they shake hands.
pub(crate) struct Common {
    pub(crate) transcript: Transcript,
    /// HMAC keyed with the master secret, once there is one.
    pub(crate) keyed_master: Option<HmacSha256>,
    pub(crate) reassembly: Reassembly,
    pub(crate) timer: RetransmissionTimer,
    /// When the handshake began, if it has: what bounds it as a whole.
    begun: Instant,
    has_begun: bool,
    /// The next sequence number we send in epoch 0.
    pub(crate) clear_sequence: u64,
    #[cfg(feature = "public-key")]
    pub(crate) exchange: exchange::Exchange,
    /// Server: the client has shown no cookie, and passed to resume a session.
    #[cfg(feature = "server")]
    pub(crate) must_resume: bool,
    /// How far the current flight is out, while it is being sent.
    cursor: Option<Cursor>,
    /// The number of our current flight's first message.
    flight_seq: u16,
    /// The number of the peer's message in turn.
    pub(crate) next_receive_seq: u16,
    /// The peer's last message before our current flight: when it comes again, the peer has not
    /// seen our flight.
    answered_seq: Option<u16>,
    /// The peer's ChangeCipherSpec is in.
    pub(crate) is_reading_epoch_1: bool,
    /// The most octets of a datagram, made smaller by silence.
    mtu_limit: u16,
}

impl Common {
    fn new(config: &Config<'_>) -> Self {
        Common {
            transcript: Transcript::new(),
            keyed_master: None,
            reassembly: Reassembly::default(),
            timer: RetransmissionTimer::new(config.retransmission),
            begun: Instant(0),
            has_begun: false,
            clear_sequence: 0,
            #[cfg(feature = "public-key")]
            exchange: exchange::Exchange::default(),
            #[cfg(feature = "server")]
            must_resume: false,
            cursor: None,
            flight_seq: 0,
            next_receive_seq: 0,
            answered_seq: None,
            is_reading_epoch_1: false,
            mtu_limit: u16::MAX,
        }
    }
}

impl Common {
    /// The handshake begins, unless it has.
    pub(crate) fn begin(&mut self, now: Instant) {
        if !self.has_begun {
            self.begun = now;
            self.has_begun = true;
        }
    }
}

/// The common part and all that a message may change.
pub(crate) struct Parts<'p, 'c> {
    pub(crate) common: &'p mut Common,
    pub(crate) association: &'p mut Association,
    pub(crate) context: &'p mut Context<'c>,
}

impl Parts<'_, '_> {
    /// Adds a message of the peer's to the transcript.
    fn add_peer(&mut self, message: Message<'_>) {
        flight::add_message(
            &mut self.common.transcript,
            message.msg_type,
            message.message_seq,
            message.body,
        );
    }
}

enum Side {
    #[cfg(feature = "client")]
    Client(client::Client),
    #[cfg(feature = "server")]
    Server(server::Server),
}

/// A handshake from the first ClientHello to the last Finished.
pub(crate) struct Handshake {
    side: Side,
    common: Common,
}

impl Handshake {
    /// # Errors
    /// [`Error::State`] when this build lacks the role.
    pub(crate) fn new(config: &Config<'_>) -> Result<Self, Error> {
        let side = match config.role {
            #[cfg(feature = "client")]
            Role::Client => Side::Client(client::Client::new()),
            #[cfg(feature = "server")]
            Role::Server => Side::Server(server::Server::new()),
            #[allow(unreachable_patterns, reason = "reached when a role is not built")]
            _ => return Err(Error::State),
        };
        Ok(Handshake {
            side,
            common: Common::new(config),
        })
    }

    /// Server: begins anew with another ClientHello; only the cookie secrets stay.
    #[cfg(feature = "server")]
    pub(crate) fn restart(&mut self, config: &Config<'_>) {
        if let Some((server, common)) = self.server() {
            server.restart();
            *common = Common::new(config);
        }
    }

    pub(crate) fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    /// Destroys what is secret beside the association.
    pub(crate) fn forget_secrets(&mut self) {
        self.common.keyed_master = None;
        #[cfg(feature = "server")]
        if let Some((server, _)) = self.server() {
            server.forget_secrets();
        }
    }

    pub(crate) fn timer(&self) -> &RetransmissionTimer {
        &self.common.timer
    }

    /// The client's part, if this is a client.
    #[cfg(feature = "client")]
    pub(crate) fn client(&mut self) -> Option<(&mut client::Client, &mut Common)> {
        match &mut self.side {
            Side::Client(client) => Some((client, &mut self.common)),
            #[cfg(feature = "server")]
            Side::Server(_) => None,
        }
    }

    /// The server's part, if this is a server.
    #[cfg(feature = "server")]
    pub(crate) fn server(&mut self) -> Option<(&mut server::Server, &mut Common)> {
        match &mut self.side {
            Side::Server(server) => Some((server, &mut self.common)),
            #[cfg(feature = "client")]
            Side::Client(_) => None,
        }
    }

    /// Server: what stands for the client, whole, as long as the handshake's memory is there.
    #[cfg(feature = "server")]
    pub(crate) fn peer_identity(&self) -> Option<&Identity> {
        match &self.side {
            Side::Server(server) => Some(server.identity()),
            #[cfg(feature = "client")]
            Side::Client(_) => None,
        }
    }

    /// Server: keeps the session of the association that is now complete.
    #[cfg(feature = "server")]
    pub(crate) fn keep_session(&mut self, association: &Association, context: &mut Context<'_>) {
        if let Some((server, _)) = self.server() {
            server::resumption::keep(server, association, context);
        }
    }

    /// Takes the peer's message in turn.
    pub(crate) fn receive(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        message: Message<'_>,
    ) -> Result<Step, Error> {
        let mut parts = Parts {
            common: &mut self.common,
            association,
            context,
        };
        let step = match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.receive(&mut parts, message)?,
            #[cfg(feature = "server")]
            Side::Server(server) => server.receive(&mut parts, message)?,
        };
        self.common.next_receive_seq = message.message_seq.wrapping_add(1);
        self.follow(&step, context.config);
        Ok(step)
    }

    /// Server: whether a CertificateURL may come now.
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(crate) fn awaits_certificate_url(&self) -> bool {
        match &self.side {
            Side::Server(server) => server.awaits_certificate_url(&self.common),
            #[cfg(feature = "client")]
            Side::Client(_) => false,
        }
    }

    /// Server: takes a CertificateURL; as long as its certificates are being fetched it is in turn
    /// still, and `memory` holds those that are there.
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(crate) fn certificate_url(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        message: Message<'_>,
        memory: &mut [u8],
    ) -> Result<Step, Error> {
        let Some((server, common)) = self.server() else {
            return Err(Error::UnexpectedMessage);
        };
        let mut parts = Parts {
            common,
            association,
            context,
        };
        let step = server.certificate_url(&mut parts, message, memory)?;
        if !matches!(step, Step::Pending) {
            self.common.next_receive_seq = message.message_seq.wrapping_add(1);
        }
        Ok(step)
    }

    /// Asks a callback again that had not answered.
    pub(crate) fn resume(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
    ) -> Result<Step, Error> {
        let step = self.ask_again(association, context)?;
        self.follow(&step, context.config);
        Ok(step)
    }

    fn ask_again(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
    ) -> Result<Step, Error> {
        let mut parts = Parts {
            common: &mut self.common,
            association,
            context,
        };
        match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.resume(&mut parts),
            #[cfg(feature = "server")]
            Side::Server(server) => server.resume(&mut parts),
        }
    }

    /// Makes the flight that a step asks for the current one.
    pub(crate) fn follow(&mut self, step: &Step, config: &Config<'_>) {
        if let Step::NewFlight(message_seq) = step {
            let common = &mut self.common;
            common.answered_seq = common.next_receive_seq.checked_sub(1);
            common.flight_seq = *message_seq;
            common.timer.new_flight(config.retransmission);
            common.cursor = Some(Cursor::start(*message_seq));
        }
    }

    /// Whether the peer's ChangeCipherSpec is taken; one out of place is noise, since datagrams
    /// overtake each other.
    pub(crate) fn change_cipher_spec(&mut self) -> bool {
        let is_taken = match &mut self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.change_cipher_spec(),
            #[cfg(feature = "server")]
            Side::Server(server) => server.change_cipher_spec(),
        };
        if is_taken {
            self.common.is_reading_epoch_1 = true;
            // Whatever is kept came in epoch 0; a Finished must not be among it.
            self.common.reassembly.clear();
        }
        is_taken
    }

    /// An old message has come again, its last piece at least: if it is the one that our current
    /// flight answered, the peer has not seen our flight (RFC 6347 section 4.2.4). Whether it is
    /// sent again.
    pub(crate) fn old_message(&mut self, message_seq: u16, now: Instant) -> bool {
        let common = &mut self.common;
        let is_asked_for = common.answered_seq == Some(message_seq)
            && common.cursor.is_none()
            && common.timer.may_answer(now);
        if is_asked_for {
            common.cursor = Some(Cursor::start(common.flight_seq));
        }
        is_asked_for
    }

    /// When the handshake as a whole has gone on for too long.
    fn end(&self, config: &Config<'_>) -> Option<Instant> {
        let limit_ms = config.handshake_timeout_ms;
        let is_bounded = self.common.has_begun && limit_ms > 0;
        is_bounded.then(|| self.common.begun.plus(limit_ms))
    }

    /// When the handshake has to be looked at again, whatever comes.
    pub(crate) fn deadline(&self, config: &Config<'_>, now: Instant) -> Option<u32> {
        let both = [self.common.timer.deadline(), self.end(config)];
        let remaining = both.into_iter().flatten();
        remaining.map(|deadline| deadline.remaining(now)).min()
    }

    /// Looks whether the handshake has taken too long, or an answer is overdue: the current flight
    /// is then sent again.
    pub(crate) fn check_timer(&mut self, context: &Context<'_>) -> Result<Overdue, Error> {
        let end = self.end(context.config);
        if end.is_some_and(|end| end.is_reached(context.now)) {
            // Who has sent half a ClientHello has nothing to be told: the server listens again.
            #[cfg(feature = "server")]
            if self.is_collecting_hello() {
                return Ok(Overdue::Hello);
            }
            return Err(Error::Timeout);
        }
        if !self.common.timer.has_expired(context.now) {
            return Ok(Overdue::Nothing);
        }
        #[cfg(feature = "server")]
        if self.awaits_hello() {
            return Ok(Overdue::Hello);
        }
        let common = &mut self.common;
        common.timer.back_off(context.config.retransmission)?;
        common.cursor = Some(Cursor::start(common.flight_seq));
        Ok(Overdue::Answer)
    }

    pub(crate) fn is_sending(&self) -> bool {
        self.common.cursor.is_some()
    }

    /// Whether this is a client that has not sent anything yet.
    pub(crate) fn is_unstarted_client(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.is_unstarted(),
            #[cfg(feature = "server")]
            Side::Server(_) => false,
        }
    }

    /// The epoch we write in, which changes once our ChangeCipherSpec is out; `None` as long as the
    /// peer has heard nothing of us.
    pub(crate) fn write_epoch(&self) -> Option<u16> {
        let epoch = match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => client.write_epoch()?,
            #[cfg(feature = "server")]
            Side::Server(server) => server.write_epoch(),
        };
        Some(self.common.cursor.map_or(epoch, |cursor| cursor.epoch()))
    }

    /// Server: whether the rest of the ClientHello is still to come.
    #[cfg(feature = "server")]
    pub(crate) fn awaits_hello(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(_) => false,
            Side::Server(server) => server.awaits_hello(),
        }
    }

    /// Server: whether the ClientHello is not complete yet.
    #[cfg(feature = "server")]
    fn is_collecting_hello(&self) -> bool {
        match &self.side {
            #[cfg(feature = "client")]
            Side::Client(_) => false,
            Side::Server(server) => server.is_collecting_hello(),
        }
    }

    /// Halves the datagrams of the handshake. RFC 6347 4.1.1.1: "If repeated retransmissions do
    /// not result in a response, and the PMTU is unknown, subsequent retransmissions SHOULD back
    /// off to a smaller record size, fragmenting the handshake message as appropriate."
    pub(crate) fn shrink_datagrams(&mut self, mtu: u16, smallest: u16) {
        let limit = &mut self.common.mtu_limit;
        *limit = ((*limit).min(mtu) / 2).max(smallest);
    }

    /// Sends what is left of the current flight.
    pub(crate) fn send(
        &mut self,
        association: &mut Association,
        context: &mut Context<'_>,
        buffer: &mut [u8],
        mtu: &mut u16,
    ) -> Result<Progress, Error> {
        let Some(cursor) = &mut self.common.cursor else {
            return Ok(Progress::Done);
        };
        let record_limit = association.negotiated.record_limit();
        #[cfg(feature = "client")]
        let client_flight;
        #[cfg(feature = "server")]
        let server_flight;
        let flight: &dyn Flight = match &self.side {
            #[cfg(feature = "client")]
            Side::Client(client) => {
                client_flight = client.flight(
                    #[cfg(feature = "public-key")]
                    &self.common.exchange,
                    &association.randoms,
                    &association.negotiated,
                    &association.own_finished,
                    context,
                );
                &client_flight
            }
            #[cfg(feature = "server")]
            Side::Server(_) => {
                server_flight = server::ServerFlight::of(
                    #[cfg(feature = "public-key")]
                    (&self.common.exchange, context.config),
                    &association.randoms,
                    &association.negotiated,
                    association.names.session_id(),
                    &association.own_finished,
                );
                &server_flight
            }
        };
        let mut limited = (*mtu).min(self.common.mtu_limit);
        let before = limited;
        let mut outlet = Outlet {
            host: &mut *context.host,
            buffer,
            protection: &mut association.protection,
            clear_sequence: &mut self.common.clear_sequence,
            mtu: &mut limited,
            record_limit,
        };
        let progress = flight::send(flight, cursor, &mut outlet)?;
        if limited < before {
            // The host knows better: it holds for what follows, too.
            *mtu = limited;
        }
        if progress == Progress::Done {
            self.common.cursor = None;
            self.common.timer.flight_sent(context.now);
        }
        Ok(progress)
    }
}

/// Draws a Random. Requirement 11-2: all 32 octets of it. A source that gives only zeros is none, nor
/// is one that gives the same twice (requirement 11-1): a generator that starts from the same seed
/// with each boot, or is stuck.
pub(crate) fn draw_random(context: &mut Context<'_>) -> Result<[u8; RANDOM_LENGTH], Error> {
    let mut random = [0; RANDOM_LENGTH];
    context.host.random(&mut random)?;
    let is_zero = random.iter().all(|octet| *octet == 0);
    if is_zero || context.config.last_random.is_repeated_by(&random) {
        return Err(Error::Random);
    }
    Ok(random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{RandomFailure, Sent};

    /// Gives this octet, or fails.
    struct Source(Option<u8>);

    impl Host for Source {
        fn send(&mut self, _: &[u8]) -> Sent {
            Sent::Failed
        }

        fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
            out.fill(self.0.ok_or(RandomFailure::Failed)?);
            Ok(())
        }
    }

    fn draw(config: &Config<'_>, octet: Option<u8>) -> Result<[u8; 32], Error> {
        draw_random(&mut Context {
            config,
            psk: None,
            server_name: None,
            #[cfg(feature = "cached-info")]
            cached_info: None,
            session: None,
            peer_address: &[],
            host: &mut Source(octet),
            now: Instant(0),
        })
    }

    /// Requirements 11-1 and 11-2: no octet of a Random is anything but random, a time least of all;
    /// and it is not the last one again, of whatever connection with the configuration.
    #[test]
    fn all_32_octets_of_a_random_are_drawn() {
        let config = Config::new(Role::Server);
        assert_eq!(draw(&config, Some(7)), Ok([7; 32]));
        for source in [Some(0), None, Some(7)] {
            assert_eq!(draw(&config, source), Err(Error::Random));
        }
        assert_eq!(draw(&config, Some(8)), Ok([8; 32]));
        assert_eq!(draw(&config, Some(7)), Ok([7; 32]));
        assert_eq!(draw(&Config::new(Role::Server), Some(7)), Ok([7; 32]));
    }
}
