//! Floor 0: what an error tells a device to do, and how long to wait before it does so (requirement
//! 5.2-6). Advice only: nothing here has a state.

use crate::alert::AlertDescription;
use crate::error::Error;

/// What to do about a connection that has ended, or a call that did not do what it was asked to.
///
/// Nothing of a handshake that failed is proof: anyone on the path can forge what ends one. So no
/// advice says "never again", and none is a reason to throw a credential away: wait longer each
/// time, as [`backoff_ms`] does, and tell somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing is wrong: call again as the timeout says.
    GoOn,
    /// The connection or its session is used up: connect again, with a full handshake.
    ConnectAgain,
    /// The peer, the path or somebody on it misbehaves, or nobody is there: it may pass.
    RetryLater,
    /// The peer does not hold what we trust in: it is another, or what we trust in is out of date.
    WrongCredentials,
    /// The peer does not accept what we show: it may have to be provisioned again.
    ProvisionAgain,
    /// The two ends do not fit together: it goes on so until the settings or the software of one of
    /// them change.
    GiveUp,
    /// Our random source, clock or crypto hardware does not do what it should.
    CheckDevice,
    /// The program calls the library wrongly.
    FixProgram,
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn advice(self) -> Advice {
        match self {
            Error::NoEntropyYet => Advice::GoOn,
            Error::Session | Error::ForgeryLimit | Error::SequenceExhausted | Error::PeerGone => {
                Advice::ConnectAgain
            }
            Error::Timeout
            | Error::Io
            | Error::Callback
            | Error::CertificateUnobtainable
            | Error::Decode
            | Error::UnexpectedMessage
            | Error::IllegalParameter => Advice::RetryLater,
            Error::UnsupportedCertificate
            | Error::CertificateMissing
            | Error::UnknownKey
            | Error::UnknownCa
            | Error::CertificateExpired
            | Error::CertificateName
            | Error::BadCertificate
            | Error::BadSignature
            | Error::CertificateRefused
            | Error::CertificateHash
            | Error::KeyRefused => Advice::WrongCredentials,
            // With a pre-shared key it is one key that both ends should have.
            Error::Decrypt => Advice::ProvisionAgain,
            Error::PeerAlert(alert) => alert.advice(),
            Error::HandshakeFailure
            | Error::ProtocolVersion
            | Error::UnsupportedExtension
            | Error::RecordOverflow
            | Error::MessageTooLong
            | Error::DatagramTooLong => Advice::GiveUp,
            // Not yet valid: our clock has stopped, most often.
            Error::Random | Error::Crypto | Error::CertificateNotYetValid => Advice::CheckDevice,
            Error::Argument
            | Error::Size
            | Error::State
            | Error::NoCredential
            | Error::NoMemoryLent
            | Error::NoTime
            | Error::NoServerName => Advice::FixProgram,
        }
    }
}

impl AlertDescription {
    /// What a fatal alert of the peer's asks for.
    #[must_use]
    pub fn advice(self) -> Advice {
        match self {
            // bad_record_mac: some servers say so for a wrong key. certificate_expired: unless the
            // peer's clock is wrong. decrypt_error: a wrong key or an unknown identity.
            AlertDescription::BAD_RECORD_MAC
            | AlertDescription::BAD_CERTIFICATE
            | AlertDescription::UNSUPPORTED_CERTIFICATE
            | AlertDescription::CERTIFICATE_REVOKED
            | AlertDescription::CERTIFICATE_EXPIRED
            | AlertDescription::CERTIFICATE_UNKNOWN
            | AlertDescription::UNKNOWN_CA
            | AlertDescription::ACCESS_DENIED
            | AlertDescription::DECRYPT_ERROR
            | AlertDescription::CERTIFICATE_UNOBTAINABLE
            | AlertDescription::BAD_CERTIFICATE_HASH_VALUE
            | AlertDescription::UNKNOWN_PSK_IDENTITY => Advice::ProvisionAgain,
            AlertDescription::HANDSHAKE_FAILURE
            | AlertDescription::PROTOCOL_VERSION
            | AlertDescription::INSUFFICIENT_SECURITY
            | AlertDescription::UNSUPPORTED_EXTENSION
            | AlertDescription::UNRECOGNIZED_NAME => Advice::GiveUp,
            _ => Advice::RetryLater,
        }
    }
}

