//! The order of a handshake, and what must be authenticated before anything is believed. The table
//! in `bad_input.rs` covers every message in every state; here are the cases that have a history.

use std::collections::HashSet;

use super::craft::{
    body, extension, fragment, handshake, message, record, records, server_hello_with,
};
use super::end::End;
use super::pair::{At, Pair, Reaction};
use crate::config::MaxFragmentLength;
use crate::connection::{Outcome, Phase, Want};
use crate::error::Error;
use crate::wire::record_header::ContentType;

/// Bug class 1: a Finished that precedes ChangeCipherSpec, protected or not, completes nothing.
#[test]
fn finished_before_change_cipher_spec() {
    for (at, early) in [
        (At::ClientAwaitsChangeCipherSpec, At::ClientAwaitsFinished),
        (At::ServerAwaitsChangeCipherSpec, At::ServerAwaitsFinished),
    ] {
        let (_, finished) = Pair::at_with_next(early);
        let mut pair = Pair::at(at);
        // The same seeds: it is this handshake's own Finished.
        assert_eq!(pair.inject(&finished[0]), Reaction::Noise);
        assert!(!pair.target().is_connected());
        assert!(pair.complete());
        pair.assert_talks();
        let mut pair = Pair::at(at);
        let seq = pair.target().next_receive_seq();
        let in_clear = handshake(20, seq, &[9; 12]);
        let unexpected = Reaction::Fatal(Error::UnexpectedMessage);
        assert_eq!(pair.inject(&in_clear), unexpected);
    }
}

/// Bug class 1: a Finished that came in epoch 0 ahead of its turn is not taken after
/// ChangeCipherSpec, nor does it stay in the way of the right one.
#[test]
fn a_finished_kept_from_epoch_0_is_forgotten() {
    let (mut pair, next) = Pair::at_with_next(At::ServerAwaitsClientKeyExchange);
    let seq = pair.target().next_receive_seq();
    let ahead = handshake(20, seq + 1, &[9; 12]);
    assert_eq!(pair.inject(&ahead), Reaction::Taken);
    let pieces = records(&next[0]);
    // With a ClientKeyExchange in between it would be in turn, in epoch 0: an early Finished.
    assert_eq!(
        pair.inject(&pieces[0]),
        Reaction::Fatal(Error::UnexpectedMessage)
    );

    let (mut pair, next) = Pair::at_with_next(At::ClientAwaitsChangeCipherSpec);
    let seq = pair.target().next_receive_seq();
    let ahead = handshake(20, seq + 1, &[9; 12]);
    assert_eq!(pair.inject(&ahead), Reaction::Taken);
    assert_eq!(pair.inject(&next[0]), Reaction::Taken);
    assert!(pair.client.is_connected());
}

/// A record of epoch 1 that overtakes ChangeCipherSpec is not opened: the same one counts when it
/// comes again after it.
#[test]
fn a_finished_that_came_too_early_is_still_new() {
    for (at, later) in [
        (At::ClientAwaitsChangeCipherSpec, At::ClientAwaitsFinished),
        (At::ServerAwaitsChangeCipherSpec, At::ServerAwaitsFinished),
    ] {
        let mut pair = Pair::at(at);
        let (_, finished) = Pair::at_with_next(later);
        assert_eq!(pair.inject(&finished[0]), Reaction::Noise);
        assert_eq!(pair.inject(&record(20, 0, &[1])), Reaction::Taken);
        assert_eq!(pair.inject(&finished[0]), Reaction::Taken);
        assert!(pair.target().is_connected());
    }
}

/// Bug classes 29 and 30: a piece of a Finished that came in epoch 0 is no part of the one that
/// comes in epoch 1.
#[test]
fn pieces_of_different_epochs_do_not_mix() {
    let mut pair = Pair::at(At::ServerAwaitsChangeCipherSpec);
    let seq = pair.target().next_receive_seq();
    let forged = record(22, 0, &fragment(20, seq, 12, 0, &[6; 6]));
    assert_eq!(pair.inject(&forged), Reaction::Taken);
    assert_eq!(pair.inject(&record(20, 0, &[1])), Reaction::Taken);
    let client = pair.client.workspace.as_ref().unwrap();
    let verify_data = client.coming.own_finished.verify_data;
    for (from, to) in [(6, 12), (0, 6)] {
        assert!(!pair.server.is_connected());
        let piece = fragment(20, seq, 12, from as u32, &verify_data[from..to]);
        let piece = pair.client.seal(ContentType::HANDSHAKE, &piece);
        assert_eq!(pair.inject(&piece), Reaction::Taken);
    }
    assert!(pair.server.is_connected());
}

