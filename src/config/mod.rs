//! Floor 5: what many connections share. Credentials are borrowed, so that they can stay in flash.

#[cfg(feature = "heartbeat")]
mod heartbeat;
mod last_random;
#[cfg(feature = "public-key")]
mod public_keys;

#[cfg(feature = "heartbeat")]
pub(crate) use heartbeat::HeartbeatSettings;

#[cfg(feature = "public-key")]
pub use public_keys::ClientAuth;
#[cfg(feature = "public-key")]
pub(crate) use public_keys::{Clock, PublicKeys};

use crate::credential::Psk;
#[cfg(all(feature = "trusted-ca", feature = "server"))]
use crate::credential::trusted_ca::{IsTrusted, is_trusted};
use crate::error::Error;
#[cfg(feature = "heartbeat")]
pub use crate::wire::extension::HeartbeatMode;
pub use crate::wire::extension::MaxFragmentLength;
use last_random::LastRandom;

/// First retransmission timeout: RFC 6347 section 4.2.4.1.
pub const RETRANSMISSION_INITIAL_MS: u32 = 1_000;
/// First retransmission timeout for constrained networks: RFC 7925 section 11.
pub const RETRANSMISSION_INITIAL_CONSTRAINED_MS: u32 = 9_000;
/// Greatest retransmission timeout: RFC 6347 section 4.2.4.1.
pub const RETRANSMISSION_MAX_MS: u32 = 60_000;
/// How long a handshake may take as a whole, unless set: 10 minutes. With the timers for constrained
/// networks a flight is waited for 9 + 18 + 36 + 60 = 123 seconds, and a client's handshake has three
/// waits, a fourth with another cookie: one that finishes at all does so within.
pub const HANDSHAKE_TIMEOUT_MS: u32 = 600_000;
/// Octets of UDP payload that are sent at most, unless set.
pub const MTU_DEFAULT: u16 = 1_200;
/// The smallest MTU. The first fragment of a ClientHello reaches to the end of its cookie, or no
/// server lets it pass: with a cookie and a session id of 32 octets each that is 125.
pub const MTU_MIN: u16 = 128;
/// Records that may fail authentication before a connection gives up: the chance that one of them
/// was a forgery that fit is then at most 2^-44.
pub const FORGERY_LIMIT_DEFAULT: u32 = 1 << 20;
/// The most octets of a DNS name (RFC 1035 section 2.3.4).
pub const SERVER_NAME_MAX: usize = 255;

/// The longest time that can be set.
const DAY_MS: u32 = 24 * 60 * 60 * 1000;

/// Which end of the handshake we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sends the ClientHello.
    Client,
    /// Answers it.
    Server,
}

/// How long to wait for an answer before a flight is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retransmission {
    pub(crate) initial_ms: u32,
    pub(crate) max_ms: u32,
}

/// The settings that many connections share.
#[derive(Clone)]
pub struct Config<'a> {
    role: Role,
    pub(crate) psk: Option<Psk<'a>>,
    /// Server: [`crate::Host::psk_lookup`] is worth asking.
    #[cfg(feature = "psk")]
    pub(crate) has_psk_lookup: bool,
    #[cfg(feature = "public-key")]
    pub(crate) public_keys: PublicKeys<'a>,
    /// Client: the server's. Server: the one that chooses this configuration.
    pub(crate) server_name: Option<&'a [u8]>,
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,
    pub(crate) mtu: u16,
    pub(crate) retransmission: Retransmission,
    /// 0 for no limit.
    pub(crate) handshake_timeout_ms: u32,
    /// What changes in use, and the only thing that does.
    pub(crate) last_random: LastRandom,
    pub(crate) forgery_limit: u32,
    pub(crate) cookie_required: bool,
    /// Server: sessions are kept, and resumed.
    pub(crate) has_session_store: bool,
    /// Server: who resumes need not bring a cookie.
    pub(crate) resumes_without_cookie: bool,
    pub(crate) secure_renegotiation_required: bool,
    /// Client: the trust anchors are named. Server: the chain is chosen by those of the client.
    #[cfg(feature = "trusted-ca")]
    pub(crate) trusted_ca: bool,
    /// What a server then chooses its chain by. It is reached here, and not by name: a linker leaves
    /// it out of servers that do not.
    #[cfg(all(feature = "trusted-ca", feature = "server"))]
    pub(crate) is_trusted: Option<IsTrusted>,
    /// Server: what clients remember is not sent again.
    #[cfg(feature = "cached-info")]
    pub(crate) cached_info: bool,
    #[cfg(feature = "heartbeat")]
    pub(crate) heartbeat: HeartbeatSettings,
}

