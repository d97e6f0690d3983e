//! Bad input, from tables: what each message does in each state. "Noise" is dropped and counted,
//! and leaves no trace: the handshake completes, a live connection goes on.

use std::vec::Vec;

use super::craft::{body, fragment, handshake, message, record, records};
use super::pair::{At, Pair, Reaction};
use crate::connection::Phase;
use crate::error::Error;
use crate::wire::record_header::ContentType;

/// The columns of the table: all types of message there are, and one that there is not.
const TYPES: [u8; 12] = [0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 99];

/// What the message in turn does, well formed, in epoch 0. `.` noise, `U` unexpected_message, `D`
/// taken, and decode_error when one octet is missing or too many; `A` answered. What stands in
/// brackets is the order of TYPES.
const IN_TURN: [(At, &str); 11] = [
    // [HelloRequest ClientHello ServerHello HelloVerifyRequest Certificate ServerKeyExchange
    //  CertificateRequest ServerHelloDone CertificateVerify ClientKeyExchange Finished unknown]
    (At::ClientAwaitsServerHello, ". U D D U U U U U U U U"),
    (
        At::ClientAwaitsServerHelloWithCookie,
        ". U D D U U U U U U U U",
    ),
    (At::ClientAwaitsServerFlight, ". U U U U D U D U U U U"),
    (At::ClientAwaitsChangeCipherSpec, ". U U U U U U U U U U U"),
    (At::ClientAwaitsFinished, ". . . . . . . . . . . ."),
    (At::ClientConnected, ". . . . . . . . . . . ."),
    (At::ServerListens, ". A . . . . . . . . . ."),
    (At::ServerAwaitsClientKeyExchange, ". U U U U U U U U D U U"),
    (At::ServerAwaitsChangeCipherSpec, ". U U U U U U U U U U U"),
    (At::ServerAwaitsFinished, ". . . . . . . . . . . ."),
    (At::ServerConnected, ". . . . . . . . . . . ."),
];

fn expectations(at: At) -> Vec<(u8, char)> {
    let (_, row) = IN_TURN[at as usize];
    let row: Vec<char> = row.chars().filter(|sign| *sign != ' ').collect();
    assert_eq!(row.len(), TYPES.len(), "{at:?}");
    TYPES.into_iter().zip(row).collect()
}

/// The connection is over, and the peer was told once with the alert that belongs to the error.
fn assert_failed(pair: &mut Pair, error: Error, case: &str) {
    let target = pair.target();
    assert_eq!(target.phase(), Phase::Failed(error), "{case}");
    let alert = error.alert().unwrap();
    let last = target.host.sent.back().unwrap_or_else(|| panic!("{case}"));
    assert_eq!(last[0], ContentType::ALERT.0, "{case}");
    if last[4] == 0 {
        assert_eq!(last[13..], [2, alert.0], "{case}");
    }
    let told = target.connection.last_alert();
    assert_eq!(told.map(|(alert, _)| alert), Some(alert), "{case}");
    // Final: nothing brings it back, and nothing more is said.
    target.host.sent.clear();
    target.inbox.push_back(handshake(1, 0, &body(1)));
    target.pump();
    assert_eq!(target.error, Some(error), "{case}");
    assert!(target.host.sent.is_empty(), "{case}");
    assert_eq!(target.timeout(), u32::MAX, "{case}");
}

/// The noise has left no trace.
pub(super) fn assert_harmless(mut pair: Pair, at: At, case: &str) {
    if at.is_connected() {
        // Nothing that anyone can send draws an answer, or gets to the application.
        assert!(pair.target().host.sent.is_empty(), "{case}");
        assert!(pair.target().received.is_empty(), "{case}");
    }
    assert!(pair.complete(), "{case}");
    pair.assert_talks();
}

