#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# run.sh add_subdirectory|find_package|pkg_config
#
# Builds and runs that consumer, copied to a directory of its own: nothing of this tree may be
# needed but what a user would name. tests/CMakeLists.txt sets the variables.
set -eu
kind=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/motedtls-consumer.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cp -r "$here/$kind" "$work/source"
cp "$here/main.c" "$work/source/main.c"

with_cmake() {
  "$CMAKE" -S "$work/source" -B "$work/build" -G "$GENERATOR" -DCMAKE_C_COMPILER="$CC" "$@"
  "$CMAKE" --build "$work/build"
  "$work/build/consumer"
}

case $kind in
add_subdirectory)
  with_cmake -DMOTEDTLS_SOURCE="$SOURCE" -DMOTEDTLS_CARGO="$MOTEDTLS_CARGO" \
    -DMOTEDTLS_RUSTC="$MOTEDTLS_RUSTC" -DMOTEDTLS_CARGO_FLAGS="$MOTEDTLS_CARGO_FLAGS"
  for tool in mote-client mote-server; do
    if [ -n "$(find "$work/build" -name "$tool" -type f)" ]; then
      echo "$tool was built although this is a subdirectory"
      exit 1
    fi
  done
  ;;
find_package)
  with_cmake -DCMAKE_PREFIX_PATH="$PREFIX" -DWANTED="$VERSION"
  ;;
pkg_config)
  # The prefix that was installed to, wherever it was configured for.
  export PKG_CONFIG_PATH="$PREFIX/$LIBDIR/pkgconfig"
  make -C "$work/source" CC="$CC"
  "$work/source/consumer"
  ;;
*)
  echo "unknown consumer: $kind"
  exit 1
  ;;
esac
