//! Our flight is out: ChangeCipherSpec comes, then Finished.

use crate::error::Error;
use crate::handshake::{Message, Parts, VerifiedFinished, finished};
use crate::key_schedule::Sender;

/// State 5: our own keys are installed, ClientKeyExchange is out. Bug class 10: there is no other
/// way to a server's ChangeCipherSpec.
#[derive(Clone, Copy)]
pub(super) struct AwaitChangeCipherSpec(());

impl AwaitChangeCipherSpec {
    pub(super) fn new() -> Self {
        AwaitChangeCipherSpec(())
    }

    pub(super) fn change_cipher_spec(self) -> AwaitFinished {
        AwaitFinished(())
    }
}

/// State 6.
#[derive(Clone, Copy)]
pub(super) struct AwaitFinished(());

impl AwaitFinished {
    pub(super) fn finished(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<VerifiedFinished, Error> {
        finished::verify(parts.common, Sender::Server, message)
    }
}
