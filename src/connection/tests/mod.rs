//! Whole conversations: both ends in memory, what may come between them, and what must not.
#![cfg(all(feature = "client", feature = "server", feature = "psk"))]

extern crate std;

mod bad_input;
#[cfg(all(feature = "cached-info", feature = "rpk", feature = "x509"))]
mod cached_info;
#[cfg(all(feature = "certificate-url", feature = "rpk"))]
mod certificate_url;
#[cfg(all(feature = "rpk", feature = "x509"))]
mod chain;
mod cookies;
pub(crate) mod craft;
pub(crate) mod end;
mod faults;
mod garbage;
#[cfg(feature = "heartbeat")]
mod heartbeat;
mod hellos;
mod host;
mod keys;
mod live;
mod network;
mod order;
mod pair;
#[cfg(all(feature = "rpk", feature = "x509"))]
pub(crate) mod public_keys;
mod puppet;
pub(crate) mod random;
mod randomness;
mod resend;
mod resumption;
mod scene;
mod slots;
#[cfg(all(feature = "trusted-ca", feature = "rpk"))]
mod trusted_ca;
