//! A handshake under way, or room for one.

use crate::address::Address;
use crate::config::Config;
use crate::connection::{Connection, Workspace};
use crate::time::Instant;

/// Room for a handshake: a workspace, and the connection that comes of it. Both are always in place,
/// and begin anew where they lie: what is moved lies on the stack, too, and leaves its octets behind.
pub(crate) struct Slot {
    /// For who makes a slot; all others ask [`Slot::handshake`].
    pub(crate) made: Underway,
}

pub(crate) struct Underway {
    pub(crate) connection: Connection,
    pub(crate) workspace: Workspace,
    pub(crate) address: Address,
    /// Else the slot is free, and [`Slot::handshake`] shows nothing of all this.
    pub(crate) is_underway: bool,
    pub(crate) began: Instant,
}

impl Slot {
    /// As `mote_server_init` makes it in place.
    #[cfg(test)]
    pub(crate) fn empty(config: &Config<'_>) -> Self {
        Slot {
            made: Underway {
                connection: Connection::new(config),
                workspace: Workspace::new(config),
                address: Address::default(),
                is_underway: false,
                began: Instant(0),
            },
        }
    }

    /// The handshake; `None` in a free slot.
    pub(crate) fn handshake(&self) -> Option<&Underway> {
        self.made.is_underway.then_some(&self.made)
    }

    pub(crate) fn handshake_mut(&mut self) -> Option<&mut Underway> {
        self.made.is_underway.then_some(&mut self.made)
    }

    /// Begins a handshake in place of whatever was there, with [`Connection::admit`], which begins
    /// the workspace anew.
    pub(crate) fn begin(
        &mut self,
        config: &Config<'_>,
        address: Address,
        now: Instant,
    ) -> &mut Underway {
        self.free();
        let underway = &mut self.made;
        underway.connection.begin_anew(config);
        underway.address = address;
        underway.began = now;
        underway.is_underway = true;
        underway
    }

    /// Ends the handshake. Whatever is secret here is destroyed where it lies.
    pub(crate) fn free(&mut self) {
        let underway = &mut self.made;
        underway.connection.wipe(Some(&mut underway.workspace));
        underway.is_underway = false;
    }
}
