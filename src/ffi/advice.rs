//! What a status tells a device to do.

use core::mem::MaybeUninit;

use super::{MoteStatus, number};
use crate::advice::{Advice, backoff_ms};
use crate::alert::AlertDescription;
use crate::error::Error;

/// What to do about a status.
///
/// Nothing of a handshake that failed is proof: anyone on the path can forge what ends one. So no
/// advice says "never again", and none is a reason to throw a credential away: wait as
/// `mote_backoff_ms` says, longer each time, and tell somebody.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteAdvice {
    /// Nothing is wrong: call again as `mote_connection_timeout` says.
    GoOn = 0,
    /// The connection or its session is used up: connect again, without the session.
    ConnectAgain = 1,
    /// The peer, the path or somebody on it misbehaves, or nobody is there: it may pass.
    RetryLater = 2,
    /// The peer does not hold what we trust in: it is another, or what we trust in is out of date.
    WrongCredentials = 3,
    /// The peer does not accept what we show: it may have to be provisioned again.
    ProvisionAgain = 4,
    /// The two ends do not fit together: it goes on so until the settings or the software of one of
    /// them change.
    GiveUp = 5,
    /// Our random source, clock or crypto hardware does not do what it should.
    CheckDevice = 6,
    /// The program calls the library wrongly.
    FixProgram = 7,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

impl From<Advice> for MoteAdvice {
    fn from(advice: Advice) -> Self {
        match advice {
            Advice::GoOn => MoteAdvice::GoOn,
            Advice::ConnectAgain => MoteAdvice::ConnectAgain,
            Advice::RetryLater => MoteAdvice::RetryLater,
            Advice::WrongCredentials => MoteAdvice::WrongCredentials,
            Advice::ProvisionAgain => MoteAdvice::ProvisionAgain,
            Advice::GiveUp => MoteAdvice::GiveUp,
            Advice::CheckDevice => MoteAdvice::CheckDevice,
            Advice::FixProgram => MoteAdvice::FixProgram,
        }
    }
}

/// What `status` tells a device to do. `alert` counts with `MOTE_ERROR_PEER_ALERT` alone: it is
/// `mote_info.alert` of the connection, before it is wiped. For a number that is no status
/// `MOTE_ADVICE_FIX_PROGRAM`. It depends on nothing else.
#[unsafe(no_mangle)]
pub extern "C" fn mote_advise(status: MaybeUninit<MoteStatus>, alert: u8) -> MoteAdvice {
    const CLOSED: i32 = MoteStatus::Closed as i32;
    const STALE: i32 = MoteStatus::Stale as i32;
    const PEER_ALERT: i32 = MoteStatus::ErrorPeerAlert as i32;
    const WANT_ENTROPY: i32 = MoteStatus::WantEntropy as i32;
    let advice = match number(status) {
        CLOSED | STALE => Advice::ConnectAgain,
        0..=WANT_ENTROPY => Advice::GoOn,
        PEER_ALERT => AlertDescription(alert).advice(),
        status => {
            let mut errors = Error::ALL.into_iter();
            let error = errors.find(|error| MoteStatus::from(*error) as i32 == status);
            error.map_or(Advice::FixProgram, Error::advice)
        }
    };
    advice.into()
}

/// How many milliseconds to wait before the next attempt, after `failures` in a row (0 counts as 1).
/// `random` is any 32 random bits; they need not be secret.
///
/// The wait begins with 10 seconds and doubles with each failure, up to an hour; when somebody has to
/// change something first (from `MOTE_ADVICE_WRONG_CREDENTIALS` on), with an hour, up to a day. Of
/// that, the upper half is drawn, so that a fleet that has lost its server does not come back as one:
/// 5 to 10 s, 10 to 20 s, and so on, 30 to 60 min; or 30 to 60 min, and so on, 12 to 24 h. 0 for
/// `MOTE_ADVICE_GO_ON`. It depends on nothing else, and never says to stop.
#[unsafe(no_mangle)]
pub extern "C" fn mote_backoff_ms(
    advice: MaybeUninit<MoteAdvice>,
    failures: u32,
    random: u32,
) -> u32 {
    let advice = match number(advice) {
        0 => Advice::GoOn,
        1 => Advice::ConnectAgain,
        2 => Advice::RetryLater,
        3 => Advice::WrongCredentials,
        4 => Advice::ProvisionAgain,
        5 => Advice::GiveUp,
        6 => Advice::CheckDevice,
        _ => Advice::FixProgram,
    };
    backoff_ms(advice, failures, random)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advise(status: MoteStatus, alert: u8) -> MoteAdvice {
        mote_advise(MaybeUninit::new(status), alert)
    }

    /// Every status of the header has its advice, and what a peer's alert says counts with that
    /// status alone.
    #[test]
    fn every_status_is_advised_on() {
        for error in Error::ALL {
            let expected = MoteAdvice::from(error.advice());
            let alert = match error {
                Error::PeerAlert(alert) => alert.0,
                _ => 51,
            };
            assert_eq!(advise(error.into(), alert), expected, "{error:?}");
        }
        let alerted = MoteStatus::ErrorPeerAlert;
        assert_eq!(advise(alerted, 51), MoteAdvice::ProvisionAgain);
        assert_eq!(advise(alerted, 40), MoteAdvice::GiveUp);
        assert_eq!(advise(alerted, 80), MoteAdvice::RetryLater);
        for status in [
            MoteStatus::Ok,
            MoteStatus::WantRead,
            MoteStatus::WantWrite,
            MoteStatus::Pending,
            MoteStatus::WantEntropy,
        ] {
            assert_eq!(advise(status, 51), MoteAdvice::GoOn, "{status:?}");
        }
        assert_eq!(advise(MoteStatus::Closed, 0), MoteAdvice::ConnectAgain);
        assert_eq!(advise(MoteStatus::Stale, 0), MoteAdvice::ConnectAgain);
        for status in [
            MoteStatus::ErrorAlignment,
            MoteStatus::ErrorUnknownIdentity,
            MoteStatus::ForceInt,
        ] {
            assert_eq!(advise(status, 0), MoteAdvice::FixProgram, "{status:?}");
        }
    }
}
