//! What a peer that stops, repeats itself or begins anew costs a server, and what closing costs.

use std::vec::Vec;

use super::craft::{client_hello, fragment, handshake, record};
use super::end::{End, IDENTITY, KEY};
use crate::connection::Phase;
use crate::error::Error;

fn swap(client: &mut End, server: &mut End) {
    server.inbox.extend(client.host.sent.drain(..));
    client.inbox.extend(server.host.sent.drain(..));
}

/// Drives both ends until they are connected or `ms` have passed.
fn drive(client: &mut End, server: &mut End, ms: u32) {
    for _ in 0..ms / 250 {
        for _ in 0..10 {
            client.pump();
            server.pump();
            swap(client, server);
        }
        if client.is_connected() && server.is_connected() {
            return;
        }
        client.now = client.now.plus(250);
        server.now = server.now.plus(250);
    }
}

/// The cookie that the server asks this ClientHello for.
fn cookie(server: &mut End) -> Vec<u8> {
    let body = client_hello(&[], &[]);
    server.inbox.push_back(handshake(1, 0, &body));
    server.pump();
    let challenge = server.host.sent.pop_front().unwrap();
    challenge[28..60].to_vec()
}

/// Bug class 41: a ClientHello of which only the front comes holds the server for a while only.
#[test]
fn a_first_fragment_and_then_silence() {
    let mut server = End::server(2);
    let cookie = cookie(&mut server);
    let body = client_hello(&cookie, &[]);
    let first = fragment(1, 1, body.len() as u32, 0, &body[..68]);
    server.inbox.push_back(record(22, 0, &first));
    server.pump();
    assert_eq!(server.phase(), Phase::Handshake);
    let wait = server.timeout();
    assert_eq!(wait, crate::config::RETRANSMISSION_MAX_MS);
    server.now = server.now.plus(wait);
    server.pump();
    assert_eq!(server.phase(), Phase::Listening);
    assert!(server.host.sent.is_empty());
    let mut client = End::client(1);
    client.now = server.now;
    drive(&mut client, &mut server, 1_000);
    assert!(client.is_connected() && server.is_connected());
}

/// Bug classes 34 and 41: a ClientHello that comes again and again is answered, and puts the end off
/// by nothing.
#[test]
fn a_repeated_hello_keeps_no_slot() {
    let mut server = End::server(2);
    let cookie = cookie(&mut server);
    let hello = handshake(1, 1, &client_hello(&cookie, &[]));
    let mut answers = 0;
    for _ in 0..300 {
        server.inbox.push_back(hello.clone());
        server.pump();
        answers += server.host.sent.len();
        server.host.sent.clear();
        server.now = server.now.plus(500);
    }
    assert_eq!(server.phase(), Phase::Failed(Error::Timeout));
    assert!((10..60).contains(&answers), "{answers}");
}

/// A client that begins anew in the middle of its handshake, with a cookie and without: it has
/// forgotten what was, and is not answered with it.
#[test]
fn a_client_that_begins_anew_gets_in() {
    for has_cookie in [true, false] {
        let mut config = End::server_config();
        config.set_cookie(has_cookie).unwrap();
        for steps in 1..4 {
            let mut server = End::new(config.clone(), 2);
            server.host.keys.push((IDENTITY, KEY));
            let mut first = End::client(1);
            for _ in 0..steps {
                first.pump();
                swap(&mut first, &mut server);
                server.pump();
                swap(&mut first, &mut server);
            }
            if server.is_connected() {
                continue;
            }
            let mut second = End::client(9);
            drive(&mut second, &mut server, 3_000);
            assert!(
                second.is_connected() && server.is_connected(),
                "cookie {has_cookie}, after {steps} steps: {:?}",
                server.phase()
            );
        }
    }
}

/// A server that closes before its Finished is out sends it first: the client could read nothing
/// else.
#[test]
fn closing_does_not_swallow_the_finished() {
    let (mut client, mut server) = (End::client(1), End::server(2));
    for _ in 0..2 {
        client.pump();
        swap(&mut client, &mut server);
        server.pump();
        swap(&mut client, &mut server);
    }
    client.pump();
    swap(&mut client, &mut server);
    server.host.blocked = 1;
    server.pump();
    assert!(server.is_connected() && server.host.sent.is_empty());
    server.close().unwrap();
    swap(&mut client, &mut server);
    client.pump();
    assert!(matches!(client.phase(), Phase::Connected | Phase::Closed));
}
