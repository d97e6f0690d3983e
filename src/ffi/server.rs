//! `mote_server`: many peers on one socket.

use core::ffi::c_void;
use core::ptr;

use super::host::CallHost;
use super::in_place::{make_peer, make_slot};
use super::server_memory::layout;
use super::sizes;
use super::{
    MOTE_ADDRESS_MAX, MOTE_ALIGNMENT, MOTE_BUFFER_MIN, MOTE_IO_NOTHING, MoteConfig, MoteIo,
    MoteStatus, check_memory,
};
use crate::address::Address;
use crate::config::Role;
use crate::host::Host;
use crate::server::table::{Order, Peer, Table};
use crate::server::{Environment, Server, Slot, State};
use crate::stack;
use crate::time::Instant;

/// A handshake that has gone on for so many milliseconds gives its workspace to a new client that
/// has shown a good cookie, when no other is free; the oldest goes first.
pub const MOTE_SERVER_YIELD_MS: u32 = 5000;

/// A peer that was heard of more recently than so many milliseconds ago makes no room for another,
/// unless `mote_server_set_idle` says otherwise.
pub const MOTE_SERVER_IDLE_MS: u32 = 30000;

const _: () = {
    assert!(align_of::<MoteServer>() <= MOTE_ALIGNMENT);
    assert!(align_of::<Peer>() <= MOTE_ALIGNMENT && align_of::<Slot>() <= MOTE_ALIGNMENT);
    assert!(MOTE_SERVER_YIELD_MS == crate::server::YIELD_MS);
};

/// A server of many peers on one socket. Declare one with `motedtls_static.h`. It must not be moved,
/// and must be used by one thread at a time.
pub struct MoteServer {
    /// Marks that one was made here: it does not fit any more when the memory was moved or copied.
    tag: usize,
    is_busy: bool,
    config: *const MoteConfig,
    io: *const MoteIo,
    order: Order,
    state: State,
    peers: *mut Peer,
    peer_count: usize,
    buckets: *mut u32,
    bucket_count: usize,
    slots: *mut Slot,
    slot_count: usize,
    reassembly: *mut u8,
    reassembly_length: usize,
    buffer: *mut u8,
    buffer_length: usize,
}

/// Marks memory in which a server was made.
const TAG: usize = 0x6D53_7276;

/// A server that is in use by this call and no other.
pub(super) struct EnteredServer(*mut MoteServer);

impl Drop for EnteredServer {
    fn drop(&mut self) {
        // SAFETY: `enter` has checked the pointer.
        unsafe { (&raw mut (*self.0).is_busy).write(false) };
    }
}

/// Checks a pointer from C and takes the server into use.
///
/// # Safety
/// `server` is NULL or points to at least `MOTE_SERVER_HEADER_SIZE` initialised octets.
pub(super) unsafe fn enter_server(server: *const MoteServer) -> Result<EnteredServer, MoteStatus> {
    if server.is_null() {
        return Err(MoteStatus::ErrorArgument);
    }
    let server = server.cast_mut();
    // SAFETY: the caller answers for the memory; the tag says whether a server is in it.
    unsafe {
        if !server.is_aligned() || (&raw const (*server).tag).read() != TAG ^ server.addr() {
            return Err(MoteStatus::ErrorState);
        }
        if (&raw const (*server).is_busy).read() {
            return Err(MoteStatus::ErrorState);
        }
        (&raw mut (*server).is_busy).write(true);
    }
    Ok(EnteredServer(server))
}

/// Runs `action` on a server from C.
///
/// # Safety
/// As for [`enter_server`].
pub(super) unsafe fn on_server(
    server: *const MoteServer,
    action: impl FnOnce(&mut EnteredServer) -> Result<MoteStatus, MoteStatus>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    let entered = unsafe { enter_server(server) };
    match entered.and_then(|mut entered| action(&mut entered)) {
        Ok(status) | Err(status) => status,
    }
}

