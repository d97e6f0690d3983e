//! DTLS 1.2 for constrained devices (draft-ietf-dice-profile-05, RFC 7925): no heap, no global
//! state, no panic.
//!
//! Programs in Rust use [`Endpoint`]. Most users link `libmotedtls.a` into C firmware and read
//! `include/motedtls.h`; this crate is what stands behind it. `docs/profile.md` says which requirement is met where.
//!
//! The modules lie on floors; each uses only its own and lower ones, and a test holds them to it.

#![cfg_attr(not(test), no_std)]
// What a build without some feature leaves unused, the build with all of them uses and checks.
#![cfg_attr(
    not(all(
        feature = "client",
        feature = "server",
        feature = "psk",
        feature = "rpk",
        feature = "x509",
        feature = "cached-info",
        feature = "trusted-ca",
        feature = "heartbeat",
        feature = "certificate-url",
        feature = "key-log",
        feature = "trace"
    )),
    allow(dead_code, unused_imports, unused_variables)
)]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

#[cfg(not(any(feature = "client", feature = "server")))]
compile_error!("motedtls needs a role: the feature `client`, `server`, or both");

#[cfg(not(any(feature = "psk", feature = "rpk", feature = "x509")))]
compile_error!("motedtls needs a credential type: the feature `psk`, `rpk`, `x509`, or several");

#[forbid(unsafe_code)]
mod address;
#[forbid(unsafe_code)]
mod advice;
#[forbid(unsafe_code)]
mod alert;
#[forbid(unsafe_code)]
mod association;
#[cfg(feature = "cached-info")]
#[forbid(unsafe_code)]
mod cached_info;
#[forbid(unsafe_code)]
mod config;
#[forbid(unsafe_code)]
mod connection;
#[cfg(feature = "server")]
#[forbid(unsafe_code)]
mod cookie;
#[forbid(unsafe_code)]
mod credential;
mod crypto;
#[forbid(unsafe_code)]
mod endpoint;
#[forbid(unsafe_code)]
mod error;
#[allow(
    unsafe_code,
    reason = "C passes pointers; this floor and crypto/external alone touch them"
)]
pub mod ffi;
#[forbid(unsafe_code)]
mod flight;
#[forbid(unsafe_code)]
mod handshake;
#[forbid(unsafe_code)]
mod host;
#[forbid(unsafe_code)]
mod key_schedule;
#[forbid(unsafe_code)]
mod names;
#[forbid(unsafe_code)]
mod record;
#[cfg(feature = "server")]
#[forbid(unsafe_code)]
mod server;
#[forbid(unsafe_code)]
mod session;
#[cfg(feature = "server")]
#[forbid(unsafe_code)]
mod session_cache;
#[forbid(unsafe_code)]
mod stack;
#[forbid(unsafe_code)]
mod suite;
#[forbid(unsafe_code)]
mod time;
#[forbid(unsafe_code)]
mod wire;
#[cfg(feature = "x509")]
#[forbid(unsafe_code)]
mod x509;

pub use advice::{Advice, backoff_ms};
pub use alert::AlertDescription;
#[cfg(feature = "cached-info")]
pub use cached_info::CACHED_INFO_OVERHEAD;
#[cfg(feature = "public-key")]
pub use config::ClientAuth;
#[cfg(feature = "heartbeat")]
pub use config::HeartbeatMode;
pub use config::{Config, MaxFragmentLength, Role};
#[cfg(feature = "heartbeat")]
pub use connection::Heartbeats;
#[cfg(feature = "public-key")]
pub use credential::PrivateKey;
pub use credential::Psk;
pub use endpoint::{Endpoint, Progress, Received, State};
pub use error::Error;
#[cfg(feature = "certificate-url")]
pub use host::{CertChainType, CertificateUrl, Fetched};
pub use host::{Direction, Host, Peer, PskLookup, RandomFailure, Sent, Signed};
#[cfg(feature = "trace")]
pub use host::{TraceContent, TraceEvent};
pub use session::SESSION_MAX;
pub use suite::Suite;
pub use time::Instant;
