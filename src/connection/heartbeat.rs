//! Heartbeats (RFC 6520): requests of ours and of the peer's, keep-alive, and probes of the path.
//!
//! A request of the peer's is answered at once and in place: the answer is never longer than the
//! record that brought the request, so it is built there, and what else is in the datagram stays as
//! it is. At most one request of a datagram is answered, and an answer that cannot be sent now is
//! not sent: the peer asks again.
//!
//! Our request goes out once the datagram in the buffer is drained, as everything else does. There
//! is no renegotiation, so no handshake ever begins while one is in flight.

use core::ops::Range;

use super::{BUFFER_MIN, Call, Connection, Heartbeats, Phase, RETRY_SEND_MS};
use crate::association::HeartbeatModes;
use crate::config::MTU_MIN;
use crate::error::Error;
use crate::flight::{Progress, RetransmissionTimer};
use crate::handshake::Context;
use crate::host::{Direction, Host, Sent, TraceContent};
use crate::record::{content_offset, may_be_heartbeat, overhead, trace};
use crate::time::Instant;
use crate::wire::heartbeat_message::{
    HEARTBEAT_HEADER_LENGTH, HeartbeatMessage, HeartbeatMessageType, PADDING_MIN, emit_header,
};
use crate::wire::record_header::{ContentType, RecordHeader};
use crate::wire::{Sink, Window};

/// Octets of payload of our requests: random, so that an answer is to one of them alone.
const PAYLOAD_LENGTH: usize = 4;

/// Octets of our request when it is not a probe.
const REQUEST_LENGTH: usize = HEARTBEAT_HEADER_LENGTH + PAYLOAD_LENGTH + PADDING_MIN;

/// What a connection keeps of heartbeats.
pub(super) struct Heartbeat {
    /// RFC 6520 section 3: "There MUST NOT be more than one HeartbeatRequest message in flight at
    /// a time."
    request: Option<Request>,
    /// When the last authenticated record came.
    heard: Instant,
    round_trip_ms: u16,
    answers: u16,
    lost: u16,
    /// Requests are sent by themselves.
    keeps_alive: bool,
    /// A request in the datagram in the buffer has been answered.
    has_answered: bool,
}

// The design's bound on what this adds to a connection.
const _: () = assert!(size_of::<Heartbeat>() <= 40);

struct Request {
    timer: RetransmissionTimer,
    payload: [u8; PAYLOAD_LENGTH],
    /// Octets of the datagram if it is to probe the path, or 0.
    probe: u16,
    is_to_send: bool,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Heartbeat {
            request: None,
            heard: Instant(0),
            round_trip_ms: 0,
            answers: 0,
            lost: 0,
            keeps_alive: false,
            has_answered: false,
        }
    }
}

impl Heartbeat {
    /// The handshake is done.
    pub(super) fn begin(context: &Context<'_>) -> Self {
        Heartbeat {
            heard: context.now,
            keeps_alive: context.config.keep_alive_ms() > 0,
            ..Heartbeat::default()
        }
    }

    pub(super) fn new_datagram(&mut self) {
        self.has_answered = false;
    }

    /// An authenticated record has come.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
    }

    fn begin_request(&mut self, context: &mut Context<'_>, probe: u16) -> Result<(), Error> {
        let mut payload = [0; PAYLOAD_LENGTH];
        fill(context.host, &mut payload)?;
        self.request = Some(Request {
            timer: RetransmissionTimer::new(context.config.retransmission),
            payload,
            probe,
            is_to_send: true,
        });
        Ok(())
    }

    /// The request in flight is given up.
    fn lose_request(&mut self) {
        self.request = None;
        self.lost = self.lost.saturating_add(1);
    }
}

impl Connection {
    fn heartbeat_modes(&self) -> Option<HeartbeatModes> {
        match self.phase {
            Phase::Connected => self.association.negotiated.heartbeat,
            _ => None,
        }
    }

    /// RFC 6520 section 2: "HeartbeatRequest messages MUST NOT be sent to a peer indicating
    /// peer_not_allowed_to_send."
    fn may_ask(&self) -> bool {
        self.heartbeat_modes()
            .is_some_and(HeartbeatModes::peer_answers)
    }

