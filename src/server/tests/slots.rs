//! Workspaces: who has one, for how long, and what waits in them.

use std::vec::Vec;

use super::world::{Seen, World, address};
use crate::connection::tests::craft::record;
use crate::connection::tests::end::End;
use crate::error::Error;
use crate::server::{Slot, YIELD_MS};

/// Bug class 41.
#[test]
fn a_half_open_handshake_expires() {
    let mut world = World::new(2, 2, 1);
    world.step(0);
    world.step(0);
    assert_eq!(world.server.handshakes(), 1);
    world.weather.lost = 1000;
    world.run(400_000);
    assert_eq!(world.server.seen, [Seen::Failed(None, Error::Timeout)]);
    assert_eq!(world.server.handshakes(), 0);
    assert_eq!(world.server.timeout(), u32::MAX);
}

/// The oldest yields to a client with a good cookie, and to nobody else.
#[test]
fn the_oldest_yields_after_its_time() {
    let mut world = World::new(4, 2, 4);
    for number in [1, 0] {
        world.step(number);
        world.step(number);
        world.pass(1_000);
    }
    assert_eq!(world.server.handshakes(), 2);
    world.step(2);
    world.pass(YIELD_MS - 2_001);
    let hello = world.says(2);
    world.server.deliver(&address(2), &hello[0]);
    assert_eq!(world.server.state.counters.refused, 1);
    world.pass(1);
    // Without a cookie nobody yields.
    world.step(3);
    let holds = |world: &World, number| {
        let mut slots = world.server.slots.iter();
        slots.any(|slot| {
            slot.handshake()
                .is_some_and(|it| it.address.octets() == address(number))
        })
    };
    assert!(holds(&world, 0) && holds(&world, 1));
    world.server.deliver(&address(2), &hello[0]);
    assert!(holds(&world, 0) && !holds(&world, 1) && holds(&world, 2));
    assert_eq!(world.server.state.counters.refused, 1);
}

#[test]
fn workspaces_are_free_after_every_end() {
    let mut world = World::new(2, 1, 1);
    world.connect();
    assert_eq!(world.server.handshakes(), 0);
    for alert in [[2, 40], [1, 0]] {
        world.clients[0] = End::client(3);
        world.clients[0].now = world.server.now;
        world.step(0);
        world.step(0);
        assert_eq!(world.server.handshakes(), 1);
        world.server.deliver(&address(0), &record(21, 0, &alert));
        assert_eq!(world.server.handshakes(), 0);
    }
}

/// Look-ups of several slots are asked again in turn; timers and datagrams do not wait for them.
#[test]
fn pending_look_ups_starve_nobody() {
    let mut world = World::new(4, 4, 3);
    world.server.host.inner.pending = u32::MAX;
    for number in 0..2 {
        (0..3).for_each(|_| world.step(number));
        assert!(world.clients[number].host.sent.is_empty());
    }
    let pending = |world: &World| {
        let slots = world.server.slots.iter().filter_map(Slot::handshake);
        slots
            .filter(|underway| underway.connection.is_pending())
            .count()
    };
    assert_eq!(pending(&world), 2);
    let asked = world.server.host.inner.look_ups;
    let hello = world.says(2);
    world.server.inbox.push_back((address(2), hello[0].clone()));
    for _ in 0..3 {
        world.server.poll();
    }
    assert_eq!(
        world.server.host.inner.look_ups,
        asked + 2,
        "each is asked once"
    );
    assert_eq!(
        world.server.state.counters.challenged, 3,
        "a datagram is taken in between"
    );
    // A third handshake, in a later slot than theirs, has a timer that runs out.
    world.clients[2]
        .inbox
        .extend(world.server.host.sent.drain(..).map(|(_, it)| it));
    world.step(2);
    world.pass(1_000);
    world.server.host.sent.clear();
    for _ in 0..4 {
        world.server.poll();
    }
    let again = |to: usize| {
        world
            .server
            .host
            .sent
            .iter()
            .any(|(it, _)| *it == address(to))
    };
    assert!(again(2), "its flight is sent again");
    world.server.host.inner.pending = 0;
    world.connect();
    (0..3).for_each(|number| world.assert_talks(number));
}

/// The client that resumes: the server keeps its session, and the rest of the datagram with its
/// Finished is read.
#[test]
fn a_session_is_resumed_through_the_server() {
    let mut world = World::new(2, 1, 1);
    world.server.config.set_session_store().unwrap();
    world.connect();
    let mut out = [0; crate::session::SESSION_MAX];
    let length = world.clients[0]
        .call(|connection, call| connection.export_session(&call.context, &mut out))
        .unwrap();
    let id = world.id(0);
    let mut back = End::client(321);
    back.now = world.server.now;
    back.session = Some(out[..length].to_vec());
    world.clients[0] = back;
    world.server.seen.clear();
    world.step(0);
    world.step(0);
    // CCS and Finished, and data in the same datagram.
    let mut datagram = world.says(0).concat();
    assert!(world.clients[0].is_connected());
    world.clients[0].write(b"early").unwrap();
    datagram.extend(world.says(0).concat());
    world.server.deliver(&address(0), &datagram);
    let new = world.id(0);
    let expected = [
        Seen::Closed(id),
        Seen::Connected(new),
        Seen::Data(new, b"early".to_vec()),
    ];
    assert_eq!(world.server.seen, expected);
    world.assert_talks(0);
}

/// Clients whose ClientHello does not fit one datagram, each with its share of the memory. Of one
/// that never sends the rest nothing is left.
#[test]
fn hellos_in_pieces() {
    let mut world = World::new(4, 3, 3);
    for client in &mut world.clients {
        client.config.set_server_name(&[b'a'; 100]).unwrap();
        client.config.mtu = 200;
        client.connection.set_mtu(200);
    }
    (0..3).for_each(|number| world.step(number));
    let pieces: Vec<_> = (0..3).map(|number| world.says(number)).collect();
    for (number, pieces) in pieces.iter().enumerate() {
        assert_eq!(pieces.len(), 2);
        world.server.deliver(&address(number), &pieces[0]);
    }
    assert_eq!(world.server.handshakes(), 3);
    assert!(world.server.host.sent.is_empty());
    for (number, pieces) in pieces.iter().take(2).enumerate() {
        world.server.deliver(&address(number), &pieces[1]);
        let (to, _) = world.server.host.sent.pop_back().unwrap();
        assert_eq!(to, address(number));
        assert!(world.server.host.sent.is_empty());
    }
    world.clients.pop();
    world.connect();
    (0..2).for_each(|number| world.assert_talks(number));
}

/// The rest of a ClientHello that never comes.
#[test]
fn half_a_hello_expires() {
    let mut world = World::new(1, 1, 1);
    world.clients[0]
        .config
        .set_server_name(&[b'a'; 100])
        .unwrap();
    world.clients[0].connection.set_mtu(200);
    world.step(0);
    let pieces = world.says(0);
    world.server.deliver(&address(0), &pieces[0]);
    assert_eq!(world.server.handshakes(), 1);
    let wait = world.server.timeout();
    world.pass(wait);
    while world.server.poll() {}
    assert_eq!(world.server.handshakes(), 0);
    assert_eq!(world.server.timeout(), u32::MAX);
}
