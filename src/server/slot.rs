//! A handshake under way, or room for one.

use crate::address::Address;
use crate::config::Config;
use crate::connection::{Connection, Workspace};
use crate::error::Error;
use crate::time::Instant;
use zeroize::Zeroize;

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
            workspace: Workspace::new(config),
            address,
            began: now,
        }))
    }

    /// The connection of a handshake that is done. Nothing secret stays behind.
    pub(crate) fn take(&mut self) -> Option<(Connection, Address)> {
        self.handshake.as_mut()?.workspace.wipe();
        let underway = self.handshake.take();
        // What has moved away has left its octets behind.
        self.handshake.zeroize();
        underway.map(|underway| (underway.connection, underway.address))
    }

    /// Ends the handshake; its keys are destroyed.
    pub(crate) fn free(&mut self) {
        self.handshake.zeroize();
    }
}

impl Zeroize for Underway {
    fn zeroize(&mut self) {
        self.connection.wipe(Some(&mut self.workspace));
    }
}
