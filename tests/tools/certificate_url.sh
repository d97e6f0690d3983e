#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# certificate_url.sh MOTE-CLIENT MOTE-SERVER PYTHON3
#
# Certificates by URL (RFC 6066 section 5): the tools against each other and a web server.
set -u
client=$1 server=$2 python=$3
. "$(dirname "$0")/harness.sh"
web_id=
clean_web() {
  [ -z "$web_id" ] || kill "$web_id" 2>/dev/null
  clean
}
trap clean_web EXIT
keys=$work/keys
mkdir "$keys"
. "$(dirname "$0")/make_keys.sh"
: >"$work/server"

make_key root between device other server
make_certificate root root authority Root
make_certificate between root authority Between
make_certificate device between device device-1
make_certificate other between device device-2
make_certificate server root server Server
for name in device between other; do
  quietly openssl x509 -in "$keys/$name.pem" -outform DER -out "$keys/$name.der"
done
cat "$keys/device.pem" "$keys/between.pem" >"$keys/device.chain"

# PkiPath: a SEQUENCE of certificates, the device's last.
octal() { printf '\\%03o' "$1"; }
pki_path() {
  length=$(cat "$@" | wc -c)
  # shellcheck disable=SC2059 # octets
  printf "\\060\\202$(octal $((length / 256)))$(octal $((length % 256)))"
  cat "$@"
}
web=$work/web
mkdir "$web"
cp "$keys/device.der" "$keys/between.der" "$web"
pki_path "$keys/between.der" "$keys/device.der" >"$web/path"
for name in slow cut; do cp "$web/path" "$web/$name"; done
pki_path "$keys/between.der" "$keys/other.der" >"$web/wrong"

"$python" "$(dirname "$0")/http_server.py" "$web" >"$work/web-port" 2>"$work/web-log" &
web_id=$!
tries=0
until [ -s "$work/web-port" ] || [ $tries -ge 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
here=http://127.0.0.1:$(cat "$work/web-port")
[ -s "$work/web-port" ] || { fail "the web server does not start"; exit 1; }

suite='suite=TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 resumed=no ems=yes'
for_client="--cert $keys/device.chain --key $keys/device.key --ca $keys/root.pem
  --name server.example --rto-ms 300"
for_server="--cert $keys/server.pem --key $keys/server.key --ca $keys/root.pem"
# shellcheck disable=SC2086 # lists of options
connects() {
  expect 0 hello "*connected $suite mfl=none peer=cert:server.example" $for_client "$@" \
    --send hello 127.0.0.1
}
# fails PROBLEM ALERT OPTIONS...
# shellcheck disable=SC2086
fails() {
  problem=$1 alert=$2
  shift 2
  expect 2 '' "failed peer_alert alert=$alert (received)" $for_client "$@" 127.0.0.1
  tries=0
  until tail -n 1 "$work/server" | grep -q "^failed $problem alert=$alert (sent)\$"; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || { fail "the server does not say $problem: $*"; return; }
    sleep 0.1
  done
}
# asked_for PATH COUNT: what the web server has seen.
asked_for() {
  [ "$(grep -cx "$1" "$work/web-log")" -eq "$2" ] || fail "$1 was not asked for $2 times"
}

# --- What works
# shellcheck disable=SC2086
start $for_server --fetch-url "$here/certs/"
connects --cert-url "$here/certs/path"
asked_for /certs/path 1
connects --cert-url "$here/certs/device.der" --cert-url "$here/certs/between.der"
asked_for /certs/device.der 1
asked_for /certs/between.der 1
# shellcheck disable=SC2086
expect 0 hello '*trace sent * certificate_url *connected *' $for_client --trace \
  --cert-url "$here/certs/path" --send hello 127.0.0.1
connects # the certificates themselves
said 'connected .*peer=cert:' 4

# --- What does not
unobtainable='certificate_unobtainable certificate_unobtainable'
# shellcheck disable=SC2086
{
  fails $unobtainable --cert-url "$here/certs/missing"
  fails $unobtainable --cert-url "$here/certs/redirect"
  fails $unobtainable --cert-url "$here/certs/large"
  fails $unobtainable --cert-url "$here/certs/cut"
  asked_for /certs/path 2 # no redirect was followed
  fails $unobtainable --cert-url "$here/elsewhere/path"
  fails $unobtainable --cert-url "$here/certs/../elsewhere/path"
  fails $unobtainable --cert-url "$here/certs/%2e%2e/path"
  fails $unobtainable --cert-url "https${here#http}/certs/path"
  fails $unobtainable --cert-url "http://127.0.0.1.example/certs/path"
  fails $unobtainable --cert-url "file:///etc/passwd"
}
[ "$(grep -c -v '^/certs/[a-z.]*$' "$work/web-log")" -eq 0 ] || fail "more was asked for than may be"
fails certificate_hash bad_certificate_hash_value --cert-url "$here/certs/wrong"
# Others are served while one waits.
# shellcheck disable=SC2086
"$client" $for_client --cert-url "$here/certs/slow" 127.0.0.1 "$port" 2>"$work/slow" &
slow_id=$!
sleep 0.5
connects
connects --cert-url "$here/certs/path"
wait "$slow_id"
grep -q '^failed peer_alert alert=certificate_unobtainable (received)$' "$work/slow" ||
  fail "too slow: $(cat "$work/slow")"
stop TERM

# --- A server that does not need a certificate, and one that fetches nothing
# shellcheck disable=SC2086
start $for_server --fetch-url "$here/certs/" --client-auth optional
connects --cert-url "$here/certs/missing"
said 'connected .*peer=none' 1
fails certificate_hash bad_certificate_hash_value --cert-url "$here/certs/wrong"
stop TERM
before=$(wc -l <"$work/web-log")
# shellcheck disable=SC2086
start $for_server
connects --cert-url "$here/certs/path"
stop TERM
[ "$(wc -l <"$work/web-log")" -eq "$before" ] || fail "something was fetched"

# --- Options
for prefix in http://127.0.0.1 https://127.0.0.1/ 127.0.0.1/ http:/// http://a@127.0.0.1/ \
  http://127.0.0.1:0/ http://127.0.0.1:65536/ http://127.0.0.1:x/ 'http://127.0.0.1/?a'; do
  cases=$((cases + 1))
  # shellcheck disable=SC2086
  "$server" $for_server --fetch-url "$prefix" 0 2>"$work/err"
  [ $? -eq 1 ] && grep -q '^mote-server: --fetch-url: not a prefix' "$work/err" ||
    fail "prefix $prefix: $(cat "$work/err")"
done
# shellcheck disable=SC2086
expect 1 '' 'mote-client: --cert-url: *: not one URL, nor one for each certificate*' \
  $for_client --cert-url not-a-url 127.0.0.1
expect 1 '' 'mote-client: --cert-url: the certificate is missing: --cert' \
  --ca "$keys/root.pem" --name a --cert-url http://a/b 127.0.0.1

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
