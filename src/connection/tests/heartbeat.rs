//! Heartbeats (RFC 6520): who may ask, what is answered, and what becomes of silence.

use std::vec::Vec;

use super::craft::{extension, handshake, record, records, server_hello_with};
use super::end::End;
use super::pair::{At, Pair, Reaction, to};
use super::random::Random;
use crate::config::{HeartbeatMode, MaxFragmentLength};
use crate::connection::{Outcome, Phase, Want};
use crate::error::Error;
use crate::record::overhead;
use crate::session::SESSION_MAX;
use crate::wire::record_header::ContentType;

const ALLOWED: Option<HeartbeatMode> = Some(HeartbeatMode::PeerAllowed);
const NOT_ALLOWED: Option<HeartbeatMode> = Some(HeartbeatMode::PeerNotAllowed);
const HEARTBEAT: ContentType = ContentType::HEARTBEAT;
const DATA: ContentType = ContentType::APPLICATION_DATA;

/// Octets of the smallest request that we send: header, four octets of payload, padding.
const REQUEST: usize = 3 + 4 + 16;

fn unconnected(client: Option<HeartbeatMode>, server: Option<HeartbeatMode>) -> Pair {
    let mut pair = Pair::new();
    pair.client.config.set_heartbeat(client);
    pair.server.config.set_heartbeat(server);
    pair
}

/// The client is the target.
fn connected(client: Option<HeartbeatMode>, server: Option<HeartbeatMode>) -> Pair {
    let mut pair = unconnected(client, server);
    assert!(pair.complete());
    pair
}

fn ask(end: &mut End, probe: Option<usize>) -> Result<(), Error> {
    end.call(|connection, call| connection.ask(call, probe))
}

fn message(message_type: u8, payload_length: usize, rest: &[u8]) -> Vec<u8> {
    let mut octets = std::vec![message_type];
    octets.extend_from_slice(&(payload_length as u16).to_be_bytes());
    octets.extend_from_slice(rest);
    octets
}

fn request(payload: &[u8], padding: usize) -> Vec<u8> {
    message(
        1,
        payload.len(),
        &[payload, &std::vec![0xEE; padding]].concat(),
    )
}

/// The content of a protected record, as its receiver reads it, and its type.
fn opened(receiver: &mut End, record: &[u8]) -> (u8, Vec<u8>) {
    let (header, length) = crate::record::front(record).unwrap();
    assert_eq!(length, record.len(), "a record in a datagram of its own");
    let mut fragment = record[13..length].to_vec();
    let protection = &mut receiver.connection.association.protection;
    let content = protection.open(&header, &mut fragment).unwrap();
    (header.content_type.0, fragment[content].to_vec())
}

/// The request that an end has sent, as its peer reads it.
fn sent_request(end: &mut End, peer: &mut End) -> Vec<u8> {
    assert_eq!(end.host.sent.len(), 1);
    let datagram = end.host.sent.pop_front().unwrap();
    let (content_type, octets) = opened(peer, &datagram);
    assert_eq!((content_type, octets[0]), (24, 1));
    octets
}

/// Requirement D-22: who may ask whom follows from what both have said, at both ends, and nobody
/// asks who may not.
#[test]
fn modes_are_negotiated_and_honoured() {
    let modes = [None, ALLOWED, NOT_ALLOWED];
    for (client, server) in modes
        .map(|client| modes.map(|server| (client, server)))
        .concat()
    {
        let case = std::format!("{client:?} {server:?}");
        let mut pair = connected(client, server);
        let is_on = client.is_some() && server.is_some();
        for (is_client, other) in [(true, server), (false, client)] {
            let may_ask = is_on && other == ALLOWED;
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            let shown = end.connection.heartbeats();
            assert_eq!(
                (shown.negotiated, shown.may_ask),
                (is_on, may_ask),
                "{case}"
            );
            let expected = if may_ask { Ok(()) } else { Err(Error::State) };
            assert_eq!(ask(end, None), expected, "{case}");
            assert_eq!(ask(end, Some(1200)), Err(Error::State), "{case}");
            assert_eq!(end.host.sent.len(), usize::from(may_ask), "{case}");
            pair.settle();
            let end = if is_client {
                &pair.client
            } else {
                &pair.server
            };
            let answers = end.connection.heartbeats().answers;
            assert_eq!(answers, u16::from(may_ask), "{case}");
        }
        // What a hostile peer asks all the same.
        for is_client in [true, false] {
            let (mut target, mut peer) = (pair.client, pair.server);
            if !is_client {
                core::mem::swap(&mut target, &mut peer);
            }
            let asked = peer.seal(HEARTBEAT, &request(b"hello", 16));
            let dropped = target.dropped();
            let answers = to(&mut target, [asked]);
            let own = if is_client { client } else { server };
            let is_answered = is_on && own == ALLOWED;
            assert_eq!(answers.len(), usize::from(is_answered), "{case}");
            assert_eq!(target.dropped() == dropped, is_answered, "{case}");
            pair = if is_client {
                Pair::of(target, peer)
            } else {
                Pair::of(peer, target)
            };
        }
        pair.assert_talks();
    }
}

