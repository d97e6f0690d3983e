//! Who makes room for whom.

use super::world::{Seen, World};
use crate::connection::Phase;
use crate::error::Error;

fn scene(idle_ms: u32) -> World {
    let mut world = World::new(2, 2, 0);
    world.server.state.idle_ms = idle_ms;
    for number in 0..2 {
        world.join(number);
        world.connect();
        world.run(100);
    }
    world
}

#[test]
fn the_one_that_was_silent_longest_makes_room() {
    let mut world = scene(10);
    world.assert_talks(0);
    world.run(10);
    let (spared, evicted) = (world.id(0), world.id(1));
    world.server.seen.clear();
    world.join(9);
    assert!(world.run_until(1_000, |world| world.clients[2].is_connected()));
    let new = world.id(2);
    let expected = [Seen::Closed(evicted), Seen::Connected(new)];
    assert_eq!(world.server.seen, expected);
    world.run(10);
    assert_eq!(world.clients[1].phase(), Phase::Closed, "it is told");
    assert_eq!(world.id(0), spared);
    assert_eq!(world.server.write(evicted, b"x"), None);
    assert_eq!(world.server.state.counters.refused, 0);
    world.assert_talks(0);
    world.assert_talks(2);
}

#[test]
fn nobody_idle_is_nobody_evicted() {
    for idle_ms in [60_000, u32::MAX] {
        let mut world = scene(idle_ms);
        // As long ago as the clock can say.
        if idle_ms == u32::MAX {
            let last_heard = world.server.now.plus(1);
            for peer in &mut world.server.peers {
                peer.last_heard = last_heard;
            }
        }
        world.join(9);
        world.run(20_000);
        assert!(!world.clients[2].is_connected());
        assert!(world.server.state.counters.refused > 0);
        assert_eq!(world.server.handshakes(), 0);
        (0..2).for_each(|number| world.assert_talks(number));
    }
}

/// Two handshakes for one place: who comes second is told.
#[test]
fn the_last_place_is_taken_once() {
    let mut world = World::new(1, 2, 2);
    world.server.state.idle_ms = u32::MAX;
    for _ in 0..3 {
        world.step(0);
        world.step(1);
    }
    world.run(100);
    assert!(world.clients[0].is_connected());
    assert_eq!(world.clients[1].phase(), Phase::Closed);
    assert_eq!(world.server.state.counters.refused, 1);
    assert_eq!((world.server.count(), world.server.handshakes()), (1, 0));
    world.assert_talks(0);
    assert_eq!(world.clients[1].error, None::<Error>);
}

/// Who comes back takes the place that it had, however full the table is.
#[test]
fn who_comes_back_needs_no_room() {
    let mut world = scene(u32::MAX);
    world.join(7);
    world.clients.swap_remove(0);
    world.connect();
    assert_eq!(world.server.count(), 2);
    (0..2).for_each(|number| world.assert_talks(number));
}
