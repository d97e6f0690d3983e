//! Client: the session of a connection, to be resumed later.

use super::{Connection, Phase};
use crate::config::Role;
use crate::credential::peer::PeerKind;
#[cfg(feature = "public-key")]
use crate::credential::public_key;
use crate::crypto::Digest;
use crate::error::Error;
use crate::handshake::Context;
use crate::session::{SESSION_LIFETIME_MS, SESSION_MAX, Session, binding, name_digest};
use crate::suite::Suite;

/// Whether these octets are a session that this client can offer here.
///
/// # Errors
/// [`Error::Session`] when they are altered, too old, or of another server or identity.
pub(crate) fn check_session(
    context: &mut Context<'_>,
    octets: &[u8],
    age_s: u32,
) -> Result<(), Error> {
    let session = Session::parse(octets).map_err(|_| Error::Session)?;
    let fits = session.role == Role::Client
        && age_s < SESSION_LIFETIME_MS / 1000
        && session.asked_fragment_length == context.config.max_fragment_length
        && own_binding(session.suite, context) == Some(session.binding)
        && is_accepted(&session, context);
    if fits { Ok(()) } else { Err(Error::Session) }
}

/// What binds a session of that suite: the server's name and our settings. `None` without the
/// credential for it.
fn own_binding(suite: Suite, context: &Context<'_>) -> Option<Digest> {
    let name = name_digest(context.server_name);
    match suite {
        #[cfg(feature = "psk")]
        Suite::PskWithAes128Ccm8 => context.psk.map(|psk| binding(&name, psk.key)),
        #[cfg(feature = "public-key")]
        Suite::EcdheEcdsaWithAes128Ccm8 => {
            Some(binding(&name, &public_key::settings_digest(context.config)))
        }
    }
}

/// Whether the session's identity is ours, or its server still one that we accept.
fn is_accepted(session: &Session<'_>, context: &mut Context<'_>) -> bool {
    match session.suite {
        #[cfg(feature = "psk")]
        Suite::PskWithAes128Ccm8 => {
            let psk = context.psk;
            psk.is_some_and(|psk| psk.identity == session.identity)
        }
        #[cfg(feature = "public-key")]
        Suite::EcdheEcdsaWithAes128Ccm8 => public_key::is_still_accepted(
            session.peer,
            session.identity,
            session.not_after,
            context.config,
            0,
            context.host,
        ),
    }
}

impl Connection {
    /// Writes the session of a client's connection; how many octets it has.
    ///
    /// # Errors
    /// [`Error::State`] when there is none that can be resumed.
    pub(crate) fn export_session(
        &self,
        context: &Context<'_>,
        out: &mut [u8; SESSION_MAX],
    ) -> Result<usize, Error> {
        let association = &self.association;
        let id = association.names.session_id();
        let is_resumable = self.phase == Phase::Connected
            && context.config.role() == Role::Client
            && association.negotiated.extended_master_secret
            && !id.is_empty();
        let (Some(master_secret), Some(suite), true) = (
            &association.master_secret,
            association.negotiated.suite,
            is_resumable,
        ) else {
            return Err(Error::State);
        };
        let names = &association.names;
        let identity = match context.psk {
            Some(psk) if names.kind() == PeerKind::Psk => psk.identity,
            _ => names.identity(),
        };
        Session {
            role: Role::Client,
            suite,
            max_fragment_length: association.negotiated.max_fragment_length,
            asked_fragment_length: context.config.max_fragment_length,
            id,
            master_secret: master_secret.as_octets(),
            binding: own_binding(suite, context).ok_or(Error::State)?,
            peer: names.kind(),
            identity,
            not_after: association.not_after(),
            made_ms: 0,
        }
        .write(out)
    }
}
