//! Both Finished messages (RFC 5246 section 7.4.9).

use subtle::ConstantTimeEq;

use super::{Common, Message};
use crate::association::OwnFinished;
use crate::error::Error;
use crate::flight::add_message;
use crate::key_schedule::{Sender, verify_data};
use crate::wire::finished;
use crate::wire::handshake_header::HandshakeType;

/// The peer's Finished was right: only [`verify`] makes one, and nothing becomes connected
/// without one.
pub(crate) struct VerifiedFinished(());

/// Checks the peer's Finished. RFC 5246 7.4.9: "Recipients of Finished messages MUST verify that
/// the contents are correct."
#[inline(never)]
pub(crate) fn verify(
    common: &mut Common,
    sender: Sender,
    message: Message<'_>,
) -> Result<VerifiedFinished, Error> {
    if message.msg_type != HandshakeType::FINISHED || !common.is_reading_epoch_1 {
        return Err(Error::UnexpectedMessage);
    }
    let received = finished::parse(message.body)?;
    let keyed = common.keyed_master.as_ref().ok_or(Error::State)?;
    let expected = verify_data(keyed, sender, &common.transcript.digest());
    if !bool::from(expected.ct_eq(received)) {
        return Err(Error::Decrypt);
    }
    add_message(
        &mut common.transcript,
        message.msg_type,
        message.message_seq,
        message.body,
    );
    Ok(VerifiedFinished(()))
}

/// Makes our Finished over the transcript as it stands, and adds it.
pub(crate) fn make_own(
    common: &mut Common,
    sender: Sender,
    message_seq: u16,
) -> Result<OwnFinished, Error> {
    let keyed = common.keyed_master.as_ref().ok_or(Error::State)?;
    let verify_data = verify_data(keyed, sender, &common.transcript.digest());
    add_message(
        &mut common.transcript,
        HandshakeType::FINISHED,
        message_seq,
        &verify_data,
    );
    Ok(OwnFinished {
        verify_data,
        message_seq,
    })
}
