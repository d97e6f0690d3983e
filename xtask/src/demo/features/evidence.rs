// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is looked for on the wire, one function a feature; `None`: it was not there.

use std::collections::BTreeSet;

use super::Scenes;
use crate::demo::Shown;
use crate::demo::scenes::{Id, LOST};
use crate::interop::credentials::NAME;
use crate::interop::hello::{self, Hello};
use crate::interop::records::{
    self, CERTIFICATE, CERTIFICATE_URL, CERTIFICATE_VERIFY, HELLO_VERIFY_REQUEST,
    SERVER_KEY_EXCHANGE,
};
use crate::interop::relay::Datagram;

const PSK_SUITE: u16 = 0xC0A8;
const ECDHE_SUITE: u16 = 0xC0AE;
/// RFC 5746, section 3.3.
const RENEGOTIATION_SCSV: u16 = 0x00FF;
const SESSION_ID: usize = 16;

fn largest(seen: &[Datagram]) -> Option<usize> {
    seen.iter().map(|datagram| datagram.octets.len()).max()
}

pub fn version(scenes: &Scenes) -> Option<String> {
    let counts = scenes.all_hellos(|hello| hello.version == [254, 253])?;
    Some(format!("{{254, 253}} in {counts}"))
}

pub fn cookie(scenes: &Scenes) -> Option<String> {
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
pub fn pre_shared_keys(scenes: &Scenes) -> Option<String> {
    let psk = scenes.of(Id::Psk)?;
    let no_hint = psk.messages(false, SERVER_KEY_EXCHANGE).is_empty();
    let seen = psk.with_suite(PSK_SUITE)?;
    no_hint.then(|| format!("{seen}; no identity hint"))
}

pub fn raw_public_keys(scenes: &Scenes) -> Option<String> {
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

pub fn certificates(scenes: &Scenes) -> Option<String> {
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

pub fn eui64(scenes: &Scenes) -> Option<String> {
    let server = &scenes.of(Id::X509)?.server;
    let eui64 = server.split_once(" eui64=")?.1.split_whitespace().next()?;
    (eui64.len() == 16).then(|| format!("{eui64} in its certificate, required by the server"))
}

pub fn curves(scenes: &Scenes) -> Option<String> {
    let (offer, _) = scenes.of(Id::X509)?.hellos()?;
    let groups = offer.extension(hello::SUPPORTED_GROUPS)? == [0, 2, 0, 23];
    let formats = offer.extension(hello::EC_POINT_FORMATS)? == [1, 0];
    (groups && formats)
        .then(|| "supported_groups: secp256r1; ec_point_formats: uncompressed".into())
}

pub fn signature_algorithms(scenes: &Scenes) -> Option<String> {
    let (offer, _) = scenes.of(Id::X509)?.hellos()?;
    let only = offer.extension(hello::SIGNATURE_ALGORITHMS)? == [0, 2, 4, 3];
    only.then(|| "ecdsa with sha256, nothing else".into())
}

pub fn server_name(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::X509)?;
    let (offer, _) = shown.hellos()?;
    // RFC 6066, section 3: the list's length, the type host_name, its length.
    let name = offer.extension(hello::SERVER_NAME)?.get(5..)?;
    let certified = shown.client.contains(&format!(" peer=cert:{NAME}"));
    (certified && name == NAME.as_bytes())
        .then(|| format!("{NAME}, for which the server has a certificate"))
}

pub fn extended_master_secret(scenes: &Scenes) -> Option<String> {
    let has = |hello: &Hello| hello.extension(hello::EXTENDED_MASTER_SECRET) == Some(&[]);
    Some(format!("in {}", scenes.all_hellos(has)?))
}

pub fn renegotiation(scenes: &Scenes) -> Option<String> {
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

pub fn max_fragment_length(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Small)?;
    // RFC 6066, section 4: 1 is 2^9.
    let agreed = shown.extension(hello::MAX_FRAGMENT_LENGTH)? == (vec![1], vec![1]);
    shown.says(" mfl=512 ")?;
    let largest = largest(&shown.seen)?;
    (agreed && largest <= 128)
        .then(|| format!("512 asked for and granted; largest datagram {largest} octets"))
}

pub fn fragments(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Fragments)?;
    let all = shown.messages(false, CERTIFICATE);
    // They come twice, since one was lost.
    let pieces: BTreeSet<&[u8]> = all.iter().map(|piece| piece.body).collect();
    let (pieces, largest) = (pieces.len(), largest(&shown.seen)?);
    (pieces > 1 && largest <= 256)
        .then(|| format!("Certificate in {pieces} pieces; largest datagram {largest} octets"))
}

pub fn retransmission(scenes: &Scenes) -> Option<String> {
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

pub fn session_id(scenes: &Scenes) -> Option<String> {
    let answers = scenes.answers();
    let all = answers
        .iter()
        .all(|hello| hello.session_id.len() == SESSION_ID);
    (all && !answers.is_empty())
        .then(|| format!("{SESSION_ID} octets in {} ServerHellos", answers.len()))
}

pub fn resumption(scenes: &Scenes) -> Option<String> {
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

pub fn cached_info(scenes: &Scenes) -> Option<String> {
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

pub fn heartbeat(scenes: &Scenes) -> Option<String> {
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

pub fn certificate_url(scenes: &Scenes) -> Option<String> {
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

pub fn trusted_ca_keys(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::TrustedCa)?;
    let (named, answered) = shown.extension(hello::TRUSTED_CA_KEYS)?;
    (named.len() > 2 && answered.is_empty()).then(|| {
        format!(
            "the CA named in {} octets, acknowledged by the server",
            named.len()
        )
    })
}

pub fn no_compression(scenes: &Scenes) -> Option<String> {
    let counts = scenes.all_hellos(|hello| hello.compressions == [0])?;
    Some(format!("null alone in {counts}"))
}

pub fn no_tickets(scenes: &Scenes) -> Option<String> {
    let none = |hello: &Hello| hello.extension(hello::SESSION_TICKET).is_none();
    let counts = scenes.all_hellos(none)?;
    Some(format!("no session_ticket in {counts}"))
}

pub fn nothing_for_cbc(scenes: &Scenes) -> Option<String> {
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

pub fn wrong_key(scenes: &Scenes) -> Option<String> {
    let alert = last_words(scenes.of(Id::WrongKey)?, false, "decrypt_error")?;
    Some(format!("{alert}, of the server"))
}

pub fn wrong_name(scenes: &Scenes) -> Option<String> {
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
pub fn close_notify(scenes: &Scenes) -> Option<String> {
    let shown = scenes.of(Id::Heartbeat)?;
    shown.says(" alert warning close_notify")?;
    let last = shown.seen.last()?;
    let is_alert = records::content_types(&last.octets)? == [records::ALERT];
    is_alert.then(|| format!("close_notify, protected, {} octets", last.octets.len()))
}
