//! Handshakes with public keys through a server of many peers.

use super::world::{Seen, World, address};
use crate::config::Role;
use crate::connection::tests::craft::{extension, handshake, octets};
use crate::connection::tests::end::End;
use crate::connection::tests::public_keys::{Kind, NOW, SERVER, config, end};
use crate::credential::peer::PeerKind;
use crate::crypto::soft::{Operations, operations};
use crate::error::Error;

/// A server that shows this and wants the same of its clients.
fn world(kind: Kind, slots: usize, clients: usize) -> World {
    let mut world = World::new(4, slots, 0);
    world.server.config = config(Role::Server, kind, kind);
    world.server.host.inner.unix_time = Some(NOW);
    world.clients = (0..clients)
        .map(|number| client(kind, number as u64))
        .collect();
    world
}

fn client(kind: Kind, seed: u64) -> End {
    end(config(Role::Client, kind, kind), seed)
}

#[test]
fn many_clients_with_keys_or_certificates() {
    for (kind, expected) in [
        (Kind::Raw, PeerKind::RawPublicKey),
        (Kind::Certificate, PeerKind::Certificate),
    ] {
        let mut world = world(kind, 2, 3);
        world.connect();
        for number in 0..3 {
            world.assert_talks(number);
            let id = world.id(number);
            let peer = world.server.on(|server, env| {
                server.with_peer(env, id, |connection, _| {
                    connection.association().names.kind()
                })
            });
            assert_eq!(peer, Some(expected));
        }
        assert_eq!(world.server.host.inner.asked.len(), 3);
    }
}

/// Bug class 37: no operation of P-256, no slot and no random number for who has no cookie.
#[test]
fn a_flood_costs_no_operation() {
    let mut world = world(Kind::Raw, 1, 1);
    // The cookie's secret is made for the first.
    world.step(0);
    let dice = world.server.host.inner.random_calls;
    let extensions = [
        extension(10, &[0, 2, 0, 23]),
        extension(11, &[1, 0]),
        extension(13, &[0, 2, 4, 3]),
        extension(19, &[1, 2]),
        extension(20, &[1, 2]),
    ];
    let done = operations(|| {
        for number in 0..500_usize {
            let random = [number as u8 | 1; 32];
            let cookie = std::vec![7; 32 * (number % 2)];
            let body = octets(|sink| {
                sink.u16(0xFEFD);
                sink.put(&random);
                sink.vector8(&[]);
                sink.vector8(&cookie);
                sink.vector16(&[0xC0, 0xAE]);
                sink.vector8(&[0]);
                sink.vector16(&extensions.concat());
            });
            let datagram = handshake(1, (number % 2) as u16, &body);
            world.server.deliver(&address(100 + number), &datagram);
        }
    });
    assert_eq!(done, Operations::default());
    assert_eq!(world.server.state.counters.challenged, 501);
    assert_eq!((world.server.count(), world.server.handshakes()), (0, 0));
    assert_eq!(world.server.host.inner.random_calls, dice);
    // One with a good cookie gets in all the same.
    world.connect();
    world.assert_talks(0);
}

/// A signer that is slow holds nobody else up.
#[test]
fn a_slow_signer() {
    let mut world = world(Kind::Certificate, 2, 2);
    world.server.config.set_signer();
    world.server.host.inner.signing_keys = std::vec![[SERVER; 32]];
    world.server.host.inner.pending_signatures = 3;
    world.connect();
    (0..2).for_each(|number| world.assert_talks(number));
    assert!(world.server.host.inner.digests.len() >= 5);
}

/// RFC 6347 4.2.8, while the server has not signed yet: the new client counts.
#[test]
fn a_client_that_begins_anew_while_the_server_signs() {
    let mut world = world(Kind::Raw, 1, 1);
    world.server.config.set_signer();
    world.server.host.inner.signing_keys = std::vec![[SERVER; 32]];
    world.server.host.inner.pending_signatures = u32::MAX;
    world.step(0);
    world.step(0);
    assert_eq!(world.server.handshakes(), 1);
    assert!(world.server.host.sent.is_empty());
    let asked = world.server.host.inner.digests.len();
    assert!(asked > 0);
    let mut anew = client(Kind::Raw, 9);
    anew.now = world.server.now;
    world.clients[0] = anew;
    world.step(0);
    world.step(0);
    assert_eq!(world.server.handshakes(), 1);
    let digests = &world.server.host.inner.digests;
    assert_ne!(digests.last(), digests.get(asked - 1));
    world.server.host.inner.pending_signatures = 0;
    world.connect();
    world.assert_talks(0);
}

/// Who is refused leaves its slot, and others get in.
#[test]
fn a_client_that_is_refused_leaves_its_slot() {
    for (kind, error) in [
        (Kind::Raw, Error::KeyRefused),
        (Kind::Certificate, Error::CertificateRefused),
    ] {
        let mut world = world(kind, 1, 1);
        world.server.host.inner.refuses_peers = true;
        world.run(3_000);
        let alert = error.alert().unwrap();
        assert_eq!(world.clients[0].error, Some(Error::PeerAlert(alert)));
        assert_eq!(world.server.seen, [Seen::Failed(None, error)]);
        assert_eq!((world.server.count(), world.server.handshakes()), (0, 0));
        world.server.host.inner.refuses_peers = false;
        let mut next = client(kind, 9);
        next.now = world.server.now;
        world.clients[0] = next;
        world.connect();
        world.assert_talks(0);
    }
}
