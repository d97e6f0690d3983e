//! A server among its clients: many of them, old ones that come back, and people who only pretend.
#![cfg(all(feature = "client", feature = "psk"))]

extern crate std;

mod application;
mod back;
mod crowd;
mod gate;
#[cfg(feature = "heartbeat")]
mod heartbeat;
mod input;
#[cfg(all(feature = "rpk", feature = "x509"))]
mod public_keys;
mod room;
mod site;
mod slots;
mod world;
