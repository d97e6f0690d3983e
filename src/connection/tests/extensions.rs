//! Extensions as they should not be, from one table: each that the library knows, in each hello, at
//! both ends.
//!
//! The hellos are those of our own ends, who offer and answer all that there is; one extension at a
//! time is left out, doubled, emptied, made longer, given lengths that do not fit, put into the other
//! hello, or answered without having been offered.
#![cfg(feature = "rpk")]

use std::vec;
use std::vec::Vec;

use super::craft::{handshake, octets, record, records};
use super::end::End;
use super::pair::to;
use super::raw_keys::raw_config;
use crate::config::{MaxFragmentLength, Role};
use crate::error::Error;

/// What an end makes of a hello.
type Outcome = Result<(), Error>;

const TAKEN: Outcome = Ok(());
const DECODE: Outcome = Err(Error::Decode);
const ILLEGAL: Outcome = Err(Error::IllegalParameter);
const FAILURE: Outcome = Err(Error::HandshakeFailure);
/// In a ServerHello: it was not offered, or has no place there.
const UNSUPPORTED: Outcome = Err(Error::UnsupportedExtension);
/// No type of certificate in common.
const NO_TYPE: Outcome = Err(Error::UnsupportedCertificate);

/// An extension in one of the hellos.
struct Place {
    /// A good one, if our own hello has none.
    content: Option<&'static [u8]>,
    /// Where the low octets of the lengths in it stand: one more or one less does not fit.
    lengths: &'static [usize],
    /// Without it, with no content, and with one more octet.
    absent: Outcome,
    empty: Outcome,
    longer: Outcome,
    /// Contents that have their form, and a value that is not allowed.
    values: &'static [(&'static [u8], Outcome)],
}

/// What most of them make of being empty and of an octet too many.
const STRICT: Place = Place {
    content: None,
    lengths: &[],
    absent: TAKEN,
    empty: DECODE,
    longer: DECODE,
    values: &[],
};

struct Row {
    number: u16,
    name: &'static str,
    in_client_hello: Place,
    /// `None`: it has no place there.
    in_server_hello: Option<Place>,
    /// What a client says to the good answer when it has not offered it; `None` when it always does.
    not_offered: Option<Outcome>,
}

