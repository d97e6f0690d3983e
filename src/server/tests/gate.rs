//! The cookie gate of a server: nothing is kept of who has not shown that it can be reached.

use std::vec::Vec;

use super::world::{Seen, World, address};
use crate::connection::tests::craft::{client_hello, handshake};
use crate::connection::tests::end::End;
use crate::error::Error;

/// Bug class 37: 10,000 spoofed ClientHellos.
#[test]
fn a_flood_leaves_nothing_behind() {
    let mut world = World::new(4, 2, 2);
    world.connect();
    let before = (world.server.count(), world.server.handshakes());
    world.server.host.sent.clear();
    let dice = world.server.host.inner.random_calls;
    let (mut taken, mut given) = (0, 0);
    for number in 0..10_000_usize {
        let mut body = client_hello(&[], &[]);
        body[2..10].copy_from_slice(&number.to_be_bytes());
        if number % 3 == 0 {
            body = client_hello(&[7; 32], &[]);
        }
        let datagram = handshake(1, (number % 2) as u16, &body);
        taken += datagram.len();
        world.server.deliver(&address(100 + number), &datagram);
        given += world
            .server
            .host
            .sent
            .drain(..)
            .map(|(_, datagram)| datagram.len())
            .sum::<usize>();
    }
    assert!(given > 0 && given <= taken, "{given} octets for {taken}");
    assert_eq!((world.server.count(), world.server.handshakes()), before);
    assert_eq!(world.server.host.inner.random_calls, dice);
    assert_eq!(world.server.state.counters.challenged, 10_000 + 2);
    assert_eq!(world.server.timeout(), u32::MAX);
    (0..2).for_each(|number| world.assert_talks(number));
}

/// Bug class 38: a cookie is good for its address alone.
#[test]
fn a_cookie_of_another_address_is_none() {
    let mut world = World::new(2, 2, 1);
    world.step(0);
    let hello = world.says(0);
    world.server.deliver(&address(9), &hello[0]);
    assert_eq!(world.server.handshakes(), 0);
    world.server.deliver(&address(0), &hello[0]);
    assert_eq!(world.server.handshakes(), 1);
}

/// A ClientHello that the network doubled, or that somebody says again, costs no slot.
#[test]
fn a_late_hello_of_a_connected_peer_is_dropped() {
    let mut world = World::new(2, 1, 1);
    world.step(0);
    let hello = world.says(0);
    world.server.deliver(&address(0), &hello[0]);
    world.run(2_000);
    assert!(world.clients[0].is_connected());
    let dropped = world.server.state.counters.dropped;
    world.server.deliver(&address(0), &hello[0]);
    assert_eq!(world.server.state.counters.dropped, dropped + 1);
    assert_eq!(world.server.handshakes(), 0);
    world.assert_talks(0);
}

/// Requirement 11-1: without random numbers there is no cookie and no handshake; the server goes on.
#[test]
fn a_failing_random_source_stops_one_handshake() {
    let mut world = World::new(2, 1, 1);
    world.server.host.inner.random_fails_at = Some(0);
    let hello = world.says(0);
    let taken = world.server.take(&address(0), &hello[0]);
    assert_eq!(taken, Err(Error::Random));
    world.server.drain();
    assert!(world.server.host.sent.is_empty());
    world.run(1_500);
    assert!(world.clients[0].is_connected());
    // In the midst of a handshake.
    let mut world = World::new(2, 1, 1);
    world.step(0);
    world.step(0);
    let calls = world.server.host.inner.random_calls;
    world.server.host.inner.random_fails_at = Some(calls);
    world.step(0);
    assert_eq!(world.server.seen, [Seen::Failed(None, Error::Random)]);
    assert_eq!(world.server.handshakes(), 0);
    world.clients[0] = End::client(5);
    world.connect();
}

/// A source that has nothing yet: a new client's ClientHello is not taken, and nothing is counted or
/// kept; a handshake under way waits in its slot, and the others go on.
#[test]
fn a_source_that_has_nothing_yet_delays_a_handshake() {
    let mut world = World::new(2, 2, 1);
    let host = &mut world.server.host.inner;
    (host.random_waits_at, host.random_waits) = (Some(0), 2);
    let hello = world.says(0);
    for _ in 0..2 {
        let taken = world.server.take(&address(0), &hello[0]);
        assert_eq!(taken, Err(Error::NoEntropyYet));
        assert_eq!(world.server.handshakes(), 0);
    }
    assert_eq!(world.server.state.counters, Default::default());
    world.server.deliver(&address(0), &hello[0]);
    assert_eq!(world.server.state.counters.challenged, 1);
    // In the midst of a handshake.
    let mut world = World::new(2, 2, 2);
    world.step(0);
    world.step(0);
    let host = &mut world.server.host.inner;
    host.random_waits_at = Some(host.random_calls);
    host.random_waits = 4;
    let start = world.server.now;
    world.step(0);
    assert_eq!(world.server.handshakes(), 1);
    assert!((1..=100).contains(&world.server.timeout()));
    assert!(world.server.seen.is_empty());
    world.connect();
    // What came behind its ClientKeyExchange has come again.
    assert!(world.server.now.since(start) <= 1_000);
    world.assert_talks(0);
    world.assert_talks(1);
}

#[test]
fn what_belongs_to_nobody_is_dropped_and_counted() {
    let mut world = World::new(2, 1, 1);
    world.connect();
    world.clients[0].write(b"from elsewhere").unwrap();
    let stray: Vec<Vec<u8>> = [
        world.says(0).remove(0),
        Vec::new(),
        std::vec![22; 12],
        handshake(16, 2, &[0, 0]),
        crate::connection::tests::craft::record(21, 0, &[2, 40]),
        crate::connection::tests::craft::record(23, 2, b"epoch 2"),
        handshake(1, 0, &[1, 2, 3]),
    ]
    .into();
    for datagram in &stray {
        world.server.deliver(&address(5), datagram);
    }
    world.server.deliver(&[1; 33], &stray[0]);
    assert_eq!(
        world.server.state.counters.dropped as usize,
        stray.len() + 1
    );
    assert!(world.server.host.sent.is_empty());
    world.assert_talks(0);
}
