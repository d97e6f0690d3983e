//! What protects the records of one association, and the numbers they carry.

use core::ops::Range;

use super::replay_window::ReplayWindow;
use crate::crypto::{NONCE_LENGTH, RecordKey, TAG_LENGTH};
use crate::error::Error;
use crate::key_schedule::DirectionKeys;
use crate::wire::record_header::{
    ContentType, PLAINTEXT_MAX, RECORD_HEADER_LENGTH, RecordHeader, SEQUENCE_MAX,
};
use crate::wire::{Version, Window};

/// Octets of the explicit part of a nonce (RFC 6655 section 3).
pub(crate) const EXPLICIT_NONCE_LENGTH: usize = 8;

/// Where the content of a record of this epoch begins, from the start of the record.
pub(crate) fn content_offset(epoch: u16) -> usize {
    match epoch {
        0 => RECORD_HEADER_LENGTH,
        _ => RECORD_HEADER_LENGTH + EXPLICIT_NONCE_LENGTH,
    }
}

/// How many octets a record of this epoch is longer than its content.
pub(crate) fn overhead(epoch: u16) -> usize {
    match epoch {
        0 => RECORD_HEADER_LENGTH,
        _ => RECORD_HEADER_LENGTH + EXPLICIT_NONCE_LENGTH + TAG_LENGTH,
    }
}

/// Why a protected record was not opened; it is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// Too short or too long, or there is no key for it.
    Malformed,
    /// Received before, or too old to tell.
    Replayed,
    /// The tag does not match.
    Unauthenticated,
}

/// Keys, sequence numbers and replay window of both directions of epoch 1.
#[derive(Default)]
pub(crate) struct Protection {
    /// The next sequence number we send in epoch 1.
    next: u64,
    window: ReplayWindow,
    /// Records that failed authentication.
    forgeries: u32,
    keys: Option<Keys>,
}

struct Keys {
    write: DirectionKeys,
    read: DirectionKeys,
}

impl Protection {
    /// Installs the keys of epoch 1.
    pub(crate) fn install(&mut self, write: DirectionKeys, read: DirectionKeys) {
        self.keys = Some(Keys { write, read });
        // RFC 6347 4.1: "each sequence_number initially being 0 for each epoch".
        self.next = 0;
        self.window = ReplayWindow::default();
        self.forgeries = 0;
    }

    /// Records go on from this number.
    #[cfg(test)]
    pub(crate) fn start_sequence(&mut self, sequence_number: u64) {
        self.next = sequence_number;
    }

    /// Destroys the keys.
    pub(crate) fn wipe(&mut self) {
        self.keys = None;
    }

    /// Records that failed authentication so far.
    pub(crate) fn forgeries(&self) -> u32 {
        self.forgeries
    }

    /// Makes the `length` octets of content that lie at [`content_offset`] of `out` a record of
    /// epoch 1. The sequence number is used up whatever happens to the record: no nonce is ever
    /// used twice (RFC 6655 section 8.2).
    pub(crate) fn seal(
        &mut self,
        out: &mut [u8],
        content_type: ContentType,
        length: usize,
    ) -> Result<Sealed, Error> {
        let keys = self.keys.as_ref().ok_or(Error::State)?;
        let mut header = next_header(&mut self.next, content_type, 1, length)?;
        let (front, rest) = out
            .split_first_chunk_mut::<RECORD_HEADER_LENGTH>()
            .ok_or(Error::Size)?;
        let (nonce, rest) = rest
            .split_first_chunk_mut::<EXPLICIT_NONCE_LENGTH>()
            .ok_or(Error::Size)?;
        let (content, rest) = rest.split_at_mut_checked(length).ok_or(Error::Size)?;
        let tag = rest.first_chunk_mut::<TAG_LENGTH>().ok_or(Error::Size)?;
        *nonce = header.epoch_and_sequence();
        let additional = additional_data(&header);
        *tag = keys
            .write
            .key
            .seal(
                &assemble_nonce(&keys.write.salt, nonce),
                &additional,
                content,
            )
            .map_err(|_| Error::Crypto)?;
        header.length =
            u16::try_from(length + EXPLICIT_NONCE_LENGTH + TAG_LENGTH).map_err(|_| Error::Size)?;
        header.emit(&mut Window::new(0, front));
        Ok(Sealed {
            length: overhead(1) + length,
            header,
        })
    }

    /// Makes a record of epoch 1 that was sealed and not sent its content again, in place. Its
    /// number stays used up.
    pub(crate) fn unseal(&self, out: &mut [u8], sealed: &Sealed) -> Result<(), Error> {
        let keys = &self.keys.as_ref().ok_or(Error::State)?.write;
        let explicit = sealed.header.epoch_and_sequence();
        let (content, tag) = out
            .get_mut(content_offset(1)..sealed.length)
            .and_then(|rest| rest.split_last_chunk_mut::<TAG_LENGTH>())
            .ok_or(Error::Size)?;
        let plain = RecordHeader {
            length: content.len() as u16,
            ..sealed.header
        };
        let nonce = assemble_nonce(&keys.salt, &explicit);
        keys.key
            .open(&nonce, &additional_data(&plain), content, tag)
            .map_err(|_| Error::Crypto)
    }

