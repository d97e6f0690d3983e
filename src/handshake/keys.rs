//! From the premaster secret to the keys of epoch 1.

use super::Parts;
use crate::config::Role;
use crate::crypto::HmacSha256;
use crate::key_schedule::{KeyBlock, MasterSecret};

/// Derives the master secret and installs the keys. The transcript reaches up to and including
/// ClientKeyExchange, which is what the session hash covers (RFC 7627 section 3).
pub(crate) fn establish(parts: &mut Parts<'_, '_>, premaster: &HmacSha256) {
    let association = &parts.association;
    let randoms = &association.randoms;
    let master_secret = if association.negotiated.extended_master_secret {
        MasterSecret::extended(premaster, &parts.common.transcript.digest())
    } else {
        MasterSecret::classic(premaster, &randoms.client, &randoms.server)
    };
    install(parts, master_secret);
}

/// Installs the keys that this master secret and the Randoms make. RFC 7627 5.3: "they derive the
/// connection keys for the new session as usual from the master secret of the original session."
pub(crate) fn install(parts: &mut Parts<'_, '_>, master_secret: MasterSecret) {
    let association = &mut *parts.association;
    let randoms = &association.randoms;
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
    association.master_secret = Some(master_secret);
}
