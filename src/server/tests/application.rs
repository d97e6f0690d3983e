//! What the application does with peers, and what it must not be able to do.

use super::world::{Seen, World, address};
use crate::connection::Phase;
use crate::connection::tests::end::End;
use crate::error::Error;
use crate::server::table::PeerId;

#[test]
fn either_side_closes() {
    let mut world = World::new(2, 2, 2);
    world.connect();
    let ids = [world.id(0), world.id(1)];
    world.server.seen.clear();
    world.clients[0].close().unwrap();
    world.run(10);
    assert_eq!(world.server.seen, [Seen::Closed(ids[0])]);
    assert!(world.server.close(ids[1]));
    assert!(!world.server.close(ids[1]), "stale");
    world.run(10);
    assert_eq!(world.clients[1].phase(), Phase::Closed);
    assert_eq!(world.server.seen.len(), 1, "no event tells of it");
    assert_eq!(world.server.count(), 0);
    for number in 0..2 {
        world.clients[number] = End::client(50 + number as u64);
        world.clients[number].now = world.server.now;
    }
    world.connect();
    for id in ids {
        assert_eq!(world.server.write(id, b"x"), None, "another lives there");
    }
}

#[test]
fn forged_handles_reach_nobody() {
    let mut world = World::new(2, 2, 1);
    world.connect();
    let good = world.id(0);
    for id in [
        PeerId { place: 2, ..good },
        PeerId {
            place: u32::MAX,
            ..good
        },
        PeerId { place: 1, ..good },
        PeerId {
            generation: 0,
            ..good
        },
        PeerId {
            generation: u32::MAX,
            ..good
        },
    ] {
        assert_eq!(world.server.write(id, b"x"), None);
        assert!(!world.server.close(id));
    }
    world.assert_talks(0);
}

/// A peer is closed while its datagram is read, or another one's.
#[test]
fn a_peer_is_closed_in_the_midst_of_a_datagram() {
    for closed in [0, 1] {
        let mut world = World::new(2, 2, 2);
        world.connect();
        world.clients[0].write(b"one").unwrap();
        world.clients[0].write(b"two").unwrap();
        let datagram = world.says(0).concat();
        world.server.take(&address(0), &datagram).unwrap();
        assert!(world.server.event().is_some());
        let id = world.id(closed);
        assert!(world.server.close(id));
        let is_free = world.server.on(|server, _| server.can_take_datagram());
        assert_eq!(is_free, closed == 0);
        assert_eq!(world.server.event(), None);
        assert!(world.server.on(|server, _| server.can_take_datagram()));
        world.run(10);
        world.assert_talks(1 - closed);
        assert_eq!(world.clients[closed].phase(), Phase::Closed);
    }
}

#[test]
fn a_fatal_alert_of_a_peer_is_told() {
    let mut world = World::new(2, 2, 2);
    world.connect();
    let id = world.id(0);
    let alert = world.clients[0].seal(crate::wire::record_header::ContentType::ALERT, &[2, 80]);
    world.server.seen.clear();
    world.server.deliver(&address(0), &alert);
    assert!(
        matches!(world.server.seen[..], [Seen::Failed(Some(it), Error::PeerAlert(_))] if it == id)
    );
    assert_eq!(world.server.count(), 1);
    world.assert_talks(1);
}
