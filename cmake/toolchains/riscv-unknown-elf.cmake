# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the toolchain files for RISC-V have in common; they set `motedtls_cpu_flags` first.

set(motedtls_compiler riscv64-unknown-elf-gcc) # for 32 bits, too
set(motedtls_compiler_package gcc-riscv64-unknown-elf)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
include("${CMAKE_CURRENT_LIST_DIR}/bare-metal.cmake")
