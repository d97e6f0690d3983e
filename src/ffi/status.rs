//! `mote_status`.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;

use crate::connection::Outcome;
use crate::error::Error;

/// What a call returns.
///
/// Positive values are no errors. `MOTE_ERROR_…` values down to -19 are usage errors: nothing has
/// changed, and the call may be repeated. Those from -20 on are final: the connection is over, its
/// keys are gone, and every later call returns the same status.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteStatus {
    /// Done.
    Ok = 0,
    /// Nothing to do until a datagram arrives or the timeout passes.
    WantRead = 1,
    /// `send` said "not now": call again when the transport can send.
    WantWrite = 2,
    /// A callback has not answered yet: call again when it can.
    Pending = 3,
    /// The connection was closed in order, by the peer or by us.
    Closed = 4,
    /// The peer of this handle is gone: it has closed, failed, begun anew or made room.
    Stale = 5,
    /// `random` has not gathered enough entropy yet: nothing is lost; call again when it has, or when
    /// the timeout has passed.
    WantEntropy = 6,

    /// A pointer is NULL, or a value is out of its range.
    ErrorArgument = -1,
    /// Memory is too small, or a length too great.
    ErrorSize = -2,
    /// Memory does not begin at a multiple of `MOTE_ALIGNMENT` octets.
    ErrorAlignment = -3,
    /// The call does not fit the state: the handle is not initialised, the configuration is frozen
    /// (or not yet), the handshake is not done, a callback called back.
    ErrorState = -4,
    /// The configuration has no credential.
    ErrorNoCredential = -5,
    /// The call needs the workspace or the buffer, and none is lent.
    ErrorNoMemoryLent = -6,
    /// For a `mote_psk_lookup` to return: nobody has this identity.
    ErrorUnknownIdentity = -7,
    /// A session was refused: altered, too old, or not of this server, name and identity.
    ErrorSession = -8,
    /// There are trust anchors, and neither `mote_config_set_time` nor `mote_config_set_no_time`
    /// was called.
    ErrorNoTime = -9,
    /// A client with trust anchors has no name to look for in the server's certificate.
    ErrorNoServerName = -10,

    /// The peer did not answer in time, or the handshake took longer than
    /// `mote_config_set_handshake_timeout` allows.
    ErrorTimeout = -20,
    /// The peer ended the connection with a fatal alert: see `mote_info.alert`.
    ErrorPeerAlert = -21,
    /// A message of the peer does not have its form.
    ErrorDecode = -22,
    /// A message of the peer has no place at this point.
    ErrorUnexpectedMessage = -23,
    /// A field of a message has a value that is not allowed.
    ErrorIllegalParameter = -24,
    /// The two ends have no suite in common, or the peer refuses what is required.
    ErrorHandshakeFailure = -25,
    /// The peer does not speak DTLS 1.2.
    ErrorProtocolVersion = -26,
    /// The peer answers an extension that was not offered.
    ErrorUnsupportedExtension = -27,
    /// The peer's Finished is wrong, or it does not hold the key of its identity.
    ErrorDecrypt = -28,
    /// An authenticated record is larger than what was negotiated.
    ErrorRecordOverflow = -29,
    /// As many records as allowed failed authentication.
    ErrorForgeryLimit = -30,
    /// The sequence numbers of the connection are used up.
    ErrorSequenceExhausted = -31,
    /// A handshake message does not fit the reassembly buffer: `mote_info.reassembly_needed` says
    /// how many octets it has.
    ErrorMessageTooLong = -32,
    /// The peer did not answer in time, and datagrams had come that did not fit the buffer:
    /// `mote_info.datagram_needed` says how many octets the largest had.
    ErrorDatagramTooLong = -33,
    /// The peer has answered none of our heartbeats, and sent nothing else either. Its session can
    /// still be resumed.
    ErrorPeerGone = -34,
    /// The two ends have no type of certificate in common, or one of the peer's has a key or
    /// signature other than ECDSA on P-256 with SHA-256.
    ErrorUnsupportedCertificate = -50,
    /// The peer has shown neither key nor certificate, and has to.
    ErrorCertificateMissing = -51,
    /// The peer's raw public key is none of those that are accepted.
    ErrorUnknownKey = -52,
    /// No trust anchor issued the peer's certificates.
    ErrorUnknownCa = -53,
    /// One of the peer's certificates is not valid any more.
    ErrorCertificateExpired = -54,
    /// One of the peer's certificates is not valid yet: is our clock right?
    ErrorCertificateNotYetValid = -55,
    /// The peer's certificate is for another name, or lacks the EUI-64 that is required.
    ErrorCertificateName = -56,
    /// One of the peer's certificates is malformed, has a wrong signature, or was not to be used
    /// so.
    ErrorBadCertificate = -57,
    /// The peer's signature is wrong: it does not hold the private key.
    ErrorBadSignature = -58,
    /// The `mote_verify` callback has refused the peer.
    ErrorRefused = -59,
    /// What a client's URL refers to cannot be had, and a certificate is required.
    ErrorCertificateUnobtainable = -60,
    /// What was fetched for a client's URL does not have the hash that the client gave.
    ErrorCertificateHash = -61,
    /// The random source failed, gave only zeros, or gave the same 32 octets twice in a row.
    ErrorRandom = -40,
    /// `send` or `recv` failed for good.
    ErrorIo = -41,
    /// A callback failed.
    ErrorCallback = -42,
    /// The crypto provider failed.
    ErrorCrypto = -43,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

