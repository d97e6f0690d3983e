//! `mote_config`: raw public keys and certificates.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::config::change;
use super::{MoteConfig, MotePeerType, MoteStatus, number, octets, status};
use crate::config::ClientAuth;
use crate::credential::PrivateKey;
use crate::crypto::{P256SigningKey, SigningKey};
use crate::wire::public_key_info;

/// Octets of a SubjectPublicKeyInfo: of a raw public key on P-256, its point uncompressed.
pub const MOTE_PUBLIC_KEY_INFO_LENGTH: usize = 91;

/// Octets of the SHA-256 hash of a SubjectPublicKeyInfo.
pub const MOTE_KEY_HASH_LENGTH: usize = 32;

/// Octets of an EUI-64.
pub const MOTE_EUI64_LENGTH: usize = 8;

const _: () = {
    assert!(MOTE_PUBLIC_KEY_INFO_LENGTH == public_key_info::PUBLIC_KEY_INFO_LENGTH);
    assert!(MOTE_KEY_HASH_LENGTH == crate::crypto::DIGEST_LENGTH);
};

/// Whether a server asks its clients for a key or certificate.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteClientAuth {
    /// It does not.
    None = 0,
    /// It asks, and goes on with a client that has none.
    Optional = 1,
    /// It asks, and refuses a client that has none.
    Required = 2,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// A peer whose key or certificate is accepted, for a `mote_verify`. Everything is borrowed until
/// that returns.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MotePeerCredential {
    /// `MOTE_PEER_TYPE_RPK` or `MOTE_PEER_TYPE_CERTIFICATE`.
    pub peer_type: MotePeerType,
    /// The certificate in DER, or the SubjectPublicKeyInfo. NULL when a session is resumed.
    pub credential: *const u8,
    /// Its octets.
    pub credential_length: usize,
    /// SHA-256 of the SubjectPublicKeyInfo: `MOTE_KEY_HASH_LENGTH` octets.
    pub key_hash: *const u8,
    /// A name in the certificate, without NUL at its end; NULL without one, and for one that is too
    /// long (86 octets always fit).
    pub name: *const u8,
    /// Its octets.
    pub name_length: usize,
    /// The EUI-64 in the certificate: `MOTE_EUI64_LENGTH` octets; NULL without one.
    pub eui64: *const u8,
}

/// Asks whether a peer may go on. It is called when the key or certificate was accepted, and again
/// when a session is resumed, and can only refuse: with anything but `MOTE_OK`. That the peer holds
/// the private key is shown only afterwards.
pub type MoteVerify = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        peer: *const MotePeerCredential,
    ) -> MaybeUninit<MoteStatus>,
>;

/// Signs a SHA-256 digest of 32 octets with ECDSA on P-256, and writes r and s to `signature`, 32
/// octets each, big endian. It returns `MOTE_OK`; `MOTE_PENDING` when the signature is not there
/// yet: it is asked again for the same digest with the next call on the connection; anything else
/// when it failed for good. Its pointers are borrowed until it returns.
pub type MoteSigner = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        digest: *const u8,
        signature: *mut u8,
    ) -> MaybeUninit<MoteStatus>,
>;

/// Tells the time in seconds since 1970 (UTC); 0 when it is not known: a handshake that needs it
/// then fails with `MOTE_ERROR_CALLBACK`.
pub type MoteClock = Option<unsafe extern "C" fn(user: *mut c_void) -> u64>;

/// What is accepted of peers. It is never empty: a server that was given an empty list by mistake
/// would ask nobody for a key.
///
/// # Safety
/// As for [`octets`].
unsafe fn list<'a>(items: *const u8, length: usize) -> Result<&'a [u8], MoteStatus> {
    // SAFETY: the caller answers for the pointer.
    match unsafe { octets(items, length) }? {
        [] => Err(MoteStatus::ErrorArgument),
        items => Ok(items),
    }
}

/// Sets the private key of our raw public key or certificate: an ECPrivateKey (SEC1) or PKCS#8 in
/// DER, or the 32 octets of the scalar. It is borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (not a private key on P-256) or `MOTE_ERROR_STATE`
/// (frozen).
///
/// # Safety
/// As said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_private_key(
    config: *mut MoteConfig,
    key: *const u8,
    key_length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let key = PrivateKey::new(octets(key, key_length)?)?;
            P256SigningKey::import(key.scalar).map_err(|_| MoteStatus::ErrorArgument)?;
            config.core.set_private_key(key);
            Ok(())
        })
    }
}

/// Sets a callback that signs in place of a private key: for a key in a secure element. `user` is
/// given to it.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_signer(
    config: *mut MoteConfig,
    signer: MoteSigner,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            if signer.is_none() {
                return Err(MoteStatus::ErrorArgument);
            }
            config.core.set_signer();
            config.signer = signer;
            config.signer_user = user;
            Ok(())
        })
    }
}

/// Sets our raw public key (RFC 7250): its SubjectPublicKeyInfo in DER, `MOTE_PUBLIC_KEY_INFO_LENGTH`
/// octets. It is borrowed as long as the configuration is in use. It needs a private key or a
/// signer.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "rpk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_rpk(
    config: *mut MoteConfig,
    public_key_info: *const u8,
    length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let info = octets(public_key_info, length)?;
            Ok(config.core.set_raw_public_key(info)?)
        })
    }
}

/// Sets the raw public keys that are accepted of peers: one or more SubjectPublicKeyInfos of
/// `MOTE_PUBLIC_KEY_INFO_LENGTH` octets each, one after another. They are borrowed as long as the
/// configuration is in use. Every handshake hashes them; hashes cost less.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "rpk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_peer_rpks(
    config: *mut MoteConfig,
    public_key_infos: *const u8,
    length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let infos = list(public_key_infos, length)?;
            Ok(config.core.set_peer_keys(infos)?)
        })
    }
}

