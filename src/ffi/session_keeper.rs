//! What keeps a server's sessions: a store of the application, or a `mote_session_cache`.

use core::ffi::c_void;

use super::{MoteSessionCache, MoteSessionStore, MoteStatus};
use crate::handshake::server::resumption::{RESUMPTION, Resumption};
use crate::session_cache;
use crate::time::Instant;

/// What is done with sessions. Only the functions that set a store or a cache name one, so that a
/// linker leaves resumption out of servers that have neither.
pub(super) struct Sessions {
    pub(super) resumption: &'static Resumption,
    pub(super) put: unsafe fn(keeper: *mut c_void, id: &[u8], session: &[u8], now: Instant),
    pub(super) get: unsafe fn(
        keeper: *mut c_void,
        id: &[u8],
        session: &mut [u8],
        now: Instant,
    ) -> Option<usize>,
    pub(super) remove: unsafe fn(keeper: *mut c_void, id: &[u8]),
}

impl Sessions {
    /// `keeper` is a `mote_session_store`, and the application's functions are as it says.
    pub(super) const STORE: &'static Sessions = &Sessions {
        resumption: &RESUMPTION,
        put: |keeper, id, session, _| {
            // SAFETY: see above.
            unsafe {
                let store = &*keeper.cast::<MoteSessionStore>();
                if let Some(put) = store.put {
                    put(
                        store.user,
                        id.as_ptr(),
                        id.len(),
                        session.as_ptr(),
                        session.len(),
                    );
                }
            }
        },
        get: |keeper, id, session, _| {
            let mut length = 0;
            // SAFETY: see above.
            let answer = unsafe {
                let store = &*keeper.cast::<MoteSessionStore>();
                (store.get?)(
                    store.user,
                    id.as_ptr(),
                    id.len(),
                    session.as_mut_ptr(),
                    session.len(),
                    &raw mut length,
                )
            };
            (super::number(answer) == MoteStatus::Ok as i32).then_some(length)
        },
        remove: |keeper, id| {
            // SAFETY: see above.
            unsafe {
                let store = &*keeper.cast::<MoteSessionStore>();
                if let Some(remove) = store.remove {
                    remove(store.user, id.as_ptr(), id.len());
                }
            }
        },
    };

    /// `keeper` is a `mote_session_cache`, which nobody else uses now.
    pub(super) const CACHE: &'static Sessions = &Sessions {
        resumption: &RESUMPTION,
        put: |keeper, id, session, now| {
            // SAFETY: see above.
            let entries = unsafe { MoteSessionCache::entries(keeper.cast()) };
            session_cache::put(entries, id, session, now);
        },
        get: |keeper, id, session, now| {
            // SAFETY: see above.
            let entries = unsafe { MoteSessionCache::entries(keeper.cast()) };
            session_cache::get(entries, id, session, now)
        },
        remove: |keeper, id| {
            // SAFETY: see above.
            session_cache::remove(unsafe { MoteSessionCache::entries(keeper.cast()) }, id);
        },
    };
}
