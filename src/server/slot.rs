//! A handshake under way, or room for one.

use crate::address::Address;
use crate::config::Config;
use crate::connection::{Connection, Workspace};
use crate::error::Error;
use crate::time::Instant;

/// Room for a handshake: a workspace, and the connection that comes of it.
pub(crate) struct Slot {
    /// `None` in a free slot.
    pub(crate) handshake: Option<Underway>,
}

pub(crate) struct Underway {
    pub(crate) connection: Connection,
    pub(crate) workspace: Workspace,
    pub(crate) address: Address,
    pub(crate) began: Instant,
}

impl Slot {
    pub(crate) fn empty() -> Self {
        Slot { handshake: None }
    }

    /// Begins a handshake in place of whatever was there.
    pub(crate) fn begin(
        &mut self,
        config: &Config<'_>,
        address: Address,
        now: Instant,
    ) -> Result<&mut Underway, Error> {
        self.free();
        Ok(self.handshake.insert(Underway {
            connection: Connection::new(config),
            workspace: Workspace::new(config)?,
            address,
            began: now,
        }))
    }

    /// Ends the handshake; its keys are destroyed.
    pub(crate) fn free(&mut self) {
        if let Some(underway) = &mut self.handshake {
            underway.connection.wipe(Some(&mut underway.workspace));
        }
        self.handshake = None;
    }
}
