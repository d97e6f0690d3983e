//! `mote_server`: what happens, and the peers it happens with.

use core::ffi::c_void;
use core::ptr;

use super::connection_data::write_data;
use super::connection_info::{PeerShown, info_of, said};
use super::server::{EnteredServer, enter_server, on_server};
use super::{MoteDirection, MoteInfo, MoteServer, MoteStatus};
use crate::server::table::PeerId;
use crate::server::{Event, Next};

/// A peer of a server. It is a number, not a pointer: when the peer is gone, calls with it return
/// `MOTE_STALE`, also when another peer has taken its place.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MotePeer {
    /// Its place among the peers, from 0.
    pub place: u32,
    /// Which of the peers that have had this place.
    pub generation: u32,
}

/// What has happened.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteEventKind {
    /// A peer has completed its handshake.
    Connected = 0,
    /// A peer has sent data.
    Data = 1,
    /// A peer has closed, has begun anew from the same address, or had to make room for another.
    Closed = 2,
    /// The connection of a peer, or a handshake that had no peer yet, has ended with an error.
    Failed = 3,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// Something that has happened.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MoteEvent {
    /// What it is.
    pub kind: MoteEventKind,
    /// Whom it concerns. After `MOTE_EVENT_KIND_CLOSED` and `MOTE_EVENT_KIND_FAILED` it is stale:
    /// good only to know what to forget.
    pub peer: MotePeer,
    /// Whether there is a peer: a handshake that fails has none yet.
    pub has_peer: bool,
    /// Data: where it lies, in the server's buffer. Borrowed until the next call on the server; it
    /// may be changed. Else NULL.
    pub data: *const u8,
    /// Data: its octets.
    pub length: usize,
    /// Failed: why.
    pub error: MoteStatus,
    /// Failed: the alert, if `alert_direction` says that there was one.
    pub alert: u8,
    /// Failed: who sent it.
    pub alert_direction: MoteDirection,
}

impl From<PeerId> for MotePeer {
    fn from(id: PeerId) -> Self {
        MotePeer {
            place: id.place,
            generation: id.generation,
        }
    }
}

impl From<MotePeer> for PeerId {
    fn from(peer: MotePeer) -> Self {
        PeerId {
            place: peer.place,
            generation: peer.generation,
        }
    }
}

