// SPDX-License-Identifier: MIT OR Apache-2.0
//! Two ways to panic, for `cargo xtask test image` to find before it may say that there is none.
#![no_std]

use core::slice;

/// Panics when `index` is out of bounds.
///
/// # Safety
/// `values` points to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn planted_index(values: *const u8, length: usize, index: usize) -> u8 {
    // SAFETY: the caller's promise.
    let values = unsafe { slice::from_raw_parts(values, length) };
    values[index]
}

/// Panics when there are no values.
///
/// # Safety
/// `values` points to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn planted_unwrap(values: *const u8, length: usize) -> u8 {
    // SAFETY: the caller's promise.
    let values = unsafe { slice::from_raw_parts(values, length) };
    *values.last().unwrap()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