/// Bug classes 43 and 44: the extension, empty, over-long, doubled, of an unknown mode, and not
/// asked for.
#[test]
fn the_extension_in_both_hellos() {
    let cases: [(&[u8], Option<Error>); 7] = [
        (&[1], None),
        (&[2], None),
        (&[0], Some(Error::IllegalParameter)),
        (&[3], Some(Error::IllegalParameter)),
        (&[255], Some(Error::IllegalParameter)),
        (&[], Some(Error::Decode)),
        (&[1, 1], Some(Error::Decode)),
    ];
    let reaction = |error: Option<Error>| error.map_or(Reaction::Taken, Reaction::Fatal);
    for (content, expected) in cases {
        let one = extension(15, content);
        let case = std::format!("{content:?}");
        let client_gets = |mode, list: &[u8]| {
            let mut pair = unconnected(mode, None);
            pair.client.pump();
            pair.inject(&handshake(2, 0, &server_hello_with(list)))
        };
        let unsupported = Reaction::Fatal(Error::UnsupportedExtension);
        assert_eq!(client_gets(ALLOWED, &one), reaction(expected), "{case}");
        assert_eq!(client_gets(None, &one), unsupported, "{case}");
        let doubled = [one.clone(), one.clone()].concat();
        let decode = Reaction::Fatal(Error::Decode);
        assert_eq!(client_gets(ALLOWED, &doubled), decode, "{case}");

        let server_gets = |mode, list: &[u8]| {
            let mut pair = Pair::at(At::ServerListens);
            pair.server.config.set_cookie(false).unwrap();
            pair.server.config.set_heartbeat(mode);
            pair.inject(&handshake(1, 0, &super::craft::client_hello(&[], list)))
        };
        assert_eq!(server_gets(NOT_ALLOWED, &one), reaction(expected), "{case}");
        assert_eq!(server_gets(None, &one), Reaction::Taken, "{case}");
        assert_eq!(server_gets(ALLOWED, &doubled), decode, "{case}");
    }
}

/// A request and its answer, in each direction, with its round trip.
#[test]
fn a_request_is_answered() {
    let mut pair = connected(ALLOWED, ALLOWED);
    for count in 1..=3_u16 {
        pair.wait(10);
        for is_client in [true, false] {
            let (end, peer) = if is_client {
                (&mut pair.client, &mut pair.server)
            } else {
                (&mut pair.server, &mut pair.client)
            };
            assert_eq!(ask(end, None), Ok(()));
            assert_eq!(ask(end, None), Err(Error::State), "one in flight");
            assert!(end.connection.heartbeats().in_flight);
            assert_eq!(end.timeout(), 1_000);
            assert_eq!(end.host.sent.len(), 1);
            assert_eq!(end.host.sent[0].len(), overhead(1) + REQUEST);
            end.now = end.now.plus(25);
            let answers = to(peer, end.host.sent.pop_front());
            assert_eq!(answers[0].len(), overhead(1) + REQUEST);
            assert!(to(end, answers).is_empty());
            let shown = end.connection.heartbeats();
            assert!(!shown.in_flight);
            assert_eq!((shown.answers, shown.lost), (count, 0));
            assert_eq!(shown.round_trip_ms, 25);
            assert_eq!(end.timeout(), u32::MAX);
            assert_eq!(end.dropped(), 0);
        }
    }
    pair.assert_talks();
}

