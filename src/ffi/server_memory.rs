//! The memory of a `mote_server`: where its parts lie.

use super::{MOTE_ALIGNMENT, sizes};
use crate::server::Slot;
use crate::server::table::Peer;

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
