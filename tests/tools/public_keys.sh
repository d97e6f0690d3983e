#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# public_keys.sh MOTE-CLIENT MOTE-SERVER
#
# The tools against each other on loopback, with raw public keys and certificates.
set -u
client=$1 server=$2
psk=device1:000102030405060708090a0b0c0d0e0f
. "$(dirname "$0")/harness.sh"
keys=$work/keys
mkdir "$keys"
. "$(dirname "$0")/make_keys.sh"
: >"$work/server"

make_key server client other
server_hash=$(hash_of server) client_hash=$(hash_of client)
suite='suite=TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 resumed=no ems=yes'
resumed='suite=TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 resumed=yes ems=yes'

# connects OPTIONS...: a client that does, to the server as 127.0.0.1.
connects() {
  expect 0 'hello' "connected $suite mfl=none peer=$peer" "$@" --send hello 127.0.0.1
}
# refuses STATUS ALERT OPTIONS...: a client that does. refused: one that the server refuses.
refuses() {
  problem=$1 alert=$2
  shift 2
  expect 2 '' "failed $problem alert=$alert (sent)" "$@" 127.0.0.1
}
refused() {
  problem=$1 alert=$2
  shift 2
  expect 2 '' "failed * alert=$alert (received)" "$@" 127.0.0.1
  # The last line of the server is about this one, though it may come a little later.
  tries=0
  until tail -n 1 "$work/server" | grep -q "^failed $problem alert=$alert (sent)\$"; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || { fail "the server does not say $problem: $*"; return; }
    sleep 0.1
  done
}

# --- Raw public keys: the server's alone
peer=rpk:$server_hash
start --rpk "$keys/server.key"
connects --peer-rpk "$keys/server.pub"
connects --peer-rpk "$keys/server.pub.der"
connects --peer-rpk-sha256 "$server_hash"
connects --peer-rpk-sha256 "$client_hash" --peer-rpk "$keys/other.pub" --peer-rpk "$keys/server.pub"
connects --peer-rpk "$keys/server.pub" --rpk "$keys/client.key" # nobody asks for it
said 'peer=none$' 5
refuses unknown_key handshake_failure --peer-rpk "$keys/other.pub"
refuses unknown_key handshake_failure --peer-rpk-sha256 "$client_hash"
refused handshake_failure handshake_failure --psk $psk
stop TERM

# --- Both ends, with keys in every form
openssl pkey -in "$keys/client.key" -outform DER -out "$keys/client.p8.der" 2>/dev/null
openssl ec -in "$keys/client.key" -out "$keys/client.sec1" 2>/dev/null
openssl ec -in "$keys/client.key" -outform DER -out "$keys/client.sec1.der" 2>/dev/null
{ openssl ecparam -name prime256v1 && cat "$keys/client.sec1"; } >"$keys/client.ecparam"
start --rpk "$keys/server.key" --peer-rpk "$keys/client.pub"
for form in key p8.der sec1 sec1.der ecparam; do
  connects --rpk "$keys/client.$form" --peer-rpk "$keys/server.pub"
done
said "peer=rpk:$client_hash\$" 5
connects --rpk "$keys/client.key" --peer-rpk "$keys/server.pub" --mtu 256
expect 0 "again${newline}again" "connected $suite * peer=$peer${newline}connected $resumed * peer=$peer" \
  --rpk "$keys/client.key" --peer-rpk "$keys/server.pub" --resume --send again 127.0.0.1
said "resumed=yes .* peer=rpk:$client_hash\$" 1
refused unknown_key handshake_failure --rpk "$keys/other.key" --peer-rpk "$keys/server.pub"
# Without a key a client names no type, which stands for X.509: none in common (RFC 7250 section 4.2).
refused unsupported_certificate unsupported_certificate --peer-rpk "$keys/server.pub"
stop TERM

start --rpk "$keys/server.key" --peer-rpk-sha256 "$client_hash" --client-auth optional
connects --rpk "$keys/client.key" --peer-rpk "$keys/server.pub"
connects --peer-rpk "$keys/server.pub"
said "peer=rpk:$client_hash\$" 1
said 'peer=none$' 1
refused unknown_key handshake_failure --rpk "$keys/other.key" --peer-rpk "$keys/server.pub"
stop TERM

start --rpk "$keys/server.key" --peer-rpk "$keys/client.pub" --client-auth none
connects --rpk "$keys/other.key" --peer-rpk "$keys/server.pub"
said 'peer=none$' 1
stop TERM

