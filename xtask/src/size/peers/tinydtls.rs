// SPDX-License-Identifier: MIT OR Apache-2.0
//! tinydtls, from crate `tinydtls-sys`. It has no X.509.

use super::{BOTH, CLIENT, Image, Kind, define, directory};
use crate::interop::peers::{source, tinydtls};
use crate::paths;
use crate::report::Outcome;

/// Neither its log nor its platforms.
const SOURCES: [&str; 10] = [
    "dtls.c",
    "netq.c",
    "peer.c",
    "session.c",
    "crypto.c",
    "ccm.c",
    "hmac.c",
    "aes/rijndael.c",
    "aes/rijndael_wrap.c",
    "sha2/sha2.c",
];

pub fn images() -> Outcome<Vec<Image>> {
    let fetched = paths::below_target("peers")?.join("fetch-tinydtls");
    let sources =
        source::of_crate(tinydtls::CRATE, tinydtls::VERSION, &fetched)?.join("src/tinydtls");
    let image = |set, kind, roles, features: &[&str]| {
        let own = directory().join("tinydtls");
        let mut files = vec![own.join("main.c")];
        files.extend(SOURCES.map(|file| sources.join(file)));
        if features.contains(&"DTLS_ECC") {
            files.push(sources.join("ecc/ecc.c"));
        }
        let mut options = define(&["DTLSv12", "WITH_SHA256", "DTLS_CHECK_CONTENTTYPE", "NDEBUG"]);
        options.extend(define(features));
        options.extend(
            [own.join("shim"), sources.clone()].map(|path| format!("-I{}", path.display())),
        );
        Image {
            peer: "tinydtls",
            set,
            variant: "",
            kind,
            roles,
            files,
            options,
        }
    };
    Ok(vec![
        image("a", Kind::Psk, CLIENT, &["DTLS_PSK"]),
        image("b", Kind::Psk, BOTH, &["DTLS_PSK"]),
        image("d", Kind::Rpk, CLIENT, &["DTLS_ECC"]),
        image("e", Kind::Rpk, BOTH, &["DTLS_PSK", "DTLS_ECC"]),
    ])
}
