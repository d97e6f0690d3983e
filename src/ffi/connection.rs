//! `mote_connection`.

use core::ffi::{c_char, c_void};
use core::ptr;

use super::host::CallHost;
use super::{
    MOTE_ADDRESS_MAX, MOTE_IO_NOTHING, MoteConfig, MoteCounters, MoteDirection, MoteInfo, MoteIo,
    MoteState, MoteStatus, check_memory, octets, status, string,
};
use crate::config::{checked_mtu, checked_server_name};
use crate::connection::{
    BUFFER_MIN, Call, Connection, Memory, Outcome, Phase, Want, Workspace, check_session,
};
use crate::credential::Psk;
use crate::error::Error;
use crate::flight::Progress;
use crate::handshake::Context;
use crate::host::Direction;
use crate::session::Session;
use crate::time::Instant;

/// Octets of a `mote_connection`.
#[cfg(target_pointer_width = "64")]
pub const MOTE_CONNECTION_SIZE: usize = 528;
/// Octets of a `mote_connection`.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_CONNECTION_SIZE: usize = 432;

/// Octets of a workspace without reassembly buffer.
#[cfg(target_pointer_width = "64")]
pub const MOTE_WORKSPACE_SIZE: usize = 896;
/// Octets of a workspace without reassembly buffer.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_WORKSPACE_SIZE: usize = 896;

/// The smallest datagram buffer, in octets.
pub const MOTE_BUFFER_MIN: usize = 128;

/// Octets that a protected record adds to its data.
pub const MOTE_RECORD_OVERHEAD: usize = 29;

/// `mote_connection_timeout`: the connection need not be called again until something happens.
pub const MOTE_NO_TIMEOUT: u32 = 0xFFFF_FFFF;

const _: () = {
    // Upper bounds for every set of features, and with all of them within 10 %.
    let (connection, workspace) = (size_of::<MoteConnection>(), size_of::<Workspace>());
    assert!(connection <= MOTE_CONNECTION_SIZE && workspace <= MOTE_WORKSPACE_SIZE);
    let has_all = cfg!(all(feature = "psk", feature = "client", feature = "server"));
    assert!(!has_all || connection * 10 >= MOTE_CONNECTION_SIZE * 9);
    assert!(!has_all || workspace * 10 >= MOTE_WORKSPACE_SIZE * 9);
    assert!(align_of::<MoteConnection>() <= super::MOTE_ALIGNMENT);
    assert!(align_of::<Workspace>() <= super::MOTE_ALIGNMENT);
    assert!(MOTE_BUFFER_MIN == BUFFER_MIN);
};

/// One association with one peer. Declare one with `motedtls_static.h`. It must not be moved, and
/// must be used by one thread at a time; two connections can be used by two threads.
pub struct MoteConnection {
    /// Marks that one was made here: it does not fit any more when the memory was moved or copied.
    tag: usize,
    is_busy: bool,
    core: Connection,
    config: *const MoteConfig,
    io: *const MoteIo,
    workspace: *mut Workspace,
    reassembly: *mut u8,
    reassembly_length: usize,
    buffer: *mut u8,
    buffer_length: usize,
    psk: Option<Psk<'static>>,
    server_name: Option<&'static [u8]>,
    /// Client: the session to resume.
    session: Option<&'static [u8]>,
    user: *mut c_void,
    address: [u8; MOTE_ADDRESS_MAX],
    address_length: u8,
}

/// Marks memory in which a connection was made.
const TAG: usize = 0x6D43_6F6E;

