# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Builds libmotedtls.a with cargo and gives the targets `motedtls` and `motedtls::motedtls`.

set(MOTEDTLS_CARGO "" CACHE FILEPATH "cargo (empty: found in PATH)")
set(MOTEDTLS_RUSTC "" CACHE FILEPATH "rustc (empty: the one that cargo finds)")
set(MOTEDTLS_TARGET "" CACHE STRING "Rust target triple, e.g. thumbv7em-none-eabihf (empty: the host)")
option(MOTEDTLS_BUILD_STD "Build Rust's core library too, for a toolchain that lacks the target" OFF)
set(MOTEDTLS_CARGO_FLAGS "" CACHE STRING "More arguments for cargo, e.g. --offline;--locked")

# --- The toolchain -------------------------------------------------------------------------------

if(MOTEDTLS_CARGO)
  set(motedtls_cargo "${MOTEDTLS_CARGO}")
else()
  # rustup installs here without touching the PATH of a session that is already open.
  find_program(MOTEDTLS_CARGO_FOUND NAMES cargo HINTS "$ENV{CARGO_HOME}/bin" "$ENV{HOME}/.cargo/bin")
  mark_as_advanced(MOTEDTLS_CARGO_FOUND)
  set(motedtls_cargo "${MOTEDTLS_CARGO_FOUND}")
endif()
execute_process(
  COMMAND "${motedtls_cargo}" --version
  RESULT_VARIABLE cargo_result OUTPUT_QUIET ERROR_QUIET)
if(NOT cargo_result EQUAL 0)
  message(FATAL_ERROR
    "motedtls needs Rust, and '${motedtls_cargo}' does not run as cargo.\n"
    "Install Rust 1.88 or newer (https://rustup.rs, or Debian's cargo-web and rustc-web), "
    "or set MOTEDTLS_CARGO (and MOTEDTLS_RUSTC) to an installation outside PATH.")
endif()
if(CMAKE_CROSSCOMPILING AND NOT MOTEDTLS_TARGET)
  message(FATAL_ERROR
    "This is a cross build (${CMAKE_SYSTEM_NAME}, ${CMAKE_SYSTEM_PROCESSOR}): "
    "set MOTEDTLS_TARGET to the Rust target triple, e.g. -DMOTEDTLS_TARGET=thumbv7em-none-eabihf.")
endif()

# --- The command ---------------------------------------------------------------------------------

set(cargo_environment "")
if(MOTEDTLS_RUSTC)
  list(APPEND cargo_environment "RUSTC=${MOTEDTLS_RUSTC}")
endif()

# The sanitizer in C does not see into Rust. The runtime is the C compiler's (gcc and clang both
# do): rustc puts none into a static archive. The flag is unstable, hence RUSTC_BOOTSTRAP, which
# spares a nightly compiler; an explicit target keeps it away from build scripts and procedural
# macros. Rust's own core library stays as it is; it needs no -Zbuild-std, because what of it is
# generic or inlined is compiled with us, and the rest only sees slices that we have made.
if(MOTEDTLS_SANITIZE)
  list(APPEND cargo_environment "RUSTC_BOOTSTRAP=1" "RUSTFLAGS=$ENV{RUSTFLAGS} -Zsanitizer=address")
  if(NOT MOTEDTLS_TARGET)
    set(rustc "${MOTEDTLS_RUSTC}")
    if(NOT rustc)
      get_filename_component(cargo_directory "${motedtls_cargo}" DIRECTORY)
      find_program(MOTEDTLS_RUSTC_FOUND NAMES rustc HINTS "${cargo_directory}")
      mark_as_advanced(MOTEDTLS_RUSTC_FOUND)
      set(rustc "${MOTEDTLS_RUSTC_FOUND}")
    endif()
    execute_process(COMMAND "${rustc}" -vV OUTPUT_VARIABLE rustc_version)
    if(NOT rustc_version MATCHES "host: ([^\n]+)")
      message(FATAL_ERROR "MOTEDTLS_SANITIZE: '${rustc}' does not tell its host: set MOTEDTLS_TARGET.")
    endif()
    set(MOTEDTLS_TARGET "${CMAKE_MATCH_1}")
  endif()
endif()

# --- The targets ---------------------------------------------------------------------------------

# Builds the archive with these features in a directory of its own, and gives an imported target.
# Always the release profile: its link-time optimisation leaves no reference to Rust's unwinder, and
# keeps this archive from clashing with another one in Rust.
function(motedtls_add_archive target features)
  string(REPLACE ";" "," feature_list "${features}")
  set(directory "${PROJECT_BINARY_DIR}/cargo/${target}")
  set(arguments build --release --package motedtls-archive
    --manifest-path "${PROJECT_SOURCE_DIR}/Cargo.toml" --target-dir "${directory}"
    --no-default-features --features "${feature_list}")
  set(archive "${directory}/release/libmotedtls.a")
  if(MOTEDTLS_TARGET)
    list(APPEND arguments --target "${MOTEDTLS_TARGET}")
    # A target of one's own is a file; cargo names the directory after its stem.
    get_filename_component(triple "${MOTEDTLS_TARGET}" NAME)
    string(REGEX REPLACE "\\.json$" "" triple "${triple}")
    set(archive "${directory}/${triple}/release/libmotedtls.a")
  endif()
  if(MOTEDTLS_BUILD_STD)
    # Unstable, hence the switch; works with any compiler whose source is installed.
    list(APPEND arguments -Zbuild-std=core)
    list(APPEND cargo_environment RUSTC_BOOTSTRAP=1)
  endif()
  list(APPEND arguments ${MOTEDTLS_CARGO_FLAGS})

  # Runs at every build: cargo knows what it depends on, and leaves the file as it is when nothing
  # has changed.
  add_custom_target(${target}-archive ALL
    COMMAND "${CMAKE_COMMAND}" -E env ${cargo_environment} "${motedtls_cargo}" ${arguments}
    BYPRODUCTS "${archive}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMENT "Building libmotedtls.a with cargo (${feature_list})"
    USES_TERMINAL VERBATIM)

  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}-archive)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${archive}"
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
