//! HeartbeatMessage (RFC 6520 section 4).

use super::{Reader, Sink};
use crate::error::Malformed;

/// Octets before the payload.
pub(crate) const HEARTBEAT_HEADER_LENGTH: usize = 3;

/// "The padding_length MUST be at least 16."
pub(crate) const PADDING_MIN: usize = 16;

/// `enum { heartbeat_request(1), heartbeat_response(2), (255) } HeartbeatMessageType`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum HeartbeatMessageType {
    Request = 1,
    Response = 2,
}

/// A message without its padding, which the receiver ignores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeartbeatMessage<'a> {
    pub(crate) message_type: HeartbeatMessageType,
    pub(crate) payload: &'a [u8],
}

impl<'a> HeartbeatMessage<'a> {
    /// `content` is that of the record: its end is the message's, whatever payload_length says.
    /// "If the payload_length of a received HeartbeatMessage is too large, the received
    /// HeartbeatMessage MUST be discarded silently": it has to leave room for the padding.
    pub(crate) fn parse(content: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(content);
        let message_type = match reader.u8()? {
            1 => HeartbeatMessageType::Request,
            2 => HeartbeatMessageType::Response,
            _ => return Err(Malformed),
        };
        let payload = reader.vector16()?;
        reader.octets(PADDING_MIN)?;
        Ok(HeartbeatMessage {
            message_type,
            payload,
        })
    }
}

/// Emits what stands before the payload, which has so many octets.
pub(crate) fn emit_header(
    message_type: HeartbeatMessageType,
    payload_length: u16,
    sink: &mut dyn Sink,
) {
    sink.u8(message_type as u8);
    sink.u16(payload_length);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;
    extern crate std;
    use std::vec::Vec;

    fn message(message_type: HeartbeatMessageType, payload: &[u8], padding: usize) -> Vec<u8> {
        collect(&|sink| {
            emit_header(message_type, payload.len() as u16, sink);
            sink.put(payload);
            sink.put(&std::vec![0xA5; padding]);
        })
    }

    #[test]
    fn round_trip() {
        for message_type in [
            HeartbeatMessageType::Request,
            HeartbeatMessageType::Response,
        ] {
            for payload in [&b""[..], b"p", &[7; 300]] {
                for padding in [16, 17, 1000] {
                    let octets = message(message_type, payload, padding);
                    let expected = HeartbeatMessage {
                        message_type,
                        payload,
                    };
                    assert_eq!(HeartbeatMessage::parse(&octets), Ok(expected));
                }
            }
        }
        let octets = message(HeartbeatMessageType::Request, b"ab", 16);
        assert_eq!(octets[..5], [1, 0, 2, b'a', b'b']);
        assert_eq!(octets.len(), HEARTBEAT_HEADER_LENGTH + 2 + PADDING_MIN);
    }

    /// RFC 6520 section 4, and what became of a stack that did not look (CVE-2014-0160): no octet
    /// outside the record is ever part of the payload, and none of the padding.
    #[test]
    fn a_payload_length_beyond_the_message_is_malformed() {
        let honest = message(HeartbeatMessageType::Request, &[7; 20], 16);
        for length in 0..honest.len() {
            let cut = &honest[..length];
            assert_eq!(HeartbeatMessage::parse(cut), Err(Malformed), "{length}");
        }
        for payload_length in 0..=u16::MAX {
            let mut octets = honest.clone();
            octets[1..3].copy_from_slice(&payload_length.to_be_bytes());
            let parsed = HeartbeatMessage::parse(&octets);
            match parsed {
                Ok(parsed) => assert_eq!(parsed.payload.len(), usize::from(payload_length)),
                Err(Malformed) => assert!(payload_length > 20),
            }
        }
    }

    #[test]
    fn other_types_are_malformed() {
        for message_type in [0, 3, 255] {
            let mut octets = message(HeartbeatMessageType::Request, b"p", 16);
            octets[0] = message_type;
            assert_eq!(HeartbeatMessage::parse(&octets), Err(Malformed));
        }
    }
}