/// Bug classes 5 and 10: ChangeCipherSpec at any other time than its own, and several of them.
#[test]
fn change_cipher_spec_out_of_place() {
    for at in At::ALL {
        let is_awaited = matches!(
            at,
            At::ClientAwaitsChangeCipherSpec | At::ServerAwaitsChangeCipherSpec
        );
        let mut pair = Pair::at(at);
        let datagram = record(20, 0, &[1]);
        let first = pair.inject(&datagram);
        let expected = if is_awaited {
            Reaction::Taken
        } else {
            Reaction::Noise
        };
        assert_eq!(first, expected, "{at:?}");
        for _ in 0..3 {
            assert_eq!(pair.inject(&datagram), Reaction::Noise, "{at:?}");
        }
        assert!(pair.complete(), "{at:?}");
        pair.assert_talks();
    }
}

/// Bug class 35: the records of both Finished flights in every order, one a datagram. What came
/// too early comes again.
#[test]
fn finished_flights_in_any_order() {
    let orders: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in orders {
        let (mut pair, next) = Pair::at_with_next(At::ServerAwaitsClientKeyExchange);
        let pieces = records(&next[0]);
        for piece in order {
            pair.inject(&pieces[piece]);
        }
        assert_eq!(pair.server.is_connected(), order == [0, 1, 2]);
        assert!(pair.complete(), "{order:?}");
        pair.assert_talks();
    }
    let (mut pair, next) = Pair::at_with_next(At::ClientAwaitsChangeCipherSpec);
    for piece in records(&next[0]).iter().rev() {
        pair.inject(piece);
    }
    assert!(!pair.client.is_connected());
    assert!(pair.complete());
    pair.assert_talks();
}

/// Bug class 22: application data before Finished reaches nobody, not even later.
#[test]
fn data_before_finished() {
    for at in [At::ClientAwaitsFinished, At::ServerAwaitsFinished] {
        let mut pair = Pair::at(at);
        let early = pair.peer().seal(ContentType::APPLICATION_DATA, b"early");
        assert_eq!(pair.inject(&early), Reaction::Noise);
        let in_clear = record(23, 0, b"early");
        assert_eq!(pair.inject(&in_clear), Reaction::Noise);
        assert_eq!(pair.target().write(b"data"), Err(Error::State));
        assert!(pair.complete());
        assert!(pair.target().received.is_empty());
        pair.assert_talks();
    }
}

/// Bug class 12: an identity hint is ignored, a second ServerKeyExchange is not.
#[test]
fn server_key_exchange() {
    let mut pair = Pair::at(At::ClientAwaitsServerFlight);
    let seq = pair.target().next_receive_seq();
    let hint = handshake(12, seq, &[0, 4, b'h', b'i', b'n', b't']);
    assert_eq!(pair.inject(&hint), Reaction::Taken);
    let again = handshake(12, seq + 1, &[0, 0]);
    let unexpected = Reaction::Fatal(Error::UnexpectedMessage);
    assert_eq!(pair.inject(&again), unexpected);
}

/// Bug classes 15 and 53: HelloRequest during a handshake is ignored, also one without protection
/// that has a number of the future.
#[test]
fn hello_request_during_the_handshake() {
    for at in At::ALL {
        if !at.is_client() {
            continue;
        }
        for seq in [0, 1, 2, 500] {
            let mut pair = Pair::at(at);
            let request = handshake(0, seq, &[]);
            pair.client.host.sent.clear();
            assert_eq!(pair.inject(&request), Reaction::Noise, "{at:?}");
            assert!(pair.client.host.sent.is_empty(), "{at:?}");
            assert!(pair.complete(), "{at:?}");
        }
    }
}

