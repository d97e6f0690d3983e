// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile's features, and what was seen on the wire of each.

use super::Shown;
use super::lines::{COLUMNS, print, words};
use super::scenes::{Id, LOST};
use crate::interop::hello::{self, Hello};
use crate::interop::records::{
    self, CERTIFICATE, CERTIFICATE_URL, CERTIFICATE_VERIFY, Cost, HELLO_VERIFY_REQUEST, Message,
    SERVER_KEY_EXCHANGE,
};
use crate::interop::relay::Datagram;
use crate::report::Outcome;

const PSK_SUITE: u16 = 0xC0A8;
const ECDHE_SUITE: u16 = 0xC0AE;
/// RFC 5746, section 3.3.
const RENEGOTIATION_SCSV: u16 = 0x00FF;
const SESSION_ID: usize = 16;

struct Feature {
    name: &'static str,
    document: &'static str,
    /// `None`: it was not seen.
    seen: fn(&Scenes) -> Option<String>,
}

const FEATURES: [Feature; 26] = [
    feature("DTLS 1.2 only", "RFC 6347", version),
    feature("cookie exchange", "RFC 6347", cookie),
    feature("pre-shared keys", "RFC 6655", pre_shared_keys),
    feature("raw public keys", "RFC 7250", raw_public_keys),
    feature("certificates", "RFC 7251", certificates),
    feature("EUI-64 of a client", "RFC 7925", eui64),
    feature("elliptic curves", "RFC 8422", curves),
    feature("signature_algorithms", "RFC 5246", signature_algorithms),
    feature("server_name", "RFC 6066", server_name),
    feature("extended_master_secret", "RFC 7627", extended_master_secret),
    feature("renegotiation SCSV", "RFC 5746", renegotiation),
    feature("max_fragment_length", "RFC 6066", max_fragment_length),
    feature("fragments", "RFC 6347", fragments),
    feature("retransmission", "RFC 6347", retransmission),
    feature("session id", "RFC 5246", session_id),
    feature("resumption", "RFC 5246", resumption),
    feature("cached_info", "RFC 7924", cached_info),
    feature("heartbeat", "RFC 6520", heartbeat),
    feature("client_certificate_url", "RFC 6066", certificate_url),
    feature("trusted_ca_keys", "RFC 6066", trusted_ca_keys),
    feature("no compression", "RFC 7925", no_compression),
    feature("no tickets", "RFC 7925", no_tickets),
    feature("nothing for CBC suites", "RFC 7925", nothing_for_cbc),
    feature("alert: wrong key", "RFC 4279", wrong_key),
    feature("alert: wrong name", "RFC 5246", wrong_name),
    feature("alert: the end", "RFC 5246", close_notify),
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
    println!(
        "{} of {} seen",
        FEATURES.len() - missing.len(),
        FEATURES.len()
    );
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

    /// Octets of the one whole message of that kind.
    fn length(&self, of_client: bool, kind: u8) -> Option<usize> {
        match self.messages(of_client, kind)[..] {
            [ref message] => Some(message.body.len()),
            _ => None,
        }
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

fn in_words(cost: Cost) -> String {
    format!("{} octets in {} datagrams", cost.octets, cost.datagrams)
}

fn largest(seen: &[Datagram]) -> Option<usize> {
    seen.iter().map(|datagram| datagram.octets.len()).max()
}

fn version(scenes: &Scenes) -> Option<String> {
    let counts = scenes.all_hellos(|hello| hello.version == [254, 253])?;
    Some(format!("{{254, 253}} in {counts}"))
}

fn cookie(scenes: &Scenes) -> Option<String> {
    let psk = scenes.of(Id::Psk)?;
    let verify = psk.messages(false, HELLO_VERIFY_REQUEST).pop()?;
    // RFC 6347, section 4.2.1: version and length come before it.
    let cookie = verify.body.get(3..)?;
    let (offer, _) = psk.hellos()?;
    let repeated = !cookie.is_empty() && offer.cookie == cookie;
    let octets = verify.at + verify.body.len();
    repeated.then(|| {
        format!(
            "HelloVerifyRequest of {octets} octets; its cookie of {} comes back",
            cookie.len()
        )
    })
}

/// And no identity hint, which is all that a ServerKeyExchange would have.
fn pre_shared_keys(scenes: &Scenes) -> Option<String> {
    let psk = scenes.of(Id::Psk)?;
    let no_hint = psk.messages(false, SERVER_KEY_EXCHANGE).is_empty();
    let seen = psk.with_suite(PSK_SUITE)?;
    no_hint.then(|| format!("{seen}; no identity hint"))
}

fn raw_public_keys(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Rpk)?;
    // RFC 7250, section 3: a list is offered, one is answered; 2 is RawPublicKey.
    for number in [
        hello::CLIENT_CERTIFICATE_TYPE,
        hello::SERVER_CERTIFICATE_TYPE,
    ] {
        let (offered, answered) = shown.extension(number)?;
        if !offered.get(1..)?.contains(&2) || answered != [2] {
            return None;
        }
    }
    shown.length(true, CERTIFICATE_VERIFY)?;
    let seen = shown.with_suite(ECDHE_SUITE)?;
    Some(format!("{seen}; types 2 and 2"))
}

fn certificates(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::X509)?;
    shown.length(true, CERTIFICATE_VERIFY)?;
    let chain = |of_client| chain_length(shown.messages(of_client, CERTIFICATE).pop()?.body);
    let (theirs, own) = (chain(false)?, chain(true)?);
    let seen = shown.with_suite(ECDHE_SUITE)?;
    (theirs > 1 && own > 0).then(|| format!("{seen}; chains of {theirs} and {own}"))
}

