//! A client that comes back from the same address (RFC 6347 section 4.2.8; bug class 42).

use super::world::{Seen, World, address};
use crate::connection::tests::craft::{handshake, record, records};
use crate::connection::tests::end::{End, IDENTITY};
use crate::credential::Psk;
use crate::error::Error;
use crate::server::table::PeerId;

/// A connected client, its handle, and beside it another one that comes from the same address.
fn scene() -> (World, PeerId, End) {
    let mut world = World::new(2, 1, 1);
    world.connect();
    let id = world.id(0);
    world.server.seen.clear();
    (world, id, End::client(1234))
}

/// The first client speaks in the place of the second.
fn old_talks(world: &mut World, old: &mut End, id: PeerId) {
    core::mem::swap(&mut world.clients[0], old);
    world.clients[0].now = world.server.now;
    assert_eq!(world.id(0), id);
    world.clients[0].write(b"still here").unwrap();
    world.server.seen.clear();
    let said = world.clients[0].host.sent.pop_back().unwrap();
    world.server.deliver(&address(0), &said);
    assert_eq!(world.server.seen, [Seen::Data(id, b"still here".to_vec())]);
    assert_eq!(world.server.write(id, b"and so are we"), Some(Ok(())));
    let (_, answer) = world.server.host.sent.pop_back().unwrap();
    world.clients[0].received.clear();
    world.clients[0].inbox.push_back(answer);
    world.clients[0].pump();
    assert_eq!(world.clients[0].received, [b"and so are we"]);
    core::mem::swap(&mut world.clients[0], old);
}

#[test]
fn the_old_association_lives_until_the_new_finished_verifies() {
    let (mut world, old_id, mut back) = scene();
    core::mem::swap(&mut world.clients[0], &mut back);
    let mut old = back;
    for _ in 0..2 {
        world.step(0);
        old_talks(&mut world, &mut old, old_id);
    }
    // The client's flight record by record: ClientKeyExchange, ChangeCipherSpec, Finished.
    let flight = world.says(0).concat();
    let flight = records(&flight);
    assert_eq!(flight.len(), 3);
    for piece in &flight[..2] {
        world.server.deliver(&address(0), piece);
        old_talks(&mut world, &mut old, old_id);
    }
    world.server.seen.clear();
    world.server.deliver(&address(0), &flight[2]);
    let new_id = world.id(0);
    assert_eq!(new_id.place, old_id.place);
    let expected = [Seen::Closed(old_id), Seen::Connected(new_id)];
    assert_eq!(world.server.seen, expected);
    assert_ne!(new_id, old_id);
    assert_eq!(world.server.write(old_id, b"x"), None);
    assert!(!world.server.close(old_id));
    assert_eq!(world.server.count(), 1);
    world.run(2_000);
    world.assert_talks(0);
}

#[test]
fn a_wrong_key_changes_nothing() {
    let (mut world, id, mut back) = scene();
    back.config.set_psk(Psk::new(IDENTITY, &[9; 16]).unwrap());
    back.now = world.server.now;
    core::mem::swap(&mut world.clients[0], &mut back);
    let failed = Seen::Failed(None, Error::Decrypt);
    assert!(world.run_until(20_000, |world| world.server.seen.contains(&failed)));
    assert_eq!(world.server.handshakes(), 0);
    old_talks(&mut world, &mut back, id);
}

#[test]
fn silence_changes_nothing() {
    let (mut world, id, mut back) = scene();
    back.now = world.server.now;
    core::mem::swap(&mut world.clients[0], &mut back);
    world.step(0);
    world.step(0);
    assert_eq!(world.server.handshakes(), 1);
    world.weather.lost = 1000;
    world.run(400_000);
    assert_eq!(world.server.seen, [Seen::Failed(None, Error::Timeout)]);
    assert_eq!(world.server.handshakes(), 0);
    old_talks(&mut world, &mut back, id);
}

#[test]
fn spoofed_messages_change_nothing() {
    let (mut world, id, mut back) = scene();
    back.now = world.server.now;
    core::mem::swap(&mut world.clients[0], &mut back);
    world.step(0);
    world.step(0);
    for datagram in [
        handshake(16, 9, &[0, 0]),
        record(22, 0, &[0; 5]),
        record(23, 1, &[7; 40]),
        record(22, 1, &[7; 40]),
        record(21, 1, &[7; 40]),
    ] {
        world.server.deliver(&address(0), &datagram);
        old_talks(&mut world, &mut back, id);
    }
    // A forged alert can end the attempt, and nothing more.
    world.server.seen.clear();
    world.server.deliver(&address(0), &record(21, 0, &[2, 40]));
    assert!(matches!(
        world.server.seen[..],
        [Seen::Failed(None, Error::PeerAlert(_))]
    ));
    assert_eq!(world.server.handshakes(), 0);
    old_talks(&mut world, &mut back, id);
}

/// One that begins anew in the midst of a handshake keeps its slot, with a cookie of the server,
/// and the slot gets no younger by it.
#[test]
fn a_handshake_begins_anew_in_its_slot() {
    let mut world = World::new(2, 2, 1);
    world.step(0);
    world.step(0);
    assert_eq!(world.server.state.counters.challenged, 1);
    let began = |world: &World| {
        world
            .server
            .slots
            .iter()
            .find_map(|slot| Some(slot.handshake()?.began))
    };
    let first = began(&world);
    world.pass(100);
    let mut anew = End::client(55);
    anew.now = world.server.now;
    world.clients[0] = anew;
    world.step(0);
    assert_eq!(world.server.state.counters.challenged, 2);
    let hello = world.says(0);
    world.server.deliver(&address(0), &hello[0]);
    assert_eq!(world.server.handshakes(), 1);
    assert_eq!(began(&world), first);
    world.clients[0].inbox.extend(
        world
            .server
            .host
            .sent
            .drain(..)
            .map(|(_, datagram)| datagram),
    );
    world.connect();
    assert_eq!(world.server.state.counters.challenged, 2);
    world.assert_talks(0);
}

/// The server has lost everything: its clients get in again as if it were the first time.
#[test]
fn a_restarted_server_is_found_again() {
    let mut world = World::new(4, 2, 4);
    world.connect();
    let fresh = World::new(4, 2, 0);
    world.server.state = fresh.server.state;
    world.server.peers = fresh.server.peers;
    world.server.on(|server, _| server.table.clear([8, 9]));
    world.server.seen.clear();
    world.clients[0].write(b"anybody there?").unwrap();
    world.run(100);
    assert!(world.server.seen.is_empty());
    assert_eq!(world.server.state.counters.dropped, 1);
    for number in 0..4 {
        let mut again = End::client(100 + number as u64);
        again.now = world.server.now;
        world.clients[number] = again;
    }
    world.connect();
    (0..4).for_each(|number| world.assert_talks(number));
}
