//! Puts handshake messages together and in order (RFC 6347 sections 4.2.2 and 4.2.3).
//!
//! A message that arrives whole and in turn is processed where it lies. Everything else needs the
//! reassembly buffer, whose size the application chose: the message in turn, in pieces, and whole
//! messages ahead of their turn as far as there is room. All work is bounded: a few messages, each
//! with a few gaps.

use core::ops::Range;

use crate::error::Error;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};

/// Messages that can be kept at once.
const MESSAGES_MAX: usize = 4;
/// Stretches that the received pieces of a message can form; a piece that makes one more is
/// dropped and comes again.
const STRETCHES_MAX: usize = 4;

/// What became of a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is the whole message in turn: process it where it lies.
    InTurn,
    /// It is kept.
    Kept,
    /// It belongs to a message that was processed before.
    Old,
    /// There is no use or no room for it.
    Dropped,
}

#[derive(Debug, Clone, Copy)]
struct Message {
    message_seq: u16,
    msg_type: HandshakeType,
    /// Where its body lies in the buffer.
    start: u16,
    length: u16,
}

impl Message {
    fn range(&self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.start) + usize::from(self.length)
    }
}

/// The octets from `start` to `end` of the message in turn are there.
type Stretch = Option<(u16, u16)>;

/// What lies in the reassembly buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reassembly {
    messages: [Option<Message>; MESSAGES_MAX],
    /// Of the message in turn, when it arrives in pieces: sorted, apart from each other.
    stretches: [Stretch; STRETCHES_MAX],
    /// The message that `stretches` is about.
    partial_seq: Option<u16>,
}

impl Reassembly {
    /// Takes a fragment; `next_seq` is the number of the message in turn.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] when the message in turn can never fit `buffer`.
    pub(crate) fn accept(
        &mut self,
        buffer: &mut [u8],
        header: &HandshakeHeader,
        fragment: &[u8],
        next_seq: u16,
    ) -> Result<Accepted, Error> {
        if header.message_seq < next_seq {
            return Ok(Accepted::Old);
        }
        let in_turn = header.message_seq == next_seq;
        if in_turn && header.is_whole() {
            self.forget(next_seq);
            return Ok(Accepted::InTurn);
        }
        // A piece of nothing brings nothing.
        if header.fragment_length == 0 && header.length > 0 {
            return Ok(Accepted::Dropped);
        }
        if in_turn {
            return self.accept_piece(buffer, header, fragment);
        }
        if !header.is_whole() || self.find(header.message_seq).is_some() {
            return Ok(Accepted::Dropped);
        }
        match self.place(buffer.len(), header) {
            Some(range) => {
                write(buffer, range, fragment);
                Ok(Accepted::Kept)
            }
            None => Ok(Accepted::Dropped),
        }
    }

    fn accept_piece(
        &mut self,
        buffer: &mut [u8],
        header: &HandshakeHeader,
        fragment: &[u8],
    ) -> Result<Accepted, Error> {
        let fits = |message: &Message| {
            message.msg_type == header.msg_type && u32::from(message.length) == header.length
        };
        let message = match self.find(header.message_seq) {
            // Kept whole already.
            Some(_) if self.partial_seq != Some(header.message_seq) => {
                return Ok(Accepted::Dropped);
            }
            Some(message) if fits(&message) => message,
            // One of the two was altered on the way or forged, and nobody can tell which. The later
            // one stands: an honest peer sends its own again.
            _ => self
                .begin(buffer.len(), header)
                .ok_or(Error::MessageTooLong)?,
        };
        // Within the message (the header's parser saw to that), whose length fits 16 bits.
        let from = header.fragment_offset as u16;
        let to = from.saturating_add(header.fragment_length as u16);
        if !self.note_stretch(from, to) {
            return Ok(Accepted::Dropped);
        }
        let start = usize::from(message.start) + usize::from(from);
        write(buffer, start..start + fragment.len(), fragment);
        Ok(Accepted::Kept)
    }

    /// Begins to put a message together.
    fn begin(&mut self, capacity: usize, header: &HandshakeHeader) -> Option<Message> {
        self.forget(header.message_seq);
        if self.place(capacity, header).is_none() {
            // The message in turn comes first: those ahead of it come again.
            self.messages = [None; MESSAGES_MAX];
            self.place(capacity, header)?;
        }
        self.partial_seq = Some(header.message_seq);
        self.stretches = [None; STRETCHES_MAX];
        self.find(header.message_seq)
    }