/// RFC 5246, section 7.4.2.
fn chain_length(body: &[u8]) -> Option<usize> {
    let mut rest = body.get(3..)?;
    let mut count = 0;
    while !rest.is_empty() {
        let length = u32::from_be_bytes([0, *rest.first()?, *rest.get(1)?, *rest.get(2)?]);
        rest = rest.get(3 + length as usize..)?;
        count += 1;
    }
    Some(count)
}

fn eui64(scenes: &Scenes) -> Option<String> {
    let server = &scenes.of(Id::X509)?.server;
    let eui64 = server.split_once(" eui64=")?.1.split_whitespace().next()?;
    (eui64.len() == 16).then(|| format!("{eui64} in its certificate, required by the server"))
}

fn curves(scenes: &Scenes) -> Option<String> {
    let (offer, _) = scenes.of(Id::X509)?.hellos()?;
    let groups = offer.extension(hello::SUPPORTED_GROUPS)? == [0, 2, 0, 23];
    let formats = offer.extension(hello::EC_POINT_FORMATS)? == [1, 0];
    (groups && formats)
        .then(|| "supported_groups: secp256r1; ec_point_formats: uncompressed".into())
}

fn signature_algorithms(scenes: &Scenes) -> Option<String> {
    let (offer, _) = scenes.of(Id::X509)?.hellos()?;
    let only = offer.extension(hello::SIGNATURE_ALGORITHMS)? == [0, 2, 4, 3];
    only.then(|| "ecdsa with sha256, nothing else".into())
}

fn server_name(scenes: &Scenes) -> Option<String> {
    let (offered, _) = scenes.of(Id::X509)?.extension(hello::SERVER_NAME)?;
    // RFC 6066, section 3: the list's length, the type host_name, its length.
    let name = String::from_utf8(offered.get(5..)?.to_vec()).ok()?;
    (name == crate::interop::credentials::NAME)
        .then(|| format!("{name}, acknowledged in the ServerHello"))
}

