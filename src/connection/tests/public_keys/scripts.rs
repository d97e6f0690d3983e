//! A client by hand that sends any messages in any order, each time with the Finished that fits
//! what it has sent: only the right order connects. And ends without extended_master_secret.

use std::vec::Vec;

use super::*;
use crate::association::Randoms;
use crate::connection::tests::craft::{
    extension, message, octets, record, records, server_hello_with,
};
use crate::connection::tests::pair::to;
use crate::connection::tests::puppet::{Puppet, RANDOM, messages, random_of};
use crate::crypto::{AgreementKey, EphemeralKey, Failure, HmacSha256, Mac, Point};
use crate::error::Error;
use crate::handshake::exchange::params_digest;
use crate::key_schedule::Sender;
use crate::session::SESSION_MAX;
use crate::wire::{certificate_verify, client_key_exchange, server_key_exchange};

/// The same each time.
fn ephemeral() -> (EphemeralKey, Point) {
    let mut random = |random: &mut [u8; 32]| {
        random.fill(0x42);
        Ok::<(), Failure>(())
    };
    EphemeralKey::generate(&mut random).unwrap()
}

/// What a client may send behind the server's flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// With the key of that number; 0 for an empty one.
    Certificate(u8),
    KeyExchange,
    /// Signed with the key of that number.
    Verify(u8),
    ChangeCipherSpec,
    Finished,
}

use Says::{Certificate, ChangeCipherSpec, Finished, KeyExchange, Verify};

const HONEST: [Says; 5] = [
    Certificate(CLIENT),
    KeyExchange,
    Verify(CLIENT),
    ChangeCipherSpec,
    Finished,
];

struct Client {
    puppet: Puppet,
    extended: bool,
    server_random: [u8; 32],
    server_point: [u8; 65],
    next_seq: u16,
}

impl Client {
    /// Says hello to a server that asks for no cookie, and takes its flight in.
    fn new(server: &mut End, extended: bool) -> Self {
        server.config.set_cookie(false).unwrap();
        let mut puppet = Puppet::new();
        let ems = if extended {
            extension(23, &[])
        } else {
            Vec::new()
        };
        let list = [
            ems,
            extension(10, &[0, 2, 0, 23]),
            extension(13, &[0, 2, 4, 3]),
            extension(19, &[1, 2]),
            extension(20, &[1, 2]),
        ];
        let body = octets(|sink| {
            sink.u16(0xFEFD);
            sink.put(&RANDOM);
            sink.vector8(&[]);
            sink.vector8(&[]);
            sink.vector16(&[0xC0, 0xAE]);
            sink.vector8(&[0]);
            sink.vector16(&list.concat());
        });
        let hello = puppet.note(message(1, 0, &body));
        let flight = messages(&to(server, [record(22, 0, &hello)]));
        let key_exchange = flight.iter().find(|message| message[0] == 12).unwrap();
        let client = Client {
            extended,
            server_random: random_of(&flight[0]),
            server_point: key_exchange[12 + 4..][..65].try_into().unwrap(),
            next_seq: 1,
            puppet,
        };
        flight.into_iter().fold(client, |mut client, message| {
            client.puppet.note(message);
            client
        })
    }

    fn message(&mut self, msg_type: u8, body: &[u8]) -> Vec<u8> {
        let seq = self.next_seq;
        self.next_seq += 1;
        let message = self.puppet.note(message(msg_type, seq, body));
        record(22, 0, &message)
    }

    fn datagram(&mut self, what: Says) -> Vec<u8> {
        match what {
            Certificate(0) => self.message(11, &[0, 0, 0]),
            Certificate(number) => self.message(11, &[&[0, 0, 91][..], info(number)].concat()),
            KeyExchange => {
                let (key, point) = ephemeral();
                let body = octets(|sink| client_key_exchange::emit_point(&point, sink));
                let datagram = self.message(16, &body);
                let shared = key.agree(&self.server_point).unwrap();
                let premaster = HmacSha256::new(&[shared.as_octets()]);
                let randoms = [&RANDOM, &self.server_random];
                self.puppet
                    .establish(&premaster, self.extended, randoms, true);
                datagram
            }
            Verify(number) => {
                let key = P256SigningKey::import(private_key(number)).unwrap();
                let digest = self.puppet.transcript.digest();
                let signature = key.sign(&digest, &[0; 32]).unwrap();
                let body = octets(|sink| certificate_verify::emit(&signature, sink));
                self.message(15, &body)
            }
            ChangeCipherSpec => record(20, 0, &[1]),
            Finished => {
                let finished = self.puppet.finished(Sender::Client, self.next_seq);
                self.next_seq += 1;
                self.puppet.seal(22, &finished)
            }
        }
    }
}

