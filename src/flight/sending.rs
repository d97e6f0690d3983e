//! Cuts a flight into records and datagrams, and sends them.

use super::{Flight, Item, body_length};
use crate::config::MTU_MIN;
use crate::error::Error;
use crate::host::{Direction, Host, Sent, TraceContent};
use crate::record::{Protection, content_offset, make_clear, overhead, trace};
use crate::wire::change_cipher_spec::CHANGE_CIPHER_SPEC;
use crate::wire::handshake_header::{HANDSHAKE_HEADER_LENGTH, HandshakeHeader};
use crate::wire::record_header::ContentType;
use crate::wire::{Sink, Window};

/// How far a flight has been sent: up to the start of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    item: u8,
    /// Octets of the item's body that are out.
    offset: usize,
    message_seq: u16,
    epoch: u16,
}

impl Cursor {
    /// The epoch of the item at which it stands.
    pub(crate) fn epoch(&self) -> u16 {
        self.epoch
    }

    /// The start of a flight whose first message has this number.
    pub(crate) fn start(message_seq: u16) -> Self {
        Cursor {
            item: 0,
            offset: 0,
            message_seq,
            epoch: 0,
        }
    }
}

/// Where datagrams go.
pub(crate) struct Outlet<'a> {
    pub(crate) host: &'a mut dyn Host,
    /// They are built here.
    pub(crate) buffer: &'a mut [u8],
    pub(crate) protection: &'a mut Protection,
    /// The next sequence number of epoch 0.
    pub(crate) clear_sequence: &'a mut u64,
    /// The most octets of a datagram; lowered when the host says that one is too big.
    pub(crate) mtu: &'a mut u16,
    /// The most octets of content of a record.
    pub(crate) record_limit: usize,
}

/// Whether everything is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Done,
    WantWrite,
}

/// Sends a flight from `cursor` on. When the host cannot send now, `cursor` stands where to go on.
pub(crate) fn send(
    flight: &dyn Flight,
    cursor: &mut Cursor,
    outlet: &mut Outlet<'_>,
) -> Result<Progress, Error> {
    while flight.item(cursor.item).is_some() {
        let mut next = *cursor;
        let length = fill(flight, &mut next, outlet)?;
        let datagram = outlet.buffer.get(..length).ok_or(Error::Size)?;
        match outlet.host.send(datagram) {
            Sent::Whole => *cursor = next,
            Sent::Nothing => return Ok(Progress::WantWrite),
            // RFC 6347 4.1.1.1: "If the DTLS record layer informs the DTLS handshake layer that a
            // message is too big, it SHOULD immediately attempt to fragment it".
            Sent::TooBig => lower_mtu(outlet.mtu, length)?,
            Sent::Failed => return Err(Error::Io),
        }
    }
    Ok(Progress::Done)
}

/// A datagram of so many octets was too big.
pub(crate) fn lower_mtu(mtu: &mut u16, length: usize) -> Result<(), Error> {
    if length <= usize::from(MTU_MIN) {
        return Err(Error::Io);
    }
    let half = (length.min(usize::from(*mtu)) / 2) as u16;
    *mtu = half.max(MTU_MIN);
    Ok(())
}

