// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDP ports: free ones, and whether a program listens.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::Outcome;

/// A port that nobody uses, nor the one below it: libcoap's server takes both.
pub fn free() -> Outcome<u16> {
    // Below the range from which the kernel gives ports to clients; the process id keeps two
    // runs on one machine apart.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let pid = u16::try_from(std::process::id() % 500).unwrap_or(0);
    for _ in 0..2000 {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % 5500;
        let port = 20_001 + (pid * 22 + step * 2) % 11_000;
        if is_free(port) && is_free(port - 1) {
            return Ok(port);
        }
    }
    Err("no free UDP port between 20000 and 31000".into())
}

fn is_free(port: u16) -> bool {
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
        && TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}

/// Waits until some program has `port` open.
pub fn wait_open(port: u16, within: Duration) -> Outcome {
    let until = Instant::now() + within;
    while Instant::now() < until {
        if is_open(port) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(format!("nobody listens on UDP port {port} after {within:?}").into())
}

fn is_open(port: u16) -> bool {
    let port = format!(":{port:04X}");
    ["/proc/net/udp", "/proc/net/udp6"].iter().any(|table| {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        let mut locals = table
            .lines()
            .filter_map(|line| line.split_whitespace().nth(1));
        locals.any(|local| local.ends_with(&port))
    })
}
