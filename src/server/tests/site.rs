//! A server with its memory and an application of few words.

use std::collections::VecDeque;
use std::vec::Vec;

use crate::config::Config;
use crate::connection::tests::end::{End, IDENTITY, KEY, TestHost};
use crate::error::Error;
use crate::handshake::server::resumption::Resumption;
use crate::host::{Host, Peer as HostPeer, PskLookup, RandomFailure, Sent, Signed};
use crate::server::table::{Order, Peer, PeerId, Table};
use crate::server::{Environment, Event, Next, Server, Slot, State};
use crate::time::Instant;

/// The application's side of the server: every datagram goes where `set_peer` said last.
pub(super) struct ServerHost {
    pub(super) inner: TestHost,
    peer: Vec<u8>,
    pub(super) sent: VecDeque<(Vec<u8>, Vec<u8>)>,
    /// Nothing can be sent to this address.
    pub(super) blocked: Option<Vec<u8>>,
}

impl Host for ServerHost {
    fn set_peer(&mut self, address: &[u8]) {
        self.peer = address.to_vec();
    }

    fn send(&mut self, datagram: &[u8]) -> Sent {
        if self.blocked.as_ref() == Some(&self.peer) {
            return Sent::Nothing;
        }
        let sent = self.inner.send(datagram);
        for datagram in self.inner.sent.drain(..) {
            self.sent.push_back((self.peer.clone(), datagram));
        }
        sent
    }

    fn random(&mut self, out: &mut [u8]) -> Result<(), RandomFailure> {
        self.inner.random(out)
    }

    fn psk_lookup(&mut self, identity: &[u8], key: &mut [u8]) -> PskLookup {
        self.inner.psk_lookup(identity, key)
    }

    fn sign(&mut self, credential: u8, digest: &[u8; 32], signature: &mut [u8; 64]) -> Signed {
        self.inner.sign(credential, digest, signature)
    }

    fn accepts(&mut self, peer: &HostPeer<'_>) -> bool {
        self.inner.accepts(peer)
    }

    fn unix_time(&mut self) -> Option<u64> {
        self.inner.unix_time()
    }

    fn session_put(&mut self, id: &[u8], session: &[u8]) {
        self.inner.session_put(id, session);
    }

    fn session_get(&mut self, id: &[u8], session: &mut [u8]) -> Option<usize> {
        self.inner.session_get(id, session)
    }

    fn session_remove(&mut self, id: &[u8]) {
        self.inner.session_remove(id);
    }
}

/// What the server has told, with the data itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    Connected(PeerId),
    Data(PeerId, Vec<u8>),
    Closed(PeerId),
    Failed(Option<PeerId>, Error),
}

/// The server and all that it needs, driven as `ffi/server.rs` drives it.
pub(super) struct Site {
    pub(super) config: Config<'static>,
    pub(super) state: State,
    order: Order,
    pub(super) peers: Vec<Peer>,
    buckets: Vec<u32>,
    pub(super) slots: Vec<Slot>,
    pub(super) reassembly: Vec<u8>,
    pub(super) buffer: Vec<u8>,
    pub(super) host: ServerHost,
    pub(super) now: Instant,
    pub(super) inbox: VecDeque<(Vec<u8>, Vec<u8>)>,
    pub(super) seen: Vec<Seen>,
}

impl Site {
    pub(super) fn new(peers: usize, slots: usize) -> Self {
        let mut inner = TestHost::new(77);
        inner.keys.push((IDENTITY, KEY));
        let mut this = Site {
            config: End::server_config(),
            state: State::new(),
            order: Order::new(),
            peers: (0..peers).map(|_| Peer::empty()).collect(),
            buckets: std::vec![0; peers.next_power_of_two()],
            slots: (0..slots).map(|_| Slot::empty()).collect(),
            reassembly: std::vec![0; slots * 512],
            buffer: std::vec![0; 1500],
            host: ServerHost {
                inner,
                peer: Vec::new(),
                sent: VecDeque::new(),
                blocked: None,
            },
            now: Instant(1_000_000),
            inbox: VecDeque::new(),
            seen: Vec::new(),
        };
        this.on(|server, _| server.table.clear([1, 2]));
        this
    }

