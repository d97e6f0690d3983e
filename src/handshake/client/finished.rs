//! The keys are there: ChangeCipherSpec comes, then Finished.

use crate::error::Error;
use crate::handshake::{Message, Parts, VerifiedFinished, finished};
use crate::key_schedule::Sender;

/// State 5: our keys are installed. Bug class 10: there is no other way to a server's
/// ChangeCipherSpec than through our own ClientKeyExchange, or a session that both ends had.
#[derive(Clone, Copy)]
pub(super) struct AwaitChangeCipherSpec {
    /// When a session is resumed: the number of our Finished, which goes out last.
    resuming: Option<u16>,
}

impl AwaitChangeCipherSpec {
    /// Our ClientKeyExchange, ChangeCipherSpec and Finished go out.
    pub(super) fn after_key_exchange() -> Self {
        AwaitChangeCipherSpec { resuming: None }
    }

    /// The server resumes; our Finished will have this number.
    pub(super) fn resuming(finished_seq: u16) -> Self {
        AwaitChangeCipherSpec {
            resuming: Some(finished_seq),
        }
    }

    pub(super) fn write_epoch(self) -> u16 {
        write_epoch(self.resuming)
    }

    pub(super) fn change_cipher_spec(self) -> AwaitFinished {
        AwaitFinished {
            resuming: self.resuming,
        }
    }
}

/// State 6.
#[derive(Clone, Copy)]
pub(super) struct AwaitFinished {
    resuming: Option<u16>,
}

impl AwaitFinished {
    pub(super) fn write_epoch(self) -> u16 {
        write_epoch(self.resuming)
    }

    pub(super) fn finished(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<VerifiedFinished, Error> {
        let verified = finished::verify(parts.common, Sender::Server, message)?;
        if let Some(finished_seq) = self.resuming {
            parts.association.own_finished =
                finished::make_own(parts.common, Sender::Client, finished_seq)?;
        }
        Ok(verified)
    }
}

/// As long as our ClientHello is our last flight we write in epoch 0.
fn write_epoch(resuming: Option<u16>) -> u16 {
    match resuming {
        Some(_) => 0,
        None => 1,
    }
}
