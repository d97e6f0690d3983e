//! `mote_connection`: how one begins, borrows memory and ends.

use core::ffi::c_void;
use core::ptr;

use super::connection::{Entered, TAG, enter_and};
use super::in_place::make_workspace;
use super::sizes;
use super::{
    MOTE_BUFFER_MIN, MoteConfig, MoteConnection, MoteIo, MoteStatus, check_memory, overlap, status,
};
use crate::address::Address;
use crate::connection::{Connection, Phase};
use crate::flight::Progress;
use crate::stack;

/// Makes a connection in `memory` of `size` octets (at least `MOTE_CONNECTION_SIZE`, at a multiple
/// of `MOTE_ALIGNMENT`), which must not be moved or copied: calls then return `MOTE_ERROR_STATE`. A
/// connection that was there before is overwritten: wipe it first, and never do so from one of its
/// callbacks. Never bring a connection back from a copy: its keys would protect two records with one
/// nonce. `config` (frozen) and `io` are borrowed as long as the connection is
/// in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, also in `io` but for `recv`),
/// `MOTE_ERROR_SIZE`, `MOTE_ERROR_ALIGNMENT` or `MOTE_ERROR_STATE` (`config` is not frozen).
///
/// # Safety
/// `memory` points to `size` octets that are the library's from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_init(
    memory: *mut c_void,
    size: usize,
    config: *const MoteConfig,
    io: *const MoteIo,
) -> MoteStatus {
    stack::clear();
    // SAFETY: the caller answers for the pointers.
    status(unsafe { init(memory, size, config, io) })
}

/// A function of its own, so that what it makes lies on the stack that was cleared.
///
/// # Safety
/// As for [`mote_connection_init`].
#[inline(never)]
unsafe fn init(
    memory: *mut c_void,
    size: usize,
    config: *const MoteConfig,
    io: *const MoteIo,
) -> Result<(), MoteStatus> {
    check_memory(memory, size, sizes::CONNECTION)?;
    // SAFETY: the caller answers for both pointers.
    let frozen = unsafe { MoteConfig::frozen(config) }?;
    // SAFETY: likewise. Only the pointer is kept.
    let callbacks = unsafe { io.as_ref() }.ok_or(MoteStatus::ErrorArgument)?;
    let MoteIo {
        send,
        random,
        now_ms,
        ..
    } = callbacks;
    if send.is_none() || random.is_none() || now_ms.is_none() {
        return Err(MoteStatus::ErrorArgument);
    }
    let connection = MoteConnection {
        tag: TAG ^ memory.addr(),
        is_busy: false,
        core: Connection::new(&frozen.core),
        config,
        io,
        workspace: ptr::null_mut(),
        reassembly: ptr::null_mut(),
        reassembly_length: 0,
        buffer: ptr::null_mut(),
        buffer_length: 0,
        psk: None,
        server_name: None,
        #[cfg(feature = "client")]
        session: None,
        #[cfg(feature = "cached-info")]
        cached_info: ptr::null_mut(),
        #[cfg(feature = "cached-info")]
        cached_info_length: 0,
        #[cfg(feature = "cached-info")]
        cached_info_is_forced: false,
        user: ptr::null_mut(),
        address: Address::default(),
    };
    // SAFETY: `memory` is aligned and large enough, and the caller gave it to us.
    unsafe { memory.cast::<MoteConnection>().write(connection) };
    Ok(())
}

