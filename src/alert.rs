//! Floor 0: alerts (RFC 5246 section 7.2), their names, and the one table from error to alert.

use core::ffi::CStr;

use crate::error::Error;
use crate::names;

/// The description of an alert: what it says went wrong. Any octet can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertDescription(pub u8);

/// Writes the constants and the table of names from one list.
macro_rules! alerts {
    ($($constant:ident = $number:literal $name:literal),* $(,)?) => {
        #[allow(missing_docs, reason = "the names are those of the RFCs")]
        impl AlertDescription {
            $(pub const $constant: AlertDescription = AlertDescription($number);)*
        }

        const NUMBERS: &[u8] = &[$($number),*];
        const NAMES: &str = concat!($($name, "\0",)* "unknown\0");
    };
}

alerts! {
    CLOSE_NOTIFY = 0 "close_notify",
    UNEXPECTED_MESSAGE = 10 "unexpected_message",
    BAD_RECORD_MAC = 20 "bad_record_mac",
    DECRYPTION_FAILED_RESERVED = 21 "decryption_failed_RESERVED",
    RECORD_OVERFLOW = 22 "record_overflow",
    DECOMPRESSION_FAILURE = 30 "decompression_failure",
    HANDSHAKE_FAILURE = 40 "handshake_failure",
    NO_CERTIFICATE_RESERVED = 41 "no_certificate_RESERVED",
    BAD_CERTIFICATE = 42 "bad_certificate",
    UNSUPPORTED_CERTIFICATE = 43 "unsupported_certificate",
    CERTIFICATE_REVOKED = 44 "certificate_revoked",
    CERTIFICATE_EXPIRED = 45 "certificate_expired",
    CERTIFICATE_UNKNOWN = 46 "certificate_unknown",
    ILLEGAL_PARAMETER = 47 "illegal_parameter",
    UNKNOWN_CA = 48 "unknown_ca",
    ACCESS_DENIED = 49 "access_denied",
    DECODE_ERROR = 50 "decode_error",
    DECRYPT_ERROR = 51 "decrypt_error",
    EXPORT_RESTRICTION_RESERVED = 60 "export_restriction_RESERVED",
    PROTOCOL_VERSION = 70 "protocol_version",
    INSUFFICIENT_SECURITY = 71 "insufficient_security",
    INTERNAL_ERROR = 80 "internal_error",
    USER_CANCELED = 90 "user_canceled",
    NO_RENEGOTIATION = 100 "no_renegotiation",
    UNSUPPORTED_EXTENSION = 110 "unsupported_extension",
    CERTIFICATE_UNOBTAINABLE = 111 "certificate_unobtainable",
    UNRECOGNIZED_NAME = 112 "unrecognized_name",
    BAD_CERTIFICATE_STATUS_RESPONSE = 113 "bad_certificate_status_response",
    BAD_CERTIFICATE_HASH_VALUE = 114 "bad_certificate_hash_value",
    UNKNOWN_PSK_IDENTITY = 115 "unknown_psk_identity",
}

impl AlertDescription {
    /// The name that the RFC gives this alert; `unknown` for any other number.
    #[must_use]
    pub fn name(self) -> &'static CStr {
        let place = NUMBERS.iter().position(|number| *number == self.0);
        names::nth(NAMES.as_bytes(), place.unwrap_or(NUMBERS.len()))
    }
}

