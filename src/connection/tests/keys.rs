//! Keys and identities: right, wrong, unknown, late; with and without extended_master_secret.

use std::vec::Vec;

use super::craft::{handshake, record};
use super::end::{End, IDENTITY, KEY};
use super::pair::{At, Pair, Reaction, to};
use super::puppet;
use crate::connection::Phase;
use crate::credential::Psk;
use crate::error::Error;

/// What a server sends to a client with this identity and key, with the virtual time of each
/// datagram, and how it ended.
type Seen = (Vec<(u32, usize, [u8; 3])>, Option<Error>, u32);

fn seen_with(identity: &'static [u8], key: &'static [u8]) -> Seen {
    let mut client = End::client(1);
    client.config.set_psk(Psk::new(identity, key).unwrap());
    let mut pair = Pair::of(client, End::server(2));
    let mut seen = Vec::new();
    let start = pair.server.now;
    for _ in 0..40 {
        pair.client.pump();
        pair.server.inbox.append(&mut pair.client.host.sent);
        let answers = to(&mut pair.server, []);
        let now = pair.server.now.since(start);
        for answer in &answers {
            seen.push((now, answer.len(), [answer[0], answer[4], answer[13]]));
        }
        let is_quiet = answers.is_empty();
        pair.client.inbox.extend(answers);
        if is_quiet {
            let wait = pair.client.timeout().min(pair.server.timeout());
            if wait == u32::MAX {
                break;
            }
            pair.wait(wait);
        }
    }
    assert_eq!(pair.client.error.is_some(), pair.server.error.is_some());
    (seen, pair.server.error, pair.server.host.random_calls)
}

/// Requirement 6-4: a wrong key and an unknown identity are not to be told apart, by lengths,
/// numbers, alerts or time.
#[test]
fn a_wrong_key_looks_like_an_unknown_identity() {
    let wrong_key = seen_with(IDENTITY, &[0x77; 16]);
    let unknown = seen_with(b"nobody\0-0001", &[0x77; 16]);
    assert_eq!(wrong_key.1, Some(Error::Decrypt));
    assert_eq!(wrong_key, unknown);
    let right = seen_with(IDENTITY, KEY);
    assert_eq!(right.1, None);
    // Bug class 51: an identity is no C string.
    assert_eq!(seen_with(b"device1", KEY).1, Some(Error::Decrypt));
    assert_eq!(seen_with(b"", KEY).1, Some(Error::Decrypt));
}

/// Bug classes 28 and 31, and requirement 5.1-8: an identity that is longer than any is nobody's,
/// without a word about it.
#[test]
fn an_identity_that_is_too_long_is_nobodys() {
    for length in [128_u16, 129, 400] {
        let mut pair = Pair::at(At::ServerAwaitsClientKeyExchange);
        let seq = pair.target().next_receive_seq();
        let mut body = length.to_be_bytes().to_vec();
        body.resize(2 + usize::from(length), b'x');
        let reaction = pair.inject(&handshake(16, seq, &body));
        assert_eq!(reaction, Reaction::Taken, "{length}");
        assert_eq!(pair.server.phase(), Phase::Handshake);
        // Nor is what it begins with asked for.
        assert_eq!(pair.server.host.look_ups, u32::from(length == 128));
    }
}

/// A look-up that is pending holds the handshake up, and nothing that arrives meanwhile gets in.
#[test]
fn a_pending_look_up() {
    let mut server = End::server(2);
    server.host.pending = 3;
    let mut pair = Pair::of(End::client(1), server);
    pair.settle();
    assert!(pair.server.is_waiting_for_look_up);
    assert!(!pair.server.can_take_datagram());
    // What stood behind ClientKeyExchange is not even looked at.
    assert_eq!(pair.server.dropped(), 0);
    pair.server.inbox.push_back(record(21, 0, &[2, 40]));
    pair.server.pump();
    assert_eq!(pair.server.inbox.len(), 1);
    pair.server.inbox.clear();
    assert!(pair.complete());
    assert_eq!(pair.server.host.look_ups, 4);
    pair.assert_talks();
}

/// Requirement 17-1 and RFC 7627 5.4: with a peer that knows nothing of extended_master_secret the
/// handshake succeeds, and nothing is exported.
#[test]
fn peers_without_extended_master_secret() {
    for with_extension in [true, false] {
        let mut server = End::server(2);
        server.config.set_cookie(false).unwrap();
        let mut client = puppet::shake_hands_with_server(&mut server, with_extension);
        assert!(server.is_connected());
        assert_eq!(server.exported().is_ok(), with_extension);
        server.inbox.push_back(client.seal(23, b"from the puppet"));
        server.pump();
        assert_eq!(server.received, [b"from the puppet"]);

        let mut client = End::client(1);
        let mut server = puppet::shake_hands_with_client(&mut client, with_extension);
        assert!(client.is_connected());
        assert_eq!(client.exported().is_ok(), with_extension);
        client.inbox.push_back(server.seal(23, b"from the puppet"));
        client.pump();
        assert_eq!(client.received, [b"from the puppet"]);
    }
}
