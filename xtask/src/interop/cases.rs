// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of conversations with peers.

use super::credentials::{Credential, Pair};
use super::peers::Peer;
use super::relay::Fault;
use super::{constrained, public_key, refusals};

/// What our side is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    Client,
    Server,
}

/// What lies between the two ends.
#[derive(Clone)]
pub enum Path {
    Direct,
    /// Our relay.
    Relay(Vec<Fault>),
    /// Mbed TLS's udp_proxy with these options.
    UdpProxy(Vec<String>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Handshake, application data both ways.
    Exchange,
    /// We send the alert, the peer gets it; afterwards our server serves an honest client.
    Refused(Refusal),
    /// The peer sends the alert of this number, we get it.
    RefusesUs(u8),
    /// The peer repeats nothing and is told nothing; nobody says that they are connected.
    Unanswered,
    /// Our client gives up.
    GivesUp,
    /// Our client asks for a sign of life and gets it; then the peer asks, and gets its own.
    Heartbeat,
}

/// How we refuse a peer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// In our line `failed <status> alert=<name> (sent)`; empty: it does not matter.
    pub status: &'static str,
    pub alert: u8,
}

/// A wrong pre-shared key or an unknown identity.
pub const DECRYPT_ERROR: Refusal = Refusal {
    status: "",
    alert: 51,
};

#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub ours: Ours,
    pub peer: Peer,
    pub our_options: Vec<&'static str>,
    pub peer_options: Vec<&'static str>,
    pub path: Path,
    /// What our `connected` line must hold.
    pub reports: Vec<&'static str>,
    pub ours_has: Credential,
    pub peer_has: Credential,
    /// What the peer has afterwards, when it was refused.
    pub honest: Credential,
    pub end: End,
}

pub const IDENTITY: &str = "device1";
pub const KEY: &str = "0123456789abcdef";
pub const WRONG_KEY: &str = "fedcba9876543210";
pub const PSK: Credential = Credential::psk(IDENTITY, KEY);
pub const PSK_OF_BOTH: Pair = Pair::psk(IDENTITY, KEY);

impl Case {
    fn new(ours: Ours, peer: Peer, what: &str) -> Self {
        let role = if ours == Ours::Client {
            "our client"
        } else {
            "our server"
        };
        Case {
            name: format!("interop {} with {role}: {what}", peer.name()),
            ours,
            peer,
            our_options: vec![],
            peer_options: vec![],
            path: Path::Direct,
            reports: vec!["suite=TLS_PSK_WITH_AES_128_CCM_8", "resumed=no"],
            ours_has: PSK,
            peer_has: PSK,
            honest: PSK,
            end: End::Exchange,
        }
    }

