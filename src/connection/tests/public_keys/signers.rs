//! A signer of the application in place of a private key: it may be slow, and it may fail.

use super::*;
use crate::connection::tests::pair::to;
use crate::connection::{Outcome, Phase, Want};
use crate::error::Error;

/// Ends that show a raw public key, or a certificate; a signer signs for the client or the server.
fn with_signer(kind: Kind, is_client: bool) -> Pair {
    let mut pair = pair(kind, kind);
    let (end, number) = match is_client {
        true => (&mut pair.client, CLIENT),
        false => (&mut pair.server, SERVER),
    };
    end.config.set_signer();
    end.host.signing_keys = std::vec![*private_key(number)];
    pair
}

#[test]
fn a_signer_in_place_of_a_key() {
    for kind in [Kind::Raw, Kind::Certificate] {
        for is_client in [true, false] {
            assert_connects(&mut with_signer(kind, is_client));
        }
    }
}

/// It is asked for the same digest until it answers, and the client sends its ClientHello again
/// meanwhile: nothing of that changes the handshake.
#[test]
fn a_signer_that_takes_its_time() {
    for is_client in [true, false] {
        for times in [1, 2, 5] {
            let mut pair = with_signer(Kind::Raw, is_client);
            let end = if is_client {
                &mut pair.client
            } else {
                &mut pair.server
            };
            end.host.pending_signatures = times;
            assert_connects(&mut pair);
            let end = if is_client {
                &pair.client
            } else {
                &pair.server
            };
            let digests = &end.host.digests;
            assert_eq!(digests.len(), times as usize + 1);
            let is_same = digests.iter().all(|asked| asked == &digests[0]);
            assert!(is_same);
        }
    }
}

/// While a server's signer has not answered, nothing is sent; then the whole flight.
#[test]
fn a_server_says_nothing_before_it_has_signed() {
    let mut pair = with_signer(Kind::Raw, false);
    pair.server.host.pending_signatures = 3;
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    let hello = to(&mut pair.client, request);
    assert!(to(&mut pair.server, hello).is_empty());
    assert!(pair.server.connection.is_pending() && !pair.server.can_take_datagram());
    assert_eq!(pair.server.step(Want::Handshake), Ok(Outcome::Pending));
    // The client asks again: that waits in the socket, and is late then.
    pair.wait(1_000);
    let again = to(&mut pair.client, []);
    assert_eq!(again.len(), 1);
    pair.server.inbox.extend(again);
    assert_eq!(pair.server.step(Want::Handshake), Ok(Outcome::Pending));
    assert_eq!(pair.server.inbox.len(), 1);
    let flight = to(&mut pair.server, []);
    assert_eq!(flight[0][13], 2, "ServerHello");
    pair.client.inbox.extend(flight);
    assert_connects(&mut pair);
}

/// A client's timer goes on: who waits for its signer keeps the server's attention.
#[test]
fn a_client_that_has_not_signed_yet_keeps_asking() {
    let mut pair = with_signer(Kind::Certificate, true);
    pair.client.host.pending_signatures = u32::MAX;
    pair.settle();
    assert!(pair.client.connection.is_pending());
    for wait in [1_000, 2_000, 4_000] {
        pair.wait(wait - 1);
        assert!(to(&mut pair.client, []).is_empty());
        pair.wait(1);
        pair.settle();
        pair.client.inbox.clear();
    }
    assert_eq!(pair.client.connection.counters.retransmissions, 3);
    pair.client.host.pending_signatures = 0;
    assert_connects(&mut pair);
}

/// A signer that never answers ends the client's attempt, and the server listens again.
#[test]
fn a_signer_that_never_answers() {
    let mut pair = with_signer(Kind::Raw, true);
    pair.client.host.pending_signatures = u32::MAX;
    assert!(!pair.complete());
    assert_eq!(pair.client.error, Some(Error::Timeout));

    let mut pair = with_signer(Kind::Raw, false);
    pair.server.host.pending_signatures = u32::MAX;
    let hello = to(&mut pair.client, []);
    let request = to(&mut pair.server, hello);
    let hello = to(&mut pair.client, request);
    to(&mut pair.server, hello);
    pair.wait(59_999);
    to(&mut pair.server, []);
    assert_eq!(pair.server.phase(), Phase::Handshake);
    pair.wait(1);
    to(&mut pair.server, []);
    assert_eq!(pair.server.phase(), Phase::Listening);
    assert!(!pair.server.connection.is_pending());
    // Another client gets in.
    pair.server.host.pending_signatures = 0;
    pair.client = end(client_config(Kind::Raw, Kind::Raw), 5);
    pair.client.now = pair.server.now;
    assert_connects(&mut pair);
}

#[test]
fn a_signer_that_fails_is_an_internal_error() {
    for is_client in [true, false] {
        let mut pair = with_signer(Kind::Certificate, is_client);
        let end = if is_client {
            &mut pair.client
        } else {
            &mut pair.server
        };
        end.host.signing_keys.clear();
        refusals::assert_refused(&mut pair, is_client, Error::Callback, 80);
    }
}

/// A signer is asked for the credentials that the client's name has chosen.
#[test]
fn a_signer_is_told_whose_signature_is_wanted() {
    let mut second = Config::new(Role::Server);
    second.set_raw_public_key(info(21)).unwrap();
    second.set_signer();
    second.set_server_name(b"second.example").unwrap();
    let mut first = server_config(Kind::Raw, Kind::Nothing);
    first.set_signer();
    first.set_next(Box::leak(Box::new(second))).unwrap();
    for (name, number) in [(NAME, SERVER), (b"second.example", 21)] {
        let mut client = client_config(Kind::Raw, Kind::Nothing);
        client.set_server_name(name).unwrap();
        client.set_peer_keys(info(number)).unwrap();
        let mut pair = pair_of(client, first.clone());
        pair.server.host.signing_keys = std::vec![*private_key(SERVER), *private_key(21)];
        assert_connects(&mut pair);
        let (credential, _) = pair.server.host.digests[0];
        assert_eq!(credential, u8::from(number == 21));
    }
}
