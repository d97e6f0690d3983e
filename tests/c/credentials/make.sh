#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Makes credentials.c and credentials.h with the openssl command line (3.0 or later): keys, raw
# public keys and certificates for the C harness, as arrays. Keys are new in each run; names, dates
# and extensions are always the same. Everything that a test compares with is openssl's.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- Keys ----------------------------------------------------------------------------------------

for key in anchor intermediate server client stranger; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$key.key"
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/p384.key"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out "$work/koblitz.key"

for key in server client stranger p384 koblitz; do
  openssl ec -in "$work/$key.key" -outform DER -out "$work/$key.sec1"
  openssl pkcs8 -topk8 -nocrypt -in "$work/$key.key" -outform DER -out "$work/$key.pkcs8"
  openssl pkey -in "$work/$key.key" -pubout -outform DER -out "$work/$key.info"
  openssl dgst -sha256 -binary -out "$work/$key.hash" "$work/$key.info"
  # The scalar: the OCTET STRING behind the version.
  tail -c +8 "$work/$key.sec1" | head -c 32 >"$work/$key.scalar"
done 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
openssl ec -in "$work/server.key" -no_public -outform DER -out "$work/server.short" 2>"$work/log"
openssl pkey -in "$work/server.key" -pubout -ec_conv_form compressed -outform DER \
  -out "$work/server.compressed"

# --- Certificates --------------------------------------------------------------------------------

cat >"$work/ca.cnf" <<END
[ca]
default_ca = here
[here]
new_certs_dir = $work
database = $work/index
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
preserve = yes
[any]
commonName = optional
END
: >"$work/index"

# certificate NAME ISSUER KEY SUBJECT: its extensions come from standard input; ISSUER `self`, or
# the name of a certificate made before.
certificate() {
  name=$1 issuer=$2 key=$3 subject=$4
  { echo '[end]'; cat; } >"$work/extensions"
  openssl req -new -key "$work/$key.key" -subj "$subject" -out "$work/request"
  case $issuer in
    self) set -- -selfsign -keyfile "$work/$key.key" ;;
    *) set -- -cert "$work/$issuer.pem" -keyfile "$work/$issuer.key" ;;
  esac
  openssl ca -batch -notext -config "$work/ca.cnf" "$@" -in "$work/request" \
    -startdate 20200101000000Z -enddate 20491231235959Z \
    -extfile "$work/extensions" -extensions end -out "$work/$name.pem" 2>"$work/log" ||
    { cat "$work/log" >&2; exit 1; }
  openssl x509 -in "$work/$name.pem" -outform DER -out "$work/$name.der"
}

ca='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign'
end='basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature'
echo "$ca" | certificate anchor self anchor '/CN=Test anchor'
echo "$ca" | certificate intermediate anchor intermediate '/CN=Test intermediate'
printf '%s\n' "$end" 'extendedKeyUsage = serverAuth' 'subjectAltName = DNS:coap.example' |
  certificate server-leaf intermediate server '/CN=Test server'
printf '%s\n' "$end" 'extendedKeyUsage = clientAuth' \
  'subjectAltName = URI:urn:dev:mac:0011223344aabbcc' |
  certificate client anchor client '/CN=Test client'
# A client without an EUI-64, and a server that has only a common name.
echo "$end" | certificate plain anchor client '/CN=plain.example'
long=$(printf 'n%.0s' $(seq 60))
printf '%s\n' "$end" "subjectAltName = DNS:$long.$long.example" |
  certificate long anchor client '/CN=Test client'
echo "$ca" | certificate stranger self stranger '/CN=Test stranger'
echo "$end" | certificate p384 anchor p384 '/CN=Test client'
cat "$work/server-leaf.der" "$work/intermediate.der" >"$work/chain.der"

# --- The arrays ----------------------------------------------------------------------------------

licence='/* SPDX-License-Identifier: MIT OR Apache-2.0 */'
made='/* Made by make.sh: change it there. */'
{
  printf '%s\n%s\n' "$licence" "$made"
  printf '%s\n' '/* Certificates are valid from 2020 to the end of 2049. */' \
    '#ifndef CREDENTIALS_H' '#define CREDENTIALS_H' '' '#include <stdint.h>' ''
} >credentials.h
printf '%s\n%s\n#include "credentials.h"\n' "$licence" "$made" >credentials.c

# array NAME FILE COMMENT
array() {
  length=$(wc -c <"$work/$2")
  printf '/* %s */\nextern const uint8_t %s[%d];\n' "$3" "$1" "$length" >>credentials.h
  {
    printf '\nconst uint8_t %s[%d] = {\n' "$1" "$length"
    od -An -v -tx1 -w19 "$work/$2" | sed 's/ \(..\)/0x\1,/g; s/^/  /'
    printf '};\n'
  } >>credentials.c
}

array server_key_sec1 server.sec1 'ECPrivateKey.'
array server_key_short server.short 'The same, without the public key.'
array server_key_pkcs8 server.pkcs8 'The same in PKCS#8.'
array server_key_scalar server.scalar 'The same, bare.'
array server_info server.info 'SubjectPublicKeyInfo of it.'
array server_info_compressed server.compressed 'The same with its point compressed.'
array server_hash server.hash 'SHA-256 of server_info.'
array client_key client.pkcs8 'PKCS#8.'
array client_key_scalar client.scalar 'The same, bare.'
array client_info client.info 'SubjectPublicKeyInfo of it.'
array client_hash client.hash 'SHA-256 of it.'
array stranger_key stranger.sec1 'Of somebody whom nobody knows.'
array stranger_info stranger.info 'SubjectPublicKeyInfo of it.'
array stranger_hash stranger.hash 'SHA-256 of it.'
array p384_key_sec1 p384.sec1 'On another curve.'
array p384_key_pkcs8 p384.pkcs8 'The same in PKCS#8.'
array p384_info p384.info 'SubjectPublicKeyInfo of it.'
array koblitz_key_sec1 koblitz.sec1 'On another curve that is as long: secp256k1.'
array koblitz_key_pkcs8 koblitz.pkcs8 'The same in PKCS#8.'
array koblitz_info koblitz.info 'SubjectPublicKeyInfo of it.'
array anchor_certificate anchor.der 'The trust anchor.'
array server_chain chain.der 'Of the server, for coap.example; and the intermediate between it and the anchor.'
array client_certificate client.der 'Of the client: urn:dev:mac:0011223344aabbcc.'
array plain_certificate plain.der 'Of the client: common name plain.example, no subjectAltName.'
array long_certificate long.der 'Of the client: a dNSName of 129 octets.'
array stranger_certificate stranger.der 'A trust anchor that nobody trusts; it signs itself.'
array p384_certificate p384.der 'Of a key on P-384.'
printf '\n#endif\n' >>credentials.h
