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
    finished_seq: u16,
    is_known: bool,
}

impl AwaitChangeCipherSpec {
    /// `is_known` says whether the keys come from the key of the client's identity.
    pub(super) fn new(finished_seq: u16, is_known: bool) -> Self {
        AwaitChangeCipherSpec {
            finished_seq,
            is_known,
        }
    }

    pub(super) fn change_cipher_spec(self) -> AwaitFinished {
        AwaitFinished {
            finished_seq: self.finished_seq,
            is_known: self.is_known,
            failures: 0,
        }
    }
}

/// State 4.
#[derive(Clone, Copy)]
pub(super) struct AwaitFinished {
    finished_seq: u16,
    is_known: bool,
    failures: u8,
}

impl AwaitFinished {
    /// Checks the client's Finished and makes ours.
    pub(super) fn finished(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<VerifiedFinished, Error> {
        let verified = finished::verify(parts.common, Sender::Client, message)?;
        // Nobody can come here without a key; if somebody does, it is not on account of one.
        if !self.is_known {
            return Err(Error::Decrypt);
        }
        parts.association.own_finished =
            finished::make_own(parts.common, Sender::Server, self.finished_seq)?;
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
