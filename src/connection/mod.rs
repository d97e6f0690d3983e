//! Floor 9: one association from the first datagram to close_notify.
//!
//! A connection holds no pointers: every call brings what it works on, as a [`Call`]. One call
//! takes at most one datagram in and emits at most one flight, and emits only once the datagram is
//! drained, because both lie in the same buffer.

#[cfg(all(feature = "certificate-url", feature = "server"))]
mod certificate_url;
mod counters;
mod data;
mod handshaking;
#[cfg(feature = "heartbeat")]
mod heartbeat;
#[cfg(not(feature = "heartbeat"))]
#[path = "no_heartbeat.rs"]
mod heartbeat;
mod input;
mod output;
mod session;

pub(crate) use counters::Counters;
pub(crate) use session::check_session;

use core::ops::Range;

use crate::alert::AlertDescription;
use crate::association::Association;
use crate::config::{Config, Role};
use crate::error::Error;
use crate::flight::Progress;
#[cfg(feature = "client")]
use crate::handshake::client::offer;
use crate::handshake::{Context, Handshake, Overdue};
#[cfg(feature = "client")]
use crate::handshake::{Parts, Step, or_wait};
use crate::host::Direction;
use crate::time::Instant;

use heartbeat::Heartbeat;
use output::Outbox;

/// The smallest datagram buffer.
pub(crate) const BUFFER_MIN: usize = 128;

/// How soon a random source that had nothing yet is asked again.
const RETRY_RANDOM_MS: u32 = 100;

/// How soon a flight that could not be sent is tried again when nothing else happens.
const RETRY_SEND_MS: u32 = 20;

/// The smallest datagrams that silence leads to: the first fragment of a ClientHello still reaches
/// to the end of the longest cookie.
const SILENCE_MTU_MIN: u16 = 320;

/// What only a handshake needs: the coming association is built here and replaces the old one at
/// Finished.
pub(crate) struct Workspace {
    coming: Association,
    pub(crate) handshake: Handshake,
}

impl Workspace {
    /// Destroys everything secret.
    pub(crate) fn wipe(&mut self) {
        self.coming.wipe();
        self.handshake.forget_secrets();
    }
}

#[cfg(feature = "server")]
impl Workspace {
    /// Server: whether a ClientHello with this number and Random is not the one of this handshake:
    /// its client has begun anew, and what was agreed with it so far is of no use to anyone. One in
    /// turn is no such thing.
    pub(crate) fn is_begun_anew_by(&mut self, message_seq: u16, random: &[u8; 32]) -> bool {
        let next_seq = self.handshake.common().next_receive_seq;
        let is_early = message_seq < next_seq || self.handshake.awaits_hello();
        is_early && *random != self.coming.randoms.client
    }
}

// The design's bounds, on every target.
const _: () = assert!(
    size_of::<Workspace>()
        <= if cfg!(feature = "public-key") {
            1152
        } else {
            1024
        }
);

impl Workspace {
    pub(crate) fn new(config: &Config<'_>) -> Self {
        Workspace {
            coming: Association::default(),
            handshake: Handshake::new(config),
        }
    }
}

/// The workspace, and what the application lends beyond it for reassembly.
pub(crate) struct Memory<'a> {
    pub(crate) workspace: &'a mut Workspace,
    pub(crate) reassembly: &'a mut [u8],
}

/// What a call brings along.
pub(crate) struct Call<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) memory: Option<Memory<'a>>,
    pub(crate) buffer: &'a mut [u8],
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Server: no ClientHello with a good cookie yet. Nothing is bound to a peer.
    Listening,
    Handshake,
    Connected,
    Closed,
    Failed(Error),
}

/// What the application wants of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// To be connected; application data is left where it is.
    Handshake,
    Data,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Application data lies there in the buffer.
    Data(Range<usize>),
    Connected,
    WantRead,
    WantWrite,
    Pending,
    WantEntropy,
    Closed,
}

/// What has become of the heartbeats of a connection (RFC 6520).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heartbeats {
    /// Whether both ends know them.
    pub negotiated: bool,
    /// Whether the peer answers them.
    pub may_ask: bool,
    /// Whether one of ours is neither answered nor given up.
    pub in_flight: bool,
    /// How many of ours were answered. This and `lost` stand still at 65,535.
    pub answers: u16,
    /// How many of ours were given up: probes of the path, and what a peer did not answer that said
    /// other things.
    pub lost: u16,
    /// Milliseconds from the last of ours that was answered without being sent again to its answer.
    pub round_trip_ms: u16,
}

/// One association.
#[repr(C)]
pub(crate) struct Connection {
    phase: Phase,
    /// A look-up of the application is under way, or random numbers are waited for.
    is_pending: bool,
    /// The last step stopped for want of random numbers.
    lacks_entropy: bool,
    /// A record in this datagram counts as a Finished under a wrong key.
    has_failed_finished: bool,
    last_alert: Option<(AlertDescription, Direction)>,
    /// The most octets of a datagram of ours.
    mtu: u16,
    /// The unread rest of the datagram in the buffer.
    rest: Range<u16>,
    pub(crate) counters: Counters,
    heartbeat: Heartbeat,
    outbox: Outbox,
    association: Association,
}