    /// Notes that octets have arrived. RFC 6347 4.2.3: "DTLS implementations MUST be able to
    /// handle overlapping fragment ranges."
    fn note_stretch(&mut self, mut from: u16, mut to: u16) -> bool {
        let mut merged = [None; STRETCHES_MAX];
        let mut places = merged.iter_mut();
        let mut is_placed = false;
        for stretch in self.stretches.iter().flatten() {
            let (start, end) = *stretch;
            if end < from {
                // Before the new one, apart from it.
                let Some(place) = places.next() else {
                    return false;
                };
                *place = Some((start, end));
            } else if start > to {
                // Behind the new one, apart from it.
                if !is_placed {
                    let Some(place) = places.next() else {
                        return false;
                    };
                    *place = Some((from, to));
                    is_placed = true;
                }
                let Some(place) = places.next() else {
                    return false;
                };
                *place = Some((start, end));
            } else {
                from = from.min(start);
                to = to.max(end);
            }
        }
        if !is_placed {
            let Some(place) = places.next() else {
                return false;
            };
            *place = Some((from, to));
        }
        self.stretches = merged;
        true
    }

    /// Finds room for a message: behind another, or at the front.
    fn place(&mut self, capacity: usize, header: &HandshakeHeader) -> Option<Range<usize>> {
        let length = u16::try_from(header.length).ok()?;
        let slot = self.messages.iter().position(Option::is_none)?;
        let start = core::iter::once(0)
            .chain(
                self.messages
                    .iter()
                    .flatten()
                    .map(|other| other.range().end),
            )
            .find(|start| {
                let end = start + usize::from(length);
                let overlaps = self.messages.iter().flatten().any(|other| {
                    let other = other.range();
                    *start < other.end && other.start < end
                });
                end <= capacity && !overlaps
            })?;
        let message = Message {
            message_seq: header.message_seq,
            msg_type: header.msg_type,
            start: u16::try_from(start).ok()?,
            length,
        };
        *self.messages.get_mut(slot)? = Some(message);
        Some(message.range())
    }

    fn find(&self, message_seq: u16) -> Option<Message> {
        self.messages
            .iter()
            .flatten()
            .find(|message| message.message_seq == message_seq)
            .copied()
    }

    /// The message in turn, if all of it is there: its type and where its body lies. It is the
    /// caller's until the next fragment is taken.
    pub(crate) fn take(&mut self, next_seq: u16) -> Option<(HandshakeType, Range<usize>)> {
        let message = self.find(next_seq)?;
        if self.partial_seq == Some(next_seq) {
            let is_whole = matches!(self.stretches, [Some((0, end)), ..] if end == message.length);
            if !is_whole {
                return None;
            }
        }
        self.forget(next_seq);
        Some((message.msg_type, message.range()))
    }

    /// Keeps a whole message in turn, and nothing else.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] when it can never fit `buffer`.
    #[cfg(feature = "certificate-url")]
    pub(crate) fn keep_alone(
        &mut self,
        buffer: &mut [u8],
        header: &HandshakeHeader,
        body: &[u8],
    ) -> Result<Accepted, Error> {
        self.clear();
        let range = (self.place(buffer.len(), header)).ok_or(Error::MessageTooLong)?;
        write(buffer, range, body);
        Ok(Accepted::Kept)
    }

    /// Puts a message back that was taken, and forgets the others: it is not done with.
    #[cfg(feature = "certificate-url")]
    pub(crate) fn put_back(
        &mut self,
        message_seq: u16,
        msg_type: HandshakeType,
        range: &Range<usize>,
    ) {
        self.clear();
        // It lay there before: both fit.
        let (start, length) = (range.start as u16, range.len() as u16);
        if let Some(slot) = self.messages.first_mut() {
            *slot = Some(Message {
                message_seq,
                msg_type,
                start,
                length,
            });
        }
    }

    fn forget(&mut self, message_seq: u16) {
        for slot in &mut self.messages {
            if slot.is_some_and(|message| message.message_seq == message_seq) {
                *slot = None;
            }
        }
        if self.partial_seq == Some(message_seq) {
            self.partial_seq = None;
        }
    }

