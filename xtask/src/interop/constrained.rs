// SPDX-License-Identifier: MIT OR Apache-2.0
//! The conversations with what constrained devices and their gateways run: tinydtls, aiocoap,
//! pion, node-coap-client.

use super::cases::{Case, DECRYPT_ERROR, End, IDENTITY, KEY, Path, WRONG_KEY, client, server};
use super::credentials::Credential;
use super::peers::{Peer, tinydtls};
use super::relay::Fault;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    of_tinydtls(&mut cases);
    aiocoap(&mut cases);
    pion(&mut cases);
    node(&mut cases);
    cases
}

fn of_tinydtls(cases: &mut Vec<Case>) {
    let peer = Peer::TinyDtls;
    // The server has its keys in its source.
    let to_server = |what| {
        let mut case = client(peer, what);
        case.ours_has = Credential::psk(tinydtls::IDENTITY, tinydtls::KEY);
        case.peer_has = case.ours_has;
        case
    };
    cases.extend([
        to_server("plain").reports(&["ems=yes", "mfl=none"]),
        to_server("must have RFC 7627 and RFC 5746").them(&["-e", "-r"]),
        to_server("mfl 512 that is not granted")
            .us(&["--mfl", "512"])
            .reports(&["mfl=none"]),
        to_server("mtu 128").us(&["--mtu", "128"]),
        server(peer, "plain").reports(&["ems=yes", "mfl=none"]),
        server(peer, "must have RFC 7627 and RFC 5746").them(&["-e", "-r"]),
        server(peer, "no cookie").us(&["--no-cookie"]),
        server(peer, "mtu 128").us(&["--mtu", "128"]),
    ]);
    let mut wrong_key = to_server("wrong key");
    wrong_key.ours_has = Credential::psk(tinydtls::IDENTITY, WRONG_KEY);
    let mut unknown = to_server("unknown identity");
    unknown.ours_has = Credential::psk("stranger", tinydtls::KEY);
    for case in [wrong_key, unknown] {
        cases.push(case.us(&["--timeout", "4000"]).ends(End::GivesUp));
    }
    cases.extend(unanswered(&server(peer, "")));
}

fn aiocoap(cases: &mut Vec<Case>) {
    let peer = Peer::Aiocoap;
    cases.push(
        client(peer, "GET /")
            .us(&["--get", "/"])
            .reports(&["ems=yes"]),
    );
    for path in ["/", "/time", "/.well-known/core"] {
        cases.push(get(peer, path).reports(&["ems=yes"]));
    }
    cases.push(
        server(peer, "no cookie")
            .us(&["--coap", "--no-cookie"])
            .them(&["/"]),
    );
    for case in wrong(&server(peer, "").us(&["--coap"]).them(&["/"])) {
        cases.push(case.ends(End::Refused(DECRYPT_ERROR)));
    }
    cases.extend(gives_up(&client(peer, "").us(&["--get", "/"])));
}

fn pion(cases: &mut Vec<Case>) {
    let peer = Peer::Pion;
    for new in [client, server] {
        cases.extend([
            new(peer, "plain").reports(&["ems=yes", "mfl=none"]),
            new(peer, "no extended master secret")
                .them(&["--no-ems"])
                .reports(&["ems=no"]),
            new(peer, "mtu 128").us(&["--mtu", "128"]),
        ]);
        // Every datagram of the handshake once lost, and once doubled.
        for number in 1..=6 {
            for (what, fault) in [
                ("lost", Fault::Lose(number)),
                ("doubled", Fault::Double(number)),
            ] {
                let what = format!("datagram {number} {what}");
                let case = new(peer, &what).us(&["--rto-ms", "250", "--trace"]);
                cases.push(case.over(Path::Relay(vec![fault])));
            }
        }
    }
    cases.extend([
        client(peer, "mfl 512 that is not granted")
            .us(&["--mfl", "512"])
            .reports(&["mfl=none"]),
        server(peer, "no cookie").us(&["--no-cookie"]),
    ]);
    for case in wrong(&server(peer, "")) {
        cases.push(case.ends(End::Refused(DECRYPT_ERROR)));
    }
    cases.extend(gives_up(&client(peer, "")));
}

fn node(cases: &mut Vec<Case>) {
    let peer = Peer::NodeCoap;
    // Not `/`, for which it sends an empty Uri-Path option (against RFC 7252, section 6.4), and not
    // without the cookie: it always leaves the first ClientHello out of its Finished (RFC 6347,
    // section 4.2.6: only when a HelloVerifyRequest follows).
    for path in ["/time", "/.well-known/core"] {
        cases.push(get(peer, path).reports(&["ems=no"]));
    }
    cases.extend(unanswered(
        &server(peer, "").us(&["--coap"]).them(&["/time"]),
    ));
}

/// A client asks our server for one of its resources.
fn get(peer: Peer, path: &'static str) -> Case {
    server(peer, &format!("GET {path}"))
        .us(&["--coap"])
        .them(&[path])
}

/// The case with a peer that has a wrong key, and with one that has an unknown identity.
fn wrong(case: &Case) -> [Case; 2] {
    let mut wrong_key = case.clone();
    wrong_key.name += "wrong key";
    wrong_key.peer_has = Credential::psk(IDENTITY, WRONG_KEY);
    let mut unknown = case.clone();
    unknown.name += "unknown identity";
    unknown.peer_has = Credential::psk("stranger", KEY);
    [wrong_key, unknown]
}

/// Our client and a server with another key or none for it.
fn gives_up(case: &Case) -> [Case; 2] {
    wrong(case).map(|case| case.us(&["--timeout", "4000"]).ends(End::GivesUp))
}

/// Our server and a client that sends its Finished once.
fn unanswered(case: &Case) -> [Case; 2] {
    wrong(case).map(|case| case.over(Path::Relay(vec![])).ends(End::Unanswered))
}
