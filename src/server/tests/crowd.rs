//! Many clients at once, and much noise.

use std::vec::Vec;

use super::world::{Weather, World, address};
use crate::connection::tests::random::Random;

#[test]
fn two_hundred_clients_get_in_through_eight_slots() {
    let mut world = World::new(200, 8, 0);
    world.weather = Weather {
        lost: 50,
        doubled: 50,
        delay: 40,
    };
    for number in 0..200 {
        world.join(number);
        world.run(15);
    }
    world.connect();
    assert_eq!(world.server.count(), 200);
    assert!(world.server.state.counters.refused > 0);
    world.weather = Weather::default();
    world.run(2_000);
    for number in 0..200 {
        world.assert_talks(number);
    }
}

#[test]
fn one_slot_and_one_peer_are_enough() {
    let mut world = World::new(3, 1, 3);
    world.connect();
    (0..3).for_each(|number| world.assert_talks(number));
    let mut world = World::new(1, 1, 1);
    world.connect();
    world.assert_talks(0);
}

#[test]
fn a_server_without_slots_or_peers_lets_nobody_in() {
    for (peers, slots) in [(0, 1), (1, 0)] {
        let mut world = World::new(peers, slots, 1);
        world.run(5_000);
        assert!(!world.clients[0].is_connected());
        assert!(world.server.state.counters.refused > 0);
    }
}

/// Random datagrams, and honest ones altered, from anybody's address.
#[test]
fn noise_stops_nobody() {
    let mut world = World::new(8, 3, 6);
    let mut honest: Vec<Vec<u8>> = Vec::new();
    for number in 0..6 {
        for _ in 0..3 {
            for datagram in world.says(number) {
                honest.push(datagram.clone());
                world.server.deliver(&address(number), &datagram);
            }
            world.step(number);
        }
    }
    world.connect();
    for number in 0..6 {
        world.clients[number].write(b"recorded").unwrap();
        honest.extend(world.says(number));
    }
    let mut random = Random::new(99);
    world.server.seen.clear();
    let before = world.server.state.counters;
    for turn in 0..20_000 {
        let mut datagram = match random.below(4) {
            0 => {
                let length = random.below(200) as usize;
                (0..length).map(|_| random.next() as u8).collect()
            }
            _ => honest[random.below(honest.len() as u64) as usize].clone(),
        };
        for _ in 0..random.between(1, 4) {
            if datagram.len() > 13 {
                let at = random.below(datagram.len() as u64) as usize;
                match random.below(3) {
                    0 => datagram[at] = random.next() as u8,
                    1 => datagram[at] ^= 1 << random.below(8),
                    _ => datagram.truncate(at.max(13)),
                }
            }
        }
        world
            .server
            .deliver(&address(random.below(9) as usize), &datagram);
        if turn % 100 == 0 {
            world.server.now = world.server.now.plus(300);
            while world.server.poll() {}
        }
    }
    world.server.host.sent.clear();
    assert_ne!(world.server.state.counters, before);
    world.run(300_000);
    assert_eq!(world.server.handshakes(), 0, "every attempt ends");
    (0..6).for_each(|number| world.assert_talks(number));
}

/// Who has no place is turned away, and nobody who has one is the worse for it.
#[test]
fn a_full_server_holds_as_many_as_it_has_places() {
    let mut world = World::new(4, 2, 6);
    world.server.state.idle_ms = u32::MAX;
    world.run(20_000);
    let inside = world.clients.iter().filter(|client| client.is_connected());
    assert_eq!((inside.count(), world.server.count()), (4, 4));
    assert!(world.server.state.counters.refused >= 2);
}
