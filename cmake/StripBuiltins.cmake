# SPDX-License-Identifier: MIT OR Apache-2.0
#
#   cmake -D AR=arm-none-eabi-ar -D FROM=cargo's/libmotedtls.a -D TO=libmotedtls.a -P StripBuiltins.cmake
#
# Copies the archive without the members of the crate compiler_builtins: memcpy and the like, and
# what a processor lacks, such as a division. Every C toolchain has them in its C library and in
# libgcc or its like, smaller or faster, and firmware that calls memcpy has them already; linked
# from here they would come a second time (2 KB on Cortex-M4).

execute_process(COMMAND "${AR}" t "${FROM}" OUTPUT_VARIABLE members RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "'${AR} t ${FROM}' fails: ${result}")
endif()
string(REGEX MATCHALL "compiler_builtins-[^\n\r]*" builtins "${members}")
if(builtins STREQUAL "")
  message(FATAL_ERROR "No member of ${FROM} is of compiler_builtins: is it what cargo has built?")
endif()

# Under its own name only when it is whole, and not at all when it is the same: then nothing is linked
# anew. Ages say nothing: cargo brings back an older file when features change back.
set(new "${TO}.new")
configure_file("${FROM}" "${new}" COPYONLY)
execute_process(COMMAND "${AR}" d "${new}" ${builtins} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "'${AR} d ${new}' fails: ${result}")
endif()
configure_file("${new}" "${TO}" COPYONLY)
file(REMOVE "${new}")
