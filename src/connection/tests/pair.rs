//! Both ends with nothing between them, and the way to every state of a handshake.

use std::collections::VecDeque;
use std::vec::Vec;

use super::craft::records;
use super::end::End;
use crate::connection::Phase;
use crate::error::Error;

/// Where one end, the target, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Its ClientHello is out.
    ClientAwaitsServerHello,
    /// Its ClientHello with a cookie is out.
    ClientAwaitsServerHelloWithCookie,
    /// ServerHello is in.
    ClientAwaitsServerFlight,
    /// Its Finished is out.
    ClientAwaitsChangeCipherSpec,
    ClientAwaitsFinished,
    ClientConnected,
    ServerListens,
    /// ServerHelloDone is out.
    ServerAwaitsClientKeyExchange,
    /// ClientKeyExchange is in.
    ServerAwaitsChangeCipherSpec,
    ServerAwaitsFinished,
    ServerConnected,
}

impl At {
    pub(super) const ALL: [At; 11] = [
        At::ClientAwaitsServerHello,
        At::ClientAwaitsServerHelloWithCookie,
        At::ClientAwaitsServerFlight,
        At::ClientAwaitsChangeCipherSpec,
        At::ClientAwaitsFinished,
        At::ClientConnected,
        At::ServerListens,
        At::ServerAwaitsClientKeyExchange,
        At::ServerAwaitsChangeCipherSpec,
        At::ServerAwaitsFinished,
        At::ServerConnected,
    ];

    pub(super) fn is_client(self) -> bool {
        (self as usize) < At::ServerListens as usize
    }

    pub(super) fn is_connected(self) -> bool {
        matches!(self, At::ClientConnected | At::ServerConnected)
    }
}

/// What a datagram did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// It was dropped, and counted.
    Noise,
    Fatal(Error),
    /// Neither.
    Taken,
}

pub(super) struct Pair {
    pub(super) client: End,
    pub(super) server: End,
    pub(super) target_is_client: bool,
}

impl Pair {
    pub(super) fn new() -> Self {
        Self::of(End::client(1), End::server(2))
    }

    pub(super) fn of(client: End, server: End) -> Self {
        Pair {
            client,
            server,
            target_is_client: true,
        }
    }

    pub(super) fn connected() -> Self {
        Self::at(At::ClientConnected)
    }

    /// Two ends of which one has just got there. What would bring it on is in [`Self::next`].
    pub(super) fn at(at: At) -> Self {
        let (pair, _) = Self::at_with_next(at);
        pair
    }

    /// Likewise, and the honest datagrams that would bring it on.
    pub(super) fn at_with_next(at: At) -> (Self, Vec<Vec<u8>>) {
        let mut pair = Self::new();
        pair.target_is_client = at.is_client();
        let next = pair.advance(at);
        (pair, next)
    }

    fn advance(&mut self, at: At) -> Vec<Vec<u8>> {
        let first_hello = to(&mut self.client, []);
        if at == At::ServerListens {
            return first_hello;
        }
        let request = to(&mut self.server, first_hello);
        if at == At::ClientAwaitsServerHello {
            return request;
        }
        let hello = to(&mut self.client, request);
        let server_flight = to(&mut self.server, hello);
        if at == At::ClientAwaitsServerHelloWithCookie {
            return server_flight;
        }
        let mut pieces = records(&server_flight[0]);
        let hello_done = pieces.split_off(1);
        assert!(to(&mut self.client, pieces).is_empty());
        if at == At::ClientAwaitsServerFlight {
            return hello_done;
        }
        let client_flight = to(&mut self.client, hello_done);
        if at == At::ServerAwaitsClientKeyExchange {
            return client_flight;
        }
        let mut pieces = records(&client_flight[0]);
        let finished = pieces.split_off(2);
        let change_cipher_spec = pieces.split_off(1);
        assert!(to(&mut self.server, pieces).is_empty());
        if at == At::ServerAwaitsChangeCipherSpec {
            return [change_cipher_spec, finished].concat();
        }
        assert!(to(&mut self.server, change_cipher_spec).is_empty());
        if at == At::ServerAwaitsFinished {
            return finished;
        }
        let last_flight = to(&mut self.server, finished);
        assert!(self.server.is_connected());
        if at == At::ClientAwaitsChangeCipherSpec {
            return last_flight;
        }
        let mut pieces = records(&last_flight[0]);
        let finished = pieces.split_off(1);
        assert!(to(&mut self.client, pieces).is_empty());
        if at == At::ClientAwaitsFinished {
            return finished;
        }
        assert!(to(&mut self.client, finished).is_empty());
        assert!(self.client.is_connected());
        Vec::new()
    }

    pub(super) fn target(&mut self) -> &mut End {
        if self.target_is_client {
            &mut self.client
        } else {
            &mut self.server
        }
    }

    pub(super) fn peer(&mut self) -> &mut End {
        if self.target_is_client {
            &mut self.server
        } else {
            &mut self.client
        }
    }

    /// Gives the target a datagram and says what it did.
    pub(super) fn inject(&mut self, datagram: &[u8]) -> Reaction {
        let target = self.target();
        let dropped = target.dropped();
        target.inbox.push_back(datagram.to_vec());
        target.pump();
        match target.error {
            Some(error) => Reaction::Fatal(error),
            None if target.dropped() > dropped => Reaction::Noise,
            None => Reaction::Taken,
        }
    }

    pub(super) fn wait(&mut self, milliseconds: u32) {
        for end in [&mut self.client, &mut self.server] {
            end.now = end.now.plus(milliseconds);
        }
    }

    /// Hands all datagrams over until there are none.
    pub(super) fn settle(&mut self) {
        for _ in 0..100 {
            self.client.pump();
            let to_server = self.client.host.sent.len();
            self.server.inbox.append(&mut self.client.host.sent);
            self.server.pump();
            let is_silent = to_server == 0 && self.server.host.sent.is_empty();
            self.client.inbox.append(&mut self.server.host.sent);
            // Who has failed, or waits for the application, takes nothing.
            if self.client.inbox.is_empty() || self.client.error.is_some() || is_silent {
                return;
            }
        }
        panic!("the ends keep sending");
    }

    /// Goes on until both are connected, one has failed or both wait for ever. Whether both are
    /// connected.
    pub(super) fn complete(&mut self) -> bool {
        for _ in 0..200 {
            self.settle();
            if self.client.is_connected() && self.server.is_connected() {
                return true;
            }
            let wait = self.client.timeout().min(self.server.timeout());
            if wait == u32::MAX {
                return false;
            }
            self.wait(wait);
        }
        panic!("the handshake has no end");
    }

    /// Both ends hear each other, once.
    pub(super) fn assert_talks(&mut self) {
        assert_eq!(self.client.phase(), Phase::Connected);
        assert_eq!(self.server.phase(), Phase::Connected);
        hears(&mut self.client, &mut self.server);
        hears(&mut self.server, &mut self.client);
    }
}

fn hears(from: &mut End, to: &mut End) {
    to.received.clear();
    from.host.sent.clear();
    from.write(b"an honest record").unwrap();
    to.inbox.append(&mut from.host.sent);
    to.pump();
    assert_eq!(to.received, [b"an honest record"]);
}

/// What an end sends when it gets these datagrams.
pub(super) fn to(end: &mut End, datagrams: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    end.inbox.extend(datagrams);
    end.pump();
    let sent: &mut VecDeque<Vec<u8>> = &mut end.host.sent;
    answers.extend(sent.drain(..));
    answers
}