fn extended_master_secret(scenes: &Scenes) -> Option<String> {
    let has = |hello: &Hello| hello.extension(hello::EXTENDED_MASTER_SECRET) == Some(&[]);
    Some(format!("in {}", scenes.all_hellos(has)?))
}

fn renegotiation(scenes: &Scenes) -> Option<String> {
    let offers = scenes.offers();
    let asks = offers
        .iter()
        .all(|hello| hello.suites.contains(&RENEGOTIATION_SCSV));
    let told = |hello: &Hello| hello.extension(hello::RENEGOTIATION_INFO) == Some(&[0]);
    let answers = scenes.answers();
    let is_seen = asks && answers.iter().all(told) && !offers.is_empty() && !answers.is_empty();
    is_seen.then(|| {
        format!(
            "00FF in {} ClientHellos, renegotiation_info in {} ServerHellos",
            offers.len(),
            answers.len()
        )
    })
}

fn max_fragment_length(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Small)?;
    // RFC 6066, section 4: 1 is 2^9.
    let agreed = shown.extension(hello::MAX_FRAGMENT_LENGTH)? == (vec![1], vec![1]);
    shown.says(" mfl=512 ")?;
    let largest = largest(&shown.seen)?;
    (agreed && largest <= 128)
        .then(|| format!("512 asked for and granted; largest datagram {largest} octets"))
}

fn fragments(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Fragments)?;
    let pieces = shown.messages(false, CERTIFICATE).len();
    let largest = largest(&shown.seen)?;
    (pieces > 1 && largest <= 256).then(|| {
        format!(
            "Certificate in {pieces} pieces, repeated ones too; largest datagram {largest} octets"
        )
    })
}

fn retransmission(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Fragments)?;
    let lost = shown.seen.get(LOST - 1)?;
    // In a record of its own: only the record's number differs.
    let content = |datagram: &Datagram| datagram.octets.get(13..).map(<[u8]>::to_vec);
    let mut later = shown.seen.iter().skip(LOST);
    let again =
        later.find(|one| one.from_client == lost.from_client && content(one) == content(lost))?;
    let waited = again.at.saturating_sub(lost.at).as_millis();
    Some(format!(
        "datagram {LOST} lost, sent again after {waited} ms"
    ))
}

fn session_id(scenes: &Scenes) -> Option<String> {
    let answers = scenes.answers();
    let all = answers
        .iter()
        .all(|hello| hello.session_id.len() == SESSION_ID);
    (all && !answers.is_empty())
        .then(|| format!("{SESSION_ID} octets in {} ServerHellos", answers.len()))
}

fn resumption(scenes: &Scenes) -> Option<String> {
    let mut seen = Vec::new();
    for (id, name) in [(Id::Resumed, "PSK"), (Id::X509Resumed, "certificates")] {
        let shown = scenes.of(id)?;
        let (first, _) = records::at_the_second_start(&shown.seen);
        let given = hello::of_server(first).pop()?.session_id;
        let (offer, answer) = shown.hellos()?;
        if given.is_empty() || offer.session_id != given || answer.session_id != given {
            return None;
        }
        shown.says(" resumed=yes ")?;
        let (full, resumed) = shown.costs();
        seen.push(format!(
            "{name} {} octets instead of {}",
            resumed?.octets, full.octets
        ));
    }
    Some(seen.join("; "))
}

fn cached_info(scenes: &Scenes) -> Option<String> {
    let (before, after) = (scenes.of(Id::ToRemember)?, scenes.of(Id::Remembered)?);
    after.extension(hello::CACHED_INFO)?;
    let certificate = |shown: &Shown| shown.length(false, CERTIFICATE);
    let (whole, hash) = (certificate(before)?, certificate(after)?);
    let (full, short) = (before.costs().0.octets, after.costs().0.octets);
    let is_less = hash < whole && short < full && after.client.contains(" cached=cert");
    is_less.then(|| {
        format!("{short} octets instead of {full}: the Certificate has {hash} instead of {whole}")
    })
}

