//! The way to every state of a handshake with raw public keys both ways.

use std::vec::Vec;

use super::*;
use crate::connection::tests::craft::records;
use crate::connection::tests::pair::to;

/// Where one end, the target, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    ClientAwaitsCertificate,
    ClientAwaitsServerKeyExchange,
    /// Or ServerHelloDone.
    ClientAwaitsRequest,
    ClientAwaitsServerHelloDone,
    ClientAwaitsChangeCipherSpec,
    ClientAwaitsFinished,
    ServerAwaitsCertificate,
    ServerAwaitsClientKeyExchange,
    ServerAwaitsCertificateVerify,
    ServerAwaitsChangeCipherSpec,
    ServerAwaitsFinished,
}

impl At {
    pub(super) const ALL: [At; 11] = [
        At::ClientAwaitsCertificate,
        At::ClientAwaitsServerKeyExchange,
        At::ClientAwaitsRequest,
        At::ClientAwaitsServerHelloDone,
        At::ClientAwaitsChangeCipherSpec,
        At::ClientAwaitsFinished,
        At::ServerAwaitsCertificate,
        At::ServerAwaitsClientKeyExchange,
        At::ServerAwaitsCertificateVerify,
        At::ServerAwaitsChangeCipherSpec,
        At::ServerAwaitsFinished,
    ];

    pub(super) fn is_client(self) -> bool {
        (self as usize) < At::ServerAwaitsCertificate as usize
    }
}

/// Two ends of which one, the target, has just got there, and the honest records that bring it on.
pub(super) fn at(at: At) -> (Pair, Vec<Vec<u8>>) {
    at_with(pair(Kind::Raw, Kind::Raw), at)
}

/// Likewise with a pair that has done nothing yet, and both ends of which show something.
pub(super) fn at_with(mut pair: Pair, at: At) -> (Pair, Vec<Vec<u8>>) {
    pair.target_is_client = at.is_client();
    let next = advance(&mut pair, at);
    (pair, next)
}

fn advance(pair: &mut Pair, at: At) -> Vec<Vec<u8>> {
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    let hello = to(&mut pair.client, request);
    // ServerHello, Certificate, ServerKeyExchange, CertificateRequest, ServerHelloDone.
    let mut flight = records(&to(&mut pair.server, hello).concat());
    for state in [
        At::ClientAwaitsCertificate,
        At::ClientAwaitsServerKeyExchange,
        At::ClientAwaitsRequest,
        At::ClientAwaitsServerHelloDone,
    ] {
        assert!(to(&mut pair.client, [flight.remove(0)]).is_empty());
        if at == state {
            return flight;
        }
    }
    // Certificate, ClientKeyExchange, CertificateVerify, ChangeCipherSpec, Finished.
    let mut flight = records(&to(&mut pair.client, flight).concat());
    for state in [
        At::ServerAwaitsCertificate,
        At::ServerAwaitsClientKeyExchange,
        At::ServerAwaitsCertificateVerify,
        At::ServerAwaitsChangeCipherSpec,
        At::ServerAwaitsFinished,
    ] {
        if at == state {
            return flight;
        }
        if state != At::ServerAwaitsFinished {
            assert!(to(&mut pair.server, [flight.remove(0)]).is_empty());
        }
    }
    let mut flight = records(&to(&mut pair.server, flight).concat());
    assert!(pair.server.is_connected());
    if at == At::ClientAwaitsFinished {
        assert!(to(&mut pair.client, [flight.remove(0)]).is_empty());
    }
    flight
}
