//! From the premaster secret to the keys of epoch 1.
//!
//! Each derivation is a function of its own, and what it makes lies where it stays: the stack is
//! deepest here.

use super::Parts;
use crate::config::Role;
use crate::crypto::HmacSha256;
use crate::error::Error;
use crate::key_schedule::{KeyBlock, MasterSecret};

/// Derives the master secret and installs the keys. The transcript reaches up to and including
/// ClientKeyExchange, which is what the session hash covers (RFC 7627 section 3). `premaster` makes
/// HMAC keyed with the premaster secret.
pub(crate) fn establish(
    parts: &mut Parts<'_, '_>,
    premaster: impl FnOnce() -> HmacSha256,
) -> Result<(), Error> {
    parts.association.master_secret = Some(master_secret(parts, premaster));
    install(parts)
}

#[inline(never)]
fn master_secret(
    parts: &mut Parts<'_, '_>,
    premaster: impl FnOnce() -> HmacSha256,
) -> MasterSecret {
    let premaster = premaster();
    let association = &parts.association;
    let randoms = &association.randoms;
    if association.negotiated.extended_master_secret {
        MasterSecret::extended(&premaster, &parts.common.transcript.digest())
    } else {
        MasterSecret::classic(&premaster, &randoms.client, &randoms.server)
    }
}

/// Installs the keys that the association's master secret and the Randoms make. RFC 7627 5.3: "they
/// derive the connection keys for the new session as usual from the master secret of the original
/// session."
#[inline(never)]
pub(crate) fn install(parts: &mut Parts<'_, '_>) -> Result<(), Error> {
    let association = &mut *parts.association;
    let randoms = &association.randoms;
    let master_secret = association.master_secret.as_ref().ok_or(Error::State)?;
    #[cfg(feature = "key-log")]
    parts
        .context
        .host
        .key_log(&randoms.client, master_secret.as_octets());
    let keyed = parts.common.keyed_master.insert(master_secret.keyed());
    let keys = KeyBlock::derive(keyed, &randoms.client, &randoms.server);
    let (write, read) = match parts.context.config.role() {
        Role::Client => (keys.client, keys.server),
        Role::Server => (keys.server, keys.client),
    };
    association.protection.install(write, read);
    Ok(())
}
