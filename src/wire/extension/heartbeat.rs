//! heartbeat (RFC 6520 section 2).

use crate::error::Malformed;
use crate::wire::{Reader, Sink};

/// `enum { peer_allowed_to_send(1), peer_not_allowed_to_send(2), (255) } HeartbeatMode`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum HeartbeatMode {
    /// The peer may send requests: whoever says this answers them.
    PeerAllowed = 1,
    /// The peer may not; whoever says this may send requests all the same.
    PeerNotAllowed = 2,
}

impl HeartbeatMode {
    /// `Ok(None)` for a mode that is not known: RFC 6520 section 2 wants another alert for that
    /// than for a wrong form.
    pub(crate) fn parse(content: &[u8]) -> Result<Option<Self>, Malformed> {
        let mut reader = Reader::new(content);
        let mode = reader.u8()?;
        reader.finish()?;
        Ok(match mode {
            1 => Some(Self::PeerAllowed),
            2 => Some(Self::PeerNotAllowed),
            _ => None,
        })
    }

    pub(crate) fn emit(self, sink: &mut dyn Sink) {
        sink.u8(self as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        for (mode, code) in [
            (HeartbeatMode::PeerAllowed, 1),
            (HeartbeatMode::PeerNotAllowed, 2),
        ] {
            assert_eq!(collect(&|sink| mode.emit(sink)), [code]);
            assert_eq!(HeartbeatMode::parse(&[code]), Ok(Some(mode)));
        }
    }

    #[test]
    fn other_modes_and_lengths() {
        for mode in [0, 3, 255] {
            assert_eq!(HeartbeatMode::parse(&[mode]), Ok(None));
        }
        assert_eq!(HeartbeatMode::parse(&[]), Err(Malformed));
        assert_eq!(HeartbeatMode::parse(&[1, 1]), Err(Malformed));
    }
}