/// Bug classes 1 to 6, 10 to 16, 18, 19, 32, 43: every message in every state.
#[test]
fn messages_in_turn() {
    for at in At::ALL {
        for (msg_type, sign) in expectations(at) {
            let case = std::format!("{at:?}: message {msg_type}");
            let mut pair = Pair::at(at);
            let seq = pair.target().next_receive_seq();
            let reaction = pair.inject(&handshake(msg_type, seq, &body(msg_type)));
            match sign {
                '.' => {
                    assert_eq!(reaction, Reaction::Noise, "{case}");
                    assert_harmless(pair, at, &case);
                }
                'U' => {
                    let error = Error::UnexpectedMessage;
                    assert_eq!(reaction, Reaction::Fatal(error), "{case}");
                    assert_failed(&mut pair, error, &case);
                }
                _ => assert_eq!(reaction, Reaction::Taken, "{case}"),
            }
        }
    }
}

/// Bug classes 32 and 43: one octet too few and one too many.
#[test]
fn bodies_of_wrong_length() {
    for at in At::ALL {
        for (msg_type, sign) in expectations(at) {
            let mut longer = body(msg_type);
            longer.push(0);
            let mut bodies = std::vec![longer];
            if !body(msg_type).is_empty() {
                let mut shorter = body(msg_type);
                shorter.pop();
                bodies.push(shorter);
                bodies.push(Vec::new());
            }
            for body in bodies {
                let case = std::format!("{at:?}: message {msg_type} of {}", body.len());
                let mut pair = Pair::at(at);
                let seq = pair.target().next_receive_seq();
                let reaction = pair.inject(&handshake(msg_type, seq, &body));
                let error = match sign {
                    'U' => Error::UnexpectedMessage,
                    'D' => Error::Decode,
                    // The gate looks no further than the cookie.
                    'A' if !body.is_empty() => {
                        assert_eq!(reaction, Reaction::Taken, "{case}");
                        continue;
                    }
                    _ => {
                        assert_eq!(reaction, Reaction::Noise, "{case}");
                        assert_harmless(pair, at, &case);
                        continue;
                    }
                };
                assert_eq!(reaction, Reaction::Fatal(error), "{case}");
                assert_failed(&mut pair, error, &case);
            }
        }
    }
}

/// Bug classes 5, 6, 31: messages that were processed before, of whatever type, are late and
/// nothing else; and so is everything far ahead.
#[test]
fn messages_out_of_turn() {
    for at in At::ALL {
        for msg_type in TYPES {
            let mut pair = Pair::at(at);
            let seq = pair.target().next_receive_seq();
            if seq > 0 && at != At::ServerListens && msg_type != 3 {
                let case = std::format!("{at:?}: old message {msg_type}");
                let reaction = pair.inject(&handshake(msg_type, seq - 1, &body(msg_type)));
                // A client that has begun anew is challenged, and nothing is given up for it.
                let is_new_client = !at.is_client() && !at.is_connected() && msg_type == 1;
                let expected = if is_new_client {
                    Reaction::Taken
                } else {
                    Reaction::Noise
                };
                assert_eq!(reaction, expected, "{case}");
                assert_harmless(pair, at, &case);
            }
            if at == At::ServerListens && msg_type == 1 {
                // A ClientHello of any number up to 255 is challenged.
                continue;
            }
            // No piece of what is ahead is kept, and no whole message that does not fit.
            let mut pair = Pair::at(at);
            for ahead in [
                record(22, 0, &fragment(msg_type, seq + 1, 9, 2, &[1, 2, 3])),
                handshake(msg_type, seq + 2, &[1; 1_300]),
                handshake(msg_type, seq + 1_000, &[1; 1_300]),
            ] {
                let case = std::format!("{at:?}: message {msg_type} ahead");
                assert_eq!(pair.inject(&ahead), Reaction::Noise, "{case}");
            }
            assert_harmless(pair, at, "ahead");
        }
    }
}