/// RFC 6520 section 4: "carrying an exact copy of the payload", with padding that is random and new,
/// and never more octets than were asked with.
#[test]
fn answers_carry_the_payload_and_fresh_padding() {
    let mut pair = connected(ALLOWED, ALLOWED);
    let mut paddings: Vec<Vec<u8>> = Vec::new();
    for length in [0, 1, 4, 100, 1_000] {
        for padding in [16, 17, 100] {
            let payload: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let asked = pair.server.seal(HEARTBEAT, &request(&payload, padding));
            let answers = to(&mut pair.client, [asked.clone()]);
            assert!(answers[0].len() <= asked.len());
            let (content_type, answer) = opened(&mut pair.server, &answers[0]);
            assert_eq!((content_type, answer[0]), (24, 2));
            assert_eq!(answer[1..3], (length as u16).to_be_bytes());
            assert_eq!(answer[3..3 + length], payload);
            let padding = answer[3 + length..].to_vec();
            assert_eq!(padding.len(), 16);
            assert!(!paddings.contains(&padding) && padding != [0xEE; 16]);
            paddings.push(padding);
        }
    }
    // No datagram is larger than the MTU.
    pair.client.connection.set_mtu(200);
    for (length, count) in [(152, 1), (153, 0)] {
        let asked = pair
            .server
            .seal(HEARTBEAT, &request(&std::vec![1; length], 16));
        assert_eq!(to(&mut pair.client, [asked]).len(), count);
    }
    pair.assert_talks();
}

/// Heartbleed (CVE-2014-0160) and its kin: what does not have its form is dropped and counted, and
/// nothing is sent.
#[test]
fn malformed_messages_are_dropped() {
    let mut cases = std::vec![
        ("empty", Vec::new()),
        ("a type", std::vec![1]),
        ("half a length", std::vec![1, 0]),
        ("no payload, no padding", message(1, 0, &[])),
        ("padding of 15", message(1, 0, &[0; 15])),
        ("padding of 15 behind a payload", message(1, 4, &[0; 19])),
        ("a length of 16 KB and one octet", message(1, 0x4000, &[0])),
        ("a length of 65,535", message(1, 0xFFFF, &[0; 40])),
        ("a length one too large", message(1, 25, &[0; 40])),
        ("type 0", message(0, 4, &[0; 40])),
        ("type 3", message(3, 4, &[0; 40])),
        ("an over-long response", message(2, 0xFFFF, &[0; 40])),
    ];
    for length in 0..REQUEST - 4 {
        cases.push(("too short", std::vec![1; length]));
    }
    for is_client in [true, false] {
        let mut pair = connected(ALLOWED, ALLOWED);
        for (name, octets) in &cases {
            let (target, peer) = if is_client {
                (&mut pair.client, &mut pair.server)
            } else {
                (&mut pair.server, &mut pair.client)
            };
            let malformed = target.connection.counters.malformed;
            let octets = peer.seal(HEARTBEAT, octets);
            assert!(to(target, [octets]).is_empty(), "{name}");
            assert_eq!(
                target.connection.counters.malformed,
                malformed + 1,
                "{name}"
            );
        }
        pair.assert_talks();
    }
}