impl EnteredServer {
    fn io(&self) -> &'static MoteIo {
        // SAFETY: `mote_server_init` has checked it; it is borrowed for longer than we live.
        unsafe { &*(*self.0).io }
    }

    pub(super) fn buffer(&self) -> (*mut u8, usize) {
        // SAFETY: `enter_server` has checked the pointer.
        unsafe { ((*self.0).buffer, (*self.0).buffer_length) }
    }

    /// Calls the server with everything that it has.
    pub(super) fn with<R>(
        &mut self,
        action: impl FnOnce(&mut Server<'_>, &mut Environment<'_>) -> R,
    ) -> R {
        let server = self.0;
        let io = self.io();
        // SAFETY: `mote_server_init` has made the arrays, which are apart from each other and from
        // the fields; `self` is the only way to them.
        unsafe {
            let config: &'static MoteConfig = &*(*server).config;
            let now = Instant(io.now_ms.map_or(0, |now_ms| now_ms(io.user)));
            let table = Table {
                order: &mut (*server).order,
                peers: core::slice::from_raw_parts_mut((*server).peers, (*server).peer_count),
                buckets: core::slice::from_raw_parts_mut((*server).buckets, (*server).bucket_count),
            };
            let mut this = Server {
                state: &mut (*server).state,
                table,
                slots: core::slice::from_raw_parts_mut((*server).slots, (*server).slot_count),
                reassembly: core::slice::from_raw_parts_mut(
                    (*server).reassembly,
                    (*server).reassembly_length,
                ),
            };
            let mut host = CallHost {
                config,
                io,
                address: Address::default(),
                now,
            };
            let mut env = Environment {
                config: &config.core,
                psk: config.core.psk,
                resumption: config.sessions.map(|sessions| sessions.resumption),
                host: &mut host,
                now,
                buffer: core::slice::from_raw_parts_mut((*server).buffer, (*server).buffer_length),
            };
            action(&mut this, &mut env)
        }
    }
}