# --- Certificates
make_key root false-root between weak device expired early
make_certificate root root authority Root
make_certificate false-root false-root authority Root # of the same name
make_certificate between root authority Between
make_certificate weak root no-authority Weak
make_certificate server between server Server
cat "$keys/server.pem" "$keys/between.pem" >"$keys/server.chain"
make_certificate client root client client-1
make_certificate device root device device-1
make_certificate expired root server Server 20200101000000Z 20210101000000Z
make_certificate early root server Server 20480101000000Z 20491231235959Z
make_certificate other weak server Server
cat "$keys/other.pem" "$keys/weak.pem" >"$keys/weak.chain"
for name in server between root; do
  quietly openssl x509 -in "$keys/$name.pem" -outform DER -out "$keys/$name.der"
done
cat "$keys/server.der" "$keys/between.der" >"$keys/server.chain.der"
cat "$keys/root.pem" "$keys/between.pem" >"$keys/both"
for_server="--ca $keys/root.pem --name server.example"

# The server's alone. Paths are without blanks: $for_server is several words.
peer=cert:server.example
# shellcheck disable=SC2086
for chain in server.chain server.chain.der; do
  start --cert "$keys/$chain" --key "$keys/server.key"
  connects $for_server
  connects --ca "$keys/root.der" --name server.example
  expect 0 '' "connected $suite * peer=cert:*" --ca "$keys/root.pem" --name SERVER.example 127.0.0.1
  connects --ca "$keys/false-root.pem" $for_server
  connects --ca "$keys/both" --name server.example
  connects $for_server --mtu 256
  connects $for_server --cert "$keys/client.pem" --key "$keys/client.key" # nobody asks for it
  said 'peer=none$' 7
  refuses unknown_ca unknown_ca --ca "$keys/false-root.pem" --name server.example
  refuses certificate_name bad_certificate --ca "$keys/root.pem" --name other.example
  expect 2 '' "failed certificate_name alert=bad_certificate (sent)" --ca "$keys/root.pem" localhost
  refused unsupported_certificate unsupported_certificate --peer-rpk "$keys/server.pub"
  stop TERM
done
# shellcheck disable=SC2086
{
  start --cert "$keys/expired.pem" --key "$keys/expired.key"
  refuses certificate_expired certificate_expired $for_server
  stop TERM
  start --cert "$keys/early.pem" --key "$keys/early.key"
  refuses certificate_not_yet_valid certificate_expired $for_server
  stop TERM
  start --cert "$keys/server.pem" --key "$keys/server.key"
  refuses unknown_ca unknown_ca $for_server
  connects --ca "$keys/both" --name server.example
  stop TERM
  start --cert "$keys/server.chain" --key "$keys/client.key" # which is another's
  refuses bad_signature decrypt_error $for_server
  stop TERM
  start --cert "$keys/weak.chain" --key "$keys/other.key"
  refuses bad_certificate bad_certificate $for_server
  stop TERM
}

# Both ends.
# shellcheck disable=SC2086
{
  start --cert "$keys/server.chain" --key "$keys/server.key" --ca "$keys/root.pem"
  connects $for_server --cert "$keys/client.pem" --key "$keys/client.key"
  said 'peer=cert:client-1$' 1
  connects $for_server --cert "$keys/device.pem" --key "$keys/device.key"
  said 'peer=cert:[^ ]* eui64=0011223344556677$' 1
  expect 0 "again${newline}again" "connected $suite * peer=$peer${newline}connected $resumed * peer=$peer" \
    $for_server --cert "$keys/client.pem" --key "$keys/client.key" --resume --send again 127.0.0.1
  refused certificate_missing handshake_failure $for_server
  # A server's certificate, or one of another CA.
  refused bad_certificate bad_certificate $for_server --cert "$keys/server.chain" --key "$keys/server.key"
  make_certificate client false-root client client-1
  refused unknown_ca unknown_ca $for_server --cert "$keys/client.pem" --key "$keys/client.key"
  make_certificate client root client client-1
  stop TERM

  start --cert "$keys/server.chain" --key "$keys/server.key" --ca "$keys/root.pem" --require-eui64
  connects $for_server --cert "$keys/device.pem" --key "$keys/device.key"
  refused certificate_name bad_certificate $for_server --cert "$keys/client.pem" --key "$keys/client.key"
  stop TERM

  start --cert "$keys/server.chain" --key "$keys/server.key" --ca "$keys/root.pem" \
    --client-auth optional --coap
  expect 0 'motedtls *' "connected $suite *" $for_server --get / 127.0.0.1
  expect 0 'motedtls *' "connected $suite *" $for_server --cert "$keys/client.pem" \
    --key "$keys/client.key" --get / 127.0.0.1
  said 'peer=none$' 1
  said 'peer=cert:client-1$' 1
  stop TERM
}