/// Bug class 42 (RFC 6347 4.2.8) and 18: a ClientHello does nothing to a live association, and one
/// in epoch 1 begins none.
#[test]
fn a_new_client_hello_does_not_harm_a_live_association() {
    let mut pair = Pair::at(At::ServerConnected);
    let exported = pair.server.exported();
    for seq in 0..4 {
        let hello = handshake(1, seq, &body(1));
        assert_eq!(pair.inject(&hello), Reaction::Noise);
    }
    assert_eq!(pair.server.exported(), exported);
    pair.assert_talks();
    let mut pair = Pair::at(At::ServerListens);
    let in_epoch_1 = record(22, 1, &message(1, 0, &body(1)));
    assert_eq!(pair.inject(&in_epoch_1), Reaction::Noise);
    assert_eq!(pair.server.phase(), Phase::Listening);
}

/// Bug class 7 and requirement 7: a client that has not begun does not listen, so nothing that
/// lies in its socket from before can end its attempt.
#[test]
fn a_client_that_has_not_begun_does_not_listen() {
    let mut pair = Pair::new();
    pair.client.inbox.push_back(handshake(14, 0, &[]));
    assert!(!pair.client.can_take_datagram());
    assert_eq!(pair.client.step(Want::Handshake), Ok(Outcome::WantRead));
    assert_eq!(pair.client.host.sent.len(), 1);
    assert_eq!(pair.client.inbox.len(), 1);
    pair.client.inbox.clear();
    assert!(pair.complete());
}

/// Bug class 36 and requirement 6-4: the first record of the Finished's size that fails is noise,
/// the second says decrypt_error; records of other sizes and types never do.
#[test]
fn the_second_wrong_finished_is_a_decrypt_error() {
    let (mut pair, next) = Pair::at_with_next(At::ServerAwaitsFinished);
    let mut wrong = next[0].clone();
    wrong[30] ^= 1;
    for _ in 0..5 {
        assert_eq!(pair.inject(&record(22, 1, &[7; 39])), Reaction::Noise);
        assert_eq!(pair.inject(&record(22, 1, &[7; 41])), Reaction::Noise);
        assert_eq!(pair.inject(&record(23, 1, &[7; 40])), Reaction::Noise);
    }
    assert_eq!(pair.inject(&wrong), Reaction::Noise);
    // The right one still counts.
    let (mut other, _) = Pair::at_with_next(At::ServerAwaitsFinished);
    assert_eq!(other.inject(&wrong), Reaction::Noise);
    assert_eq!(other.inject(&next[0]), Reaction::Taken);
    assert!(other.server.is_connected());
    assert_eq!(pair.inject(&wrong), Reaction::Fatal(Error::Decrypt));
    let alert = pair.server.host.sent.back().unwrap();
    assert_eq!(alert[3..5], [0, 0]);
    assert_eq!(alert[13..], [2, 51]);
}

/// One spoofed datagram is one failure, however many records it brings: the client's Finished, which
/// comes behind it, still counts.
#[test]
fn wrong_finisheds_in_one_datagram_are_one() {
    let (mut pair, next) = Pair::at_with_next(At::ServerAwaitsFinished);
    let wrong = record(22, 1, &[7; 40]);
    let many = [wrong.clone(), wrong.clone(), wrong.clone()].concat();
    assert_eq!(pair.inject(&many), Reaction::Noise);
    assert_eq!(pair.server.connection.counters.unauthenticated, 3);
    let (mut other, _) = Pair::at_with_next(At::ServerAwaitsFinished);
    assert_eq!(other.inject(&many), Reaction::Noise);
    assert_eq!(other.inject(&next[0]), Reaction::Taken);
    assert!(other.server.is_connected());
    // In two datagrams they are two.
    assert_eq!(pair.inject(&wrong), Reaction::Fatal(Error::Decrypt));
}

