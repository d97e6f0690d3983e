//! Heartbeats (RFC 6520): whether they are used, and when one is sent by itself.

use super::Config;
use crate::error::Error;
use crate::wire::extension::HeartbeatMode;

/// The shortest idle period. RFC 6520 section 5.2: "configurable up to a period of multiple minutes
/// and down to a period of one second".
const KEEP_ALIVE_MIN_MS: u32 = 1_000;
/// The longest, a day.
const KEEP_ALIVE_MAX_MS: u32 = 86_400_000;

/// What a configuration says of heartbeats.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeartbeatSettings {
    /// `None`: the extension is neither offered nor answered.
    pub(crate) mode: Option<HeartbeatMode>,
    /// 0: none is sent by itself.
    pub(crate) keep_alive_ms: u32,
}

impl HeartbeatSettings {
    pub(crate) const OFF: Self = HeartbeatSettings {
        mode: None,
        keep_alive_ms: 0,
    };
}

impl Config<'_> {
    /// Sets whether heartbeats are offered and accepted, and whether the peer's are answered;
    /// `None`, the default, does neither, and ends keep-alive.
    pub fn set_heartbeat(&mut self, mode: Option<HeartbeatMode>) {
        self.heartbeat.mode = mode;
        if mode.is_none() {
            self.heartbeat.keep_alive_ms = 0;
        }
    }

    /// Sets after how many milliseconds without a word of the peer a heartbeat is sent; 0, the
    /// default, sends none. It should be many round trips.
    ///
    /// # Errors
    /// [`Error::Argument`] for less than a second or more than a day, [`Error::State`] without
    /// [`set_heartbeat`](Self::set_heartbeat).
    pub fn set_keep_alive(&mut self, interval_ms: u32) -> Result<(), Error> {
        if interval_ms != 0 && !(KEEP_ALIVE_MIN_MS..=KEEP_ALIVE_MAX_MS).contains(&interval_ms) {
            return Err(Error::Argument);
        }
        if interval_ms != 0 && self.heartbeat.mode.is_none() {
            return Err(Error::State);
        }
        self.heartbeat.keep_alive_ms = interval_ms;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Role;

    #[test]
    fn keep_alive_has_bounds_and_needs_heartbeats() {
        let mut config = Config::new(Role::Client);
        assert!(config.heartbeat.mode.is_none() && config.heartbeat.keep_alive_ms == 0);
        assert_eq!(config.set_keep_alive(0), Ok(()));
        assert_eq!(config.set_keep_alive(1_000), Err(Error::State));
        config.set_heartbeat(Some(HeartbeatMode::PeerNotAllowed));
        assert_eq!(config.set_keep_alive(999), Err(Error::Argument));
        assert_eq!(config.set_keep_alive(86_400_001), Err(Error::Argument));
        for interval in [1_000, 600_000, 86_400_000] {
            assert_eq!(config.set_keep_alive(interval), Ok(()));
            assert_eq!(config.heartbeat.keep_alive_ms, interval);
        }
        config.set_heartbeat(None);
        assert_eq!(config.heartbeat.keep_alive_ms, 0);
    }
}
