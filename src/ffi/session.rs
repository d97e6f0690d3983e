//! Sessions that can be resumed: what a client keeps, and where a server keeps them.

use core::ffi::c_void;
use core::mem::MaybeUninit;

#[cfg(feature = "server")]
use super::session_keeper::Sessions;
use super::{MoteConfig, MoteStatus, change, check_memory, status};
#[cfg(feature = "server")]
use crate::session_cache::Entry;

/// The most octets of a session that is kept.
pub const MOTE_SESSION_MAX: usize = 280;

/// How many seconds after it was made a session is not resumed any more: 24 hours (RFC 5246 F.1.4).
pub const MOTE_SESSION_LIFETIME_S: u32 = 86400;

/// Octets of a `mote_session_cache` without its entries.
pub const MOTE_SESSION_CACHE_HEADER_SIZE: usize = 16;

/// Octets of one entry of a `mote_session_cache`.
pub const MOTE_SESSION_CACHE_ENTRY_SIZE: usize = 296;

const _: () = {
    assert!(MOTE_SESSION_MAX == crate::session::SESSION_MAX);
    assert!(MOTE_SESSION_LIFETIME_S * 1000 == crate::session::SESSION_LIFETIME_MS);
};

/// Server: a store of sessions of the application. A session is up to `MOTE_SESSION_MAX` octets
/// with the master secret in the clear: keep them as you keep keys. All pointers are borrowed until
/// the callback returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MoteSessionStore {
    /// Given to each callback as its first argument.
    pub user: *mut c_void,
    /// Keeps a session under its id, for `MOTE_SESSION_LIFETIME_S` seconds at most: forget it then,
    /// since the clock that tells its age wraps. A store that cannot just does not: the client then does a full
    /// handshake the next time.
    pub put: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            id: *const u8,
            id_length: usize,
            session: *const u8,
            length: usize,
        ),
    >,
    /// Writes the session of that id to `session`, which holds `capacity` octets, and its length to
    /// `length`, and returns `MOTE_OK`; anything else when there is none.
    pub get: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            id: *const u8,
            id_length: usize,
            session: *mut u8,
            capacity: usize,
            length: *mut usize,
        ) -> MaybeUninit<MoteStatus>,
    >,
    /// Forgets a session: its connection ended with a fatal alert (RFC 5246 section 7.2.2).
    pub remove: Option<unsafe extern "C" fn(user: *mut c_void, id: *const u8, id_length: usize)>,
}

/// Server: a store of sessions in memory of the application, the oldest of which makes room for a
/// new one. One thread at a time may use the connections that share it. Declare one with
/// `motedtls_static.h`.
pub struct MoteSessionCache {
    tag: u32,
    #[cfg(feature = "server")]
    count: usize,
}

/// Marks memory in which a cache was made.
#[cfg(feature = "server")]
const TAG: u32 = 0x6D53_6573;

#[cfg(feature = "server")]
const _: () = {
    assert!(size_of::<MoteSessionCache>() <= MOTE_SESSION_CACHE_HEADER_SIZE);
    assert!(size_of::<Entry>() <= MOTE_SESSION_CACHE_ENTRY_SIZE);
    assert!(align_of::<Entry>() <= super::MOTE_ALIGNMENT);
};

#[cfg(feature = "server")]
impl MoteSessionCache {
    /// The entries of a cache.
    ///
    /// # Safety
    /// `cache` was checked by [`check`], and nobody else uses it during `'a`.
    pub(super) unsafe fn entries<'a>(cache: *mut MoteSessionCache) -> &'a mut [Entry] {
        // SAFETY: `mote_session_cache_init` has made so many entries behind the header.
        unsafe {
            let first = cache
                .cast::<u8>()
                .add(MOTE_SESSION_CACHE_HEADER_SIZE)
                .cast();
            core::slice::from_raw_parts_mut(first, (*cache).count)
        }
    }
}

/// Makes a cache in `memory` of `size` octets, at a multiple of `MOTE_ALIGNMENT`:
/// `MOTE_SESSION_CACHE_HEADER_SIZE` and `MOTE_SESSION_CACHE_ENTRY_SIZE` for each session, one at
/// least.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_ALIGNMENT`.
///
/// # Safety
/// `memory` points to `size` octets that are the library's from now on.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_session_cache_init(memory: *mut c_void, size: usize) -> MoteStatus {
    let needed = MOTE_SESSION_CACHE_HEADER_SIZE + MOTE_SESSION_CACHE_ENTRY_SIZE;
    status(check_memory(memory, size, needed).map(|()| {
        let room = size - MOTE_SESSION_CACHE_HEADER_SIZE;
        let count = room / MOTE_SESSION_CACHE_ENTRY_SIZE;
        // SAFETY: `memory` is aligned and large enough, and the caller gave it to us.
        unsafe {
            let first: *mut Entry = memory
                .cast::<u8>()
                .add(MOTE_SESSION_CACHE_HEADER_SIZE)
                .cast();
            for place in 0..count {
                first.add(place).write(Entry::empty());
            }
            memory
                .cast::<MoteSessionCache>()
                .write(MoteSessionCache { tag: TAG, count });
        }
    }))
}

/// Server: keeps sessions in `cache`, so that clients can resume them; in place of
/// `mote_config_set_session_store`. It is borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, a client, or `cache` is
/// not initialised).
///
/// # Safety
/// `config` points to a configuration, `cache` to a cache.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_session_cache(
    config: *mut MoteConfig,
    cache: *mut MoteSessionCache,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            if cache.is_null() {
                return Err(MoteStatus::ErrorArgument);
            }
            if !cache.is_aligned() || (&raw const (*cache).tag).read() != TAG {
                return Err(MoteStatus::ErrorState);
            }
            config.core.set_session_store()?;
            config.sessions = Some(Sessions::CACHE);
            config.session_keeper = cache.cast();
            Ok(())
        })
    }
}

/// Server: keeps sessions in a store of the application, so that clients can resume them. `store`
/// is borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, also in `store`) or `MOTE_ERROR_STATE` (frozen,
/// or a client).
///
/// # Safety
/// `config` points to a configuration, `store` to a store.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_session_store(
    config: *mut MoteConfig,
    store: *const MoteSessionStore,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let callbacks = store.as_ref().ok_or(MoteStatus::ErrorArgument)?;
            if callbacks.put.is_none() || callbacks.get.is_none() || callbacks.remove.is_none() {
                return Err(MoteStatus::ErrorArgument);
            }
            config.core.set_session_store()?;
            config.sessions = Some(Sessions::STORE);
            config.session_keeper = store.cast_mut().cast();
            Ok(())
        })
    }
}

/// Server: sets whether a client that resumes a session may do so without a cookie (draft section
/// 7), which saves a round trip; unless set, it may not. A full handshake never does without one.
/// Who has seen a session id can then have the server answer a forged address with somewhat more
/// octets than it was sent.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_resumption_without_cookie(
    config: *mut MoteConfig,
    allowed: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_resumption_without_cookie(allowed)?)
        })
    }
}
