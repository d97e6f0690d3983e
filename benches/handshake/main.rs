//! Handshakes of both ends in memory, of the kind that the first argument names (`psk`, `rpk`,
//! `x509`; `resumption`, `rpk-resumption`, `x509-resumption`), as many as the second one says: `cargo
//! xtask bench` counts their instructions. It uses the interface that C uses.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

#![allow(
    unsafe_code,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is what C does, and it stops when something is wrong"
)]

mod config;
mod end;
mod wire;

use std::cell::RefCell;

use config::{Configs, Kind};
use end::End;
use wire::{Ends, Wire};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo bench` itself passes an argument of its own and no count: one handshake then.
    let count = arguments
        .get(2)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let name = arguments.get(1).map_or("", String::as_str);
    let kind = Kind::named(name.split('-').next().unwrap_or(name));
    let resumes = name.ends_with("resumption");
    let configs = Configs::new(kind, resumes);

    let (to_server, to_client) = (RefCell::default(), RefCell::default());
    let mut client_ends = Ends::new(&to_client, &to_server, 1);
    let mut server_ends = Ends::new(&to_server, &to_client, 2);
    let (client_io, server_io) = (client_ends.io(), server_ends.io());
    let connect = |session: Option<&[u8]>| {
        let mut client = End::new(configs.client, &client_io);
        let mut server = End::new(configs.server, &server_io);
        if let Some(session) = session {
            client.offer(session);
        }
        while !(client.handshake() & server.handshake()) {}
        assert!(client.is_resumed() == session.is_some());
        client
    };
    // Once, whatever the count: the difference of two counts has no full handshake in it.
    let session = resumes.then(|| connect(None).session());
    for wire in [&to_server, &to_client] {
        wire.replace(Wire::default());
    }
    for _ in 0..count {
        connect(session.as_deref());
    }
    let (up, down) = (to_server.borrow(), to_client.borrow());
    println!(
        "{} octets in {} datagrams a handshake",
        (up.octets + down.octets) / count,
        (up.count + down.count) / count
    );
}
