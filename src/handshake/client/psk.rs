//! ServerHello is in, with a pre-shared key: ServerKeyExchange may come, then ServerHelloDone.

use super::finished::AwaitChangeCipherSpec;
use super::{Client, add_own, finish};
use crate::credential::peer::PeerKind;
use crate::error::Error;
use crate::handshake::{Message, Parts, keys};
use crate::key_schedule::psk_premaster;
use crate::wire::Reader;
use crate::wire::handshake_header::HandshakeType;
use crate::wire::server_key_exchange;

/// State 3.
#[derive(Clone, Copy)]
pub(super) struct AwaitServerFlight {
    has_key_exchange: bool,
}

impl AwaitServerFlight {
    pub(super) fn new() -> Self {
        AwaitServerFlight {
            has_key_exchange: false,
        }
    }

    /// Anything but ServerHelloDone: with PSK only a ServerKeyExchange, and only one. RFC 4279
    /// section 2: "The Certificate and CertificateRequest payloads are omitted from the response."
    pub(super) fn server_key_exchange(
        self,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<Self, Error> {
        if message.msg_type != HandshakeType::SERVER_KEY_EXCHANGE || self.has_key_exchange {
            return Err(Error::UnexpectedMessage);
        }
        // Requirement 5.1-6: the hint is ignored.
        server_key_exchange::parse_psk_identity_hint(message.body)?;
        parts.add_peer(message);
        Ok(AwaitServerFlight {
            has_key_exchange: true,
        })
    }

    /// The server's flight is complete: derives the keys and makes our flight.
    #[inline(never)]
    pub(super) fn server_hello_done(
        self,
        client: &Client,
        parts: &mut Parts<'_, '_>,
        message: Message<'_>,
    ) -> Result<AwaitChangeCipherSpec, Error> {
        Reader::new(message.body).finish()?;
        parts.add_peer(message);
        let psk = parts.context.psk.ok_or(Error::NoCredential)?;
        let key_exchange_seq = client.hello_seq.wrapping_add(1);
        add_own(
            client,
            parts,
            HandshakeType::CLIENT_KEY_EXCHANGE,
            key_exchange_seq,
        );
        keys::establish(parts, || psk_premaster(psk.key))?;
        let names = &mut parts.association.names;
        names.set_identity(PeerKind::Psk, psk.identity);
        finish(parts, key_exchange_seq.wrapping_add(1))
    }
}
