//! `mote_connection`: what is set for one alone.

use core::ffi::{c_char, c_void};
use core::ptr;

use super::connection::{Entered, enter, enter_and};
use super::{MoteConnection, MoteStatus, octets, string};
use crate::address::Address;
use crate::config::{checked_mtu, checked_server_name};
use crate::connection::check_session;
use crate::credential::Psk;
#[cfg(feature = "client")]
use crate::handshake::client::OfferedSession;

/// Client: sets the server's name for this connection alone, as `mote_config_set_server_name` does
/// for all. It is borrowed as long as the connection is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (a server, or the handshake has
/// begun).
///
/// # Safety
/// As said above.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_server_name(
    connection: *mut MoteConnection,
    name: *const c_char,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the string.
        let name = checked_server_name(unsafe { string(name) }?)?;
        if entered.config().core.role() != crate::config::Role::Client || !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).server_name = Some(name) };
        entered.forget_session();
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the MTU of this connection, as `mote_config_set_mtu` does for all. It may be set at any
/// time: a handshake that is under way cuts its messages anew.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (not initialised).
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_mtu(
    connection: *mut MoteConnection,
    octets: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        entered.core().set_mtu(checked_mtu(octets)?);
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the pre-shared key of this connection, in place of the one that `mote_config_set_psk` sets
/// for all. Identity and key are borrowed as long as the connection is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
/// has begun).
///
/// # Safety
/// As said above.
#[cfg(feature = "psk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_psk(
    connection: *mut MoteConnection,
    identity: *const u8,
    identity_length: usize,
    key: *const u8,
    key_length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the pointers.
        let psk =
            unsafe { Psk::new(octets(identity, identity_length)?, octets(key, key_length)?) }?;
        if !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).psk = Some(psk) };
        entered.forget_session();
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Client: offers to resume the session in `octets`, which `mote_connection_session_export` wrote.
/// Set name and key before it. `age_s` is how many seconds ago its full handshake was, as far as
/// you know (a resumption makes it no younger); 0 if you do not. The octets are borrowed, and must not change, until the handshake is done. A
/// server that does not resume it does a full handshake; `mote_info.resumed` tells.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SESSION` (altered, older than
/// `MOTE_SESSION_LIFETIME_S`, or of another server name, identity, key or maximum fragment length)
/// or `MOTE_ERROR_STATE` (a server, or the handshake has begun).
///
/// # Safety
/// `connection` points to a connection, `octets` to `length` octets.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_session(
    connection: *mut MoteConnection,
    octets: *const u8,
    length: usize,
    age_s: u32,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if octets.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: the caller answers for the pointer.
        let octets = unsafe { super::octets(octets, length) }?;
        let is_client = entered.config().core.role() == crate::config::Role::Client;
        if !is_client || !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        entered.with(|_, call| check_session(&mut call.context, octets, age_s))?;
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).session = Some(OfferedSession::new(octets)) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the peer's address, which `send` is given and cookies are bound to: up to
/// `MOTE_ADDRESS_MAX` octets, copied; 0 octets for none.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
/// has begun; a server that is in `MOTE_STATE_LISTENING` can still change it, and forgets a datagram
/// that waits with `MOTE_WANT_ENTROPY`).
///
/// # Safety
/// `address` points to `address_length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_peer_address(
    connection: *mut MoteConnection,
    address: *const u8,
    address_length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the pointer.
        let address = unsafe { octets(address, address_length) }?;
        let address = Address::new(address).ok_or(MoteStatus::ErrorSize)?;
        if !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        entered.core().peer_changes();
        // SAFETY: `enter` has checked the pointer; nothing borrows the address now.
        unsafe { (*entered.0).address = address };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Keeps a pointer of the application with the connection.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_user(
    connection: *mut MoteConnection,
    user: *mut c_void,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).user = user };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// The pointer that `mote_connection_set_user` set, or NULL.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_user(connection: *const MoteConnection) -> *mut c_void {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        // SAFETY: `enter` has checked the pointer.
        Ok(entered) => unsafe { (*entered.0).user },
        Err(_) => ptr::null_mut(),
    }
}
