//! Octets of the handles and of what is lent to them: literals, so that C sizes its memory with them.
//!
//! Each is an upper bound for every set of features, and close for all of them. Those that end in
//! `_PSK` are for libraries with neither `rpk` nor `x509`: the header has them under the same name
//! for a program that is compiled with `MOTE_PSK_ONLY`, as the CMake targets see to.

#[cfg(feature = "server")]
use super::MoteServer;
use super::{MOTE_ALIGNMENT, MoteConfig, MoteConnection};
use crate::connection::Workspace;
#[cfg(feature = "server")]
use crate::server::{Slot, table::Peer};

/// Octets of a `mote_config`.
#[cfg(target_pointer_width = "64")]
pub const MOTE_CONFIG_SIZE: usize = 440;
/// Octets of a `mote_config`.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_CONFIG_SIZE: usize = 248;

/// Octets of a `mote_config`.
#[cfg(target_pointer_width = "64")]
pub const MOTE_CONFIG_SIZE_PSK: usize = 176;
/// Octets of a `mote_config`.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_CONFIG_SIZE_PSK: usize = 112;

/// Octets of a `mote_connection`.
#[cfg(target_pointer_width = "64")]
pub const MOTE_CONNECTION_SIZE: usize = 640;
/// Octets of a `mote_connection`.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_CONNECTION_SIZE: usize = 552;

/// Octets of a `mote_connection`.
#[cfg(target_pointer_width = "64")]
pub const MOTE_CONNECTION_SIZE_PSK: usize = 568;
/// Octets of a `mote_connection`.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_CONNECTION_SIZE_PSK: usize = 488;

/// Octets of a workspace without reassembly buffer.
#[cfg(target_pointer_width = "64")]
pub const MOTE_WORKSPACE_SIZE: usize = 1144;
/// Octets of a workspace without reassembly buffer.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_WORKSPACE_SIZE: usize = 1128;

/// Octets of a workspace without reassembly buffer.
#[cfg(target_pointer_width = "64")]
pub const MOTE_WORKSPACE_SIZE_PSK: usize = 848;
/// Octets of a workspace without reassembly buffer.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_WORKSPACE_SIZE_PSK: usize = 840;

/// Octets of a `mote_server` without its peers, workspaces and buffer.
#[cfg(target_pointer_width = "64")]
pub const MOTE_SERVER_HEADER_SIZE: usize = 288;
/// Octets of a `mote_server` without its peers, workspaces and buffer.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_SERVER_HEADER_SIZE: usize = 208;

/// Octets of a `mote_server` for each peer: its association, and its place in the index.
#[cfg(target_pointer_width = "64")]
pub const MOTE_SERVER_PEER_SIZE: usize = 512;
/// Octets of a `mote_server` for each peer: its association, and its place in the index.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_SERVER_PEER_SIZE: usize = 504;

/// Octets of a `mote_server` for each peer: its association, and its place in the index.
#[cfg(target_pointer_width = "64")]
pub const MOTE_SERVER_PEER_SIZE_PSK: usize = 456;
/// Octets of a `mote_server` for each peer: its association, and its place in the index.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_SERVER_PEER_SIZE_PSK: usize = 448;

/// Octets of a `mote_server` for each workspace, beside the workspace itself.
#[cfg(target_pointer_width = "64")]
pub const MOTE_SERVER_HANDSHAKE_SIZE: usize = 480;
/// Octets of a `mote_server` for each workspace, beside the workspace itself.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_SERVER_HANDSHAKE_SIZE: usize = 472;

/// Octets of a `mote_server` for each workspace, beside the workspace itself.
#[cfg(target_pointer_width = "64")]
pub const MOTE_SERVER_HANDSHAKE_SIZE_PSK: usize = 424;
/// Octets of a `mote_server` for each workspace, beside the workspace itself.
#[cfg(not(target_pointer_width = "64"))]
pub const MOTE_SERVER_HANDSHAKE_SIZE_PSK: usize = 416;

/// Octets of stack that `mote_connection_handshake` takes at most, without the application's
/// callbacks: measured on Cortex-M4 with portable crypto (docs/footprint.md has each call, set of
/// features and provider). On other processors paint the stack and look.
pub const MOTE_STACK_HANDSHAKE: usize = 6656;
/// The same with pre-shared keys alone.
pub const MOTE_STACK_HANDSHAKE_PSK: usize = 2688;

/// Octets of stack that any other call takes at most but those of a `mote_server`: likewise.
pub const MOTE_STACK_CALL: usize = 2176;
/// The same with pre-shared keys alone.
pub const MOTE_STACK_CALL_PSK: usize = 1984;

/// Octets of stack that a call on a `mote_server` takes at most: likewise.
pub const MOTE_STACK_SERVER: usize = 6720;
/// The same with pre-shared keys alone.
pub const MOTE_STACK_SERVER_PSK: usize = 2688;

/// What this build takes of a pair.
const fn of_build(all: usize, psk: usize) -> usize {
    if cfg!(feature = "public-key") {
        all
    } else {
        psk
    }
}

pub(super) const CONFIG: usize = of_build(MOTE_CONFIG_SIZE, MOTE_CONFIG_SIZE_PSK);
pub(super) const CONNECTION: usize = of_build(MOTE_CONNECTION_SIZE, MOTE_CONNECTION_SIZE_PSK);
pub(super) const WORKSPACE: usize = of_build(MOTE_WORKSPACE_SIZE, MOTE_WORKSPACE_SIZE_PSK);
#[cfg(feature = "server")]
pub(super) const SERVER_HEADER: usize = MOTE_SERVER_HEADER_SIZE;
#[cfg(feature = "server")]
const SERVER_PEER: usize = of_build(MOTE_SERVER_PEER_SIZE, MOTE_SERVER_PEER_SIZE_PSK);
#[cfg(feature = "server")]
const SERVER_HANDSHAKE: usize =
    of_build(MOTE_SERVER_HANDSHAKE_SIZE, MOTE_SERVER_HANDSHAKE_SIZE_PSK);

/// Fails to compile when a bound does not hold, or, with all features of its kind, is not within a
/// tenth.
const fn check(size: usize, bound: usize) {
    assert!(size <= bound);
    let has_all = cfg!(all(
        feature = "client",
        feature = "server",
        feature = "psk",
        feature = "heartbeat",
        feature = "key-log",
        feature = "trace"
    ));
    let has_all_keys = cfg!(all(
        feature = "rpk",
        feature = "x509",
        feature = "trusted-ca",
        feature = "certificate-url",
        feature = "cached-info"
    ));
    let is_psk_only = !cfg!(feature = "public-key");
    assert!(!(has_all && (has_all_keys || is_psk_only)) || size * 10 >= bound * 9);
}

const _: () = {
    check(size_of::<MoteConfig>(), CONFIG);
    check(size_of::<MoteConnection>(), CONNECTION);
    check(size_of::<Workspace>(), WORKSPACE);
};

#[cfg(feature = "server")]
const _: () = {
    check(size_of::<MoteServer>(), SERVER_HEADER);
    check(size_of::<Peer>() + size_of::<u32>(), SERVER_PEER);
    check(size_of::<Slot>(), SERVER_HANDSHAKE + WORKSPACE);
    assert!(SERVER_HEADER.is_multiple_of(MOTE_ALIGNMENT));
};
