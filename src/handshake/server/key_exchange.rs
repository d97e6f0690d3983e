//! ServerHelloDone is out: ClientKeyExchange comes, and its identity's key is looked up.

use super::Identity;
use super::finished::AwaitChangeCipherSpec;
use crate::credential::psk;
use crate::error::Error;
use crate::flight::add_message;
use crate::handshake::{Message, Parts, keys};
use crate::key_schedule::psk_premaster;
use crate::session::binding;
use crate::wire::client_key_exchange::parse_psk_identity;
use crate::wire::handshake_header::HandshakeType;

/// State 2.
#[derive(Clone, Copy)]
pub(super) struct AwaitClientKeyExchange {
    /// The number of the next message we send, our Finished.
    finished_seq: u16,
}

impl AwaitClientKeyExchange {
    pub(super) fn new(finished_seq: u16) -> Self {
        AwaitClientKeyExchange { finished_seq }
    }

    pub(super) fn client_key_exchange(
        self,
        identity: &mut Identity,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitPsk, Error> {
        if message.msg_type != HandshakeType::CLIENT_KEY_EXCHANGE {
            return Err(Error::UnexpectedMessage);
        }
        let given = parse_psk_identity(message.body)?;
        identity.set(given);
        parts.association.names.set_identity(given);
        add_message(
            &mut parts.common.transcript,
            message.msg_type,
            message.message_seq,
            message.body,
        );
        Ok(AwaitPsk {
            finished_seq: self.finished_seq,
        })
    }
}

/// State 2, while the application looks for the key.
#[derive(Clone, Copy)]
pub(super) struct AwaitPsk {
    finished_seq: u16,
}

impl AwaitPsk {
    /// Derives the keys, from the key of the identity or from one that nobody knows (requirement
    /// 6-4): the way and the work are the same. `None` while the look-up is pending.
    pub(super) fn find_key(
        self,
        identity: &Identity,
        parts: &mut Parts<'_, '_>,
    ) -> Result<Option<AwaitChangeCipherSpec>, Error> {
        let configured = parts.context.psk;
        let found = psk::find(identity.octets(), configured, parts.context.host)?;
        let Some(key) = found else {
            return Ok(None);
        };
        let premaster = psk_premaster(key.octets()).ok_or(Error::Callback)?;
        keys::establish(parts, &premaster);
        parts.common.binding = binding(&parts.common.server_name, key.octets());
        Ok(Some(AwaitChangeCipherSpec::after_key_exchange(
            self.finished_seq,
            key.is_known,
        )))
    }
}