impl Connection {
    pub(crate) fn new(config: &Config<'_>) -> Self {
        Connection {
            association: Association::default(),
            phase: match config.role() {
                Role::Client => Phase::Handshake,
                Role::Server => Phase::Listening,
            },
            mtu: config.mtu,
            rest: 0..0,
            is_pending: false,
            lacks_entropy: false,
            has_failed_finished: false,
            outbox: Outbox::default(),
            heartbeat: Heartbeat::default(),
            last_alert: None,
            counters: Counters::default(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn association(&self) -> &Association {
        &self.association
    }

    /// The alert that ended the connection, and who sent it.
    pub(crate) fn last_alert(&self) -> Option<(AlertDescription, Direction)> {
        self.last_alert
    }

    pub(crate) fn set_mtu(&mut self, mtu: u16) {
        self.mtu = mtu;
    }

    /// The most octets of a datagram of ours.
    pub(crate) fn mtu(&self) -> u16 {
        self.mtu
    }

    /// Whether the handshake's memory is needed.
    pub(crate) fn needs_workspace(&self) -> bool {
        matches!(self.phase, Phase::Listening | Phase::Handshake)
    }

    /// Whether the next step can take a datagram: the last one is drained, and nothing waits to be
    /// sent from the buffer.
    pub(crate) fn can_take_datagram(&self, memory: Option<&Memory<'_>>) -> bool {
        let is_sending = memory.is_some_and(|memory| {
            let handshake = &memory.workspace.handshake;
            // A client that has said nothing yet expects no answer: what is there is of old.
            self.needs_workspace() && (handshake.is_sending() || handshake.is_unstarted_client())
        });
        self.rest.is_empty() && !is_sending && self.outbox.is_empty() && !self.is_pending
    }

    /// Whether a callback has not answered yet.
    pub(crate) fn is_pending(&self) -> bool {
        self.is_pending
    }

    /// Whether the random source has had nothing to give yet.
    pub(crate) fn lacks_entropy(&self) -> bool {
        self.lacks_entropy && self.needs_workspace()
    }

    /// Whether a rest of the last datagram is unread.
    pub(crate) fn has_rest(&self) -> bool {
        !self.rest.is_empty()
    }

    /// A datagram of `length` octets has arrived, of which the buffer holds what fits.
    pub(crate) fn take_datagram(&mut self, length: usize, buffer_length: usize) {
        if length > buffer_length {
            self.counters.truncated(length);
        }
        let end = length.min(buffer_length).min(usize::from(u16::MAX));
        self.rest = 0..end as u16;
        self.has_failed_finished = false;
        self.heartbeat.new_datagram();
    }

    /// Server: what comes from here on is another peer's. A ClientHello that waits for random numbers
    /// must not be answered to it.
    pub(crate) fn peer_changes(&mut self) {
        if self.lacks_entropy {
            self.lose_rest();
        }
    }

    /// The buffer is taken away or used for something else: the unread rest is lost.
    pub(crate) fn lose_rest(&mut self) {
        if !self.rest.is_empty() {
            self.counters.lost();
        }
        self.rest = 0..0;
    }

    /// Goes on: reads what is in the buffer, watches the timer, sends what there is to send.
    ///
    /// # Errors
    /// Every error is final but [`Error::State`], [`Error::NoMemoryLent`],
    /// [`Error::NoCredential`] and [`Error::NoServerName`], which this checks before it changes
    /// anything.
    pub(crate) fn step(&mut self, call: &mut Call<'_>, want: Want) -> Result<Outcome, Error> {
        match self.phase {
            Phase::Failed(error) => return Err(error),
            Phase::Closed => {}
            Phase::Listening | Phase::Handshake if want == Want::Data => return Err(Error::State),
            _ => self.check_lent(call)?,
        }
        let outcome = self.go_on(call, want);
        if let Err(error) = outcome {
            self.fail(call, error);
        }
        outcome
    }

    /// Whether the call brings the memory and credential that it needs.
    fn check_lent(&self, call: &Call<'_>) -> Result<(), Error> {
        if call.buffer.len() < BUFFER_MIN || self.needs_workspace() && call.memory.is_none() {
            return Err(Error::NoMemoryLent);
        }
        #[cfg(feature = "client")]
        if self.needs_workspace() && call.context.config.role() == Role::Client {
            offer::check(&call.context)?;
        }
        Ok(())
    }

    fn go_on(&mut self, call: &mut Call<'_>, want: Want) -> Result<Outcome, Error> {
        let was_pending = self.is_pending;
        self.lacks_entropy = false;
        if let Some(data) = self.read_records(call, want)? {
            return Ok(Outcome::Data(data));
        }
        if self.needs_workspace() {
            self.resume_handshake(call, was_pending)?;
        }
        if was_pending && !self.is_pending {
            if let Some(data) = self.read_records(call, want)? {
                return Ok(Outcome::Data(data));
            }
        } else if self.is_pending && !self.lacks_entropy {
            self.rest = 0..0;
        }
        if self.needs_workspace() {
            return self.send_handshake(call);
        }
        if self.flush(call)? == Progress::WantWrite
            || self.watch_heartbeat(call)? == Progress::WantWrite
        {
            return Ok(Outcome::WantWrite);
        }
        Ok(match (self.phase, want) {
            (Phase::Closed, _) => Outcome::Closed,
            (_, Want::Handshake) => Outcome::Connected,
            (_, Want::Data) => Outcome::WantRead,
        })
    }

    /// Starts a client, asks a callback again that was pending when the call began, watches the
    /// timer.
    fn resume_handshake(&mut self, call: &mut Call<'_>, was_pending: bool) -> Result<(), Error> {
        let Call {
            context, memory, ..
        } = call;
        let memory = memory.as_mut().ok_or(Error::NoMemoryLent)?;
        let Workspace { coming, handshake } = &mut *memory.workspace;
        #[cfg(feature = "client")]
        if let Some((client, common)) = handshake.client() {
            common.begin(context.now);
            let started = client.start(&mut Parts {
                common,
                association: coming,
                context,
            });
            let step = or_wait(started)?;
            self.lacks_entropy |= matches!(step, Step::NoEntropyYet);
            handshake.follow(&step, context.config);
        }
        if was_pending {
            let step = handshake.resume(coming, context)?;
            self.stepped(context, memory.workspace, step);
            self.kept_messages(context, memory, 0)?;
        }
        if !self.needs_workspace() {
            return Ok(());
        }
        let handshake = &mut memory.workspace.handshake;
        let overdue = handshake.check_timer(context).map_err(|error| match error {
            // What the peer sends does not fit: who waits longer gets no more of it.
            Error::Timeout if self.counters.truncated > 0 => Error::DatagramTooLong,
            other => other,
        });
        match overdue? {
            Overdue::Nothing => {}
            #[cfg(feature = "server")]
            Overdue::Hello => {
                handshake.restart(context.config);
                self.is_pending = false;
                self.phase = Phase::Listening;
            }
            Overdue::Answer => {
                self.counters.retransmitted();
                if handshake.timer().wants_smaller_fragments() {
                    handshake.shrink_datagrams(self.mtu, SILENCE_MTU_MIN);
                }
            }
        }
        Ok(())
    }

    fn send_handshake(&mut self, call: &mut Call<'_>) -> Result<Outcome, Error> {
        let Call {
            context,
            memory,
            buffer,
        } = call;
        let memory = memory.as_mut().ok_or(Error::NoMemoryLent)?;
        let Workspace { coming, handshake } = &mut *memory.workspace;
        if handshake.is_sending() && !self.rest.is_empty() {
            // What was to be read again once there are random numbers makes room.
            self.counters.lost();
            self.rest = 0..0;
        }
        let progress = handshake.send(coming, context, buffer, &mut self.mtu)?;
        Ok(match progress {
            Progress::WantWrite => Outcome::WantWrite,
            Progress::Done if self.lacks_entropy => Outcome::WantEntropy,
            Progress::Done if self.is_pending => Outcome::Pending,
            Progress::Done => Outcome::WantRead,
        })
    }

    /// Milliseconds until the connection has to be called again; `u32::MAX` for never.
    pub(crate) fn timeout(
        &self,
        config: &Config<'_>,
        handshake: Option<&Handshake>,
        now: Instant,
    ) -> u32 {
        let soon = if self.lacks_entropy && self.needs_workspace() {
            RETRY_RANDOM_MS
        } else {
            u32::MAX
        };
        let waits_to_send = !self.outbox.is_empty();
        match (self.phase, handshake) {
            (Phase::Failed(_), _) => u32::MAX,
            (Phase::Handshake, Some(handshake)) => {
                let deadline = handshake.deadline(config, now);
                let deadline = deadline.unwrap_or(u32::MAX).min(soon);
                if handshake.is_unstarted_client() && !self.lacks_entropy {
                    0
                } else if handshake.is_sending() {
                    deadline.min(RETRY_SEND_MS)
                } else {
                    deadline
                }
            }
            _ if waits_to_send => RETRY_SEND_MS,
            (Phase::Connected, _) if self.lacks_entropy => RETRY_RANDOM_MS,
            (Phase::Connected, _) => self.heartbeat_timeout(config.keep_alive_ms(), now),
            _ => soon,
        }
    }

    /// Destroys everything secret; the connection is over.
    pub(crate) fn wipe(&mut self, workspace: Option<&mut Workspace>) {
        self.association.wipe();
        if let Some(workspace) = workspace {
            workspace.wipe();
        }
        self.rest = 0..0;
        self.outbox = Outbox::default();
        if !matches!(self.phase, Phase::Failed(_)) {
            self.phase = Phase::Closed;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
