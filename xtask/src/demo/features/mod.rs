// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile's features, and what was seen on the wire of each.

mod evidence;

use super::Shown;
use super::lines::{COLUMNS, print, words};
use super::scenes::Id;
use crate::interop::hello::{self, Hello};
use crate::interop::records::{self, Cost, Message};
use crate::report::Outcome;

struct Feature {
    name: &'static str,
    document: &'static str,
    /// `None`: it was not seen.
    seen: fn(&Scenes) -> Option<String>,
}

const FEATURES: [Feature; 26] = [
    feature("DTLS 1.2 only", "RFC 6347", evidence::version),
    feature("cookie exchange", "RFC 6347", evidence::cookie),
    feature("pre-shared keys", "RFC 6655", evidence::pre_shared_keys),
    feature("raw public keys", "RFC 7250", evidence::raw_public_keys),
    feature("certificates", "RFC 7251", evidence::certificates),
    feature("EUI-64 of a client", "RFC 7925", evidence::eui64),
    feature("elliptic curves", "RFC 8422", evidence::curves),
    feature(
        "signature_algorithms",
        "RFC 5246",
        evidence::signature_algorithms,
    ),
    feature("server_name", "RFC 6066", evidence::server_name),
    feature(
        "extended_master_secret",
        "RFC 7627",
        evidence::extended_master_secret,
    ),
    feature("renegotiation SCSV", "RFC 5746", evidence::renegotiation),
    feature(
        "max_fragment_length",
        "RFC 6066",
        evidence::max_fragment_length,
    ),
    feature("fragments", "RFC 6347", evidence::fragments),
    feature("retransmission", "RFC 6347", evidence::retransmission),
    feature("session id", "RFC 5246", evidence::session_id),
    feature("resumption", "RFC 5246", evidence::resumption),
    feature("cached_info", "RFC 7924", evidence::cached_info),
    feature("heartbeat", "RFC 6520", evidence::heartbeat),
    feature(
        "client_certificate_url",
        "RFC 6066",
        evidence::certificate_url,
    ),
    feature("trusted_ca_keys", "RFC 6066", evidence::trusted_ca_keys),
    feature("no compression", "RFC 3749", evidence::no_compression),
    feature("no tickets", "RFC 5077", evidence::no_tickets),
    feature(
        "nothing for CBC suites",
        "RFC 7366",
        evidence::nothing_for_cbc,
    ),
    feature("alert: wrong key", "RFC 4279", evidence::wrong_key),
    feature("alert: wrong name", "RFC 5246", evidence::wrong_name),
    feature("alert: the end", "RFC 5246", evidence::close_notify),
];

const fn feature(
    name: &'static str,
    document: &'static str,
    seen: fn(&Scenes) -> Option<String>,
) -> Feature {
    Feature {
        name,
        document,
        seen,
    }
}

/// Prints the table; fails when something was not seen.
pub fn table(all: &[Shown]) -> Outcome {
    let scenes = Scenes(all);
    println!("\nThe profile's features, and what was seen on the wire");
    println!("{}", "-".repeat(COLUMNS));
    let mut missing = Vec::new();
    for feature in &FEATURES {
        let seen = (feature.seen)(&scenes);
        let begin = format!("{:<23} {:<9} ", feature.name, feature.document);
        let text = seen.as_deref().unwrap_or("NOT SEEN");
        print(&begin, &words(text), "");
        if seen.is_none() {
            missing.push(feature.name);
        }
    }
    println!("{}", "-".repeat(COLUMNS));
    let count = FEATURES.len();
    println!("{} of {count} seen", count - missing.len());
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("not seen: {}", missing.join(", ")).into())
    }
}

/// What all the scenes showed.
struct Scenes<'a>(&'a [Shown]);

impl Scenes<'_> {
    fn of(&self, id: Id) -> Option<&Shown> {
        self.0.iter().find(|shown| shown.id == id)
    }

    fn offers(&self) -> Vec<Hello> {
        let all = self.0.iter();
        all.flat_map(|shown| hello::of_client(&shown.seen))
            .collect()
    }

    fn answers(&self) -> Vec<Hello> {
        let all = self.0.iter();
        all.flat_map(|shown| hello::of_server(&shown.seen))
            .collect()
    }

    /// How many hellos there are of each end, if all of them are so.
    fn all_hellos(&self, is_so: impl Fn(&Hello) -> bool) -> Option<String> {
        let (offers, answers) = (self.offers(), self.answers());
        let are_there = !offers.is_empty() && !answers.is_empty();
        let all_are = offers.iter().chain(&answers).all(is_so);
        let counts = format!(
            "{} ClientHellos, {} ServerHellos",
            offers.len(),
            answers.len()
        );
        (are_there && all_are).then_some(counts)
    }
}

impl Shown {
    /// The last ClientHello, which has the cookie, and the ServerHello to it.
    fn hellos(&self) -> Option<(Hello, Hello)> {
        let offer = hello::of_client(&self.seen).pop()?;
        Some((offer, hello::of_server(&self.seen).pop()?))
    }

    /// The contents of an extension in both.
    fn extension(&self, number: u16) -> Option<(Vec<u8>, Vec<u8>)> {
        let (offer, answer) = self.hellos()?;
        let content = |hello: &Hello| hello.extension(number).map(<[u8]>::to_vec);
        Some((content(&offer)?, content(&answer)?))
    }

    /// The handshake messages of one end that the relay can read.
    fn messages(&self, of_client: bool, kind: u8) -> Vec<Message<'_>> {
        let theirs = self.seen.iter().filter(|one| one.from_client == of_client);
        let all = theirs.flat_map(|datagram| records::messages(&datagram.octets));
        all.filter(|message| message.kind == kind).collect()
    }

    /// Octets of the message of that kind, which may have come more than once.
    fn length(&self, of_client: bool, kind: u8) -> Option<usize> {
        let last = self.messages(of_client, kind).pop()?;
        Some(last.body.len())
    }

    /// The suite when the server took that one, and what the handshake cost.
    fn with_suite(&self, suite: u16) -> Option<String> {
        let (_, answer) = self.hellos()?;
        let cost = in_words(self.costs().0);
        (answer.suites == [suite]).then(|| format!("suite {suite:04X}; {cost}"))
    }

    fn says(&self, text: &str) -> Option<()> {
        (self.client.contains(text) && self.server.contains(text)).then_some(())
    }
}

pub fn in_words(cost: Cost) -> String {
    format!("{} octets in {} datagrams", cost.octets, cost.datagrams)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_happen_was_not_seen() {
        for feature in &FEATURES {
            assert_eq!((feature.seen)(&Scenes(&[])), None, "{}", feature.name);
        }
        assert!(table(&[]).is_err());
    }
}
