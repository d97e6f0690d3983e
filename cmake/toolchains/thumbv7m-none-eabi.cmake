# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M3.

set(motedtls_cpu_flags "-mcpu=cortex-m3 -mthumb")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
