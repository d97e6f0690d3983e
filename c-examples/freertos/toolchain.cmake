# SPDX-License-Identifier: MIT OR Apache-2.0
#
# arm-none-eabi-gcc for a Cortex-M4 with floating point, whose registers FreeRTOS' port saves; calls
# pass numbers as without it (softfp), as Rust's thumbv7em-none-eabi does.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT
  "-mcpu=cortex-m4 -mthumb -mfloat-abi=softfp -mfpu=fpv4-sp-d16 -ffunction-sections -fdata-sections")
set(MOTEDTLS_TARGET thumbv7em-none-eabi CACHE STRING "")
