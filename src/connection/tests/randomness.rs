//! Requirement 11-1 and bug class 55: a random source that fails, or gives what cannot be random.

use std::vec;
use std::vec::Vec;

use super::end::End;
use super::pair::{Pair, to};
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

/// How the ends of a conversation draw random numbers: with pre-shared keys, with raw public keys,
/// with sessions that are kept.
fn scenes() -> Vec<fn() -> Pair> {
    fn with_sessions() -> Pair {
        let mut pair = Pair::new();
        pair.server.config.set_session_store().unwrap();
        pair
    }
    vec![
        Pair::new,
        with_sessions,
        #[cfg(feature = "rpk")]
        || {
            use super::raw_keys::raw_config;
            use crate::config::Role;
            Pair::of(
                End::new(raw_config(Role::Client, 1, 2), 1),
                End::new(raw_config(Role::Server, 2, 1), 2),
            )
        },
    ]
}

/// Requirement 11-1: a source that has not gathered enough yet delays the handshake, at whichever
/// draw of either end, and loses nothing: no flight is sent twice, and nothing that the source has
/// left behind goes out.
#[test]
fn a_source_that_has_nothing_yet_delays_the_handshake() {
    let draws = [(1, 4), (1, 5), (3, 5)];
    for (make, (client_draws, server_draws)) in scenes().into_iter().zip(draws) {
        let mut pair = make();
        assert!(pair.complete());
        let calls = [&pair.client, &pair.server].map(|end| end.host.random_calls);
        assert_eq!(calls, [client_draws, server_draws]);
        let cases = (0..client_draws).map(|draw| (true, draw));
        for (is_client, draw) in cases.chain((0..server_draws).map(|draw| (false, draw))) {
            let case = std::format!("{is_client} {draw}");
            let mut pair = make();
            let start = pair.client.now;
            let end = match is_client {
                true => &mut pair.client,
                false => &mut pair.server,
            };
            end.host.random_waits_at = Some(draw);
            end.host.random_waits = 3;
            let mut waits = 0;
            for _ in 0..20 {
                pair.settle();
                for end in [&mut pair.client, &mut pair.server] {
                    if end.is_waiting_for_entropy {
                        waits += 1;
                        assert_eq!(end.error, None, "{case}");
                        assert!(!end.can_take_datagram(), "{case}");
                        assert!((1..=100).contains(&end.timeout()), "{case}");
                    }
                }
                if pair.client.is_connected() && pair.server.is_connected() {
                    break;
                }
                let wait = pair.client.timeout().min(pair.server.timeout());
                pair.wait(wait);
            }
            pair.assert_talks();
            assert_eq!(waits, 3, "{case}");
            assert_eq!(pair.client.now.since(start), 300, "{case}");
            for end in [&pair.client, &pair.server] {
                let counters = &end.connection.counters;
                assert_eq!(counters.retransmissions, 0, "{case}");
                assert_eq!(end.dropped(), 0, "{case}");
                let randoms = &end.connection.association.randoms;
                assert_ne!(randoms.client, [0x77; 32]);
                assert_ne!(randoms.server, [0x77; 32]);
            }
        }
    }
}

/// A server in the midst of a handshake, whose client begins anew while there is no entropy: it goes
/// on with the old one as long as there is nothing better, and sends its flight again when that is
/// due.
#[test]
fn a_client_that_begins_anew_before_there_is_entropy() {
    let mut pair = Pair::of(End::client(1), End::server(2));
    pair.server.config.set_cookie(false).unwrap();
    let hello = to(&mut pair.client, []);
    assert_eq!(to(&mut pair.server, hello).len(), 1);
    pair.server.host.random_waits_at = Some(pair.server.host.random_calls);
    pair.server.host.random_waits = u32::MAX;
    let mut anew = End::client(3);
    let other = to(&mut anew, []);
    assert!(to(&mut pair.server, other).is_empty());
    assert!(pair.server.is_waiting_for_entropy);
    let wait = 1_000;
    pair.wait(wait);
    // Its own flight, again; what it could not judge makes room for it.
    assert_eq!(to(&mut pair.server, []).len(), 1);
    pair.server.host.random_waits = 0;
    pair.client = anew;
    pair.client.now = pair.server.now;
    assert!(pair.complete());
}

/// Two equal Randoms in a row are noticed, also by the next connection with the same configuration:
/// a device that starts from the same seed each time, or whose generator is stuck.
#[test]
fn a_repeated_random_is_refused() {
    let mut pair = Pair::new();
    assert!(pair.complete());
    let calls = pair.server.host.random_calls;
    let (client, server) = (pair.client.config.clone(), pair.server.config.clone());
    let mut again = Pair::of(End::new(client, 1), End::server(3));
    assert!(!again.complete());
    assert_eq!(again.client.error, Some(Error::Random));
    assert!(again.client.host.sent.is_empty());
    let mut again = Pair::of(End::client(4), End::new(server, 2));
    again.server.host.keys = pair.server.host.keys.clone();
    assert!(!again.complete());
    assert_eq!(again.server.error, Some(Error::Random));
    assert_eq!(again.server.host.random_calls, calls - 1);
    // Another one in between, and it goes on.
    let config = pair.client.config.clone();
    let mut other = Pair::of(End::new(config, 5), End::server(6));
    assert!(other.complete());
}

/// RFC 7925 section 4: an ephemeral key serves one handshake, at either end.
#[cfg(feature = "rpk")]
#[test]
fn ephemeral_keys_are_new_each_time() {
    use super::craft::records;
    use super::raw_keys::raw_config;
    use crate::config::Role;

    let mut seen = std::collections::HashSet::new();
    let server_config = raw_config(Role::Server, 2, 1);
    let client_config = raw_config(Role::Client, 1, 2);
    for seed in 0..10 {
        let mut client = End::new(client_config.clone(), seed);
        let mut server = End::new(server_config.clone(), seed + 1_000);
        server.config.set_cookie(false).unwrap();
        let hello = to(&mut client, []);
        let flight = to(&mut server, hello);
        let answer = to(&mut client, flight.clone());
        // ServerKeyExchange: curve type, curve, length; ClientKeyExchange: length.
        for (datagrams, record, msg_type, at) in [(&flight, 2, 12, 4), (&answer, 1, 16, 1)] {
            let record = records(&datagrams.concat()).remove(record);
            assert_eq!(record[13], msg_type);
            assert!(seen.insert(record[25 + at..][..65].to_vec()));
        }
    }
}
