//! What a handshake works with: what a call brings, what a message is and leads to, and what both ends
//! keep.

use super::VerifiedFinished;
#[cfg(feature = "client")]
use super::client::OfferedSession;
#[cfg(feature = "public-key")]
use super::exchange::Exchange;
#[cfg(feature = "server")]
use super::server::resumption::Resumption;
use crate::association::Association;
#[cfg(feature = "cached-info")]
use crate::cached_info::CachedInfo;
use crate::config::Config;
use crate::credential::Psk;
use crate::crypto::HmacSha256;
use crate::error::Error;
use crate::flight::{self, Cursor, Reassembly, RetransmissionTimer};
use crate::host::Host;
use crate::key_schedule::Transcript;
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
    #[cfg(feature = "client")]
    pub(crate) session: Option<OfferedSession<'a>>,
    /// Client: where it remembers the server's messages.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info: Option<CachedInfo<'a>>,
    /// Server: if sessions are kept.
    #[cfg(feature = "server")]
    pub(crate) resumption: Option<&'static Resumption>,
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
    pub(super) fn expect(&self, msg_type: HandshakeType) -> Result<(), Error> {
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
#[repr(C)]
pub(crate) struct Common {
    /// The peer's ChangeCipherSpec is in.
    pub(crate) is_reading_epoch_1: bool,
    pub(super) has_begun: bool,
    /// Server: the client has shown no cookie, and passed to resume a session.
    #[cfg(feature = "server")]
    pub(crate) must_resume: bool,
    /// The number of our current flight's first message.
    pub(super) flight_seq: u16,
    /// The number of the peer's message in turn.
    pub(crate) next_receive_seq: u16,
    /// The peer's last message before our current flight: when it comes again, the peer has not
    /// seen our flight.
    pub(super) answered_seq: Option<u16>,
    /// The most octets of a datagram, made smaller by silence.
    pub(super) mtu_limit: u16,
    /// How far the current flight is out, while it is being sent.
    pub(super) cursor: Option<Cursor>,
    pub(crate) timer: RetransmissionTimer,
    /// When the handshake began, if it has: what bounds it as a whole.
    pub(super) begun: Instant,
    /// The next sequence number we send in epoch 0.
    pub(crate) clear_sequence: u64,
    pub(crate) transcript: Transcript,
    pub(crate) reassembly: Reassembly,
    #[cfg(feature = "public-key")]
    pub(crate) exchange: Exchange,
    /// HMAC keyed with the master secret, once there is one.
    pub(crate) keyed_master: Option<HmacSha256>,
}

impl Common {
    pub(super) fn new(config: &Config<'_>) -> Self {
        Common {
            transcript: Transcript::new(),
            keyed_master: None,
            reassembly: Reassembly::default(),
            timer: RetransmissionTimer::new(config.retransmission),
            begun: Instant(0),
            has_begun: false,
            clear_sequence: 0,
            #[cfg(feature = "public-key")]
            exchange: Exchange::default(),
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
    pub(super) fn add_peer(&mut self, message: Message<'_>) {
        flight::add_message(
            &mut self.common.transcript,
            message.msg_type,
            message.message_seq,
            message.body,
        );
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
    use crate::config::Role;
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
            #[cfg(feature = "client")]
            session: None,
            #[cfg(feature = "server")]
            resumption: None,
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
