//! `mote_connection`: the handshake, and what comes and goes after it.

use core::ptr;

use super::connection::{Entered, OnConnection, enter, enter_and};
use super::{MOTE_NO_TIMEOUT, MoteConnection, MoteStatus, overlap};
use crate::connection::{Call, Connection, Outcome, Phase, Want};
use crate::error::Error;
use crate::flight::Progress;
use crate::time::Instant;

/// Goes on with the handshake: takes in at most one datagram and sends at most one flight. Call it
/// until it returns `MOTE_OK`; wait in between as `mote_connection_timeout` says. Once connected it
/// takes nothing in; data that came with the last message is left for `mote_connection_read`.
///
/// Returns `MOTE_OK` (connected), `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_PENDING`,
/// `MOTE_WANT_ENTROPY`, `MOTE_CLOSED`, `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE`, `MOTE_ERROR_NO_MEMORY_LENT`,
/// `MOTE_ERROR_NO_CREDENTIAL`, or a final error.
///
/// # Safety
/// `connection` points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_handshake(connection: *mut MoteConnection) -> MoteStatus {
    let action = |entered: &mut Entered| Ok(entered.step(Want::Handshake)?.into());
    // SAFETY: the caller answers for the pointer.
    unsafe { enter_and(connection, action) }
}

/// Reads the data of one record. `*data` then points into the lent buffer to `*length` octets
/// (which may be 0) and is borrowed until the next call on the connection or on another that
/// shares the buffer; it may be changed. Call it until it returns `MOTE_WANT_READ`: a datagram may
/// carry several records, and answers to the peer wait until it is drained. Go on calling it when
/// datagrams arrive: our last flight is sent again from here when the peer has not seen it, and its
/// heartbeats are answered.
///
/// Returns `MOTE_OK`, `MOTE_WANT_READ`, `MOTE_WANT_WRITE`, `MOTE_CLOSED` (by the peer or by us),
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (the handshake is not done),
/// `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
///
/// # Safety
/// `connection` points to a connection, `data` and `length` to where the outputs go.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_read(
    connection: *mut MoteConnection,
    data: *mut *const u8,
    length: *mut usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if data.is_null() || length.is_null() {
            return Err(MoteStatus::ErrorArgument);
        }
        let outcome = entered.step(Want::Data)?;
        if let Outcome::Data(range) = &outcome {
            // SAFETY: the range lies in the buffer; the caller answers for the outputs.
            unsafe {
                data.write(entered.buffer_start().add(range.start));
                length.write(range.len());
            }
        }
        Ok(outcome.into())
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// Sends `length` octets as one record in one datagram, 0 to `mote_connection_max_write`. `data`
/// is borrowed until the call returns and may lie anywhere, also in the lent buffer: what was just
/// read can be sent back.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (nothing was sent: call again), `MOTE_ERROR_ARGUMENT`,
/// `MOTE_ERROR_SIZE` (too long; also when the path has just turned out narrower),
/// `MOTE_ERROR_STATE` (not connected), `MOTE_ERROR_NO_MEMORY_LENT`, or a final error.
///
/// # Safety
/// `connection` points to a connection, `data` to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_write(
    connection: *mut MoteConnection,
    data: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if data.is_null() && length > 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        let (buffer, capacity) = (entered.buffer_start(), entered.buffer_length());
        if entered.core().phase() == Phase::Connected && buffer.is_null() {
            return Err(MoteStatus::ErrorNoMemoryLent);
        }
        // SAFETY: the buffer is lent, and the caller answers for the data.
        unsafe {
            write_data(data, length, buffer, capacity, &mut |action| {
                entered.run(action);
                Ok(())
            })
        }
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}

