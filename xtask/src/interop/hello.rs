// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two hellos of a handshake as they pass unprotected: what is offered, what is answered.

use super::records;
use super::relay::Datagram;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;

pub const SERVER_NAME: u16 = 0;
pub const MAX_FRAGMENT_LENGTH: u16 = 1;
pub const CLIENT_CERTIFICATE_URL: u16 = 2;
pub const TRUSTED_CA_KEYS: u16 = 3;
pub const TRUNCATED_HMAC: u16 = 4;
pub const SUPPORTED_GROUPS: u16 = 10;
pub const EC_POINT_FORMATS: u16 = 11;
pub const SIGNATURE_ALGORITHMS: u16 = 13;
pub const HEARTBEAT: u16 = 15;
pub const CLIENT_CERTIFICATE_TYPE: u16 = 19;
pub const SERVER_CERTIFICATE_TYPE: u16 = 20;
pub const ENCRYPT_THEN_MAC: u16 = 22;
pub const EXTENDED_MASTER_SECRET: u16 = 23;
pub const CACHED_INFO: u16 = 25;
pub const SESSION_TICKET: u16 = 35;
pub const RENEGOTIATION_INFO: u16 = 0xFF01;

/// Offers and answers have the same fields; of an answer, `suites` and `compressions` have one each.
#[derive(Debug, PartialEq, Eq)]
pub struct Hello {
    pub version: [u8; 2],
    pub session_id: Vec<u8>,
    /// Of a client only.
    pub cookie: Vec<u8>,
    pub suites: Vec<u16>,
    pub compressions: Vec<u8>,
    /// Number and content.
    pub extensions: Vec<(u16, Vec<u8>)>,
}

impl Hello {
    pub fn extension(&self, number: u16) -> Option<&[u8]> {
        let mut all = self.extensions.iter();
        all.find(|extension| extension.0 == number)
            .map(|extension| extension.1.as_slice())
    }
}

/// The whole ClientHellos, in order.
pub fn of_client(seen: &[Datagram]) -> Vec<Hello> {
    hellos(seen, CLIENT_HELLO, client_hello)
}

/// The whole ServerHellos, in order.
pub fn of_server(seen: &[Datagram]) -> Vec<Hello> {
    hellos(seen, SERVER_HELLO, server_hello)
}

fn hellos(seen: &[Datagram], kind: u8, parse: fn(&[u8]) -> Option<Hello>) -> Vec<Hello> {
    let messages = seen
        .iter()
        .flat_map(|datagram| records::messages(&datagram.octets));
    messages
        .filter(|message| message.kind == kind)
        .filter_map(|message| parse(message.body))
        .collect()
}

/// RFC 6347, section 4.2.1.
fn client_hello(body: &[u8]) -> Option<Hello> {
    let mut rest = Rest(body);
    let version = [rest.number(1)? as u8, rest.number(1)? as u8];
    rest.take(RANDOM)?;
    let hello = Hello {
        version,
        session_id: rest.vector(1)?.to_vec(),
        cookie: rest.vector(1)?.to_vec(),
        suites: rest
            .vector(2)?
            .chunks_exact(2)
            .map(|suite| u16::from_be_bytes([suite[0], suite[1]]))
            .collect(),
        compressions: rest.vector(1)?.to_vec(),
        extensions: rest.extensions()?,
    };
    rest.0.is_empty().then_some(hello)
}

/// RFC 5246, section 7.4.1.3.
fn server_hello(body: &[u8]) -> Option<Hello> {
    let mut rest = Rest(body);
    let version = [rest.number(1)? as u8, rest.number(1)? as u8];
    rest.take(RANDOM)?;
    let hello = Hello {
        version,
        session_id: rest.vector(1)?.to_vec(),
        cookie: Vec::new(),
        suites: vec![rest.number(2)? as u16],
        compressions: vec![rest.number(1)? as u8],
        extensions: rest.extensions()?,
    };
    rest.0.is_empty().then_some(hello)
}

const RANDOM: usize = 32;

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, octets: usize) -> Option<usize> {
        let taken = self.take(octets)?;
        let number = taken.iter();
        Some(number.fold(0, |number, octet| number << 8 | usize::from(*octet)))
    }

    /// A length of so many octets, and what it counts.
    fn vector(&mut self, octets: usize) -> Option<&'a [u8]> {
        let length = self.number(octets)?;
        self.take(length)
    }

    /// None at all is right, too.
    fn extensions(&mut self) -> Option<Vec<(u16, Vec<u8>)>> {
        let mut extensions = Vec::new();
        if self.0.is_empty() {
            return Some(extensions);
        }
        let mut list = Rest(self.vector(2)?);
        while !list.0.is_empty() {
            extensions.push((list.number(2)? as u16, list.vector(2)?.to_vec()));
        }
        Some(extensions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENSIONS: [u8; 11] = [0, 9, 0, 23, 0, 0, 0, 1, 0, 1, 1];

    fn expected(cookie: &[u8], suites: &[u16]) -> Hello {
        Hello {
            version: [254, 253],
            session_id: vec![9],
            cookie: cookie.to_vec(),
            suites: suites.to_vec(),
            compressions: vec![0],
            extensions: vec![
                (EXTENDED_MASTER_SECRET, vec![]),
                (MAX_FRAGMENT_LENGTH, vec![1]),
            ],
        }
    }

    #[test]
    fn both_hellos_are_read_and_nothing_cut() {
        let begin = [&[254, 253][..], &[7; RANDOM], &[1, 9]].concat();
        let offer = [2, 5, 6, 0, 4, 0xC0, 0xA8, 0, 0xFF, 1, 0];
        let offer = [&begin, &offer[..], &EXTENSIONS].concat();
        let answer = [&begin, &[0xC0, 0xA8, 0][..], &EXTENSIONS].concat();
        let hello = expected(&[5, 6], &[0xC0A8, 0xFF]);
        assert_eq!(hello.extension(MAX_FRAGMENT_LENGTH), Some(&[1][..]));
        assert_eq!(hello.extension(HEARTBEAT), None);
        assert_eq!(client_hello(&offer), Some(hello));
        assert_eq!(server_hello(&answer), Some(expected(&[], &[0xC0A8])));
        for (whole, parse) in [
            (offer, client_hello as fn(&[u8]) -> Option<Hello>),
            (answer, server_hello),
        ] {
            let without = whole.len() - EXTENSIONS.len();
            for length in (0..whole.len()).filter(|length| *length != without) {
                assert_eq!(parse(&whole[..length]), None);
            }
            assert_eq!(
                parse(&whole[..without]).map(|hello| hello.extensions),
                Some(vec![])
            );
        }
    }
}
