//! How a datagram is read: event by event, as far as it goes, and what stops it.

use super::world::{Seen, World, address};
use crate::connection::tests::craft::record;
use crate::server::Next;

fn datagram_of(world: &mut World, number: usize, texts: &[&[u8]]) -> std::vec::Vec<u8> {
    for text in texts {
        world.clients[number].write(text).unwrap();
    }
    world.says(number).concat()
}

#[test]
fn each_record_is_an_event() {
    let mut world = World::new(2, 2, 2);
    world.connect();
    let id = world.id(0);
    let datagram = datagram_of(&mut world, 0, &[b"one", b"two", b"three"]);
    world.server.take(&address(0), &datagram).unwrap();
    world.server.seen.clear();
    assert_eq!(world.server.event(), Some(Seen::Data(id, b"one".to_vec())));
    // The same peer is answered with the rest unread.
    assert_eq!(world.server.write(id, b"answer"), Some(Ok(())));
    assert_eq!(world.server.event(), Some(Seen::Data(id, b"two".to_vec())));
    assert_eq!(
        world.server.event(),
        Some(Seen::Data(id, b"three".to_vec()))
    );
    assert_eq!(world.server.event(), None);
    assert_eq!(
        world.server.on(|server, env| server.next_event(env)),
        Next::Drained
    );
}

#[test]
fn writing_to_another_peer_gives_the_rest_up() {
    let mut world = World::new(2, 2, 2);
    world.connect();
    let (from, other) = (world.id(0), world.id(1));
    let datagram = datagram_of(&mut world, 0, &[b"one", b"two"]);
    world.server.take(&address(0), &datagram).unwrap();
    assert!(world.server.event().is_some());
    let lost = |world: &World| {
        let connection = world.server.peers[from.place as usize].connection();
        connection.unwrap().counters.lost
    };
    let before = lost(&world);
    // A stale handle loses nothing.
    let mut stale = other;
    stale.generation += 1;
    assert_eq!(world.server.write(stale, b"x"), None);
    assert_eq!(lost(&world), before);
    assert_eq!(world.server.write(other, b"hello"), Some(Ok(())));
    assert_eq!(lost(&world), before + 1);
    assert_eq!(world.server.event(), None);
    world.server.host.sent.clear();
    (0..2).for_each(|number| world.assert_talks(number));
}

/// A bad record in front does not cost the others (bug class 23).
#[test]
fn a_bad_record_in_front_costs_nothing() {
    let mut world = World::new(2, 2, 1);
    world.connect();
    let id = world.id(0);
    let mut old_version = record(23, 1, b"x");
    old_version[2] = 0xFC;
    for bad in [
        old_version,
        record(23, 7, b"x"),
        record(99, 0, b"x"),
        record(23, 0, b""),
    ] {
        let good = datagram_of(&mut world, 0, &[b"good"]);
        world.server.seen.clear();
        world.server.deliver(&address(0), &[bad, good].concat());
        assert_eq!(world.server.seen, [Seen::Data(id, b"good".to_vec())]);
    }
    assert_eq!(world.server.state.counters.dropped, 0);
}

/// RFC 6347 4.2.4: the client has not seen our last flight, and its own begins in epoch 0.
#[test]
fn the_last_flight_is_repeated_for_a_connected_peer() {
    let mut world = World::new(2, 1, 1);
    for _ in 0..2 {
        world.step(0);
    }
    let flight = world.says(0);
    world.server.deliver(&address(0), &flight[0]);
    assert_eq!(world.server.count(), 1);
    world.server.host.sent.clear();
    assert!(!world.clients[0].is_connected());
    world.connect();
    world.assert_talks(0);
    assert_eq!(world.server.state.counters.dropped, 0);
}

/// Nothing can be sent: the last flight waits, nothing is lost, and then it goes on.
#[test]
fn what_cannot_be_sent_waits() {
    let mut world = World::new(3, 3, 3);
    (0..2).for_each(|number| (0..2).for_each(|_| world.step(number)));
    let flight = world.says(0);
    world.server.host.inner.blocked = 2;
    world.server.take(&address(0), &flight[0]).unwrap();
    for _ in 0..2 {
        assert_eq!(
            world.server.on(|server, env| server.next_event(env)),
            Next::WantWrite
        );
        assert!(!world.server.on(|server, _| server.can_take_datagram()));
        assert!((1..=20).contains(&world.server.timeout()));
    }
    world.server.drain();
    assert_eq!(world.server.count(), 1);
    assert!(world.server.on(|server, _| server.can_take_datagram()));
    world.clients[0]
        .inbox
        .extend(world.server.host.sent.drain(..).map(|(_, it)| it));
    world.connect();
    (0..3).for_each(|number| world.assert_talks(number));
    // While close_notify of one waits, another is written to.
    let (closing, other) = (world.id(0), world.id(1));
    world.clients[0].close().unwrap();
    let goodbye = world.says(0);
    world.server.host.blocked = Some(address(0));
    world.server.seen.clear();
    world.server.deliver(&address(0), &goodbye[0]);
    assert_eq!(world.server.write(other, b"meanwhile"), Some(Ok(())));
    assert!(world.server.seen.is_empty());
    assert!((1..=20).contains(&world.server.timeout()));
    world.server.host.blocked = None;
    world.server.drain();
    assert_eq!(world.server.seen, [Seen::Closed(closing)]);
    world.run(100);
    assert_eq!(world.clients[1].received.last().unwrap(), b"meanwhile");
}
