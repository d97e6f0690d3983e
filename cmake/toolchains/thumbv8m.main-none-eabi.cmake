# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M33 and its like, floats in core registers.

set(motedtls_cpu_flags "-mcpu=cortex-m33 -mthumb -mfloat-abi=soft")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
