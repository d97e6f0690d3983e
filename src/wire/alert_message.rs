//! The alert message (RFC 5246 section 7.2).

use super::{Reader, Sink};
use crate::alert::AlertDescription;
use crate::error::Malformed;

/// Octets of an alert.
pub(crate) const ALERT_LENGTH: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlertMessage {
    pub(crate) fatal: bool,
    pub(crate) description: AlertDescription,
}

impl AlertMessage {
    /// `enum { warning(1), fatal(2), (255) } AlertLevel`
    const WARNING: u8 = 1;
    const FATAL: u8 = 2;

    pub(crate) fn warning(description: AlertDescription) -> Self {
        AlertMessage {
            fatal: false,
            description,
        }
    }

    pub(crate) fn fatal(description: AlertDescription) -> Self {
        AlertMessage {
            fatal: true,
            description,
        }
    }

    pub(crate) fn parse(content: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(content);
        let fatal = match reader.u8()? {
            Self::WARNING => false,
            Self::FATAL => true,
            _ => return Err(Malformed),
        };
        let description = AlertDescription(reader.u8()?);
        reader.finish()?;
        Ok(AlertMessage { fatal, description })
    }

    pub(crate) fn emit(&self, sink: &mut dyn Sink) {
        sink.u8(if self.fatal {
            Self::FATAL
        } else {
            Self::WARNING
        });
        sink.u8(self.description.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sink::tests::collect;

    #[test]
    fn round_trip() {
        let alert = AlertMessage::fatal(AlertDescription::DECRYPT_ERROR);
        let octets = collect(&|sink| alert.emit(sink));
        assert_eq!(octets, [2, 51]);
        assert_eq!(AlertMessage::parse(&octets), Ok(alert));
        let alert = AlertMessage::warning(AlertDescription::CLOSE_NOTIFY);
        assert_eq!(AlertMessage::parse(&[1, 0]), Ok(alert));
    }

    #[test]
    fn bad_lengths_and_levels_are_malformed() {
        for content in [&[][..], &[1], &[1, 0, 0], &[0, 0], &[3, 40]] {
            assert_eq!(AlertMessage::parse(content), Err(Malformed));
        }
    }
}
