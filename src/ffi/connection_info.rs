//! `mote_connection`: what there is to know and to take out of one.

use core::ffi::c_char;
use core::ptr;

use super::connection::{Entered, enter_and};
use super::{
    MoteConnection, MoteCounters, MoteDirection, MoteInfo, MotePeerType, MoteState, MoteStatus,
    octets, overlap, string,
};
use crate::alert::AlertDescription;
use crate::config::Role;
use crate::connection::{Connection, Phase};
#[cfg(feature = "public-key")]
use crate::credential::peer::Certified;
use crate::credential::peer::PeerKind;
use crate::host::Direction;

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

/// What there is to know of a connection with this peer.
pub(super) fn info_of(core: &Connection, peer: PeerShown) -> MoteInfo {
    let (state, error) = match core.phase() {
        Phase::Listening => (MoteState::Listening, MoteStatus::Ok),
        Phase::Handshake => (MoteState::Handshake, MoteStatus::Ok),
        Phase::Connected => (MoteState::Connected, MoteStatus::Ok),
        Phase::Closed => (MoteState::Closed, MoteStatus::Ok),
        Phase::Failed(error) => (MoteState::Failed, error.into()),
    };
    let (alert, alert_direction) = said(core.last_alert());
    let counters = core.counters;
    let negotiated = core.association().negotiated;
    #[cfg(feature = "cached-info")]
    let (cached_certificate, cached_certificate_request, cached_info_needed) = (
        counters.cached_info.has_certificate(),
        counters.cached_info.has_request(),
        counters.cached_info_needed.into(),
    );
    #[cfg(not(feature = "cached-info"))]
    let (cached_certificate, cached_certificate_request, cached_info_needed) = (false, false, 0);
    let heartbeats = core.heartbeats();
    MoteInfo {
        state,
        suite: negotiated.suite.map_or(0, |suite| suite.number()),
        resumed: negotiated.resumed,
        extended_master_secret: negotiated.extended_master_secret,
        secure_renegotiation: negotiated.secure_renegotiation,
        cached_certificate,
        cached_certificate_request,
        max_fragment_length: negotiated
            .max_fragment_length
            .map_or(0, |length| length.octets()),
        configuration: negotiated.number(),
        peer_type: peer.peer_type,
        peer_key_hash: peer.key_hash,
        peer_name: peer.name,
        peer_name_length: peer.name_length,
        peer_name_truncated: peer.is_truncated && !peer.name.is_null(),
        peer_eui64: peer.eui64,
        psk_identity: peer.psk_identity,
        psk_identity_length: peer.psk_identity_length,
        psk_identity_truncated: peer.is_truncated && !peer.psk_identity.is_null(),
        error,
        alert,
        alert_direction,
        datagram_needed: usize::from(counters.datagram_needed),
        reassembly_needed: counters.reassembly_needed as usize,
        cached_info_needed,
        mtu: core.mtu().into(),
        heartbeat: heartbeats.negotiated,
        heartbeat_allowed: heartbeats.may_ask,
        heartbeat_in_flight: heartbeats.in_flight,
        heartbeat_answers: heartbeats.answers.into(),
        heartbeats_lost: heartbeats.lost.into(),
        heartbeat_round_trip_ms: heartbeats.round_trip_ms.into(),
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

/// A peer as C sees it.
#[derive(Clone, Copy)]
pub(super) struct PeerShown {
    peer_type: MotePeerType,
    key_hash: *const u8,
    name: *const u8,
    name_length: usize,
    eui64: *const u8,
    psk_identity: *const u8,
    psk_identity_length: usize,
    is_truncated: bool,
}

impl PeerShown {
    const NONE: PeerShown = PeerShown {
        peer_type: MotePeerType::None,
        key_hash: ptr::null(),
        name: ptr::null(),
        name_length: 0,
        eui64: ptr::null(),
        psk_identity: ptr::null(),
        psk_identity_length: 0,
        is_truncated: false,
    };

    /// From the octets that stand for it.
    fn of(kind: PeerKind, octets: &[u8], is_truncated: bool) -> Self {
        match kind {
            PeerKind::None => PeerShown::NONE,
            PeerKind::Psk => PeerShown {
                peer_type: MotePeerType::Psk,
                psk_identity: octets.as_ptr(),
                psk_identity_length: octets.len(),
                is_truncated,
                ..PeerShown::NONE
            },
            #[cfg(feature = "public-key")]
            PeerKind::RawPublicKey | PeerKind::Certificate => {
                let Some(peer) = Certified::parse(octets) else {
                    return PeerShown::NONE;
                };
                PeerShown {
                    peer_type: match kind {
                        PeerKind::Certificate => MotePeerType::Certificate,
                        _ => MotePeerType::Rpk,
                    },
                    key_hash: peer.key_hash.as_ptr(),
                    eui64: peer.eui64.map_or(ptr::null(), |eui64| eui64.as_ptr()),
                    is_truncated: is_truncated || peer.is_cut(),
                    ..PeerShown::NONE
                }
                .named(peer.name)
            }
            #[cfg(not(feature = "public-key"))]
            PeerKind::RawPublicKey | PeerKind::Certificate => PeerShown::NONE,
        }
    }

    fn named(self, name: &[u8]) -> Self {
        match name {
            [] => self,
            name => PeerShown {
                name: name.as_ptr(),
                name_length: name.len(),
                ..self
            },
        }
    }

    /// What a connection keeps of its peer.
    pub(super) fn kept(core: &Connection) -> Self {
        if core.association().negotiated.suite.is_none() {
            return PeerShown::NONE;
        }
        let names = &core.association().names;
        PeerShown::of(names.kind(), names.identity(), names.is_truncated())
    }
}

/// An alert as C sees it, and who sent it.
pub(super) fn said(alert: Option<(AlertDescription, Direction)>) -> (u8, MoteDirection) {
    match alert {
        None => (0, MoteDirection::None),
        Some((alert, Direction::Sent)) => (alert.0, MoteDirection::Sent),
        Some((alert, Direction::Received)) => (alert.0, MoteDirection::Received),
    }
}

impl Entered {
    fn info(&mut self) -> MoteInfo {
        let peer = self.peer();
        info_of(self.core(), peer)
    }

    fn peer(&mut self) -> PeerShown {
        let kept = PeerShown::kept(self.core());
        if self.config().core.role() == Role::Client {
            // SAFETY: `enter` has checked the pointer; what is behind is borrowed as long as we
            // are in use.
            let (psk, name) = unsafe { ((*self.0).psk, (*self.0).server_name) };
            return match kept.peer_type {
                // A client knows its own identity, and the name that it has looked for.
                MotePeerType::Psk => {
                    let psk = psk.or(self.config().core.psk);
                    let identity = psk.map_or(&[][..], |psk| psk.identity);
                    PeerShown::of(PeerKind::Psk, identity, false)
                }
                MotePeerType::Certificate => {
                    let name = name.or(self.config().core.server_name);
                    PeerShown {
                        is_truncated: false,
                        ..kept.named(name.unwrap_or_default())
                    }
                }
                _ => kept,
            };
        }
        #[cfg(feature = "server")]
        if self.core().association().negotiated.suite.is_some()
            && let Some(memory) = self.memory()
            && let Some(identity) = memory.workspace.handshake.peer_identity()
            && let Some(octets) = identity.octets()
        {
            return PeerShown::of(identity.kind, octets, false);
        }
        kept
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
        // SAFETY: the caller answers for the pointers.
        unsafe {
            export_to(
                label,
                context,
                context_length,
                out,
                out_length,
                &mut |label, context, out| {
                    let core = entered.core();
                    Ok(core.export_keying_material(label, context, out)?)
                },
            )
        }
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// What [`export_to`] exports with: label, context, output.
type Export<'a> = &'a mut dyn FnMut(&[u8], Option<&[u8]>, &mut [u8]) -> Result<(), MoteStatus>;

/// Checks the pointers of an export, and writes nothing unless it succeeds.
///
/// # Safety
/// The pointers point to as many octets as their lengths say, `label` to a C string.
pub(super) unsafe fn export_to(
    label: *const c_char,
    context: *const u8,
    context_length: usize,
    out: *mut u8,
    out_length: usize,
    export: Export<'_>,
) -> Result<MoteStatus, MoteStatus> {
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
    export(label, context, &mut [])?;
    // SAFETY: the caller answers for the output. It may be fresh memory: a slice of it needs values.
    let out = unsafe {
        out.write_bytes(0, out_length);
        core::slice::from_raw_parts_mut(out, out_length)
    };
    export(label, context, out)?;
    Ok(MoteStatus::Ok)
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
