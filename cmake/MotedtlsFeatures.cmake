# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Checks MOTEDTLS_FEATURES, and gives `motedtls_definitions`: what the C header must know of them.

# archive/Cargo.toml is the one place where they are listed.
file(READ "${PROJECT_SOURCE_DIR}/archive/Cargo.toml" manifest)
string(FIND "${manifest}" "\n[features]" at)
string(SUBSTRING "${manifest}" ${at} -1 manifest)
string(FIND "${manifest}" "\n[dependencies]" at)
string(SUBSTRING "${manifest}" 0 ${at} manifest)
string(REGEX MATCHALL "\n[a-z0-9-]+ =" known_features "${manifest}")
list(TRANSFORM known_features REPLACE "^\n([a-z0-9-]+) =" "\\1")
list(REMOVE_ITEM known_features default)

foreach(feature IN LISTS MOTEDTLS_FEATURES)
  if(NOT feature IN_LIST known_features)
    string(REPLACE ";" ", " known "${known_features}")
    message(FATAL_ERROR "MOTEDTLS_FEATURES: motedtls has no feature '${feature}'. "
      "It has: ${known}. They are separated by semicolons.")
  endif()
endforeach()

# At least one of `features` must be chosen.
function(motedtls_require_one_of what features)
  foreach(feature IN LISTS features)
    if(feature IN_LIST MOTEDTLS_FEATURES)
      return()
    endif()
  endforeach()
  string(REPLACE ";" ", " features "${features}")
  message(FATAL_ERROR "MOTEDTLS_FEATURES (${MOTEDTLS_FEATURES}) names no ${what}: "
    "add one or several of ${features}.")
endfunction()
motedtls_require_one_of("role" "client;server")
motedtls_require_one_of("credential type" "psk;rpk;x509")

# The header's sizes are smaller without public keys.
set(motedtls_definitions "")
if(NOT "rpk" IN_LIST MOTEDTLS_FEATURES AND NOT "x509" IN_LIST MOTEDTLS_FEATURES)
  list(APPEND motedtls_definitions MOTE_PSK_ONLY)
endif()
