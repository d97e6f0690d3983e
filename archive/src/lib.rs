//! `libmotedtls.a`: the C interface of motedtls, and the panic handler that a static library
//! without `std` has to have. It holds nothing else but, on ARM, the compiler's names of C's memory
//! functions.

#![no_std]

#[cfg(all(target_arch = "arm", target_os = "none"))]
mod aeabi;

pub use motedtls::ffi::*;

/// Nothing calls it: the linked images are checked to contain no panic at all. A handler has to
/// exist all the same, and this is the safest thing that one can do.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
