//! `mote_info`.

use super::{MoteDirection, MoteStatus};

/// Where a connection stands.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoteState {
    /// Server: no ClientHello with a good cookie yet. Nothing is bound to a peer: the next datagram
    /// may come from another one.
    Listening = 0,
    /// The handshake is under way, or about to begin.
    Handshake = 1,
    /// Application data can pass.
    Connected = 2,
    /// Closed in order.
    Closed = 3,
    /// Ended by an error.
    Failed = 4,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// What was dropped, and why. The counters stand still at their greatest value, which is at least
/// 65535.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MoteCounters {
    /// Records that do not parse, of a wrong version or epoch.
    pub malformed: u32,
    /// Records received before.
    pub replayed: u32,
    /// Protected records whose tag did not match.
    pub unauthenticated: u32,
    /// Well-formed messages out of their turn, early or late, and heartbeats that were not answered
    /// or not asked for.
    pub out_of_place: u32,
    /// Datagrams of which an unread rest was given up, because the buffer was used anew.
    pub lost: u32,
    /// Datagrams larger than the buffer.
    pub truncated: u32,
    /// Flights and heartbeats sent again.
    pub retransmissions: u32,
}

/// What a peer has shown of itself.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MotePeerType {
    /// Nothing: a client that was not asked, or had nothing; or there is no connection yet.
    None = 0,
    /// A pre-shared key.
    Psk = 1,
    /// A raw public key.
    Rpk = 2,
    /// A certificate.
    Certificate = 3,
    /// No value of its own: it makes the enum as wide as an int, whatever a compiler's ABI says.
    ForceInt = 0x7FFF_FFFF,
}

/// What there is to know about a connection.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MoteInfo {
    /// Where it stands.
    pub state: MoteState,
    /// The IANA number of the cipher suite; 0 until the connection is made.
    pub suite: u16,
    /// Whether the session was resumed.
    pub resumed: bool,
    /// Whether extended_master_secret (RFC 7627) protects the session.
    pub extended_master_secret: bool,
    /// Whether the peer knows renegotiation_info (RFC 5746).
    pub secure_renegotiation: bool,
    /// Client: whether the server left out its certificate, which was remembered (RFC 7924).
    pub cached_certificate: bool,
    /// Client: whether it left out its CertificateRequest.
    pub cached_certificate_request: bool,
    /// The maximum fragment length that was negotiated, in octets; 0 for none.
    pub max_fragment_length: u16,
    /// Server: the number of the configuration that serves the client, by the name that it asks for:
    /// 0 the connection's own, 1 the one that `mote_config_set_next` links to it, and so on. A
    /// client may ask for any name, or none: whoever treats names differently looks here.
    pub configuration: u8,
    /// What the peer has shown of itself. At a client with a pre-shared key: `MOTE_PEER_TYPE_PSK`.
    pub peer_type: MotePeerType,
    /// SHA-256 of the SubjectPublicKeyInfo of the peer's key or certificate,
    /// `MOTE_KEY_HASH_LENGTH` octets; else NULL. This and what follows is borrowed until the next
    /// call on the connection.
    pub peer_key_hash: *const u8,
    /// A name in the peer's certificate, without NUL at its end; else NULL.
    pub peer_name: *const u8,
    /// Its octets.
    pub peer_name_length: usize,
    /// Whether this is only the front of it: the rest goes with the workspace.
    pub peer_name_truncated: bool,
    /// The EUI-64 in the peer's certificate, `MOTE_EUI64_LENGTH` octets; else NULL.
    pub peer_eui64: *const u8,
    /// The PSK identity of the client; NULL until the connection is made. It is borrowed until
    /// the next call on the connection.
    pub psk_identity: *const u8,
    /// Its octets.
    pub psk_identity_length: usize,
    /// Whether this is only the front of it: the whole identity goes with the workspace.
    pub psk_identity_truncated: bool,
    /// Why the connection failed, or `MOTE_OK`.
    pub error: MoteStatus,
    /// The alert that ended the connection, if `alert_direction` says that there was one.
    pub alert: u8,
    /// Who sent it.
    pub alert_direction: MoteDirection,
    /// Octets of the largest datagram that did not fit the buffer, or 0.
    pub datagram_needed: usize,
    /// Octets of a handshake message that did not fit the reassembly buffer, or 0.
    pub reassembly_needed: usize,
    /// Client: octets of the memory of `mote_connection_set_cached_info` that would have been enough
    /// if it was too small, or 0.
    pub cached_info_needed: usize,
    /// Octets of UDP payload that are sent at most.
    pub mtu: usize,
    /// Whether both ends know heartbeats (RFC 6520).
    pub heartbeat: bool,
    /// Whether the peer answers ours.
    pub heartbeat_allowed: bool,
    /// Whether one of ours, or a probe of the path, is neither answered nor given up.
    pub heartbeat_in_flight: bool,
    /// How many of ours were answered. This and the next stand still at 65535.
    pub heartbeat_answers: u32,
    /// How many of ours were given up: probes of the path, and what a peer did not answer that said
    /// other things.
    pub heartbeats_lost: u32,
    /// Milliseconds from the last of ours that was answered without being sent again to its answer.
    pub heartbeat_round_trip_ms: u32,
    /// What was dropped.
    pub counters: MoteCounters,
}