/// RFC 6520 section 4: a response without the expected payload is discarded, and stops nothing.
#[test]
fn other_responses_are_dropped() {
    let mut pair = connected(ALLOWED, ALLOWED);
    // Nobody has asked.
    let response = pair.server.seal(HEARTBEAT, &message(2, 4, &[7; 20]));
    assert_eq!(pair.inject(&response), Reaction::Noise);
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    let asked = sent_request(&mut pair.client, &mut pair.server);
    let mut other = asked[3..7].to_vec();
    other[3] ^= 1;
    for payload in [&other[..], &asked[3..6], &asked[3..8], &[]] {
        let rest = [payload, &[0; 16]].concat();
        let response = pair
            .server
            .seal(HEARTBEAT, &message(2, payload.len(), &rest));
        assert_eq!(pair.inject(&response), Reaction::Noise);
        assert!(pair.client.connection.heartbeats().in_flight);
    }
    // The right one, and again.
    let rest = [&asked[3..7], &[0; 300]].concat();
    let right = message(2, 4, &rest);
    let (first, second) = (
        pair.server.seal(HEARTBEAT, &right),
        pair.server.seal(HEARTBEAT, &right),
    );
    assert_eq!(pair.inject(&first), Reaction::Taken);
    assert_eq!(pair.client.connection.heartbeats().answers, 1);
    assert_eq!(pair.inject(&second), Reaction::Noise);
    assert_eq!(pair.client.connection.heartbeats().answers, 1);
    // The next has another payload.
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    let next = sent_request(&mut pair.client, &mut pair.server);
    assert_ne!(next[3..7], asked[3..7]);
}

/// However many requests a datagram holds, one of them is answered; what stands beside them is read
/// as it was sent, and can be sent back.
#[test]
fn a_datagram_is_answered_once_and_read_whole() {
    let mut pair = connected(ALLOWED, ALLOWED);
    let mut datagram = pair.server.seal(DATA, b"before");
    for _ in 0..20 {
        datagram.extend(pair.server.seal(HEARTBEAT, &request(b"flood", 16)));
    }
    datagram.extend(pair.server.seal(DATA, b"behind"));
    let answers = to(&mut pair.client, [datagram]);
    assert_eq!(answers.len(), 1);
    assert_eq!(pair.client.connection.counters.out_of_place, 19);
    assert_eq!(pair.client.received, [b"before", b"behind"]);
    pair.client.received.clear();
    // Each datagram anew, and none of them keeps the application from its data.
    for number in 0..50 {
        let mut datagram = pair.server.seal(HEARTBEAT, &request(&[number; 40], 30));
        datagram.extend(pair.server.seal(DATA, &[number; 60]));
        pair.client.inbox.push_back(datagram);
        let Ok(Outcome::Data(range)) = pair.client.step(Want::Data) else {
            panic!("no data");
        };
        assert_eq!(pair.client.buffer[range], [number; 60]);
        pair.client.write(b"echo").unwrap();
        pair.client.pump();
        let sent: Vec<_> = pair.client.host.sent.drain(..).collect();
        assert_eq!(sent.len(), 2);
        let (_, answer) = opened(&mut pair.server, &sent[0]);
        assert_eq!(answer[3..43], [number; 40]);
        assert_eq!(opened(&mut pair.server, &sent[1]).1, b"echo");
    }
    pair.assert_talks();
}

/// RFC 6520 section 3: "The receiving peer SHOULD discard the message silently, if it arrives during
/// the handshake." In epoch 0 it always does; a replay is one here, too.
#[test]
fn heartbeats_out_of_place() {
    for at in At::ALL {
        let (mut pair, _) = Pair::at_with_next(at);
        for end in [&mut pair.client, &mut pair.server] {
            end.config.set_heartbeat(ALLOWED);
        }
        for epoch in [0, 1] {
            let octets = record(24, epoch, &request(b"early", 16));
            assert_eq!(pair.inject(&octets), Reaction::Noise, "{at:?}");
        }
        assert_eq!(ask(pair.target(), None), Err(Error::State), "{at:?}");
    }
    // With the keys, before Finished, and right behind it.
    let mut pair = unconnected(ALLOWED, ALLOWED);
    let mut flight = to(&mut pair.client, []);
    for _ in 0..3 {
        let answer = to(&mut pair.server, flight);
        flight = to(&mut pair.client, answer);
        if records(&flight[0]).len() == 3 {
            break;
        }
    }
    let asked = pair.client.seal(HEARTBEAT, &request(b"early", 16));
    let pieces = records(&flight[0]);
    let early = [&pieces[0][..], &pieces[1], &asked, &pieces[2], &asked].concat();
    let answers = to(&mut pair.server, [early]);
    assert_eq!(answers.len(), 1, "the last flight alone");
    assert!(pair.server.is_connected());
    assert_eq!(records(&answers[0]).len(), 2);
    to(&mut pair.client, answers);
    pair.assert_talks();
    let asked = pair.client.seal(HEARTBEAT, &request(b"once", 16));
    assert_eq!(to(&mut pair.server, [asked.clone()]).len(), 1);
    let replayed = pair.server.connection.counters.replayed;
    assert!(to(&mut pair.server, [asked]).is_empty());
    assert_eq!(pair.server.connection.counters.replayed, replayed + 1);
}