impl From<Error> for MoteStatus {
    fn from(error: Error) -> Self {
        // A table of octets takes a quarter of one of enums.
        let number = match error {
            Error::Argument => MoteStatus::ErrorArgument as i8,
            Error::Size => MoteStatus::ErrorSize as i8,
            Error::State => MoteStatus::ErrorState as i8,
            Error::NoCredential => MoteStatus::ErrorNoCredential as i8,
            Error::NoMemoryLent => MoteStatus::ErrorNoMemoryLent as i8,
            Error::Session => MoteStatus::ErrorSession as i8,
            Error::NoTime => MoteStatus::ErrorNoTime as i8,
            Error::NoServerName => MoteStatus::ErrorNoServerName as i8,
            Error::NoEntropyYet => MoteStatus::WantEntropy as i8,
            Error::DatagramTooLong => MoteStatus::ErrorDatagramTooLong as i8,
            Error::UnsupportedCertificate => MoteStatus::ErrorUnsupportedCertificate as i8,
            Error::CertificateMissing => MoteStatus::ErrorCertificateMissing as i8,
            Error::UnknownKey => MoteStatus::ErrorUnknownKey as i8,
            Error::UnknownCa => MoteStatus::ErrorUnknownCa as i8,
            Error::CertificateExpired => MoteStatus::ErrorCertificateExpired as i8,
            Error::CertificateNotYetValid => MoteStatus::ErrorCertificateNotYetValid as i8,
            Error::CertificateName => MoteStatus::ErrorCertificateName as i8,
            Error::BadCertificate => MoteStatus::ErrorBadCertificate as i8,
            Error::BadSignature => MoteStatus::ErrorBadSignature as i8,
            Error::CertificateRefused | Error::KeyRefused => MoteStatus::ErrorRefused as i8,
            Error::CertificateUnobtainable => MoteStatus::ErrorCertificateUnobtainable as i8,
            Error::CertificateHash => MoteStatus::ErrorCertificateHash as i8,
            Error::Timeout => MoteStatus::ErrorTimeout as i8,
            Error::PeerGone => MoteStatus::ErrorPeerGone as i8,
            Error::PeerAlert(_) => MoteStatus::ErrorPeerAlert as i8,
            Error::Decode => MoteStatus::ErrorDecode as i8,
            Error::UnexpectedMessage => MoteStatus::ErrorUnexpectedMessage as i8,
            Error::IllegalParameter => MoteStatus::ErrorIllegalParameter as i8,
            Error::HandshakeFailure => MoteStatus::ErrorHandshakeFailure as i8,
            Error::ProtocolVersion => MoteStatus::ErrorProtocolVersion as i8,
            Error::UnsupportedExtension => MoteStatus::ErrorUnsupportedExtension as i8,
            Error::Decrypt => MoteStatus::ErrorDecrypt as i8,
            Error::RecordOverflow => MoteStatus::ErrorRecordOverflow as i8,
            Error::ForgeryLimit => MoteStatus::ErrorForgeryLimit as i8,
            Error::SequenceExhausted => MoteStatus::ErrorSequenceExhausted as i8,
            Error::MessageTooLong => MoteStatus::ErrorMessageTooLong as i8,
            Error::Random => MoteStatus::ErrorRandom as i8,
            Error::Io => MoteStatus::ErrorIo as i8,
            Error::Callback => MoteStatus::ErrorCallback as i8,
            Error::Crypto => MoteStatus::ErrorCrypto as i8,
        };
        // SAFETY: each is the number of a status.
        unsafe { core::mem::transmute::<i32, MoteStatus>(i32::from(number)) }
    }
}