impl<'a> Config<'a> {
    /// A configuration with the defaults and no credential.
    #[must_use]
    pub fn new(role: Role) -> Self {
        Config {
            role,
            psk: None,
            #[cfg(feature = "psk")]
            has_psk_lookup: false,
            #[cfg(feature = "public-key")]
            public_keys: PublicKeys::new(),
            server_name: None,
            max_fragment_length: None,
            mtu: MTU_DEFAULT,
            retransmission: Retransmission {
                initial_ms: RETRANSMISSION_INITIAL_MS,
                max_ms: RETRANSMISSION_MAX_MS,
            },
            handshake_timeout_ms: HANDSHAKE_TIMEOUT_MS,
            last_random: LastRandom::default(),
            forgery_limit: FORGERY_LIMIT_DEFAULT,
            cookie_required: true,
            has_session_store: false,
            resumes_without_cookie: false,
            secure_renegotiation_required: false,
            #[cfg(feature = "trusted-ca")]
            trusted_ca: false,
            #[cfg(all(feature = "trusted-ca", feature = "server"))]
            is_trusted: None,
            #[cfg(feature = "cached-info")]
            cached_info: false,
            #[cfg(feature = "heartbeat")]
            heartbeat: HeartbeatSettings::OFF,
        }
    }

    /// The end this configuration is for.
    #[must_use]
    pub fn role(&self) -> Role {
        // In a build with one role the compiler leaves out what the other would do.
        match (cfg!(feature = "client"), cfg!(feature = "server")) {
            (true, false) => Role::Client,
            (false, true) => Role::Server,
            _ => self.role,
        }
    }

    /// Client: the identity and key it presents. Server: one that it accepts.
    #[cfg(feature = "psk")]
    pub fn set_psk(&mut self, psk: Psk<'a>) {
        self.psk = Some(psk);
    }

