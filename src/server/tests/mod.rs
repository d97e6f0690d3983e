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
mod room;
mod site;
mod slots;
mod world;
