//! mps2-an386 in QEMU: the vector table, semihosting, and SysTick as the counter of instructions,
//! which `-icount shift=0` makes it (25 MHz: 40 a tick).
//!
//! SPDX-License-Identifier: MIT OR Apache-2.0

use core::arch::asm;
use core::panic::PanicInfo;

unsafe extern "C" {
    static stack_end: u32;
}

#[repr(C)]
struct Vectors(*const u32, extern "C" fn() -> !, [extern "C" fn() -> !; 14]);

// SAFETY: nobody writes to it.
unsafe impl Sync for Vectors {}

#[unsafe(link_section = ".vectors")]
#[used]
static VECTORS: Vectors = Vectors(&raw const stack_end, reset, [fault; 14]);

#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    // SAFETY: SYST_RVR and SYST_CSR of ARMv7-M: the longest period, the processor's clock.
    unsafe {
        (0xe000_e014 as *mut u32).write_volatile(0x00ff_ffff);
        (0xe000_e018 as *mut u32).write_volatile(0);
        (0xe000_e010 as *mut u32).write_volatile(5);
    }
    exit(crate::run().is_ok());
}

extern "C" fn fault() -> ! {
    print("fault\n");
    exit(false);
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    print("panic\n");
    exit(false);
}

/// Ticks until the counter is at 0, from where it begins anew.
pub fn ticks_left() -> u32 {
    // SAFETY: SYST_CVR.
    unsafe { (0xe000_e018 as *const u32).read_volatile() }
}

/// Arm's semihosting: QEMU does the operation.
fn semihosting(operation: u32, argument: u32) {
    // SAFETY: the callers give what the operation wants.
    unsafe { asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument) }
}

fn exit(is_well: bool) -> ! {
    const SYS_EXIT: u32 = 0x18;
    const APPLICATION_EXIT: u32 = 0x20026;
    const RUN_TIME_ERROR: u32 = 0x20023;
    loop {
        semihosting(SYS_EXIT, if is_well { APPLICATION_EXIT } else { RUN_TIME_ERROR });
    }
}

/// So that calls can be chained.
pub struct Console;

pub fn print(text: &str) -> Console {
    Console.print(text)
}

impl Console {
    pub fn print(self, text: &str) -> Self {
        const SYS_WRITEC: u32 = 0x03;
        for octet in text.bytes() {
            semihosting(SYS_WRITEC, (&raw const octet) as u32);
        }
        self
    }

    pub fn number(self, number: usize) -> Self {
        let mut digits = [b'0'; 10];
        let (mut rest, mut start) = (number, digits.len());
        while start > 0 {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.print(core::str::from_utf8(&digits[start..]).unwrap_or("?"))
    }
}
