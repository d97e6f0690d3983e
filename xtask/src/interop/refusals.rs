// SPDX-License-Identifier: MIT OR Apache-2.0
//! The conversations with certificates and raw public keys that must be refused, with the alert of
//! the table: by us, by the peer.

use super::cases::{Case, End, Path, Refusal, client, server};
use super::credentials::{
    Accepts, Own, Pair, RPK_MUTUAL, RPK_SERVER_ONLY, X509_MUTUAL, X509_SERVER_ONLY, end,
};
use super::peers::Peer;
use super::records::{CERTIFICATE_VERIFY, SERVER_KEY_EXCHANGE};
use super::relay::Fault;

/// What is wrong with a certificate, which one it is, how it is refused.
const BAD: [(&str, &str, Refusal); 6] = [
    ("another CA", "under-other-root", because("unknown_ca", 48)),
    ("expired", "expired", because("certificate_expired", 45)),
    (
        "not yet valid",
        "not-yet-valid",
        because("certificate_not_yet_valid", 45),
    ),
    (
        "a CA without keyCertSign",
        "under-mute-ca",
        because("bad_certificate", 42),
    ),
    ("a leaf as CA", "under-leaf", because("bad_certificate", 42)),
    (
        "key that does not match",
        "other-key",
        because("bad_signature", 51),
    ),
];
const WRONG_NAME: (&str, &str, Refusal) =
    ("wrong name", "elsewhere", because("certificate_name", 42));

const ALTERED: Refusal = because("bad_signature", 51);
const UNKNOWN_KEY: Refusal = because("unknown_key", 40);
const MISSING: Refusal = because("certificate_missing", 40);

const fn because(status: &'static str, alert: u8) -> Refusal {
    Refusal { status, alert }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    by_us(&mut cases);
    raw_keys(&mut cases);
    no_common_type(&mut cases);
    by_the_peer(&mut cases);
    cases
}

fn by_us(cases: &mut Vec<Case>) {
    for (what, certificate, refusal) in BAD.into_iter().chain([WRONG_NAME]) {
        // Others look at the key before they use it.
        let peer = match certificate {
            "other-key" => Peer::MbedTls,
            _ => Peer::OpenSsl,
        };
        let own = Own::Certificate(certificate);
        cases.push(
            client(peer, &format!("x509 refused, {what}"))
                .between(with_server(X509_SERVER_ONLY, own))
                .ends(End::Refused(refusal)),
        );
        // Nothing is said of the names of clients.
        if certificate != WRONG_NAME.1 {
            let case = server(peer, &format!("x509 refused, {what}")).between(X509_MUTUAL);
            cases.push(the_peer_has(case, own).ends(End::Refused(refusal)));
        }
    }
    let case = client(Peer::OpenSsl, "x509 refused, signature altered");
    cases.push(
        case.between(X509_SERVER_ONLY)
            .over(Path::Relay(vec![Fault::Alter(SERVER_KEY_EXCHANGE)]))
            .ends(End::Refused(ALTERED)),
    );
    let case = server(Peer::OpenSsl, "x509 refused, signature altered");
    cases.push(
        case.between(X509_MUTUAL)
            .over(Path::Relay(vec![Fault::Alter(CERTIFICATE_VERIFY)]))
            .ends(End::Refused(ALTERED)),
    );
    for peer in [Peer::OpenSsl, Peer::GnuTls, Peer::MbedTls] {
        let case = server(peer, "x509 refused, no client certificate").between(X509_MUTUAL);
        cases.push(the_peer_has(case, Own::Nothing).ends(End::Refused(MISSING)));
    }
    let case = server(Peer::OpenSsl, "x509 refused, a server's certificate").between(X509_MUTUAL);
    let case = the_peer_has(case, Own::Certificate("server"));
    cases.push(case.ends(End::Refused(because("bad_certificate", 42))));
    let case = server(Peer::OpenSsl, "x509 refused, no EUI-64").between(X509_MUTUAL);
    let case = the_peer_has(case, Own::Certificate("elsewhere")).us(&["--require-eui64"]);
    cases.push(case.ends(End::Refused(because("certificate_name", 42))));
}

fn raw_keys(cases: &mut Vec<Case>) {
    let peer = Peer::GnuTls;
    let stranger = Own::Raw("stranger");
    let case = client(peer, "rpk refused, unknown key")
        // It names the alert only in its log.
        .them(&["--debug", "5"])
        .between(with_server(RPK_MUTUAL, stranger));
    cases.push(case.ends(End::Refused(UNKNOWN_KEY)));
    let case = server(peer, "rpk refused, unknown key").between(RPK_MUTUAL);
    cases.push(the_peer_has(case, stranger).ends(End::Refused(UNKNOWN_KEY)));
    let tinydtls = client(Peer::TinyDtls, "rpk refused, unknown key").them(&["-v", "6"]);
    let case = tinydtls.between(with_server(RPK_MUTUAL, Own::Raw("tinydtls-server")));
    cases.push(case.ends(End::Refused(UNKNOWN_KEY)));
    let peer = Peer::CoapGnutls;
    let case = client(peer, "rpk refused, unknown key").us(&["--get", "/"]);
    let case = case.between(with_server(RPK_MUTUAL, stranger));
    cases.push(case.ends(End::Refused(UNKNOWN_KEY)));
    let case = server(peer, "rpk refused, unknown key")
        .us(&["--coap"])
        .them(&["/"]);
    cases.push(the_peer_has(case.between(RPK_MUTUAL), stranger).ends(End::Refused(UNKNOWN_KEY)));
}

/// RFC 7250, section 4.2: who offers certificates to a server of raw keys.
fn no_common_type(cases: &mut Vec<Case>) {
    let mut case = server(Peer::GnuTls, "rpk refused, certificates only").between(RPK_MUTUAL);
    case.peer_has = X509_MUTUAL.client;
    cases.push(case.ends(End::Refused(because("unsupported_certificate", 43))));
}

/// What others say of ours.
fn by_the_peer(cases: &mut Vec<Case>) {
    let peer = Peer::OpenSsl;
    for (what, certificate, alert) in [
        ("another CA", "under-other-root", 48),
        ("expired", "expired", 45),
    ] {
        let own = Own::Certificate(certificate);
        let what = format!("x509 refuses us, {what}");
        let mut ours = client(peer, &what).between(X509_MUTUAL);
        ours.ours_has = ours.ours_has.with(own);
        cases.push(ours.ends(End::RefusesUs(alert)));
        let ours = server(peer, &what).between(with_server(X509_SERVER_ONLY, own));
        cases.push(ours.ends(End::RefusesUs(alert)));
    }
    let ours = server(peer, "x509 refuses us, wrong name")
        .between(with_server(X509_SERVER_ONLY, Own::Certificate("elsewhere")));
    cases.push(ours.ends(End::RefusesUs(42)));
    let mut ours = client(peer, "x509 refuses us, no client certificate").between(X509_MUTUAL);
    ours.ours_has = end(Own::Nothing, Accepts::Under("root"));
    cases.push(ours.ends(End::RefusesUs(40)));
    let ours = client(Peer::CoapGnutls, "rpk refuses us, no key").us(&["--get", "/"]);
    cases.push(ours.between(RPK_SERVER_ONLY).ends(End::RefusesUs(42)));
}

fn with_server(pair: Pair, own: Own) -> Pair {
    Pair {
        server: pair.server.with(own),
        ..pair
    }
}

/// The honest one afterwards has what it had.
fn the_peer_has(mut case: Case, own: Own) -> Case {
    case.peer_has = case.peer_has.with(own);
    case
}
