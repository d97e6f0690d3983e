//! The header of a record (RFC 6347 section 4.1).

use super::{Reader, Sink, Version};
use crate::error::Malformed;

/// Octets of a record header.
pub(crate) const RECORD_HEADER_LENGTH: usize = 13;

/// The greatest sequence number: 48 bits.
pub(crate) const SEQUENCE_MAX: u64 = (1 << 48) - 1;

/// The most octets of plaintext in a record (RFC 5246 section 6.2.1).
pub(crate) const PLAINTEXT_MAX: usize = 1 << 14;

/// ContentType. Any octet can stand there; what we do not know is dropped by its record alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentType(pub(crate) u8);

impl ContentType {
    pub(crate) const CHANGE_CIPHER_SPEC: ContentType = ContentType(20);
    pub(crate) const ALERT: ContentType = ContentType(21);
    pub(crate) const HANDSHAKE: ContentType = ContentType(22);
    pub(crate) const APPLICATION_DATA: ContentType = ContentType(23);
    /// RFC 6520 section 6.
    #[cfg(feature = "heartbeat")]
    pub(crate) const HEARTBEAT: ContentType = ContentType(24);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub(crate) content_type: ContentType,
    pub(crate) version: Version,
    pub(crate) epoch: u16,
    /// 48 bits.
    pub(crate) sequence_number: u64,
    /// Octets of the fragment that follows.
    pub(crate) length: u16,
}

impl RecordHeader {
    pub(crate) fn parse(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let content_type = ContentType(reader.u8()?);
        let version = Version(reader.u16()?);
        let epoch = reader.u16()?;
        let [a, b, c, d, e, f] = *reader.array()?;
        let sequence_number = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let length = reader.u16()?;
        Ok(RecordHeader {
            content_type,
            version,
            epoch,
            sequence_number,
            length,
        })
    }

    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u8(self.content_type.0);
        sink.u16(self.version.0);
        sink.put(&self.epoch_and_sequence());
        sink.u16(self.length);
    }

    /// RFC 6347 4.1.2.1: "the 64-bit value formed by concatenating the epoch and the sequence
    /// number in the order they appear on the wire".
    pub(crate) fn epoch_and_sequence(&self) -> [u8; 8] {
        (u64::from(self.epoch) << 48 | self.sequence_number & SEQUENCE_MAX).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    const HEADER: RecordHeader = RecordHeader {
        content_type: ContentType::HANDSHAKE,
        version: Version::DTLS_1_2,
        epoch: 1,
        sequence_number: 0x0203_0405_0607,
        length: 0x0809,
    };

    #[test]
    fn round_trip() {
        let octets = collect(&|sink| HEADER.emit(sink));
        assert_eq!(octets, [22, 0xFE, 0xFD, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut reader = Reader::new(&octets);
        assert_eq!(RecordHeader::parse(&mut reader), Ok(HEADER));
        assert!(reader.is_empty());
        assert_eq!(HEADER.epoch_and_sequence(), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_short_header_is_malformed() {
        let octets = collect(&|sink| HEADER.emit(sink));
        for length in 0..RECORD_HEADER_LENGTH {
            let mut reader = Reader::new(octets.get(..length).unwrap_or(&[]));
            assert_eq!(RecordHeader::parse(&mut reader), Err(Malformed));
        }
    }
}
