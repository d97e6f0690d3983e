# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Builds libmotedtls.a with cargo and gives the targets `motedtls` and `motedtls::motedtls`.

include(MotedtlsFeatures)
include(MotedtlsCompiler)
include(MotedtlsRust)

option(MOTEDTLS_COMPILER_BUILTINS
  "Firmware: take memcpy, division and the like from Rust, for a toolchain without C library and libgcc" OFF)
set(MOTEDTLS_CARGO_FLAGS "" CACHE STRING "More arguments for cargo, e.g. --offline;--locked")

# --- The command ---------------------------------------------------------------------------------

# Cargo would look for rustc in PATH; we have checked this one.
set(cargo_environment "RUSTC=${motedtls_rustc}")
if(motedtls_triple AND NOT MOTEDTLS_SANITIZE)
  # For build scripts that compile C or assembly (the crate `cc`).
  motedtls_ask_compiler(macros c_flags)
  list(APPEND cargo_environment "TARGET_CC=${CMAKE_C_COMPILER}" "TARGET_CFLAGS=${c_flags}")
  if(CMAKE_AR)
    list(APPEND cargo_environment "TARGET_AR=${CMAKE_AR}")
  endif()
endif()

# The sanitizer in C does not see into Rust. The runtime is the C compiler's (gcc and clang both
# do): rustc puts none into a static archive. The flag is unstable, hence RUSTC_BOOTSTRAP, which
# spares a nightly compiler. Rust's own core library stays as it is; it needs no -Zbuild-std, because
# what of it is generic or inlined is compiled with us, and the rest only sees slices that we have
# made.
if(MOTEDTLS_SANITIZE)
  list(APPEND cargo_environment "RUSTC_BOOTSTRAP=1" "RUSTFLAGS=$ENV{RUSTFLAGS} -Zsanitizer=address")
endif()

set(cargo_arguments build --release --package motedtls-archive
  --manifest-path "${PROJECT_SOURCE_DIR}/Cargo.toml")
if(motedtls_triple)
  list(APPEND cargo_arguments --target "${motedtls_triple}")
endif()
if(MOTEDTLS_BUILD_STD)
  # Unstable, hence the switch; works with any compiler whose source is installed.
  list(APPEND cargo_arguments -Zbuild-std=core)
  list(APPEND cargo_environment RUSTC_BOOTSTRAP=1)
endif()
list(APPEND cargo_arguments ${MOTEDTLS_CARGO_FLAGS})

# --- The targets ---------------------------------------------------------------------------------

# Builds the archive with these features in a directory of its own, and gives an imported target.
# Always the release profile: its link-time optimisation leaves no reference to Rust's unwinder, and
# keeps this archive from clashing with another one in Rust.
function(motedtls_add_archive target features)
  string(REPLACE ";" "," feature_list "${features}")
  set(directory "${PROJECT_BINARY_DIR}/cargo/${target}")
  set(archive "${directory}/release/libmotedtls.a")
  if(motedtls_triple)
    # A target of one's own is a file; cargo names the directory after its stem.
    get_filename_component(triple "${motedtls_triple}" NAME)
    string(REGEX REPLACE "\\.json$" "" triple "${triple}")
    set(archive "${directory}/${triple}/release/libmotedtls.a")
  endif()

  set(built "${archive}")
  set(strip_builtins "")
  if(motedtls_triple MATCHES "-none-" AND CMAKE_AR AND NOT MOTEDTLS_COMPILER_BUILTINS)
    set(archive "${directory}/libmotedtls.a")
    set(strip_builtins COMMAND "${CMAKE_COMMAND}" -D "AR=${CMAKE_AR}" -D "FROM=${built}"
      -D "TO=${archive}" -P "${PROJECT_SOURCE_DIR}/cmake/StripBuiltins.cmake")
  endif()

  # Runs at every build: cargo knows what it depends on, and leaves the file as it is when nothing
  # has changed.
  add_custom_target(${target}-archive ALL
    COMMAND "${CMAKE_COMMAND}" -E env ${cargo_environment} "${motedtls_cargo}" ${cargo_arguments}
      --target-dir "${directory}" --no-default-features --features "${feature_list}"
    ${strip_builtins}
    BYPRODUCTS "${archive}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMENT "Building libmotedtls.a with cargo (${feature_list})"
    USES_TERMINAL VERBATIM)

  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}-archive)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${archive}"
    INTERFACE_COMPILE_DEFINITIONS "${motedtls_definitions}"
    INTERFACE_INCLUDE_DIRECTORIES "${PROJECT_SOURCE_DIR}/include")
  set(${target}_archive "${archive}" PARENT_SCOPE)
endfunction()

motedtls_add_archive(motedtls "${MOTEDTLS_FEATURES}")
add_library(motedtls::motedtls ALIAS motedtls)

# What looks on while messages and secrets pass has no place in a product: the tools and the tests,
# which want it, have a library of their own, which is never installed.
if(MOTEDTLS_BUILD_TOOLS OR MOTEDTLS_BUILD_TESTS)
  set(traced_features ${MOTEDTLS_FEATURES} key-log trace)
  list(REMOVE_DUPLICATES traced_features)
  motedtls_add_archive(motedtls-traced "${traced_features}")
endif()