/// Sets raw public keys that are accepted of peers, beside those of `mote_config_set_peer_rpks`, by
/// the SHA-256 hashes of their SubjectPublicKeyInfos: `MOTE_KEY_HASH_LENGTH` octets each, one after
/// another. They are borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "rpk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_peer_rpk_hashes(
    config: *mut MoteConfig,
    hashes: *const u8,
    length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_peer_key_hashes(list(hashes, length)?)?)
        })
    }
}

/// Sets our certificates in DER, one after another: our own first, then each the issuer of the one
/// before, without the root. They are borrowed as long as the configuration is in use. They need a
/// private key or a signer, which is not compared with them: a peer would refuse a wrong one.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (one is malformed, or of a kind that cannot be used:
/// see docs/profile.md) or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "x509")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_certificate(
    config: *mut MoteConfig,
    chain: *const u8,
    length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_certificate(octets(chain, length)?)?)
        })
    }
}

/// Sets the trust anchors for peers' certificates: CA certificates in DER, one after another. They
/// are borrowed as long as the configuration is in use. A client must have a server's name as well.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (one is malformed, or of a kind that cannot be used) or
/// `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "x509")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_trust_anchors(
    config: *mut MoteConfig,
    anchors: *const u8,
    length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_trust_anchors(list(anchors, length)?)?)
        })
    }
}

/// Sets the clock by which the dates of certificates are checked. `user` is given to it. With trust
/// anchors either this or `mote_config_set_no_time` is called.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "x509")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_time(
    config: *mut MoteConfig,
    clock: MoteClock,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            if clock.is_none() {
                return Err(MoteStatus::ErrorArgument);
            }
            config.core.set_clock(true);
            config.clock = clock;
            config.clock_user = user;
            Ok(())
        })
    }
}

/// Says that there is no clock: certificates are accepted before and after their time.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "x509")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_no_time(config: *mut MoteConfig) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.core.set_clock(false);
            Ok(())
        })
    }
}

/// Sets whether the common name of a certificate counts when it has no subjectAltName; unless set,
/// it does.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "x509")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_common_name(
    config: *mut MoteConfig,
    allowed: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.core.set_common_name(allowed);
            Ok(())
        })
    }
}

/// Server: sets whether a client's certificate must carry an EUI-64; unless set, it need not.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(all(feature = "x509", feature = "server"))]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_eui64_required(
    config: *mut MoteConfig,
    required: bool,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_eui64_required(required)?)
        })
    }
}

/// Server: sets whether clients are asked for a raw public key or certificate. Unless set, they are,
/// and must have one, as soon as peers' keys or trust anchors are set.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_client_auth(
    config: *mut MoteConfig,
    client_auth: MaybeUninit<MoteClientAuth>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            let client_auth = match number(client_auth) {
                0 => ClientAuth::None,
                1 => ClientAuth::Optional,
                2 => ClientAuth::Required,
                _ => return Err(MoteStatus::ErrorArgument),
            };
            Ok(config.core.set_client_auth(client_auth)?)
        })
    }
}

/// Sets who is asked whether a peer may go on whose key or certificate is accepted; NULL for nobody.
/// `user` is given to it.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_verify(
    config: *mut MoteConfig,
    verify: MoteVerify,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.verify = verify;
            config.verify_user = user;
            Ok(())
        })
    }
}

/// Server: links another frozen configuration, whose keys and certificates serve the clients that
/// ask for its name (`mote_config_set_server_name`). That one may be linked to another in turn, up
/// to 32. Each has its own pre-shared key (without one its clients may not use any), keys,
/// certificates, signer, trust anchors, verify callback (without one that of the first is asked) and
/// rules; everything else is taken from the first, the look-up of keys and the clock of
/// `mote_config_set_time` as well (whether dates are checked is each one's own). A client chooses by
/// the name it asks for: `mote_info.configuration` tells. `next` is borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (no server's, or without a name), `MOTE_ERROR_SIZE` (too
/// many) or `MOTE_ERROR_STATE` (frozen, a client, or `next` is not frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "server")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_next(
    config: *mut MoteConfig,
    next: *const MoteConfig,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let next = MoteConfig::frozen(next)?;
            config.core.set_next(&next.core)?;
            config.next = next;
            Ok(())
        })
    }
}

/// Makes the SubjectPublicKeyInfo of a private key, in any form that `mote_config_set_private_key`
/// takes: `MOTE_PUBLIC_KEY_INFO_LENGTH` octets. It costs as much as making a key.
///
/// Returns `MOTE_OK` or `MOTE_ERROR_ARGUMENT` (NULL, or not a private key on P-256).
///
/// # Safety
/// `key` points to `key_length` octets, `public_key_info` to where the output goes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_public_key_info(
    key: *const u8,
    key_length: usize,
    public_key_info: *mut u8,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        status(octets(key, key_length).and_then(|key| {
            if public_key_info.is_null() {
                return Err(MoteStatus::ErrorArgument);
            }
            let key = PrivateKey::new(key)?;
            let point = P256SigningKey::import(key.scalar).and_then(|key| key.public());
            let info = public_key_info::make(&point.map_err(|_| MoteStatus::ErrorArgument)?);
            public_key_info
                .cast::<[u8; MOTE_PUBLIC_KEY_INFO_LENGTH]>()
                .write(info);
            Ok(())
        }))
    }
}
