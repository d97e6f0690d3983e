//! A peer by hand that speaks DTLS 1.2 with or without extended_master_secret: the crate's own
//! ends always offer it.

use std::vec::Vec;

use super::craft::{extension, message, octets, record, records, server_hello_with};
use super::end::{End, IDENTITY, KEY};
use super::pair::to;
use crate::crypto::HmacSha256;
use crate::key_schedule::{KeyBlock, MasterSecret, Sender, Transcript, psk_premaster, verify_data};
use crate::record::{Protection, content_offset};
use crate::wire::record_header::ContentType;

pub(super) const RANDOM: [u8; 32] = [0xB0; 32];

pub(super) struct Puppet {
    pub(super) transcript: Transcript,
    protection: Protection,
    master_secret: Option<MasterSecret>,
}

impl Puppet {
    pub(super) fn new() -> Self {
        Puppet {
            transcript: Transcript::new(),
            protection: Protection::default(),
            master_secret: None,
        }
    }

    /// Notes a message of either end and returns it.
    pub(super) fn note(&mut self, message: Vec<u8>) -> Vec<u8> {
        self.transcript.update(&message);
        message
    }

    /// The Randoms are the client's and the server's.
    pub(super) fn establish(
        &mut self,
        premaster: &HmacSha256,
        extended: bool,
        [client, server]: [&[u8; 32]; 2],
        is_client: bool,
    ) {
        let master_secret = if extended {
            MasterSecret::extended(premaster, &self.transcript.digest())
        } else {
            MasterSecret::classic(premaster, client, server)
        };
        let keys = KeyBlock::derive(&master_secret.keyed(), client, server);
        if is_client {
            self.protection.install(keys.client, keys.server);
        } else {
            self.protection.install(keys.server, keys.client);
        }
        self.master_secret = Some(master_secret);
    }

    pub(super) fn finished(&mut self, sender: Sender, seq: u16) -> Vec<u8> {
        let keyed = self.master_secret.as_ref().unwrap().keyed();
        let verify_data = verify_data(&keyed, sender, &self.transcript.digest());
        self.note(message(20, seq, &verify_data))
    }

    /// The content of a protected record.
    pub(super) fn open(&mut self, record: &[u8]) -> Vec<u8> {
        let (header, length) = crate::record::front(record).unwrap();
        let mut fragment = record[13..length].to_vec();
        let content = self.protection.open(&header, &mut fragment).unwrap();
        fragment[content].to_vec()
    }

    pub(super) fn seal(&mut self, content_type: u8, content: &[u8]) -> Vec<u8> {
        let mut out = std::vec![0; content.len() + 29];
        out[content_offset(1)..][..content.len()].copy_from_slice(content);
        let content_type = ContentType(content_type);
        let sealed = self.protection.seal(&mut out, content_type, content.len());
        out.truncate(sealed.unwrap().length);
        out
    }
}

pub(super) fn random_of(hello: &[u8]) -> [u8; 32] {
    hello[12 + 2..][..32].try_into().unwrap()
}

/// The handshake messages in the epoch-0 records of datagrams.
pub(super) fn messages(datagrams: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let all = records(&datagrams.concat()).into_iter();
    let in_clear = all.filter(|record| record[0] == 22 && record[4] == 0);
    in_clear.map(|record| record[13..].to_vec()).collect()
}

/// A client. The server asks for no cookie.
pub(super) fn shake_hands_with_server(server: &mut End, extended: bool) -> Puppet {
    let mut puppet = Puppet::new();
    let body = octets(|sink| {
        sink.u16(0xFEFD);
        sink.put(&RANDOM);
        sink.vector8(&[]);
        sink.vector8(&[]);
        sink.vector16(&[0xC0, 0xA8]);
        sink.vector8(&[0]);
        if extended {
            sink.vector16(&extension(23, &[]));
        }
    });
    let hello = puppet.note(message(1, 0, &body));
    let flight = messages(&to(server, [record(22, 0, &hello)]));
    let server_random = random_of(&flight[0]);
    for message in flight {
        puppet.note(message);
    }
    let identity = octets(|sink| sink.vector16(IDENTITY));
    let key_exchange = puppet.note(message(16, 1, &identity));
    let premaster = psk_premaster(KEY);
    puppet.establish(&premaster, extended, [&RANDOM, &server_random], true);
    let finished = puppet.finished(Sender::Client, 2);
    let mut flight = record(22, 0, &key_exchange);
    flight.extend(record(20, 0, &[1]));
    flight.extend(puppet.seal(22, &finished));
    let answer = to(server, [flight]);
    let theirs = puppet.open(&records(&answer[0])[1]);
    assert_eq!(theirs, puppet.finished(Sender::Server, 2));
    puppet
}

/// A server. It asks for no cookie.
pub(super) fn shake_hands_with_client(client: &mut End, extended: bool) -> Puppet {
    let mut puppet = Puppet::new();
    let hello = messages(&to(client, [])).remove(0);
    let client_random = random_of(&hello);
    puppet.note(hello);
    let list = if extended {
        extension(23, &[])
    } else {
        Vec::new()
    };
    let mut body = server_hello_with(&list);
    body[2..34].copy_from_slice(&RANDOM);
    let hello = puppet.note(message(2, 0, &body));
    let done = puppet.note(message(14, 1, &[]));
    let flight = [record(22, 0, &hello), record(22, 0, &done)].concat();
    let answer = to(client, [flight]);
    let key_exchange = messages(&answer).remove(0);
    puppet.note(key_exchange);
    let premaster = psk_premaster(KEY);
    puppet.establish(&premaster, extended, [&client_random, &RANDOM], false);
    let theirs = puppet.open(&records(&answer[0])[2]);
    assert_eq!(theirs, puppet.finished(Sender::Client, 2));
    let finished = puppet.finished(Sender::Server, 2);
    let mut flight = record(20, 0, &[1]);
    flight.extend(puppet.seal(22, &finished));
    to(client, [flight]);
    puppet
}
