//! `mote_connection`: the handle, and the one way to what it holds.

use core::ffi::c_void;
use core::ptr;

use super::host::CallHost;
use super::{MOTE_IO_NOTHING, MoteConfig, MoteIo, MoteStatus};
use crate::address::Address;
#[cfg(feature = "cached-info")]
use crate::cached_info::CachedInfo;
use crate::connection::{BUFFER_MIN, Call, Connection, Memory, Outcome, Phase, Want, Workspace};
use crate::credential::Psk;
use crate::error::Error;
use crate::handshake::Context;
#[cfg(feature = "client")]
use crate::handshake::client::OfferedSession;
use crate::time::Instant;

/// The smallest datagram buffer, in octets.
pub const MOTE_BUFFER_MIN: usize = 128;

/// Octets that a protected record adds to its data.
pub const MOTE_RECORD_OVERHEAD: usize = 29;

/// `mote_connection_timeout`: the connection need not be called again until something happens.
pub const MOTE_NO_TIMEOUT: u32 = 0xFFFF_FFFF;

const _: () = {
    assert!(align_of::<MoteConnection>() <= super::MOTE_ALIGNMENT);
    assert!(align_of::<Workspace>() <= super::MOTE_ALIGNMENT);
    assert!(MOTE_BUFFER_MIN == BUFFER_MIN);
};

/// One association with one peer. Declare one with `motedtls_static.h`. It must not be moved, and
/// must be used by one thread at a time; two connections can be used by two threads.
pub struct MoteConnection {
    /// Marks that one was made here: it does not fit any more when the memory was moved or copied.
    pub(super) tag: usize,
    pub(super) is_busy: bool,
    pub(super) core: Connection,
    pub(super) config: *const MoteConfig,
    pub(super) io: *const MoteIo,
    pub(super) workspace: *mut Workspace,
    pub(super) reassembly: *mut u8,
    pub(super) reassembly_length: usize,
    pub(super) buffer: *mut u8,
    pub(super) buffer_length: usize,
    pub(super) psk: Option<Psk<'static>>,
    pub(super) server_name: Option<&'static [u8]>,
    /// Client: the session to resume.
    #[cfg(feature = "client")]
    pub(super) session: Option<OfferedSession<'static>>,
    /// Client: where it remembers the server's messages.
    #[cfg(feature = "cached-info")]
    pub(super) cached_info: *mut u8,
    #[cfg(feature = "cached-info")]
    pub(super) cached_info_length: usize,
    #[cfg(feature = "cached-info")]
    pub(super) cached_info_is_forced: bool,
    pub(super) user: *mut c_void,
    pub(super) address: Address,
}

/// Marks memory in which a connection was made.
pub(super) const TAG: usize = 0x6D43_6F6E;

/// A connection that is in use by this call and no other. Its fields are only ever borrowed one by
/// one, so that a callback that calls back finds `is_busy` without touching what is borrowed.
pub(super) struct Entered(pub(super) *mut MoteConnection);

impl Drop for Entered {
    fn drop(&mut self) {
        // SAFETY: `enter` has checked the pointer.
        unsafe { (&raw mut (*self.0).is_busy).write(false) };
    }
}

/// Checks a pointer from C and takes the connection into use.
///
/// # Safety
/// `connection` is NULL or points to at least `MOTE_CONNECTION_SIZE` initialised octets.
pub(super) unsafe fn enter(connection: *const MoteConnection) -> Result<Entered, MoteStatus> {
    if connection.is_null() {
        return Err(MoteStatus::ErrorArgument);
    }
    let connection = connection.cast_mut();
    // SAFETY: the caller answers for the memory; the tag says whether a connection is in it.
    unsafe {
        if !connection.is_aligned()
            || (&raw const (*connection).tag).read() != TAG ^ connection.addr()
        {
            return Err(MoteStatus::ErrorState);
        }
        if (&raw const (*connection).is_busy).read() {
            return Err(MoteStatus::ErrorState);
        }
        (&raw mut (*connection).is_busy).write(true);
    }
    Ok(Entered(connection))
}