    /// Whether a record is a heartbeat that has its place here. RFC 6520 section 3: "The receiving
    /// peer SHOULD discard the message silently, if it arrives during the handshake. In case of
    /// DTLS, HeartbeatRequest messages from older epochs SHOULD be discarded."
    pub(super) fn is_heartbeat(&self, header: &RecordHeader) -> bool {
        may_be_heartbeat(header) && self.heartbeat_modes().is_some()
    }

    /// Takes the peer's message, which lies there in the buffer.
    pub(super) fn heartbeat_record(
        &mut self,
        call: &mut Call<'_>,
        header: &RecordHeader,
        content: Range<usize>,
    ) -> Result<(), Error> {
        let octets = call.buffer.get(content.clone()).unwrap_or_default();
        let Ok(message) = HeartbeatMessage::parse(octets) else {
            self.counters.malformed();
            return Ok(());
        };
        let length = octets.len();
        let shown = TraceContent::Other { length };
        trace(call.context.host, Direction::Received, header, shown);
        match message.message_type {
            HeartbeatMessageType::Request => {
                let payload_length = message.payload.len();
                self.answer_heartbeat(call, content.start, payload_length)
            }
            HeartbeatMessageType::Response => {
                self.heartbeat_answered(message.payload, call.context.now);
                Ok(())
            }
        }
    }

    /// Answers the request whose content begins there in the buffer, in its place. RFC 6520 section
    /// 4: "the receiver MUST send a corresponding HeartbeatResponse message carrying an exact copy
    /// of the payload of the received HeartbeatRequest."
    fn answer_heartbeat(
        &mut self,
        call: &mut Call<'_>,
        content_start: usize,
        payload_length: usize,
    ) -> Result<(), Error> {
        let length = HEARTBEAT_HEADER_LENGTH + payload_length + PADDING_MIN;
        // Section 2: "If an endpoint that has indicated peer_not_allowed_to_send receives a
        // HeartbeatRequest message, the endpoint SHOULD drop the message silently". An honest peer
        // has one request in flight, and asks nothing before our Finished is out.
        let is_answered = self
            .heartbeat_modes()
            .is_some_and(HeartbeatModes::we_answer)
            && !self.heartbeat.has_answered
            && self.outbox.is_empty()
            && overhead(1) + length <= usize::from(self.mtu);
        if !is_answered {
            self.counters.out_of_place();
            return Ok(());
        }
        self.heartbeat.has_answered = true;
        let start = content_start.saturating_sub(content_offset(1));
        let out = call.buffer.get_mut(start..).ok_or(Error::Size)?;
        let (front, padding) = message_at(out, length)?
            .split_at_mut_checked(HEARTBEAT_HEADER_LENGTH + payload_length)
            .ok_or(Error::Size)?;
        if call.context.host.random(padding).is_err() {
            // Who asks must not be able to end the connection so.
            self.counters.out_of_place();
            return Ok(());
        }
        // The payload stays where it is.
        emit_header(
            HeartbeatMessageType::Response,
            payload_length as u16,
            &mut Window::new(0, front),
        );
        match self.send_heartbeat(call.context.host, out, length)? {
            Sent::Whole => {}
            Sent::Nothing | Sent::TooBig => self.counters.out_of_place(),
            Sent::Failed => return Err(Error::Io),
        }
        Ok(())
    }

    /// RFC 6520 section 4: "If a received HeartbeatResponse message does not contain the expected
    /// payload, the message MUST be discarded silently. If it does contain the expected payload,
    /// the retransmission timer MUST be stopped."
    fn heartbeat_answered(&mut self, payload: &[u8], now: Instant) {
        let heartbeat = &mut self.heartbeat;
        let Some(request) = heartbeat
            .request
            .take_if(|request| request.payload == payload)
        else {
            self.counters.out_of_place();
            return;
        };
        heartbeat.answers = heartbeat.answers.saturating_add(1);
        // Which of several sendings was answered, nobody knows.
        if let Some(round_trip_ms) = request.timer.round_trip(now) {
            heartbeat.round_trip_ms = round_trip_ms.min(u32::from(u16::MAX)) as u16;
        }
        // RFC 4821: what has come through fits the path.
        self.mtu = self.mtu.max(request.probe);
    }