/// A connection that is in use by this call and no other. Its fields are only ever borrowed one by
/// one, so that a callback that calls back finds `is_busy` without touching what is borrowed.
struct Entered(*mut MoteConnection);

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
unsafe fn enter(connection: *const MoteConnection) -> Result<Entered, MoteStatus> {
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

impl Entered {
    fn core(&mut self) -> &mut Connection {
        // SAFETY: `enter` has checked the pointer, and `self` is the only way to the fields.
        unsafe { &mut (*self.0).core }
    }

    fn config(&self) -> &'static MoteConfig {
        // SAFETY: `mote_connection_init` has checked it; it is borrowed for longer than we live.
        unsafe { &*(*self.0).config }
    }

    fn io(&self) -> &'static MoteIo {
        // SAFETY: likewise.
        unsafe { &*(*self.0).io }
    }

    fn now(&self) -> Instant {
        let io = self.io();
        // SAFETY: the application's function, as `mote_io` says.
        Instant(io.now_ms.map_or(0, |now_ms| unsafe { now_ms(io.user) }))
    }

    fn buffer_length(&self) -> usize {
        // SAFETY: as in `core`.
        unsafe { (*self.0).buffer_length }
    }

    fn buffer_start(&self) -> *mut u8 {
        // SAFETY: as in `core`.
        unsafe { (*self.0).buffer }
    }

    /// The lent workspace.
    fn memory(&mut self) -> Option<Memory<'_>> {
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
    fn with<R>(&mut self, action: impl FnOnce(&mut Connection, &mut Call<'_>) -> R) -> R {
        let (config, io, now) = (self.config(), self.io(), self.now());
        let (buffer, buffer_length) = (self.buffer_start(), self.buffer_length());
        let connection = self.0;
        // SAFETY: the fields are apart from each other, `self` is the only way to them, and what
        // was lent is ours and apart from them.
        unsafe {
            let address = (&raw const (*connection).address).cast::<u8>();
            let address_length = usize::from((*connection).address_length);
            let address = core::slice::from_raw_parts(address, address_length);
            let buffer = if buffer.is_null() {
                &mut []
            } else {
                core::slice::from_raw_parts_mut(buffer, buffer_length)
            };
            let memory = self.memory();
            let mut host = CallHost {
                config,
                io,
                address,
                now,
            };
            let mut call = Call {
                context: Context {
                    config: &config.core,
                    psk: (*connection).psk.or(config.core.psk),
                    server_name: (*connection).server_name.or(config.core.server_name),
                    // It was checked when it was set; the application leaves it alone since then.
                    session: (*connection)
                        .session
                        .and_then(|octets| Session::parse(octets).ok()),
                    peer_address: address,
                    host: &mut host,
                    now,
                },
                memory,
                buffer,
            };
            action(&mut (*connection).core, &mut call)
        }
    }

    fn can_take_datagram(&mut self) -> bool {
        let target = self.0;
        let memory = self.memory();
        // SAFETY: the core is apart from the workspace that `memory` borrows.
        unsafe { (*target).core.can_take_datagram(memory.as_ref()) }
    }

    /// Fetches a datagram if there is one and room for it.
    fn receive(&mut self) -> Result<(), Error> {
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
    fn step(&mut self, want: Want) -> Result<Outcome, Error> {
        let is_wanted = match self.core().phase() {
            Phase::Listening | Phase::Handshake => want == Want::Handshake,
            Phase::Connected => want == Want::Data,
            Phase::Closed | Phase::Failed(_) => false,
        };
        if is_wanted && let Err(error) = self.receive() {
            self.with(|core, call| core.fail(call, error));
            return Err(error);
        }
        self.with(|core, call| core.step(call, want))
    }
}

/// Runs `action` on a connection from C.
///
/// # Safety
/// As for [`enter`].
unsafe fn enter_and(
    connection: *const MoteConnection,
    action: impl FnOnce(&mut Entered) -> Result<MoteStatus, MoteStatus>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    let entered = unsafe { enter(connection) };
    match entered.and_then(|mut entered| action(&mut entered)) {
        Ok(status) | Err(status) => status,
    }
}

/// Makes a connection in `memory` of `size` octets (at least `MOTE_CONNECTION_SIZE`, at a multiple
/// of `MOTE_ALIGNMENT`), which must not be moved or copied: calls then return `MOTE_ERROR_STATE`. A
/// connection that was there before is overwritten: wipe it first, and never do so from one of its
/// callbacks. `config` (frozen) and `io` are borrowed as long as the connection is
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
    let init = || {
        check_memory(memory, size, MOTE_CONNECTION_SIZE)?;
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
            session: None,
            user: ptr::null_mut(),
            address: [0; MOTE_ADDRESS_MAX],
            address_length: 0,
        };
        // SAFETY: `memory` is aligned and large enough, and the caller gave it to us.
        unsafe { memory.cast::<MoteConnection>().write(connection) };
        Ok(())
    };
    status(init())
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
/// `mote_connection_read` returns `MOTE_WANT_READ`.
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
        if workspace.is_null() {
            // Without one the handshake could not go on, nor the buffer be taken back.
            if entered.core().needs_workspace() {
                return Err(MoteStatus::ErrorArgument);
            }
        } else {
            check_memory(workspace, workspace_size, MOTE_WORKSPACE_SIZE)?;
            if workspace_size > isize::MAX as usize
                || overlap(workspace.addr(), workspace_size, buffer.addr(), buffer_size)
            {
                return Err(MoteStatus::ErrorArgument);
            }
            if !entered.core().needs_workspace() {
                return Err(MoteStatus::ErrorState);
            }
            let fresh = Workspace::new(&entered.config().core)?;
            // SAFETY: `workspace` is aligned and large enough, and the caller gave it to us.
            unsafe {
                workspace.cast::<Workspace>().write(fresh);
                (*target).workspace = workspace.cast();
                (*target).reassembly = workspace.cast::<u8>().add(MOTE_WORKSPACE_SIZE);
                (*target).reassembly_length = workspace_size - MOTE_WORKSPACE_SIZE;
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
    fn return_memory(&mut self) {
        let target = self.0;
        // SAFETY: the workspace was made by `mote_connection_lend`, and is not used after this.
        unsafe {
            if !(*target).workspace.is_null() {
                ptr::drop_in_place((*target).workspace);
                // What was moved out of it has left its octets behind, secrets among them.
                ptr::write_bytes((*target).workspace.cast::<u8>(), 0, MOTE_WORKSPACE_SIZE);
            }
            (*target).workspace = ptr::null_mut();
            (*target).reassembly = ptr::null_mut();
            (*target).reassembly_length = 0;
            (*target).buffer = ptr::null_mut();
            (*target).buffer_length = 0;
        }
    }

    /// Whether nothing has passed yet between this connection and a peer.
    fn is_fresh(&mut self) -> bool {
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

/// Client: sets the server's name for this connection alone, as `mote_config_set_server_name` does
/// for all. It is borrowed as long as the connection is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (a server, or the handshake has
/// begun).
///
/// # Safety
/// As said above.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_server_name(
    connection: *mut MoteConnection,
    name: *const c_char,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the string.
        let name = checked_server_name(unsafe { string(name) }?)?;
        if entered.config().core.role() != crate::config::Role::Client || !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).server_name = Some(name) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the MTU of this connection, as `mote_config_set_mtu` does for all. It may be set at any
/// time: a handshake that is under way cuts its messages anew.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (not initialised).
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_mtu(
    connection: *mut MoteConnection,
    octets: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        entered.core().set_mtu(checked_mtu(octets)?);
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the pre-shared key of this connection, in place of the one that `mote_config_set_psk` sets
/// for all. Identity and key are borrowed as long as the connection is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
/// has begun).
///
/// # Safety
/// As said above.
#[cfg(feature = "psk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_psk(
    connection: *mut MoteConnection,
    identity: *const u8,
    identity_length: usize,
    key: *const u8,
    key_length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the pointers.
        let psk =
            unsafe { Psk::new(octets(identity, identity_length)?, octets(key, key_length)?) }?;
        if !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).psk = Some(psk) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Client: offers to resume the session in `octets`, which `mote_connection_session_export` wrote.
/// Set name and key before it. `age_s` is how many seconds ago it was exported, as far as you know;
/// 0 if you do not. The octets are borrowed, and must not change, until the handshake is done. A
/// server that does not resume it does a full handshake; `mote_info.resumed` tells.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SESSION` (altered, older than
/// `MOTE_SESSION_LIFETIME_S`, or of another server name, identity or maximum fragment length) or
/// `MOTE_ERROR_STATE` (a server, or the handshake has begun).
///
/// # Safety
/// `connection` points to a connection, `octets` to `length` octets.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_session(
    connection: *mut MoteConnection,
    octets: *const u8,
    length: usize,
    age_s: u32,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if octets.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: the caller answers for the pointer.
        let octets = unsafe { super::octets(octets, length) }?;
        let is_client = entered.config().core.role() == crate::config::Role::Client;
        if !is_client || !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        entered.with(|_, call| check_session(&call.context, octets, age_s))?;
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).session = Some(octets) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Sets the peer's address, which `send` is given and cookies are bound to: up to
/// `MOTE_ADDRESS_MAX` octets, copied; 0 octets for none.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (the handshake
/// has begun; a server that is in `MOTE_STATE_LISTENING` can still change it).
///
/// # Safety
/// `address` points to `address_length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_peer_address(
    connection: *mut MoteConnection,
    address: *const u8,
    address_length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: the caller answers for the pointer.
        let address = unsafe { octets(address, address_length) }?;
        if address_length > MOTE_ADDRESS_MAX {
            return Err(MoteStatus::ErrorSize);
        }
        if !entered.is_fresh() {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: `enter` has checked the pointer; nothing borrows the address now.
        unsafe {
            let place = &mut (*entered.0).address;
            for (to, from) in place.iter_mut().zip(address) {
                *to = *from;
            }
            (*entered.0).address_length = address_length as u8;
        }
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Goes on with the handshake: takes in at most one datagram and sends at most one flight. Call it
/// until it returns `MOTE_OK`; wait in between as `mote_connection_timeout` says.
///
/// Returns `MOTE_OK` (connected), `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_PENDING`,
/// `MOTE_CLOSED`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_NO_MEMORY_LENT`,
/// `MOTE_ERROR_NO_CREDENTIAL`, or a final error.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_handshake(connection: *mut MoteConnection) -> MoteStatus {
    let action = |entered: &mut Entered| Ok(entered.step(Want::Handshake)?.into());
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Reads the data of one record. `*data` then points into the lent buffer to `*length` octets
/// (which may be 0) and is borrowed until the next call on the connection or on another that
/// shares the buffer; it may be changed. Call it until it returns `MOTE_WANT_READ`: a datagram may
/// carry several records, and answers to the peer wait until it is drained.
///
/// Returns `MOTE_OK`, `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_CLOSED` (by the peer or by us),
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (the handshake is not done),
/// `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
///
/// # Safety
/// `connection` points to a connection, `data` and `length` to where the outputs go.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_read(
    connection: *mut MoteConnection,
    data: *mut *const u8,
    length: *mut usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if data.is_null() || length.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let outcome = entered.step(Want::Data)?;
        if let Outcome::Data(range) = &outcome {
            // SAFETY: the range lies in the buffer; the caller answers for the outputs.
            unsafe {
                data.write(entered.buffer_start().add(range.start));
                length.write(range.len());
            }
        }
        Ok(outcome.into())
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// Sends `length` octets as one record in one datagram, 0 to `mote_connection_max_write`. `data`
/// is borrowed until the call returns and may lie anywhere, also in the lent buffer: what was just
/// read can be sent back.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (nothing was sent: call again), `MOTE_ERROR_ARGUMENT`,
/// `MOTE_ERROR_SIZE` (too long; also when the path has just turned out narrower),
/// `MOTE_ERROR_STATE` (not connected), `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
///
/// # Safety
/// `connection` points to a connection, `data` to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_write(
    connection: *mut MoteConnection,
    data: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if data.is_null() && length > 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        let (buffer, capacity) = (entered.buffer_start(), entered.buffer_length());
        if entered.core().phase() == Phase::Connected && buffer.is_null() {
            return Err(MoteStatus::ErrorNoMemoryLent);
        }
        entered.core().place_of_data(length, capacity)?;
        // What is still to be sent is built in the buffer: not where the data lies.
        if !overlap(data.addr(), length, buffer.addr(), capacity) {
            let flushed = entered.with(|core, call| core.flush_before_data(call))?;
            if flushed == Progress::WantWrite {
                return Ok(MoteStatus::WantWrite);
            }
        }
        let place = entered.core().place_of_data(length, capacity)?;
        // SAFETY: `place_of_data` has found room for `length` octets there; the caller answers for
        // the data, which `copy` lets overlap.
        unsafe { ptr::copy(data, buffer.add(place), length) };
        let written = entered.with(|core, call| core.write(call, length));
        let is_inside = data.addr() >= buffer.addr()
            && data.addr().saturating_add(length) <= buffer.addr().saturating_add(capacity);
        if is_inside && matches!(written, Ok(Outcome::WantWrite) | Err(Error::Size)) {
            // It was not sent, so it is to lie where it was.
            // SAFETY: both lie in the buffer, which is ours.
            unsafe { ptr::copy(buffer.add(place), data.cast_mut(), length) };
        }
        Ok(written?.into())
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// The most octets that one `mote_connection_write` takes now; 0 unless connected with a buffer
/// lent. It depends on MTU, buffer and maximum fragment length.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_max_write(connection: *const MoteConnection) -> usize {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        Ok(mut entered) => {
            let capacity = entered.buffer_length();
            entered.core().max_write(capacity)
        }
        Err(_) => 0,
    }
}