/// Datagrams that are noise in every state, with the name of the case. `honest` is one that would
/// bring the target on, or data for a live connection.
fn noise(honest: &[u8], seq: u16) -> Vec<(&'static str, Vec<u8>)> {
    let altered = |at: usize, value: u8| {
        let mut datagram = records(honest)[0].clone();
        datagram[at] = value;
        datagram
    };
    let mut cases = std::vec![
        ("one octet", std::vec![22]),
        ("half a record header", honest[..7].to_vec()),
        ("a record header alone", honest[..13].to_vec()),
        ("a record without its last octet", {
            let mut record = records(honest)[0].clone();
            record.pop();
            record
        }),
        ("a record that claims 65,535 octets", {
            let mut record = records(honest)[0].clone();
            record[11..13].copy_from_slice(&[0xFF, 0xFF]);
            record
        }),
        ("version 1.1 of TLS", altered(1, 3)),
        ("version 1.3 of DTLS", altered(2, 0xFC)),
        ("epoch 2", altered(4, 2)),
        ("epoch 256", altered(3, 1)),
        ("content type 19", altered(0, 19)),
        ("content type 24, heartbeat", altered(0, 24)),
        ("content type 0", altered(0, 0)),
        ("an empty handshake record", record(22, 0, &[])),
        (
            "half a handshake header",
            record(22, 0, &[1, 0, 0, 0, 0, 0])
        ),
        ("an empty alert", record(21, 0, &[])),
        ("half an alert", record(21, 0, &[2])),
        ("an alert of three octets", record(21, 0, &[2, 40, 0])),
        ("an alert of level 0", record(21, 0, &[0, 40])),
        ("a warning", record(21, 0, &[1, 90])),
        ("an empty ChangeCipherSpec", record(20, 0, &[])),
        ("ChangeCipherSpec of value 2", record(20, 0, &[2])),
        ("ChangeCipherSpec of two octets", record(20, 0, &[1, 1])),
        ("data in epoch 0", record(23, 0, b"hello")),
        ("empty data in epoch 0", record(23, 0, &[])),
        ("data in epoch 1 without a key", record(23, 1, &[7; 40])),
        ("a short record in epoch 1", record(23, 1, &[7; 15])),
        ("an empty record in epoch 1", record(22, 1, &[])),
        ("ChangeCipherSpec in epoch 1", record(20, 1, &[1])),
    ];
    for msg_type in TYPES {
        // Bug classes 27, 29, 32.
        let past_the_end = fragment(msg_type, seq, 5, 3, &[1, 2, 3]);
        cases.push(("a fragment past its message", record(22, 0, &past_the_end)));
        let mut past_the_record = message(msg_type, seq, &[1; 30]);
        past_the_record.truncate(41);
        cases.push((
            "a fragment past its record",
            record(22, 0, &past_the_record),
        ));
        let nothing = fragment(msg_type, seq, 50, 10, &[]);
        cases.push(("a fragment of nothing", record(22, 0, &nothing)));
    }
    cases
}

/// Requirement 1-5, bug classes 18, 19, 22, 23, 26, 27, 29, 32: none of it does anything in any
/// state, alone or in front of the honest record.
#[test]
fn noise_is_dropped_and_counted_in_every_state() {
    for at in At::ALL {
        let honest = |pair: &mut Pair, next: Vec<Vec<u8>>| {
            let data = || pair.peer().seal(ContentType::APPLICATION_DATA, b"data");
            next.into_iter().next().unwrap_or_else(data)
        };
        let (mut pair, next) = Pair::at_with_next(at);
        let seq = pair.target().next_receive_seq();
        let all = noise(&honest(&mut pair, next), seq);
        for number in 0..all.len() {
            let (mut pair, next) = Pair::at_with_next(at);
            let honest = honest(&mut pair, next);
            let (name, datagram) = &noise(&honest, seq)[number];
            let case = std::format!("{at:?}: {name}");
            assert_eq!(pair.inject(datagram), Reaction::Noise, "{case}");
            // Whole noise costs nothing of what stands behind it.
            let is_whole = records(datagram).concat().len() == datagram.len();
            if is_whole {
                let both = [datagram.clone(), honest].concat();
                pair.target().inbox.push_back(both);
                let target = pair.target();
                let (before, phase) = (target.dropped(), target.phase());
                target.pump();
                assert_eq!(target.dropped(), before + 1, "{case}");
                let is_read = target.received == [b"data"];
                assert!(is_read || !at.is_connected(), "{case}");
                assert!(phase == target.phase() || target.error.is_none(), "{case}");
                target.received.clear();
            }
            assert_harmless(pair, at, &case);
        }
    }
}

