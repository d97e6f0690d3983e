# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Cortex-M33 and its like, floats in the FPU's registers.

set(motedtls_cpu_flags "-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