fn heartbeat(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Heartbeat)?;
    shown.extension(hello::HEARTBEAT)?;
    let of = |from_client| {
        shown.seen.iter().find(|datagram| {
            let types = records::content_types(&datagram.octets).unwrap_or_default();
            datagram.from_client == from_client && types.contains(&records::HEARTBEAT)
        })
    };
    let (request, response) = (of(true)?, of(false)?);
    let told = shown
        .client
        .lines()
        .find(|line| line.starts_with("heartbeat "))?;
    Some(format!(
        "request of {} octets, response of {}; round trip {}",
        request.octets.len(),
        response.octets.len(),
        told.trim_start_matches("heartbeat ")
    ))
}

fn certificate_url(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Url)?;
    shown.extension(hello::CLIENT_CERTIFICATE_URL)?;
    let url = shown.length(true, CERTIFICATE_URL)?;
    let instead = scenes.of(Id::X509)?.length(true, CERTIFICATE)?;
    let not_sent = shown.messages(true, CERTIFICATE).is_empty();
    let fetched = shown
        .fetched
        .iter()
        .any(|request| request.contains(": 200 OK, "));
    (not_sent && fetched).then(|| {
        format!(
            "CertificateURL of {url} octets instead of a Certificate of {instead}; fetched by HTTP"
        )
    })
}

fn trusted_ca_keys(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::TrustedCa)?;
    let (named, answered) = shown.extension(hello::TRUSTED_CA_KEYS)?;
    (named.len() > 2 && answered.is_empty()).then(|| {
        format!(
            "the CA named in {} octets, acknowledged by the server",
            named.len()
        )
    })
}

fn no_compression(scenes: &Scenes) -> Option<String> {
    let counts = scenes.all_hellos(|hello| hello.compressions == [0])?;
    Some(format!("null alone in {counts}"))
}

fn no_tickets(scenes: &Scenes) -> Option<String> {
    let none = |hello: &Hello| hello.extension(hello::SESSION_TICKET).is_none();
    let counts = scenes.all_hellos(none)?;
    Some(format!("no session_ticket in {counts}"))
}

fn nothing_for_cbc(scenes: &Scenes) -> Option<String> {
    let counts = scenes.all_hellos(|hello| {
        let absent = [hello::ENCRYPT_THEN_MAC, hello::TRUNCATED_HMAC];
        let none = absent
            .iter()
            .all(|number| hello.extension(*number).is_none());
        let suites = [PSK_SUITE, ECDHE_SUITE, RENEGOTIATION_SCSV];
        none && hello.suites.iter().all(|suite| suites.contains(suite))
    })?;
    Some(format!(
        "no encrypt_then_mac, no truncated_hmac in {counts}"
    ))
}

fn wrong_key(scenes: &Scenes) -> Option<String> {
    let alert = last_words(scenes.of(Id::WrongKey)?, false, "decrypt_error")?;
    Some(format!("{alert}, of the server"))
}

fn wrong_name(scenes: &Scenes) -> Option<String> {
    let alert = last_words(scenes.of(Id::WrongName)?, true, "bad_certificate")?;
    Some(format!("{alert}, of the client"))
}

/// The fatal alert of one end, with which everything ends.
fn last_words(shown: &Shown, of_client: bool, name: &str) -> Option<String> {
    let last = shown.seen.last()?;
    let said = records::describe(&last.octets).to_lowercase();
    (last.from_client == of_client && said == format!("alert: fatal, {name}"))
        .then(|| format!("{name}, fatal, {} octets", last.octets.len()))
}

/// It is protected: the trace of both ends tells what it is.
fn close_notify(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Heartbeat)?;
    shown.says(" alert warning close_notify")?;
    let last = shown.seen.last()?;
    let is_alert = records::content_types(&last.octets)? == [records::ALERT];
    is_alert.then(|| format!("close_notify, protected, {} octets", last.octets.len()))
}
