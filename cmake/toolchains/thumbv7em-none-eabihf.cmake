# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M4F and M7, floats in the FPU's registers.

set(motedtls_cpu_flags "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
