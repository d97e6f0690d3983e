#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# check.sh READELF ARCHIVE PLANTED-ARCHIVE
#
# The archive exports mote_* and nothing else: no other name may clash with one of the firmware.
# Exported means defined, GLOBAL or WEAK, with DEFAULT visibility.
set -eu
readelf=$1 archive=$2 planted=$3

# Num: Value Size Type Bind Vis Ndx Name
exported() {
  "$readelf" -sW "$1" | awk '
    NF >= 8 && $1 ~ /^[0-9]+:$/ && ($5 == "GLOBAL" || $5 == "WEAK") && $6 == "DEFAULT" &&
    $7 != "UND" { print $8 }' | sort -u
}

if ! exported "$planted" | grep -qx planted_for_the_export_check; then
  echo "the check is blind: it does not see the planted symbol"
  exit 1
fi
if ! exported "$archive" | grep -qx mote_version; then
  echo "$archive does not export mote_version"
  exit 1
fi
strangers=$(exported "$archive" | grep -v '^mote_' || true)
if [ -n "$strangers" ]; then
  echo "exported, but not mote_*:"
  echo "$strangers"
  exit 1
fi
echo "exported: $(exported "$archive" | wc -l) symbols, all mote_*"
