# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Finds cargo and rustc, and sees to it that they can build for the target before anything is built.
# Gives motedtls_cargo, motedtls_rustc and motedtls_triple (empty: the host).

set(MOTEDTLS_CARGO "" CACHE FILEPATH "cargo (empty: found in PATH)")
set(MOTEDTLS_RUSTC "" CACHE FILEPATH "rustc (empty: the one beside cargo, or in PATH)")
set(MOTEDTLS_TARGET "" CACHE STRING
  "Rust target triple, e.g. thumbv7em-none-eabihf (empty: what the C compiler makes code for)")
option(MOTEDTLS_BUILD_STD "Build Rust's core library too, for a toolchain that lacks the target" OFF)

file(STRINGS "${PROJECT_SOURCE_DIR}/Cargo.toml" rust_version REGEX "^rust-version = \"" LIMIT_COUNT 1)
string(REGEX REPLACE "^rust-version = \"([0-9.]+)\".*" "\\1" rust_version "${rust_version}")

# --- cargo and rustc -----------------------------------------------------------------------------

# The path in the setting, or the program that is found. The search is not one of the cross build's:
# its toolchain file may look for programs among the target's only. More arguments: where to look.
function(motedtls_find_program out setting name)
  if(NOT ${setting})
    find_program(${setting}_FOUND NAMES ${name} ${ARGN} NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced(${setting}_FOUND)
    set(${setting} "${${setting}_FOUND}")
  endif()
  set(${out} "${${setting}}" PARENT_SCOPE)
endfunction()

# Stops unless `program` runs and is `name` of at least our version of Rust.
function(motedtls_check_rust_program name program setting)
  # rustup chooses a toolchain by the directory: the one where cargo will run.
  execute_process(
    COMMAND "${program}" --version
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE complained)
  if(NOT result EQUAL 0 OR NOT said MATCHES "^${name} ([0-9]+\\.[0-9]+\\.[0-9]+)")
    string(STRIP "${complained}" complained)
    message(FATAL_ERROR
      "motedtls needs Rust, and '${program}' does not run as ${name}. ${complained}\n"
      "Install Rust ${rust_version} or newer (https://rustup.rs, or Debian's cargo-web and "
      "rustc-web), or set ${setting} to an installation outside PATH. A firmware project that uses "
      "an installed package of motedtls (find_package) needs no Rust.")
  endif()
  if(CMAKE_MATCH_1 VERSION_LESS rust_version)
    message(FATAL_ERROR
      "motedtls needs Rust ${rust_version} or newer, and '${program}' is ${name} ${CMAKE_MATCH_1}.\n"
      "Run `rustup update stable`, or install Debian's cargo-web and rustc-web, or set ${setting}.")
  endif()
endfunction()

# rustup installs here without touching the PATH of a session that is already open.
set(rustup_directory "$ENV{HOME}/.cargo/bin")
if(DEFINED ENV{CARGO_HOME})
  set(rustup_directory "$ENV{CARGO_HOME}/bin")
endif()
motedtls_find_program(motedtls_cargo MOTEDTLS_CARGO cargo PATHS "${rustup_directory}")
motedtls_check_rust_program(cargo "${motedtls_cargo}" MOTEDTLS_CARGO)
get_filename_component(directory "${motedtls_cargo}" DIRECTORY)
motedtls_find_program(motedtls_rustc MOTEDTLS_RUSTC rustc HINTS "${directory}")
motedtls_check_rust_program(rustc "${motedtls_rustc}" MOTEDTLS_RUSTC)

# What rustc answers.
function(motedtls_ask_rustc out)
  execute_process(
    COMMAND "${motedtls_rustc}" ${ARGN}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    OUTPUT_VARIABLE said OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(${out} "${said}" PARENT_SCOPE)
endfunction()

# --- The target ----------------------------------------------------------------------------------

# Stops unless rustc knows the target.
function(motedtls_check_triple)
  motedtls_ask_rustc(known --print target-list)
  string(REPLACE "\n" ";" known "${known}")
  # A target of one's own is a file.
  if(motedtls_triple IN_LIST known OR motedtls_triple MATCHES "\\.json$")
    return()
  endif()
  string(REGEX MATCH "^[a-z]+" family "${motedtls_triple}")
  list(FILTER known INCLUDE REGEX "^${family}.*-none")
  string(REPLACE ";" ", " known "${known}")
  set(hint "")
  if(family AND known)
    set(hint " It knows: ${known}.")
  endif()
  message(FATAL_ERROR "MOTEDTLS_TARGET: '${motedtls_rustc}' knows no target "
    "'${motedtls_triple}'.${hint} All are in `rustc --print target-list`.")
endfunction()

motedtls_describe_compiler(compiler)
set(motedtls_triple "${MOTEDTLS_TARGET}")
if(motedtls_triple)
  motedtls_check_triple()
  motedtls_mismatch(mismatch "${motedtls_triple}" compiler)
  if(mismatch AND compiler_TRIPLE)
    message(FATAL_ERROR "${mismatch}\nMOTEDTLS_TARGET and the C compiler's flags must agree: leave "
      "MOTEDTLS_TARGET empty or set it to ${compiler_TRIPLE}, or change the flags.")
  elseif(mismatch)
    set(toolchain_file "${PROJECT_SOURCE_DIR}/cmake/toolchains/${motedtls_triple}.cmake")
    if(NOT EXISTS "${toolchain_file}")
      set(toolchain_file "one for ${motedtls_triple}")
    endif()
    message(FATAL_ERROR "${mismatch}\nMOTEDTLS_TARGET and the C compiler must agree: set "
      "CMAKE_TOOLCHAIN_FILE (${toolchain_file}) in a new build directory, or set another "
      "MOTEDTLS_TARGET.")
  endif()
elseif(compiler_TRIPLE)
  set(motedtls_triple "${compiler_TRIPLE}")
  message(STATUS "motedtls: for ${motedtls_triple}, since the C compiler makes code for ${compiler_TEXT}")
elseif(CMAKE_CROSSCOMPILING)
  message(FATAL_ERROR
    "This is a cross build (${CMAKE_SYSTEM_NAME}, ${CMAKE_SYSTEM_PROCESSOR}), and from the C compiler "
    "(${compiler_COMMAND}: ${compiler_TEXT}) motedtls cannot tell the Rust target: "
    "name the CPU in CMAKE_C_FLAGS, e.g. -mcpu=cortex-m4, or set MOTEDTLS_TARGET, e.g. "
    "-DMOTEDTLS_TARGET=thumbv7em-none-eabihf.")
elseif(MOTEDTLS_SANITIZE)
  # An explicit target keeps the sanitizer away from build scripts and procedural macros.
  motedtls_ask_rustc(said -vV)
  if(NOT said MATCHES "host: ([^\n]+)")
    message(FATAL_ERROR "MOTEDTLS_SANITIZE: '${motedtls_rustc}' does not tell its host: set MOTEDTLS_TARGET.")
  endif()
  set(motedtls_triple "${CMAKE_MATCH_1}")
endif()

# --- The core library for it ---------------------------------------------------------------------

# Stops unless there is a core library for the target, or what it is built from.
function(motedtls_check_core)
  motedtls_ask_rustc(sysroot --print sysroot)
  if(MOTEDTLS_BUILD_STD)
    if(NOT EXISTS "${sysroot}/lib/rustlib/src/rust/library/core/src/lib.rs")
      message(FATAL_ERROR
        "MOTEDTLS_BUILD_STD is on, but '${motedtls_rustc}' has no sources of core in "
        "${sysroot}/lib/rustlib/src/rust: run `rustup component add rust-src`, or install Debian's "
        "rust-web-src, of the same version.")
    endif()
    return()
  endif()
  file(GLOB core "${sysroot}/lib/rustlib/${motedtls_triple}/lib/libcore-*.rlib")
  if(NOT core)
    message(FATAL_ERROR
      "'${motedtls_rustc}' has no core library for ${motedtls_triple}. Either run\n"
      "  rustup target add ${motedtls_triple}\n"
      "or have it built: -DMOTEDTLS_BUILD_STD=ON, with Rust's sources installed "
      "(`rustup component add rust-src`; with Debian's rustc-web and cargo-web: rust-web-src, and "
      "-DMOTEDTLS_CARGO=/usr/bin/cargo).")
  endif()
endfunction()

if(motedtls_triple)
  motedtls_check_triple()
  motedtls_check_core()
endif()

# --- The provider of P-256 for it ----------------------------------------------------------------

if("p256-cortex-m4" IN_LIST MOTEDTLS_FEATURES AND NOT "external-p256" IN_LIST MOTEDTLS_FEATURES
    AND motedtls_triple MATCHES "-none-")
  if(NOT motedtls_triple MATCHES "^thumbv(7em|8m[.]main)-"
      OR (compiler_CPU_GIVEN AND NOT compiler_DSP))
    message(FATAL_ERROR "MOTEDTLS_FEATURES: p256-cortex-m4 needs a Cortex-M with the DSP extension "
      "(M4, M7, most M33), and this build is for ${motedtls_triple}, ${compiler_TEXT}: leave it out, "
      "and the portable P-256 is built.")
  endif()
endif()
