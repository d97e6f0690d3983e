# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What all toolchain files have in common. Another compiler: -DCMAKE_C_COMPILER=/path/to/gcc.

set(CMAKE_SYSTEM_NAME Generic)
# CMake tries the compiler out; a program would want a linker script.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

if(NOT CMAKE_C_COMPILER)
  find_program(motedtls_c_compiler "${motedtls_compiler}")
  mark_as_advanced(motedtls_c_compiler)
  if(NOT motedtls_c_compiler)
    message(FATAL_ERROR "${motedtls_compiler} is not in PATH: install it (Debian: "
      "apt-get install ${motedtls_compiler_package}), or set CMAKE_C_COMPILER.")
  endif()
  set(CMAKE_C_COMPILER "${motedtls_c_compiler}")
endif()

set(CMAKE_C_FLAGS_INIT "${motedtls_cpu_flags} -ffunction-sections -fdata-sections")
set(CMAKE_ASM_FLAGS_INIT "${motedtls_cpu_flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections")
