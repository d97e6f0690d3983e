# SPDX-License-Identifier: MIT OR Apache-2.0
#
# RISC-V without atomic instructions, such as ESP32-C3.

set(motedtls_cpu_flags "-march=rv32imc -mabi=ilp32")
include("${CMAKE_CURRENT_LIST_DIR}/riscv-unknown-elf.cmake")