/// What is done with a connection.
pub(super) type OnConnection<'a> = &'a mut dyn FnMut(&mut Connection, &mut Call<'_>);

impl Entered {
    pub(super) fn core(&mut self) -> &mut Connection {
        // SAFETY: `enter` has checked the pointer, and `self` is the only way to the fields.
        unsafe { &mut (*self.0).core }
    }

    pub(super) fn config(&self) -> &'static MoteConfig {
        // SAFETY: `mote_connection_init` has checked it; it is borrowed for longer than we live.
        unsafe { &*(*self.0).config }
    }

    pub(super) fn io(&self) -> &'static MoteIo {
        // SAFETY: likewise.
        unsafe { &*(*self.0).io }
    }

    pub(super) fn now(&self) -> Instant {
        let io = self.io();
        // SAFETY: the application's function, as `mote_io` says.
        Instant(io.now_ms.map_or(0, |now_ms| unsafe { now_ms(io.user) }))
    }

    pub(super) fn buffer_length(&self) -> usize {
        // SAFETY: as in `core`.
        unsafe { (*self.0).buffer_length }
    }

    pub(super) fn buffer_start(&self) -> *mut u8 {
        // SAFETY: as in `core`.
        unsafe { (*self.0).buffer }
    }

    /// The lent workspace.
    pub(super) fn memory(&mut self) -> Option<Memory<'_>> {
        // SAFETY: `mote_connection_lend` has checked the pointers; the memory is ours until it is
        // taken back, and borrowed here no longer than `self`.
        unsafe {
            let connection = self.0;
            let workspace = (*connection).workspace.as_mut()?;
            let reassembly = core::slice::from_raw_parts_mut(
                (*connection).reassembly,
                (*connection).reassembly_length,
            );
            Some(Memory {
                workspace,
                reassembly,
            })
        }
    }

    /// Calls the core with everything that this connection has.
    pub(super) fn with<T>(
        &mut self,
        mut action: impl FnMut(&mut Connection, &mut Call<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut result = Err(Error::State);
        self.run(&mut |core, call| result = action(core, call));
        result
    }

    /// The same without a result: one function for all that is done with a connection.
    pub(super) fn run(&mut self, action: OnConnection<'_>) {
        let (config, io, now) = (self.config(), self.io(), self.now());
        let (buffer, buffer_length) = (self.buffer_start(), self.buffer_length());
        let connection = self.0;
        // SAFETY: the fields are apart from each other, `self` is the only way to them, and what
        // was lent is ours and apart from them.
        unsafe {
            let address = &(*connection).address;
            let buffer = if buffer.is_null() {
                &mut []
            } else {
                core::slice::from_raw_parts_mut(buffer, buffer_length)
            };
            let memory = self.memory();
            let mut host = CallHost {
                config,
                io,
                address: *address,
                now,
            };
            let mut call = Call {
                context: Context {
                    config: &config.core,
                    psk: (*connection).psk.or(config.core.psk),
                    server_name: (*connection).server_name.or(config.core.server_name),
                    // It was checked when it was set. It is borrowed only until the handshake is done.
                    #[cfg(feature = "client")]
                    session: (*connection)
                        .session
                        .filter(|_| (*connection).core.phase() == Phase::Handshake),
                    #[cfg(feature = "server")]
                    resumption: config.sessions.map(|sessions| sessions.resumption),
                    // Likewise borrowed.
                    #[cfg(feature = "cached-info")]
                    cached_info: match (*connection).core.phase() {
                        Phase::Handshake if !(*connection).cached_info.is_null() => {
                            let memory = core::slice::from_raw_parts_mut(
                                (*connection).cached_info,
                                (*connection).cached_info_length,
                            );
                            CachedInfo::new(memory, (*connection).cached_info_is_forced).ok()
                        }
                        _ => None,
                    },
                    peer_address: address.octets(),
                    host: &mut host,
                    now,
                },
                memory,
                buffer,
            };
            action(&mut (*connection).core, &mut call);
        }
    }

    /// A session that was set fits no more.
    pub(super) fn forget_session(&mut self) {
        #[cfg(feature = "client")]
        // SAFETY: as in `core`.
        unsafe {
            (*self.0).session = None;
        }
    }

    pub(super) fn can_take_datagram(&mut self) -> bool {
        let target = self.0;
        let memory = self.memory();
        // SAFETY: the core is apart from the workspace that `memory` borrows.
        unsafe { (*target).core.can_take_datagram(memory.as_ref()) }
    }

    /// Fetches a datagram if there is one and room for it.
    pub(super) fn receive(&mut self) -> Result<(), Error> {
        let io = self.io();
        let Some(recv) = io.recv else {
            return Ok(());
        };
        let (buffer, capacity) = (self.buffer_start(), self.buffer_length());
        if buffer.is_null() || !self.can_take_datagram() {
            return Ok(());
        }
        // SAFETY: the application's function, as `mote_io` says; nobody borrows the buffer now.
        let received = unsafe { recv(io.user, ptr::null_mut(), ptr::null_mut(), buffer, capacity) };
        match usize::try_from(received) {
            Ok(length) => self.core().take_datagram(length, capacity),
            Err(_) if received == MOTE_IO_NOTHING => {}
            Err(_) => return Err(Error::Io),
        }
        Ok(())
    }

    /// Takes a datagram in, if the core is to have one, and goes on.
    pub(super) fn step(&mut self, want: Want) -> Result<Outcome, Error> {
        let is_wanted = match self.core().phase() {
            Phase::Listening | Phase::Handshake => want == Want::Handshake,
            Phase::Connected => want == Want::Data,
            Phase::Closed | Phase::Failed(_) => false,
        };
        if is_wanted && let Err(error) = self.receive() {
            self.run(&mut |core, call| core.fail(call, error));
            return Err(error);
        }
        self.with(|core, call| core.step(call, want))
    }
}

/// Runs `action` on a connection from C.
///
/// # Safety
/// As for [`enter`].
pub(super) unsafe fn enter_and(
    connection: *const MoteConnection,
    action: impl FnOnce(&mut Entered) -> Result<MoteStatus, MoteStatus>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    let entered = unsafe { enter(connection) };
    match entered.and_then(|mut entered| action(&mut entered)) {
        Ok(status) | Err(status) => status,
    }
}
