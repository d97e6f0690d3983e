//! Heartbeats of a server's peers: asked one by one, since it keeps no timers for them.

use super::world::{Seen, World};
use crate::config::HeartbeatMode;
use crate::error::Error;
use crate::server::table::PeerId;

const ALLOWED: Option<HeartbeatMode> = Some(HeartbeatMode::PeerAllowed);

fn world(peers: usize, clients: usize) -> World {
    let mut world = World::new(peers, 2, clients);
    world.server.config.set_heartbeat(ALLOWED);
    for client in &mut world.clients {
        client.config.set_heartbeat(ALLOWED);
    }
    world
}

fn ask(world: &mut World, id: PeerId) -> Option<Result<bool, Error>> {
    world.server.on(|server, env| server.ask_peer(env, id))
}

fn answers(world: &mut World, id: PeerId) -> u16 {
    let peer = world
        .server
        .on(|server, env| server.with_peer(env, id, |connection, _| connection.heartbeats()));
    peer.unwrap().answers
}

#[test]
fn a_peer_is_asked_and_answers() {
    let mut world = world(3, 2);
    world.connect();
    let ids = [world.id(0), world.id(1)];
    for count in 1..=3 {
        for id in ids {
            assert_eq!(ask(&mut world, id), Some(Ok(true)));
            assert_eq!(ask(&mut world, id), Some(Ok(false)), "in flight");
        }
        world.run(10);
        for id in ids {
            assert_eq!(answers(&mut world, id), count);
        }
    }
    // And the other way, several at once.
    for client in &mut world.clients {
        client
            .call(|connection, call| connection.ask(call, None))
            .unwrap();
    }
    world.run(10);
    for number in 0..2 {
        assert_eq!(world.clients[number].connection.heartbeats().answers, 1);
        world.assert_talks(number);
    }
    let stale = PeerId {
        generation: 77,
        ..ids[0]
    };
    assert_eq!(ask(&mut world, stale), None);
    // A client that has not said that it knows them.
    world.join(9);
    world.connect();
    let id = world.id(2);
    assert_eq!(ask(&mut world, id), Some(Err(Error::State)));
    world.assert_talks(2);
}

/// Without an answer it is asked again when the time has come, and forgotten after the last time;
/// nobody else notices.
#[test]
fn a_peer_that_is_gone_is_forgotten() {
    let mut world = world(2, 2);
    world.connect();
    let gone = world.id(0);
    world.server.seen.clear();
    let (mut sent, mut waited) = (0, 0);
    let end = loop {
        match ask(&mut world, gone) {
            Some(Ok(true)) => sent += 1,
            Some(Ok(false)) => {}
            other => break other,
        }
        world.server.host.sent.clear();
        assert_eq!(world.server.timeout(), u32::MAX);
        world.pass(500);
        waited += 500;
    };
    assert_eq!(end, Some(Err(Error::PeerGone)));
    assert_eq!((sent, waited), (7, 123_000));
    assert_eq!(ask(&mut world, gone), None);
    assert_eq!(world.server.count(), 1);
    assert!(world.server.seen.is_empty(), "the call itself has told");
    world.assert_talks(1);
}

/// A client that only keeps its connection alive is not the one that makes room for another, and
/// the server sends nothing by itself, whatever its configuration says.
#[test]
fn a_heartbeat_is_a_sign_of_life() {
    let mut world = world(2, 2);
    world.server.config.set_keep_alive(1_000).unwrap();
    world.clients[0].config.set_keep_alive(5_000).unwrap();
    world.connect();
    let (alive, silent) = (world.id(0), world.id(1));
    world.run(60_000);
    assert!(world.clients[0].connection.heartbeats().answers >= 11);
    assert_eq!(world.clients[1].connection.heartbeats().answers, 0);
    assert_eq!(
        (answers(&mut world, alive), answers(&mut world, silent)),
        (0, 0)
    );
    world.server.seen.clear();
    world.join(9);
    world.run(1_000);
    assert!(world.clients[2].is_connected());
    assert!(world.server.seen.contains(&Seen::Closed(silent)));
    world.assert_talks(0);
}