    /// Asks the peer, with a datagram of so many octets if it is to probe the path. If the buffer is
    /// in use or nothing can be sent now, the request goes out with a later call.
    ///
    /// # Errors
    /// [`Error::State`] when it may not be asked, or a request is in flight. [`Error::Argument`]
    /// or [`Error::Size`] for a probe that is too small, or larger than the buffer or what the
    /// maximum fragment length allows. Others are final.
    pub(crate) fn ask(&mut self, call: &mut Call<'_>, probe: Option<usize>) -> Result<(), Error> {
        if let Phase::Failed(error) = self.phase {
            return Err(error);
        }
        if !self.may_ask() || self.heartbeat.request.is_some() {
            return Err(Error::State);
        }
        if call.buffer.len() < BUFFER_MIN {
            return Err(Error::NoMemoryLent);
        }
        let probe = match probe {
            None => 0,
            Some(octets) => self.checked_probe(octets, call.buffer.len())?,
        };
        let asked = self
            .heartbeat
            .begin_request(&mut call.context, probe)
            .and_then(|()| self.flush(call))
            .and_then(|_| self.watch_heartbeat(call));
        if let Err(error) = asked {
            self.fail(call, error);
        }
        asked.map(|_| ())
    }

    /// Asks a peer whose timers nobody keeps: a request that was not answered in time is sent again.
    /// Whether one was sent.
    ///
    /// # Errors
    /// As [`Self::ask`]; a request in flight is none.
    pub(crate) fn ask_again(&mut self, call: &mut Call<'_>) -> Result<bool, Error> {
        let now = call.context.now;
        match &self.heartbeat.request {
            None => self.ask(call, None).map(|()| true),
            Some(request) if !request.is_to_send && !request.timer.has_expired(now) => Ok(false),
            Some(_) => {
                let watched = self.flush(call).and_then(|_| self.watch_heartbeat(call));
                if let Err(error) = watched {
                    self.fail(call, error);
                }
                watched.map(|_| true)
            }
        }
    }

    fn checked_probe(&self, octets: usize, buffer_length: usize) -> Result<u16, Error> {
        if octets < usize::from(MTU_MIN) {
            return Err(Error::Argument);
        }
        // RFC 6520 section 4: "The total length of a HeartbeatMessage MUST NOT exceed 2^14 or
        // max_fragment_length when negotiated".
        let most = self.association.negotiated.record_limit() + overhead(1);
        if octets > most.min(buffer_length) {
            return Err(Error::Size);
        }
        u16::try_from(octets).map_err(|_| Error::Size)
    }

    /// No request is sent by itself any more.
    pub(crate) fn stop_keep_alive(&mut self) {
        self.heartbeat.keeps_alive = false;
    }

    /// Whether an authenticated record has come at this point in time.
    pub(crate) fn was_heard_at(&self, now: Instant) -> bool {
        self.heartbeat.heard == now
    }

    /// Looks after our request and the idle period, once the datagram is drained: the answer may
    /// have been in it.
    pub(super) fn watch_heartbeat(&mut self, call: &mut Call<'_>) -> Result<Progress, Error> {
        if !self.may_ask() || !self.rest.is_empty() || !self.outbox.is_empty() {
            return Ok(Progress::Done);
        }
        self.check_request(&call.context)?;
        let keep_alive_ms = call.context.config.keep_alive_ms();
        if self.idle_left(keep_alive_ms, call.context.now) == 0 {
            self.heartbeat.begin_request(&mut call.context, 0)?;
        }
        self.send_request(call)
    }

    /// Milliseconds until the peer has been silent for long enough to be asked.
    fn idle_left(&self, keep_alive_ms: u32, now: Instant) -> u32 {
        if !self.heartbeat.keeps_alive || self.heartbeat.request.is_some() || !self.may_ask() {
            return u32::MAX;
        }
        keep_alive_ms.saturating_sub(now.since(self.heartbeat.heard))
    }

    /// RFC 6520 section 3: "HeartbeatRequest messages MUST be retransmitted using the simple timeout
    /// and retransmission scheme DTLS uses for flights [...] after a number of retransmissions
    /// without receiving a corresponding HeartbeatResponse message having the expected payload, the
    /// DTLS connection SHOULD be terminated. The threshold used for this SHOULD be the same as for
    /// DTLS handshake messages."
    fn check_request(&mut self, context: &Context<'_>) -> Result<(), Error> {
        let heartbeat = &mut self.heartbeat;
        let Some(request) = &mut heartbeat.request else {
            return Ok(());
        };
        if !request.timer.has_expired(context.now) {
            return Ok(());
        }
        let is_probe = request.probe > 0;
        // A probe that nobody answers says something of the path, and nothing of the peer (RFC 4821
        // section 7.3); that takes no more sendings than a handshake makes before it sends less.
        let is_probed = is_probe && request.timer.wants_smaller_fragments();
        if !is_probed
            && request
                .timer
                .back_off(context.config.retransmission)
                .is_ok()
        {
            request.is_to_send = true;
            self.counters.retransmitted();
            return Ok(());
        }
        // Who has said anything else since we asked for the last time may be busy, but is not gone:
        // the exception to the "SHOULD".
        let is_alive = request.timer.was_sent_before(heartbeat.heard);
        heartbeat.lose_request();
        if is_probe || is_alive {
            Ok(())
        } else {
            Err(Error::PeerGone)
        }
    }

