# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M0, M0+ and M1.

set(motedtls_cpu_flags "-mcpu=cortex-m0plus -mthumb")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