#[test]
fn after_the_end_nothing_is_asked_or_answered() {
    let mut pair = connected(ALLOWED, ALLOWED);
    let late = pair.server.seal(HEARTBEAT, &request(b"late", 16));
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    assert!(pair.client.close().is_ok());
    pair.client.host.sent.clear();
    assert!(to(&mut pair.client, [late]).is_empty());
    assert_eq!(ask(&mut pair.client, None), Err(Error::State));
    assert_eq!(pair.client.timeout(), u32::MAX);
    pair.wait(100_000);
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::Closed));
    assert!(!pair.client.connection.heartbeats().in_flight);
    assert!(pair.client.host.sent.is_empty());

    let mut pair = connected(ALLOWED, ALLOWED);
    let fatal = pair.server.seal(ContentType::ALERT, &[2, 40]);
    to(&mut pair.client, [fatal]);
    let error = pair.client.error.unwrap();
    assert_eq!(ask(&mut pair.client, None), Err(error));
}

/// RFC 6520 section 3: the timeouts of a handshake, and its threshold; then the peer is gone.
#[test]
fn requests_are_sent_again_until_the_peer_is_gone() {
    for (initial_ms, waits) in [
        (
            1_000,
            &[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000][..],
        ),
        (9_000, &[9_000, 18_000, 36_000, 60_000]),
    ] {
        let mut pair = connected(ALLOWED, ALLOWED);
        let settings = (initial_ms, 60_000);
        let config = &mut pair.client.config;
        config.set_retransmission(settings.0, settings.1).unwrap();
        assert_eq!(ask(&mut pair.client, None), Ok(()));
        let mut first = None;
        for wait in waits {
            let asked = sent_request(&mut pair.client, &mut pair.server);
            // The same request, with padding of its own.
            let (payload, padding) = asked[3..].split_at(4);
            let (same, other) = first.get_or_insert((payload.to_vec(), Vec::new()));
            assert_eq!(same, payload);
            assert_ne!(other, padding);
            *other = padding.to_vec();
            assert_eq!(pair.client.timeout(), *wait);
            pair.wait(wait - 1);
            pair.client.pump();
            assert!(pair.client.host.sent.is_empty());
            pair.wait(1);
            pair.client.pump();
        }
        assert_eq!(pair.client.error, Some(Error::PeerGone));
        assert_eq!(pair.client.phase(), Phase::Failed(Error::PeerGone));
        assert!(pair.client.host.sent.is_empty(), "nobody is told");
        assert!(pair.client.connection.association.master_secret.is_none());
        let counters = &pair.client.connection.counters;
        assert_eq!(usize::from(counters.retransmissions), waits.len() - 1);
        assert_eq!(pair.client.timeout(), u32::MAX);
    }
}

/// An answer to any of the sendings will do, also when it was there before we looked at the timer; a
/// round trip is measured only where it is known.
#[test]
fn a_late_answer_is_one() {
    let mut pair = connected(ALLOWED, ALLOWED);
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    let answers = to(&mut pair.server, pair.client.host.sent.pop_front());
    // Asleep until long after the first timeout, with the answer in the socket.
    pair.wait(200_000);
    assert!(to(&mut pair.client, answers).is_empty());
    assert_eq!(pair.client.connection.heartbeats().answers, 1);

    pair.wait(10);
    let round_trip_ms = pair.client.connection.heartbeats().round_trip_ms;
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    let answers = to(&mut pair.server, pair.client.host.sent.pop_front());
    pair.wait(1_000);
    pair.client.pump();
    assert_eq!(pair.client.host.sent.len(), 1);
    to(&mut pair.client, answers);
    let shown = pair.client.connection.heartbeats();
    assert_eq!((shown.answers, shown.round_trip_ms), (2, round_trip_ms));
}

