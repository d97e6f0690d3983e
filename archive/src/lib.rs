//! `libmotedtls.a`: the C interface of motedtls, and the panic handler that a static library
//! without `std` has to have. It holds nothing else.

#![no_std]

pub use motedtls::ffi::*;

/// Nothing calls it: the linked images are checked to contain no panic at all. A handler has to
/// exist all the same, and this is the safest thing that one can do.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