    pub(super) fn on<R>(
        &mut self,
        action: impl FnOnce(&mut Server<'_>, &mut Environment<'_>) -> R,
    ) -> R {
        let mut server = Server {
            state: &mut self.state,
            table: Table {
                order: &mut self.order,
                peers: &mut self.peers,
                buckets: &mut self.buckets,
            },
            slots: &mut self.slots,
            reassembly: &mut self.reassembly,
        };
        let mut env = Environment {
            config: &self.config,
            psk: None,
            resumption: Resumption::of(&self.config),
            host: &mut self.host,
            now: self.now,
            buffer: &mut self.buffer,
        };
        action(&mut server, &mut env)
    }

    pub(super) fn take(&mut self, address: &[u8], datagram: &[u8]) -> Result<(), Error> {
        assert!(self.on(|server, _| server.can_take_datagram()));
        for (to, from) in self.buffer.iter_mut().zip(datagram) {
            *to = *from;
        }
        self.on(|server, env| server.take_datagram(env, address, datagram.len()))
    }

    /// The next event; `None` when there is none now.
    pub(super) fn event(&mut self) -> Option<Seen> {
        let seen = match self.on(|server, env| server.next_event(env)) {
            Next::Drained | Next::WantWrite => return None,
            Next::Event(Event::Connected(id)) => Seen::Connected(id),
            Next::Event(Event::Data(id, range)) => Seen::Data(id, self.buffer[range].to_vec()),
            Next::Event(Event::Closed(id)) => Seen::Closed(id),
            Next::Event(Event::Failed(id, error, _)) => Seen::Failed(id, error),
        };
        self.seen.push(seen.clone());
        Some(seen)
    }

    pub(super) fn drain(&mut self) {
        while self.event().is_some() {}
    }

    /// Takes a datagram and all that comes of it.
    pub(super) fn deliver(&mut self, address: &[u8], datagram: &[u8]) {
        self.take(address, datagram).unwrap();
        self.drain();
    }

    /// One `mote_server_poll` and its events. Whether there was anything to do.
    pub(super) fn poll(&mut self) -> bool {
        let now = self.now;
        self.on(|server, env| server.watch(env.config, now));
        if self.on(|server, _| server.can_take_datagram()) {
            let Some((address, datagram)) = self.inbox.pop_front() else {
                return false;
            };
            self.take(&address, &datagram).unwrap();
        }
        self.drain();
        self.on(|server, _| server.can_take_datagram())
    }

    pub(super) fn timeout(&mut self) -> u32 {
        let now = self.now;
        self.on(|server, env| server.timeout(env.config, now))
    }

    pub(super) fn write(&mut self, id: PeerId, data: &[u8]) -> Option<Result<(), Error>> {
        let capacity = self.buffer.len();
        let place = self.on(|server, env| {
            server.with_peer(env, id, |connection, _| {
                connection.place_of_data(data.len(), capacity)
            })
        })?;
        match place {
            Ok(place) => self.buffer[place..place + data.len()].copy_from_slice(data),
            Err(error) => return Some(Err(error)),
        }
        let written = self.on(|server, env| {
            server.with_peer(env, id, |connection, call| {
                connection.write(call, data.len())
            })
        })?;
        Some(written.map(|_| ()))
    }

    pub(super) fn close(&mut self, id: PeerId) -> bool {
        self.on(|server, env| server.close_peer(env, id))
    }

    pub(super) fn count(&self) -> u32 {
        self.order.count
    }

    pub(super) fn handshakes(&self) -> usize {
        let slots = self.slots.iter();
        slots.filter(|slot| slot.handshake.is_some()).count()
    }

    /// The handle of the peer at this address.
    pub(super) fn id_at(&mut self, address: &[u8]) -> Option<PeerId> {
        self.on(|server, _| {
            server
                .table
                .find(address)
                .map(|place| server.table.id(place))
        })
    }
}
