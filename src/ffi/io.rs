//! `mote_io`: what the application does for a connection.

use core::ffi::c_void;

/// The most octets of a peer's address. To the library an address is opaque octets.
pub const MOTE_ADDRESS_MAX: usize = 32;

const _: () = assert!(MOTE_ADDRESS_MAX == crate::address::ADDRESS_MAX);

/// `send`: not now. `recv`: there is nothing. `random`: not enough entropy yet.
pub const MOTE_IO_NOTHING: i32 = -1;

/// `send`: the datagram is larger than the path takes. The library lowers its MTU.
pub const MOTE_IO_TOO_BIG: i32 = -2;

/// What the application does for a connection. All members but `recv` are needed. No callback may
/// call back into the connection it serves: that returns `MOTE_ERROR_STATE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MoteIo {
    /// Given to each callback as its first argument.
    pub user: *mut c_void,
    /// Sends one datagram; never blocks. `address` is what `mote_connection_set_peer_address` set,
    /// or NULL with a length of 0: the connection has a socket of its own. Returns `length`,
    /// `MOTE_IO_NOTHING`, `MOTE_IO_TOO_BIG` (final with `MOTE_ERROR_IO` at or below
    /// `MOTE_MTU_MIN` octets), or another negative number for a failure that will not pass. A
    /// datagram that is lost on the way counts as sent, and so does one for which there is no route
    /// or no link just now: the library sends it again. Never make a failure of an ICMP error: anyone
    /// can forge one. A handshake waits as long as this says "not now": its time-out begins when a
    /// flight is out. `datagram` is borrowed until the callback returns.
    pub send: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            address: *const u8,
            address_length: usize,
            datagram: *const u8,
            length: usize,
        ) -> i32,
    >,
    /// Receives one datagram; never blocks. Returns its length (0: an empty datagram; more than
    /// `capacity`: it was cut), `MOTE_IO_NOTHING`, or another negative number for a failure that
    /// will not pass. For a connection `address_out` and `address_length` are NULL. NULL where
    /// `mote_connection_input` is used instead.
    pub recv: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            address_out: *mut u8,
            address_length: *mut usize,
            buffer: *mut u8,
            capacity: usize,
        ) -> i32,
    >,
    /// Fills `out` from a cryptographic random source; never blocks. Returns 0, `MOTE_IO_NOTHING`
    /// when it has not gathered enough entropy yet (the call returns `MOTE_WANT_ENTROPY`, and goes on
    /// where it was when it is made again), or anything else when it is broken: the handshake then
    /// fails with `MOTE_ERROR_RANDOM`.
    pub random: Option<unsafe extern "C" fn(user: *mut c_void, out: *mut u8, length: usize) -> i32>,
    /// The time in milliseconds on a clock that never goes back; it may wrap, and stand still while
    /// the device sleeps. Two calls, and what they are compared with, lie less than 24.8 days apart.
    pub now_ms: Option<unsafe extern "C" fn(user: *mut c_void) -> u32>,
}
