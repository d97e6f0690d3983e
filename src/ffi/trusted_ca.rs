//! trusted_ca_keys (RFC 6066 section 6).

use super::{MoteConfig, MoteStatus, change};

/// Client: sets whether servers are told the names of the trust anchors (`trusted_ca_keys`), so that
/// one with several chains shows one that leads there; unless set, they are not. It makes the
/// ClientHello longer by 3 octets and a name for each anchor, and helps with no server that has but
/// one chain.
///
/// Server: sets whether the chain is chosen by what clients say they trust, among the configurations
/// of `mote_config_set_next` of the name that the client asks for, or all of them when none has it.
/// Without a chain that leads there the choice is that of the name alone.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_trusted_ca(
    config: *mut MoteConfig,
    used: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.core.set_trusted_ca(used);
            Ok(())
        })
    }
}
