#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Makes what benches/handshake uses with the openssl command line (3.0 or later): keys, and one
# certificate each for client and server below an anchor. The certificates have 358 octets, as those
# have with which other libraries were measured (docs/footprint.md): the names are chosen for it, and
# signatures, of 70 to 72 octets, are made again until they fit.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key"
}

key anchor
openssl req -new -x509 -key "$work/anchor.key" -subj /CN=CA -days 36500 -sha256 \
  -addext keyUsage=critical,keyCertSign -out "$work/anchor.pem"
openssl x509 -in "$work/anchor.pem" -outform DER -out anchor.der

for end in client server; do
  key $end
  openssl ec -in "$work/$end.key" -outform DER -out $end-key.der
  openssl pkey -in "$work/$end.key" -pubout -outform DER -out $end-public.der
  cat >"$work/extensions" <<END
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = ${end}Auth
subjectAltName = DNS:$end.example
subjectKeyIdentifier = none
authorityKeyIdentifier = none
END
  openssl req -new -key "$work/$end.key" -subj "/CN=device, $end" -out "$work/request"
  length=0
  while [ "$length" -ne 358 ]; do
    openssl x509 -req -in "$work/request" -CA "$work/anchor.pem" -CAkey "$work/anchor.key" \
      -set_serial 1 -days 8000 -sha256 -extfile "$work/extensions" -outform DER -out $end.der
    length=$(wc -c <$end.der)
  done
done
