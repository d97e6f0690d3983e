//! The table against a list that does the same the slow way.
#![cfg(all(feature = "client", feature = "psk"))]

extern crate std;

use std::format;
use std::vec::Vec;

use super::*;
use crate::connection::tests::end::End;
use crate::connection::tests::random::Random;

struct Memory {
    order: Order,
    peers: Vec<Peer>,
    buckets: Vec<u32>,
}

impl Memory {
    fn new(places: usize, buckets: usize, hash_key: [u64; 2]) -> Self {
        let config = End::server_config();
        let mut memory = Memory {
            order: Order::new(),
            peers: (0..places).map(|_| Peer::empty(&config)).collect(),
            buckets: std::vec![0; buckets],
        };
        memory.table().clear(hash_key);
        memory
    }

    fn table(&mut self) -> Table<'_> {
        Table {
            order: &mut self.order,
            peers: &mut self.peers,
            buckets: &mut self.buckets,
        }
    }
}

fn connection() -> Connection {
    Connection::new(&End::server_config())
}

fn address(number: u64) -> Address {
    Address::new(format!("peer {number}").as_bytes()).unwrap()
}

/// A peer of the model: its address, handle and when it was heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    address: u64,
    id: PeerId,
    heard: Instant,
}

/// Everything that the links say is what the model says, in both directions and without a cycle.
/// `known` goes from the oldest to the newest.
fn assert_same(table: &mut Table<'_>, known: &[Known]) {
    let places: Vec<u32> = known.iter().map(|peer| peer.id.place).collect();
    let walk = |mut place: u32, next: fn(&Peer) -> u32| {
        let mut seen = Vec::new();
        while let Some(peer) = table.peer(place) {
            seen.push(place);
            assert!(seen.len() <= table.peers.len(), "a cycle");
            place = next(peer);
        }
        assert_eq!(place, NONE);
        seen
    };
    assert_eq!(walk(table.order.oldest, |peer| peer.newer), places);
    let mut reversed = walk(table.order.newest, |peer| peer.older);
    reversed.reverse();
    assert_eq!(reversed, places);
    let mut held: Vec<u32> = walk(table.order.free, |peer| peer.next);
    assert_eq!(held.len() + known.len(), table.peers.len());
    for first in table.buckets.iter() {
        held.extend(walk(*first, |peer| peer.next));
    }
    held.sort_unstable();
    let all: Vec<u32> = (0..table.peers.len() as u32).collect();
    assert_eq!(held, all, "each place is in one chain or in the free list");
    assert_eq!(table.order.count as usize, known.len());
    assert_eq!(table.is_full(), known.len() == table.peers.len());
    let oldest = table.oldest().map(|(place, peer)| (place, peer.last_heard));
    let expected = known.first().map(|peer| (peer.id.place, peer.heard));
    assert_eq!(oldest, expected);
    for peer in known {
        assert_eq!(table.id(peer.id.place), peer.id);
        let found = table.get(peer.id).unwrap();
        assert_eq!(found.address.octets(), address(peer.address).octets());
        assert_eq!(found.last_heard, peer.heard);
        assert_eq!(found.user as u64, peer.address);
    }
}

