//! A live connection: what its peer may do to it, and what nobody else may.

use std::vec::Vec;

use super::craft::{body, handshake, message, record, records};
use super::end::End;
use super::pair::{At, Pair, Reaction, to};
use crate::alert::AlertDescription;
use crate::config::MaxFragmentLength;
use crate::connection::{BUFFER_MIN, Outcome, Phase, Want};
use crate::error::Error;
use crate::host::Direction;
use crate::wire::record_header::{ContentType, SEQUENCE_MAX};

const DATA: ContentType = ContentType::APPLICATION_DATA;

/// Requirements 18-2 and 18-3, bug class 53: what asks for a renegotiation is answered with
/// no_renegotiation, at its own end only; everything else that is authenticated is ignored.
#[test]
fn renegotiation_is_refused() {
    for at in [At::ClientConnected, At::ServerConnected] {
        for msg_type in [0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 99] {
            for seq in [0, 3, 4, 9] {
                let case = std::format!("{at:?} {msg_type} {seq}");
                let mut pair = Pair::at(at);
                let request = message(msg_type, seq, &body(msg_type));
                let request = pair.peer().seal(ContentType::HANDSHAKE, &request);
                let dropped = pair.target().dropped();
                let answers = to(pair.target(), [request]);
                let is_asked = msg_type == u8::from(!at.is_client());
                if is_asked {
                    assert_eq!(answers.len(), 1, "{case}");
                    let alert = opened(pair.peer(), &answers[0]);
                    assert_eq!(alert, [1, 100], "{case}");
                } else if msg_type == 20 && !at.is_client() {
                    // The server's last flight is asked for again, but it has only just gone out.
                    assert!(answers.is_empty(), "{case}");
                } else {
                    assert!(answers.is_empty(), "{case}");
                    assert!(pair.target().dropped() > dropped, "{case}");
                }
                pair.assert_talks();
            }
        }
    }
}

/// The content of a protected record, as its receiver reads it.
fn opened(receiver: &mut End, record: &[u8]) -> Vec<u8> {
    let (header, length) = crate::record::front(record).unwrap();
    let mut fragment = record[13..length].to_vec();
    let protection = &mut receiver.connection.association.protection;
    let content = protection.open(&header, &mut fragment).unwrap();
    fragment[content].to_vec()
}

/// RFC 5246 7.2.1, bug class 7: close_notify is answered, and nothing is accepted after it.
#[test]
fn close_notify() {
    for at in [At::ClientConnected, At::ServerConnected] {
        let mut pair = Pair::at(at);
        let late = pair.peer().seal(DATA, b"late");
        let notify = pair.peer().seal(ContentType::ALERT, &[1, 0]);
        let behind = pair.peer().seal(DATA, b"behind");
        let answers = to(pair.target(), [[notify, behind].concat(), late]);
        assert_eq!(opened(pair.peer(), &answers[0]), [1, 0]);
        let target = pair.target();
        assert_eq!(target.phase(), Phase::Closed);
        assert!(target.received.is_empty());
        assert_eq!(answers.len(), 1);
        let alert = target.connection.last_alert();
        assert_eq!(
            alert,
            Some((AlertDescription::CLOSE_NOTIFY, Direction::Received))
        );
        assert_eq!(target.step(Want::Data), Ok(Outcome::Closed));
        assert_eq!(target.write(b"data"), Err(Error::State));
        assert_eq!(target.exported(), Err(Error::State));
        // The keys are gone.
        assert!(target.connection.association.master_secret.is_none());
        assert_eq!(target.timeout(), u32::MAX);
    }
}

/// The end that closes says so once, in epoch 1, and reads nothing more.
#[test]
fn closing() {
    let mut pair = Pair::connected();
    let late = pair.peer().seal(DATA, b"late");
    assert!(pair.client.close().is_ok());
    assert!(pair.client.close().is_ok());
    assert_eq!(pair.client.host.sent.len(), 1);
    assert_eq!(pair.client.host.sent[0][..5], [21, 0xFE, 0xFD, 0, 1]);
    assert!(to(&mut pair.client, [late]).len() == 1);
    assert!(pair.client.received.is_empty());
    // In a handshake it gives the attempt up.
    let mut pair = Pair::at(At::ClientAwaitsServerFlight);
    pair.client.host.sent.clear();
    assert!(pair.client.close().is_ok());
    assert_eq!(pair.client.host.sent[0][13..], [1, 0]);
    assert_eq!(pair.client.phase(), Phase::Closed);
    let mut pair = Pair::at(At::ServerListens);
    assert!(pair.server.close().is_ok());
    assert!(pair.server.host.sent.is_empty());
}

