//! `mote_config`.

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr;

#[cfg(all(feature = "certificate-url", feature = "server"))]
use super::MoteCertificateUrlFetch;
#[cfg(feature = "x509")]
use super::MoteClock;
#[cfg(feature = "key-log")]
use super::MoteKeyLog;
#[cfg(feature = "trace")]
use super::MoteTrace;
#[cfg(feature = "server")]
use super::session_keeper::Sessions;
#[cfg(feature = "public-key")]
use super::{MoteSigner, MoteVerify};
use super::{MoteStatus, check_memory, number, octets, sizes, status, string};
use crate::config::{Config, Role};
use crate::credential::Psk;

/// The most octets of a PSK identity.
pub const MOTE_PSK_IDENTITY_MAX: usize = 128;

/// The most octets of a pre-shared key.
pub const MOTE_PSK_KEY_MAX: usize = 64;

/// First retransmission timeout unless set, in milliseconds (RFC 6347 section 4.2.4.1).
pub const MOTE_RETRANSMISSION_INITIAL_MS: u32 = 1000;

/// First retransmission timeout for constrained networks (RFC 7925 section 11).
pub const MOTE_RETRANSMISSION_INITIAL_CONSTRAINED_MS: u32 = 9000;

/// Greatest retransmission timeout unless set, in milliseconds (RFC 6347 section 4.2.4.1).
pub const MOTE_RETRANSMISSION_MAX_MS: u32 = 60000;

/// How long a handshake may take as a whole, unless set: 10 minutes. One with the timers for
/// constrained networks, which waits 123 seconds for each answer at most, finishes within.
pub const MOTE_HANDSHAKE_TIMEOUT_MS: u32 = 600000;

/// Octets of UDP payload that are sent at most, unless set.
pub const MOTE_MTU_DEFAULT: usize = 1200;

/// The smallest MTU that can be set.
pub const MOTE_MTU_MIN: usize = 128;

const _: () = {
    assert!(MOTE_PSK_IDENTITY_MAX == crate::credential::psk::PSK_IDENTITY_MAX);
    assert!(MOTE_PSK_KEY_MAX == crate::credential::psk::PSK_KEY_MAX);
    assert!(MOTE_RETRANSMISSION_INITIAL_MS == crate::config::RETRANSMISSION_INITIAL_MS);
    assert!(
        MOTE_RETRANSMISSION_INITIAL_CONSTRAINED_MS
            == crate::config::RETRANSMISSION_INITIAL_CONSTRAINED_MS
    );
    assert!(MOTE_RETRANSMISSION_MAX_MS == crate::config::RETRANSMISSION_MAX_MS);
    assert!(MOTE_HANDSHAKE_TIMEOUT_MS == crate::config::HANDSHAKE_TIMEOUT_MS);
    assert!(MOTE_MTU_DEFAULT == crate::config::MTU_DEFAULT as usize);
    assert!(MOTE_MTU_MIN == crate::config::MTU_MIN as usize);
};

/// Which end of the handshake a configuration is for.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteRole {
    /// Sends the ClientHello.
    Client = 0,
    /// Answers it.
    Server = 1,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// Server: finds the key of `identity` (any octets, NUL among them). It writes the key to `key`,
/// which holds `key_capacity` octets, and its length to `key_length`, and returns `MOTE_OK`;
/// `MOTE_ERROR_UNKNOWN_IDENTITY` when nobody has this identity: the handshake goes on all the same
/// and fails as with a wrong key; `MOTE_PENDING` when the answer is not there yet: it is asked
/// again with the next call on the connection; anything else when it failed for good. The time it
/// takes should not depend on the answer; nor does ours, as long as keys have at most 30 octets. Its pointers are borrowed until it returns.
pub type MotePskLookup = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        identity: *const u8,
        identity_length: usize,
        key: *mut u8,
        key_capacity: usize,
        key_length: *mut usize,
    ) -> MaybeUninit<MoteStatus>,
>;

