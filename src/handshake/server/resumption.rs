//! Resuming a session that the client offers (RFC 5246 section 7.3, draft section 7), and making one
//! that it can resume later.

use super::Identity;
use super::finished::AwaitChangeCipherSpec;
use super::hello::{self, Offered, add_own};
use crate::association::Association;
use crate::config::Role;
use crate::credential::psk;
use crate::crypto::Digest;
use crate::error::Error;
use crate::handshake::{Context, Parts, finished, keys};
use crate::key_schedule::Sender;
use crate::session::{OWN_SESSION_ID_LENGTH, SESSION_LIFETIME_MS, SESSION_MAX, Session, binding};
use crate::wire::client_hello::ClientHello;
use crate::wire::handshake_header::HandshakeType;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The session that the client offers, if it is there and may be resumed; with anything less a full
/// handshake is done.
pub(super) fn find<'k>(
    hello: &ClientHello<'_>,
    offered: &Offered,
    context: &mut Context<'_>,
    kept: &'k mut [u8; SESSION_MAX],
) -> Result<Option<Session<'k>>, Error> {
    let id = hello.start.session_id;
    if !context.config.has_session_store || id.is_empty() {
        return Ok(None);
    }
    let Some(length) = context.host.session_get(id, kept) else {
        return Ok(None);
    };
    let octets = kept.get(..length).unwrap_or_default();
    let Ok(session) = Session::parse(octets) else {
        return Ok(None);
    };
    let age_ms = context.now.0.wrapping_sub(session.made_ms);
    let fits = session.role == Role::Server
        && session.id == id
        && age_ms < SESSION_LIFETIME_MS
        && hello.offers_suite(session.suite.number())
        && session.max_fragment_length == offered.negotiated.max_fragment_length
        && is_bound(&session, &offered.server_name, context)?;
    if !fits {
        return Ok(None);
    }
    // RFC 7627 5.3: "If the original session used the "extended_master_secret" extension but the
    // new ClientHello does not contain it, the server MUST abort the abbreviated handshake."
    if !offered.negotiated.extended_master_secret {
        return Err(Error::HandshakeFailure);
    }
    Ok(Some(session))
}

/// Whether the identity still has the key that the session was made with, and the client asks for the
/// same name. While the application looks for the key it has none: the full handshake asks again,
/// and waits.
fn is_bound(
    session: &Session<'_>,
    server_name: &Digest,
    context: &mut Context<'_>,
) -> Result<bool, Error> {
    let key = psk::find(Some(session.identity), context.psk, context.host)?;
    let key = key.filter(|key| key.is_known);
    Ok(key.is_some_and(|key| {
        let expected = binding(server_name, key.octets());
        bool::from(expected.ct_eq(&session.binding))
    }))
}

/// Whether a ClientHello without a cookie may pass: it resumes a session, and brings with it all
/// there is to know that.
pub(super) fn may_skip_cookie(context: &mut Context<'_>, body: &[u8]) -> bool {
    if !context.config.resumes_without_cookie {
        return false;
    }
    let Ok(hello) = ClientHello::parse(body) else {
        return false;
    };
    let is_offered = hello.start.client_version.reaches_1_2() && hello.offers_null_compression();
    let Ok(offered) = hello::negotiate(&hello) else {
        return false;
    };
    let mut kept = [0; SESSION_MAX];
    let found = find(&hello, &offered, context, &mut kept);
    let is_found = matches!(found, Ok(Some(_)));
    kept.zeroize();
    is_offered && is_found
}

/// Takes up the session: keys and Finished come from its master secret.
pub(super) fn resume(
    session: &Session<'_>,
    identity: &mut Identity,
    parts: &mut Parts<'_, '_>,
    message_seq: u16,
) -> Result<AwaitChangeCipherSpec, Error> {
    identity.set(session.identity);
    let association = &mut *parts.association;
    association.negotiated.resumed = true;
    association.names.set_session_id(session.id);
    association.names.set_identity(session.identity);
    add_own(parts, HandshakeType::SERVER_HELLO, message_seq);
    keys::install(parts, session.master_secret());
    parts.association.own_finished =
        finished::make_own(parts.common, Sender::Server, message_seq.wrapping_add(1))?;
    Ok(AwaitChangeCipherSpec::resuming())
}

/// Gives a full handshake a session id if its session can be kept. RFC 5246 7.4.1.3: "The server
/// may return an empty session_id to indicate that the session will not be cached".
pub(super) fn begin_session(parts: &mut Parts<'_, '_>) -> Result<(), Error> {
    let is_kept = parts.context.config.has_session_store
        && parts.association.negotiated.extended_master_secret;
    if is_kept {
        let mut id = [0; OWN_SESSION_ID_LENGTH];
        parts
            .context
            .host
            .random(&mut id)
            .map_err(|_| Error::Random)?;
        parts.association.names.set_session_id(&id);
    }
    Ok(())
}

/// Keeps the session of a full handshake that is complete.
pub(crate) fn keep(
    association: &Association,
    identity: &[u8],
    binding: Digest,
    context: &mut Context<'_>,
) {
    let id = association.names.session_id();
    let (Some(master_secret), Some(suite)) =
        (&association.master_secret, association.negotiated.suite)
    else {
        return;
    };
    if id.is_empty() || association.negotiated.resumed {
        return;
    }
    let session = Session {
        role: Role::Server,
        suite,
        max_fragment_length: association.negotiated.max_fragment_length,
        asked_fragment_length: association.negotiated.max_fragment_length,
        id,
        master_secret: master_secret.as_octets(),
        binding,
        identity,
        made_ms: context.now.0,
    };
    let mut out = [0; SESSION_MAX];
    if let Ok(length) = session.write(&mut out) {
        context
            .host
            .session_put(id, out.get(..length).unwrap_or_default());
    }
    out.zeroize();
}
