# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the toolchain files for Arm Cortex-M have in common; they set `motedtls_cpu_flags` first.

set(motedtls_compiler arm-none-eabi-gcc)
set(motedtls_compiler_package gcc-arm-none-eabi)
set(CMAKE_SYSTEM_PROCESSOR arm)
include("${CMAKE_CURRENT_LIST_DIR}/bare-metal.cmake")