impl From<Outcome> for MoteStatus {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Data(_) | Outcome::Connected => MoteStatus::Ok,
            Outcome::WantRead => MoteStatus::WantRead,
            Outcome::WantWrite => MoteStatus::WantWrite,
            Outcome::Pending => MoteStatus::Pending,
            Outcome::WantEntropy => MoteStatus::WantEntropy,
            Outcome::Closed => MoteStatus::Closed,
        }
    }
}

/// The name of a status in one word: `timeout` for `MOTE_ERROR_TIMEOUT`. For any other number
/// `unknown`. The string is constant.
#[unsafe(no_mangle)]
pub extern "C" fn mote_status_str(status: MaybeUninit<MoteStatus>) -> *const c_char {
    name(super::number(status)).as_ptr()
}

/// Writes the numbers and their names from one list.
macro_rules! names {
    ($($number:literal $name:literal,)*) => {
        const NUMBERS: &[i8] = &[$($number),*];
        const NAMES: &str = concat!($($name, "\0",)* "unknown\0");
    };
}

names! {
    0 "ok",
    1 "want_read",
    2 "want_write",
    3 "pending",
    4 "closed",
    5 "stale",
    6 "want_entropy",
    -1 "argument",
    -2 "size",
    -3 "alignment",
    -4 "state",
    -5 "no_credential",
    -6 "no_memory_lent",
    -7 "unknown_identity",
    -8 "session",
    -9 "no_time",
    -10 "no_server_name",
    -20 "timeout",
    -21 "peer_alert",
    -22 "decode",
    -23 "unexpected_message",
    -24 "illegal_parameter",
    -25 "handshake_failure",
    -26 "protocol_version",
    -27 "unsupported_extension",
    -28 "decrypt",
    -29 "record_overflow",
    -30 "forgery_limit",
    -31 "sequence_exhausted",
    -32 "message_too_long",
    -33 "datagram_too_long",
    -34 "peer_gone",
    -50 "unsupported_certificate",
    -51 "certificate_missing",
    -52 "unknown_key",
    -53 "unknown_ca",
    -54 "certificate_expired",
    -55 "certificate_not_yet_valid",
    -56 "certificate_name",
    -57 "bad_certificate",
    -58 "bad_signature",
    -59 "refused",
    -60 "certificate_unobtainable",
    -61 "certificate_hash",
    -40 "random",
    -41 "io",
    -42 "callback",
    -43 "crypto",
}

fn name(number: i32) -> &'static CStr {
    let place = NUMBERS.iter().position(|one| i32::from(*one) == number);
    crate::names::nth(NAMES.as_bytes(), place.unwrap_or(NUMBERS.len()))
}
