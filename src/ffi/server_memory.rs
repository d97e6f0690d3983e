//! The memory of a `mote_server`: where its parts lie, and how those are made that are large.

use super::{MOTE_ALIGNMENT, sizes};
use crate::address::Address;
use crate::config::Config;
use crate::connection::{Connection, Workspace};
use crate::server::table::Peer;
use crate::server::{Slot, Underway};
use crate::time::Instant;

/// Where the parts of a server lie in its memory, in octets from its start.
pub(super) struct Layout {
    pub(super) buckets: usize,
    pub(super) bucket_count: usize,
    pub(super) slots: usize,
    pub(super) reassembly: usize,
    pub(super) reassembly_length: usize,
    pub(super) buffer: usize,
    pub(super) end: usize,
}

/// `None` when it is more than can be.
pub(super) fn layout(
    peers: usize,
    workspaces: usize,
    workspace_size: usize,
    buffer: usize,
) -> Option<Layout> {
    // The greatest power of two up to the number of peers.
    let bucket_count = 1 << peers.checked_ilog2()?;
    let peers_end = peers
        .checked_mul(size_of::<Peer>())?
        .checked_add(sizes::SERVER_HEADER)?;
    let buckets_end = peers_end.checked_add(size_of::<u32>().checked_mul(bucket_count)?)?;
    let slots = buckets_end.checked_next_multiple_of(MOTE_ALIGNMENT)?;
    let reassembly = slots.checked_add(size_of::<Slot>().checked_mul(workspaces)?)?;
    let reassembly_length = workspace_size
        .checked_sub(sizes::WORKSPACE)?
        .checked_mul(workspaces)?;
    let buffer_start = reassembly.checked_add(reassembly_length)?;
    let end = buffer_start.checked_add(buffer)?;
    (end <= isize::MAX as usize).then_some(Layout {
        buckets: peers_end,
        bucket_count,
        slots,
        reassembly,
        reassembly_length,
        buffer: buffer_start,
        end,
    })
}

/// Makes a free place for a peer. A function of its own, that what lies on the stack on the way is
/// off it again.
///
/// # Safety
/// `place` is aligned, and there is room.
#[inline(never)]
pub(super) unsafe fn make_peer(place: *mut Peer, config: &Config<'_>) {
    // SAFETY: the caller answers for the place.
    unsafe { place.write(Peer::empty(config)) };
}

/// Makes a free slot part by part: whole, it would lie on the stack first.
///
/// # Safety
/// `place` is aligned, and there is room.
#[inline(never)]
pub(super) unsafe fn make_slot(place: *mut Slot, config: &Config<'_>) {
    // There are no other parts.
    const _: fn(Slot) = |slot| {
        let Underway {
            connection: _,
            workspace: _,
            address: _,
            is_underway: _,
            began: _,
        } = slot.made;
    };
    // SAFETY: the caller answers for the place; every part is written.
    unsafe {
        let place = &raw mut (*place).made;
        (&raw mut (*place).connection).write(Connection::new(config));
        (&raw mut (*place).workspace).write(Workspace::new(config));
        (&raw mut (*place).address).write(Address::default());
        (&raw mut (*place).is_underway).write(false);
        (&raw mut (*place).began).write(Instant(0));
    }
}
