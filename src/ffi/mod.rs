//! Floor 11: the C interface, a file a handle. It checks pointers and sizes, turns C's callbacks
//! into a [`Host`](crate::host::Host), and holds no logic.
//!
//! `cargo xtask header` makes `include/motedtls.h` of it, in the order of the lines below.

mod host;

mod status;

mod alerts;

mod advice;

mod library;

mod io;

mod sizes;

mod trace;

mod config;

mod config_transport;

#[cfg(feature = "public-key")]
mod credentials;

#[cfg(feature = "certificate-url")]
mod certificate_url;

#[cfg(feature = "trusted-ca")]
mod trusted_ca;

mod session;

#[cfg(feature = "server")]
mod session_keeper;

mod info;

mod connection;

mod connection_life;

mod connection_settings;

#[cfg(feature = "cached-info")]
mod cached_info;

mod connection_data;

mod connection_info;

#[cfg(feature = "server")]
mod server;

#[cfg(feature = "server")]
mod server_peer;

#[cfg(feature = "heartbeat")]
mod heartbeat;

pub use advice::*;
pub use alerts::*;
#[cfg(feature = "cached-info")]
pub use cached_info::*;
#[cfg(feature = "certificate-url")]
pub use certificate_url::*;
pub use config::*;
pub use config_transport::*;
pub use connection::*;
pub use connection_data::*;
pub use connection_info::*;
pub use connection_life::*;
pub use connection_settings::*;
#[cfg(feature = "public-key")]
pub use credentials::*;
#[cfg(feature = "heartbeat")]
pub use heartbeat::*;
pub use info::*;
pub use io::*;
pub use library::*;
#[cfg(feature = "server")]
pub use server::*;
#[cfg(feature = "server")]
pub use server_peer::*;
pub use session::*;
pub use sizes::*;
pub use status::*;
pub use trace::*;
#[cfg(feature = "trusted-ca")]
pub use trusted_ca::*;

/// Every handle and workspace begins at a multiple of so many octets.
pub const MOTE_ALIGNMENT: usize = 8;

use core::ffi::{CStr, c_char, c_void};
use core::mem::MaybeUninit;

use config::change;

/// Checks a pointer to memory in which a handle is to be made.
fn check_memory(memory: *mut c_void, size: usize, needed: usize) -> Result<(), MoteStatus> {
    if memory.is_null() {
        return Err(MoteStatus::ErrorArgument);
    }
    if !memory.addr().is_multiple_of(MOTE_ALIGNMENT) {
        return Err(MoteStatus::ErrorAlignment);
    }
    if size < needed {
        return Err(MoteStatus::ErrorSize);
    }
    Ok(())
}

/// The octets that C names by pointer and length. Only a length of 0 may come with NULL.
///
/// # Safety
/// `octets` is NULL or points to `length` octets that nobody writes to during `'a`.
unsafe fn octets<'a>(octets: *const u8, length: usize) -> Result<&'a [u8], MoteStatus> {
    if length == 0 {
        return Ok(&[]);
    }
    if octets.is_null() || length > isize::MAX as usize {
        return Err(MoteStatus::ErrorArgument);
    }
    // SAFETY: not NULL, and the caller answers for the rest.
    Ok(unsafe { core::slice::from_raw_parts(octets, length) })
}

/// The octets of a C string without its NUL.
///
/// # Safety
/// `string` is NULL or a C string that nobody writes to during `'a`.
unsafe fn string<'a>(string: *const c_char) -> Result<&'a [u8], MoteStatus> {
    if string.is_null() {
        return Err(MoteStatus::ErrorArgument);
    }
    // SAFETY: not NULL, and the caller answers for the rest.
    Ok(unsafe { CStr::from_ptr(string) }.to_bytes())
}

/// The number of a C enum that C passed. It may be none of the enum's values.
fn number<T>(value: MaybeUninit<T>) -> i32 {
    const { assert!(size_of::<T>() == size_of::<i32>()) };
    // SAFETY: a C enum is passed as an int, and any int is one.
    unsafe { value.as_ptr().cast::<i32>().read() }
}

/// What a C function returns.
fn status(result: Result<(), MoteStatus>) -> MoteStatus {
    match result {
        Ok(()) => MoteStatus::Ok,
        Err(status) => status,
    }
}

/// Whether two stretches of memory have an octet in common.
fn overlap(a: usize, a_length: usize, b: usize, b_length: usize) -> bool {
    a < b.saturating_add(b_length) && b < a.saturating_add(a_length)
}