/// An authenticated fatal alert ends a connection, a warning does not.
#[test]
fn authenticated_alerts() {
    let mut pair = Pair::connected();
    for description in [10, 90, 100, 255] {
        let warning = pair.peer().seal(ContentType::ALERT, &[1, description]);
        assert!(to(pair.target(), [warning]).is_empty());
    }
    for broken in [&[][..], &[2], &[3, 0], &[2, 40, 0]] {
        let broken = pair.peer().seal(ContentType::ALERT, broken);
        assert_eq!(pair.inject(&broken), Reaction::Noise);
    }
    pair.assert_talks();
    let fatal = pair.peer().seal(ContentType::ALERT, &[2, 40]);
    let error = Error::PeerAlert(AlertDescription::HANDSHAKE_FAILURE);
    pair.client.host.sent.clear();
    assert_eq!(pair.inject(&fatal), Reaction::Fatal(error));
    assert!(pair.client.host.sent.is_empty());
    assert!(pair.client.connection.association.master_secret.is_none());
}

/// Bug class 25: so many forgeries end a connection; what is malformed, replayed or of another
/// epoch is none.
#[test]
fn the_forgery_limit() {
    let mut pair = Pair::connected();
    pair.client.config.set_forgery_limit(5).unwrap();
    let honest = pair.peer().seal(DATA, b"data");
    assert_eq!(pair.inject(&honest), Reaction::Taken);
    for _ in 0..20 {
        let others = [
            honest.clone(),
            record(23, 0, &[7; 40]),
            record(23, 1, &[7; 15]),
            record(23, 2, &[7; 40]),
        ];
        for other in others {
            assert_eq!(pair.inject(&other), Reaction::Noise);
        }
    }
    for _ in 0..4 {
        assert_eq!(pair.inject(&record(23, 1, &[7; 40])), Reaction::Noise);
    }
    pair.assert_talks();
    let limit = Error::ForgeryLimit;
    assert_eq!(
        pair.inject(&record(23, 1, &[7; 40])),
        Reaction::Fatal(limit)
    );
    assert!(pair.client.connection.association.master_secret.is_none());
}

/// Bug class 20: each record once, in any order within the window of 64.
#[test]
fn replay() {
    let mut pair = Pair::connected();
    let sealed: Vec<Vec<u8>> = (0..80_u8).map(|n| pair.peer().seal(DATA, &[n])).collect();
    let mut order: Vec<usize> = (16..80).rev().collect();
    order.extend(16..80);
    // Left of the window.
    order.extend(0..16);
    for number in order {
        pair.inject(&sealed[number]);
    }
    let received: Vec<u8> = pair.client.received.iter().map(|data| data[0]).collect();
    let expected: Vec<u8> = (16..80).rev().collect();
    assert_eq!(received, expected);
    assert_eq!(pair.client.connection.counters.replayed, 64 + 16);
    pair.assert_talks();
}

/// Bug class 23: records of every kind in one datagram; the good ones are read, one a call.
#[test]
fn good_and_bad_records_in_one_datagram() {
    let mut pair = Pair::connected();
    let [a, b, c] = [b"first", b"secnd", b"third"].map(|data| pair.peer().seal(DATA, data));
    let mut forged = pair.peer().seal(DATA, b"forged");
    forged[25] ^= 1;
    let unknown = record(24, 1, &[7; 30]);
    let in_clear = record(23, 0, b"clear");
    let empty = pair.peer().seal(DATA, b"");
    let datagram = [
        unknown.clone(),
        a.clone(),
        forged,
        b,
        a,
        in_clear,
        empty,
        record(23, 2, &[1]),
        c,
        b"trailing".to_vec(),
    ];
    pair.client.inbox.push_back(datagram.concat());
    for expected in [&b"first"[..], b"secnd", b"", b"third"] {
        let Ok(Outcome::Data(range)) = pair.client.step(Want::Data) else {
            panic!("{expected:?} is not read");
        };
        assert_eq!(&pair.client.buffer[range], expected);
    }
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::WantRead));
    assert_eq!(pair.client.connection.counters.malformed, 3);
    assert_eq!(pair.client.connection.counters.unauthenticated, 1);
    assert_eq!(pair.client.connection.counters.replayed, 1);
    assert_eq!(pair.client.connection.counters.out_of_place, 1);
    pair.assert_talks();
}

/// Of a datagram larger than the buffer, the whole records at its front are used.
#[test]
fn truncated_datagrams() {
    let mut pair = Pair::connected();
    pair.client.buffer = std::vec![0; BUFFER_MIN];
    let small = pair.peer().seal(DATA, &[1; 50]);
    let large = pair.peer().seal(DATA, &[2; 50]);
    pair.client.inbox.push_back([small, large].concat());
    pair.client.pump();
    assert_eq!(pair.client.received, [std::vec![1; 50]]);
    let counters = &pair.client.connection.counters;
    assert_eq!((counters.truncated, counters.datagram_needed), (1, 158));
    // The largest counts, and no length is too great to count.
    for length in [130, 70_000] {
        pair.client.inbox.push_back(std::vec![23; length]);
        pair.client.pump();
    }
    let counters = &pair.client.connection.counters;
    assert_eq!(
        (counters.truncated, counters.datagram_needed),
        (3, u16::MAX)
    );
    pair.assert_talks();
}