/// Puts as much of the flight into the buffer as fits a datagram.
fn fill(flight: &dyn Flight, cursor: &mut Cursor, outlet: &mut Outlet<'_>) -> Result<usize, Error> {
    // With max_fragment_length negotiated our datagrams stay within it, too: a peer that asks for
    // small records has a small buffer.
    let limit = usize::from(*outlet.mtu)
        .min(outlet.record_limit + overhead(1))
        .min(outlet.buffer.len());
    let mut used = 0;
    while let Some(item) = flight.item(cursor.item) {
        let room = limit.saturating_sub(used + overhead(cursor.epoch));
        let out = outlet.buffer.get_mut(used..).ok_or(Error::Size)?;
        let content_at = content_offset(cursor.epoch);
        let (content_type, length, shown) = match item {
            Item::ChangeCipherSpec => {
                let length = CHANGE_CIPHER_SPEC.len();
                if room < length {
                    break;
                }
                Window::new(0, out.get_mut(content_at..).ok_or(Error::Size)?)
                    .put(&CHANGE_CIPHER_SPEC);
                (
                    ContentType::CHANGE_CIPHER_SPEC,
                    length,
                    TraceContent::Other { length },
                )
            }
            Item::Message(msg_type) => {
                let length = body_length(flight, msg_type);
                let left = length.saturating_sub(cursor.offset);
                let empty = limit.saturating_sub(overhead(cursor.epoch) + HANDSHAKE_HEADER_LENGTH);
                let room = room.min(outlet.record_limit);
                // Also a message without a body needs room for its header.
                let Some(room) = room.checked_sub(HANDSHAKE_HEADER_LENGTH) else {
                    break;
                };
                // A message is not cut only to fill the rest of a datagram.
                if used > 0 && room < left && left <= empty || room == 0 && left > 0 {
                    break;
                }
                let piece = left.min(room);
                let header = HandshakeHeader {
                    msg_type,
                    length: length as u32,
                    message_seq: cursor.message_seq,
                    fragment_offset: cursor.offset as u32,
                    fragment_length: piece as u32,
                };
                let (front, body) = out
                    .get_mut(content_at..content_at + HANDSHAKE_HEADER_LENGTH + piece)
                    .and_then(|content| content.split_at_mut_checked(HANDSHAKE_HEADER_LENGTH))
                    .ok_or(Error::Size)?;
                header.emit(&mut Window::new(0, front));
                flight.emit_body(msg_type, &mut Window::new(cursor.offset, body));
                (
                    ContentType::HANDSHAKE,
                    HANDSHAKE_HEADER_LENGTH + piece,
                    TraceContent::from(&header),
                )
            }
        };
        used += seal_record(outlet, used, content_type, cursor.epoch, length, shown)?;
        cursor.advance(item, flight, length);
    }
    if used == 0 {
        return Err(Error::Size);
    }
    Ok(used)
}

impl Cursor {
    /// A record with so many octets of content is in the datagram.
    fn advance(&mut self, item: Item, flight: &dyn Flight, length: usize) {
        match item {
            Item::ChangeCipherSpec => {
                self.epoch = 1;
                self.item += 1;
            }
            Item::Message(msg_type) => {
                self.offset += length.saturating_sub(HANDSHAKE_HEADER_LENGTH);
                if self.offset >= body_length(flight, msg_type) {
                    self.item += 1;
                    self.offset = 0;
                    self.message_seq = self.message_seq.wrapping_add(1);
                }
            }
        }
    }
}

/// Seals the content that lies behind `at` in the buffer; octets of the record.
fn seal_record(
    outlet: &mut Outlet<'_>,
    at: usize,
    content_type: ContentType,
    epoch: u16,
    length: usize,
    shown: TraceContent,
) -> Result<usize, Error> {
    let out = outlet.buffer.get_mut(at..).ok_or(Error::Size)?;
    let sealed = match epoch {
        0 => make_clear(outlet.clear_sequence, out, content_type, length)?,
        _ => outlet.protection.seal(out, content_type, length)?,
    };
    trace(outlet.host, Direction::Sent, &sealed.header, shown);
    Ok(sealed.length)
}

/// Sends one record of its own, whose content lies at [`content_offset`] of the buffer.
pub(crate) fn send_record(
    outlet: &mut Outlet<'_>,
    content_type: ContentType,
    epoch: u16,
    length: usize,
    shown: TraceContent,
) -> Result<Progress, Error> {
    let length = seal_record(outlet, 0, content_type, epoch, length, shown)?;
    let datagram = outlet.buffer.get(..length).ok_or(Error::Size)?;
    match outlet.host.send(datagram) {
        Sent::Whole => Ok(Progress::Done),
        Sent::Nothing => Ok(Progress::WantWrite),
        Sent::TooBig => {
            lower_mtu(outlet.mtu, length)?;
            Err(Error::Size)
        }
        Sent::Failed => Err(Error::Io),
    }
}
