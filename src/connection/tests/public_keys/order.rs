//! The order of a handshake with public keys: every message in every state, as `bad_input.rs` and
//! `order.rs` have it for pre-shared keys.

use std::vec::Vec;

use super::states::{At, at};
use super::*;
use crate::connection::Phase;
use crate::connection::tests::craft::{body, handshake, message, record};
use crate::connection::tests::pair::Reaction;
use crate::error::Error;
use crate::wire::record_header::ContentType;

/// All types of message there are, and one that there is not.
const TYPES: [u8; 12] = [0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 99];

/// What belongs in each state; everything else there is unexpected. Where Finished is awaited
/// nothing in epoch 0 is heeded.
const AWAITED: [(At, &[u8]); 11] = [
    (At::ClientAwaitsCertificate, &[11]),
    (At::ClientAwaitsServerKeyExchange, &[12]),
    (At::ClientAwaitsRequest, &[13, 14]),
    // Bug class 11: no second CertificateRequest.
    (At::ClientAwaitsServerHelloDone, &[14]),
    (At::ClientAwaitsChangeCipherSpec, &[]),
    (At::ClientAwaitsFinished, &TYPES),
    (At::ServerAwaitsCertificate, &[11]),
    (At::ServerAwaitsClientKeyExchange, &[16]),
    (At::ServerAwaitsCertificateVerify, &[15]),
    (At::ServerAwaitsChangeCipherSpec, &[]),
    (At::ServerAwaitsFinished, &TYPES),
];

/// The messages of a handshake with raw public keys, so that none is refused for its form.
fn well_formed(msg_type: u8, pair: &mut Pair) -> Vec<u8> {
    let is_client = pair.target_is_client;
    let peer = if is_client { SERVER } else { CLIENT };
    match msg_type {
        11 => [&[0, 0, 91][..], info(peer)].concat(),
        12 => exchanges::server_key_exchange(pair, info(9)[26..].try_into().unwrap()),
        16 => [&[65][..], &info(9)[26..]].concat(),
        other => body(other),
    }
}

/// Bug classes 1 to 6, 10 to 16.
#[test]
fn messages_in_turn() {
    for (state, awaited) in AWAITED {
        let mut harmless = None;
        for msg_type in TYPES {
            let case = std::format!("{state:?}: message {msg_type}");
            let is_noise = awaited.len() == TYPES.len() || msg_type == 0;
            if awaited.contains(&msg_type) && !is_noise {
                continue;
            }
            let (mut pair, next) = harmless.take().unwrap_or_else(|| at(state));
            let seq = pair.target().next_receive_seq();
            let body = well_formed(msg_type, &mut pair);
            let reaction = pair.inject(&handshake(msg_type, seq, &body));
            if is_noise {
                assert_eq!(reaction, Reaction::Noise, "{case}");
                harmless = Some((pair, next));
                continue;
            }
            let error = Error::UnexpectedMessage;
            assert_eq!(reaction, Reaction::Fatal(error), "{case}");
            let target = pair.target();
            assert_eq!(target.phase(), Phase::Failed(error), "{case}");
            let alert = target.host.sent.back().unwrap();
            assert!(alert[4] == 1 || alert[13..] == [2, 10], "{case}");
        }
        // What was noise has left no trace.
        if let Some((mut pair, next)) = harmless {
            pair.target().inbox.extend(next);
            assert_connects(&mut pair);
        }
    }
}

/// The messages that belong there: with one octet missing or too many they are malformed.
#[test]
fn bodies_of_wrong_length() {
    for (state, awaited) in AWAITED {
        for msg_type in awaited.iter().filter(|_| awaited.len() < TYPES.len()) {
            for change in [-1, 1] {
                let (mut pair, _) = at(state);
                let seq = pair.target().next_receive_seq();
                let mut body = well_formed(*msg_type, &mut pair);
                if change < 0 {
                    if body.pop().is_none() {
                        continue;
                    }
                } else {
                    body.push(0);
                }
                let case = std::format!("{state:?}: message {msg_type} {change:+}");
                let reaction = pair.inject(&handshake(*msg_type, seq, &body));
                assert_eq!(reaction, Reaction::Fatal(Error::Decode), "{case}");
            }
        }
    }
}

