//! Floor 7: flights (RFC 6347 section 4.2.4): cut into datagrams, put together again, timed.
//!
//! A flight is not stored. It is emitted as often as needed from what the handshake keeps, through
//! windows of one writer, so the transcript and all fragments come from the same code and the MTU
//! may change between attempts.

mod reassembly;
mod sending;
mod timer;

pub(crate) use reassembly::{Accepted, Reassembly};
pub(crate) use sending::{Cursor, Outlet, Progress, lower_mtu, send, send_record};
pub(crate) use timer::RetransmissionTimer;

use crate::key_schedule::Transcript;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::{Length, Sink};

/// One step of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Message(HandshakeType),
    /// What follows it is sent in epoch 1.
    ChangeCipherSpec,
}

/// A flight: what it consists of, and how to write each message's body.
pub(crate) trait Flight {
    /// The items in order; `None` after the last.
    fn item(&self, index: u8) -> Option<Item>;

    /// Writes the whole body of a message of this flight.
    fn emit_body(&self, msg_type: HandshakeType, sink: &mut dyn Sink);
}

/// Octets of the body of a message of the flight.
pub(crate) fn body_length(flight: &dyn Flight, msg_type: HandshakeType) -> usize {
    let mut length = Length::default();
    flight.emit_body(msg_type, &mut length);
    length.0
}

/// Adds a message of ours to the transcript, as if it were sent in one piece.
pub(crate) fn add_own_message(
    transcript: &mut Transcript,
    flight: &dyn Flight,
    msg_type: HandshakeType,
    message_seq: u16,
) {
    let length = body_length(flight, msg_type) as u32;
    HandshakeHeader::whole(msg_type, length, message_seq).emit(transcript);
    flight.emit_body(msg_type, transcript);
}

/// Adds a message whose body is there to the transcript, likewise.
pub(crate) fn add_message(
    transcript: &mut Transcript,
    msg_type: HandshakeType,
    message_seq: u16,
    body: &[u8],
) {
    HandshakeHeader::whole(msg_type, body.len() as u32, message_seq).emit(transcript);
    transcript.put(body);
}

impl Sink for Transcript {
    fn put(&mut self, octets: &[u8]) {
        self.update(octets);
    }
}
