//! When a flight goes out again, and when it does not. Bug class 34: two ends must not keep each
//! other busy, and one spoofed datagram must not draw many.

use super::craft::{fragment, handshake, message, record, records};
use super::pair::{At, Pair, Reaction, to};
use crate::connection::{Outcome, Want};
use crate::wire::record_header::ContentType;

const DATA: ContentType = ContentType::APPLICATION_DATA;

/// A flight that was answered comes again: our answer goes out again for its last message only,
/// and not more often than four times in a timeout.
#[test]
fn an_answered_flight_comes_again() {
    let mut pair = Pair::at(At::ClientAwaitsChangeCipherSpec);
    pair.client.host.sent.clear();
    let hello = handshake(2, 1, &super::craft::body(2));
    let done = handshake(14, 2, &[]);
    let sent = |pair: &mut Pair, datagram: &[u8]| {
        assert_eq!(pair.inject(datagram), Reaction::Noise);
        pair.client.host.sent.drain(..).count()
    };
    assert_eq!(sent(&mut pair, &done), 0);
    pair.wait(249);
    assert_eq!(sent(&mut pair, &done), 0);
    pair.wait(1);
    assert_eq!(sent(&mut pair, &hello), 0);
    assert_eq!(sent(&mut pair, &done), 1);
    assert_eq!(sent(&mut pair, &done), 0);
    pair.wait(250);
    assert_eq!(sent(&mut pair, &[hello, done].concat()), 1);
    assert_eq!(pair.client.connection.counters.retransmissions, 2);
}

/// The same when the flight was cut: its last piece asks.
#[test]
fn an_answered_flight_comes_again_in_pieces() {
    let mut pair = Pair::at(At::ServerAwaitsClientKeyExchange);
    pair.server.host.sent.clear();
    pair.wait(500);
    let hello = super::craft::client_hello(&[7; 32], &[]);
    let length = hello.len() as u32;
    for (from, to_, flights) in [(0, 40, 0), (40, 80, 0), (80, hello.len(), 1), (0, 40, 0)] {
        let piece = fragment(1, 1, length, from as u32, &hello[from..to_]);
        assert_eq!(pair.inject(&record(22, 0, &piece)), Reaction::Noise);
        assert_eq!(pair.server.host.sent.drain(..).count(), flights, "{from}");
    }
    assert!(pair.complete());
}

/// Nobody answers: seven times, each after twice as long up to a minute, and then there is an end.
#[test]
fn silence() {
    let mut pair = Pair::new();
    let (mut sent, mut waited) = (0, 0);
    while pair.client.error.is_none() {
        pair.client.pump();
        sent += pair.client.host.sent.drain(..).count();
        let wait = pair.client.timeout();
        if wait == u32::MAX {
            break;
        }
        waited += wait;
        pair.wait(wait);
    }
    assert_eq!((sent, waited), (7, 123_000));
    assert_eq!(pair.client.error, Some(crate::error::Error::Timeout));
    // Nobody is told of it: RFC 6347 has no alert for silence.
    assert!(pair.client.host.sent.is_empty());
}

/// After two answers that did not come the datagrams get smaller: RFC 6347 4.1.1.1.
#[test]
fn silence_makes_smaller_datagrams() {
    let mut pair = Pair::new();
    let name = &[b'a'; 250];
    pair.client.config.set_server_name(name).unwrap();
    pair.client.connection.set_mtu(1_000);
    let mut longest = std::vec::Vec::new();
    for _ in 0..5 {
        pair.client.pump();
        let lengths = pair
            .client
            .host
            .sent
            .drain(..)
            .map(|datagram| datagram.len());
        longest.push(lengths.max().unwrap());
        let wait = pair.client.timeout();
        pair.wait(wait);
    }
    assert_eq!(longest[0], longest[1]);
    assert!(longest[0] > 300 && longest[4] <= 320, "{longest:?}");
}

/// RFC 6347 4.1.1.1: what the host says of the path holds for the flights that follow.
#[test]
fn the_width_of_the_path_is_learnt_once() {
    let mut pair = Pair::new();
    pair.client.config.set_server_name(&[b'a'; 250]).unwrap();
    pair.client.host.path = 200;
    assert!(pair.complete());
    assert_eq!(pair.client.host.refused.len(), 1);
    pair.assert_talks();
}

/// What stands behind a Finished in its datagram is lost: the buffer is needed for our own. The
/// loss is counted.
#[test]
fn data_behind_the_client_finished() {
    let (mut pair, finished) = Pair::at_with_next(At::ServerAwaitsFinished);
    let data = pair.client.seal(DATA, b"too soon");
    let answers = to(&mut pair.server, [[finished[0].clone(), data].concat()]);
    assert_eq!(records(&answers[0]).len(), 2);
    assert!(pair.server.received.is_empty());
    assert_eq!(pair.server.connection.counters.lost, 1);
    to(&mut pair.client, answers);
    pair.assert_talks();
}

/// Answers wait until the datagram is drained: both lie in one buffer.
#[test]
fn answers_wait_for_the_rest_of_the_datagram() {
    let mut pair = Pair::connected();
    let request = pair
        .server
        .seal(ContentType::HANDSHAKE, &message(0, 3, &[]));
    let [a, b] = [b"one", b"two"].map(|data| pair.server.seal(DATA, data));
    pair.client.inbox.push_back([request, a, b].concat());
    assert!(matches!(pair.client.step(Want::Data), Ok(Outcome::Data(_))));
    assert_eq!(pair.client.step(Want::Handshake), Ok(Outcome::Connected));
    assert!(pair.client.host.sent.is_empty());
    let Ok(Outcome::Data(range)) = pair.client.step(Want::Data) else {
        panic!("the second record is lost");
    };
    assert_eq!(&pair.client.buffer[range], b"two");
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::WantRead));
    assert_eq!(pair.client.host.sent.len(), 1);
}

/// RFC 6347 4.1.1: who writes is told that a datagram is too big, and how much smaller ones are.
#[test]
fn a_write_that_is_too_big() {
    let mut pair = Pair::connected();
    pair.client.host.path = 150;
    let before = pair.client.connection.max_write(1_500);
    let too_big = Err(crate::error::Error::Size);
    assert_eq!(pair.client.write(&[7; 200]), too_big);
    let after = pair.client.connection.max_write(1_500);
    assert!(after < 114 && before > 1_000, "{before} {after}");
    assert_eq!(
        pair.client.write(&std::vec![7; after]),
        Ok(Outcome::Connected)
    );
    assert_eq!(pair.client.write(&std::vec![7; after + 1]), too_big);
    pair.assert_talks();
    // A transport that is busy is no error.
    pair.client.host.blocked = 1;
    assert_eq!(pair.client.write(b"later"), Ok(Outcome::WantWrite));
    pair.assert_talks();
}
