//! Looking on while messages pass: for development.

use core::ffi::{c_char, c_void};

/// Who sent something.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteDirection {
    /// Nobody.
    None = 0,
    /// We did.
    Sent = 1,
    /// The peer did.
    Received = 2,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// A message, or a fragment of one, as it passes. Received records are shown once they are
/// authenticated, or at once in epoch 0.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MoteTraceEvent {
    /// Which way it went.
    pub direction: MoteDirection,
    /// Of its record: 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24
    /// heartbeat.
    pub content_type: u8,
    /// Handshake: HandshakeType. Alert: AlertDescription. Else 0.
    pub message_type: u8,
    /// Alert: 1 warning, 2 fatal. Else 0.
    pub alert_level: u8,
    /// Of its record.
    pub epoch: u16,
    /// Of its record, 48 bits.
    pub sequence_number: u64,
    /// Handshake: the number of the message. Else 0.
    pub message_seq: u16,
    /// Handshake: octets of the whole message. Else octets of content.
    pub message_length: u32,
    /// Handshake: where the fragment begins. Else 0.
    pub fragment_offset: u32,
    /// Handshake: octets of the fragment. Else 0.
    pub fragment_length: u32,
}

/// Is shown each message. `event` is borrowed until it returns.
pub type MoteTrace = Option<unsafe extern "C" fn(user: *mut c_void, event: *const MoteTraceEvent)>;

/// Is shown the secrets of each handshake as one line of an NSS key log, without a newline.
/// `line` is borrowed until it returns.
pub type MoteKeyLog = Option<unsafe extern "C" fn(user: *mut c_void, line: *const c_char)>;
