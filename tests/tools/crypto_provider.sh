#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# crypto_provider.sh MOTE-CLIENT MOTE-SERVER
#
# One of the two has its crypto from c-examples/crypto-provider: they understand each other, and what
# is wrong is refused.
set -u
client=$1 server=$2
psk=device1:000102030405060708090a0b0c0d0e0f
. "$(dirname "$0")/harness.sh"
keys=$work/keys
mkdir "$keys"
. "$(dirname "$0")/make_keys.sh"
: >"$work/server"
make_key server client other
peer=rpk:$(hash_of server)
most=$(printf '%01171d' 0)

start --psk $psk --rpk "$keys/server.key" --peer-rpk "$keys/client.pub"
for text in x "$most"; do
  expect 0 "$text" 'connected suite=TLS_PSK_WITH_AES_128_CCM_8 *' --psk $psk --send "$text" 127.0.0.1
done
expect 2 '' 'failed * alert=decrypt_error (received)' --psk device1:00 --rto-ms 200 127.0.0.1
rpk='connected suite=TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8'
expect 0 'hello' "$rpk * peer=$peer" \
  --rpk "$keys/client.key" --peer-rpk "$keys/server.pub" --send hello 127.0.0.1
expect 0 "again${newline}again" "$rpk resumed=no *$rpk resumed=yes *" \
  --rpk "$keys/client.key" --peer-rpk "$keys/server.pub" --resume --send again 127.0.0.1
expect 2 '' 'failed unknown_key alert=handshake_failure (sent)' \
  --rpk "$keys/client.key" --peer-rpk "$keys/other.pub" 127.0.0.1
stop TERM

make_key root
make_certificate root root authority Root
make_certificate server root server Server
make_certificate client root client client-1
start --cert "$keys/server.pem" --key "$keys/server.key" --ca "$keys/root.pem"
expect 0 'hello' "$rpk * peer=cert:server.example" --ca "$keys/root.pem" --name server.example \
  --cert "$keys/client.pem" --key "$keys/client.key" --send hello 127.0.0.1
stop TERM

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
