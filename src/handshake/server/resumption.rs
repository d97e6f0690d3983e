//! Resuming a session that the client offers (RFC 5246 section 7.3, draft section 7), and making one
//! that it can resume later.

use super::finished::AwaitChangeCipherSpec;
use super::negotiation::{self, Offered};
use super::{Kept, Server, add_flight};
use crate::association::Association;
#[cfg(feature = "public-key")]
use crate::config::ClientAuth;
use crate::config::{Config, Role};
use crate::credential::peer::PeerKind;
#[cfg(feature = "psk")]
use crate::credential::psk;
#[cfg(feature = "public-key")]
use crate::credential::public_key;
use crate::crypto::Digest;
use crate::error::Error;
use crate::handshake::{Context, Parts, finished, keys};
use crate::key_schedule::Sender;
use crate::session::{SESSION_LIFETIME_MS, SESSION_MAX, Session, binding};
use crate::suite::Suite;
use crate::wire::client_hello::ClientHello;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

type Find = for<'k> fn(
    &ClientHello<'_>,
    &Offered,
    &mut Context<'_>,
    &'k mut [u8; SESSION_MAX],
) -> Result<Option<Session<'k>>, Error>;

/// What a server does with sessions. It is reached through what sets a session store, and not by
/// name: a linker leaves it out of firmware that keeps none.
pub(crate) struct Resumption {
    pub(super) find: Find,
    pub(super) may_skip_cookie: fn(&mut Context<'_>, &[u8]) -> bool,
    pub(super) resume: fn(
        &Session<'_>,
        &mut Kept,
        &mut Parts<'_, '_>,
        u16,
    ) -> Result<AwaitChangeCipherSpec, Error>,
    pub(crate) keep: fn(&Server, &Association, &mut Context<'_>),
}

impl Resumption {
    /// What a configuration says that has a session store or none.
    pub(crate) fn of(config: &Config<'_>) -> Option<&'static Self> {
        config.has_session_store.then_some(&RESUMPTION)
    }
}

pub(crate) static RESUMPTION: Resumption = Resumption {
    find,
    may_skip_cookie,
    resume,
    keep,
};

/// The session that the client offers, if it is there and may be resumed; with anything less a full
/// handshake is done.
fn find<'k>(
    hello: &ClientHello<'_>,
    offered: &Offered,
    context: &mut Context<'_>,
    kept: &'k mut [u8; SESSION_MAX],
) -> Result<Option<Session<'k>>, Error> {
    let id = hello.start.session_id;
    if id.is_empty() {
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
        && is_accepted(&session, offered, context)?;
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

/// Whether the session's credential is still accepted, and the client asks for the same name.
fn is_accepted(
    session: &Session<'_>,
    offered: &Offered,
    context: &mut Context<'_>,
) -> Result<bool, Error> {
    match session.suite {
        #[cfg(feature = "psk")]
        Suite::PskWithAes128Ccm8 => has_key(session, offered, context),
        #[cfg(feature = "public-key")]
        Suite::EcdheEcdsaWithAes128Ccm8 => Ok(has_peer(session, offered, context)),
    }
}

/// Whether the identity still has the key that the session was made with. While the application
/// looks for the key it has none: the full handshake asks again, and waits.
#[cfg(feature = "psk")]
fn has_key(
    session: &Session<'_>,
    offered: &Offered,
    context: &mut Context<'_>,
) -> Result<bool, Error> {
    if session.peer != PeerKind::Psk {
        return Ok(false);
    }
    let number = offered.number(session.suite);
    #[cfg(feature = "public-key")]
    if !context.config.by_number(number).accepts_psk() {
        return Ok(false);
    }
    let configured = context.psk_of(number);
    let key = psk::look_up(Some(session.identity), configured, context.host)?;
    let key = key.filter(|key| key.is_known);
    Ok(key.is_some_and(|key| is_bound(session, &offered.server_name, key.octets())))
}

/// Whether the peer's key or certificate would still be accepted, as far as the session tells.
#[cfg(feature = "public-key")]
fn has_peer(session: &Session<'_>, offered: &Offered, context: &mut Context<'_>) -> bool {
    let config = context.config.by_number(offered.credential);
    let settings = public_key::settings_digest(config);
    is_bound(session, &offered.server_name, &settings)
        && match session.peer {
            PeerKind::None => config.public_keys.client_auth() != ClientAuth::Required,
            kind => public_key::is_still_accepted(
                kind,
                session.identity,
                session.not_after,
                context.config,
                offered.credential,
                context.host,
            ),
        }
}

fn is_bound(session: &Session<'_>, server_name: &Digest, credential: &[u8]) -> bool {
    let expected = binding(server_name, credential);
    bool::from(expected.ct_eq(&session.binding))
}

/// Whether a ClientHello without a cookie may pass: it resumes a session, and brings with it all
/// there is to know that.
fn may_skip_cookie(context: &mut Context<'_>, body: &[u8]) -> bool {
    if !context.config.resumes_without_cookie {
        return false;
    }
    let Ok(hello) = ClientHello::parse(body) else {
        return false;
    };
    // Nothing that takes long, for who knows no session.
    let mut kept = [0; SESSION_MAX];
    let id = hello.start.session_id;
    let is_kept = !id.is_empty() && context.host.session_get(id, &mut kept).is_some();
    kept.zeroize();
    if !is_kept {
        return false;
    }
    let is_offered = hello.start.client_version.reaches_1_2() && hello.offers_null_compression();
    let Ok(offered) = negotiation::negotiate(&hello, context.config) else {
        return false;
    };
    let mut kept = [0; SESSION_MAX];
    let found = find(&hello, &offered, context, &mut kept);
    let is_found = matches!(found, Ok(Some(_)));
    kept.zeroize();
    is_offered && is_found
}

/// Takes up the session: keys and Finished come from its master secret.
fn resume(
    session: &Session<'_>,
    kept: &mut Kept,
    parts: &mut Parts<'_, '_>,
    message_seq: u16,
) -> Result<AwaitChangeCipherSpec, Error> {
    kept.identity.set(session.peer, session.identity);
    let association = &mut *parts.association;
    // RFC 5246 7.4.1.3: "If a session is resumed, it must be resumed using the same cipher suite it
    // was originally negotiated with."
    association.negotiated.suite = Some(session.suite);
    association.negotiated.resumed = true;
    let names = &mut association.names;
    names.set_session_id(session.id);
    names.set_identity(session.peer, session.identity);
    association.set_not_after(session.not_after);
    let finished_seq = add_flight(parts, message_seq);
    parts.association.master_secret = Some(session.master_secret());
    keys::install(parts)?;
    parts.association.own_finished =
        finished::make_own(parts.common, Sender::Server, finished_seq)?;
    Ok(AwaitChangeCipherSpec::resuming())
}

/// A full handshake has the session id that the gate has drawn, unless its session cannot be kept.
/// RFC 5246 7.4.1.3: "The server may return an empty session_id to indicate that the session will
/// not be cached".
pub(super) fn begin_session(parts: &mut Parts<'_, '_>) {
    if !parts.association.negotiated.extended_master_secret {
        parts.association.names.set_session_id(&[]);
    }
}

/// Keeps the session of a full handshake that is complete.
fn keep(server: &Server, association: &Association, context: &mut Context<'_>) {
    let id = association.names.session_id();
    let kept = &server.kept;
    let (Some(master_secret), Some(suite), Some(identity)) = (
        &association.master_secret,
        association.negotiated.suite,
        kept.identity.octets(),
    ) else {
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
        binding: kept.binding,
        peer: kept.identity.kind,
        identity,
        not_after: association.not_after(),
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
