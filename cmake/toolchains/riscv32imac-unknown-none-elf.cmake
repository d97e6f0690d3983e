# SPDX-License-Identifier: MIT OR Apache-2.0
#
# RISC-V with atomic instructions.

set(motedtls_cpu_flags "-march=rv32imac -mabi=ilp32")
include("${CMAKE_CURRENT_LIST_DIR}/riscv-unknown-elf.cmake")
