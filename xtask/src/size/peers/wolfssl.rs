// SPDX-License-Identifier: MIT OR Apache-2.0
//! wolfSSL 5.9.4, from crate `wolfssl-sys`.

use super::{BOTH, CLIENT, Image, Kind, define, directory};
use crate::interop::peers::source;
use crate::paths;
use crate::report::Outcome;

const CRATE: &str = "wolfssl-sys";
const VERSION: &str = "5.3.0";

const SOURCES: [&str; 25] = [
    "src/dtls.c",
    "src/internal.c",
    "src/keys.c",
    "src/ssl.c",
    "src/tls.c",
    "src/wolfio.c",
    "wolfcrypt/src/aes.c",
    "wolfcrypt/src/asn.c",
    "wolfcrypt/src/coding.c",
    "wolfcrypt/src/ecc.c",
    "wolfcrypt/src/error.c",
    "wolfcrypt/src/hash.c",
    "wolfcrypt/src/hmac.c",
    "wolfcrypt/src/kdf.c",
    "wolfcrypt/src/logging.c",
    "wolfcrypt/src/memory.c",
    "wolfcrypt/src/random.c",
    "wolfcrypt/src/sha256.c",
    "wolfcrypt/src/signature.c",
    "wolfcrypt/src/sp_c32.c",
    "wolfcrypt/src/sp_cortexm.c",
    "wolfcrypt/src/sp_int.c",
    "wolfcrypt/src/wc_encrypt.c",
    "wolfcrypt/src/wc_port.c",
    "wolfcrypt/src/wolfmath.c",
];

pub fn images() -> Outcome<Vec<Image>> {
    let fetched = paths::below_target("peers")?.join("fetch-wolfssl");
    let sources = source::of_crate(CRATE, VERSION, &fetched)?.join("wolfssl-src");
    let image = |set, variant, kind, roles, features: &[&str]| {
        let own = directory().join("wolfssl");
        let mut files = vec![own.join("main.c")];
        files.extend(SOURCES.map(|file| sources.join(file)));
        let mut options = define(&["WOLFSSL_USER_SETTINGS"]);
        options.extend(define(features));
        options.extend([own, sources.clone()].map(|path| format!("-I{}", path.display())));
        Image {
            peer: "wolfSSL",
            set,
            variant,
            kind,
            roles,
            files,
            options,
        }
    };
    const ASSEMBLY: &str = "Cortex-M assembly";
    Ok(vec![
        image("a", "", Kind::Psk, CLIENT, &["CLIENT", "PSK"]),
        image("c", "", Kind::X509, CLIENT, &["CLIENT", "PUBLIC_KEYS"]),
        image(
            "c",
            ASSEMBLY,
            Kind::X509,
            CLIENT,
            &["CLIENT", "PUBLIC_KEYS", "CORTEX_M_ASSEMBLY"],
        ),
        image(
            "d",
            "",
            Kind::Rpk,
            CLIENT,
            &["CLIENT", "PUBLIC_KEYS", "RPK", "RAW"],
        ),
        image(
            "e",
            "",
            Kind::X509,
            BOTH,
            &["CLIENT", "SERVER", "PSK", "PUBLIC_KEYS", "RPK"],
        ),
    ])
}
