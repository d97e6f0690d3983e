//! `mote_config`: how a connection uses the network, and how long it puts up with it.

use super::config::change;
use super::{MoteConfig, MoteStatus};
#[cfg(feature = "client")]
use crate::config::MaxFragmentLength;

/// Client: asks servers to keep their records within `octets` of content: 512, 1024, 2048 or 4096
/// (RFC 6066 section 4); 0 does not ask. A server follows its clients and cannot set it.
///
/// It bounds a record, not a datagram: peers put several records into one.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a server).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_max_fragment_length(
    config: *mut MoteConfig,
    octets: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            let length = match octets {
                0 => None,
                octets => {
                    let length = MaxFragmentLength::from_octets(octets);
                    Some(length.ok_or(MoteStatus::ErrorArgument)?)
                }
            };
            Ok(config.core.set_max_fragment_length(length)?)
        })
    }
}

/// Sets how many octets of UDP payload a datagram of ours has at most: `MOTE_MTU_MIN` to 65535.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_mtu(config: *mut MoteConfig, octets: usize) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe { change(config, |config| Ok(config.core.set_mtu(octets)?)) }
}

/// Sets the first and the greatest retransmission timeout in milliseconds. The timeout doubles
/// with each retransmission; when the greatest has passed without an answer (and after at least
/// three retransmissions), the handshake fails with `MOTE_ERROR_TIMEOUT`.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (0, more than a day, or the first is the greater) or
/// `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_retransmission(
    config: *mut MoteConfig,
    initial_ms: u32,
    max_ms: u32,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_retransmission(initial_ms, max_ms)?)
        })
    }
}

/// Sets how long a handshake may take as a whole, in milliseconds, at either end: however often the
/// peer answers, and while callbacks are pending. It then fails with `MOTE_ERROR_TIMEOUT`. It is
/// counted from a client's first `mote_connection_handshake`, and from the ClientHello that a server
/// lets pass its cookie gate. 0 sets no limit; unless set, `MOTE_HANDSHAKE_TIMEOUT_MS`.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (more than a day) or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_handshake_timeout(
    config: *mut MoteConfig,
    milliseconds: u32,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_handshake_timeout(milliseconds)?)
        })
    }
}

/// Sets how many records may fail authentication before a connection gives up with
/// `MOTE_ERROR_FORGERY_LIMIT`; unless set, 2^20. The tag has 64 bits: so many attempts succeed with
/// a chance of 2^-44.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (0) or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_forgery_limit(
    config: *mut MoteConfig,
    records: u32,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_forgery_limit(records)?)
        })
    }
}

/// Server: sets whether a client has to return a cookie before anything is kept of it (RFC 6347
/// section 4.2.1); unless set, it has to. Leave it so wherever addresses can be forged.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_cookie(
    config: *mut MoteConfig,
    required: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe { change(config, |config| Ok(config.core.set_cookie(required)?)) }
}

/// Client: sets whether a server that does not know renegotiation_info (RFC 5746) is refused with
/// handshake_failure; unless set, it is accepted and `mote_info` shows it. No renegotiation is ever
/// done.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a server).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_secure_renegotiation_required(
    config: *mut MoteConfig,
    required: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_secure_renegotiation_required(required)?)
        })
    }
}