/// RFC 6066 section 4: a record over the negotiated maximum is refused once it is authenticated.
#[test]
fn the_maximum_fragment_length_binds_the_peer() {
    let mut pair = Pair::new();
    let length = MaxFragmentLength::from_octets(512);
    pair.client.config.set_max_fragment_length(length).unwrap();
    assert!(pair.complete());
    assert_eq!(pair.server.connection.max_write(1_500), 512);
    assert_eq!(pair.server.write(&[0; 513]), Err(Error::Size));
    let longest = pair.server.seal(DATA, &[1; 512]);
    let longer = pair.server.seal(DATA, &[1; 513]);
    let mut forged = longer.clone();
    forged[30] ^= 1;
    assert_eq!(pair.inject(&forged), Reaction::Noise);
    assert_eq!(pair.inject(&longest), Reaction::Taken);
    let overflow = Reaction::Fatal(Error::RecordOverflow);
    assert_eq!(pair.inject(&longer), overflow);
}

/// Bug class 21: the sequence numbers end, and are not used again.
#[test]
fn sequence_numbers_are_used_up() {
    let mut pair = Pair::connected();
    let protection = &mut pair.client.connection.association.protection;
    protection.start_sequence(SEQUENCE_MAX);
    assert_eq!(pair.client.write(b"the last one"), Ok(Outcome::Connected));
    let last = pair.client.host.sent.pop_back().unwrap();
    assert_eq!(last[5..11], [0xFF; 6]);
    assert_eq!(to(&mut pair.server, [last]).len(), 0);
    assert_eq!(pair.server.received, [b"the last one"]);
    let exhausted = Error::SequenceExhausted;
    assert_eq!(pair.client.write(b"one more"), Err(exhausted));
    assert_eq!(pair.client.phase(), Phase::Failed(exhausted));
    assert!(pair.client.host.sent.is_empty());
}

/// Bug class 34: the server's last flight is lost; the client's Finished comes again and is
/// answered, but not too soon after, not after 4 minutes, and only if it is authenticated.
#[test]
fn the_last_flight_is_repeated() {
    let lost = |wait: u32| {
        let mut pair = Pair::at(At::ClientAwaitsChangeCipherSpec);
        pair.wait(wait);
        let finished = message(20, 3, &[9; 12]);
        let again = pair.client.seal(ContentType::HANDSHAKE, &finished);
        (pair, again)
    };
    for (wait, is_answered) in [
        (0, false),
        (249, false),
        (250, true),
        (239_999, true),
        (240_000, true),
        (240_001, false),
        (u32::MAX - 5, false),
    ] {
        let (mut pair, again) = lost(wait);
        let mut forged = again.clone();
        forged[25] ^= 1;
        let in_clear = handshake(20, 3, &[9; 12]);
        assert!(to(&mut pair.server, [forged, in_clear]).is_empty());
        let answers = to(&mut pair.server, [again.clone()]);
        assert_eq!(!answers.is_empty(), is_answered, "{wait}");
        if is_answered {
            assert_eq!(records(&answers[0]).len(), 2);
            // The same record again is a replay.
            pair.wait(1_000);
            assert!(to(&mut pair.server, [again]).is_empty());
            assert!(to(&mut pair.client, answers).is_empty());
            pair.assert_talks();
        }
    }
    // By itself the client gets there, too.
    let (mut pair, _) = lost(0);
    pair.client.host.sent.clear();
    assert!(pair.complete());
    pair.assert_talks();
}

/// Bug class 8: a second Finished, right or wrong, changes nothing at either end.
#[test]
fn an_extra_finished() {
    for at in [At::ClientConnected, At::ServerConnected] {
        let mut pair = Pair::at(at);
        let exported = pair.target().exported();
        for seq in 0..5 {
            pair.wait(1_000);
            let finished = message(20, seq, &[seq as u8; 12]);
            let finished = pair.peer().seal(ContentType::HANDSHAKE, &finished);
            let answers = to(pair.target(), [finished]);
            assert_eq!(answers.is_empty(), at.is_client());
        }
        assert_eq!(pair.target().exported(), exported);
        pair.assert_talks();
    }
}

/// What is read stays where it is until the next call, and what is written takes the place behind
/// the unread rest.
#[test]
fn writing_between_the_records_of_a_datagram() {
    let mut pair = Pair::connected();
    let [a, b] = [b"one", b"two"].map(|data| pair.server.seal(DATA, data));
    pair.client.inbox.push_back([a.clone(), b].concat());
    assert!(matches!(pair.client.step(Want::Data), Ok(Outcome::Data(_))));
    assert!(pair.client.write(b"an answer").is_ok());
    let Ok(Outcome::Data(range)) = pair.client.step(Want::Data) else {
        panic!("the second record is lost");
    };
    assert_eq!(&pair.client.buffer[range], b"two");
    // Without room it is lost, and counted.
    let [a, b] = [b"thr", b"fou"].map(|data| pair.server.seal(DATA, data));
    pair.client.buffer = std::vec![0; BUFFER_MIN];
    pair.client.inbox.push_back([a, b].concat());
    assert!(matches!(pair.client.step(Want::Data), Ok(Outcome::Data(_))));
    assert!(pair.client.write(&[7; 90]).is_ok());
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::WantRead));
    assert_eq!(pair.client.connection.counters.lost, 1);
}
