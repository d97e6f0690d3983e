//! cached_info (RFC 7924): a client remembers its server's certificate, which is not sent again.

use core::ffi::c_void;

use super::connection::{Entered, enter_and};
use super::sizes;
#[cfg(feature = "server")]
use super::{MoteConfig, change};
use super::{MoteConnection, MoteStatus, overlap};
use crate::config::Role;

/// Octets of the memory of `mote_connection_set_cached_info` beside the messages.
pub const MOTE_CACHED_INFO_OVERHEAD: usize = 88;

const _: () = assert!(MOTE_CACHED_INFO_OVERHEAD == crate::cached_info::CACHED_INFO_OVERHEAD);

/// Client: lends memory in which the certificate of the server is remembered (RFC 7924), so that a
/// server which knows cached_info need not send it again: `MOTE_CACHED_INFO_OVERHEAD` octets and
/// those of its Certificate message, 1024 for most chains, at most 65535. Zero it before its first
/// use; keep it for the next connection with the same server, in flash if you like: the same octets
/// of the same size. It holds no secret.
///
/// It is written only by a handshake that brings something new, and what is new counts only when
/// that handshake is complete: one that is cut then leaves nothing to be remembered. What is
/// remembered is checked like a certificate that has just come: its path, its dates, its name. Octets
/// that were altered, or are of another server name, are passed over, and the handshake is a full
/// one. `mote_info.cached_certificate` tells whether the certificate was left out,
/// `mote_info.cached_info_needed` whether the memory was too small.
///
/// It is used only where that saves octets, which it does not for a raw public key, unless `force`.
/// The fingerprint in the clear lets an observer link connections, as a certificate does. The memory
/// is borrowed until the handshake is done or the connection wiped.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, or it overlaps with what is lent),
/// `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (a server, or the handshake has begun).
///
/// # Safety
/// `connection` points to a connection, `memory` to `size` octets that are the library's until the
/// handshake is done.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_cached_info(
    connection: *mut MoteConnection,
    memory: *mut c_void,
    size: usize,
    force: bool,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if memory.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        if !(MOTE_CACHED_INFO_OVERHEAD..=usize::from(u16::MAX)).contains(&size) {
            return Err(MoteStatus::ErrorSize);
        }
        if entered.config().core.role() != Role::Client || !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        let buffer = entered.buffer_start().addr();
        let buffer_length = entered.buffer_length();
        let target = entered.0;
        // SAFETY: `enter` has checked the pointer.
        let (workspace, reassembly_length) =
            unsafe { ((*target).workspace.addr(), (*target).reassembly_length) };
        let workspace_length = match workspace {
            0 => 0,
            _ => sizes::WORKSPACE + reassembly_length,
        };
        if overlap(memory.addr(), size, buffer, buffer_length)
            || overlap(memory.addr(), size, workspace, workspace_length)
        {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: likewise.
        unsafe {
            (*target).cached_info = memory.cast();
            (*target).cached_info_length = size;
            (*target).cached_info_is_forced = force;
        }
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Server: sets whether a certificate that a client remembers is left out (RFC 7924); unless set, it
/// is not. It costs a hash of the certificate for each client that remembers one.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_cached_info(
    config: *mut MoteConfig,
    used: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe { change(config, |config| Ok(config.core.set_cached_info(used)?)) }
}