    /// With keys or certificates of `pair`.
    pub fn between(mut self, pair: Pair) -> Self {
        (self.ours_has, self.peer_has) = match self.ours {
            Ours::Client => (pair.client, pair.server),
            Ours::Server => (pair.server, pair.client),
        };
        self.honest = self.peer_has;
        self.reports = vec!["suite=TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "resumed=no"];
        self
    }

    pub fn us(mut self, options: &[&'static str]) -> Self {
        self.our_options.extend(options);
        self
    }

    pub fn them(mut self, options: &[&'static str]) -> Self {
        self.peer_options.extend(options);
        self
    }

    pub fn over(mut self, path: Path) -> Self {
        self.path = path;
        self
    }

    pub fn reports(mut self, fields: &[&'static str]) -> Self {
        self.reports.extend(fields);
        self
    }

    pub fn ends(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}

/// All of them.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    openssl(&mut cases);
    mbedtls(&mut cases);
    libcoap(&mut cases);
    gnutls(&mut cases);
    refused(&mut cases);
    cases.extend(constrained::cases());
    cases.extend(public_key::cases());
    cases.extend(refusals::cases());
    for case in &mut cases {
        // The relay sees how large our datagrams are.
        if case.our_options.contains(&"--mtu") && matches!(case.path, Path::Direct) {
            case.path = Path::Relay(vec![]);
        }
    }
    lossy(&mut cases);
    cases
}

pub fn client(peer: Peer, what: &str) -> Case {
    Case::new(Ours::Client, peer, what)
}

pub fn server(peer: Peer, what: &str) -> Case {
    Case::new(Ours::Server, peer, what)
}

fn openssl(cases: &mut Vec<Case>) {
    let peer = Peer::OpenSsl;
    cases.extend([
        client(peer, "plain").reports(&["ems=yes", "mfl=none"]),
        client(peer, "cookie").them(&["-listen"]),
        client(peer, "mfl 512")
            .us(&["--mfl", "512"])
            .reports(&["mfl=512"]),
        client(peer, "mtu 228")
            .us(&["--mtu", "228"])
            .them(&["-mtu", "256"]),
        client(peer, "mtu 128").us(&["--mtu", "128"]),
        server(peer, "plain").reports(&["ems=yes", "mfl=none"]),
        server(peer, "no cookie").us(&["--no-cookie"]),
        server(peer, "mfl 512")
            .them(&["-maxfraglen", "512"])
            .reports(&["mfl=512"]),
        server(peer, "mfl 4096")
            .them(&["-maxfraglen", "4096"])
            .reports(&["mfl=4096"]),
        server(peer, "mtu 228")
            .us(&["--mtu", "228"])
            .them(&["-mtu", "256"]),
        server(peer, "mtu 128").us(&["--mtu", "128"]),
        server(peer, "mtu 128, mfl 512")
            .us(&["--mtu", "128"])
            .them(&["-maxfraglen", "512"]),
        client(peer, "mtu 128, mfl 512").us(&["--mtu", "128", "--mfl", "512"]),
    ]);
}

fn mbedtls(cases: &mut Vec<Case>) {
    let peer = Peer::MbedTls;
    for new in [client, server] {
        cases.extend([
            new(peer, "plain").reports(&["ems=yes", "mfl=none"]),
            new(peer, "mtu 256")
                .us(&["--mtu", "256"])
                .them(&["mtu=256"]),
            new(peer, "no extended master secret")
                .them(&["extended_ms=0"])
                .reports(&["ems=no"]),
            new(peer, "a record a datagram").them(&["dgram_packing=0"]),
        ]);
    }
    cases.extend([
        client(peer, "mfl 512")
            .us(&["--mfl", "512"])
            .reports(&["mfl=512"]),
        server(peer, "mfl 512")
            .them(&["max_frag_len=512"])
            .reports(&["mfl=512"]),
        // ssl_server2 sends its page of 139 octets in one record, and takes no ClientHello in
        // pieces: with its cookie ours has 107.
        client(peer, "mtu 180")
            .us(&["--mtu", "128"])
            .them(&["mtu=180"]),
        server(peer, "mtu 128 and 100")
            .us(&["--mtu", "128"])
            .them(&["mtu=100"]),
        client(peer, "no cookie").them(&["cookies=0"]),
        server(peer, "no cookie").us(&["--no-cookie"]),
    ]);
}

fn libcoap(cases: &mut Vec<Case>) {
    for peer in [Peer::CoapGnutls, Peer::CoapOpenssl] {
        cases.extend([
            client(peer, "GET /").us(&["--get", "/"]),
            client(peer, "GET /time").us(&["--get", "/time"]),
            server(peer, "GET /").us(&["--coap"]).them(&["/"]),
            server(peer, "GET /time").us(&["--coap"]).them(&["/time"]),
            server(peer, "GET /.well-known/core")
                .us(&["--coap"])
                .them(&["/.well-known/core"]),
        ]);
    }
}

fn gnutls(cases: &mut Vec<Case>) {
    let peer = Peer::GnuTls;
    cases.extend([
        client(peer, "plain").reports(&["ems=yes"]),
        client(peer, "mtu 256")
            .us(&["--mtu", "256"])
            .them(&["--mtu", "256"]),
        server(peer, "plain").reports(&["ems=yes"]),
        server(peer, "mtu 256")
            .us(&["--mtu", "256"])
            .them(&["--mtu", "256"]),
        client(peer, "heartbeats, both ways")
            .them(&["-b"])
            .ends(End::Heartbeat),
        client(peer, "heartbeats, with data behind")
            .us(&["--heartbeat"])
            .them(&["-b"]),
        // gnutls-cli asks nobody: the extension alone is seen here.
        server(peer, "heartbeats offered").them(&["-b"]),
    ]);
}

fn refused(cases: &mut Vec<Case>) {
    for peer in [
        Peer::OpenSsl,
        Peer::MbedTls,
        Peer::CoapGnutls,
        Peer::CoapOpenssl,
        Peer::GnuTls,
    ] {
        let coap = matches!(peer, Peer::CoapGnutls | Peer::CoapOpenssl);
        let (us, them): (&[_], &[_]) = if coap {
            (&["--coap"], &["/time"])
        } else {
            (&[], &[])
        };
        let case = |what| {
            server(peer, what)
                .us(us)
                .them(them)
                .ends(End::Refused(DECRYPT_ERROR))
        };
        let mut wrong_key = case("wrong key");
        wrong_key.peer_has = Credential::psk(IDENTITY, WRONG_KEY);
        let mut unknown = case("unknown identity");
        unknown.peer_has = Credential::psk("stranger", KEY);
        cases.extend([wrong_key, unknown]);
    }
    for peer in [
        Peer::OpenSsl,
        Peer::MbedTls,
        Peer::GnuTls,
        Peer::CoapOpenssl,
    ] {
        let case = |what| {
            client(peer, what)
                .us(&["--timeout", "4000"])
                .ends(End::GivesUp)
        };
        let mut wrong_key = case("wrong key");
        wrong_key.peer_has = Credential::psk(IDENTITY, WRONG_KEY);
        cases.push(wrong_key);
    }
}

fn lossy(cases: &mut Vec<Case>) {
    for seed in 1..=4 {
        let harm: [String; 4] = [
            "drop=5".into(),
            "delay=5".into(),
            "duplicate=5".into(),
            format!("seed={seed}"),
        ];
        let mut more = harm.to_vec();
        more.push("bad_ad=1".into());
        let what = format!("drop, delay, duplicate, seed {seed}");
        for new in [client, server] {
            let case = new(Peer::MbedTls, &what).us(&["--rto-ms", "250", "--trace"]);
            cases.push(case.over(Path::UdpProxy(more.clone())));
        }
        let what = format!("drop, delay, duplicate, small mtu, seed {seed}");
        for (new, mtu) in [
            (client as fn(_, &str) -> Case, "mtu=180"),
            (server, "mtu=128"),
        ] {
            let case =
                new(Peer::MbedTls, &what).us(&["--rto-ms", "250", "--trace", "--mtu", "128"]);
            cases.push(case.them(&[mtu]).over(Path::UdpProxy(harm.to_vec())));
        }
    }
    // Mbed TLS puts the second into its cookies. The HelloVerifyRequest that is held back comes
    // after the next one has been answered, with another cookie: it answers an earlier ClientHello
    // (its record sequence number says so, RFC 6347, section 4.2.1) and must change nothing.
    let stale = client(Peer::MbedTls, "a stale HelloVerifyRequest comes late");
    let stale = stale.us(&["--rto-ms", "1200", "--trace"]);
    cases.push(stale.over(Path::Relay(vec![Fault::HoldBack(2)])));
    // Every datagram of the handshake once lost, once doubled, once late.
    for number in 1..=6 {
        for new in [client, server] {
            for (what, fault) in [
                ("lost", Fault::Lose(number)),
                ("doubled", Fault::Double(number)),
                ("late", Fault::HoldBack(number)),
            ] {
                let what = format!("datagram {number} {what}");
                let case = new(Peer::MbedTls, &what).us(&["--rto-ms", "250", "--trace"]);
                cases.push(case.over(Path::Relay(vec![fault])));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        let mut names: Vec<String> = all().into_iter().map(|case| case.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
