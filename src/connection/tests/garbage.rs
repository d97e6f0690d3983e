//! Records that are too large, and octets at random.

use std::vec::Vec;

use super::craft::{message, record};
use super::pair::{At, Pair, Reaction};
use super::random::Random;
use crate::wire::record_header::ContentType;

/// RFC 5246 6.2.1: no record carries more than 2^14 octets, whatever the buffer holds.
#[test]
fn oversized_records() {
    for at in At::ALL {
        for msg_type in [1, 2, 3, 12, 14, 16, 20] {
            let mut pair = Pair::at(at);
            let seq = pair.target().next_receive_seq();
            pair.target().buffer = std::vec![0; 40_000];
            pair.target().reassembly = std::vec![0; 40_000];
            let content = message(msg_type, seq, &[7; (1 << 14) - 11]);
            assert_eq!(pair.inject(&record(22, 0, &content)), Reaction::Noise);
            assert_eq!(pair.inject(&record(22, 1, &content)), Reaction::Noise);
            assert!(pair.complete());
            pair.assert_talks();
        }
    }
}

/// RFC 5246 6.2.1: 2^14 octets are the most that a record carries.
#[test]
fn oversized_records_of_the_peer() {
    let mut pair = Pair::connected();
    pair.client.buffer = std::vec![0; 20_000];
    let longest = pair
        .server
        .seal(ContentType::APPLICATION_DATA, &[1; 1 << 14]);
    let longer = pair
        .server
        .seal(ContentType::APPLICATION_DATA, &[1; (1 << 14) + 1]);
    assert_eq!(pair.inject(&longer), Reaction::Noise);
    assert_eq!(pair.inject(&longest), Reaction::Taken);
    assert_eq!(pair.client.received[0].len(), 1 << 14);
}

/// Bug class 45: octets at random, at random shaped like records and messages, in every state.
#[test]
fn garbage_in_every_state() {
    let mut random = Random::new(45);
    for at in At::ALL {
        for _ in 0..300 {
            let mut pair = Pair::at(at);
            for _ in 0..4 {
                let length = random.below(120) as usize;
                let mut content: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
                if random.chance(500) {
                    let seq = random.below(4) as u16;
                    content = message(random.choose(&[1, 2, 3, 12, 14, 16, 20]), seq, &content);
                }
                let kind = random.choose(&[20, 21, 22, 22, 22, 23]);
                let datagram = match random.below(4) {
                    0 => content,
                    1 if !at.is_connected() => record(kind, 1, &content),
                    1 => pair.peer().seal(ContentType(kind), &content),
                    _ => record(kind, 0, &content),
                };
                pair.inject(&datagram);
            }
            let error = pair.target().error;
            assert!(
                !matches!(error, Some(error) if error.is_usage()),
                "{error:?}"
            );
        }
    }
}
