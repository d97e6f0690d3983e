//! The header of a handshake message or of a fragment of one (RFC 6347 section 4.2.2).

use super::{Reader, Sink};
use crate::error::Malformed;

/// Octets of a handshake header.
pub(crate) const HANDSHAKE_HEADER_LENGTH: usize = 12;

/// HandshakeType (RFC 6347 section 4.3.2). Any octet can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HandshakeType(pub(crate) u8);

impl HandshakeType {
    pub(crate) const HELLO_REQUEST: HandshakeType = HandshakeType(0);
    pub(crate) const CLIENT_HELLO: HandshakeType = HandshakeType(1);
    pub(crate) const SERVER_HELLO: HandshakeType = HandshakeType(2);
    pub(crate) const HELLO_VERIFY_REQUEST: HandshakeType = HandshakeType(3);
    pub(crate) const CERTIFICATE: HandshakeType = HandshakeType(11);
    pub(crate) const SERVER_KEY_EXCHANGE: HandshakeType = HandshakeType(12);
    pub(crate) const CERTIFICATE_REQUEST: HandshakeType = HandshakeType(13);
    pub(crate) const SERVER_HELLO_DONE: HandshakeType = HandshakeType(14);
    pub(crate) const CERTIFICATE_VERIFY: HandshakeType = HandshakeType(15);
    pub(crate) const CLIENT_KEY_EXCHANGE: HandshakeType = HandshakeType(16);
    pub(crate) const FINISHED: HandshakeType = HandshakeType(20);
    /// RFC 6066 section 2.
    pub(crate) const CERTIFICATE_URL: HandshakeType = HandshakeType(21);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HandshakeHeader {
    pub(crate) msg_type: HandshakeType,
    /// Octets of the whole body, 24 bits.
    pub(crate) length: u32,
    pub(crate) message_seq: u16,
    pub(crate) fragment_offset: u32,
    pub(crate) fragment_length: u32,
}

impl HandshakeHeader {
    /// The header of a message in one piece. RFC 6347 4.2.6: "the Finished MAC MUST be computed as
    /// if each handshake message had been sent as a single fragment".
    pub(crate) fn whole(msg_type: HandshakeType, length: u32, message_seq: u16) -> Self {
        HandshakeHeader {
            msg_type,
            length,
            message_seq,
            fragment_offset: 0,
            fragment_length: length,
        }
    }

    /// Parses a header and the octets of its fragment. A fragment that runs past the end of its
    /// message or of its record is malformed.
    pub(crate) fn parse<'a>(reader: &mut Reader<'a>) -> Result<(Self, &'a [u8]), Malformed> {
        let header = HandshakeHeader {
            msg_type: HandshakeType(reader.u8()?),
            length: reader.u24()?,
            message_seq: reader.u16()?,
            fragment_offset: reader.u24()?,
            fragment_length: reader.u24()?,
        };
        // Both are 24 bits: the sum cannot wrap.
        if header.fragment_offset + header.fragment_length > header.length {
            return Err(Malformed);
        }
        let fragment = reader.octets(header.fragment_length as usize)?;
        Ok((header, fragment))
    }

    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u8(self.msg_type.0);
        sink.u24(self.length);
        sink.u16(self.message_seq);
        sink.u24(self.fragment_offset);
        sink.u24(self.fragment_length);
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.fragment_length == self.length
    }

    /// Whether the last octet of the message stands in this fragment.
    pub(crate) fn is_last_piece(&self) -> bool {
        self.fragment_offset + self.fragment_length == self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn octets(length: u32, fragment_offset: u32, fragment_length: u32, body: &[u8]) -> Vec<u8> {
        let header = HandshakeHeader {
            msg_type: HandshakeType::FINISHED,
            length,
            message_seq: 0x0102,
            fragment_offset,
            fragment_length,
        };
        let mut octets = collect(&|sink| header.emit(sink));
        octets.extend_from_slice(body);
        octets
    }

    #[test]
    fn round_trip() {
        let octets = octets(7, 4, 3, &[8, 9, 10]);
        let mut reader = Reader::new(&octets);
        let Ok((header, fragment)) = HandshakeHeader::parse(&mut reader) else {
            panic!("does not parse");
        };
        assert_eq!(
            octets,
            collect(&|sink| {
                header.emit(sink);
                sink.put(fragment);
            })
        );
        assert_eq!(fragment, [8, 9, 10]);
        assert!(header.is_last_piece());
        assert!(!header.is_whole());
        assert!(HandshakeHeader::whole(HandshakeType::FINISHED, 12, 3).is_whole());
    }

    #[test]
    fn fragments_past_the_end_are_malformed() {
        for (length, offset, fragment_length, there) in [
            (7, 5, 3, 3),
            (7, 8, 0, 0),
            (0, 0, 1, 1),
            (0xFF_FFFF, 0xFF_FFFF, 0xFF_FFFF, 0),
            (7, 0, 7, 6),
        ] {
            let octets = octets(length, offset, fragment_length, &[0; 7][..there]);
            assert_eq!(
                HandshakeHeader::parse(&mut Reader::new(&octets)),
                Err(Malformed),
                "{length} {offset} {fragment_length}"
            );
        }
    }

    #[test]
    fn a_short_header_is_malformed() {
        let octets = octets(0, 0, 0, &[]);
        for length in 0..HANDSHAKE_HEADER_LENGTH {
            let mut reader = Reader::new(octets.get(..length).unwrap_or(&[]));
            assert_eq!(HandshakeHeader::parse(&mut reader), Err(Malformed));
        }
    }
}
