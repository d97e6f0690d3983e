# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Library, headers, package files for CMake and pkg-config, tools.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(FILES "${motedtls_archive}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h")

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/motedtls")
# What the package says of itself; without a triple, the host is its target.
set(package_triple "${motedtls_triple}")
if(NOT package_triple)
  motedtls_ask_rustc(said -vV)
  string(REGEX REPLACE ".*host: ([^\n]+).*" "\\1" package_triple "${said}")
endif()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/motedtlsConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/motedtlsConfig.cmake"
  INSTALL_DESTINATION "${package_directory}"
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0 a minor version may change the interface. Whether the processor is right is looked at by
# motedtlsConfig.cmake, which says more of it than the size of a pointer.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/motedtlsConfigVersion.cmake"
  VERSION "${PROJECT_VERSION}" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  "${PROJECT_BINARY_DIR}/motedtlsConfig.cmake"
  "${PROJECT_BINARY_DIR}/motedtlsConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/MotedtlsCompiler.cmake"
  DESTINATION "${package_directory}")

# pkg-config finds the prefix from where the file lies, so that the tree can be moved.
file(RELATIVE_PATH pc_prefix
  "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
  set(pc_libdir "${CMAKE_INSTALL_LIBDIR}")
else()
  string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
else()
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
set(pc_definitions "")
foreach(definition IN LISTS motedtls_definitions)
  string(APPEND pc_definitions " -D${definition}")
endforeach()
configure_file(
  "${PROJECT_SOURCE_DIR}/cmake/motedtls.pc.in" "${PROJECT_BINARY_DIR}/motedtls.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/motedtls.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

if(MOTEDTLS_BUILD_TOOLS)
  install(TARGETS mote-client mote-server RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
