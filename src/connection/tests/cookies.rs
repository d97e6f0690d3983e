//! Cookies: what a server keeps before it has seen one of its own, and what a client answers.

use std::vec::Vec;

use super::craft::{
    body, client_hello, fragment, handshake, hello_verify_request, record, records,
};
use super::end::End;
use super::pair::{At, Pair, Reaction, to};
use crate::connection::Phase;
use crate::error::Error;

/// The cookie in the client's latest ClientHello, and that message's number.
fn answered(client: &mut End) -> (Vec<u8>, u16) {
    let hello = client.host.sent.pop_back().unwrap();
    client.host.sent.clear();
    let length = usize::from(hello[25 + 34 + 1]);
    let cookie = hello[25 + 36..][..length].to_vec();
    (cookie, u16::from_be_bytes([hello[17], hello[18]]))
}

/// Bug class 37: whatever comes without a good cookie, a server keeps nothing of it, has no timer,
/// and answers with no more than it got.
#[test]
fn nothing_is_kept_before_a_good_cookie() {
    let mut server = End::server(2);
    let mut answers = 0;
    for number in 0..200_u16 {
        let cookie = std::vec![number as u8; usize::from(number)];
        let hello = handshake(1, number, &client_hello(&cookie, &[]));
        let answer = to(&mut server, [hello.clone()]);
        assert!(answer.concat().len() <= hello.len());
        answers += answer.len();
        for msg_type in [2, 3, 14, 16, 20] {
            let other = handshake(msg_type, number, &body(msg_type));
            assert!(to(&mut server, [other]).is_empty());
        }
        server.now = server.now.plus(1_000);
        assert_eq!(server.phase(), Phase::Listening);
        assert_eq!(server.timeout(), u32::MAX);
        assert_eq!(server.next_receive_seq(), 0);
        let workspace = server.workspace.as_mut().unwrap();
        assert!(!workspace.handshake.is_sending());
        assert_eq!(workspace.coming.randoms.client, [0; 32]);
        assert!(workspace.coming.negotiated.suite.is_none());
        assert!(workspace.coming.master_secret.is_none());
    }
    assert_eq!(answers, 200);
    assert!(server.reassembly.iter().all(|octet| *octet == 0));
    assert_eq!(server.host.look_ups, 0);
    // And it still listens.
    let mut pair = Pair::of(End::client(1), server);
    assert!(pair.complete());
    pair.assert_talks();
}

/// RFC 6347 4.2.1: HelloVerifyRequest has the record number and the message number of its
/// ClientHello, and version 1.0.
#[test]
fn hello_verify_request_has_the_numbers_of_its_client_hello() {
    let mut server = End::server(2);
    for seq in [0, 1, 7] {
        let hello = handshake(1, seq, &client_hello(&[], &[]));
        let answer = to(&mut server, [hello.clone()]);
        assert_eq!(answer[0][..3], [22, 0xFE, 0xFF]);
        assert_eq!(answer[0][3..11], hello[3..11]);
        assert_eq!(answer[0][17..19], seq.to_be_bytes());
        assert_eq!(answer[0][25..27], [0xFE, 0xFF]);
    }
}

/// Bug class 33: a first fragment is judged alone; one that ends before its cookie is dropped.
#[test]
fn fragmented_client_hellos() {
    let mut server = End::server(2);
    let first = client_hello(&[], &[]);
    let length = first.len() as u32;
    // Up to the cookie there are 36 octets.
    for end in 0..36 {
        let piece = fragment(1, 0, length, 0, &first[..end]);
        let before = server.dropped();
        assert!(to(&mut server, [record(22, 0, &piece)]).is_empty(), "{end}");
        assert_eq!(server.dropped(), before + 1);
    }
    let later = fragment(1, 0, length, 36, &first[36..]);
    assert!(to(&mut server, [record(22, 0, &later)]).is_empty());
    let piece = fragment(1, 0, length, 0, &first[..36]);
    let request = to(&mut server, [record(22, 0, &piece)]);
    assert_eq!(request[0][13], 3);
    // With its cookie it may come in pieces of any size after that.
    let hello = client_hello(&request[0][28..], &[]);
    let length = hello.len() as u32;
    for (from, to_) in [(0, 68), (74, 78), (68, 72), (70, 75), (78, hello.len())] {
        assert_eq!(server.phase() == Phase::Handshake, from > 0);
        let piece = fragment(1, 1, length, from as u32, &hello[from..to_]);
        let answer = to(&mut server, [record(22, 0, &piece)]);
        assert_eq!(answer.len(), usize::from(to_ == hello.len()));
    }
}

/// What begins in the middle of a message is no ClientHello, even if it reads like one; and who
/// has sent 256 messages is no new client.
#[test]
fn only_the_front_of_a_client_hello_is_looked_at() {
    let mut server = End::server(2);
    let hello = client_hello(&[], &[]);
    let length = hello.len() as u32;
    let shifted = fragment(1, 0, length + 40, 40, &hello);
    assert!(to(&mut server, [record(22, 0, &shifted)]).is_empty());
    assert!(to(&mut server, [handshake(1, 256, &hello)]).is_empty());
    assert_eq!(to(&mut server, [handshake(1, 255, &hello)]).len(), 1);
    assert_eq!(server.dropped(), 2);
    // RFC 6347 4.2.2: without a cookie exchange the first message is number 0.
    server.config.set_cookie(false).unwrap();
    assert!(to(&mut server, [handshake(1, 1, &hello)]).is_empty());
    let first = handshake(1, 0, &hello);
    let flight = to(&mut server, [first.clone()]);
    // RFC 6347 4.2.1: "the server MUST use the record sequence number in the ClientHello as the
    // record sequence number in its initial ServerHello."
    assert_eq!(flight[0][3..11], first[3..11]);
}

