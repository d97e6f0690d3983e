// SPDX-License-Identifier: MIT OR Apache-2.0
//! The records of a datagram, as far as they can be read without keys; what a handshake costs.

use super::relay::Datagram;

pub const HANDSHAKE: u8 = 22;
pub const CHANGE_CIPHER_SPEC: u8 = 20;
pub const ALERT: u8 = 21;
pub const HEARTBEAT: u8 = 24;
const HEADER: usize = 13;
const MESSAGE_HEADER: usize = 12;

pub const CERTIFICATE: u8 = 11;
pub const SERVER_KEY_EXCHANGE: u8 = 12;
pub const CERTIFICATE_VERIFY: u8 = 15;
pub const HELLO_VERIFY_REQUEST: u8 = 3;
pub const CERTIFICATE_URL: u8 = 21;

/// The content types of the records of a datagram; `None` when it is not a row of whole records.
pub fn content_types(mut datagram: &[u8]) -> Option<Vec<u8>> {
    let mut types = Vec::new();
    while !datagram.is_empty() {
        let header = datagram.get(..HEADER)?;
        let length = usize::from(u16::from_be_bytes([header[11], header[12]]));
        types.push(header[0]);
        datagram = datagram.get(HEADER + length..)?;
    }
    Some(types)
}

/// Octets and datagrams of what belongs to a handshake.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub struct Cost {
    pub octets: usize,
    pub datagrams: usize,
}

/// What the handshake in `seen` took, in both directions, record headers included.
pub fn handshake_cost(seen: &[Datagram]) -> Cost {
    let mut cost = Cost::default();
    for datagram in seen {
        let types = content_types(&datagram.octets).unwrap_or_default();
        if types
            .iter()
            .any(|kind| matches!(*kind, HANDSHAKE | CHANGE_CIPHER_SPEC))
        {
            cost.octets += datagram.octets.len();
            cost.datagrams += 1;
        }
    }
    cost
}

/// The datagrams of a first connection and of a second one, which begins with a ClientHello whose
/// record has the number 0 again.
pub fn at_the_second_start(seen: &[Datagram]) -> (&[Datagram], &[Datagram]) {
    let is_start = |datagram: &Datagram| {
        let header = datagram.octets.get(..=HEADER).unwrap_or_default();
        datagram.from_client && matches!(header, [HANDSHAKE, _, _, 0, 0, 0, 0, 0, 0, 0, 0, _, _, 1])
    };
    let second = (1..seen.len()).find(|number| is_start(&seen[*number]));
    seen.split_at(second.unwrap_or(seen.len()))
}

/// An unprotected handshake message, whole or a fragment.
pub struct Message<'a> {
    pub kind: u8,
    /// Where its body is in the datagram.
    pub at: usize,
    pub body: &'a [u8],
}

/// Those of a datagram.
pub fn messages(datagram: &[u8]) -> Vec<Message<'_>> {
    let mut messages = Vec::new();
    let mut at = 0;
    while let Some(header) = datagram.get(at..at + HEADER) {
        let end = at + HEADER + usize::from(u16::from_be_bytes([header[11], header[12]]));
        let is_plain = header[0] == HANDSHAKE && header[3..5] == [0, 0];
        at += HEADER;
        while is_plain && at + MESSAGE_HEADER <= end.min(datagram.len()) {
            let header = &datagram[at..at + MESSAGE_HEADER];
            at += MESSAGE_HEADER;
            let length = u32::from_be_bytes([0, header[9], header[10], header[11]]) as usize;
            let Some(body) = datagram.get(at..at + length) else {
                return messages;
            };
            let kind = header[0];
            messages.push(Message { kind, at, body });
            at += length;
        }
        at = end;
    }
    messages
}

