// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is played: who has which credentials and options, and how it must end.

use crate::interop::credentials::{
    Accepts, Credential, Own, Pair, RPK_MUTUAL, X509_MUTUAL, X509_SERVER_ONLY, end,
};
use crate::interop::relay::Fault;

const IDENTITY: &str = "device-00000001";
const KEY: &str = "0123456789abcdef";
const WRONG_KEY: &str = "0123456789abcdeX";
const PSK: Pair = Pair::psk(IDENTITY, KEY);

/// Words that stand for something of this run: the file in which a client remembers a certificate;
/// where the HTTP server has the client's; and below what the server may fetch it.
pub const REMEMBERED: &str = "REMEMBERED";
pub const URL: &str = "URL";
pub const PREFIX: &str = "PREFIX";

/// By what the table at the end finds a scene.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Id {
    Psk,
    Core,
    Small,
    Resumed,
    WrongKey,
    Rpk,
    X509,
    X509Resumed,
    Fragments,
    ToRemember,
    Remembered,
    WrongName,
    Url,
    TrustedCa,
    Heartbeat,
}

/// One scene: what is shown, the server's and the client's options, what must come of it.
pub struct Scene {
    pub id: Id,
    pub what: &'static str,
    pub why: &'static str,
    pub pair: Pair,
    pub server: &'static [&'static str],
    pub client: &'static [&'static str],
    /// What befalls the datagrams.
    pub faults: &'static [Fault],
    pub ends: End,
}

pub enum End {
    /// The client prints it.
    Answer(&'static str),
    /// The client says `failed` and this.
    Refused(&'static str),
}

const ECHO: Scene = Scene {
    id: Id::Psk,
    what: "handshake with a pre-shared key",
    why: "The client sends a line through the secured connection, the server sends it back.",
    pair: PSK,
    server: &["--echo"],
    client: &["--send", "hello from the device"],
    faults: &[],
    ends: End::Answer("hello from the device"),
};

pub const SCENES: [Scene; 15] = [
    ECHO,
    Scene {
        id: Id::Core,
        what: "CoAP: what does the server have?",
        why: "A GET of /.well-known/core, as LwM2M and plain CoAP clients begin.",
        server: &["--coap"],
        client: &["--get", "/.well-known/core"],
        ends: End::Answer("</time>"),
        ..ECHO
    },
    Scene {
        id: Id::Small,
        what: "CoAP, small datagrams",
        why: "No datagram larger than 128 octets, and no record larger than 512 wanted.",
        server: &["--coap", "--mtu", "128"],
        client: &["--mtu", "128", "--mfl", "512", "--get", "/time"],
        ends: End::Answer(":"),
        ..ECHO
    },
    Scene {
        id: Id::Resumed,
        what: "a session is resumed",
        why: "The client closes and connects again, from another port, with its session: new keys come\n   \
              from it, and no identity is sent.",
        client: &["--resume", "--send", "back again"],
        ends: End::Answer("back again\nback again"),
        ..ECHO
    },
    Scene {
        id: Id::WrongKey,
        what: "a wrong key",
        why: "The server tells the client decrypt_error and nothing more.",
        pair: Pair {
            client: Credential::psk(IDENTITY, WRONG_KEY),
            ..PSK
        },
        client: &["--send", "let me in"],
        ends: End::Refused("alert=decrypt_error (received)"),
        ..ECHO
    },
    Scene {
        id: Id::Rpk,
        what: "raw public keys",
        why: "Each end has a key of its own and knows the other's.",
        pair: RPK_MUTUAL,
        ..ECHO
    },
    Scene {
        id: Id::X509,
        what: "certificates",
        why: "The server's chain has an intermediate CA; the client's certificate has its EUI-64.",
        pair: X509_MUTUAL,
        server: &["--coap", "--require-eui64"],
        client: &["--get", "/time"],
        ends: End::Answer(":"),
        ..ECHO
    },
    Scene {
        id: Id::X509Resumed,
        what: "a session of certificates is resumed",
        why: "No certificate passes and no signature is made the second time.",
        pair: X509_MUTUAL,
        client: &["--resume", "--send", "back again"],
        ends: End::Answer("back again\nback again"),
        ..ECHO
    },
    Scene {
        id: Id::Fragments,
        what: "certificates in pieces, one lost",
        why: "No datagram larger than 256 octets, and the relay loses the seventh: what lacks is sent\n   \
              again, half a second later.",
        pair: X509_MUTUAL,
        server: &["--echo", "--mtu", "256", "--rto-ms", "500"],
        client: &[
            "--mtu",
            "256",
            "--rto-ms",
            "500",
            "--send",
            "piece by piece",
        ],
        faults: &[Fault::Lose(LOST)],
        ends: End::Answer("piece by piece"),
    },
    Scene {
        id: Id::ToRemember,
        what: "a certificate, to be remembered",
        why: "The server's alone. The client keeps what it brings in a file (cached_info, RFC 7924).",
        pair: X509_SERVER_ONLY,
        server: &["--echo", "--cached-info"],
        client: &["--cached-info", REMEMBERED, "--send", "for the first time"],
        ends: End::Answer("for the first time"),
        ..ECHO
    },
    Scene {
        id: Id::Remembered,
        what: "the same certificate, remembered",
        why: "The client shows its fingerprint, and the server leaves it out.",
        pair: X509_SERVER_ONLY,
        server: &["--echo", "--cached-info"],
        client: &["--cached-info", REMEMBERED, "--send", "for the second time"],
        ends: End::Answer("for the second time"),
        ..ECHO
    },
    Scene {
        id: Id::WrongName,
        what: "a certificate of another server",
        why: "From the right CA, but not for the name that the client wants.",
        pair: Pair {
            server: end(Own::Certificate("elsewhere"), Accepts::Nobody),
            ..X509_SERVER_ONLY
        },
        client: &["--send", "let me out"],
        ends: End::Refused("certificate_name alert=bad_certificate (sent)"),
        ..ECHO
    },
    Scene {
        id: Id::Url,
        what: "where a certificate stands",
        why: "The client sends the URL of its certificate and its hash (client_certificate_url, RFC\n   \
              6066). The server fetches it by HTTP from where it may, here from this program; while it\n   \
              waits it keeps the URL alone, and has the rest of the flight sent again.",
        pair: X509_MUTUAL,
        server: &[
            "--echo",
            "--require-eui64",
            "--fetch-url",
            PREFIX,
            "--rto-ms",
            "500",
        ],
        client: &["--cert-url", URL, "--rto-ms", "500", "--send", "look me up"],
        ends: End::Answer("look me up"),
        ..ECHO
    },
    Scene {
        id: Id::TrustedCa,
        what: "whom the client trusts",
        why: "The client names its CA (trusted_ca_keys, RFC 6066), and the server has a chain of it.",
        pair: X509_SERVER_ONLY,
        server: &["--echo", "--trusted-ca"],
        client: &["--trusted-ca", "--send", "one that I know"],
        ends: End::Answer("one that I know"),
        ..ECHO
    },
    Scene {
        id: Id::Heartbeat,
        what: "a sign of life",
        why: "The client asks whether the server is there (heartbeat, RFC 6520). Of --trace, what the\n   \
              relay cannot read is shown.",
        server: &["--echo", "--trace"],
        client: &["--heartbeat", "--trace", "--send", "still here"],
        ends: End::Answer("still here"),
        ..ECHO
    },
];

/// One of the first flight of the server.
pub const LOST: usize = 7;