/// Truncation at every octet, and every bit of the record header flipped, in every state.
#[test]
fn honest_datagrams_cut_and_altered() {
    for at in At::ALL {
        let (_, next) = Pair::at_with_next(at);
        let Some(honest) = next.first() else {
            continue;
        };
        for length in 0..records(honest)[0].len() {
            let mut pair = Pair::at(at);
            let reaction = pair.inject(&honest[..length]);
            // Of no octets there is nothing to count.
            assert!(
                reaction == Reaction::Noise || length == 0,
                "{at:?} {length}"
            );
            assert!(pair.complete(), "{at:?} {length}");
        }
        for bit in (0..5 * 8).chain(11 * 8..13 * 8) {
            let mut altered = honest.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let mut pair = Pair::at(at);
            let reaction = pair.inject(&altered);
            assert!(!matches!(reaction, Reaction::Fatal(_)), "{at:?} {bit}");
            assert!(pair.complete(), "{at:?} {bit}");
        }
    }
}

/// Bug classes 19, 20, 23, 25, 26: a live connection after each single change to an honest record.
#[test]
fn altered_records_on_a_live_connection() {
    for at in [At::ClientConnected, At::ServerConnected] {
        let mut pair = Pair::at(at);
        let honest = pair.peer().seal(ContentType::APPLICATION_DATA, b"data");
        for bit in 0..honest.len() * 8 {
            let mut altered = honest.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(pair.inject(&altered), Reaction::Noise, "{at:?} {bit}");
        }
        for length in 1..honest.len() {
            assert_eq!(pair.inject(&honest[..length]), Reaction::Noise, "{at:?}");
        }
        assert!(pair.target().received.is_empty());
        // Nothing of it has moved the replay window: the record itself is still new, once.
        assert_eq!(pair.inject(&honest), Reaction::Taken);
        assert_eq!(pair.target().received, [b"data"]);
        let replayed = pair.target().connection.counters.replayed;
        assert_eq!(pair.inject(&honest), Reaction::Noise);
        assert_eq!(pair.target().connection.counters.replayed, replayed + 1);
        assert!(pair.target().host.sent.is_empty());
        pair.assert_talks();
    }
}

/// Messages in epoch 1 that the peer itself has sealed, while its Finished is awaited.
#[test]
fn authenticated_messages_in_place_of_finished() {
    for at in [At::ClientAwaitsFinished, At::ServerAwaitsFinished] {
        for msg_type in TYPES {
            let bodies = [body(msg_type), std::vec![1; 11], std::vec![1; 13]];
            for body in bodies {
                let mut pair = Pair::at(at);
                let seq = pair.target().next_receive_seq();
                let content = message(msg_type, seq, &body);
                let datagram = pair.peer().seal(ContentType::HANDSHAKE, &content);
                let expected = match (msg_type, body.len()) {
                    (0, _) => Reaction::Noise,
                    (20, 12) => Reaction::Fatal(Error::Decrypt),
                    (20, _) => Reaction::Fatal(Error::Decode),
                    _ => Reaction::Fatal(Error::UnexpectedMessage),
                };
                let case = std::format!("{at:?}: message {msg_type} of {}", body.len());
                assert_eq!(pair.inject(&datagram), expected, "{case}");
                match expected {
                    Reaction::Fatal(error) => assert_failed(&mut pair, error, &case),
                    _ => assert_harmless(pair, at, &case),
                }
            }
        }
        let mut pair = Pair::at(at);
        let broken = pair.peer().seal(ContentType::HANDSHAKE, &[20, 0, 0]);
        assert_eq!(pair.inject(&broken), Reaction::Fatal(Error::Decode));
    }
}
