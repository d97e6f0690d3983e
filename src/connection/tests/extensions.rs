//! Extensions as they should not be, from one table: each that the library knows, in each hello, at
//! both ends.
//!
//! The hellos are those of our own ends, who offer and answer all that there is; one extension at a
//! time is left out, doubled, emptied, made longer, given lengths that do not fit, put into the other
//! hello or behind another message, or said to an end that has not offered it or has it switched off.
#![cfg(feature = "rpk")]

mod ends;
mod hello;
mod table;

use std::vec::Vec;

use super::craft::{handshake, octets, record, records};
use super::end::End;
use super::pair::to;
use ends::Ends;
use hello::Hello;
use table::{DECODE, Outcome, Place, Row, TAKEN, UNSUPPORTED, table};

/// What is never answered, and never expected: status_request, truncated_hmac, use_srtp, ALPN,
/// encrypt_then_mac, SessionTicket, one that nobody knows, and what this build goes without.
const FOREIGN: &[u16] = &[
    5,
    4,
    14,
    16,
    22,
    35,
    0x5A5A,
    #[cfg(not(feature = "certificate-url"))]
    2,
    #[cfg(not(feature = "trusted-ca"))]
    3,
    #[cfg(not(feature = "heartbeat"))]
    15,
    #[cfg(not(feature = "cached-info"))]
    25,
];

/// The rows of those ends; all that they say stands in one.
fn rows(ends: Ends, hello: &Hello) -> Vec<Row> {
    let mut rows = table();
    for (number, _) in &hello.extensions {
        assert!(rows.iter().any(|row| row.number == *number), "{number}");
    }
    rows.retain(|row| row.ends == ends);
    rows
}

fn outcome(end: &mut End, message: Vec<u8>) -> Outcome {
    to(end, [message]);
    if let Some(error) = end.error {
        // It is told so, once.
        let alert = end.connection.last_alert().map(|(alert, _)| alert);
        assert_eq!(alert, error.alert());
    }
    end.error.map_or(Ok(()), Err)
}

fn server_gets(mut server: End, body: &[u8]) -> Outcome {
    let outcome = outcome(&mut server, handshake(1, 0, body));
    assert!(outcome.is_err() || server.next_receive_seq() == 1);
    outcome
}

/// In a client's state after its ClientHello.
fn client_gets(mut client: End, body: &[u8]) -> Outcome {
    client.pump();
    let outcome = outcome(&mut client, handshake(2, 0, body));
    assert!(outcome.is_err() || client.next_receive_seq() == 1);
    outcome
}

/// Checks one extension in one of the hellos.
fn check(hello: &Hello, number: u16, name: &str, place: &Place, gets: &dyn Fn(&[u8]) -> Outcome) {
    let good = place.content.or(hello.content(number));
    let good = good.unwrap_or_else(|| panic!("{name} is not there"));
    let base = hello.with(number, good);
    assert_eq!(gets(&base.body()), TAKEN, "{name}");
    assert_eq!(
        gets(&base.without(number).body()),
        place.absent,
        "{name} absent"
    );
    // RFC 5246 7.4.1.4: "There MUST NOT be more than one extension of the same type."
    let mut doubled = base.clone();
    doubled.extensions.push((number, good.to_vec()));
    assert_eq!(gets(&doubled.body()), DECODE, "{name} doubled");
    assert_eq!(
        gets(&base.with(number, &[]).body()),
        place.empty,
        "{name} empty"
    );
    let longer = [good, &[0]].concat();
    assert_eq!(
        gets(&base.with(number, &longer).body()),
        place.longer,
        "{name} longer"
    );
    let huge = [good, &[0; 300]].concat();
    assert_eq!(
        gets(&base.with(number, &huge).body()),
        place.longer,
        "{name} far longer"
    );
    for at in place.lengths {
        for change in [1, 255] {
            let mut altered = good.to_vec();
            altered[*at] = altered[*at].wrapping_add(change);
            let body = base.with(number, &altered).body();
            assert_eq!(gets(&body), DECODE, "{name}: length at {at} by {change}");
        }
    }
    for (content, expected) in place.values {
        let body = base.with(number, content).body();
        assert_eq!(gets(&body), *expected, "{name}: {content:?}");
    }
    // Its own length runs past the list, and the list past the hello.
    let mut last = base.without(number);
    last.extensions.push((number, good.to_vec()));
    let body = last.body();
    let mut past_the_list = body.clone();
    let low = body.len() - good.len() - 1;
    past_the_list[low] += 1;
    assert_eq!(gets(&past_the_list), DECODE, "{name} past the list");
    let mut cut = body.clone();
    cut.pop();
    assert_eq!(gets(&cut), DECODE, "{name} cut");
}

#[test]
fn in_a_client_hello() {
    for ends in Ends::ALL {
        let hello = ends.client_hello();
        let gets = |body: &[u8]| server_gets(ends.server(), body);
        assert_eq!(gets(&hello.body()), TAKEN);
        for row in rows(*ends, &hello) {
            check(&hello, row.number, row.name, &row.in_client_hello, &gets);
        }
    }
    // RFC 5246 7.4.1.4: "servers MUST ignore" what they do not know, but not two of it.
    let hello = Ends::RawKeys.client_hello();
    let gets = |body: &[u8]| server_gets(Ends::RawKeys.server(), body);
    for number in FOREIGN {
        for content in [&[][..], &[0], &[0; 300]] {
            let with = hello.with(*number, content);
            assert_eq!(gets(&with.body()), TAKEN, "{number}");
            let mut doubled = with.clone();
            doubled.extensions.push((*number, Vec::new()));
            assert_eq!(gets(&doubled.body()), DECODE, "{number}");
        }
    }
}