/// Settings that many connections share. It is set up, frozen, and then only read, but for the front
/// of the last Random, which is kept in it to notice a random source that repeats itself: any number
/// of connections, in any number of threads, can use it. Declare one with `motedtls_static.h`.
pub struct MoteConfig {
    /// Marks that one was made here: it does not fit any more when the memory was moved or copied.
    tag: usize,
    is_frozen: bool,
    pub(super) core: Config<'static>,
    pub(super) lookup: MotePskLookup,
    pub(super) lookup_user: *mut c_void,
    #[cfg(feature = "public-key")]
    pub(super) signer: MoteSigner,
    #[cfg(feature = "public-key")]
    pub(super) signer_user: *mut c_void,
    #[cfg(feature = "public-key")]
    pub(super) verify: MoteVerify,
    #[cfg(feature = "public-key")]
    pub(super) verify_user: *mut c_void,
    #[cfg(feature = "x509")]
    pub(super) clock: MoteClock,
    #[cfg(feature = "x509")]
    pub(super) clock_user: *mut c_void,
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(super) fetch: MoteCertificateUrlFetch,
    #[cfg(all(feature = "certificate-url", feature = "server"))]
    pub(super) fetch_user: *mut c_void,
    /// Where `core.next` stands.
    #[cfg(feature = "public-key")]
    pub(super) next: *const MoteConfig,
    #[cfg(feature = "server")]
    pub(super) sessions: Option<&'static Sessions>,
    /// The store or the cache that `sessions` works on.
    #[cfg(feature = "server")]
    pub(super) session_keeper: *mut c_void,
    #[cfg(feature = "key-log")]
    pub(super) key_log: MoteKeyLog,
    #[cfg(feature = "key-log")]
    pub(super) key_log_user: *mut c_void,
    #[cfg(feature = "trace")]
    pub(super) trace: MoteTrace,
    #[cfg(feature = "trace")]
    pub(super) trace_user: *mut c_void,
}

/// Marks memory in which a configuration was made.
const TAG: usize = 0x6D43_6667;

impl MoteConfig {
    /// The configuration behind a pointer, if one was made there.
    ///
    /// # Safety
    /// `config` is NULL or points to at least `MOTE_CONFIG_SIZE` initialised octets, to which
    /// nobody writes during `'a`.
    pub(super) unsafe fn frozen<'a>(config: *const MoteConfig) -> Result<&'a Self, MoteStatus> {
        if config.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: see above; the tag says whether the rest is a configuration.
        let config = unsafe {
            if !config.is_aligned() || (&raw const (*config).tag).read() != TAG ^ config.addr() {
                return Err(MoteStatus::ErrorState);
            }
            &*config
        };
        if config.is_frozen {
            Ok(config)
        } else {
            Err(MoteStatus::ErrorState)
        }
    }

    /// The configuration behind a pointer, to be changed.
    ///
    /// # Safety
    /// As for [`Self::frozen`], and nobody else uses it during `'a`.
    unsafe fn open<'a>(config: *mut MoteConfig) -> Result<&'a mut Self, MoteStatus> {
        if config.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        // SAFETY: see above; the tag says whether the rest is a configuration.
        let config = unsafe {
            if !config.is_aligned() || (&raw const (*config).tag).read() != TAG ^ config.addr() {
                return Err(MoteStatus::ErrorState);
            }
            &mut *config
        };
        if config.is_frozen {
            Err(MoteStatus::ErrorState)
        } else {
            Ok(config)
        }
    }
}

/// Changes a configuration that is not frozen.
///
/// # Safety
/// As for [`MoteConfig::open`].
pub(super) unsafe fn change(
    config: *mut MoteConfig,
    change: impl FnOnce(&mut MoteConfig) -> Result<(), MoteStatus>,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    status(unsafe { MoteConfig::open(config) }.and_then(change))
}

/// Makes a configuration with the defaults in `memory` of `size` octets (at least
/// `MOTE_CONFIG_SIZE`, at a multiple of `MOTE_ALIGNMENT`), which stays in use as long as a
/// connection uses it and must not be moved. There is nothing to free.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` (NULL, or no role), `MOTE_ERROR_SIZE`,
/// `MOTE_ERROR_ALIGNMENT`, or `MOTE_ERROR_STATE` when this build lacks the role.
///
/// # Safety
/// `memory` points to `size` octets that are the library's from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_init(
    memory: *mut c_void,
    size: usize,
    role: MaybeUninit<MoteRole>,
) -> MoteStatus {
    let role = match number(role) {
        0 if cfg!(feature = "client") => Role::Client,
        1 if cfg!(feature = "server") => Role::Server,
        0 | 1 => return MoteStatus::ErrorState,
        _ => return MoteStatus::ErrorArgument,
    };
    status(check_memory(memory, size, sizes::CONFIG).map(|()| {
        let config = MoteConfig {
            tag: TAG ^ memory.addr(),
            is_frozen: false,
            core: Config::new(role),
            lookup: None,
            lookup_user: ptr::null_mut(),
            #[cfg(feature = "public-key")]
            signer: None,
            #[cfg(feature = "public-key")]
            signer_user: ptr::null_mut(),
            #[cfg(feature = "public-key")]
            verify: None,
            #[cfg(feature = "public-key")]
            verify_user: ptr::null_mut(),
            #[cfg(feature = "x509")]
            clock: None,
            #[cfg(feature = "x509")]
            clock_user: ptr::null_mut(),
            #[cfg(all(feature = "certificate-url", feature = "server"))]
            fetch: None,
            #[cfg(all(feature = "certificate-url", feature = "server"))]
            fetch_user: ptr::null_mut(),
            #[cfg(feature = "public-key")]
            next: ptr::null(),
            #[cfg(feature = "server")]
            sessions: None,
            #[cfg(feature = "server")]
            session_keeper: ptr::null_mut(),
            #[cfg(feature = "key-log")]
            key_log: None,
            #[cfg(feature = "key-log")]
            key_log_user: ptr::null_mut(),
            #[cfg(feature = "trace")]
            trace: None,
            #[cfg(feature = "trace")]
            trace_user: ptr::null_mut(),
        };
        // SAFETY: `memory` is aligned and large enough, and the caller gave it to us.
        unsafe { memory.cast::<MoteConfig>().write(config) };
    }))
}