    /// Sends our request if it is not out yet.
    fn send_request(&mut self, call: &mut Call<'_>) -> Result<Progress, Error> {
        let Some(request) = self.heartbeat.request.as_ref().filter(|one| one.is_to_send) else {
            return Ok(Progress::Done);
        };
        if call.buffer.len() < BUFFER_MIN {
            return Ok(Progress::WantWrite);
        }
        let is_probe = request.probe > 0;
        let length = match request.probe {
            0 => REQUEST_LENGTH,
            probe => usize::from(probe).saturating_sub(overhead(1)),
        };
        let Ok(content) = message_at(call.buffer, length) else {
            // Another buffer was lent since, and a probe does not fit it.
            self.heartbeat.lose_request();
            return Ok(Progress::Done);
        };
        // RFC 6520 section 4: "The sender of a HeartbeatMessage MUST use a random padding of at
        // least 16 bytes."
        fill(call.context.host, content)?;
        let mut window = Window::new(0, content);
        emit_header(
            HeartbeatMessageType::Request,
            PAYLOAD_LENGTH as u16,
            &mut window,
        );
        window.put(&request.payload);
        match self.send_heartbeat(call.context.host, call.buffer, length)? {
            Sent::Whole => {
                if let Some(request) = &mut self.heartbeat.request {
                    request.is_to_send = false;
                    request.timer.flight_sent(call.context.now);
                }
                Ok(Progress::Done)
            }
            Sent::Nothing => Ok(Progress::WantWrite),
            Sent::TooBig if is_probe => {
                self.heartbeat.lose_request();
                Ok(Progress::Done)
            }
            Sent::TooBig | Sent::Failed => Err(Error::Io),
        }
    }

    /// Seals the message that lies at its place in `out`, and sends it in a datagram of its own.
    fn send_heartbeat(
        &mut self,
        host: &mut dyn Host,
        out: &mut [u8],
        length: usize,
    ) -> Result<Sent, Error> {
        let protection = &mut self.association.protection;
        let sealed = protection.seal(out, ContentType::HEARTBEAT, length)?;
        let shown = TraceContent::Other { length };
        trace(host, Direction::Sent, &sealed.header, shown);
        let datagram = out.get(..sealed.length).ok_or(Error::Size)?;
        Ok(host.send(datagram))
    }

    /// Milliseconds until [`Self::watch_heartbeat`] has something to do.
    pub(super) fn heartbeat_timeout(&self, keep_alive_ms: u32, now: Instant) -> u32 {
        match &self.heartbeat.request {
            Some(request) if request.is_to_send => RETRY_SEND_MS,
            Some(request) => {
                let deadline = request.timer.deadline();
                deadline.map_or(u32::MAX, |deadline| deadline.remaining(now))
            }
            None => self.idle_left(keep_alive_ms, now),
        }
    }

    /// What there is to know.
    pub(crate) fn heartbeats(&self) -> Heartbeats {
        let heartbeat = &self.heartbeat;
        Heartbeats {
            negotiated: self.association.negotiated.heartbeat.is_some(),
            may_ask: self.may_ask(),
            in_flight: self.phase == Phase::Connected && heartbeat.request.is_some(),
            answers: heartbeat.answers,
            lost: heartbeat.lost,
            round_trip_ms: heartbeat.round_trip_ms,
        }
    }
}

/// The place of a message of so many octets in the record that begins `out`.
fn message_at(out: &mut [u8], length: usize) -> Result<&mut [u8], Error> {
    let content = out.get_mut(content_offset(1)..content_offset(1) + length);
    content.ok_or(Error::Size)
}

fn fill(host: &mut dyn Host, octets: &mut [u8]) -> Result<(), Error> {
    host.random(octets).map_err(|_| Error::Random)
}
