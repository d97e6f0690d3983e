# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M4 and M7, floats in core registers: no FPU, or -mfloat-abi=softfp.

set(motedtls_cpu_flags "-mcpu=cortex-m4 -mthumb -mfloat-abi=soft")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