/// Says what has happened, one event a call: call it until it returns `MOTE_WANT_READ`. Nothing is
/// queued: the datagram is read as far as the events are taken, and answers to the peer go out when
/// it is drained.
///
/// Returns `MOTE_OK` (`*event` is written), `MOTE_WANT_READ` (no more), `MOTE_WANT_WRITE` (no more
/// until something can be sent: call again then), `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server, `event` to where the output goes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_next_event(
    server: *mut MoteServer,
    event: *mut MoteEvent,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if event.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let next = match entered.with(|server, env| server.next_event(env)) {
            Next::Drained => return Ok(MoteStatus::WantRead),
            Next::WantWrite => return Ok(MoteStatus::WantWrite),
            Next::Event(next) => next,
        };
        let (buffer, _) = entered.buffer();
        // SAFETY: data lies in the buffer; the caller answers for the output.
        unsafe { event.write(describe(next, buffer)) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

fn describe(event: Event, buffer: *const u8) -> MoteEvent {
    let mut described = MoteEvent {
        kind: MoteEventKind::Connected,
        peer: MotePeer {
            place: u32::MAX,
            generation: 0,
        },
        has_peer: true,
        data: ptr::null(),
        length: 0,
        error: MoteStatus::Ok,
        alert: 0,
        alert_direction: MoteDirection::None,
    };
    match event {
        Event::Connected(id) => described.peer = id.into(),
        Event::Data(id, range) => {
            described.kind = MoteEventKind::Data;
            described.peer = id.into();
            described.data = buffer.wrapping_add(range.start);
            described.length = range.len();
        }
        Event::Closed(id) => {
            described.kind = MoteEventKind::Closed;
            described.peer = id.into();
        }
        Event::Failed(id, error, alert) => {
            described.kind = MoteEventKind::Failed;
            match id {
                Some(id) => described.peer = id.into(),
                None => described.has_peer = false,
            }
            described.error = error.into();
            (described.alert, described.alert_direction) = said(alert);
        }
    }
    described
}

/// Sends `length` octets to a peer as one record in one datagram. `data` is borrowed until the call
/// returns and may lie anywhere, also in the server's buffer: what an event has brought can be sent
/// back. What is unread of another peer's datagram in the buffer is lost.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (nothing was sent: call again), `MOTE_STALE`,
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE`, `MOTE_ERROR_STATE`, or a final error of the peer's
/// connection.
///
/// # Safety
/// `server` points to a server, `data` to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_write(
    server: *mut MoteServer,
    peer: MotePeer,
    data: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if data.is_null() && length > 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        let (buffer, capacity) = entered.buffer();
        // SAFETY: the buffer is the server's, and the caller answers for the data.
        unsafe {
            write_data(data, length, buffer, capacity, &mut |action| {
                entered
                    .with(|server, env| server.with_peer(env, peer.into(), action))
                    .ok_or(MoteStatus::Stale)
            })
        }
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

/// The most octets that one `mote_peer_write` to this peer takes now; 0 for a stale handle.
///
/// # Safety
/// `server` is NULL or points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_max_write(server: *const MoteServer, peer: MotePeer) -> usize {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter_server(server) } {
        Ok(mut entered) => entered.with(|server, env| {
            let capacity = env.buffer.len();
            let found = server.table.get(peer.into());
            let connection = found.and_then(|peer| peer.connection());
            connection.map_or(0, |connection| connection.max_write(capacity))
        }),
        Err(_) => 0,
    }
}

/// Closes a peer: says close_notify to it, if that can be sent now, and destroys its keys. No event
/// tells of it.
///
/// Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_close(server: *mut MoteServer, peer: MotePeer) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if entered.with(|server, env| server.close_peer(env, peer.into())) {
            Ok(MoteStatus::Ok)
        } else {
            Ok(MoteStatus::Stale)
        }
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}

/// Copies the address of a peer to `address`, which holds `*length` octets, and its length to
/// `*length`. `MOTE_ADDRESS_MAX` is always enough.
///
/// Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server, `address` to `*length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_address(
    server: *const MoteServer,
    peer: MotePeer,
    address: *mut u8,
    length: *mut usize,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if address.is_null() || length.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let found = entered.with(|server, _| server.table.get(peer.into()).map(|it| it.address));
        let found = found.ok_or(MoteStatus::Stale)?;
        let octets = found.octets();
        // SAFETY: the caller answers for the outputs.
        unsafe {
            if octets.len() > length.read() {
                return Err(MoteStatus::ErrorSize);
            }
            ptr::copy_nonoverlapping(octets.as_ptr(), address, octets.len());
            length.write(octets.len());
        }
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

/// Tells about a peer's connection. Of `psk_identity` there are the first 32 octets, of `peer_name`
/// what fits; all is borrowed until the next call on the server.
///
/// Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server, `info` to where the output goes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_info(
    server: *const MoteServer,
    peer: MotePeer,
    info: *mut MoteInfo,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if info.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let described = entered.with(|server, _| {
            let found = server.table.get(peer.into());
            let connection = found.and_then(|peer| peer.connection());
            connection.map(|connection| info_of(connection, PeerShown::kept(connection)))
        });
        // SAFETY: the caller answers for the output.
        unsafe { info.write(described.ok_or(MoteStatus::Stale)?) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

/// Derives keying material with a peer, as `mote_connection_export_keying_material` does.
///
/// # Safety
/// The pointers point to as many octets as their lengths say, `label` to a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_export_keying_material(
    server: *mut MoteServer,
    peer: MotePeer,
    label: *const core::ffi::c_char,
    context: *const u8,
    context_length: usize,
    out: *mut u8,
    out_length: usize,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            super::connection_info::export_to(
                label,
                context,
                context_length,
                out,
                out_length,
                &mut |label, context, out| {
                    entered.with(|server, _| {
                        let found = server.table.get(peer.into());
                        let connection = found.and_then(|peer| peer.connection());
                        let connection = connection.ok_or(MoteStatus::Stale)?;
                        Ok(connection.export_keying_material(label, context, out)?)
                    })
                },
            )
        }
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}

/// Keeps a pointer of the application with a peer.
///
/// Returns `MOTE_OK`, `MOTE_STALE`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_set_user(
    server: *mut MoteServer,
    peer: MotePeer,
    user: *mut c_void,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        entered.with(|server, _| match server.table.get(peer.into()) {
            Some(peer) => {
                peer.user = user.expose_provenance();
                Ok(MoteStatus::Ok)
            }
            None => Ok(MoteStatus::Stale),
        })
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}

/// The pointer that `mote_peer_set_user` set; NULL if there is none, or for a stale handle.
///
/// # Safety
/// `server` is NULL or points to a server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_user(server: *const MoteServer, peer: MotePeer) -> *mut c_void {
    // SAFETY: the caller answers for the pointer.
    let Ok(mut entered) = (unsafe { enter_server(server) }) else {
        return ptr::null_mut();
    };
    let user = entered.with(|server, _| server.table.get(peer.into()).map_or(0, |peer| peer.user));
    ptr::with_exposed_provenance_mut(user)
}

/// What a server as a whole has to tell.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MoteServerFigures {
    /// Peers that are connected.
    pub peers: usize,
    /// Handshakes that are under way.
    pub handshakes: usize,
    /// ClientHellos that were answered with a cookie.
    pub challenged: u32,
    /// Clients with a good cookie for whom there was no room.
    pub refused: u32,
    /// Datagrams for which there was no record, handshake or peer.
    pub dropped: u32,
}

/// Tells about the server. The counters stand still at their greatest value.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE`.
///
/// # Safety
/// `server` points to a server, `info` to where the output goes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_server_info(
    server: *const MoteServer,
    info: *mut MoteServerFigures,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        if info.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let told = entered.with(|server, _| MoteServerFigures {
            peers: server.table.order.count as usize,
            handshakes: (server.slots.iter())
                .filter(|slot| slot.handshake().is_some())
                .count(),
            challenged: server.state.counters.challenged,
            refused: server.state.counters.refused,
            dropped: server.state.counters.dropped,
        });
        // SAFETY: the caller answers for the output.
        unsafe { info.write(told) };
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { on_server(server, action) }
}
