// SPDX-License-Identifier: MIT OR Apache-2.0
//! The conversations with certificates and raw public keys that come to a good end.

use super::cases::{Case, Path, client, server};
use super::credentials::{
    Accepts, Own, Pair, RPK_MUTUAL, RPK_SERVER_ONLY, RPK_TO_X509, X509_MUTUAL, X509_SERVER_ONLY,
    X509_TO_RPK, end,
};
use super::peers::Peer;
use super::relay::Fault;

const X509: [(&str, Pair); 2] = [
    ("x509 mutual", X509_MUTUAL),
    ("x509 server only", X509_SERVER_ONLY),
];
const RPK: [(&str, Pair); 2] = [
    ("rpk mutual", RPK_MUTUAL),
    ("rpk server only", RPK_SERVER_ONLY),
];
const MIXED: [(&str, Pair); 2] = [("rpk to x509", RPK_TO_X509), ("x509 to rpk", X509_TO_RPK)];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for new in [client, server] {
        for peer in [Peer::OpenSsl, Peer::GnuTls, Peer::MbedTls, Peer::Pion] {
            let plain = |(what, pair)| new(peer, what).between(pair).reports(&["mfl=none"]);
            cases.extend(X509.map(plain));
            if peer == Peer::GnuTls {
                cases.extend(RPK.map(plain));
                cases.extend(MIXED.map(plain));
            }
        }
    }
    openssl(&mut cases);
    mbedtls(&mut cases);
    libcoap(&mut cases);
    tinydtls(&mut cases);
    cases
}

fn openssl(cases: &mut Vec<Case>) {
    let peer = Peer::OpenSsl;
    let mutual = |case: Case| case.between(X509_MUTUAL);
    cases.extend([
        mutual(client(peer, "x509, cookie")).them(&["-listen"]),
        mutual(client(peer, "x509, mfl 512"))
            .us(&["--mfl", "512"])
            .reports(&["mfl=512"]),
        mutual(server(peer, "x509, mfl 512"))
            .them(&["-maxfraglen", "512"])
            .reports(&["mfl=512"]),
        mutual(server(peer, "x509, no cookie")).us(&["--no-cookie"]),
        mutual(server(peer, "x509, an EUI-64 is required")).us(&["--require-eui64"]),
        mutual(server(peer, "x509, client authentication is optional"))
            .us(&["--client-auth", "optional"]),
        server(
            peer,
            "x509, client authentication is optional, no certificate",
        )
        .between(Pair {
            client: end(Own::Nothing, Accepts::Under("root")),
            ..X509_MUTUAL
        })
        .us(&["--client-auth", "optional"]),
    ]);
    for new in [client, server] {
        cases.push(
            mutual(new(peer, "x509, mtu 228"))
                .us(&["--mtu", "228"])
                .them(&["-mtu", "256"]),
        );
    }
}

fn mbedtls(cases: &mut Vec<Case>) {
    let peer = Peer::MbedTls;
    for new in [client, server] {
        let mutual = |what: &str| new(peer, what).between(X509_MUTUAL);
        cases.extend([
            mutual("x509, mtu 256")
                .us(&["--mtu", "256"])
                .them(&["mtu=256"]),
            mutual("x509, no extended master secret")
                .them(&["extended_ms=0"])
                .reports(&["ems=no"]),
            mutual("x509, a record a datagram").them(&["dgram_packing=0"]),
        ]);
        for seed in 1..=2 {
            let harm = ["drop=5", "delay=5", "duplicate=5"].map(String::from);
            let harm = [&harm[..], &[format!("seed={seed}")]].concat();
            let what = format!("x509, drop, delay, duplicate, mtu 256, seed {seed}");
            let case = mutual(&what)
                .us(&["--rto-ms", "250", "--trace", "--mtu", "256"])
                .them(&["mtu=256"]);
            cases.push(case.over(Path::UdpProxy(harm)));
        }
        for (what, harm) in [
            ("no loss", vec![]),
            ("loss, seed 1", vec!["drop=10".into(), "seed=1".into()]),
            ("loss, seed 2", vec!["drop=10".into(), "seed=2".into()]),
        ] {
            let own = Own::Certificate("long");
            let long = Pair {
                client: X509_MUTUAL.client.with(own),
                server: X509_MUTUAL.server.with(own),
            };
            let what = format!("x509, three certificates of 1 KB, mtu 256, {what}");
            let mut case = new(peer, &what)
                .between(long)
                .us(&["--rto-ms", "250", "--trace", "--mtu", "256"])
                .them(&["mtu=256"]);
            if !harm.is_empty() {
                case.path = Path::UdpProxy(harm);
            }
            cases.push(case);
        }
        for number in 1..=6 {
            let what = format!("x509, datagram {number} lost");
            let case = mutual(&what).us(&["--rto-ms", "250", "--trace"]);
            cases.push(case.over(Path::Relay(vec![Fault::Lose(number)])));
        }
    }
}

fn libcoap(cases: &mut Vec<Case>) {
    let peer = Peer::CoapGnutls;
    // It takes raw public keys only when it has one.
    let has_a_key = Pair {
        client: end(Own::Raw("client"), Accepts::Raw("server")),
        ..RPK_SERVER_ONLY
    };
    let case = server(peer, "rpk server only, GET /").between(has_a_key);
    cases.push(case.us(&["--coap"]).them(&["/"]));
    for (what, pair) in [X509[0], X509[1], RPK[0]] {
        for path in ["/", "/time"] {
            let what = format!("{what}, GET {path}");
            cases.extend([
                client(peer, &what).between(pair).us(&["--get", path]),
                server(peer, &what)
                    .between(pair)
                    .us(&["--coap"])
                    .them(&[path]),
            ]);
        }
    }
}

/// Both programs of tinydtls have their keys in their sources; the server asks for one.
fn tinydtls(cases: &mut Vec<Case>) {
    let peer = Peer::TinyDtls;
    let to_server = Pair {
        client: end(Own::Raw("client"), Accepts::Raw("tinydtls-server")),
        server: end(Own::Raw("tinydtls-server"), Accepts::Raw("client")),
    };
    let to_client = Pair {
        client: end(Own::Raw("tinydtls-client"), Accepts::Raw("server")),
        server: end(Own::Raw("server"), Accepts::Raw("tinydtls-client")),
    };
    let unknown_client = Pair {
        client: end(Own::Nothing, Accepts::Raw("server")),
        server: end(Own::Raw("server"), Accepts::Nobody),
    };
    for (new, pair) in [
        (client as fn(_, &str) -> Case, to_server),
        (server, to_client),
    ] {
        cases.extend([
            new(peer, "rpk mutual").between(pair),
            new(peer, "rpk mutual, must have RFC 7627 and RFC 5746")
                .between(pair)
                .them(&["-e", "-r"]),
        ]);
    }
    // It takes no fragments: a ServerKeyExchange has up to 170 octets, what a client sends 105.
    cases.extend([
        client(peer, "rpk mutual, mtu 128")
            .between(to_server)
            .us(&["--mtu", "128"]),
        server(peer, "rpk mutual, mtu 170")
            .between(to_client)
            .us(&["--mtu", "170"]),
    ]);
    cases.push(server(peer, "rpk server only").between(unknown_client));
}