/// The table. To add an extension: switch it on in `client` and `server` below, and write its row.
fn table() -> Vec<Row> {
    vec![
        Row {
            number: 0,
            name: "server_name",
            in_client_hello: Place {
                lengths: &[1, 4],
                values: &[
                    // A name of no octets; another type of name.
                    (&[0, 3, 0, 0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[]),
                empty: TAKEN,
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 1,
            name: "max_fragment_length",
            in_client_hello: Place {
                values: &[(&[0], ILLEGAL), (&[5], ILLEGAL), (&[255], ILLEGAL)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                values: &[(&[0], ILLEGAL), (&[2], ILLEGAL), (&[5], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 10,
            name: "supported_groups",
            in_client_hello: Place {
                lengths: &[1],
                // secp384r1 alone; half a group; none.
                values: &[
                    (&[0, 2, 0, 24], FAILURE),
                    (&[0, 1, 0], DECODE),
                    (&[0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: None,
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 11,
            name: "ec_point_formats",
            in_client_hello: Place {
                lengths: &[0],
                // Compressed points alone; none.
                values: &[(&[1, 1], ILLEGAL), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[1, 0]),
                lengths: &[0],
                values: &[(&[1, 1], ILLEGAL), (&[0], DECODE)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 13,
            name: "signature_algorithms",
            in_client_hello: Place {
                lengths: &[1],
                // RFC 5246 7.4.1.4.1: without it the client means SHA-1, which we do not.
                absent: FAILURE,
                // ecdsa with SHA-1 alone; half an algorithm; none.
                values: &[
                    (&[0, 2, 2, 3], FAILURE),
                    (&[0, 1, 4], DECODE),
                    (&[0, 0], DECODE),
                ],
                ..STRICT
            },
            in_server_hello: None,
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 19,
            name: "client_certificate_type",
            in_client_hello: Place {
                lengths: &[0],
                absent: NO_TYPE,
                values: &[(&[1, 0], NO_TYPE), (&[1, 1], NO_TYPE), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[2]),
                values: &[(&[0], ILLEGAL), (&[1], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 20,
            name: "server_certificate_type",
            in_client_hello: Place {
                lengths: &[0],
                absent: NO_TYPE,
                values: &[(&[1, 0], NO_TYPE), (&[1, 1], NO_TYPE), (&[0], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                content: Some(&[2]),
                absent: NO_TYPE,
                values: &[(&[0], ILLEGAL), (&[1], ILLEGAL)],
                ..STRICT
            }),
            not_offered: Some(UNSUPPORTED),
        },
        Row {
            number: 23,
            name: "extended_master_secret",
            in_client_hello: Place {
                empty: TAKEN,
                ..STRICT
            },
            in_server_hello: Some(Place {
                empty: TAKEN,
                ..STRICT
            }),
            not_offered: None,
        },
        Row {
            number: 0xFF01,
            name: "renegotiation_info",
            in_client_hello: Place {
                // Ours has the SCSV instead.
                content: Some(&[0]),
                values: &[(&[1, 9], FAILURE), (&[1], DECODE), (&[2, 9], DECODE)],
                ..STRICT
            },
            in_server_hello: Some(Place {
                values: &[(&[1, 9], FAILURE), (&[1], DECODE), (&[2, 9], DECODE)],
                ..STRICT
            }),
            not_offered: None,
        },
    ]
}

/// What is never answered, and never expected: status_request, truncated_hmac, use_srtp, ALPN,
/// encrypt_then_mac, SessionTicket, and one that nobody knows.
const FOREIGN: [u16; 7] = [5, 4, 14, 16, 22, 35, 0x5A5A];

/// A hello: what stands in front of the extensions, and they.
#[derive(Clone)]
struct Hello {
    front: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    fn parse(body: &[u8], is_client: bool) -> Self {
        let mut at = 34;
        let skip = |width: usize, at: &mut usize| {
            let length = body[*at..*at + width]
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            *at += width + length;
        };
        skip(1, &mut at);
        if is_client {
            skip(1, &mut at);
            skip(2, &mut at);
            skip(1, &mut at);
        } else {
            at += 3;
        }
        let (front, mut rest) = body.split_at(at);
        let mut extensions = Vec::new();
        rest = &rest[2..];
        while let [a, b, high, low, following @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let number = u16::from_be_bytes([*a, *b]);
            extensions.push((number, following[..length].to_vec()));
            rest = &following[length..];
        }
        Hello {
            front: front.to_vec(),
            extensions,
        }
    }

    fn body(&self) -> Vec<u8> {
        let list = octets(|sink| {
            for (number, content) in &self.extensions {
                sink.u16(*number);
                sink.vector16(content);
            }
        });
        let mut body = self.front.clone();
        body.extend(octets(|sink| sink.vector16(&list)));
        body
    }

    fn without(&self, number: u16) -> Self {
        let mut hello = self.clone();
        hello.extensions.retain(|(it, _)| *it != number);
        hello
    }

    /// This extension with that content, and in its own place if it has one.
    fn with(&self, number: u16, content: &[u8]) -> Self {
        let mut hello = self.clone();
        match hello.extensions.iter_mut().find(|(it, _)| *it == number) {
            Some(found) => found.1 = content.to_vec(),
            None => hello.extensions.push((number, content.to_vec())),
        }
        hello
    }

    fn content(&self, number: u16) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|(it, _)| *it == number);
        found.map(|(_, content)| &content[..])
    }
}

/// A client that offers all that there is.
fn client() -> End {
    let mut config = raw_config(Role::Client, 1, 2);
    config.set_server_name(b"coap.example").unwrap();
    let length = MaxFragmentLength::from_octets(512);
    config.set_max_fragment_length(length).unwrap();
    End::new(config, 1)
}

/// A server that answers all that there is.
fn server() -> End {
    let mut config = raw_config(Role::Server, 2, 1);
    config.set_cookie(false).unwrap();
    End::new(config, 2)
}

fn client_hello() -> Hello {
    let datagram = to(&mut client(), []).concat();
    Hello::parse(&datagram[25..], true)
}

fn server_hello() -> Hello {
    let hello = to(&mut client(), []);
    let flight = to(&mut server(), hello);
    Hello::parse(&records(&flight[0])[0][25..], false)
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

fn server_gets(body: &[u8]) -> Outcome {
    let mut server = server();
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
    let hello = client_hello();
    assert_eq!(server_gets(&hello.body()), TAKEN);
    for row in table() {
        check(
            &hello,
            row.number,
            row.name,
            &row.in_client_hello,
            &server_gets,
        );
    }
    // All that ours offers stands in the table.
    for (number, _) in &hello.extensions {
        assert!(table().iter().any(|row| row.number == *number), "{number}");
    }
    // RFC 5246 7.4.1.4: "servers MUST ignore" what they do not know, but not two of it.
    for number in FOREIGN {
        for content in [&[][..], &[0], &[0; 300]] {
            let with = hello.with(number, content);
            assert_eq!(server_gets(&with.body()), TAKEN, "{number}");
            let mut doubled = with.clone();
            doubled.extensions.push((number, Vec::new()));
            assert_eq!(server_gets(&doubled.body()), DECODE, "{number}");
        }
    }
}

#[test]
fn in_a_server_hello() {
    let hello = server_hello();
    let gets = |body: &[u8]| client_gets(client(), body);
    assert_eq!(gets(&hello.body()), TAKEN);
    for row in table() {
        match &row.in_server_hello {
            Some(place) => check(&hello, row.number, row.name, place, &gets),
            None => {
                // The client's own content, in the wrong hello.
                let own = client_hello();
                let content = own.content(row.number).unwrap();
                let body = hello.with(row.number, content).body();
                assert_eq!(gets(&body), UNSUPPORTED, "{}", row.name);
            }
        }
    }
    for (number, _) in &hello.extensions {
        assert!(table().iter().any(|row| row.number == *number), "{number}");
    }
    for number in FOREIGN {
        assert_eq!(
            gets(&hello.with(number, &[]).body()),
            UNSUPPORTED,
            "{number}"
        );
    }
}

/// RFC 5246 7.4.1.4: "If a client receives an extension type in ServerHello that it did not request
/// in the associated ClientHello, it MUST abort the handshake with an unsupported_extension fatal
/// alert." A client with a pre-shared key alone offers next to nothing.
#[test]
fn what_was_not_offered() {
    let mut hello = server_hello();
    hello
        .extensions
        .retain(|(number, _)| [23, 0xFF01].contains(number));
    let suite = hello.front.len() - 3;
    hello.front[suite..suite + 2].copy_from_slice(&[0xC0, 0xA8]);
    let gets = |body: &[u8]| client_gets(End::client(1), body);
    assert_eq!(gets(&hello.body()), TAKEN);
    for row in table() {
        let content = row.in_server_hello.as_ref().and_then(|place| place.content);
        let own = server_hello();
        let content = content
            .or(own.content(row.number))
            .unwrap_or(&[0, 2, 0, 23]);
        let expected = row.not_offered.unwrap_or(TAKEN);
        let body = hello.with(row.number, content).body();
        assert_eq!(gets(&body), expected, "{}", row.name);
    }
}

/// Extensions stand in the two hellos alone: behind any other message they are octets too many.
#[test]
fn in_another_message() {
    let list = octets(|sink| sink.vector16(&super::craft::extension(23, &[])));
    let request = super::craft::hello_verify_request(&[7; 20]);
    let mut client = client();
    client.pump();
    let body = [request, list.clone()].concat();
    assert_eq!(outcome(&mut client, handshake(3, 0, &body)), DECODE);
    // ServerHelloDone of a flight that is else right, and ClientKeyExchange.
    for is_client in [true, false] {
        let mut client = self::client();
        let mut server = server();
        let hello = to(&mut client, []);
        let mut flight = to(&mut server, hello);
        if !is_client {
            flight = to(&mut client, flight);
        }
        let pieces: Vec<_> = flight
            .iter()
            .flat_map(|datagram| records(datagram))
            .collect();
        let end = if is_client { &mut client } else { &mut server };
        let last = if is_client { 4 } else { 1 };
        to(end, pieces[..last].to_vec());
        let (seq, msg_type) = (end.next_receive_seq(), pieces[last][13]);
        let body = [&pieces[last][25..], &list].concat();
        let message = super::craft::message(msg_type, seq, &body);
        assert_eq!(outcome(end, record(22, 0, &message)), DECODE, "{is_client}");
    }
}
