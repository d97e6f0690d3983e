// SPDX-License-Identifier: MIT OR Apache-2.0
//! A relay between a client and a server on loopback: records every datagram and can lose,
//! double or hold back chosen ones.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::records;

/// A datagram as it reached the relay.
#[derive(Clone)]
pub struct Datagram {
    pub from_client: bool,
    /// Since the relay began.
    pub at: Duration,
    pub octets: Vec<u8>,
}

/// What happens to a datagram, counted from 1 over both directions.
#[derive(Clone, Copy)]
pub enum Fault {
    Lose(usize),
    Double(usize),
    /// Comes after the next one of its direction.
    HoldBack(usize),
    /// Every unprotected handshake message of this type has its last bit turned: that of the
    /// signature, in those that end in one.
    Alter(u8),
}

/// Ends when dropped.
pub struct Relay {
    pub port: u16,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    /// Towards the client, whose address is the last one that sent something.
    front: UdpSocket,
    back: UdpSocket,
    client: Mutex<Option<SocketAddr>>,
    begun: Instant,
    seen: Mutex<Vec<Datagram>>,
    faults: Vec<Fault>,
    ended: AtomicBool,
}

impl Relay {
    /// A relay to `server_port`; clients connect to its own `port`.
    pub fn start(server_port: u16, faults: &[Fault]) -> io::Result<Self> {
        let front = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        back.connect((Ipv4Addr::LOCALHOST, server_port))?;
        for socket in [&front, &back] {
            // How long the end of the relay may take.
            socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        }
        let port = front.local_addr()?.port();
        let shared = Arc::new(Shared {
            front,
            back,
            client: Mutex::new(None),
            begun: Instant::now(),
            seen: Mutex::new(Vec::new()),
            faults: faults.to_vec(),
            ended: AtomicBool::new(false),
        });
        let threads = [true, false].map(|from_client| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.carry(from_client))
        });
        Ok(Relay {
            port,
            shared,
            threads: threads.into(),
        })
    }

    /// What has come by so far, lost ones among it.
    pub fn seen(&self) -> Vec<Datagram> {
        self.shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn alter(kind: u8, octets: &mut [u8]) {
    let ends: Vec<usize> = records::messages(octets)
        .into_iter()
        .filter(|message| message.kind == kind)
        .map(|message| message.at + message.body.len())
        .collect();
    for end in ends {
        octets[end - 1] ^= 1;
    }
}

impl Shared {
    /// Carries one direction until the relay ends.
    fn carry(&self, from_client: bool) {
        let mut buffer = vec![0; 0x1_0000];
        let mut held: Option<Vec<u8>> = None;
        while !self.ended.load(Ordering::Relaxed) {
            let Some(length) = self.receive(from_client, &mut buffer) else {
                continue;
            };
            for fault in &self.faults {
                if let Fault::Alter(kind) = fault {
                    alter(*kind, &mut buffer[..length]);
                }
            }
            let octets = &buffer[..length];
            let number = self.record(from_client, octets);
            let lost = self
                .faults
                .iter()
                .any(|f| matches!(f, Fault::Lose(n) if *n == number));
            let double = self
                .faults
                .iter()
                .any(|f| matches!(f, Fault::Double(n) if *n == number));
            let hold = self
                .faults
                .iter()
                .any(|f| matches!(f, Fault::HoldBack(n) if *n == number));
            if hold {
                held = Some(octets.to_vec());
                continue;
            }
            for _ in 0..usize::from(!lost) + usize::from(double) {
                self.pass_on(from_client, octets);
            }
            if let Some(held) = held.take() {
                self.pass_on(from_client, &held);
            }
        }
    }

    fn receive(&self, from_client: bool, buffer: &mut [u8]) -> Option<usize> {
        if !from_client {
            return self.back.recv(buffer).ok();
        }
        let (length, address) = self.front.recv_from(buffer).ok()?;
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
        Some(length)
    }

    /// The number of the datagram, from 1.
    fn record(&self, from_client: bool, octets: &[u8]) -> usize {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.begun.elapsed();
        seen.push(Datagram {
            from_client,
            at,
            octets: octets.to_vec(),
        });
        seen.len()
    }

    /// A send that fails is a datagram lost: the server may not be there.
    fn pass_on(&self, from_client: bool, octets: &[u8]) {
        if from_client {
            let _ = self.back.send(octets);
        } else if let Some(client) = *self.client.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = self.front.send_to(octets, client);
        }
    }
}
