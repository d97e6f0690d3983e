# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M23.

set(motedtls_cpu_flags "-mcpu=cortex-m23 -mthumb")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
