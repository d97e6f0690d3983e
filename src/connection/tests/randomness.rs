//! Requirement 11-1 and bug class 55: a random source that fails, or gives what cannot be random.

use super::end::End;
use super::pair::Pair;
use crate::connection::Phase;
use crate::error::Error;

/// Whoever's source fails, at whichever call: that end stops with Error::Random and nothing that
/// the source left behind goes out.
#[test]
fn a_failing_source_stops_the_handshake() {
    let calls = |pair: &Pair| (pair.client.host.random_calls, pair.server.host.random_calls);
    let mut pair = Pair::new();
    assert!(pair.complete());
    let (client_calls, server_calls) = calls(&pair);
    // One Random; two cookie secrets, one Random, one key for an identity that is not known.
    assert_eq!((client_calls, server_calls), (1, 4));
    let cases = (0..client_calls)
        .map(|call| (true, call))
        .chain((0..server_calls).map(|call| (false, call)));
    for (is_client, call) in cases {
        let mut pair = Pair::new();
        let failing = if is_client {
            &mut pair.client
        } else {
            &mut pair.server
        };
        failing.host.random_fails_at = Some(call);
        let mut sent = std::vec::Vec::new();
        for _ in 0..4 {
            pair.client.pump();
            sent.extend(pair.client.host.sent.iter().cloned());
            pair.server.inbox.append(&mut pair.client.host.sent);
            pair.server.pump();
            sent.extend(pair.server.host.sent.iter().cloned());
            pair.client.inbox.append(&mut pair.server.host.sent);
        }
        let failing = if is_client {
            &pair.client
        } else {
            &pair.server
        };
        assert_eq!(failing.error, Some(Error::Random), "{is_client} {call}");
        assert_eq!(failing.phase(), Phase::Failed(Error::Random));
        // The failing source leaves 0x77 behind.
        let leaks = |datagram: &std::vec::Vec<u8>| datagram.windows(8).any(|w| w == [0x77; 8]);
        assert!(!sent.iter().any(leaks), "{is_client} {call}");
        assert!(!pair.client.is_connected() && !pair.server.is_connected());
    }
}

/// A Random of zeros is none.
#[test]
fn a_random_of_zeros_is_refused() {
    for is_client in [true, false] {
        let mut pair = Pair::of(End::client(1), End::server(2));
        pair.client.host.random_is_zero = is_client;
        pair.server.host.random_is_zero = !is_client;
        assert!(!pair.complete());
        let (client, server) = (pair.client.error, pair.server.error);
        let error = if is_client { client } else { server };
        assert_eq!(error, Some(Error::Random));
    }
}

/// All 32 octets of each Random are random (requirement 11-2), and new each time.
#[test]
fn randoms_are_random_and_new() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..50 {
        let mut pair = Pair::of(End::client(seed), End::server(seed + 1_000));
        assert!(pair.complete());
        let randoms = &pair.client.connection.association.randoms;
        for half in [&randoms.client, &randoms.server] {
            for (at, quarter) in half.chunks(8).enumerate() {
                assert!(seen.insert((at, quarter.to_vec())));
            }
        }
    }
}