    /// Opens a record of epoch 1 in place; the range is where its content lies in `fragment`.
    pub(crate) fn open(
        &mut self,
        header: &RecordHeader,
        fragment: &mut [u8],
    ) -> Result<Range<usize>, Rejected> {
        let keys = &self.keys.as_ref().ok_or(Rejected::Malformed)?.read;
        let (explicit, rest) = fragment
            .split_first_chunk_mut::<EXPLICIT_NONCE_LENGTH>()
            .ok_or(Rejected::Malformed)?;
        let (content, tag) = rest
            .split_last_chunk_mut::<TAG_LENGTH>()
            .ok_or(Rejected::Malformed)?;
        if content.len() > PLAINTEXT_MAX {
            return Err(Rejected::Malformed);
        }
        if !self.window.is_new(header.sequence_number) {
            return Err(Rejected::Replayed);
        }
        let plain = RecordHeader {
            length: content.len() as u16,
            ..*header
        };
        let nonce = assemble_nonce(&keys.salt, explicit);
        if keys
            .key
            .open(&nonce, &additional_data(&plain), content, tag)
            .is_err()
        {
            self.forgeries = self.forgeries.saturating_add(1);
            return Err(Rejected::Unauthenticated);
        }
        self.window.note(header.sequence_number);
        Ok(EXPLICIT_NONCE_LENGTH..EXPLICIT_NONCE_LENGTH + content.len())
    }
}

/// Makes the `length` octets of content that lie at [`content_offset`] of `out` a record of epoch 0,
/// without protection. `next` is the sequence number, which it uses up.
pub(crate) fn make_clear(
    next: &mut u64,
    out: &mut [u8],
    content_type: ContentType,
    length: usize,
) -> Result<Sealed, Error> {
    let header = next_header(next, content_type, 0, length)?;
    let front = out
        .first_chunk_mut::<RECORD_HEADER_LENGTH>()
        .ok_or(Error::Size)?;
    header.emit(&mut Window::new(0, front));
    Ok(Sealed {
        length: overhead(0) + length,
        header,
    })
}

/// The header of the next record, `length` being that of its content. RFC 6347 4.1:
/// "implementations MUST either abandon an association or rehandshake prior to allowing the
/// sequence number to wrap."
fn next_header(
    next: &mut u64,
    content_type: ContentType,
    epoch: u16,
    length: usize,
) -> Result<RecordHeader, Error> {
    let sequence_number = *next;
    if sequence_number > SEQUENCE_MAX {
        return Err(Error::SequenceExhausted);
    }
    *next += 1;
    Ok(RecordHeader {
        content_type,
        version: Version::DTLS_1_2,
        epoch,
        sequence_number,
        length: u16::try_from(length).map_err(|_| Error::Size)?,
    })
}

/// A record that has been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Octets with header and tag.
    pub(crate) length: usize,
    pub(crate) header: RecordHeader,
}

/// CCMNonce of RFC 6655 section 3: salt, then the explicit part.
fn assemble_nonce(
    salt: &[u8; NONCE_LENGTH - EXPLICIT_NONCE_LENGTH],
    explicit: &[u8; EXPLICIT_NONCE_LENGTH],
) -> [u8; NONCE_LENGTH] {
    let [a, b, c, d] = *salt;
    let [e, f, g, h, i, j, k, l] = *explicit;
    [a, b, c, d, e, f, g, h, i, j, k, l]
}