/// Milliseconds from `now_ms` until the connection has to be called again even if nothing
/// happens (`mote_connection_handshake`, or `mote_connection_read` once connected), or
/// `MOTE_NO_TIMEOUT`.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_timeout(
    connection: *const MoteConnection,
    now_ms: u32,
) -> u32 {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        Ok(mut entered) => {
            let target = entered.0;
            let memory = entered.memory();
            let handshake = memory.as_ref().map(|memory| &memory.workspace.handshake);
            // SAFETY: the core is apart from the workspace that `memory` borrows.
            unsafe { (*target).core.timeout(handshake, Instant(now_ms)) }
        }
        Err(_) => MOTE_NO_TIMEOUT,
    }
}

/// Gives one datagram in, in place of `recv`. It is copied into the lent buffer; call
/// `mote_connection_handshake`, or `mote_connection_read` once connected, until it returns
/// `MOTE_WANT_READ`. Of a datagram larger than the buffer the whole records at its front are used.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (not taken: something has to be sent first), `MOTE_PENDING`
/// (not taken: a callback has not answered), `MOTE_CLOSED`,
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (not taken: the last one is not drained),
/// `MOTE_ERROR_NO_MEMORY_LENT`, or the connection's final error.
///
/// # Safety
/// `connection` points to a connection, `datagram` to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_input(
    connection: *mut MoteConnection,
    datagram: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if datagram.is_null() && length > 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        match entered.core().phase() {
            Phase::Failed(error) => return Err(error.into()),
            Phase::Closed => return Ok(MoteStatus::Closed),
            _ => {}
        }
        let (buffer, capacity) = (entered.buffer_start(), entered.buffer_length());
        if buffer.is_null() {
            return Err(MoteStatus::ErrorNoMemoryLent);
        }
        if entered.core().has_rest() {
            return Err(MoteStatus::ErrorState);
        }
        if entered.core().is_pending() {
            return Ok(MoteStatus::Pending);
        }
        if !entered.can_take_datagram() {
            return Ok(MoteStatus::WantWrite);
        }
        // SAFETY: the caller answers for the datagram, which may overlap; the buffer has room.
        unsafe { ptr::copy(datagram, buffer, length.min(capacity)) };
        entered.core().take_datagram(length, capacity);
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
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
        entered.with(|core, call| {
            core.wipe(call.memory.as_mut().map(|memory| &mut *memory.workspace));
        });
        entered.return_memory();
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Tells about the connection. `info` is written as a whole.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `connection` points to a connection, `info` to where the output goes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_info(
    connection: *const MoteConnection,
    info: *mut MoteInfo,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if info.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: the caller answers for the output.
        unsafe { info.write(entered.info()) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

impl Entered {
    fn info(&mut self) -> MoteInfo {
        let (state, error) = match self.core().phase() {
            Phase::Listening => (MoteState::Listening, MoteStatus::Ok),
            Phase::Handshake => (MoteState::Handshake, MoteStatus::Ok),
            Phase::Connected => (MoteState::Connected, MoteStatus::Ok),
            Phase::Closed => (MoteState::Closed, MoteStatus::Ok),
            Phase::Failed(error) => (MoteState::Failed, error.into()),
        };
        let (alert, alert_direction) = match self.core().last_alert() {
            None => (0, MoteDirection::None),
            Some((alert, Direction::Sent)) => (alert.0, MoteDirection::Sent),
            Some((alert, Direction::Received)) => (alert.0, MoteDirection::Received),
        };
        let (psk_identity, psk_identity_length, psk_identity_truncated) = self.identity();
        let counters = self.core().counters;
        let negotiated = self.core().association().negotiated;
        MoteInfo {
            state,
            suite: negotiated.suite.map_or(0, |suite| suite.number()),
            resumed: negotiated.resumed,
            extended_master_secret: negotiated.extended_master_secret,
            secure_renegotiation: negotiated.secure_renegotiation,
            max_fragment_length: negotiated
                .max_fragment_length
                .map_or(0, |length| length.octets()),
            psk_identity,
            psk_identity_length,
            psk_identity_truncated,
            error,
            alert,
            alert_direction,
            datagram_needed: usize::from(counters.datagram_needed),
            reassembly_needed: counters.reassembly_needed as usize,
            counters: MoteCounters {
                malformed: counters.malformed.into(),
                replayed: counters.replayed.into(),
                unauthenticated: counters.unauthenticated,
                out_of_place: counters.out_of_place.into(),
                lost: counters.lost.into(),
                truncated: counters.truncated.into(),
                retransmissions: counters.retransmissions.into(),
            },
        }
    }

    /// The client's identity: pointer, length, and whether it is cut.
    fn identity(&mut self) -> (*const u8, usize, bool) {
        if self.core().association().negotiated.suite.is_none() {
            return (ptr::null(), 0, false);
        }
        // A client knows its own.
        if self.config().core.role() == crate::config::Role::Client {
            // SAFETY: `enter` has checked the pointer; the key is borrowed as long as we are in use.
            let psk = unsafe { (*self.0).psk }.or(self.config().core.psk);
            let identity = psk.map_or(&[][..], |psk| psk.identity);
            return (identity.as_ptr(), identity.len(), false);
        }
        #[cfg(all(feature = "psk", feature = "server"))]
        if let Some(memory) = self.memory()
            && let Some(identity) = memory.workspace.handshake.peer_identity()
        {
            return (identity.as_ptr(), identity.len(), false);
        }
        let names = &self.core().association().names;
        let identity = names.identity();
        (identity.as_ptr(), identity.len(), names.is_truncated())
    }
}

/// Derives `out_length` octets of keying material for the application (RFC 5705): the same at both
/// ends for the same label and context. `context` NULL is no context, which differs from one of 0
/// octets. Labels should begin with `EXPORTER` or `EXPERIMENTAL`.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (a NULL, a label of TLS itself, a context of more than
/// 65535 octets or one that overlaps `out`) or `MOTE_ERROR_STATE` (not connected, or without extended_master_secret).
///
/// # Safety
/// The pointers point to as many octets as their lengths say, `label` to a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_export_keying_material(
    connection: *mut MoteConnection,
    label: *const c_char,
    context: *const u8,
    context_length: usize,
    out: *mut u8,
    out_length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if out.is_null() || out_length > isize::MAX as usize {
            return Err(MoteStatus::ErrorArgument);
        }
        if overlap(context.addr(), context_length, out.addr(), out_length) {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: the caller answers for the pointers.
        let (label, context) = unsafe {
            let context = if context.is_null() && context_length == 0 {
                None
            } else {
                Some(octets(context, context_length)?)
            };
            (string(label)?, context)
        };
        // Nothing may be written before it is sure that this succeeds: what can fail does so here.
        (entered.core()).export_keying_material(label, context, &mut [])?;
        // SAFETY: the caller answers for the output. It may be fresh memory: a slice of it needs
        // values.
        let out = unsafe {
            out.write_bytes(0, out_length);
            core::slice::from_raw_parts_mut(out, out_length)
        };
        entered.core().export_keying_material(label, context, out)?;
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// Writes the session to `out` of `capacity` octets (`MOTE_SESSION_MAX` is always enough) and its
/// length to `*length`, so that it can be resumed later with `mote_connection_set_session`. It
/// holds the master secret in the clear: keep it as you keep a key. Forget it when the connection
/// ends with a fatal alert (RFC 5246 section 7.2.2).
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (a server, not
/// connected, or the server did not make it resumable).
///
/// # Safety
/// `connection` points to a connection, `out` to `capacity` octets, `length` to where it goes.
#[cfg(feature = "client")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_session_export(
    connection: *mut MoteConnection,
    out: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if out.is_null() || length.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let mut octets = [0; super::MOTE_SESSION_MAX];
        let written = entered.with(|core, call| core.export_session(&call.context, &mut octets))?;
        let result = if written > capacity {
            Err(MoteStatus::ErrorSize)
        } else {
            // SAFETY: the caller answers for the outputs.
            unsafe {
                ptr::copy_nonoverlapping(octets.as_ptr(), out, written);
                length.write(written);
            }
            Ok(MoteStatus::Ok)
        };
        zeroize::Zeroize::zeroize(&mut octets);
        result
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// Keeps a pointer of the application with the connection.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_set_user(
    connection: *mut MoteConnection,
    user: *mut c_void,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        // SAFETY: `enter` has checked the pointer.
        unsafe { (*entered.0).user = user };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// The pointer that `mote_connection_set_user` set, or NULL.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_user(connection: *const MoteConnection) -> *mut c_void {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        // SAFETY: `enter` has checked the pointer.
        Ok(entered) => unsafe { (*entered.0).user },
        Err(_) => ptr::null_mut(),
    }
}

/// Whether two stretches of memory have an octet in common.
fn overlap(a: usize, a_length: usize, b: usize, b_length: usize) -> bool {
    a < b.saturating_add(b_length) && b < a.saturating_add(a_length)
}
