//! What bounds a handshake as a whole (requirement 5.2-6).

use super::craft::{client_hello, fragment, handshake, hello_verify_request, record};
use super::end::End;
use super::pair::{At, Pair, to};
use crate::config::RETRANSMISSION_INITIAL_CONSTRAINED_MS;
use crate::connection::Phase;
use crate::error::Error;
use crate::time::Instant;

/// Waits as the end says until it fails, and says how long that was. `each` happens after each wait.
fn time_to_fail(end: &mut End, mut each: impl FnMut(&mut End)) -> u32 {
    let start = end.now;
    for _ in 0..10_000 {
        end.pump();
        if end.error.is_some() {
            assert_eq!(end.error, Some(Error::Timeout));
            assert_eq!(end.phase(), Phase::Failed(Error::Timeout));
            return end.now.since(start);
        }
        let wait = end.timeout();
        assert_ne!(wait, u32::MAX, "it waits for ever");
        end.now = end.now.plus(wait);
        each(end);
    }
    panic!("the handshake has no end");
}

fn client(limit_ms: u32) -> End {
    let mut client = End::client(1);
    client.config.set_handshake_timeout(limit_ms).unwrap();
    client
}

/// Nobody answers.
#[test]
fn silence_ends_at_the_limit_or_before() {
    assert_eq!(time_to_fail(&mut client(5_000), |_| {}), 5_000);
    // The retransmissions end by themselves after 123 seconds.
    assert_eq!(time_to_fail(&mut client(0), |_| {}), 123_000);
    assert_eq!(time_to_fail(&mut client(600_000), |_| {}), 123_000);
    // Over the end of the clock.
    let mut client = client(5_000);
    client.now = Instant(u32::MAX - 1_000);
    assert_eq!(time_to_fail(&mut client, |_| {}), 5_000);
}

/// A peer that answers each ClientHello with another cookie puts nothing off.
#[test]
fn a_peer_that_keeps_answering() {
    let mut cookie = 0_u8;
    let mut answer = |client: &mut End| {
        cookie = cookie.wrapping_add(1);
        let request = handshake(3, 0, &hello_verify_request(&[cookie; 20]));
        client.inbox.push_back(request);
        client.pump();
        client.host.sent.clear();
    };
    assert_eq!(time_to_fail(&mut client(30_000), &mut answer), 30_000);
}

/// A transport that never can send.
#[test]
fn what_cannot_be_sent() {
    let mut client = client(3_000);
    client.host.blocked = u32::MAX;
    assert_eq!(time_to_fail(&mut client, |_| {}), 3_000);
}

/// A random source that never has enough.
#[test]
fn a_source_that_never_has_enough() {
    let mut client = client(3_000);
    client.host.random_waits_at = Some(0);
    client.host.random_waits = u32::MAX;
    assert_eq!(time_to_fail(&mut client, |_| {}), 3_000);
    assert!(client.host.sent.is_empty());
}

/// A server's handshake whose look-up is never answered, and whose client repeats itself.
#[test]
fn a_pending_look_up() {
    let (mut pair, next) = Pair::at_with_next(At::ServerAwaitsClientKeyExchange);
    pair.server.config.set_handshake_timeout(20_000).unwrap();
    pair.server.host.pending = u32::MAX;
    let mut answers = 0;
    let flight = next[0].clone();
    pair.server.inbox.push_back(flight.clone());
    let waited = time_to_fail(&mut pair.server, |server| {
        answers += 1;
        server.inbox.push_back(flight.clone());
    });
    assert_eq!(waited, 20_000);
    assert!(answers > 3);
}

/// A server whose signer never answers.
#[cfg(all(feature = "rpk", feature = "public-key"))]
#[test]
fn a_pending_signature() {
    use super::raw_keys::{info, raw_config};
    use crate::config::{Config, Role};

    let mut config = Config::new(Role::Server);
    config.set_raw_public_key(info(2)).unwrap();
    config.set_signer();
    config.set_peer_keys(info(1)).unwrap();
    config.set_cookie(false).unwrap();
    config.set_handshake_timeout(4_000).unwrap();
    let mut server = End::new(config, 2);
    server.host.pending_signatures = u32::MAX;
    let hello = to(&mut End::new(raw_config(Role::Client, 1, 2), 1), []);
    server.inbox.extend(hello);
    assert_eq!(time_to_fail(&mut server, |_| {}), 4_000);
}

/// Half a ClientHello: there is nobody to tell, and the server listens again.
#[test]
fn half_a_client_hello() {
    let mut server = End::server(2);
    server.config.set_cookie(false).unwrap();
    server.config.set_handshake_timeout(7_000).unwrap();
    let body = client_hello(&[], &[]);
    let half = fragment(1, 0, body.len() as u32, 0, &body[..40]);
    to(&mut server, [record(22, 0, &half)]);
    assert_eq!(server.phase(), Phase::Handshake);
    assert_eq!(server.timeout(), 7_000);
    server.now = server.now.plus(7_000);
    server.pump();
    assert_eq!((server.phase(), server.error), (Phase::Listening, None));
    assert_eq!(server.timeout(), u32::MAX);
    server.host.sent.clear();
    let mut pair = Pair::of(End::client(1), server);
    pair.client.now = pair.server.now;
    assert!(pair.complete());
}

/// With the timers for constrained networks, and every flight lost as often as may be: the default is
/// long enough.
#[test]
fn a_bad_network_is_no_reason() {
    let mut pair = Pair::new();
    let initial_ms = RETRANSMISSION_INITIAL_CONSTRAINED_MS;
    for config in [&mut pair.client.config, &mut pair.server.config] {
        config.set_retransmission(initial_ms, 60_000).unwrap();
    }
    let start = pair.client.now;
    // Both ClientHellos are lost three times each, and the last flight twice.
    let mut seen = 0;
    for _ in 0..100 {
        pair.client.pump();
        let sent: std::vec::Vec<_> = pair.client.host.sent.drain(..).collect();
        seen += usize::from(!sent.is_empty());
        if seen == 4 || seen == 8 || seen > 10 {
            pair.server.inbox.extend(sent);
        }
        pair.server.pump();
        pair.client.inbox.append(&mut pair.server.host.sent);
        pair.client.pump();
        if pair.client.is_connected() {
            break;
        }
        if pair.client.host.sent.is_empty() {
            let wait = pair.client.timeout().min(pair.server.timeout());
            pair.wait(wait);
        }
    }
    assert!(pair.client.is_connected(), "{:?}", pair.client.error);
    let taken = pair.client.now.since(start);
    assert!((150_000..600_000).contains(&taken), "{taken}");
}

/// Once connected the limit is no concern.
#[test]
fn a_connection_outlives_the_limit() {
    let mut pair = Pair::new();
    for config in [&mut pair.client.config, &mut pair.server.config] {
        config.set_handshake_timeout(5_000).unwrap();
    }
    assert!(pair.complete());
    pair.wait(20_000);
    assert_eq!(pair.client.timeout(), u32::MAX);
    pair.assert_talks();
}
