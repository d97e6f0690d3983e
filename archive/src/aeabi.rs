//! The memory functions of ARM's run-time ABI ("Run-time ABI for the Arm Architecture", section
//! 4.3.4), which the compiler calls, over those of C: not every C library has them.
//!
//! They are weak: those of the C library stand in for them. A jump through a register reaches the
//! whole memory of any core.

use core::arch::global_asm;

global_asm!(
    ".macro function name:vararg",
    "    .irp each, \\name",
    "    .weak \\each",
    "    .hidden \\each",
    "    .type \\each, %function",
    "    .thumb_func",
    "\\each:",
    "    .endr",
    ".endm",
    ".macro jump to",
    "    ldr r3, 1f",
    "    bx r3",
    "    .balign 4",
    "1:  .word \\to",
    ".endm",
    ".section .text.__aeabi_memcpy, \"ax\", %progbits",
    ".balign 4",
    "function __aeabi_memcpy, __aeabi_memcpy4, __aeabi_memcpy8",
    "    jump memcpy",
    ".section .text.__aeabi_memmove, \"ax\", %progbits",
    ".balign 4",
    "function __aeabi_memmove, __aeabi_memmove4, __aeabi_memmove8",
    "    jump memmove",
    // Length and value change places.
    ".section .text.__aeabi_memset, \"ax\", %progbits",
    ".balign 4",
    "function __aeabi_memset, __aeabi_memset4, __aeabi_memset8",
    "    mov r3, r1",
    "    mov r1, r2",
    "    mov r2, r3",
    "    jump memset",
    ".section .text.__aeabi_memclr, \"ax\", %progbits",
    ".balign 4",
    "function __aeabi_memclr, __aeabi_memclr4, __aeabi_memclr8",
    "    mov r2, r1",
    "    movs r1, #0",
    "    jump memset",
    ".text",
);