/// Bug class 28: a message that can never fit the reassembly buffer, and how long it is.
#[test]
fn a_message_that_is_too_long_says_how_long_it_is() {
    let mut server = End::server(2);
    server.reassembly = std::vec![0; 60];
    let mut pair = Pair::of(End::client(1), server);
    pair.client
        .config
        .set_server_name(b"a.rather.long.name.example")
        .unwrap();
    pair.client.connection.set_mtu(100);
    assert!(!pair.complete());
    assert_eq!(pair.server.error, Some(Error::MessageTooLong));
    assert_eq!(pair.server.connection.counters.reassembly_needed, 117);
    // With room for just that it works.
    let mut server = End::server(2);
    server.reassembly = std::vec![0; 117];
    let mut pair = Pair::of(End::client(1), server);
    pair.client
        .config
        .set_server_name(b"a.rather.long.name.example")
        .unwrap();
    pair.client.connection.set_mtu(100);
    assert!(pair.complete());
    pair.assert_talks();
}

/// Bug class 29: fragments that contradict each other, in length or type, do not mix; the later
/// ones stand, so that altered ones bar nobody.
#[test]
fn contradicting_fragments() {
    let mut pair = Pair::at(At::ClientAwaitsServerHello);
    let hello = server_hello_with(&extension(23, &[]));
    let length = hello.len() as u32;
    let piece = |msg_type, length, from: usize, to: usize| {
        record(
            22,
            0,
            &fragment(msg_type, 0, length, from as u32, &hello[from..to]),
        )
    };
    assert_eq!(pair.inject(&piece(2, length, 0, 20)), Reaction::Taken);
    assert_eq!(pair.inject(&piece(2, length + 1, 20, 44)), Reaction::Taken);
    assert_eq!(pair.inject(&piece(14, length, 20, 44)), Reaction::Taken);
    assert_eq!(pair.inject(&piece(2, length, 20, 44)), Reaction::Taken);
    assert!(pair.client.host.sent.is_empty(), "nothing was put together");
    assert_eq!(pair.inject(&piece(14, length, 0, 20)), Reaction::Taken);
    assert_eq!(pair.inject(&piece(2, length, 0, 25)), Reaction::Taken);
    assert_eq!(pair.inject(&piece(2, length, 15, 40)), Reaction::Taken);
    assert_eq!(
        pair.inject(&record(22, 0, &message(14, 1, &[]))),
        Reaction::Taken
    );
    pair.client.host.sent.clear();
    // The last octets: now ServerHello and the kept ServerHelloDone are both in.
    assert_eq!(pair.inject(&piece(2, length, 40, 44)), Reaction::Taken);
    assert_eq!(pair.client.host.sent[0][13], 16);
}

/// Bug class 24: over a handshake with retransmissions and all, no number in epoch 1 is used
/// twice, and the explicit nonce is epoch and number.
#[test]
fn no_nonce_is_used_twice() {
    let mut pair = Pair::new();
    let length = MaxFragmentLength::from_octets(512);
    pair.client.config.set_max_fragment_length(length).unwrap();
    let mut seen = HashSet::new();
    for round in 0..60 {
        pair.client.connection.set_mtu(300 - round);
        pair.client.host.next_too_big = round % 5 == 1;
        pair.client.host.blocked = u32::from(round % 7 == 2);
        pair.client.pump();
        pair.server.host.blocked = u32::from(round % 3 == 1);
        for datagram in pair.client.host.sent.drain(..) {
            for record in records(&datagram).iter().filter(|record| record[4] == 1) {
                assert_eq!(record[3..11], record[13..21]);
                assert!(seen.insert(record[3..11].to_vec()));
            }
            // The Finished arrives only now and then.
            if round % 4 == 3 || datagram[13] != 16 {
                pair.server.inbox.push_back(datagram);
            }
        }
        pair.server.pump();
        if round % 2 == 0 {
            pair.client.inbox.append(&mut pair.server.host.sent);
        }
        pair.server.host.sent.clear();
        let wait = pair.client.timeout().min(pair.server.timeout());
        pair.wait(wait.min(2_000));
        if pair.client.is_connected() {
            let _ = pair.client.write(b"data");
        }
    }
    assert!(seen.len() > 20);
}