/// Who does not answer and says other things is not gone: the request is given up, and no more.
#[test]
fn a_busy_peer_is_not_gone() {
    let mut pair = connected(ALLOWED, ALLOWED);
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    for _ in 0..40 {
        pair.wait(5_000);
        let data = pair.server.seal(DATA, b"busy");
        to(&mut pair.client, [data]);
    }
    let shown = pair.client.connection.heartbeats();
    assert!(!shown.in_flight);
    assert_eq!((shown.answers, shown.lost), (0, 1));
    pair.assert_talks();
    // What is not authenticated is no sign of life.
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    for _ in 0..40 {
        pair.wait(5_000);
        let mut forged = pair.server.seal(DATA, b"forged");
        forged[30] ^= 1;
        to(&mut pair.client, [forged]);
    }
    assert_eq!(pair.client.error, Some(Error::PeerGone));
}

/// Keep-alive: after the idle period and not before, put off by whatever comes authenticated, and
/// never where the peer does not allow it.
#[test]
fn keep_alive() {
    let mut pair = unconnected(ALLOWED, ALLOWED);
    pair.client.config.set_keep_alive(30_000).unwrap();
    assert!(pair.complete());
    assert_eq!(pair.client.timeout(), 30_000);
    assert_eq!(pair.server.timeout(), u32::MAX, "its own are off");
    for count in 1..=3 {
        pair.wait(29_999);
        pair.settle();
        assert_eq!(pair.client.timeout(), 1);
        pair.wait(1);
        pair.settle();
        assert_eq!(pair.client.connection.heartbeats().answers, count);
        assert_eq!(pair.client.timeout(), 30_000);
    }
    // Data puts it off; what we send does not, nor does what is forged.
    pair.wait(20_000);
    let data = pair.server.seal(DATA, b"data");
    to(&mut pair.client, [data]);
    assert_eq!(pair.client.timeout(), 30_000);
    pair.wait(20_000);
    pair.client.write(b"data").unwrap();
    to(&mut pair.client, [record(23, 1, &[7; 40])]);
    assert_eq!(pair.client.timeout(), 10_000);
    // A device that has slept for longer asks when it wakes.
    pair.wait(3_600_000);
    assert_eq!(pair.client.timeout(), 0);
    pair.settle();
    assert_eq!(pair.client.connection.heartbeats().answers, 4);
    // Silence ends it: the idle period, then the timeouts of a handshake.
    let start = pair.client.now;
    while pair.client.error.is_none() {
        let wait = pair.client.timeout();
        assert!(wait < u32::MAX);
        pair.wait(wait);
        pair.client.pump();
        pair.client.host.sent.clear();
    }
    assert_eq!(pair.client.error, Some(Error::PeerGone));
    let silence_ms = 30_000 + (1 + 2 + 4 + 8 + 16 + 32 + 60) * 1_000;
    assert_eq!(pair.client.now.since(start), silence_ms);

    for server in [None, NOT_ALLOWED] {
        let mut pair = unconnected(ALLOWED, server);
        pair.client.config.set_keep_alive(1_000).unwrap();
        assert!(pair.complete());
        assert_eq!(pair.client.timeout(), u32::MAX);
        pair.wait(1_000_000);
        pair.client.pump();
        assert!(pair.client.host.sent.is_empty());
    }
}