/// Sets a pre-shared key. Client: the one it presents. Server: one that it accepts, beside those
/// of `mote_config_set_psk_lookup`. `identity` is up to `MOTE_PSK_IDENTITY_MAX` octets of any
/// value, `key` 1 to `MOTE_PSK_KEY_MAX`. Both are borrowed as long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_SIZE` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[cfg(feature = "psk")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_psk(
    config: *mut MoteConfig,
    identity: *const u8,
    identity_length: usize,
    key: *const u8,
    key_length: usize,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            let identity = octets(identity, identity_length)?;
            config
                .core
                .set_psk(Psk::new(identity, octets(key, key_length)?)?);
            Ok(())
        })
    }
}

/// Server: sets the callback that finds keys. `user` is given to it.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen, or a client).
///
/// # Safety
/// As said above.
#[cfg(all(feature = "psk", feature = "server"))]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_psk_lookup(
    config: *mut MoteConfig,
    lookup: MotePskLookup,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            if lookup.is_none() {
                return Err(MoteStatus::ErrorArgument);
            }
            config.core.set_psk_lookup()?;
            config.lookup = lookup;
            config.lookup_user = user;
            Ok(())
        })
    }
}

/// Sets the name of the server: ASCII without blanks or a dot at the end, up to 255 octets. Client:
/// it is sent as server_name (RFC 6066 section 3), and the server's certificate must be for it.
/// Server: it chooses this configuration among those of `mote_config_set_next`. It is borrowed as
/// long as the configuration is in use.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// As said above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_server_name(
    config: *mut MoteConfig,
    name: *const c_char,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        change(config, |config| {
            Ok(config.core.set_server_name(string(name)?)?)
        })
    }
}

/// Sets who is shown the secrets, for a tool such as Wireshark; NULL for nobody. Only in builds
/// with the feature `key-log`, which has no place in a product.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "key-log")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_key_log(
    config: *mut MoteConfig,
    log: MoteKeyLog,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.key_log = log;
            config.key_log_user = user;
            Ok(())
        })
    }
}

/// Sets who is shown the messages as they pass; NULL for nobody. Only in builds with the feature
/// `trace`.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT` or `MOTE_ERROR_STATE` (frozen).
///
/// # Safety
/// `config` points to a configuration.
#[cfg(feature = "trace")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_set_trace(
    config: *mut MoteConfig,
    trace: MoteTrace,
    user: *mut c_void,
) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.trace = trace;
            config.trace_user = user;
            Ok(())
        })
    }
}

/// Ends the set-up. From here on the configuration is only read, and connections can use it.
///
/// Returns `MOTE_OK`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_NO_CREDENTIAL` (a server without any, whose
/// client may also get one with `mote_connection_set_psk`; a key or certificate without a private
/// key, or the reverse; a server that asks its clients and could accept none), `MOTE_ERROR_NO_TIME`
/// (trust anchors, and neither `mote_config_set_time` nor `mote_config_set_no_time`) or
/// `MOTE_ERROR_STATE` (frozen already).
///
/// # Safety
/// `config` points to a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_config_freeze(config: *mut MoteConfig) -> MoteStatus {
    // SAFETY: the caller answers for the pointer.
    unsafe {
        change(config, |config| {
            config.core.check()?;
            config.is_frozen = true;
            Ok(())
        })
    }
}