/// What becomes of a server that gets this.
fn play(server_config: Config<'static>, script: &[Says]) -> End {
    let mut server = end(server_config, 2);
    let mut client = Client::new(&mut server, true);
    // Without a key exchange there is nothing to make a Finished of.
    let mut has_keys = false;
    for what in script {
        has_keys |= *what == KeyExchange;
        if *what == Finished && !has_keys {
            break;
        }
        let datagram = client.datagram(*what);
        to(&mut server, [datagram]);
    }
    server
}

fn required() -> Config<'static> {
    server_config(Kind::Raw, Kind::Raw)
}

/// The script itself is right.
#[test]
fn the_honest_order_connects() {
    assert!(play(required(), &HONEST).is_connected());
    let unasked = server_config(Kind::Raw, Kind::Nothing);
    let without_key = [KeyExchange, ChangeCipherSpec, Finished];
    assert!(play(unasked, &without_key).is_connected());
    let mut optional = required();
    optional
        .set_client_auth(crate::config::ClientAuth::Optional)
        .unwrap();
    let empty = [Certificate(0), KeyExchange, ChangeCipherSpec, Finished];
    let server = play(optional, &empty);
    assert!(server.is_connected());
    assert!(server.host.asked.is_empty());
}

/// Bug classes 1 to 5 and 9, in which other stacks let clients in: every other order of the same
/// messages, with each of them there, left out, or twice.
#[test]
fn no_other_order_connects() {
    let mut tried = 0;
    let mut refuse = |script: &[Says]| {
        tried += 1;
        let server = play(required(), script);
        assert!(!server.is_connected(), "{script:?}");
    };
    // Left out: any of them, but not none.
    for kept in 0..0b11111_u8 {
        let script: Vec<Says> = (0..5)
            .filter(|at| kept & 1 << at != 0)
            .map(|at| HONEST[at])
            .collect();
        // Bug class 2 is among them: Certificate and KeyExchange, and no Verify.
        refuse(&script);
    }
    // Out of order: two that have changed places, and one of them moved to the front.
    for first in 0..5 {
        for second in first + 1..5 {
            let mut script = HONEST;
            script.swap(first, second);
            refuse(&script);
        }
        if first > 1 {
            let mut script = HONEST;
            script[..=first].rotate_right(1);
            refuse(&script);
        }
    }
    // Twice: once more at its own place, but for ChangeCipherSpec, the second of which is noise.
    for at in [0, 1, 2] {
        let mut script = HONEST.to_vec();
        script.insert(at, HONEST[at]);
        refuse(&script);
    }
    assert!(tried > 40);
}

/// Bug classes 2 and 9: keys that are shown and not proven, and none.
#[test]
fn keys_that_are_not_proven() {
    for (script, error) in [
        // CertificateVerify by another key; another's key.
        (
            [Certificate(CLIENT), KeyExchange, Verify(9)],
            Error::BadSignature,
        ),
        ([Certificate(9), KeyExchange, Verify(9)], Error::UnknownKey),
        (
            [Certificate(0), KeyExchange, ChangeCipherSpec],
            Error::CertificateMissing,
        ),
        // Signed before the key exchange: it lacks a message.
        (
            [Certificate(CLIENT), Verify(CLIENT), KeyExchange],
            Error::UnexpectedMessage,
        ),
        // Nobody has asked twice.
        (
            [Certificate(CLIENT), Certificate(CLIENT), KeyExchange],
            Error::UnexpectedMessage,
        ),
    ] {
        let server = play(required(), &script);
        assert_eq!(server.error, Some(error), "{script:?}");
    }
    // Who shows nothing proves nothing, who is not asked shows nothing.
    let unasked = || server_config(Kind::Raw, Kind::Nothing);
    let server = play(unasked(), &[KeyExchange, Verify(CLIENT), ChangeCipherSpec]);
    assert_eq!(server.error, Some(Error::UnexpectedMessage));
    let server = play(unasked(), &HONEST);
    assert_eq!(server.error, Some(Error::UnexpectedMessage));
}