    /// Forgets everything: what is there came in another epoch.
    pub(crate) fn clear(&mut self) {
        *self = Reassembly::default();
    }
}

fn write(buffer: &mut [u8], range: Range<usize>, octets: &[u8]) {
    if let Some(place) = buffer.get_mut(range) {
        for (to, from) in place.iter_mut().zip(octets) {
            *to = *from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    fn header(message_seq: u16, length: u32, offset: u32, fragment: u32) -> HandshakeHeader {
        HandshakeHeader {
            msg_type: HandshakeType::CLIENT_HELLO,
            length,
            message_seq,
            fragment_offset: offset,
            fragment_length: fragment,
        }
    }

    /// The message whose octets are their own index.
    fn body(length: usize) -> Vec<u8> {
        (0..length).map(|octet| octet as u8).collect()
    }

    struct Test {
        reassembly: Reassembly,
        buffer: Vec<u8>,
    }

    impl Test {
        fn new(capacity: usize) -> Self {
            Test {
                reassembly: Reassembly::default(),
                buffer: std::vec![0xEE; capacity],
            }
        }

        fn piece(&mut self, seq: u16, length: u32, from: u32, to: u32) -> Result<Accepted, Error> {
            let octets = body(length as usize);
            let fragment = &octets[from as usize..to as usize];
            self.reassembly.accept(
                &mut self.buffer,
                &header(seq, length, from, to - from),
                fragment,
                5,
            )
        }

        fn take(&mut self, seq: u16) -> Option<Vec<u8>> {
            let (_, range) = self.reassembly.take(seq)?;
            Some(self.buffer[range].to_vec())
        }
    }

    #[test]
    fn whole_messages_in_turn_stay_where_they_are() {
        let mut test = Test::new(0);
        assert_eq!(test.piece(5, 100, 0, 100), Ok(Accepted::InTurn));
        assert_eq!(test.piece(5, 0, 0, 0), Ok(Accepted::InTurn));
        assert_eq!(test.piece(4, 10, 0, 10), Ok(Accepted::Old));
        assert_eq!(test.piece(6, 10, 0, 10), Ok(Accepted::Dropped));
        assert_eq!(test.piece(5, 10, 0, 9), Err(Error::MessageTooLong));
    }

    /// Bug classes 28 to 30: any order, any overlap, and never an octet that was not received.
    #[test]
    fn pieces_in_any_order_make_the_message() {
        let orders: [&[(u32, u32)]; 6] = [
            &[(0, 10), (10, 20), (20, 30)],
            &[(20, 30), (10, 20), (0, 10)],
            &[(10, 20), (0, 10), (20, 30)],
            &[(0, 15), (5, 25), (24, 30)],
            &[(5, 6), (28, 30), (0, 4), (10, 12), (0, 29)],
            &[(1, 30), (1, 30), (0, 1)],
        ];
        for pieces in orders {
            let mut test = Test::new(30);
            for (from, to) in pieces {
                assert_eq!(test.take(5), None);
                assert_eq!(test.piece(5, 30, *from, *to), Ok(Accepted::Kept));
            }
            assert_eq!(test.take(5), Some(body(30)));
            assert_eq!(test.take(5), None);
        }
    }

    #[test]
    fn random_pieces_make_the_message() {
        let mut state = 7_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for _ in 0..2_000 {
            let mut test = Test::new(64);
            let length = 1 + random(64);
            let mut there = [false; 64];
            loop {
                let from = random(length);
                let to = from + 1 + random(length - from);
                match test.piece(5, length, from, to) {
                    Ok(Accepted::Kept) => {
                        there[from as usize..to as usize].fill(true);
                    }
                    Ok(Accepted::Dropped) => {}
                    Ok(Accepted::InTurn) => break,
                    other => panic!("{other:?}"),
                }
                let is_whole = there[..length as usize].iter().all(|there| *there);
                let taken = test.take(5);
                assert_eq!(taken.is_some(), is_whole);
                if let Some(taken) = taken {
                    assert_eq!(taken, body(length as usize));
                    break;
                }
            }
        }
    }

    #[test]
    fn a_piece_that_makes_too_many_gaps_comes_again() {
        let mut test = Test::new(30);
        for from in [0, 4, 8, 12] {
            assert_eq!(test.piece(5, 30, from, from + 2), Ok(Accepted::Kept));
        }
        assert_eq!(test.piece(5, 30, 16, 18), Ok(Accepted::Dropped));
        assert_eq!(test.piece(5, 30, 1, 14), Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 30, 16, 30), Ok(Accepted::Kept));
        assert_eq!(test.take(5), None);
        assert_eq!(test.piece(5, 30, 14, 16), Ok(Accepted::Kept));
        assert_eq!(test.take(5), Some(body(30)));
    }

    /// Bug class 29: pieces of messages that contradict each other are never put together, and an
    /// altered one does not bar the honest ones for good.
    #[test]
    fn the_later_of_two_contradicting_fragments_stands() {
        let mut test = Test::new(30);
        assert_eq!(test.piece(5, 30, 0, 10), Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 29, 10, 29), Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 30, 10, 30), Ok(Accepted::Kept));
        assert_eq!(
            test.take(5),
            None,
            "the first ten octets went with the contradiction"
        );
        let mut other = header(5, 30, 0, 20);
        other.msg_type = HandshakeType::FINISHED;
        let accepted = test
            .reassembly
            .accept(&mut test.buffer, &other, &[0; 20], 5);
        assert_eq!(accepted, Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 30, 0, 20), Ok(Accepted::Kept));
        assert_eq!(test.take(5), None);
        assert_eq!(test.piece(5, 30, 20, 30), Ok(Accepted::Kept));
        assert_eq!(test.take(5), Some(body(30)));
    }

    /// Bug class 27.
    #[test]
    fn empty_fragments_of_a_message_with_content_are_dropped() {
        let mut test = Test::new(30);
        assert_eq!(test.piece(5, 30, 0, 0), Ok(Accepted::Dropped));
        assert_eq!(test.piece(5, 30, 30, 30), Ok(Accepted::Dropped));
        assert_eq!(test.take(5), None);
    }

    #[test]
    fn whole_messages_ahead_are_kept_while_there_is_room() {
        let mut test = Test::new(30);
        assert_eq!(test.piece(7, 10, 0, 10), Ok(Accepted::Kept));
        assert_eq!(test.piece(7, 10, 0, 10), Ok(Accepted::Dropped));
        assert_eq!(test.piece(6, 10, 0, 5), Ok(Accepted::Dropped));
        assert_eq!(test.piece(6, 10, 0, 10), Ok(Accepted::Kept));
        assert_eq!(test.piece(8, 11, 0, 11), Ok(Accepted::Dropped));
        assert_eq!(test.piece(8, 0, 0, 0), Ok(Accepted::Kept));
        assert_eq!(test.take(5), None);
        assert_eq!(test.piece(5, 10, 0, 4), Ok(Accepted::Kept));
        assert_eq!(test.take(6), Some(body(10)));
        assert_eq!(test.piece(5, 10, 4, 10), Ok(Accepted::Kept));
        assert_eq!(test.take(5), Some(body(10)));
        assert_eq!(test.take(7), Some(body(10)));
        assert_eq!(test.take(8), Some(body(0)));
    }

    #[test]
    fn the_message_in_turn_takes_the_place_of_those_ahead() {
        let mut test = Test::new(30);
        assert_eq!(test.piece(6, 20, 0, 20), Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 25, 0, 20), Ok(Accepted::Kept));
        assert_eq!(test.take(6), None);
        assert_eq!(test.piece(5, 25, 20, 25), Ok(Accepted::Kept));
        assert_eq!(test.take(5), Some(body(25)));
        assert_eq!(test.piece(5, 31, 0, 20), Err(Error::MessageTooLong));
        assert_eq!(test.piece(5, 70_000, 0, 20), Err(Error::MessageTooLong));
    }

    #[test]
    fn a_whole_message_makes_its_pieces_superfluous() {
        let mut test = Test::new(30);
        assert_eq!(test.piece(5, 30, 0, 10), Ok(Accepted::Kept));
        assert_eq!(test.piece(5, 30, 0, 30), Ok(Accepted::InTurn));
        assert_eq!(test.take(5), None);
        test.reassembly.clear();
        assert!(test.reassembly.messages.iter().all(Option::is_none));
    }
}
