//! Records and messages by hand, right or wrong.

use std::vec::Vec;

use crate::suite::Suite;
use crate::wire::client_hello::ClientHelloOffer;
use crate::wire::handshake_header::{HandshakeHeader, HandshakeType};
use crate::wire::hello_verify_request::HelloVerifyRequest;
use crate::wire::record_header::{ContentType, RecordHeader};
use crate::wire::server_hello::ServerHelloAnswer;
use crate::wire::{Sink, Version};

/// Sink into a vector.
#[derive(Default)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl Sink for Octets {
    fn put(&mut self, octets: &[u8]) {
        self.0.extend_from_slice(octets);
    }
}

pub(crate) fn octets(write: impl FnOnce(&mut dyn Sink)) -> Vec<u8> {
    let mut out = Octets::default();
    write(&mut out);
    out.0
}

/// A record without protection. Its number is one that no honest record has.
pub(crate) fn record(content_type: u8, epoch: u16, content: &[u8]) -> Vec<u8> {
    let header = RecordHeader {
        content_type: ContentType(content_type),
        version: Version::DTLS_1_2,
        epoch,
        sequence_number: 0x1234,
        length: content.len() as u16,
    };
    let mut out = octets(|sink| header.emit(sink));
    out.extend_from_slice(content);
    out
}

/// A whole handshake message with its header.
pub(crate) fn message(msg_type: u8, message_seq: u16, body: &[u8]) -> Vec<u8> {
    fragment(msg_type, message_seq, body.len() as u32, 0, body)
}

pub(crate) fn fragment(
    msg_type: u8,
    message_seq: u16,
    length: u32,
    offset: u32,
    octets_of_it: &[u8],
) -> Vec<u8> {
    let header = HandshakeHeader {
        msg_type: HandshakeType(msg_type),
        length,
        message_seq,
        fragment_offset: offset,
        fragment_length: octets_of_it.len() as u32,
    };
    let mut out = octets(|sink| header.emit(sink));
    out.extend_from_slice(octets_of_it);
    out
}

/// A datagram with one handshake message in epoch 0.
pub(crate) fn handshake(msg_type: u8, message_seq: u16, body: &[u8]) -> Vec<u8> {
    record(22, 0, &message(msg_type, message_seq, body))
}

/// A well-formed body of each type of message, also of those that plain PSK has not.
pub(crate) fn body(msg_type: u8) -> Vec<u8> {
    match msg_type {
        1 => client_hello(&[], &[]),
        2 => server_hello(&[]),
        3 => hello_verify_request(&[7; 20]),
        // An empty list of certificates.
        11 => std::vec![0, 0, 0],
        12 => std::vec![0, 0],
        // ecdsa_sign, ecdsa with SHA-256, no authorities.
        13 => std::vec![1, 64, 0, 2, 4, 3, 0, 0],
        15 => std::vec![4, 3, 0, 2, 1, 1],
        16 => std::vec![0, 2, b'm', b'e'],
        20 => std::vec![9; 12],
        99 => std::vec![1, 2, 3],
        _ => Vec::new(),
    }
}

/// Extensions as they stand in a hello, without the length of the list.
pub(crate) fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    octets(|sink| {
        sink.u16(number);
        sink.vector16(content);
    })
}

/// With EMS and SCSV as ours has them, and more extensions.
pub(crate) fn client_hello(cookie: &[u8], more: &[u8]) -> Vec<u8> {
    let offer = ClientHelloOffer {
        random: &[0xC1; 32],
        session_id: &[],
        cookie,
        suites: &[Suite::PskWithAes128Ccm8],
        server_name: None,
        max_fragment_length: None,
        #[cfg(feature = "heartbeat")]
        heartbeat: None,
        #[cfg(feature = "public-key")]
        public_key: None,
    };
    with_extensions(octets(|sink| offer.emit(sink)), 4, more)
}

/// A ServerHello without extensions.
const ANSWER: ServerHelloAnswer<'_> = ServerHelloAnswer {
    random: &[0x5E; 32],
    session_id: &[],
    cipher_suite: Suite::PskWithAes128Ccm8.number(),
    max_fragment_length: None,
    extended_master_secret: false,
    secure_renegotiation: false,
    #[cfg(feature = "heartbeat")]
    heartbeat: None,
    #[cfg(feature = "public-key")]
    point_formats: false,
    #[cfg(feature = "public-key")]
    client_certificate_type: None,
    #[cfg(feature = "public-key")]
    server_certificate_type: None,
    #[cfg(feature = "certificate-url")]
    certificate_url: false,
    #[cfg(feature = "trusted-ca")]
    trusted_ca: false,
    #[cfg(feature = "cached-info")]
    cached: crate::wire::extension::cached_info::CachedTypes::NONE,
};

/// With EMS and renegotiation_info, and more extensions.
pub(crate) fn server_hello(more: &[u8]) -> Vec<u8> {
    let answer = ServerHelloAnswer {
        extended_master_secret: true,
        secure_renegotiation: true,
        ..ANSWER
    };
    with_extensions(octets(|sink| answer.emit(sink)), 9, more)
}

/// A ServerHello with these extensions and no others.
pub(crate) fn server_hello_with(list: &[u8]) -> Vec<u8> {
    let mut body = octets(|sink| ANSWER.emit(sink));
    body.extend_from_slice(&octets(|sink| sink.vector16(list)));
    body
}

/// Draws the list at the end, which has `length` octets, out.
fn with_extensions(mut body: Vec<u8>, length: usize, more: &[u8]) -> Vec<u8> {
    let at = body.len() - length - 2;
    let total = (length + more.len()) as u16;
    body[at..at + 2].copy_from_slice(&total.to_be_bytes());
    body.extend_from_slice(more);
    body
}

pub(crate) fn hello_verify_request(cookie: &[u8]) -> Vec<u8> {
    octets(|sink| HelloVerifyRequest { cookie }.emit(sink))
}

/// The records of a datagram.
pub(crate) fn records(datagram: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = datagram;
    let mut found = Vec::new();
    while let Some((_, length)) = crate::record::front(rest) {
        found.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    found
}

/// Content type and epoch of a datagram's first record, and its first octet of content.
pub(crate) fn shown(datagram: &[u8]) -> (u8, u16, Option<u8>) {
    let epoch = u16::from_be_bytes([datagram[3], datagram[4]]);
    (datagram[0], epoch, datagram.get(13).copied())
}