/// Bug classes 5, 10, 35: ChangeCipherSpec at any other time than its own, with and without the
/// honest Finished of the same handshake behind it.
#[test]
fn change_cipher_spec_out_of_place() {
    for state in At::ALL {
        let awaits = [
            At::ClientAwaitsChangeCipherSpec,
            At::ServerAwaitsChangeCipherSpec,
        ];
        if awaits.contains(&state) {
            continue;
        }
        let (mut pair, next) = at(state);
        let early = record(20, 0, &[1]);
        assert_eq!(pair.inject(&early), Reaction::Noise, "{state:?}");
        let is_finished_awaited = next.len() == 1;
        if let Some(finished) = next.last().filter(|_| !is_finished_awaited) {
            // Of the client's flight the Finished is the last; of the server's first, none is.
            if finished[4] == 1 {
                assert_eq!(pair.inject(finished), Reaction::Noise, "{state:?}");
                assert!(!pair.target().is_connected(), "{state:?}");
            }
        }
        pair.target().inbox.extend(next);
        assert_connects(&mut pair);
    }
}

/// Bug class 2, in short: the honest flight of a client without its CertificateVerify, or without
/// its Certificate, leads nowhere. `scripts.rs` has it with a Finished to fit.
#[test]
fn nothing_of_the_clients_flight_can_be_left_out() {
    for left_out in 0..5 {
        let (mut pair, mut next) = at(At::ServerAwaitsCertificate);
        next.remove(left_out);
        for datagram in next {
            pair.inject(&datagram);
        }
        assert!(!pair.server.is_connected(), "{left_out}");
        assert!(pair.server.host.sessions.is_empty());
    }
}

/// Bug class 13, "unrequested Certificate", and the messages of ECDHE in a handshake with a
/// pre-shared key: the table of `bad_input.rs` has them, in bodies that ECDHE would have taken too.
#[test]
fn messages_of_ecdhe_with_a_pre_shared_key() {
    use crate::connection::tests::pair::At as PskAt;
    for (state, peer) in [
        (PskAt::ClientAwaitsServerFlight, SERVER),
        (PskAt::ServerAwaitsClientKeyExchange, CLIENT),
    ] {
        let mut pair = Pair::at(state);
        let seq = pair.target().next_receive_seq();
        let body = [&[0, 0, 91][..], info(peer)].concat();
        let unexpected = Reaction::Fatal(Error::UnexpectedMessage);
        assert_eq!(pair.inject(&handshake(11, seq, &body)), unexpected);
    }
    let mut pair = Pair::at(PskAt::ClientAwaitsServerFlight);
    let seq = pair.target().next_receive_seq();
    let body = exchanges::server_key_exchange(&mut pair, info(9)[26..].try_into().unwrap());
    let reaction = pair.inject(&handshake(12, seq, &body));
    assert_eq!(reaction, Reaction::Fatal(Error::Decode));
    let mut pair = Pair::at(PskAt::ServerAwaitsClientKeyExchange);
    let seq = pair.target().next_receive_seq();
    let body = [&[65][..], &info(9)[26..]].concat();
    let reaction = pair.inject(&handshake(16, seq, &body));
    assert_eq!(reaction, Reaction::Fatal(Error::Decode));
}

/// A record that fails authentication says nothing of keys here: there is no wrong pre-shared key,
/// and silence is the rule.
#[test]
fn wrong_finished_records_are_noise() {
    let (mut pair, next) = at(At::ServerAwaitsFinished);
    let mut wrong = next[0].clone();
    wrong[30] ^= 1;
    for _ in 0..5 {
        assert_eq!(pair.inject(&wrong), Reaction::Noise);
    }
    assert_eq!(pair.inject(&next[0]), Reaction::Taken);
    assert!(pair.server.is_connected());
}

/// Messages in epoch 1 that the peer itself has sealed, while its Finished is awaited.
#[test]
fn authenticated_messages_in_place_of_finished() {
    for state in [At::ClientAwaitsFinished, At::ServerAwaitsFinished] {
        for msg_type in [1, 2, 11, 12, 13, 14, 15, 16, 20] {
            let (mut pair, _) = at(state);
            let seq = pair.target().next_receive_seq();
            let content = message(msg_type, seq, &body(msg_type));
            let datagram = pair.peer().seal(ContentType::HANDSHAKE, &content);
            let error = match msg_type {
                20 => Error::Decrypt,
                _ => Error::UnexpectedMessage,
            };
            let reaction = pair.inject(&datagram);
            assert_eq!(reaction, Reaction::Fatal(error), "{state:?} {msg_type}");
        }
    }
}
