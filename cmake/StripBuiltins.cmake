# SPDX-License-Identifier: MIT OR Apache-2.0
#
#   cmake -D AR=arm-none-eabi-ar -D FROM=cargo's/libmotedtls.a -D TO=libmotedtls.a -P StripBuiltins.cmake
#
# Copies the archive without the members of the crate compiler_builtins: memcpy and the like, and
# what a processor lacks, such as a division. Every C toolchain has them in its C library and in
# libgcc or its like, smaller or faster, and firmware that calls memcpy has them already; linked
# from here they would come a second time (3 KB on Cortex-M4).

if(NOT "${FROM}" IS_NEWER_THAN "${TO}") # IS_NEWER_THAN is also true of two of the same age
  return()
endif()

execute_process(COMMAND "${AR}" t "${FROM}" OUTPUT_VARIABLE members RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "'${AR} t ${FROM}' fails: ${result}")
endif()
string(REGEX MATCHALL "compiler_builtins-[^\n\r]*" builtins "${members}")
if(builtins STREQUAL "")
  message(FATAL_ERROR "No member of ${FROM} is of compiler_builtins: is it what cargo has built?")
endif()

# Under its own name only when it is whole.
configure_file("${FROM}" "${TO}.new" COPYONLY)
execute_process(COMMAND "${AR}" d "${TO}.new" ${builtins} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "'${AR} d ${TO}.new' fails: ${result}")
endif()
file(RENAME "${TO}.new" "${TO}")