/// Lends the connection what it works in, until `mote_connection_take_back`.
///
/// `workspace` is needed for the handshake: at least `MOTE_WORKSPACE_SIZE` octets at a multiple of
/// `MOTE_ALIGNMENT`. What it has beyond that is the reassembly buffer, for handshake messages that
/// come in pieces or ahead of their turn; without one, messages ahead of their turn come again, and
/// one in pieces ends the handshake with `MOTE_ERROR_MESSAGE_TOO_LONG`. NULL once connected, when only `buffer` is needed.
///
/// `buffer` takes one datagram in or out: at least `MOTE_BUFFER_MIN` octets, and as many as the
/// peer's largest datagram. It may serve many connections in turn, each until its
/// `mote_connection_read` returns `MOTE_WANT_READ`; not while its handshake returns
/// `MOTE_WANT_ENTROPY`, when a datagram may wait in it.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, or the two overlap), `MOTE_ERROR_SIZE`,
/// `MOTE_ERROR_ALIGNMENT` or `MOTE_ERROR_STATE` (memory is lent already, or a workspace is not
/// needed any more).
///
/// # Safety
/// Both point to memory of their size that is the library's until it is taken back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_lend(
    connection: *mut MoteConnection,
    workspace: *mut c_void,
    workspace_size: usize,
    buffer: *mut c_void,
    buffer_size: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        let target = entered.0;
        if !entered.buffer_start().is_null() {
            return Err(MoteStatus::ErrorState);
        }
        if buffer.is_null() || buffer_size > isize::MAX as usize {
            return Err(MoteStatus::ErrorArgument);
        }
        if buffer_size < MOTE_BUFFER_MIN {
            return Err(MoteStatus::ErrorSize);
        }
        #[cfg(feature = "cached-info")]
        {
            // SAFETY: `enter` has checked the pointer.
            let (cached, length) =
                unsafe { ((*target).cached_info.addr(), (*target).cached_info_length) };
            let workspace_length = if workspace.is_null() {
                0
            } else {
                workspace_size
            };
            if overlap(cached, length, buffer.addr(), buffer_size)
                || overlap(cached, length, workspace.addr(), workspace_length)
            {
                return Err(MoteStatus::ErrorArgument);
            }
        }
        if workspace.is_null() {
            // Without one the handshake could not go on, nor the buffer be taken back.
            if entered.core().needs_workspace() {
                return Err(MoteStatus::ErrorArgument);
            }
        } else {
            check_memory(workspace, workspace_size, sizes::WORKSPACE)?;
            if workspace_size > isize::MAX as usize
                || overlap(workspace.addr(), workspace_size, buffer.addr(), buffer_size)
            {
                return Err(MoteStatus::ErrorArgument);
            }
            if !entered.core().needs_workspace() {
                return Err(MoteStatus::ErrorState);
            }
            stack::clear();
            // SAFETY: `workspace` is aligned and large enough, and the caller gave it to us.
            unsafe {
                make_workspace(workspace.cast(), &entered.config().core);
                (*target).workspace = workspace.cast();
                (*target).reassembly = workspace.cast::<u8>().add(sizes::WORKSPACE);
                (*target).reassembly_length = workspace_size - sizes::WORKSPACE;
            }
        }
        // SAFETY: `enter` has checked the pointer.
        unsafe {
            (*target).buffer = buffer.cast();
            (*target).buffer_length = buffer_size;
        }
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Takes the lent memory back; the secrets in the workspace are wiped. An unread rest of a datagram
/// is lost, and counted.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, or `MOTE_ERROR_STATE` (nothing is lent, or a handshake
/// is under way: close or wipe the connection first).
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_take_back(connection: *mut MoteConnection) -> MoteStatus {
    let action = |entered: &mut Entered| {
        let is_shaking = entered.core().phase() == Phase::Handshake && !entered.is_fresh();
        if entered.buffer_start().is_null() || is_shaking {
            return Err(MoteStatus::ErrorState);
        }
        entered.core().lose_rest();
        if entered.core().phase() == Phase::Closed {
            // Nothing more can be sent: a close_notify that is not out stays unsaid.
            entered.core().wipe(None);
        }
        entered.return_memory();
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

impl Entered {
    pub(super) fn return_memory(&mut self) {
        let target = self.0;
        // SAFETY: the workspace was made by `mote_connection_lend`, and is not used after this.
        unsafe {
            if !(*target).workspace.is_null() {
                ptr::drop_in_place((*target).workspace);
                // What was moved out of it has left its octets behind, secrets among them.
                ptr::write_bytes((*target).workspace.cast::<u8>(), 0, sizes::WORKSPACE);
            }
            (*target).workspace = ptr::null_mut();
            (*target).reassembly = ptr::null_mut();
            (*target).reassembly_length = 0;
            (*target).buffer = ptr::null_mut();
            (*target).buffer_length = 0;
        }
    }

    /// Whether nothing has passed yet between this connection and a peer.
    pub(super) fn is_fresh(&mut self) -> bool {
        match self.core().phase() {
            Phase::Listening => true,
            Phase::Handshake => match self.memory() {
                Some(memory) => memory.workspace.handshake.is_unstarted_client(),
                None => true,
            },
            _ => false,
        }
    }
}

/// Closes the connection: says close_notify to the peer and destroys the keys once it is out. A
/// handshake that is under way is given up.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (closed, but close_notify is not out: call again, or wipe), `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_NO_MEMORY_LENT`, or the
/// connection's final error.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_close(connection: *mut MoteConnection) -> MoteStatus {
    let action = |entered: &mut Entered| {
        Ok(match entered.with(|core, call| core.close(call))? {
            Progress::Done => MoteStatus::Ok,
            Progress::WantWrite => MoteStatus::WantWrite,
        })
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Destroys everything secret without a word to the peer, and takes the lent memory back. The
/// connection's memory can then be used for something else, or be initialised anew.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_wipe(connection: *mut MoteConnection) -> MoteStatus {
    let action = |entered: &mut Entered| {
        entered.run(&mut |core, call| {
            core.wipe(call.memory.as_mut().map(|memory| &mut *memory.workspace));
        });
        entered.return_memory();
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}