const SECOND_MS: u32 = 1_000;
const HOUR_MS: u32 = 3_600 * SECOND_MS;

/// How many milliseconds to wait before the next attempt, after so many failures in a row (0 counts as
/// 1). `random` is any 32 random bits; they need not be secret.
///
/// The wait begins with 10 seconds and doubles with each failure, up to an hour; when somebody has to
/// change something first, with an hour, up to a day. Of that, the upper half is drawn: a fleet that
/// has lost its server does not come back as one. So it lies within 5 to 10 s, 10 to 20 s, and so on,
/// 30 to 60 min; or 30 to 60 min, and so on, 12 to 24 h. For [`Advice::GoOn`] it is 0.
#[must_use]
pub fn backoff_ms(advice: Advice, failures: u32, random: u32) -> u32 {
    let (first, greatest) = match advice {
        Advice::GoOn => return 0,
        Advice::ConnectAgain | Advice::RetryLater => (10 * SECOND_MS, HOUR_MS),
        Advice::WrongCredentials
        | Advice::ProvisionAgain
        | Advice::GiveUp
        | Advice::CheckDevice
        | Advice::FixProgram => (HOUR_MS, 24 * HOUR_MS),
    };
    // 2^16 times the first is more than the greatest of both.
    let doublings = failures.saturating_sub(1).min(16);
    let wait = u64::from(first) << doublings;
    let wait = wait.min(u64::from(greatest));
    let upper = wait / 2;
    let drawn = upper * u64::from(random) / u64::from(u32::MAX);
    (wait - upper + drawn) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Advice; 8] = [
        Advice::GoOn,
        Advice::ConnectAgain,
        Advice::RetryLater,
        Advice::WrongCredentials,
        Advice::ProvisionAgain,
        Advice::GiveUp,
        Advice::CheckDevice,
        Advice::FixProgram,
    ];

    #[test]
    fn waits_double_within_their_bounds() {
        for advice in ALL {
            let is_quick = matches!(advice, Advice::ConnectAgain | Advice::RetryLater);
            let (mut wait, greatest) = match is_quick {
                true => (10_000, 3_600_000),
                false => (3_600_000, 86_400_000),
            };
            for failures in 1..40 {
                let bounds = [0, u32::MAX].map(|random| backoff_ms(advice, failures, random));
                let expected = match advice {
                    Advice::GoOn => [0, 0],
                    _ => [wait / 2, wait],
                };
                assert_eq!(bounds, expected, "{advice:?} {failures}");
                wait = (2 * wait).min(greatest);
            }
            let [least, most] = [0, u32::MAX].map(|failures| backoff_ms(advice, failures, 7));
            assert_eq!(least, backoff_ms(advice, 1, 7));
            assert!(advice == Advice::GoOn || (greatest / 2..=greatest).contains(&most));
        }
    }

    /// A fleet that fails together does not come back together.
    #[test]
    fn a_fleet_is_spread_over_the_upper_half() {
        let mut seconds = [0_u32; 1_800];
        for device in 0..18_000_u32 {
            let random = device.wrapping_mul(0x9E37_79B9);
            let wait = backoff_ms(Advice::RetryLater, 20, random);
            let second = (wait - 1_800_000) / 1_000;
            seconds[second.min(1_799) as usize] += 1;
        }
        // Ten a second on the average.
        assert!(seconds.iter().all(|devices| (1..40).contains(devices)));
    }

    #[test]
    fn what_somebody_has_to_change_is_told_apart() {
        let of = |number| Error::PeerAlert(AlertDescription(number)).advice();
        for number in [20, 42, 43, 44, 45, 46, 48, 49, 51, 111, 114, 115] {
            assert_eq!(of(number), Advice::ProvisionAgain, "{number}");
        }
        for number in [40, 70, 71, 110, 112] {
            assert_eq!(of(number), Advice::GiveUp, "{number}");
        }
        for number in [0, 10, 22, 47, 50, 80, 90, 255] {
            assert_eq!(of(number), Advice::RetryLater, "{number}");
        }
        for error in Error::ALL {
            let advice = error.advice();
            let is_program = matches!(advice, Advice::FixProgram);
            let is_other_usage = matches!(error, Error::Session | Error::NoEntropyYet);
            assert_eq!(is_program, error.is_usage() && !is_other_usage, "{error:?}");
        }
    }
}