/// Requirement 17-1: a client may be without extended_master_secret; then there is no session, and
/// nothing is exported.
#[test]
fn a_client_without_extended_master_secret() {
    for extended in [true, false] {
        let mut config = required();
        config.set_session_store().unwrap();
        let mut server = end(config, 2);
        let mut client = Client::new(&mut server, extended);
        for what in HONEST {
            let datagram = client.datagram(what);
            to(&mut server, [datagram]);
        }
        assert!(server.is_connected());
        assert_eq!(server.host.sessions.len(), usize::from(extended));
        assert_eq!(server.exported().is_ok(), extended);
        let data = client.puppet.seal(23, b"data");
        to(&mut server, [data]);
        assert_eq!(server.received, [b"data"]);
    }
}

/// The same of a server: it asks for no cookie and no client key.
fn serve_without_client_key(client: &mut End, extended: bool) -> Puppet {
    let mut puppet = Puppet::new();
    let hello = messages(&to(client, [])).remove(0);
    let client_random = random_of(&hello);
    puppet.note(hello);
    let ems = if extended {
        extension(23, &[])
    } else {
        Vec::new()
    };
    let mut body = server_hello_with(&[ems, extension(20, &[2])].concat());
    body[2..34].copy_from_slice(&RANDOM);
    body[35..37].copy_from_slice(&[0xC0, 0xAE]);
    let (key, point) = ephemeral();
    let randoms = Randoms {
        client: client_random,
        server: RANDOM,
    };
    let signing = P256SigningKey::import(private_key(SERVER)).unwrap();
    let digest = params_digest(&randoms, &point);
    let signature = signing.sign(&digest, &[0; 32]).unwrap();
    let flight = [
        (2, body),
        (11, [&[0, 0, 91][..], info(SERVER)].concat()),
        (
            12,
            octets(|sink| server_key_exchange::emit(&point, &signature, sink)),
        ),
        (14, Vec::new()),
    ];
    let flight = flight
        .into_iter()
        .enumerate()
        .map(|(seq, (msg_type, body))| {
            let message = puppet.note(message(msg_type, seq as u16, &body));
            record(22, 0, &message)
        });
    let flight = flight.collect::<Vec<_>>().concat();
    let answer = to(client, [flight]);
    let key_exchange = messages(&answer).remove(0);
    let peer = key_exchange[12 + 1..][..65].try_into().unwrap();
    puppet.note(key_exchange);
    let premaster = HmacSha256::new(&[key.agree(&peer).unwrap().as_octets()]);
    puppet.establish(&premaster, extended, [&client_random, &RANDOM], false);
    let theirs = puppet.open(&records(&answer[0])[2]);
    assert_eq!(theirs, puppet.finished(Sender::Client, 2));
    let finished = puppet.finished(Sender::Server, 4);
    let last = [record(20, 0, &[1]), puppet.seal(22, &finished)].concat();
    to(client, [last]);
    puppet
}

#[test]
fn a_server_without_extended_master_secret() {
    for extended in [true, false] {
        let mut client = end(client_config(Kind::Raw, Kind::Nothing), 1);
        let mut server = serve_without_client_key(&mut client, extended);
        assert!(client.is_connected());
        assert_eq!(client.exported().is_ok(), extended);
        to(&mut client, [server.seal(23, b"data")]);
        assert_eq!(client.received, [b"data"]);
        let mut out = [0; SESSION_MAX];
        let exported =
            client.call(|connection, call| connection.export_session(&call.context, &mut out));
        // It gave no session id either way.
        assert_eq!(exported, Err(Error::State));
    }
}