    /// Server: [`crate::Host::psk_lookup`] knows keys.
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    #[cfg(feature = "psk")]
    pub fn set_psk_lookup(&mut self) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.has_psk_lookup = true;
        Ok(())
    }

    /// The name of the server. Client: sent as server_name (RFC 6066 section 3) and looked for in
    /// its certificate. Server: chooses this configuration among those that are linked.
    ///
    /// # Errors
    /// [`Error::Argument`] for what cannot be a DNS name.
    pub fn set_server_name(&mut self, name: &'a [u8]) -> Result<(), Error> {
        self.server_name = Some(checked_server_name(name)?);
        Ok(())
    }

    /// Client: asks the server to keep to records of so many octets; `None` does not ask.
    ///
    /// # Errors
    /// [`Error::State`] for a server: it follows its clients.
    pub fn set_max_fragment_length(
        &mut self,
        length: Option<MaxFragmentLength>,
    ) -> Result<(), Error> {
        self.require(Role::Client)?;
        self.max_fragment_length = length;
        Ok(())
    }

    /// Sets the most octets of UDP payload that are sent.
    ///
    /// # Errors
    /// [`Error::Argument`] below [`MTU_MIN`] or above 65,535.
    pub fn set_mtu(&mut self, octets: usize) -> Result<(), Error> {
        self.mtu = checked_mtu(octets)?;
        Ok(())
    }

    /// Sets the first and the greatest retransmission timeout.
    ///
    /// # Errors
    /// [`Error::Argument`] when one is 0, the first is the greater, or a day is exceeded.
    pub fn set_retransmission(&mut self, initial_ms: u32, max_ms: u32) -> Result<(), Error> {
        if initial_ms == 0 || initial_ms > max_ms || max_ms > DAY_MS {
            return Err(Error::Argument);
        }
        self.retransmission = Retransmission { initial_ms, max_ms };
        Ok(())
    }

    /// Sets how long a handshake may take as a whole, whatever the peer answers and the application
    /// waits for; 0 sets no limit. It is counted from the first call of a client, and from the
    /// ClientHello that a server lets pass.
    ///
    /// # Errors
    /// [`Error::Argument`] for more than a day.
    pub fn set_handshake_timeout(&mut self, milliseconds: u32) -> Result<(), Error> {
        if milliseconds > DAY_MS {
            return Err(Error::Argument);
        }
        self.handshake_timeout_ms = milliseconds;
        Ok(())
    }

    /// Sets how many records may fail authentication before a connection gives up.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn set_forgery_limit(&mut self, records: u32) -> Result<(), Error> {
        if records == 0 {
            return Err(Error::Argument);
        }
        self.forgery_limit = records;
        Ok(())
    }

    /// Server: whether a ClientHello must bring a cookie. Leave it so wherever an address can be
    /// forged (RFC 6347 section 4.2.1).
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    pub fn set_cookie(&mut self, required: bool) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.cookie_required = required;
        Ok(())
    }

    /// Server: [`crate::host::Host`] keeps sessions, and they are resumed.
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    pub fn set_session_store(&mut self) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.has_session_store = true;
        Ok(())
    }

    /// Server: whether a client that resumes a session may do without a cookie (draft section 7).
    /// A full handshake never does.
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    pub fn set_resumption_without_cookie(&mut self, allowed: bool) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.resumes_without_cookie = allowed;
        Ok(())
    }

    /// Client: whether a server without RFC 5746 is refused.
    ///
    /// # Errors
    /// [`Error::State`] for a server.
    pub fn set_secure_renegotiation_required(&mut self, required: bool) -> Result<(), Error> {
        self.require(Role::Client)?;
        self.secure_renegotiation_required = required;
        Ok(())
    }

    /// Server: whether a certificate that a client remembers is left out (RFC 7924); false unless
    /// set. A client remembers with [`crate::Endpoint::set_cached_info`].
    ///
    /// # Errors
    /// [`Error::State`] for a client.
    #[cfg(feature = "cached-info")]
    pub fn set_cached_info(&mut self, is_used: bool) -> Result<(), Error> {
        self.require(Role::Server)?;
        self.cached_info = is_used;
        Ok(())
    }

    /// Client: whether servers are told the names of the trust anchors (RFC 6066 section 6). Server:
    /// whether its chain is chosen by that, among those of [`Self::set_next`]. False unless set.
    #[cfg(feature = "trusted-ca")]
    pub fn set_trusted_ca(&mut self, is_used: bool) {
        self.trusted_ca = is_used;
        #[cfg(feature = "server")]
        {
            self.is_trusted = is_used.then_some(is_trusted as IsTrusted);
        }
    }

    /// Whether the configuration has what its role needs. A client's credential may also be set for
    /// each of its connections.
    ///
    /// # Errors
    /// [`Error::NoCredential`], [`Error::NoTime`] for trust anchors without a word on the clock, or
    /// [`Error::State`] for a role that is not built in.
    pub fn check(&self) -> Result<(), Error> {
        #[cfg(feature = "public-key")]
        let shows_key = self.public_keys.check()?;
        #[cfg(not(feature = "public-key"))]
        let shows_key = false;
        if self.role == Role::Server && !self.accepts_psk() && !shows_key {
            return Err(Error::NoCredential);
        }
        self.require(self.role())
    }

    /// Server: whether clients may come with a pre-shared key.
    pub(crate) fn accepts_psk(&self) -> bool {
        #[cfg(feature = "psk")]
        return self.psk.is_some() || self.has_psk_lookup;
        #[cfg(not(feature = "psk"))]
        false
    }

    /// After how many milliseconds of silence a heartbeat is sent; 0 for never.
    pub(crate) fn keep_alive_ms(&self) -> u32 {
        #[cfg(feature = "heartbeat")]
        return self.heartbeat.keep_alive_ms;
        #[cfg(not(feature = "heartbeat"))]
        0
    }

    fn require(&self, role: Role) -> Result<(), Error> {
        if self.role == role {
            Ok(())
        } else {
            Err(Error::State)
        }
    }
}

