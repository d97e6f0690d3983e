//! The wire between the two ends, what they do and what they cost on it.
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::ptr;
use std::cell::RefCell;
use std::collections::VecDeque;

use motedtls::ffi::*;

/// One direction of the wire, and how much has gone over it.
#[derive(Default)]
pub struct Wire {
    datagrams: VecDeque<Vec<u8>>,
    pub count: usize,
    pub octets: usize,
}

/// What one end reads from and writes to.
pub struct Ends<'a> {
    incoming: &'a RefCell<Wire>,
    outgoing: &'a RefCell<Wire>,
    random: RefCell<u64>,
}

impl<'a> Ends<'a> {
    pub fn new(incoming: &'a RefCell<Wire>, outgoing: &'a RefCell<Wire>, seed: u64) -> Self {
        Ends {
            incoming,
            outgoing,
            random: RefCell::new(seed),
        }
    }

    pub fn io(&mut self) -> MoteIo {
        MoteIo {
            user: ptr::from_mut(self).cast(),
            send: Some(send),
            recv: Some(recv),
            random: Some(random),
            now_ms: Some(now_ms),
        }
    }
}

unsafe extern "C" fn send(
    user: *mut c_void,
    _: *const u8,
    _: usize,
    datagram: *const u8,
    length: usize,
) -> i32 {
    let (ends, datagram) = unsafe {
        let ends = &*user.cast::<Ends<'_>>();
        (ends, core::slice::from_raw_parts(datagram, length))
    };
    let mut wire = ends.outgoing.borrow_mut();
    wire.count += 1;
    wire.octets +=
        length + SIGNATURE * signatures(datagram).count() - signatures(datagram).sum::<usize>();
    wire.datagrams.push_back(datagram.to_vec());
    length as i32
}

unsafe extern "C" fn recv(
    user: *mut c_void,
    _: *mut u8,
    _: *mut usize,
    buffer: *mut u8,
    capacity: usize,
) -> i32 {
    let ends = unsafe { &*user.cast::<Ends<'_>>() };
    let Some(datagram) = ends.incoming.borrow_mut().datagrams.pop_front() else {
        return MOTE_IO_NOTHING;
    };
    let length = datagram.len().min(capacity);
    unsafe { ptr::copy_nonoverlapping(datagram.as_ptr(), buffer, length) };
    datagram.len() as i32
}

/// Repeatable, so that every run counts the same.
unsafe extern "C" fn random(user: *mut c_void, out: *mut u8, length: usize) -> i32 {
    let ends = unsafe { &*user.cast::<Ends<'_>>() };
    let mut state = ends.random.borrow_mut();
    for place in 0..length {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        unsafe { out.add(place).write((*state >> 56) as u8) };
    }
    0
}

unsafe extern "C" fn now_ms(_: *mut c_void) -> u32 {
    1000
}

/// An ECDSA signature on P-256 has 70 to 72 octets in DER, rarely fewer: every one is counted as so
/// many.
const SIGNATURE: usize = 71;

/// The lengths of the signatures in the handshake messages of a datagram, which are not fragmented
/// here and stand in a record each.
fn signatures(mut datagram: &[u8]) -> impl Iterator<Item = usize> {
    const RECORD_HEADER: usize = 13;
    const MESSAGE_HEADER: usize = 12;
    std::iter::from_fn(move || {
        let length = datagram.get(11..RECORD_HEADER)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let (record, rest) = datagram.split_at(RECORD_HEADER + length);
        datagram = rest;
        Some(record)
    })
    // A handshake message in the clear.
    .filter(|record| record[0] == 22 && record[3..5] == [0, 0])
    .filter_map(|record| {
        // RFC 8422 section 5.4: curve type, curve, length and point precede what ServerKeyExchange
        // and CertificateVerify have in common, algorithm and length (RFC 5246 section 4.7).
        let before = match record[RECORD_HEADER] {
            12 => 1 + 2 + 1 + 65 + 4,
            15 => 4,
            _ => return None,
        };
        Some(record.len() - RECORD_HEADER - MESSAGE_HEADER - before)
    })
}
