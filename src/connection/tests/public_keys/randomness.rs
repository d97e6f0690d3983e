//! The random source of a handshake with public keys: what is drawn of it, and when it fails.

use std::vec::Vec;

use super::*;
use crate::connection::tests::craft::records;
use crate::connection::tests::pair::to;
use crate::error::Error;

/// Requirement 11-1: whichever draw fails, the handshake ends, and nothing of what the source left
/// behind is used.
#[test]
fn a_random_source_that_fails() {
    let mut honest = pair(Kind::Raw, Kind::Raw);
    assert_connects(&mut honest);
    let calls = [&honest.client, &honest.server].map(|end| end.host.random_calls);
    // Random, ephemeral key, entropy of the signature; a server has secrets of cookies, too.
    assert!(calls[0] >= 3 && calls[1] > 3);
    for (is_client, calls) in [(true, calls[0]), (false, calls[1])] {
        for call in 0..calls {
            let mut pair = pair(Kind::Raw, Kind::Raw);
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            end.host.random_fails_at = Some(call);
            assert!(!pair.complete(), "{is_client} {call}");
            let end = if is_client {
                &pair.client
            } else {
                &pair.server
            };
            assert_eq!(end.error, Some(Error::Random), "{is_client} {call}");
            for datagram in &end.host.sent {
                let has_left = datagram.windows(32).any(|octets| octets == [0x77; 32]);
                assert!(!has_left, "{is_client} {call}");
            }
        }
    }
}

/// A source that gives only zeros is none: there is no ephemeral key 0.
#[test]
fn a_random_source_of_zeros() {
    for is_client in [true, false] {
        for from in 0..3 {
            let mut pair = pair(Kind::Raw, Kind::Raw);
            // It breaks after a flight or two.
            let mut under_way = Vec::new();
            for _ in 0..from {
                under_way = to(&mut pair.client, under_way);
                under_way = to(&mut pair.server, under_way);
            }
            pair.client.inbox.extend(under_way);
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            end.host.random_is_zero = true;
            let is_over = pair.complete();
            let end = if is_client {
                &pair.client
            } else {
                &pair.server
            };
            // A server has nothing to draw any more behind its flight.
            let is_late = !is_client && from == 2;
            assert_eq!(is_over, is_late, "{is_client} {from}");
            let expected = (!is_late).then_some(Error::Random);
            assert_eq!(end.error, expected, "{is_client} {from}");
        }
    }
}

/// RFC 7925 section 4: ephemeral keys are not used again, not even for a client that begins anew in
/// the midst of its handshake.
#[test]
fn each_handshake_has_its_ephemeral_keys() {
    let mut server = end(server_config(Kind::Raw, Kind::Raw), 2);
    let mut points = Vec::new();
    for seed in 0..3 {
        let mut client = end(client_config(Kind::Raw, Kind::Raw), seed);
        let hello = to(&mut client, []);
        let request = to(&mut server, hello);
        let hello = to(&mut client, request);
        let flight = to(&mut server, hello);
        let answer = to(&mut client, flight.clone());
        for (flight, msg_type, place) in [(flight, 12, 25 + 4), (answer, 16, 25 + 1)] {
            let all = records(&flight.concat());
            let is_it = |record: &&Vec<u8>| record[0] == 22 && record[13] == msg_type;
            let message = all.iter().find(is_it).unwrap();
            let point = message[place..place + 65].to_vec();
            assert!(!points.contains(&point));
            points.push(point);
        }
    }
    assert_eq!(points.len(), 6);
}