/// Sends data that may lie anywhere, also in the buffer, through the connection that `run` calls.
///
/// # Safety
/// `data` points to `length` octets and `buffer` to `capacity`, which is what `run` works in.
pub(super) unsafe fn write_data(
    data: *const u8,
    length: usize,
    buffer: *mut u8,
    capacity: usize,
    run: &mut dyn FnMut(OnConnection<'_>) -> Result<(), MoteStatus>,
) -> Result<MoteStatus, MoteStatus> {
    let mut place = Err(Error::State);
    let mut find_place = |core: &mut Connection, _: &mut Call<'_>| {
        place = core.place_of_data(length, capacity);
    };
    run(&mut find_place)?;
    place?;
    // What is still to be sent is built in the buffer: not where the data lies.
    if !overlap(data.addr(), length, buffer.addr(), capacity) {
        let mut flushed = Ok(Progress::Done);
        run(&mut |core, call| flushed = core.flush_before_data(call))?;
        if flushed? == Progress::WantWrite {
            return Ok(MoteStatus::WantWrite);
        }
    }
    run(&mut |core, _| place = core.place_of_data(length, capacity))?;
    let place = place?;
    // SAFETY: `place_of_data` has found room for `length` octets there; the caller answers for the
    // data, which `copy` lets overlap.
    unsafe { ptr::copy(data, buffer.add(place), length) };
    let mut written = Err(Error::State);
    run(&mut |core, call| written = core.write(call, length))?;
    let is_inside = data.addr() >= buffer.addr()
        && data.addr().saturating_add(length) <= buffer.addr().saturating_add(capacity);
    if is_inside && matches!(written, Ok(Outcome::WantWrite) | Err(Error::Size)) {
        // It was not sent, so it is to lie where it was.
        // SAFETY: both lie in the buffer, which is ours.
        unsafe { ptr::copy(buffer.add(place), data.cast_mut(), length) };
    }
    Ok(written?.into())
}

/// The most octets that one `mote_connection_write` takes now; 0 unless connected with a buffer
/// lent. It depends on MTU, buffer and maximum fragment length.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_max_write(connection: *const MoteConnection) -> usize {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        Ok(mut entered) => {
            let capacity = entered.buffer_length();
            entered.core().max_write(capacity)
        }
        Err(_) => 0,
    }
}

/// Milliseconds from `now_ms` until the connection has to be called again even if nothing
/// happens (`mote_connection_handshake`, or `mote_connection_read` once connected), or
/// `MOTE_NO_TIMEOUT`: for a retransmission, for the end of the handshake as a whole, for what could
/// not be sent, to keep the connection alive, and soon after `MOTE_WANT_ENTROPY`.
///
/// # Safety
/// `connection` is NULL or points to a connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_timeout(
    connection: *const MoteConnection,
    now_ms: u32,
) -> u32 {
    // SAFETY: the caller answers for the pointer.
    match unsafe { enter(connection) } {
        Ok(mut entered) => {
            let target = entered.0;
            let memory = entered.memory();
            let handshake = memory.as_ref().map(|memory| &memory.workspace.handshake);
            // SAFETY: the core is apart from the workspace that `memory` borrows.
            unsafe {
                let config = &(*(*target).config).core;
                (*target).core.timeout(config, handshake, Instant(now_ms))
            }
        }
        Err(_) => MOTE_NO_TIMEOUT,
    }
}

/// Gives one datagram in, in place of `recv`. It is copied into the lent buffer; call
/// `mote_connection_handshake`, or `mote_connection_read` once connected, until it returns
/// `MOTE_WANT_READ`. Of a datagram larger than the buffer the whole records at its front are used.
///
/// Returns `MOTE_OK`, `MOTE_WANT_WRITE` (not taken: something has to be sent first), `MOTE_PENDING`
/// (not taken: a callback has not answered), `MOTE_WANT_ENTROPY` (not taken: nor has `random`),
/// `MOTE_CLOSED`,
/// `MOTE_ERROR_ARGUMENT`, `MOTE_ERROR_STATE` (not taken: the last one is not drained),
/// `MOTE_ERROR_NO_MEMORY_LENT`, or the connection's final error.
///
/// # Safety
/// `connection` points to a connection, `datagram` to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_connection_input(
    connection: *mut MoteConnection,
    datagram: *const u8,
    length: usize,
) -> MoteStatus {
    let action = |entered: &mut Entered| {
        if datagram.is_null() && length > 0 {
            return Err(MoteStatus::ErrorArgument);
        }
        match entered.core().phase() {
            Phase::Failed(error) => return Err(error.into()),
            Phase::Closed => return Ok(MoteStatus::Closed),
            _ => {}
        }
        let (buffer, capacity) = (entered.buffer_start(), entered.buffer_length());
        if buffer.is_null() {
            return Err(MoteStatus::ErrorNoMemoryLent);
        }
        if entered.core().lacks_entropy() {
            return Ok(MoteStatus::WantEntropy);
        }
        if entered.core().has_rest() {
            return Err(MoteStatus::ErrorState);
        }
        if entered.core().is_pending() {
            return Ok(MoteStatus::Pending);
        }
        if !entered.can_take_datagram() {
            return Ok(MoteStatus::WantWrite);
        }
        // SAFETY: the caller answers for the datagram, which may overlap; the buffer has room.
        unsafe { ptr::copy(datagram, buffer, length.min(capacity)) };
        entered.core().take_datagram(length, capacity);
        Ok(MoteStatus::Ok)
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { enter_and(connection, action) }
}