/// Checks a server name. RFC 6066 section 3: "represented as a byte string using ASCII encoding
/// without a trailing dot".
pub(crate) fn checked_server_name(name: &[u8]) -> Result<&[u8], Error> {
    let fits = (1..=SERVER_NAME_MAX).contains(&name.len());
    if fits && name.iter().all(u8::is_ascii_graphic) && !name.ends_with(b".") {
        Ok(name)
    } else {
        Err(Error::Argument)
    }
}

pub(crate) fn checked_mtu(octets: usize) -> Result<u16, Error> {
    match u16::try_from(octets) {
        Ok(octets) if octets >= MTU_MIN => Ok(octets),
        _ => Err(Error::Argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_refused_and_change_nothing() {
        let mut config = Config::new(Role::Client);
        assert_eq!(config.set_mtu(127), Err(Error::Argument));
        assert_eq!(config.set_mtu(65_536), Err(Error::Argument));
        assert_eq!(config.mtu, MTU_DEFAULT);
        assert_eq!(config.set_retransmission(0, 5), Err(Error::Argument));
        assert_eq!(config.set_retransmission(6, 5), Err(Error::Argument));
        assert_eq!(config.set_retransmission(1, u32::MAX), Err(Error::Argument));
        assert_eq!(config.retransmission.initial_ms, RETRANSMISSION_INITIAL_MS);
        assert_eq!(config.set_forgery_limit(0), Err(Error::Argument));
        assert_eq!(
            config.set_handshake_timeout(DAY_MS + 1),
            Err(Error::Argument)
        );
        assert_eq!(config.handshake_timeout_ms, HANDSHAKE_TIMEOUT_MS);
        assert_eq!(config.set_handshake_timeout(0), Ok(()));
        for name in [&b""[..], b"a.", b"a b", b"a\0b", &[b'a'; 256]] {
            assert_eq!(config.set_server_name(name), Err(Error::Argument));
        }
        assert_eq!(config.set_server_name(b"coap.example"), Ok(()));
    }

    /// What docs/profile.md decides: timers, forgery limit, cookie, and the constrained timer.
    #[test]
    fn defaults_are_those_of_the_profile() {
        let config = Config::new(Role::Server);
        let Retransmission { initial_ms, max_ms } = config.retransmission;
        assert_eq!((initial_ms, max_ms), (1_000, 60_000));
        assert_eq!(config.handshake_timeout_ms, 600_000);
        assert_eq!(RETRANSMISSION_INITIAL_CONSTRAINED_MS, 9_000);
        assert_eq!(config.forgery_limit, 1 << 20);
        assert_eq!(config.mtu, 1_200);
        assert!(config.cookie_required && !config.secure_renegotiation_required);
        assert!(config.max_fragment_length.is_none() && config.server_name.is_none());
    }

    #[test]
    fn settings_belong_to_a_role() {
        let mut client = Config::new(Role::Client);
        let mut server = Config::new(Role::Server);
        assert_eq!(client.set_cookie(false), Err(Error::State));
        assert_eq!(server.set_cookie(false), Ok(()));
        assert_eq!(server.set_max_fragment_length(None), Err(Error::State));
        assert_eq!(
            server.set_secure_renegotiation_required(true),
            Err(Error::State)
        );
    }

    /// In a build with one role there is no end for the other.
    #[test]
    fn a_role_must_be_built() {
        let client = Config::new(Role::Client).check();
        let is_built = cfg!(feature = "client");
        assert_eq!(client, if is_built { Ok(()) } else { Err(Error::State) });
    }

    #[test]
    fn a_configuration_needs_a_credential() {
        let config = Config::new(Role::Server);
        assert_eq!(config.check(), Err(Error::NoCredential));
    }

    #[cfg(all(feature = "psk", feature = "server"))]
    #[test]
    fn a_server_may_look_keys_up() {
        #[cfg(feature = "client")]
        assert_eq!(
            Config::new(Role::Client).set_psk_lookup(),
            Err(Error::State)
        );
        let mut server = Config::new(Role::Server);
        assert_eq!(server.set_psk_lookup(), Ok(()));
        assert_eq!(server.check(), Ok(()));
    }
}
