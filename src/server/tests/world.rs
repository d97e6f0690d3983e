//! A server and its clients over a seeded network with virtual time.

use core::cmp::Reverse;
use std::collections::BinaryHeap;
use std::format;
use std::vec::Vec;

pub(super) use super::site::Seen;
use super::site::Site;
use crate::connection::Phase;
use crate::connection::tests::end::End;
use crate::connection::tests::random::Random;
use crate::server::table::PeerId;

pub(super) fn address(number: usize) -> Vec<u8> {
    format!("[2001:db8::{number}]:5684").into_bytes()
}

/// A client that looks nobody's key up and goes on with this one.
pub(super) fn client(seed: u64) -> End {
    End::client(seed)
}

/// How bad the network is, in thousandths.
#[derive(Clone, Copy, Default)]
pub(super) struct Weather {
    pub(super) lost: u64,
    pub(super) doubled: u64,
    /// Datagrams need so many milliseconds at most; more than one of them reorder.
    pub(super) delay: u64,
}

type UnderWay = Reverse<(u64, u64, usize, bool, Vec<u8>)>;

pub(super) struct World {
    pub(super) server: Site,
    pub(super) clients: Vec<End>,
    pub(super) weather: Weather,
    random: Random,
    time: u64,
    numbered: u64,
    under_way: BinaryHeap<UnderWay>,
}

impl World {
    pub(super) fn new(peers: usize, slots: usize, clients: usize) -> Self {
        World {
            server: Site::new(peers, slots),
            clients: (0..clients).map(|number| client(number as u64)).collect(),
            weather: Weather::default(),
            random: Random::new(4711),
            time: 0,
            numbered: 0,
            under_way: BinaryHeap::new(),
        }
    }

    /// Another client, which begins now.
    pub(super) fn join(&mut self, seed: u64) {
        let mut client = client(seed);
        client.now = self.server.now;
        self.clients.push(client);
    }

    fn launch(&mut self, client: usize, to_server: bool, datagram: &[u8]) {
        let copies = u64::from(!self.random.chance(self.weather.lost))
            + u64::from(self.random.chance(self.weather.doubled));
        for _ in 0..copies {
            let due = self.time + self.random.between(0, self.weather.delay);
            self.numbered += 1;
            let datagram = datagram.to_vec();
            let entry = (due, self.numbered, client, to_server, datagram);
            self.under_way.push(Reverse(entry));
        }
    }

    /// Everybody does what can be done now.
    fn turn(&mut self) {
        for number in 0..self.clients.len() {
            self.clients[number].pump();
            let sent: Vec<_> = self.clients[number].host.sent.drain(..).collect();
            for datagram in sent {
                self.launch(number, true, &datagram);
            }
        }
        while self.server.poll() {}
        let sent: Vec<_> = self.server.host.sent.drain(..).collect();
        for (to, datagram) in sent {
            let client = (0..self.clients.len()).find(|number| address(*number) == to);
            if let Some(client) = client {
                self.launch(client, false, &datagram);
            }
        }
    }

    fn arrive(&mut self) -> bool {
        let mut is_any = false;
        while let Some(Reverse(first)) = self.under_way.peek()
            && first.0 <= self.time
        {
            let Some(Reverse((_, _, client, to_server, datagram))) = self.under_way.pop() else {
                break;
            };
            is_any = true;
            if to_server {
                self.server.inbox.push_back((address(client), datagram));
            } else {
                self.clients[client].inbox.push_back(datagram);
            }
        }
        is_any
    }

    /// Lets so much time pass.
    pub(super) fn run(&mut self, milliseconds: u64) {
        self.run_until(milliseconds, |_| false);
    }

    /// Likewise, until something is so. Whether it is.
    pub(super) fn run_until(&mut self, milliseconds: u64, is_so: impl Fn(&World) -> bool) -> bool {
        let end = self.time + milliseconds;
        loop {
            self.turn();
            if is_so(self) {
                return true;
            }
            if self.arrive() {
                continue;
            }
            if self.time >= end {
                return false;
            }
            let timers = self.clients.iter_mut().map(|client| client.timeout());
            let timer = timers.min().unwrap_or(u32::MAX).min(self.server.timeout());
            let mut wait = (end - self.time).min(u64::from(timer.max(1)));
            if let Some(Reverse(first)) = self.under_way.peek() {
                wait = wait.min(first.0 - self.time);
            }
            self.pass(wait as u32);
        }
    }

    /// Time passes, and nobody does anything.
    pub(super) fn pass(&mut self, milliseconds: u32) {
        self.time += u64::from(milliseconds);
        self.server.now = self.server.now.plus(milliseconds);
        for client in &mut self.clients {
            client.now = client.now.plus(milliseconds);
        }
    }

    /// Lets everybody in.
    pub(super) fn connect(&mut self) {
        let is_done = self.run_until(120_000, |world| {
            world.clients.iter().all(End::is_connected) && world.server.handshakes() == 0
        });
        assert!(is_done, "not all got in");
    }

    pub(super) fn id(&mut self, client: usize) -> PeerId {
        self.server.id_at(&address(client)).unwrap()
    }

    /// The client and the server hear each other.
    pub(super) fn assert_talks(&mut self, number: usize) {
        let id = self.id(number);
        let text = format!("from {number}").into_bytes();
        self.clients[number].write(&text).unwrap();
        self.clients[number].received.clear();
        self.server.seen.clear();
        self.run(0);
        assert!(self.server.seen.contains(&Seen::Data(id, text.clone())));
        assert_eq!(self.server.write(id, &text), Some(Ok(())));
        self.run(0);
        assert_eq!(self.clients[number].received, [text]);
        assert_eq!(self.clients[number].phase(), Phase::Connected);
    }

    /// What a client sends now, taken off the wire.
    pub(super) fn says(&mut self, number: usize) -> Vec<Vec<u8>> {
        self.clients[number].pump();
        self.clients[number].host.sent.drain(..).collect()
    }

    /// What the server answers to what a client says, given to the client.
    pub(super) fn step(&mut self, number: usize) {
        for datagram in self.says(number) {
            self.server.deliver(&address(number), &datagram);
        }
        let sent = self.server.host.sent.drain(..);
        let own = sent.filter(|(to, _)| *to == address(number));
        let answers: Vec<_> = own.map(|(_, datagram)| datagram).collect();
        self.clients[number].inbox.extend(answers);
    }
}