/// Keep-alive at both ends over a network that loses every fourth datagram and doubles some: nobody
/// is declared dead, data passes, and when the network is gone both notice.
#[test]
fn keep_alive_over_a_lossy_network() {
    let mut answers = 0;
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let mut pair = unconnected(ALLOWED, ALLOWED);
        for end in [&mut pair.client, &mut pair.server] {
            end.config.set_keep_alive(10_000).unwrap();
        }
        assert!(pair.complete());
        let mut is_cut = false;
        for turn in 0..2_000 {
            is_cut |= turn == 1_000;
            let wait = pair.client.timeout().min(pair.server.timeout());
            if wait == u32::MAX {
                break;
            }
            pair.wait(wait);
            for is_client in [true, false] {
                let (end, peer) = if is_client {
                    (&mut pair.client, &mut pair.server)
                } else {
                    (&mut pair.server, &mut pair.client)
                };
                end.pump();
                for datagram in end.host.sent.drain(..) {
                    let copies = match random.between(0, 99) {
                        _ if is_cut => 0,
                        0..25 => 0,
                        25..35 => 2,
                        _ => 1,
                    };
                    for _ in 0..copies {
                        peer.inbox.push_back(datagram.clone());
                    }
                }
            }
            let is_alive = pair.client.is_connected() && pair.server.is_connected();
            assert!(is_alive || is_cut, "seed {seed}");
        }
        for end in [&pair.client, &pair.server] {
            assert_eq!(end.error, Some(Error::PeerGone), "seed {seed}");
            answers += u32::from(end.connection.heartbeats().answers);
        }
    }
    assert!(answers > 1_000, "{answers}");
}

/// Requirement 10-3: a probe has the size that is asked for; answered, the MTU is raised to it.
#[test]
fn a_probe_raises_the_mtu() {
    let mut pair = connected(ALLOWED, ALLOWED);
    pair.client.connection.set_mtu(500);
    for (size, mtu) in [(700, 700), (1_400, 1_400), (600, 1_400), (128, 1_400)] {
        assert_eq!(ask(&mut pair.client, Some(size)), Ok(()));
        assert_eq!(pair.client.host.sent[0].len(), size);
        let answers = to(&mut pair.server, pair.client.host.sent.pop_front());
        assert_eq!(answers[0].len(), overhead(1) + REQUEST, "a short answer");
        to(&mut pair.client, answers);
        assert_eq!(pair.client.connection.mtu(), mtu);
    }
    assert_eq!(pair.client.connection.heartbeats().answers, 4);
    assert_eq!(
        pair.client.connection.max_write(1500),
        1_400 - overhead(1),
        "writes follow"
    );
    for (size, error) in [
        (0, Error::Argument),
        (127, Error::Argument),
        (1_501, Error::Size),
        (usize::MAX, Error::Size),
    ] {
        assert_eq!(ask(&mut pair.client, Some(size)), Err(error));
    }
    assert!(pair.client.host.sent.is_empty());
    pair.assert_talks();
}

/// "The total length of a HeartbeatMessage MUST NOT exceed 2^14 or max_fragment_length".
#[test]
fn probes_keep_to_the_maximum_fragment_length() {
    let mut pair = unconnected(ALLOWED, ALLOWED);
    let length = MaxFragmentLength::from_octets(512);
    pair.client.config.set_max_fragment_length(length).unwrap();
    assert!(pair.complete());
    for end in [&mut pair.client, &mut pair.server] {
        end.connection.set_mtu(300);
        let most = 512 + overhead(1);
        assert_eq!(ask(end, Some(most + 1)), Err(Error::Size));
        assert_eq!(ask(end, Some(most)), Ok(()));
    }
    pair.settle();
    assert_eq!(pair.client.connection.mtu(), 541);
    assert_eq!(pair.server.connection.mtu(), 541);
}

/// RFC 4821 section 7.3: a lost probe says something of the path and nothing of the peer.
#[test]
fn a_lost_probe_ends_nothing() {
    let mut pair = connected(ALLOWED, ALLOWED);
    assert_eq!(ask(&mut pair.client, Some(1_400)), Ok(()));
    for wait in [1_000, 2_000, 4_000] {
        assert_eq!(pair.client.host.sent.len(), 1);
        assert_eq!(pair.client.host.sent[0].len(), 1_400);
        pair.client.host.sent.clear();
        assert_eq!(pair.client.timeout(), wait);
        pair.wait(wait);
        pair.client.pump();
    }
    assert!(pair.client.host.sent.is_empty());
    let shown = pair.client.connection.heartbeats();
    assert_eq!((shown.in_flight, shown.lost), (false, 1));
    assert_eq!(pair.client.connection.mtu(), 1_200);
    assert_eq!(pair.client.timeout(), u32::MAX);
    // The interface of the host knows at once.
    pair.client.host.path = 1_300;
    assert_eq!(ask(&mut pair.client, Some(1_400)), Ok(()));
    assert_eq!(pair.client.connection.heartbeats().lost, 2);
    assert_eq!(pair.client.connection.mtu(), 1_200);
    assert_eq!(ask(&mut pair.client, Some(1_300)), Ok(()));
    // Another buffer is lent, which it does not fit.
    pair.client.host.sent.clear();
    pair.wait(1_000);
    pair.client.buffer = std::vec![0; 600];
    pair.client.pump();
    assert_eq!(pair.client.connection.heartbeats().lost, 3);
    pair.client.buffer = std::vec![0; 1500];
    pair.assert_talks();
}

