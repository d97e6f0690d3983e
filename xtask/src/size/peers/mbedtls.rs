// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mbed TLS 3.6, from crate `embedded-mbedtls-sys`. It has no raw public keys.

use super::{BOTH, CLIENT, Image, Kind, define, directory};
use crate::interop::peers::{mbedtls, source};
use crate::paths;
use crate::report::Outcome;

pub fn images() -> Outcome<Vec<Image>> {
    let fetched = paths::below_target("peers")?.join("fetch");
    let sources =
        source::of_crate(mbedtls::CRATE, mbedtls::VERSION, &fetched)?.join("3rdparty/mbedtls");
    let mut library = Vec::new();
    for entry in std::fs::read_dir(sources.join("library"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // PSA is another library, and its files are many.
        if name.ends_with(".c") && !name.starts_with("psa") {
            library.push(path);
        }
    }
    library.sort();
    let image = |set, kind, roles, features: &[&str]| {
        let own = directory().join("mbedtls");
        let mut files = vec![own.join("main.c")];
        files.extend(library.iter().cloned());
        let mut options = define(features);
        options.push("-DMBEDTLS_CONFIG_FILE=\"device_config.h\"".into());
        options.extend([own, sources.join("include")].map(|path| format!("-I{}", path.display())));
        Image {
            peer: "Mbed TLS",
            set,
            variant: "",
            kind,
            roles,
            files,
            options,
        }
    };
    Ok(vec![
        image("a", Kind::Psk, CLIENT, &["CLIENT", "PSK"]),
        image("b", Kind::Psk, BOTH, &["CLIENT", "SERVER", "PSK"]),
        image("c", Kind::X509, CLIENT, &["CLIENT", "X509"]),
        image("e", Kind::X509, BOTH, &["CLIENT", "SERVER", "PSK", "X509"]),
    ])
}