/// Makes a server in `memory` of `size` octets, at a multiple of `MOTE_ALIGNMENT`, which must not be
/// moved or copied: room for `peers` connected peers, `workspaces` handshakes at the same time, each
/// with a workspace of `workspace_size` octets (at least `MOTE_WORKSPACE_SIZE`; what is beyond is
/// its reassembly buffer), and one datagram buffer of `buffer_size` octets (at least
/// `MOTE_BUFFER_MIN`). `MOTE_SERVER_SIZE` of `motedtls_static.h` says how much memory that takes.
/// `config` (frozen, of a server) and `io` are borrowed as long as the server is in use; `io.recv`
/// is given room for an address.
///
/// Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (`random` has nothing yet: call again), `MOTE_ERROR_ARGUMENT`
/// (a NULL, also in `io` but for `recv`; no peer or no workspace), `MOTE_ERROR_SIZE`, `MOTE_ERROR_ALIGNMENT`, `MOTE_ERROR_STATE` (`config` is not frozen
/// or a client's) or `MOTE_ERROR_RANDOM`.
///
/// # Safety
/// `memory` points to `size` octets that are the library's from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_init(
    memory: *mut c_void,
    size: usize,
    config: *const MoteConfig,
    io: *const MoteIo,
    peers: usize,
    workspaces: usize,
    workspace_size: usize,
    buffer_size: usize,
) -> MoteStatus {
    let init = || {
        if peers == 0 || workspaces == 0 || peers >= u32::MAX as usize {
            return Err(MoteStatus::ErrorArgument);
        }
        let layout = layout(peers, workspaces, workspace_size, buffer_size)
            .filter(|_| buffer_size >= MOTE_BUFFER_MIN)
            .ok_or(MoteStatus::ErrorSize)?;
        check_memory(memory, size, layout.end)?;
        // SAFETY: the caller answers for both pointers.
        let frozen = unsafe { MoteConfig::frozen(config) }?;
        // SAFETY: likewise. Only the pointer is kept.
        let callbacks = unsafe { io.as_ref() }.ok_or(MoteStatus::ErrorArgument)?;
        if callbacks.send.is_none() || callbacks.random.is_none() || callbacks.now_ms.is_none() {
            return Err(MoteStatus::ErrorArgument);
        }
        if frozen.core.role() != Role::Server {
            return Err(MoteStatus::ErrorState);
        }
        let mut host = CallHost {
            config: frozen,
            io: callbacks,
            address: Address::default(),
            now: Instant(0),
        };
        let mut hash_key = [[0; 8]; 2];
        host.random(hash_key.as_flattened_mut())
            .map_err(crate::error::Error::from)?;
        let hash_key = hash_key.map(u64::from_ne_bytes);
        let start = memory.cast::<u8>();
        stack::clear();
        // SAFETY: `memory` is aligned and large enough for all that `layout` puts into it, and the
        // caller gave it to us.
        unsafe {
            let first_peer = start.add(sizes::SERVER_HEADER).cast::<Peer>();
            for place in 0..peers {
                make_peer(first_peer.add(place), &frozen.core);
            }
            start
                .add(layout.buckets)
                .write_bytes(0, layout.bucket_count * size_of::<u32>());
            let first_slot = start.add(layout.slots).cast::<Slot>();
            for place in 0..workspaces {
                make_slot(first_slot.add(place), &frozen.core);
            }
            let reassembly = start.add(layout.reassembly);
            reassembly.write_bytes(0, layout.reassembly_length);
            let buffer = start.add(layout.buffer);
            buffer.write_bytes(0, buffer_size);
            let server = memory.cast::<MoteServer>();
            let mut state = State::new();
            state.idle_ms = MOTE_SERVER_IDLE_MS;
            server.write(MoteServer {
                tag: TAG ^ memory.addr(),
                is_busy: false,
                config,
                io,
                order: Order::new(),
                state,
                peers: first_peer,
                peer_count: peers,
                buckets: start.add(layout.buckets).cast(),
                bucket_count: layout.bucket_count,
                slots: first_slot,
                slot_count: workspaces,
                reassembly,
                reassembly_length: layout.reassembly_length,
                buffer,
                buffer_length: buffer_size,
            });
            let mut entered = enter_server(server)?;
            entered.with(|server, _| server.table.clear(hash_key));
        }
        Ok(MoteStatus::Ok)
    };
    match init() {
        Ok(status) | Err(status) => status,
    }
}

/// Sets how long a peer has to have been silent, in milliseconds, before it makes room for another
/// when all places are taken: it is sent close_notify, and `MOTE_EVENT_CLOSED` tells of it. The one
/// that was heard of the longest ago goes first. `UINT32_MAX`: nobody does, and new clients are
/// turned away. Unless set, `MOTE_SERVER_IDLE_MS`.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_set_idle(server: *mut MoteServer, idle_ms: u32) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        entered.with(|server, _| server.state.idle_ms = idle_ms);
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}

/// Makes a new cookie secret at once; the one before holds for another minute. The server does so
/// by itself every minute.
///
/// Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (nothing has changed), `MOTE_ERROR_ARGUMENT`,
/// `MOTE_ERROR_STATE` or `MOTE_ERROR_RANDOM`.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_rotate_cookie_secret(server: *mut MoteServer) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        entered.with(|server, env| server.state.secrets.rotate(env.now, env.host))?;
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}

