//! Whole conversations: both ends in memory, what may come between them, and what must not.
#![cfg(all(feature = "client", feature = "server", feature = "psk"))]

extern crate std;

mod bad_input;
mod craft;
mod end;
mod faults;
mod network;
mod pair;
mod random;
mod sizes;