# --- What a client trusts
# shellcheck disable=SC2086
for way in --trusted-ca --echo; do
  start --cert "$keys/server.chain" --key "$keys/server.key" $way
  peer=cert:server.example
  connects $for_server --trusted-ca
  connects --ca "$keys/both" --name server.example --trusted-ca
  refuses unknown_ca unknown_ca --ca "$keys/other.pem" --name server.example --trusted-ca
  stop TERM
done

# --- What a client remembers of the server's certificate
# remembers OPTIONS...: a client that does, in a file; $octets are those of its handshake.
remembers() {
  expect 0 'hello' "connected $suite mfl=none peer=$peer${cached}${newline}handshake octets=* datagrams=*" \
    $for_server --cached-info "$work/remembered" --send hello "$@" 127.0.0.1
  octets=$(sed -n 's/^handshake octets=\([0-9]*\) .*/\1/p' "$work/err")
}
# shellcheck disable=SC2086
for way in --cached-info --echo; do
  rm -f "$work/remembered"
  start --cert "$keys/server.chain" --key "$keys/server.key" $way
  cached=
  remembers
  first=$octets
  [ $way != --cached-info ] || cached=' cached=cert'
  remembers
  if [ $way = --cached-info ]; then
    [ $((first - octets)) -gt 300 ] || fail "only $((first - octets)) octets less"
    # What is remembered is checked anew, and is of one server.
    refuses unknown_ca unknown_ca --ca "$keys/false-root.pem" --name server.example \
      --cached-info "$work/remembered"
    remembers
    printf garbage >"$work/remembered"
    cached=
    remembers
  fi
  stop TERM
done
peer=rpk:$server_hash cached=
start --rpk "$keys/server.key" --cached-info
for_rpk="--peer-rpk $keys/server.pub"
for_certificate=$for_server for_server=$for_rpk
remembers
remembers
for_server=$for_certificate
stop TERM

# --- Everything at one port
# shellcheck disable=SC2086
{
  start --psk $psk --rpk "$keys/server.key" --peer-rpk "$keys/client.pub" \
    --cert "$keys/server.chain" --key "$keys/server.key" --ca "$keys/root.pem"
  expect 0 'psk' 'connected suite=TLS_PSK_WITH_AES_128_CCM_8 * peer=psk:device1' \
    --psk $psk --send psk 127.0.0.1
  peer=rpk:$server_hash
  connects --rpk "$keys/client.key" --peer-rpk "$keys/server.pub"
  peer=cert:server.example
  connects $for_server --cert "$keys/client.pem" --key "$keys/client.key"
  # One end with a certificate, the other with a raw public key (RFC 7250 section 5).
  connects $for_server --rpk "$keys/client.key"
  peer=rpk:$server_hash
  connects --peer-rpk "$keys/server.pub" --cert "$keys/client.pem" --key "$keys/client.key"
  refused certificate_missing handshake_failure $for_server
  said 'peer=psk:device1$' 1
  said "peer=rpk:$client_hash\$" 2
  said 'peer=cert:client-1$' 2
  stop TERM
}

# --- What the library does not take
# complains OPTION FILE CLIENT-OPTIONS...
complains() {
  option=$1 file=$2
  shift 2
  expect 1 '' "mote-client: $option: $keys/$file: no * (*)" "$@" --name x localhost
}
port=9
quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp384r1 -out "$keys/p384.key"
quietly openssl req -x509 -config "$keys/ca.cnf" -key "$keys/p384.key" -subj /CN=x -out "$keys/p384.pem"
complains --rpk p384.key --peer-rpk "$keys/server.pub" --rpk "$keys/p384.key"
complains --key p384.key --ca "$keys/root.pem" --cert "$keys/client.pem" --key "$keys/p384.key"
complains --cert p384.pem --ca "$keys/root.pem" --cert "$keys/p384.pem" --key "$keys/client.key"
complains --ca p384.pem --ca "$keys/root.pem" --ca "$keys/p384.pem"
printf 'noise' >"$keys/noise"
expect 1 '' "mote-client: --cert: $keys/noise: neither PEM nor DER" \
  --ca "$keys/root.pem" --cert "$keys/noise" --key "$keys/client.key" localhost
quietly openssl pkey -in "$keys/p384.key" -pubout -out "$keys/p384.pub"
expect 1 '' "mote-client: --peer-rpk: $keys/p384.pub: no uncompressed public key on P-256" \
  --peer-rpk "$keys/p384.pub" localhost

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