/// Takes one datagram of the peer at `address` (1 to `MOTE_ADDRESS_MAX` octets). Take the events
/// that come of it with `mote_server_next_event` before the next one.
///
/// Returns `MOTE_OK`, `MOTE_WANT_ENTROPY` (a new client, and `random` has nothing yet: not taken, give
/// it again later), `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` (the address is too long),
/// `MOTE_ERROR_STATE` (not taken: there are events) or `MOTE_ERROR_RANDOM` (no cookie can be made).
///
/// # Safety
/// The pointers point to as many octets as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_input(
    server: *mut MoteServer,
    address: *const u8,
    address_length: usize,
    datagram: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if address.is_null() || datagram.is_null() || address_length == 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        if address_length > MOTE_ADDRESS_MAX {
            return Err(MoteStatus::ErrorSize);
        }
        if !entered.with(|server, _| server.can_take_datagram()) {
            return Err(MoteStatus::ErrorState);
        }
        // SAFETY: the caller answers for the pointers; the buffer has room, and may overlap.
        let address = unsafe {
            let (buffer, capacity) = entered.buffer();
            let address = Address::new(super::octets(address, address_length)?);
            ptr::copy(datagram, buffer, length.min(capacity));
            address.ok_or(MoteStatus::ErrorSize)?
        };
        entered.with(|server, env| server.take_datagram(env, address.octets(), length))?;
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

/// Looks after the handshakes' timers, and takes one datagram from `io.recv` if there is one. Call
/// it when the socket is readable and when `mote_server_timeout` has passed, and take the events
/// with `mote_server_next_event` after each call.
///
/// Returns `MOTE_OK` (there may be events), `MOTE_WANT_READ` (nothing to do), `MOTE_WANT_ENTROPY` (a
/// new client, and `random` has nothing yet: its ClientHello is lost, and it will say it again),
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_SIZE` (`recv` gave an address that is empty
/// or too long), `MOTE_ERROR_RANDOM` or `MOTE_ERROR_IO` (`recv` failed). The server goes on.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_poll(server: *mut MoteServer) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        let is_free = entered.with(|server, env| {
            server.watch(env.config, env.now);
            server.can_take_datagram()
        });
        let io = entered.io();
        let (Some(recv), true) = (io.recv, is_free) else {
            return Ok(if is_free {
                MoteStatus::WantRead
            } else {
                MoteStatus::Ok
            });
        };
        let (buffer, capacity) = entered.buffer();
        let mut address = [0; MOTE_ADDRESS_MAX];
        let mut address_length = address.len();
        // SAFETY: the application's function, as `mote_io` says; nobody borrows the buffer now.
        let received = unsafe {
            recv(
                io.user,
                address.as_mut_ptr(),
                &raw mut address_length,
                buffer,
                capacity,
            )
        };
        match usize::try_from(received) {
            Ok(length) => {
                let address = address.get(..address_length);
                let address = address.filter(|octets| !octets.is_empty());
                let address = address.ok_or(MoteStatus::ErrorSize)?;
                entered.with(|server, env| server.take_datagram(env, address, length))?;
                Ok(MoteStatus::Ok)
            }
            Err(_) if received == MOTE_IO_NOTHING => Ok(MoteStatus::WantRead),
            Err(_) => Err(MoteStatus::ErrorIo),
        }
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}

/// Milliseconds from `now_ms` until `mote_server_poll` has to be called again even if nothing
/// arrives, or `MOTE_NO_TIMEOUT`. Only handshakes have timers.
///
/// # Safety
/// `server` is NULL or points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_timeout(server: *const MoteServer, now_ms: u32) -> u32 {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter_server(server) } {
        Ok(mut entered) => entered.with(|server, env| server.timeout(env.config, Instant(now_ms))),
        Err(_) => super::MOTE_NO_TIMEOUT,
    }
}

/// Destroys everything secret without a word to the peers. The memory can then be used for
/// something else, or be initialised anew.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_wipe(server: *mut MoteServer) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        let this = entered.0;
        let layout_end = entered.with(|server, env| {
            for slot in server.slots.iter_mut() {
                slot.free();
            }
            for peer in server.table.peers.iter_mut() {
                peer.free();
            }
            env.buffer.as_ptr().addr() + env.buffer.len() - this.addr()
        });
        // SAFETY: all of it is the server's memory, and nothing in it needs to be dropped any more
        // but the cookie secrets, which go with the rest. Dropping `entered` writes `false` here.
        unsafe { this.cast::<u8>().write_bytes(0, layout_end) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}