fn play(seed: u64) {
    let mut random = Random::new(seed);
    let places = random.between(1, 40) as usize;
    let buckets = 1 << random.below(7);
    let mut memory = Memory::new(places, buckets, [random.next(), random.next()]);
    let mut table = memory.table();
    let mut known: Vec<Known> = Vec::new();
    let mut gone: Vec<PeerId> = Vec::new();
    let addresses = random.between(1, 60);
    for step in 0..400 {
        let (number, now) = (random.below(addresses), Instant(step));
        let at = known.iter().position(|peer| peer.address == number);
        let place = table.find(address(number).octets());
        assert_eq!(place, at.map(|at| known[at].id.place));
        match (place, at, random.below(10)) {
            (Some(place), Some(at), 0..4) => {
                gone.push(known.remove(at).id);
                table.remove(place);
                table.remove(place);
            }
            (Some(place), Some(at), 4..6) => {
                gone.push(known.remove(at).id);
                table.replace(place, &mut connection(), now);
                assert_eq!(table.peer(place).unwrap().user, 0);
                table.peer_mut(place).unwrap().user = number as usize;
                let id = table.id(place);
                known.push(Known {
                    address: number,
                    id,
                    heard: now,
                });
            }
            (Some(place), Some(at), _) => {
                let mut peer = known.remove(at);
                peer.heard = now;
                known.push(peer);
                table.heard(place, now);
            }
            _ => {
                let place = table.insert(address(number), &mut connection(), now);
                assert_eq!(place.is_none(), known.len() == places);
                if let Some(place) = place {
                    assert_eq!(table.peer(place).unwrap().user, 0);
                    table.peer_mut(place).unwrap().user = number as usize;
                    let id = table.id(place);
                    known.push(Known {
                        address: number,
                        id,
                        heard: now,
                    });
                }
            }
        }
        // What is said about a place where nobody is has no effect.
        let place = random.below(places as u64 + 2) as u32;
        if known.iter().all(|peer| peer.id.place != place) {
            table.heard(place, now);
            table.remove(place);
            table.replace(place, &mut connection(), now);
        }
        assert_same(&mut table, &known);
        assert!(gone.iter().all(|id| table.get(*id).is_none()), "stale");
    }
}

#[test]
fn it_is_what_a_list_would_be() {
    for seed in 0..120 {
        play(seed);
    }
}

#[test]
fn forged_handles_find_nobody() {
    let mut memory = Memory::new(3, 4, [1, 2]);
    let mut table = memory.table();
    let place = table
        .insert(address(1), &mut connection(), Instant(0))
        .unwrap();
    let good = table.id(place);
    assert!(table.get(good).is_some());
    for id in [
        PeerId { place: 3, ..good },
        PeerId {
            place: NONE,
            ..good
        },
        PeerId {
            place: (place + 1) % 3,
            ..good
        },
        PeerId {
            place: (place + 1) % 3,
            generation: 0,
        },
        PeerId {
            generation: good.generation + 1,
            ..good
        },
        PeerId {
            generation: good.generation - 1,
            ..good
        },
    ] {
        assert!(table.get(id).is_none(), "{id:?}");
    }
    // After all generations the first comes again, and nothing breaks on the way.
    table.peer_mut(place).unwrap().generation = u32::MAX;
    table.replace(place, &mut connection(), Instant(0));
    assert_eq!(table.id(place).generation, 0);
}

/// The work for a datagram does not grow with the number of peers: no chain does, as long as there
/// are as many buckets.
#[test]
fn chains_stay_short() {
    for (places, bound) in [(64, 8), (4096, 10)] {
        let mut memory = Memory::new(places, places, [3, 4]);
        let mut table = memory.table();
        for number in 0..places as u64 {
            table.insert(address(number), &mut connection(), Instant(0));
        }
        assert!(table.is_full());
        let longest = table.buckets.iter().map(|first| {
            let (mut place, mut length) = (*first, 0);
            while let Some(peer) = table.peer(place) {
                (place, length) = (peer.next, length + 1);
            }
            length
        });
        assert!(longest.max().unwrap() <= bound);
    }
}

/// Who does not know the key cannot choose addresses that meet in one bucket.
#[test]
fn the_key_decides_where_an_address_goes() {
    let buckets = [[5, 6], [5, 7], [6, 6]].map(|key| {
        let mut memory = Memory::new(32, 32, key);
        let mut table = memory.table();
        for number in 0..16 {
            table.insert(address(number), &mut connection(), Instant(0));
        }
        memory.buckets
    });
    assert!(buckets[0] != buckets[1] && buckets[0] != buckets[2]);
}

#[test]
fn a_cleared_table_is_empty() {
    let mut memory = Memory::new(2, 2, [1, 2]);
    let mut table = memory.table();
    table.insert(address(1), &mut connection(), Instant(0));
    table.clear([1, 2]);
    assert_same(&mut table, &[]);
    assert_eq!(table.find(address(1).octets()), None);
    // Without memory it holds nobody.
    let mut memory = Memory::new(0, 0, [1, 2]);
    let mut table = memory.table();
    assert_eq!(
        table.insert(address(1), &mut connection(), Instant(0)),
        None
    );
    assert_eq!(table.find(address(1).octets()), None);
}
