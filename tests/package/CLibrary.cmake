# SPDX-License-Identifier: MIT OR Apache-2.0
#
# c_library: how an image is linked to a C library, without its start-up code. Debian's compiler for
# RISC-V has none: there the archive brings what it needs (MOTEDTLS_COMPILER_BUILTINS).

if(CMAKE_C_COMPILER MATCHES "riscv")
  set(c_library -nostdlib)
else()
  set(c_library -nostartfiles --specs=nano.specs --specs=nosys.specs)
endif()