/// What cannot be sent now: an answer never is, a request is later.
#[test]
fn a_transport_that_cannot_send() {
    let mut pair = connected(ALLOWED, ALLOWED);
    pair.client.host.blocked = 1;
    let asked = pair.server.seal(HEARTBEAT, &request(b"hello", 16));
    assert!(to(&mut pair.client, [asked]).is_empty());
    assert_eq!(pair.client.connection.counters.out_of_place, 1);
    pair.client.pump();
    assert!(pair.client.host.sent.is_empty());

    pair.client.host.blocked = 2;
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    assert!((1..=20).contains(&pair.client.timeout()));
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::WantWrite));
    assert_eq!(pair.client.step(Want::Data), Ok(Outcome::WantRead));
    assert_eq!(pair.client.timeout(), 1_000);
    pair.settle();
    assert_eq!(pair.client.connection.heartbeats().answers, 1);

    // A datagram that is not drained: the request waits, and what is unread stays.
    let data = [
        pair.server.seal(DATA, b"one"),
        pair.server.seal(DATA, b"two"),
    ];
    pair.client.inbox.push_back(data.concat());
    assert!(matches!(pair.client.step(Want::Data), Ok(Outcome::Data(_))));
    assert_eq!(ask(&mut pair.client, None), Ok(()));
    assert!(pair.client.host.sent.is_empty());
    pair.client.pump();
    assert_eq!(pair.client.received, [b"two"]);
    assert_eq!(pair.client.host.sent.len(), 1);
}

/// Without random octets there is no padding: nobody is answered, nobody is asked.
#[test]
fn a_failing_random_source() {
    let mut pair = connected(ALLOWED, ALLOWED);
    pair.client.host.random_fails_at = Some(pair.client.host.random_calls);
    let asked = pair.server.seal(HEARTBEAT, &request(b"hello", 16));
    assert_eq!(pair.inject(&asked), Reaction::Noise);
    assert!(pair.client.host.sent.is_empty());
    pair.assert_talks();
    for call in [0, 1] {
        let mut pair = connected(ALLOWED, ALLOWED);
        pair.client.host.random_fails_at = Some(pair.client.host.random_calls + call);
        assert_eq!(ask(&mut pair.client, None), Err(Error::Random));
        assert_eq!(pair.client.phase(), Phase::Failed(Error::Random));
    }
}

/// A session that is resumed has the modes of its own hellos.
#[test]
fn resumption_negotiates_anew() {
    let mut first = unconnected(ALLOWED, ALLOWED);
    first.server.config.set_session_store().unwrap();
    assert!(first.complete());
    let mut octets = [0; SESSION_MAX];
    let length = first
        .client
        .call(|connection, call| connection.export_session(&call.context, &mut octets))
        .unwrap();
    for (client, server, may_ask) in [
        (ALLOWED, ALLOWED, [true, true]),
        (None, ALLOWED, [false, false]),
        (ALLOWED, NOT_ALLOWED, [false, true]),
    ] {
        let mut second = unconnected(client, server);
        second.server.config.set_session_store().unwrap();
        second.client.session = Some(octets[..length].to_vec());
        second.server.host.sessions = first.server.host.sessions.clone();
        assert!(second.complete());
        assert!(second.client.connection.association().negotiated.resumed);
        let ends = [&second.client, &second.server];
        assert_eq!(ends.map(|end| end.connection.heartbeats().may_ask), may_ask);
    }
}
