//! The keys are there: ChangeCipherSpec comes, then Finished.

use crate::crypto::TAG_LENGTH;
use crate::error::Error;
use crate::handshake::{Message, Parts, VerifiedFinished, finished};
use crate::key_schedule::Sender;
use crate::record::EXPLICIT_NONCE_LENGTH;
use crate::wire::finished::VERIFY_DATA_LENGTH;
use crate::wire::handshake_header::HANDSHAKE_HEADER_LENGTH;

/// What a record with a Finished carries: explicit nonce, message, tag.
const FINISHED_RECORD_LENGTH: usize =
    EXPLICIT_NONCE_LENGTH + HANDSHAKE_HEADER_LENGTH + VERIFY_DATA_LENGTH + TAG_LENGTH;

/// How many of them must fail before the client is told that its key is wrong. The first may have
/// been altered on the way; the client sends it again.
const FAILURES_MAX: u8 = 2;

/// What the keys come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// The pre-shared key of the client's identity.
    Known,
    /// One that nobody knows, since the identity is nobody's.
    Unknown,
    /// An ephemeral exchange.
    Agreed,
}

/// Our Finished, when the client's comes.
#[derive(Clone, Copy)]
enum Ours {
    /// It answers the client's, under this number.
    ToCome { message_seq: u16, secret: Secret },
    /// We resume: it is out already.
    Out,
}

impl Ours {
    /// The epoch that we write in: our ChangeCipherSpec goes in front of our Finished.
    fn write_epoch(self) -> u16 {
        match self {
            Ours::ToCome { .. } => 0,
            Ours::Out => 1,
        }
    }
}

/// State 3.
#[derive(Clone, Copy)]
pub(super) struct AwaitChangeCipherSpec {
    ours: Ours,
}

impl AwaitChangeCipherSpec {
    /// Our Finished will have this number.
    pub(super) fn after_key_exchange(message_seq: u16, secret: Secret) -> Self {
        AwaitChangeCipherSpec {
            ours: Ours::ToCome {
                message_seq,
                secret,
            },
        }
    }

    /// Our ServerHello, ChangeCipherSpec and Finished go out.
    pub(super) fn resuming() -> Self {
        AwaitChangeCipherSpec { ours: Ours::Out }
    }

    pub(super) fn write_epoch(self) -> u16 {
        self.ours.write_epoch()
    }

    pub(super) fn change_cipher_spec(self) -> AwaitFinished {
        AwaitFinished {
            ours: self.ours,
            failures: 0,
        }
    }
}

/// State 4.
#[derive(Clone, Copy)]
pub(super) struct AwaitFinished {
    ours: Ours,
    failures: u8,
}

impl AwaitFinished {
    pub(super) fn write_epoch(self) -> u16 {
        self.ours.write_epoch()
    }

    /// Checks the client's Finished and makes ours.
    #[inline(never)]
    pub(super) fn finished(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<VerifiedFinished, Error> {
        let verified = finished::verify(parts.common, Sender::Client, message)?;
        match self.ours {
            Ours::Out => {}
            // Nobody can come here without a key; if somebody does, it is not on account of one.
            Ours::ToCome {
                secret: Secret::Unknown,
                ..
            } => return Err(Error::Decrypt),
            Ours::ToCome { message_seq, .. } => {
                parts.association.own_finished =
                    finished::make_own(parts.common, Sender::Server, message_seq)?;
            }
        }
        Ok(verified)
    }

    /// A client with a wrong key shows in DTLS only as a Finished that fails authentication, and
    /// such records are dropped in silence. Requirement 6-4 wants decrypt_error all the same: the
    /// second record of the Finished's size that fails says so. The one exception to silence.
    /// Without a pre-shared key there is no wrong one, and silence is the rule.
    ///
    /// Whether it counted: of each datagram only one does, or a single spoofed one would end the
    /// handshake.
    pub(super) fn record_failed(&mut self, length: usize) -> Result<bool, Error> {
        let is_agreed = matches!(
            self.ours,
            Ours::ToCome {
                secret: Secret::Agreed,
                ..
            }
        );
        if is_agreed || length != FINISHED_RECORD_LENGTH {
            return Ok(false);
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES_MAX {
            return Err(Error::Decrypt);
        }
        Ok(true)
    }
}
