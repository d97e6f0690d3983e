//! The keys are there: ChangeCipherSpec comes, then Finished.

use crate::crypto::TAG_LENGTH;
use crate::error::Error;
use crate::handshake::{Message, Parts, VerifiedFinished, finished};
use crate::key_schedule::Sender;
use crate::wire::finished::VERIFY_DATA_LENGTH;
use crate::wire::handshake_header::HANDSHAKE_HEADER_LENGTH;

/// What a record with a Finished carries: explicit nonce, message, tag.
const FINISHED_RECORD_LENGTH: usize = 8 + HANDSHAKE_HEADER_LENGTH + VERIFY_DATA_LENGTH + TAG_LENGTH;

/// How many of them must fail before the client is told that its key is wrong. The first may have
/// been altered on the way; the client sends it again.
const FAILURES_MAX: u8 = 2;

/// State 3.
#[derive(Clone, Copy)]
pub(super) struct AwaitChangeCipherSpec {
    /// The number of our Finished, which answers the client's; `None` when we resume: it is out.
    finished_seq: Option<u16>,
}

impl AwaitChangeCipherSpec {
    pub(super) fn after_key_exchange(finished_seq: u16) -> Self {
        AwaitChangeCipherSpec {
            finished_seq: Some(finished_seq),
        }
    }

    /// Our ServerHello, ChangeCipherSpec and Finished go out.
    pub(super) fn resuming() -> Self {
        AwaitChangeCipherSpec { finished_seq: None }
    }

    pub(super) fn write_epoch(self) -> u16 {
        write_epoch(self.finished_seq)
    }

    pub(super) fn change_cipher_spec(self) -> AwaitFinished {
        AwaitFinished {
            finished_seq: self.finished_seq,
            failures: 0,
        }
    }
}

/// State 4.
#[derive(Clone, Copy)]
pub(super) struct AwaitFinished {
    finished_seq: Option<u16>,
    failures: u8,
}

/// Whether our ChangeCipherSpec is out.
fn write_epoch(finished_seq: Option<u16>) -> u16 {
    match finished_seq {
        Some(_) => 0,
        None => 1,
    }
}

impl AwaitFinished {
    pub(super) fn write_epoch(self) -> u16 {
        write_epoch(self.finished_seq)
    }

    /// Checks the client's Finished and makes ours.
    pub(super) fn finished(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<VerifiedFinished, Error> {
        let verified = finished::verify(parts.common, Sender::Client, message)?;
        if let Some(finished_seq) = self.finished_seq {
            parts.association.own_finished =
                finished::make_own(parts.common, Sender::Server, finished_seq)?;
        }
        Ok(verified)
    }

    /// A client with a wrong key shows in DTLS only as a Finished that fails authentication, and
    /// such records are dropped in silence. Requirement 6-4 wants decrypt_error all the same: the
    /// second record of the Finished's size that fails says so. The one exception to silence.
    pub(super) fn record_failed(&mut self, length: usize) -> Result<(), Error> {
        if length == FINISHED_RECORD_LENGTH {
            self.failures = self.failures.saturating_add(1);
        }
        if self.failures >= FAILURES_MAX {
            return Err(Error::Decrypt);
        }
        Ok(())
    }
}
