//! ServerHelloDone is out, with a pre-shared key: ClientKeyExchange comes, and its identity's key is
//! looked up.

use super::finished::{AwaitChangeCipherSpec, Secret};
use super::{Kept, add_flight};
use crate::credential::peer::PeerKind;
use crate::credential::psk;
use crate::error::Error;
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
    /// ServerHello, which has this number, and ServerHelloDone go out.
    pub(super) fn begin(parts: &mut Parts<'_, '_>, seq: u16) -> Self {
        AwaitClientKeyExchange {
            finished_seq: add_flight(parts, seq),
        }
    }

    pub(super) fn client_key_exchange(
        self,
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitPsk, Error> {
        message.expect(HandshakeType::CLIENT_KEY_EXCHANGE)?;
        let given = parse_psk_identity(message.body)?;
        kept.identity.set(PeerKind::Psk, given);
        let names = &mut parts.association.names;
        names.set_identity(PeerKind::Psk, given);
        parts.add_peer(message);
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
        kept: &mut Kept,
        parts: &mut Parts<'_, '_>,
    ) -> Result<Option<AwaitChangeCipherSpec>, Error> {
        let configured = parts.context.psk_of(parts.association.negotiated.number());
        let found = psk::find(kept.identity.octets(), configured, parts.context.host)?;
        let Some(key) = found else {
            return Ok(None);
        };
        keys::establish(parts, || psk_premaster(key.octets()))?;
        kept.binding = binding(&kept.server_name, key.octets());
        let secret = match key.is_known {
            true => Secret::Known,
            false => Secret::Unknown,
        };
        let next = AwaitChangeCipherSpec::after_key_exchange(self.finished_seq, secret);
        Ok(Some(next))
    }
}
