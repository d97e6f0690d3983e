//! Stands in for heartbeats (RFC 6520) in a build without them: there are none.

use core::ops::Range;

use super::{Call, Connection, Heartbeats};
use crate::error::Error;
use crate::flight::Progress;
use crate::handshake::Context;
use crate::time::Instant;
use crate::wire::record_header::RecordHeader;

#[derive(Default)]
pub(super) struct Heartbeat(());

impl Heartbeat {
    pub(super) fn begin(_: &Context<'_>) -> Self {
        Heartbeat(())
    }

    pub(super) fn new_datagram(&mut self) {}

    pub(super) fn heard(&mut self, _: Instant) {}
}

impl Connection {
    pub(super) fn is_heartbeat(&self, _: &RecordHeader) -> bool {
        false
    }

    pub(super) fn heartbeat_record(
        &mut self,
        _: &mut Call<'_>,
        _: &RecordHeader,
        _: Range<usize>,
    ) -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn watch_heartbeat(&mut self, _: &mut Call<'_>) -> Result<Progress, Error> {
        Ok(Progress::Done)
    }

    pub(super) fn heartbeat_timeout(&self, _: u32, _: Instant) -> u32 {
        u32::MAX
    }

    pub(crate) fn stop_keep_alive(&mut self) {}

    pub(crate) fn was_heard_at(&self, _: Instant) -> bool {
        false
    }

    pub(crate) fn heartbeats(&self) -> Heartbeats {
        Heartbeats::default()
    }
}
