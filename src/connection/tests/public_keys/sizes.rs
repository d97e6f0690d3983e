//! Flights and messages that are large, and memory that is small.

use std::vec::Vec;

use super::network::long_chains;
use super::refusals::assert_refused;
use super::*;
use crate::connection::tests::pair::to;
use crate::error::Error;

/// Ends with long chains; the one of the two sends them in datagrams of 256 octets.
fn with_chains() -> Pair {
    let mut client = client_config(Kind::Certificate, Kind::Certificate);
    let mut server = server_config(Kind::Certificate, Kind::Certificate);
    let [clients, servers] = long_chains();
    client.set_certificate(clients).unwrap();
    server.set_certificate(servers).unwrap();
    let mut pair = pair_of(client, server);
    pair.client.connection.set_mtu(256);
    pair.server.connection.set_mtu(256);
    pair
}

/// Octets of the Certificate message with that chain of three.
fn certificate_length(chain: &[u8]) -> usize {
    3 + 3 * 3 + chain.len()
}

/// "A chain that does not fit fails with a status that names the size needed": with so much room it
/// works, with one octet less it does not.
#[test]
fn a_chain_that_does_not_fit_says_how_long_it_is() {
    for is_client in [true, false] {
        let [clients, servers] = long_chains();
        let needed = certificate_length(if is_client { servers } else { clients });
        for room in [0, 500, needed - 1, needed] {
            let mut pair = with_chains();
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            end.reassembly = std::vec![0; room];
            if room == needed {
                assert_connects(&mut pair);
                continue;
            }
            assert_refused(&mut pair, is_client, Error::MessageTooLong, 80);
            let end = if is_client {
                &pair.client
            } else {
                &pair.server
            };
            let counted = end.connection.counters.reassembly_needed;
            assert_eq!(counted as usize, needed);
        }
    }
}

/// What comes whole and in turn is read where it lies.
#[test]
fn whole_messages_need_no_reassembly() {
    let mut pair = with_chains();
    for end in [&mut pair.client, &mut pair.server] {
        end.connection.set_mtu(5_000);
        end.buffer = std::vec![0; 5_000];
        end.reassembly = Vec::new();
    }
    assert_connects(&mut pair);
}

/// A peer that packs its flight into a datagram larger than our buffer, and keeps doing so however
/// silent we are, is reported as such; nobody has answered anything else.
#[test]
fn datagrams_that_are_too_long() {
    for is_client in [true, false] {
        let mut pair = pair(Kind::Raw, Kind::Raw);
        let end = if is_client {
            &mut pair.client
        } else {
            &mut pair.server
        };
        end.buffer = std::vec![0; 200];
        assert!(!pair.complete());
        let (end, peer) = match is_client {
            true => (&pair.client, &pair.server),
            false => (&pair.server, &pair.client),
        };
        assert_eq!(end.error, Some(Error::DatagramTooLong));
        assert_eq!(end.connection.last_alert(), None);
        let counters = &end.connection.counters;
        assert!(counters.truncated > 2);
        assert!(counters.datagram_needed > 200);
        // The peer has just heard nothing.
        assert_eq!(peer.error, Some(Error::Timeout));
        assert_eq!(peer.connection.counters.truncated, 0);
    }
}

/// Our own ends send smaller datagrams after a while, down to 320 octets: a buffer for those is
/// enough.
#[test]
fn silence_makes_datagrams_fit() {
    for is_client in [true, false] {
        let mut pair = pair(Kind::Raw, Kind::Raw);
        let end = if is_client {
            &mut pair.client
        } else {
            &mut pair.server
        };
        end.buffer = std::vec![0; 320];
        assert_connects(&mut pair);
        let end = if is_client {
            &pair.client
        } else {
            &pair.server
        };
        assert!(end.connection.counters.truncated > 0);
    }
}

/// Silence alone is silence.
#[test]
fn a_peer_that_says_nothing() {
    let mut pair = pair(Kind::Raw, Kind::Raw);
    to(&mut pair.client, []);
    for _ in 0..7 {
        let wait = pair.client.timeout();
        pair.wait(wait);
        pair.client.pump();
    }
    assert_eq!(pair.client.error, Some(Error::Timeout));
}
