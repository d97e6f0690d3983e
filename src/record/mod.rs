//! Floor 6: the record layer (RFC 6347 section 4.1): what stands in a datagram, and the protection
//! of one association in both directions. Records are sealed and opened in place.

mod protection;
mod replay_window;
mod trace;

pub(crate) use protection::{
    EXPLICIT_NONCE_LENGTH, Protection, Rejected, content_offset, make_clear, overhead,
};
pub(crate) use trace::trace;

use crate::wire::record_header::{ContentType, RECORD_HEADER_LENGTH, RecordHeader};
use crate::wire::{Reader, Version};

/// The record at the front of `datagram`: its header and its length with the header. `None` when
/// what is there cannot be one: without a length there is no way to the next record either.
pub(crate) fn front(datagram: &[u8]) -> Option<(RecordHeader, usize)> {
    let header = RecordHeader::parse(&mut Reader::new(datagram)).ok()?;
    let length = RECORD_HEADER_LENGTH + usize::from(header.length);
    (length <= datagram.len()).then_some((header, length))
}

/// Whether the version of a record is one that its epoch can have. In epoch 0 a peer may not know
/// yet what is spoken, and HelloVerifyRequest is sent as DTLS 1.0 (RFC 6347 section 4.2.1).
pub(crate) fn version_is_legal(header: &RecordHeader) -> bool {
    header.version == Version::DTLS_1_2 || header.epoch == 0 && header.version == Version::DTLS_1_0
}

/// Whether we know what such a record carries.
pub(crate) fn type_is_known(content_type: ContentType) -> bool {
    matches!(
        content_type,
        ContentType::CHANGE_CIPHER_SPEC
            | ContentType::ALERT
            | ContentType::HANDSHAKE
            | ContentType::APPLICATION_DATA
    )
}

/// Whether a record can be a heartbeat. Only who has negotiated them knows what it carries.
pub(crate) fn may_be_heartbeat(header: &RecordHeader) -> bool {
    #[cfg(feature = "heartbeat")]
    return header.content_type == ContentType::HEARTBEAT && header.epoch == 1;
    #[cfg(not(feature = "heartbeat"))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug class 23: a datagram is cut by its records' own lengths and by nothing else.
    #[test]
    fn the_front_record_is_cut_out() {
        let record = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 8, 9, 77];
        let Some((header, length)) = front(&record) else {
            panic!("is a record");
        };
        assert_eq!((header.sequence_number, length), (5, 15));
        assert!(front(record.get(..14).unwrap_or(&[])).is_none());
        assert!(front(record.get(..12).unwrap_or(&[])).is_none());
        assert!(front(&[]).is_none());
    }

    #[test]
    fn versions_by_epoch() {
        let header = |version, epoch| RecordHeader {
            content_type: ContentType::HANDSHAKE,
            version: Version(version),
            epoch,
            sequence_number: 0,
            length: 0,
        };
        for (version, epoch, legal) in [
            (0xFEFD, 0, true),
            (0xFEFD, 1, true),
            (0xFEFF, 0, true),
            (0xFEFF, 1, false),
            (0x0303, 0, false),
            (0xFEFC, 1, false),
        ] {
            assert_eq!(version_is_legal(&header(version, epoch)), legal);
        }
    }
}
