//! Every alert that a peer may send, at every state of both roles: what it ends, and what it does not
//! (RFC 5246 section 7.2).

use std::vec::Vec;

use super::bad_input::assert_harmless;
use super::craft::{record, records};
use super::end::End;
use super::pair::{At, Pair, Reaction, to};
use crate::alert::AlertDescription;
use crate::config::Role;
use crate::connection::Phase;
use crate::error::Error;
use crate::host::Direction;
use crate::wire::record_header::ContentType;

/// All that have a name, and some that have none.
fn descriptions() -> impl Iterator<Item = u8> {
    let is_named = |number: &u8| AlertDescription(*number).name() != c"unknown";
    let unnamed = [1, 23, 86, 109, 120, 200, 255];
    (0..=255).filter(is_named).chain(unnamed)
}

fn levels() -> impl Iterator<Item = (bool, u8)> {
    descriptions().flat_map(|description| [(false, description), (true, description)])
}

/// What an alert does to a handshake: RFC 5246 7.2: "Alert messages with a level of fatal result in
/// the immediate termination of the connection." A warning is passed over, whatever it says, but
/// close_notify: there is nobody there any more to shake hands with.
fn ends_handshake(fatal: bool, description: u8) -> bool {
    fatal || description == 0
}

/// The alert has ended the handshake, nothing was answered, and the application learns which it was.
fn assert_ended(end: &mut End, reaction: Reaction, description: u8, case: &str) {
    let alert = AlertDescription(description);
    let error = Error::PeerAlert(alert);
    assert_eq!(reaction, Reaction::Fatal(error), "{case}");
    assert_eq!(end.phase(), Phase::Failed(error), "{case}");
    let told = end.connection.last_alert();
    assert_eq!(told, Some((alert, Direction::Received)), "{case}");
    assert!(end.host.sent.is_empty(), "{case}");
    assert_eq!(end.timeout(), u32::MAX, "{case}");
}

/// Bug class 26, requirements 6-5 and 5.2-6: without protection an alert ends a handshake or does
/// nothing, and never touches a live connection.
#[test]
fn every_alert_in_every_state() {
    for at in At::ALL {
        for (fatal, description) in levels() {
            let case = std::format!("{at:?}: alert {fatal} {description}");
            let mut pair = Pair::at(at);
            pair.target().host.sent.clear();
            let level = 1 + u8::from(fatal);
            let reaction = pair.inject(&record(21, 0, &[level, description]));
            let is_handshake = !at.is_connected() && at != At::ServerListens;
            if is_handshake && ends_handshake(fatal, description) {
                assert_ended(pair.target(), reaction, description, &case);
            } else {
                assert_eq!(reaction, Reaction::Noise, "{case}");
                assert_harmless(pair, at, &case);
            }
        }
    }
}

/// Under the keys of the handshake, before Finished, it is just the same.
#[test]
fn every_authenticated_alert_before_finished() {
    for at in [At::ClientAwaitsFinished, At::ServerAwaitsFinished] {
        for (fatal, description) in levels() {
            let case = std::format!("{at:?}: alert {fatal} {description}");
            let mut pair = Pair::at(at);
            pair.target().host.sent.clear();
            let content = [1 + u8::from(fatal), description];
            let alert = pair.peer().seal(ContentType::ALERT, &content);
            let reaction = pair.inject(&alert);
            if ends_handshake(fatal, description) {
                assert_ended(pair.target(), reaction, description, &case);
            } else {
                assert_eq!(reaction, Reaction::Noise, "{case}");
                assert_harmless(pair, at, &case);
            }
        }
    }
}

/// A live connection: fatal alerts end it, close_notify (of either level) closes it and is answered,
/// and every other warning is passed over.
#[test]
fn every_authenticated_alert_on_a_live_connection() {
    for at in [At::ClientConnected, At::ServerConnected] {
        for (fatal, description) in levels() {
            let case = std::format!("{at:?}: alert {fatal} {description}");
            let mut pair = Pair::at(at);
            let content = [1 + u8::from(fatal), description];
            let alert = pair.peer().seal(ContentType::ALERT, &content);
            let reaction = pair.inject(&alert);
            if description == 0 {
                assert_eq!(pair.target().phase(), Phase::Closed, "{case}");
                assert_eq!(pair.target().host.sent.len(), 1, "{case}");
            } else if fatal {
                assert_ended(pair.target(), reaction, description, &case);
            } else {
                assert_eq!(reaction, Reaction::Taken, "{case}");
                assert!(pair.target().host.sent.is_empty(), "{case}");
                pair.assert_talks();
            }
        }
    }
}

/// With raw public keys there are more states: behind each message of a flight.
#[cfg(feature = "rpk")]
#[test]
fn every_alert_between_messages_about_public_keys() {
    use super::raw_keys::raw_config;

    let alerts = [
        (false, 0),
        (false, 41),
        (false, 90),
        (false, 100),
        (false, 255),
    ];
    let alerts = alerts
        .into_iter()
        .chain([0, 40, 43, 46, 51, 90, 255].map(|it| (true, it)));
    for (fatal, description) in alerts {
        for is_client in [true, false] {
            for count in 1..5 {
                let case = std::format!("{is_client} {count}: alert {fatal} {description}");
                let client = End::new(raw_config(Role::Client, 1, 2), 1);
                let mut server_config = raw_config(Role::Server, 2, 1);
                server_config.set_cookie(false).unwrap();
                let mut pair = Pair::of(client, End::new(server_config, 2));
                let hello = to(&mut pair.client, []);
                let mut flight = to(&mut pair.server, hello);
                if !is_client {
                    flight = to(&mut pair.client, flight);
                }
                let target = match is_client {
                    true => &mut pair.client,
                    false => &mut pair.server,
                };
                let pieces: Vec<_> = flight.iter().flat_map(|it| records(it)).collect();
                assert_eq!(pieces.len(), 5, "{case}");
                assert!(to(target, pieces[..count].to_vec()).is_empty(), "{case}");
                let alert = record(21, 0, &[1 + u8::from(fatal), description]);
                assert!(to(target, [alert]).is_empty(), "{case}");
                if ends_handshake(fatal, description) {
                    let error = Error::PeerAlert(AlertDescription(description));
                    assert_eq!(target.error, Some(error), "{case}");
                } else {
                    target.inbox.extend(pieces[count..].to_vec());
                    assert!(pair.complete(), "{case}");
                }
            }
        }
    }
}
