//! Client: the session of a connection, to be resumed later.

use super::{Connection, Phase};
use crate::config::Role;
use crate::credential::Psk;
use crate::crypto::Digest;
use crate::error::Error;
use crate::handshake::Context;
use crate::session::{SESSION_LIFETIME_MS, SESSION_MAX, Session, binding, name_digest};

/// Whether these octets are a session that this client can offer here.
///
/// # Errors
/// [`Error::Session`] when they are altered, too old, or of another server or identity.
pub(crate) fn check_session(context: &Context<'_>, octets: &[u8], age_s: u32) -> Result<(), Error> {
    let session = Session::parse(octets).map_err(|_| Error::Session)?;
    let fits = session.role == Role::Client
        && age_s < SESSION_LIFETIME_MS / 1000
        && session.asked_fragment_length == context.config.max_fragment_length
        && context.psk.is_some_and(|psk| {
            psk.identity == session.identity && own_binding(context, psk) == session.binding
        });
    if fits { Ok(()) } else { Err(Error::Session) }
}

fn own_binding(context: &Context<'_>, psk: Psk<'_>) -> Digest {
    binding(&name_digest(context.server_name), psk.key)
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
            && context.config.role == Role::Client
            && association.negotiated.extended_master_secret
            && !id.is_empty();
        let (Some(master_secret), Some(suite), true) = (
            &association.master_secret,
            association.negotiated.suite,
            is_resumable,
        ) else {
            return Err(Error::State);
        };
        let psk = context.psk.ok_or(Error::State)?;
        Session {
            role: Role::Client,
            suite,
            max_fragment_length: association.negotiated.max_fragment_length,
            asked_fragment_length: context.config.max_fragment_length,
            id,
            master_secret: master_secret.as_octets(),
            binding: own_binding(context, psk),
            identity: psk.identity,
            made_ms: 0,
        }
        .write(out)
    }
}
