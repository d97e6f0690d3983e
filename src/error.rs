//! Floor 0: everything that can go wrong.
//!
//! **The rule of fatality.** A *usage error* changes nothing and the call may be repeated. Any
//! other error is *final*: the connection is over, its keys are gone, and every later call returns
//! the same error. *Noise* (bad records, replays, late fragments) is not an error at all: it is
//! dropped and counted (RFC 6347 section 4.1.2.7).

use crate::alert::AlertDescription;

/// Why a call did not do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A value is out of its range.
    Argument,
    /// A length is too great, or memory too small.
    Size,
    /// The call does not fit the state: application data before the handshake is done, say.
    State,
    /// The configuration has no credential for its role.
    NoCredential,
    /// The call needs the workspace or the buffer, and none is lent.
    NoMemoryLent,
    /// A session to resume is altered, too old, or another's.
    Session,
    /// There are trust anchors, and neither a clock nor the word that there is none.
    NoTime,
    /// A client with trust anchors has no name to look for in the server's certificate.
    NoServerName,

    /// The peer did not answer in time.
    Timeout,
    /// The peer ended the connection with this fatal alert.
    PeerAlert(AlertDescription),
    /// A message does not have the form that its RFC gives it.
    Decode,
    /// A message came that has no place at this point of the handshake.
    UnexpectedMessage,
    /// A field is well formed, but its value is not allowed here.
    IllegalParameter,
    /// The two ends have no suite in common, or the peer refuses what we require.
    HandshakeFailure,
    /// The peer does not speak DTLS 1.2.
    ProtocolVersion,
    /// A ServerHello carries an extension that was not offered.
    UnsupportedExtension,
    /// The peer's Finished is wrong, or the two ends do not hold the same key.
    Decrypt,
    /// An authenticated record is larger than the negotiated maximum.
    RecordOverflow,
    /// The two ends have no type of certificate in common, or the peer's has a key or signature of
    /// another kind.
    UnsupportedCertificate,
    /// The peer has no certificate and needs one.
    CertificateMissing,
    /// The peer's raw public key is none of those that are accepted.
    UnknownKey,
    /// No trust anchor issued the peer's certificates.
    UnknownCa,
    /// One of the peer's certificates is not valid any more.
    CertificateExpired,
    /// One of the peer's certificates is not valid yet.
    CertificateNotYetValid,
    /// The peer's certificate is for another name, or lacks the EUI-64 that is required.
    CertificateName,
    /// One of the peer's certificates is malformed, has a wrong signature, or was not to be used so.
    BadCertificate,
    /// The peer's signature is wrong: it does not hold the private key.
    BadSignature,
    /// What a client's URL refers to cannot be had, and is needed.
    CertificateUnobtainable,
    /// What was fetched for a client's URL does not have the hash that the client gave.
    CertificateHash,
    /// The application refuses the peer's certificate.
    CertificateRefused,
    /// The application refuses the peer's raw public key.
    KeyRefused,
    /// The peer was silent, and datagrams had come that did not fit the buffer.
    DatagramTooLong,
    /// The peer has answered none of our heartbeats, and sent nothing else either.
    PeerGone,
    /// As many records as the configuration allows failed authentication.
    ForgeryLimit,
    /// The sequence numbers of this connection are used up.
    SequenceExhausted,
    /// A handshake message is larger than the reassembly buffer.
    MessageTooLong,
    /// The random source failed, or gave what cannot be random.
    Random,
    /// Sending or receiving failed for good.
    Io,
    /// A callback of the application failed.
    Callback,
    /// The crypto provider failed.
    Crypto,
}

impl Error {
    /// Whether the error changed nothing, so that the call may be repeated.
    #[must_use]
    pub fn is_usage(self) -> bool {
        matches!(
            self,
            Error::Argument
                | Error::Size
                | Error::State
                | Error::NoCredential
                | Error::NoMemoryLent
                | Error::Session
                | Error::NoTime
                | Error::NoServerName
        )
    }
}

/// Octets that do not have the form of what they should be. Whether that is noise or fatal is for
/// the reader of the message to say, never for the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<Malformed> for Error {
    // RFC 5246 7.2.2: "A message could not be decoded because some field was out of the specified
    // range or the length of the message was incorrect."
    fn from(_: Malformed) -> Self {
        Error::Decode
    }
}
