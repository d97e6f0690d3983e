//! Makes what is large where it is to lie, part by part: made whole, it would lie on the stack first.
//! Each is a function of its own, that its parts are off the stack when it returns.

#[cfg(feature = "server")]
use crate::address::Address;
use crate::association::Association;
use crate::config::Config;
use crate::connection::{Connection, Workspace};
use crate::handshake::{Common, Handshake, Side};
#[cfg(feature = "server")]
use crate::server::{Slot, Underway, table::Peer};
#[cfg(feature = "server")]
use crate::time::Instant;

/// Makes a connection.
///
/// # Safety
/// `place` is aligned and has room.
#[inline(never)]
pub(super) unsafe fn make_connection(place: *mut Connection, config: &Config<'_>) {
    // SAFETY: the caller answers for the place.
    unsafe { place.write(Connection::new(config)) };
}

/// Makes a workspace.
///
/// # Safety
/// `place` is aligned and has room.
#[inline(never)]
pub(super) unsafe fn make_workspace(place: *mut Workspace, config: &Config<'_>) {
    // There are no other parts.
    const _: fn(Workspace) = |workspace| {
        let Workspace {
            coming: _,
            handshake: Handshake { side: _, common: _ },
        } = workspace;
    };
    // SAFETY: the caller answers for the place; every part is written.
    unsafe {
        (&raw mut (*place).coming).write(Association::default());
        let handshake = &raw mut (*place).handshake;
        (&raw mut (*handshake).side).write(Side::new(config.role()));
        (&raw mut (*handshake).common).write(Common::new(config));
    }
}

/// Makes a free place for a peer.
///
/// # Safety
/// `place` is aligned and has room.
#[cfg(feature = "server")]
#[inline(never)]
pub(super) unsafe fn make_peer(place: *mut Peer, config: &Config<'_>) {
    // SAFETY: the caller answers for the place.
    unsafe { place.write(Peer::empty(config)) };
}

/// Makes a free slot.
///
/// # Safety
/// `place` is aligned and has room.
#[cfg(feature = "server")]
pub(super) unsafe fn make_slot(place: *mut Slot, config: &Config<'_>) {
    // There are no other parts.
    const _: fn(Slot) = |slot| {
        let Slot {
            made:
                Underway {
                    connection: _,
                    workspace: _,
                    address: _,
                    is_underway: _,
                    began: _,
                },
        } = slot;
    };
    // SAFETY: the caller answers for the place; every part is written.
    unsafe {
        let place = &raw mut (*place).made;
        make_connection(&raw mut (*place).connection, config);
        make_workspace(&raw mut (*place).workspace, config);
        (&raw mut (*place).address).write(Address::default());
        (&raw mut (*place).is_underway).write(false);
        (&raw mut (*place).began).write(Instant(0));
    }
}