/// The records of a datagram in words: `ClientKeyExchange, ChangeCipherSpec, Finished`. What is
/// protected can only be guessed: a handshake message of epoch 1 is the Finished.
pub fn describe(datagram: &[u8]) -> String {
    let mut names = Vec::new();
    let mut rest = datagram;
    while let Some(header) = rest.get(..HEADER) {
        let length = usize::from(u16::from_be_bytes([header[11], header[12]]));
        let protected = header[3..5] != [0, 0];
        let message = rest.get(HEADER).copied().unwrap_or(0);
        names.push(match (header[0], protected) {
            (20, _) => "ChangeCipherSpec".to_owned(),
            (21, true) => "Alert".to_owned(),
            (21, false) => alert(rest.get(HEADER..).unwrap_or_default()),
            (22, true) => "Finished".to_owned(),
            (22, false) => message_name(message).to_owned(),
            (23, _) => format!("application data, {length} octets protected"),
            (HEARTBEAT, _) => format!("heartbeat, {length} octets protected"),
            (kind, _) => format!("content type {kind}"),
        });
        rest = rest.get(HEADER + length..).unwrap_or_default();
    }
    names.join(", ")
}

fn alert(content: &[u8]) -> String {
    match content.get(..2) {
        Some([2, description]) => format!("Alert: fatal, {}", alert_name(*description)),
        Some([1, 0]) => "Alert: close_notify".to_owned(),
        _ => "Alert".to_owned(),
    }
}

/// As our tools call it.
pub fn alert_name(description: u8) -> String {
    match description {
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        45 => "certificate_expired",
        48 => "unknown_ca",
        51 => "decrypt_error",
        other => return other.to_string(),
    }
    .to_owned()
}

fn message_name(kind: u8) -> &'static str {
    match kind {
        1 => "ClientHello",
        2 => "ServerHello",
        HELLO_VERIFY_REQUEST => "HelloVerifyRequest",
        CERTIFICATE => "Certificate",
        SERVER_KEY_EXCHANGE => "ServerKeyExchange",
        13 => "CertificateRequest",
        CERTIFICATE_VERIFY => "CertificateVerify",
        14 => "ServerHelloDone",
        16 => "ClientKeyExchange",
        CERTIFICATE_URL => "CertificateURL",
        _ => "handshake message",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_connection_is_found() {
        let datagram = |from_client, sequence, message| {
            let octets = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 1, message];
            let at = std::time::Duration::ZERO;
            Datagram {
                from_client,
                at,
                octets,
            }
        };
        let seen = [
            datagram(true, 0, 1),
            datagram(false, 0, 1),
            datagram(true, 1, 1),
            datagram(true, 0, 2),
            datagram(true, 0, 1),
        ];
        assert_eq!(at_the_second_start(&seen).0.len(), 4);
        assert_eq!(at_the_second_start(&seen[..4]).1.len(), 0);
    }

    #[test]
    fn messages_are_found() {
        let message = |kind, body: &[u8]| {
            let length = body.len() as u8;
            let header = [kind, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length];
            [&header, body].concat()
        };
        let record = |kind, epoch, content: &[u8]| {
            let length = content.len() as u8;
            let header = [kind, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 0, 0, length];
            [&header, content].concat()
        };
        let two = [message(16, &[1, 2]), message(15, &[3])].concat();
        let datagram = [
            record(22, 0, &two),
            record(20, 0, &[1]),
            record(22, 1, &two),
        ]
        .concat();
        let found: Vec<(u8, usize, &[u8])> = messages(&datagram)
            .iter()
            .map(|message| (message.kind, message.at, message.body))
            .collect();
        assert_eq!(found, [(16, 25, &[1, 2][..]), (15, 39, &[3])]);
        for length in 0..datagram.len() {
            assert!(messages(&datagram[..length]).len() <= 2);
        }
    }

    #[test]
    fn only_handshakes_are_counted() {
        let record = |kind, length: u8| {
            let mut record = vec![kind, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, length];
            record.resize(HEADER + usize::from(length), 0);
            record
        };
        let flight = [record(22, 5), record(20, 1), record(22, 9)].concat();
        assert_eq!(content_types(&flight), Some(vec![22, 20, 22]));
        assert_eq!(content_types(&flight[1..]), None);
        assert_eq!(describe(&record(20, 1)), "ChangeCipherSpec");
        let datagram = |octets| Datagram {
            from_client: true,
            at: std::time::Duration::ZERO,
            octets,
        };
        let seen = [
            datagram(flight),
            datagram(record(23, 7)),
            datagram(record(21, 2)),
        ];
        assert_eq!(
            handshake_cost(&seen),
            Cost {
                octets: 54,
                datagrams: 1
            }
        );
    }
}
