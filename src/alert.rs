//! Floor 0: alerts (RFC 5246 section 7.2), their names, and the one table from error to alert.

use core::ffi::CStr;

use crate::error::Error;

/// The description of an alert: what it says went wrong. Any octet can be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertDescription(pub u8);

/// Writes the constants and the table of names from one list.
macro_rules! alerts {
    ($($constant:ident = $number:literal $name:literal),* $(,)?) => {
        #[allow(missing_docs, reason = "the names are those of the RFCs")]
        impl AlertDescription {
            $(pub const $constant: AlertDescription = AlertDescription($number);)*

            /// The name that the RFC gives this alert; `unknown` for any other number.
            #[must_use]
            pub fn name(self) -> &'static CStr {
                match self.0 {
                    $($number => $name,)*
                    _ => c"unknown",
                }
            }
        }
    };
}

alerts! {
    CLOSE_NOTIFY = 0 c"close_notify",
    UNEXPECTED_MESSAGE = 10 c"unexpected_message",
    BAD_RECORD_MAC = 20 c"bad_record_mac",
    RECORD_OVERFLOW = 22 c"record_overflow",
    DECOMPRESSION_FAILURE = 30 c"decompression_failure",
    HANDSHAKE_FAILURE = 40 c"handshake_failure",
    BAD_CERTIFICATE = 42 c"bad_certificate",
    UNSUPPORTED_CERTIFICATE = 43 c"unsupported_certificate",
    CERTIFICATE_REVOKED = 44 c"certificate_revoked",
    CERTIFICATE_EXPIRED = 45 c"certificate_expired",
    CERTIFICATE_UNKNOWN = 46 c"certificate_unknown",
    ILLEGAL_PARAMETER = 47 c"illegal_parameter",
    UNKNOWN_CA = 48 c"unknown_ca",
    ACCESS_DENIED = 49 c"access_denied",
    DECODE_ERROR = 50 c"decode_error",
    DECRYPT_ERROR = 51 c"decrypt_error",
    PROTOCOL_VERSION = 70 c"protocol_version",
    INSUFFICIENT_SECURITY = 71 c"insufficient_security",
    INTERNAL_ERROR = 80 c"internal_error",
    USER_CANCELED = 90 c"user_canceled",
    NO_RENEGOTIATION = 100 c"no_renegotiation",
    UNSUPPORTED_EXTENSION = 110 c"unsupported_extension",
    CERTIFICATE_UNOBTAINABLE = 111 c"certificate_unobtainable",
    UNRECOGNIZED_NAME = 112 c"unrecognized_name",
    BAD_CERTIFICATE_STATUS_RESPONSE = 113 c"bad_certificate_status_response",
    BAD_CERTIFICATE_HASH_VALUE = 114 c"bad_certificate_hash_value",
    UNKNOWN_PSK_IDENTITY = 115 c"unknown_psk_identity",
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
            | Error::NoServerName => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_rfc() {
        assert_eq!(AlertDescription(51).name(), c"decrypt_error");
        assert_eq!(AlertDescription(100).name(), c"no_renegotiation");
        // Requirement 6-5.
        assert_eq!(AlertDescription(70).name(), c"protocol_version");
        assert_eq!(AlertDescription(71).name(), c"insufficient_security");
        assert_eq!(AlertDescription(90).name(), c"user_canceled");
        assert_eq!(AlertDescription(21).name(), c"unknown");
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

    /// Requirements 6-1 to 6-4: reserved alerts, decompression_failure, unknown_psk_identity and,
    /// with PSK and raw public keys, those about certificates are never sent.
    #[test]
    fn no_error_maps_to_an_excluded_alert() {
        let all = [
            Error::Decode,
            Error::UnexpectedMessage,
            Error::IllegalParameter,
            Error::HandshakeFailure,
            Error::ProtocolVersion,
            Error::UnsupportedExtension,
            Error::Decrypt,
            Error::BadSignature,
            Error::CertificateMissing,
            Error::UnknownKey,
            Error::KeyRefused,
            Error::RecordOverflow,
            Error::ForgeryLimit,
            Error::MessageTooLong,
            Error::Random,
            Error::Callback,
            Error::Crypto,
        ];
        for error in all {
            let alert = error.alert().map(|alert| alert.0);
            assert!(alert.is_some(), "{error:?}");
            assert!(![Some(21), Some(30), Some(41), Some(60), Some(115)].contains(&alert));
            let about_certificates = [42, 43, 44, 45, 46, 48, 49, 111, 113, 114];
            assert!(!about_certificates.map(Some).contains(&alert));
        }
        for error in [
            Error::Timeout,
            Error::PeerAlert(AlertDescription::HANDSHAKE_FAILURE),
            Error::Io,
            Error::State,
        ] {
            assert_eq!(error.alert(), None);
        }
    }
}
