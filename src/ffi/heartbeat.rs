//! Heartbeats (RFC 6520): `mote_config`, `mote_connection` and the peers of a `mote_server`.

use core::mem::MaybeUninit;

use super::config::change;
use super::connection::{Entered, enter_and};
#[cfg(feature = "server")]
use super::server::{EnteredServer, on_server};
use super::{MoteConfig, MoteConnection, MoteStatus, number};
#[cfg(feature = "server")]
use super::{MotePeer, MoteServer};
use crate::config::HeartbeatMode;

/// Whether heartbeats (RFC 6520) are used.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteHeartbeatMode {
    /// The extension is neither offered nor answered.
    Off = 0,
    /// Both ways: the peer's requests are answered.
    PeerAllowed = 1,
    /// We may ask, and tell the peer not to: its requests are not answered.
    PeerNotAllowed = 2,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// Sets whether heartbeats are used; unless set, they are not. A client offers the extension, a
/// server answers it. A request of the peer's is answered from within `mote_connection_read` or
/// `mote_server_next_event`, one in a datagram at most, with no more octets than it has itself.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_heartbeat(
    config: *mut MoteConfig,
    mode: MaybeUninit<MoteHeartbeatMode>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.core.set_heartbeat(match number(mode) {
                0 => None,
                1 => Some(HeartbeatMode::PeerAllowed),
                2 => Some(HeartbeatMode::PeerNotAllowed),
                _ => return Err(MoteStatus::ErrorArgument),
            });
            Ok(())
        })
    }
}

/// Sets after how many milliseconds without an authenticated record of the peer's a connection
/// sends a heartbeat by itself: 1000 to 86400000, many round trips; 0, the default, for never.
/// Heartbeats must be on and the peer must allow them, or nothing is sent: `mote_info` tells.
/// `mote_connection_timeout` says when `mote_connection_read` is to be called for it. A peer that
/// stays silent is gone: `MOTE_ERROR_PEER_GONE`, after as many retransmissions as a handshake makes.
/// The peers of a `mote_server` are not asked by themselves: `mote_peer_heartbeat` asks one.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or without
/// `mote_config_set_heartbeat`).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_keep_alive(
    config: *mut MoteConfig,
    interval_ms: u32,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_keep_alive(interval_ms)?)
        })
    }
}

/// Asks the peer for a sign of life. The request goes out now, or, when the last datagram is not
/// drained or the transport cannot send, with `mote_connection_read`. Go on calling that as
/// `mote_connection_timeout` says: it takes the answer, which shows in `mote_info`
/// (`heartbeat_answers` counts up, `heartbeat_in_flight` ends), and sends the request again with the
/// timeouts of a handshake. When the last of them passes, the connection ends with
/// `MOTE_ERROR_PEER_GONE`; if the peer has said anything else meanwhile, only the request is given
/// up (`heartbeats_lost`).
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (not connected, heartbeats not
/// negotiated or not allowed by the peer, or one is in flight), `MOTE_ERROR_NO_MEMORY_LENT`, or a
/// final error.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_heartbeat(connection: *mut MoteConnection) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe { ask(connection, None) }
}

/// Tries whether a datagram of `octets` octets of UDP payload reaches the peer: a heartbeat of that
/// size is sent. When it is answered, the MTU of the connection is raised to it (`mote_info.mtu`)
/// if it was lower; when it is not answered after three sendings, or `send` says that it is too big,
/// it is lost (`heartbeats_lost`), and that is all. Let the transport forbid fragmentation on the
/// way (the DF bit), or it only tells what the peer can put together. The peer must have room for
/// the datagram, and so must the lent buffer.
///
/// Returns `MOTE_OK` (it is under way, as with `mote_connection_heartbeat`), `MOTE_ERROR_ARGUMENT`
/// (less than `MOTE_MTU_MIN`), `MOTE_ERROR_SIZE` (more than the buffer, or than the maximum fragment
/// length allows), `MOTE_ERROR_STATE` (as with `mote_connection_heartbeat`),
/// `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_probe_mtu(
    connection: *mut MoteConnection,
    octets: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe { ask(connection, Some(octets)) }
}

/// # Safety
/// `connection` points to a connection.
unsafe fn ask(connection: *mut MoteConnection, probe: Option<usize>) -> MoteStatus {
    let action = |entered: &mut Entered| {
        entered.with(|core, call| core.ask(call, probe))?;
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Asks a peer of a server for a sign of life. A server keeps no timers for its peers: whoever wants
/// to know calls this again, every second or so, until `mote_peer_info` shows the answer
/// (`heartbeat_in_flight` is false; `heartbeat_answers` has grown). A request that was not answered
/// in time is then sent again, and after the last the peer is forgotten, as by `mote_peer_close`:
/// `MOTE_ERROR_PEER_GONE`. What is unread of another peer's datagram in the buffer is lost.
///
/// Returns `MOTE_OK` (a request was sent, for the first time or again), `MOTE_WANT_READ` (one is in
/// flight), `MOTE_STALE`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (heartbeats not negotiated or
/// not allowed by the peer), or a final error of the peer's connection.
///
/// # Safety
/// `server` points to a server.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_peer_heartbeat(
    server: *mut MoteServer,
    peer: MotePeer,
) -> MoteStatus {
    let action = |entered: &mut EnteredServer| {
        let asked = entered.with(|server, env| server.ask_peer(env, peer.into()));
        Ok(match asked.ok_or(MoteStatus::Stale)?? {
            true => MoteStatus::Ok,
            false => MoteStatus::WantRead,
        })
    };
    // SAFETY: the caller answers for the pointer.
    unsafe { on_server(server, action) }
}