/// RFC 5246 6.2.3.3: "additional_data = seq_num + TLSCompressed.type + TLSCompressed.version +
/// TLSCompressed.length", seq_num being epoch and sequence number (RFC 6347 section 4.1.2.1).
/// `header.length` is that of the content.
fn additional_data(header: &RecordHeader) -> [u8; 13] {
    let [a, b, c, d, e, f, g, h] = header.epoch_and_sequence();
    let [version_high, version_low] = header.version.0.to_be_bytes();
    let [length_high, length_low] = header.length.to_be_bytes();
    let content_type = header.content_type.0;
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        content_type,
        version_high,
        version_low,
        length_high,
        length_low,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Aes128Ccm8;
    use crate::record::front;
    extern crate std;
    use std::vec::Vec;

    fn keys(octet: u8) -> DirectionKeys {
        DirectionKeys {
            key: Aes128Ccm8::import(&[octet; 16]),
            salt: [octet; 4],
        }
    }

    fn pair() -> (Protection, Protection) {
        let (mut a, mut b) = (Protection::default(), Protection::default());
        a.install(keys(1), keys(2));
        b.install(keys(2), keys(1));
        (a, b)
    }

    fn seal(protection: &mut Protection, content: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = std::vec![0; content.len() + overhead(1)];
        out[content_offset(1)..][..content.len()].copy_from_slice(content);
        let sent = protection.seal(&mut out, ContentType::APPLICATION_DATA, content.len())?;
        assert_eq!(sent.length, out.len());
        Ok(out)
    }

    fn open(protection: &mut Protection, record: &[u8]) -> Result<Vec<u8>, Rejected> {
        let (header, length) = front(record).ok_or(Rejected::Malformed)?;
        let mut fragment = record[RECORD_HEADER_LENGTH..length].to_vec();
        let range = protection.open(&header, &mut fragment)?;
        Ok(fragment[range].to_vec())
    }

    #[test]
    fn records_go_both_ways_once() {
        let (mut a, mut b) = pair();
        for content in [&b""[..], b"x", &[7; 1000]] {
            let record = seal(&mut a, content).unwrap_or_default();
            assert_eq!(open(&mut b, &record).as_deref(), Ok(content));
            assert_eq!(open(&mut b, &record), Err(Rejected::Replayed));
            let record = seal(&mut b, content).unwrap_or_default();
            assert_eq!(open(&mut a, &record).as_deref(), Ok(content));
        }
        assert_eq!((a.forgeries(), b.forgeries()), (0, 0));
    }

    /// RFC 7925 appendix B: the explicit nonce is epoch and sequence number.
    #[test]
    fn the_explicit_nonce_is_epoch_and_sequence_number() {
        let (mut a, _) = pair();
        let _ = seal(&mut a, b"0");
        let record = seal(&mut a, b"1").unwrap_or_default();
        assert_eq!(record[3..11], record[13..21]);
        assert_eq!(record[13..21], [0, 1, 0, 0, 0, 0, 0, 1]);
    }

    /// Bug classes 20 and 23: any bit that is altered is noticed, and moves nothing.
    #[test]
    fn altered_records_are_rejected_and_move_nothing() {
        let (mut a, mut b) = pair();
        let record = seal(&mut a, b"content").unwrap_or_default();
        for bit in 0..record.len() * 8 {
            let mut altered = record.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            // The length tells where the record ends; a shorter or longer one is cut elsewhere.
            if !(11..13).contains(&(bit / 8)) {
                assert_eq!(
                    open(&mut b, &altered),
                    Err(Rejected::Unauthenticated),
                    "{bit}"
                );
            }
        }
        assert_eq!(b.forgeries() as usize, (record.len() - 2) * 8);
        assert!(open(&mut b, &record).is_ok());
    }

    #[test]
    fn short_records_are_malformed_and_are_no_forgeries() {
        let (_, mut b) = pair();
        for length in 0..16_u8 {
            let mut record = std::vec![23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 9, 0, length];
            record.resize(13 + usize::from(length), 0);
            assert_eq!(open(&mut b, &record), Err(Rejected::Malformed));
        }
        assert_eq!(b.forgeries(), 0);
        assert_eq!(
            open(&mut Protection::default(), &[23; 40]),
            Err(Rejected::Malformed)
        );
    }

    /// Bug class 21.
    #[test]
    fn sequence_numbers_never_wrap() {
        let (mut a, _) = pair();
        a.start_sequence(SEQUENCE_MAX);
        assert!(seal(&mut a, b"last").is_ok());
        assert_eq!(seal(&mut a, b"one more"), Err(Error::SequenceExhausted));
        let (mut next, mut out) = (SEQUENCE_MAX, [0; 20]);
        assert!(make_clear(&mut next, &mut out, ContentType::ALERT, 2).is_ok());
        let result = make_clear(&mut next, &mut out, ContentType::ALERT, 2);
        assert_eq!(result, Err(Error::SequenceExhausted));
    }

    #[test]
    fn clear_records_count_their_own_numbers() {
        let (mut next, mut out) = (7, [9; 15]);
        let sealed = make_clear(&mut next, &mut out, ContentType::ALERT, 2).unwrap();
        assert_eq!((sealed.length, next), (15, 8));
        assert_eq!(out, [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 7, 0, 2, 9, 9]);
    }

    #[test]
    fn nothing_is_sealed_without_a_key_or_without_room() {
        assert_eq!(seal(&mut Protection::default(), b"x"), Err(Error::State));
        let (mut a, _) = pair();
        let mut out = [0; 40];
        let result = a.seal(&mut out, ContentType::ALERT, 12);
        assert_eq!(result, Err(Error::Size));
        assert!(a.seal(&mut out, ContentType::ALERT, 11).is_ok());
    }
}