impl Error {
    /// The fatal alert that tells the peer, if it is to be told at all.
    #[must_use]
    pub fn alert(self) -> Option<AlertDescription> {
        Some(match self {
            Error::Decode => AlertDescription::DECODE_ERROR,
            Error::UnexpectedMessage => AlertDescription::UNEXPECTED_MESSAGE,
            Error::IllegalParameter => AlertDescription::ILLEGAL_PARAMETER,
            Error::HandshakeFailure => AlertDescription::HANDSHAKE_FAILURE,
            Error::ProtocolVersion => AlertDescription::PROTOCOL_VERSION,
            Error::UnsupportedExtension => AlertDescription::UNSUPPORTED_EXTENSION,
            Error::Decrypt | Error::BadSignature => AlertDescription::DECRYPT_ERROR,
            Error::UnsupportedCertificate => AlertDescription::UNSUPPORTED_CERTIFICATE,
            // Draft section 6: with raw public keys the alerts about certificates are not sent.
            Error::CertificateMissing | Error::UnknownKey | Error::KeyRefused => {
                AlertDescription::HANDSHAKE_FAILURE
            }
            Error::UnknownCa => AlertDescription::UNKNOWN_CA,
            Error::CertificateExpired | Error::CertificateNotYetValid => {
                AlertDescription::CERTIFICATE_EXPIRED
            }
            Error::CertificateName | Error::BadCertificate => AlertDescription::BAD_CERTIFICATE,
            Error::CertificateRefused => AlertDescription::ACCESS_DENIED,
            // RFC 6066 section 9.
            Error::CertificateUnobtainable => AlertDescription::CERTIFICATE_UNOBTAINABLE,
            Error::CertificateHash => AlertDescription::BAD_CERTIFICATE_HASH_VALUE,
            Error::RecordOverflow => AlertDescription::RECORD_OVERFLOW,
            Error::ForgeryLimit => AlertDescription::BAD_RECORD_MAC,
            // RFC 5246 7.2.2: "An internal error unrelated to the peer or the correctness of the
            // protocol (such as a memory allocation failure) makes it impossible to continue."
            Error::MessageTooLong | Error::Random | Error::Callback | Error::Crypto => {
                AlertDescription::INTERNAL_ERROR
            }
            // Nobody there, nothing that may be sent, or the peer knows already.
            Error::Timeout
            | Error::DatagramTooLong
            | Error::PeerGone
            | Error::PeerAlert(_)
            | Error::SequenceExhausted
            | Error::Io => return None,
            // Usage errors are between the application and us.
            Error::Argument
            | Error::Size
            | Error::State
            | Error::NoCredential
            | Error::NoMemoryLent
            | Error::Session
            | Error::NoTime
            | Error::NoServerName
            | Error::NoEntropyYet => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    #[test]
    fn names_are_those_of_the_rfc() {
        assert_eq!(AlertDescription(51).name(), c"decrypt_error");
        assert_eq!(AlertDescription(100).name(), c"no_renegotiation");
        // Requirement 6-5.
        assert_eq!(AlertDescription(70).name(), c"protocol_version");
        assert_eq!(AlertDescription(71).name(), c"insufficient_security");
        assert_eq!(AlertDescription(90).name(), c"user_canceled");
        assert_eq!(AlertDescription(21).name(), c"decryption_failed_RESERVED");
        assert_eq!(AlertDescription(23).name(), c"unknown");
    }

    /// What docs/profile.md decides about certificates.
    #[test]
    fn certificates_have_alerts_of_their_own() {
        let alert = |error: Error| error.alert().map_or(0, |alert| alert.0);
        assert_eq!(alert(Error::UnknownCa), 48);
        assert_eq!(alert(Error::CertificateExpired), 45);
        assert_eq!(alert(Error::CertificateNotYetValid), 45);
        assert_eq!(alert(Error::CertificateName), 42);
        assert_eq!(alert(Error::BadCertificate), 42);
        assert_eq!(alert(Error::UnsupportedCertificate), 43);
        assert_eq!(alert(Error::CertificateRefused), 49);
        assert_eq!(alert(Error::CertificateUnobtainable), 111);
        assert_eq!(alert(Error::CertificateHash), 114);
        assert_eq!(alert(Error::BadSignature), 51);
        for error in [
            Error::CertificateMissing,
            Error::UnknownKey,
            Error::KeyRefused,
        ] {
            assert_eq!(alert(error), 40);
        }
    }

    /// docs/profile.md, D-1, D-4 and D-5, and RFC 5246 section 7.2.2: which alert each error is, or
    /// none. Requirements 6-1 to 6-4: what does not stand here is never sent.
    #[test]
    fn every_error_has_its_alert() {
        let expected = |error: Error| match error {
            Error::Decode => 50,
            Error::UnexpectedMessage => 10,
            Error::IllegalParameter => 47,
            Error::HandshakeFailure => 40,
            Error::ProtocolVersion => 70,
            Error::UnsupportedExtension => 110,
            Error::Decrypt | Error::BadSignature => 51,
            Error::RecordOverflow => 22,
            Error::ForgeryLimit => 20,
            Error::UnsupportedCertificate => 43,
            Error::CertificateMissing | Error::UnknownKey | Error::KeyRefused => 40,
            Error::UnknownCa => 48,
            Error::CertificateExpired | Error::CertificateNotYetValid => 45,
            Error::CertificateName | Error::BadCertificate => 42,
            Error::CertificateRefused => 49,
            Error::CertificateUnobtainable => 111,
            Error::CertificateHash => 114,
            Error::MessageTooLong | Error::Random | Error::Callback | Error::Crypto => 80,
            _ => 0,
        };
        for error in Error::ALL {
            let alert = error.alert().map_or(0, |alert| alert.0);
            assert_eq!(alert, expected(error), "{error:?}");
            // Reserved, without compression, and what an identity or a name would be found by.
            assert!(![21, 30, 41, 60, 112, 115].contains(&alert), "{error:?}");
            assert!(!error.is_usage() || alert == 0, "{error:?}");
        }
    }

    /// Requirement 6-2: with a pre-shared key or a raw public key the alerts about certificates are
    /// not sent. They are those of eight errors, which come of X.509 certificates alone, and of a
    /// type that was not agreed on.
    #[test]
    fn alerts_about_certificates_are_of_x509_alone() {
        for error in Error::ALL {
            let alert = error.alert().map_or(0, |alert| alert.0);
            let is_about_certificates = matches!(alert, 42..=46 | 48 | 49 | 111 | 113 | 114);
            let is_of_x509 = matches!(
                error,
                Error::UnsupportedCertificate
                    | Error::UnknownCa
                    | Error::CertificateExpired
                    | Error::CertificateNotYetValid
                    | Error::CertificateName
                    | Error::BadCertificate
                    | Error::CertificateRefused
                    | Error::CertificateUnobtainable
                    | Error::CertificateHash
            );
            assert_eq!(is_about_certificates, is_of_x509, "{error:?}");
        }
        for (file, source) in [
            ("psk", include_str!("credential/psk.rs")),
            ("rpk", include_str!("credential/raw_public_key.rs")),
            ("client psk", include_str!("handshake/client/psk.rs")),
            ("client ecdhe", include_str!("handshake/client/ecdhe.rs")),
            ("server psk", include_str!("handshake/server/psk.rs")),
            ("server ecdhe", include_str!("handshake/server/ecdhe.rs")),
            ("signed", include_str!("wire/digitally_signed.rs")),
        ] {
            for error in ["UnsupportedCertificate", "UnknownCa", "CertificateExpired"] {
                assert!(
                    !source.contains(&std::format!("Error::{error}")),
                    "{file} {error}"
                );
            }
            for error in ["CertificateName", "BadCertificate", "CertificateRefused"] {
                assert!(
                    !source.contains(&std::format!("Error::{error}")),
                    "{file} {error}"
                );
            }
        }
    }
}