#[test]
fn in_a_server_hello() {
    for ends in Ends::ALL {
        let hello = ends.server_hello();
        let gets = |body: &[u8]| client_gets(ends.client(), body);
        assert_eq!(gets(&hello.body()), TAKEN);
        for row in rows(*ends, &hello) {
            match &row.in_server_hello {
                Some(place) => check(&hello, row.number, row.name, place, &gets),
                None => {
                    // The client's own content, in the wrong hello.
                    let own = ends.client_hello();
                    let content = own.content(row.number).unwrap();
                    let body = hello.with(row.number, content).body();
                    assert_eq!(gets(&body), UNSUPPORTED, "{}", row.name);
                }
            }
        }
        for number in FOREIGN {
            let body = hello.with(*number, &[]).body();
            assert_eq!(gets(&body), UNSUPPORTED, "{number}");
        }
    }
}

/// RFC 5246 7.4.1.4: "If a client receives an extension type in ServerHello that it did not request
/// in the associated ClientHello, it MUST abort the handshake with an unsupported_extension fatal
/// alert." A client with a pre-shared key alone offers next to nothing.
#[test]
fn what_was_not_offered() {
    let mut hello = Ends::RawKeys.server_hello();
    hello
        .extensions
        .retain(|(number, _)| [23, 0xFF01].contains(number));
    let suite = hello.front.len() - 3;
    hello.front[suite..suite + 2].copy_from_slice(&[0xC0, 0xA8]);
    let gets = |body: &[u8]| client_gets(End::client(1), body);
    assert_eq!(gets(&hello.body()), TAKEN);
    let all: Vec<_> = table().into_iter().map(|row| (answer(&row), row)).collect();
    for (content, row) in &all {
        let expected = row.not_offered.unwrap_or(TAKEN);
        let body = hello.with(row.number, content).body();
        assert_eq!(gets(&body), expected, "{}", row.name);
    }
    // Who offers much, and not this.
    for ends in Ends::ALL {
        let (offer, hello) = (ends.client_hello(), ends.server_hello());
        for (content, row) in &all {
            if offer.content(row.number).is_some() {
                continue;
            }
            let expected = row.not_offered.unwrap_or(TAKEN);
            let body = hello.with(row.number, content).body();
            let outcome = client_gets(ends.client(), &body);
            assert_eq!(outcome, expected, "{ends:?}: {}", row.name);
        }
    }
}

/// A good answer, or octets that are one nowhere.
fn answer(row: &Row) -> Vec<u8> {
    let content = row.in_server_hello.as_ref().and_then(|place| place.content);
    let own = row.ends.server_hello();
    let content = content.or(own.content(row.number));
    content.unwrap_or(&[0, 2, 0, 23]).to_vec()
}

/// A good offer.
fn offer(row: &Row) -> Vec<u8> {
    let own = row.ends.client_hello();
    let content = row.in_client_hello.content.or(own.content(row.number));
    content.unwrap().to_vec()
}

/// A server passes over what it has switched off, and answers none of it.
#[test]
fn what_is_switched_off() {
    let answered = |mut server: End, hello: &Hello, row: &Row| {
        let with = hello.with(row.number, &offer(row));
        let flight = to(&mut server, [handshake(1, 0, &with.body())]);
        assert_eq!(server.error, None, "{}", row.name);
        let answer = Hello::parse(&records(&flight[0])[0][25..], false);
        answer.content(row.number).is_some()
    };
    // A pre-shared key alone: max_fragment_length is the client's to say, and two are no choice.
    let hello = Hello::parse(&super::craft::client_hello(&[], &[]), true);
    for row in table() {
        let mut server = End::server(2);
        server.config.set_cookie(false).unwrap();
        let expected = [1, 23, 0xFF01].contains(&row.number);
        assert_eq!(answered(server, &hello, &row), expected, "{}", row.name);
    }
    // What has a switch of its own.
    for row in table() {
        if [2, 3, 15, 25].contains(&row.number) {
            let hello = row.ends.client_hello();
            let server = row.ends.plain_server();
            assert!(!answered(server, &hello, &row), "{}", row.name);
            let server = row.ends.server();
            assert!(answered(server, &hello, &row), "{}", row.name);
        }
    }
}

/// Extensions stand in the two hellos alone: behind any other message, and behind the list of a
/// hello, they are octets too many.
#[test]
fn in_another_message() {
    for row in table() {
        let one = super::craft::extension(row.number, &offer(&row));
        let list = octets(|sink| sink.vector16(&one));
        let request = super::craft::hello_verify_request(&[7; 20]);
        let mut client = row.ends.client();
        client.pump();
        let body = [request, list.clone()].concat();
        assert_eq!(outcome(&mut client, handshake(3, 0, &body)), DECODE);
    }
    let list = octets(|sink| sink.vector16(&super::craft::extension(23, &[])));
    for ends in Ends::ALL {
        for to_client in [true, false] {
            let (_, pieces) = ends.flight(to_client);
            // ServerHello to ServerHelloDone; Certificate or CertificateURL to CertificateVerify.
            assert_eq!(pieces.len(), if to_client { 5 } else { 3 });
            for last in 0..pieces.len() {
                let (mut end, pieces) = ends.flight(to_client);
                to(&mut end, pieces[..last].to_vec());
                let (seq, msg_type) = (end.next_receive_seq(), pieces[last][13]);
                let body = [&pieces[last][25..], &list].concat();
                let message = super::craft::message(msg_type, seq, &body);
                let outcome = outcome(&mut end, record(22, 0, &message));
                assert_eq!(outcome, DECODE, "{ends:?}: {msg_type}");
            }
        }
    }
}