/// Bug class 6: another message under the number of a ClientHello that has begun.
#[test]
fn another_message_in_place_of_the_rest_of_a_client_hello() {
    let mut pair = Pair::at(At::ServerListens);
    pair.server.config.set_cookie(false).unwrap();
    let hello = client_hello(&[], &[]);
    let piece = fragment(1, 0, hello.len() as u32, 0, &hello[..40]);
    assert_eq!(pair.inject(&record(22, 0, &piece)), Reaction::Taken);
    let other = pair.inject(&handshake(16, 0, &hello));
    assert_eq!(other, Reaction::Fatal(Error::UnexpectedMessage));
}

/// Bug class 39: cookies of every length that can be written are taken and sent back.
#[test]
fn cookies_of_every_length() {
    for length in 0..=255_usize {
        let mut pair = Pair::at(At::ClientAwaitsServerHello);
        pair.client.host.sent.clear();
        let cookie: Vec<u8> = (0..length).map(|octet| octet as u8 ^ 0x5A).collect();
        let request = handshake(3, 0, &hello_verify_request(&cookie));
        let reaction = pair.inject(&request);
        if length == 0 {
            // There is nothing new about it: the ClientHello had none either.
            assert_eq!(reaction, Reaction::Taken);
            assert!(pair.client.host.sent.is_empty());
        } else {
            assert_eq!(answered(&mut pair.client), (cookie, 1));
        }
    }
    // The length says more or less than there is.
    for claimed in [0, 19, 21, 255] {
        let mut pair = Pair::at(At::ClientAwaitsServerHello);
        let mut body = hello_verify_request(&[7; 20]);
        body[2] = claimed;
        let reaction = pair.inject(&handshake(3, 0, &body));
        assert!(matches!(reaction, Reaction::Fatal(_)), "{claimed}");
    }
}

/// Bug classes 14 and 37: a second HelloVerifyRequest with another cookie is answered, whatever
/// its number; the same one again is not, and there is an end to it.
#[test]
fn several_hello_verify_requests() {
    let mut pair = Pair::at(At::ClientAwaitsServerHello);
    pair.client.host.sent.clear();
    let request = |seq, octet| handshake(3, seq, &hello_verify_request(&[octet; 32]));
    assert_eq!(pair.inject(&request(0, 1)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![1; 32], 1));
    assert_eq!(pair.inject(&request(0, 1)), Reaction::Noise);
    assert!(pair.client.host.sent.is_empty());
    assert_eq!(pair.inject(&request(0, 2)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![2; 32], 2));
    assert_eq!(pair.inject(&request(1, 3)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![3; 32], 3));
    assert_eq!(pair.inject(&request(0, 4)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![4; 32], 4));
    assert_eq!(pair.inject(&request(0, 5)), Reaction::Noise);
    assert!(pair.client.host.sent.is_empty());
    // ServerHello has the number that follows the request that was answered last.
    assert_eq!(pair.inject(&handshake(2, 1, &body(2))), Reaction::Taken);
    assert_eq!(pair.inject(&handshake(14, 2, &[])), Reaction::Taken);
    assert_eq!(pair.client.host.sent[0][13], 16);
}

/// A HelloVerifyRequest with the record number of an older ClientHello is late: the server may
/// have gone on with the newer one, as when its secret has changed in between.
#[test]
fn a_late_hello_verify_request() {
    let mut pair = Pair::at(At::ClientAwaitsServerHello);
    pair.client.host.sent.clear();
    let request = |record_number, octet| {
        let mut datagram = handshake(3, 0, &hello_verify_request(&[octet; 32]));
        datagram[5..11].copy_from_slice(&[0, 0, 0, 0, 0, record_number]);
        datagram
    };
    assert_eq!(pair.inject(&request(0, 1)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![1; 32], 1));
    assert_eq!(pair.inject(&request(0, 2)), Reaction::Noise);
    assert!(pair.client.host.sent.is_empty());
    assert_eq!(pair.inject(&request(1, 3)), Reaction::Taken);
    assert_eq!(answered(&mut pair.client), (std::vec![3; 32], 2));
}

/// Bug class 38: a cookie for another address does not pass.
#[test]
fn a_cookie_is_bound_to_the_address() {
    let mut server = End::server(2);
    let request = to(&mut server, [handshake(1, 0, &client_hello(&[], &[]))]);
    let hello = handshake(1, 1, &client_hello(&request[0][28..], &[]));
    server.address[0] ^= 1;
    let again = to(&mut server, [hello.clone()]);
    assert_eq!((again.len(), again[0][13]), (1, 3));
    server.address[0] ^= 1;
    assert_eq!(to(&mut server, [hello])[0][13], 2);
}

/// Only the first message of a datagram is looked at: one datagram draws one answer.
#[test]
fn one_datagram_draws_one_hello_verify_request() {
    let mut server = End::server(2);
    let hello = handshake(1, 0, &client_hello(&[], &[]));
    let answers = to(
        &mut server,
        [[hello.clone(), hello.clone(), hello].concat()],
    );
    assert_eq!(answers.len(), 1);
    assert_eq!(records(&answers[0]).len(), 1);
}
