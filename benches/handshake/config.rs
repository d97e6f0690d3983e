//! The configurations of the two ends.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

use motedtls::ffi::*;

use super::end::{Memory, expect_ok};

const IDENTITY: &[u8] = b"device-identity";
const KEY: &[u8] = &[7; 16];
const CACHE_SIZE: usize = MOTE_SESSION_CACHE_HEADER_SIZE + MOTE_SESSION_CACHE_ENTRY_SIZE;

/// What `benches/credentials/make.sh` has made for an end.
struct Files {
    key: &'static [u8],
    public: &'static [u8],
    certificate: &'static [u8],
}

const CLIENT: Files = Files {
    key: include_bytes!("../credentials/client-key.der"),
    public: include_bytes!("../credentials/client-public.der"),
    certificate: include_bytes!("../credentials/client.der"),
};
const SERVER: Files = Files {
    key: include_bytes!("../credentials/server-key.der"),
    public: include_bytes!("../credentials/server-public.der"),
    certificate: include_bytes!("../credentials/server.der"),
};
const ANCHOR: &[u8] = include_bytes!("../credentials/anchor.der");

/// The server's name, which is in its certificate.
const NAME: &core::ffi::CStr = c"server.example";

/// The figures on the wire are given for leaves of this length.
const _: () = assert!(CLIENT.certificate.len() == 358 && SERVER.certificate.len() == 358);

/// The credentials of both ends.
#[derive(Clone, Copy)]
pub enum Kind {
    Psk,
    RawPublicKeys,
    Certificates,
}

impl Kind {
    pub fn named(name: &str) -> Self {
        match name {
            "rpk" => Kind::RawPublicKeys,
            "x509" => Kind::Certificates,
            _ => Kind::Psk,
        }
    }
}

/// Both ends' configurations, and the memory in which they are.
pub struct Configs {
    pub client: *const MoteConfig,
    pub server: *const MoteConfig,
    _memory: [Box<Memory<MOTE_CONFIG_SIZE>>; 2],
    _cache: Box<Memory<CACHE_SIZE>>,
}

impl Configs {
    /// With `keeps_sessions`, the server has a cache for one.
    pub fn new(kind: Kind, keeps_sessions: bool) -> Self {
        let mut memory = [Memory::new(), Memory::new()];
        let mut cache = Memory::<CACHE_SIZE>::new();
        let [client, server] = memory.each_mut().map(|memory| memory.start::<MoteConfig>());
        unsafe {
            set(client, MoteRole::Client, kind);
            set(server, MoteRole::Server, kind);
            if keeps_sessions {
                expect_ok(mote_session_cache_init(cache.start(), CACHE_SIZE));
                expect_ok(mote_config_set_session_cache(server, cache.start()));
            }
            for config in [client, server] {
                expect_ok(mote_config_freeze(config));
            }
        }
        Configs {
            client,
            server,
            _memory: memory,
            _cache: cache,
        }
    }
}

/// Seconds since 1970: in January 2027.
unsafe extern "C" fn clock(_: *mut c_void) -> u64 {
    1_800_000_000
}

unsafe fn set(config: *mut MoteConfig, role: MoteRole, kind: Kind) {
    let (own, peer) = match role {
        MoteRole::Client => (&CLIENT, &SERVER),
        _ => (&SERVER, &CLIENT),
    };
    let (memory, size) = (config.cast(), MOTE_CONFIG_SIZE);
    let octets = |octets: &'static [u8]| (octets.as_ptr(), octets.len());
    unsafe {
        expect_ok(mote_config_init(memory, size, MaybeUninit::new(role)));
        if let Kind::Psk = kind {
            let ((identity, identity_length), (key, key_length)) = (octets(IDENTITY), octets(KEY));
            let status = mote_config_set_psk(config, identity, identity_length, key, key_length);
            return expect_ok(status);
        }
        let (key, length) = octets(own.key);
        expect_ok(mote_config_set_private_key(config, key, length));
        if let Kind::RawPublicKeys = kind {
            let (public, length) = octets(own.public);
            expect_ok(mote_config_set_rpk(config, public, length));
            let (public, length) = octets(peer.public);
            return expect_ok(mote_config_set_peer_rpks(config, public, length));
        }
        let (certificate, length) = octets(own.certificate);
        expect_ok(mote_config_set_certificate(config, certificate, length));
        let (anchor, length) = octets(ANCHOR);
        expect_ok(mote_config_set_trust_anchors(config, anchor, length));
        expect_ok(mote_config_set_time(config, Some(clock), ptr::null_mut()));
        if let MoteRole::Client = role {
            expect_ok(mote_config_set_server_name(config, NAME.as_ptr()));
        }
    }
}
