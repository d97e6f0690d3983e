#!/bin/sh
# Makes every certificate of this directory with the openssl command line (3.0 or later). Keys are
# new in each run and are thrown away; names, dates and extensions are always the same.
#
# `certificate NAME ISSUER KEY SUBJECT FROM TO` writes NAME.der; its extensions come from standard
# input. ISSUER is the name of a certificate made before, or `self`. Certificates of one subject
# have one key unless said otherwise, so that one leaf serves below many variants of its issuer.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.der

for key in root other-root a new-a b c leaf; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$key.key"
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$work/p384.key"
openssl pkey -in "$work/leaf.key" -ec_conv_form compressed -out "$work/compressed.key"

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
email_in_dn = yes
[any]
commonName = optional
emailAddress = optional
organizationName = optional
END
: >"$work/index"

hash=sha256
certificate() {
  name=$1 issuer=$2 key=$3 subject=$4 from=$5 to=$6
  { echo '[end]'; cat; } >"$work/extensions"
  openssl req -new -key "$work/$key.key" -subj "$subject" -out "$work/request"
  case $issuer in
    self) set -- -selfsign -keyfile "$work/$key.key" ;;
    *) set -- -cert "$work/$issuer.pem" -keyfile "$work/$issuer.pem.key" ;;
  esac
  openssl ca -batch -notext -config "$work/ca.cnf" "$@" -md "$hash" -in "$work/request" \
    -startdate "$from" -enddate "$to" -extfile "$work/extensions" -extensions end \
    -out "$work/$name.pem" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  cp "$work/$key.key" "$work/$name.pem.key"
  openssl x509 -in "$work/$name.pem" -outform DER -out "$name.der"
}

first=20200101000000Z
last=20491231235959Z
ids='subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid'

# An anchor: NAME KEY SUBJECT FROM TO; standard input says what it is.
root() {
  { cat; echo 'subjectKeyIdentifier = hash'; } | certificate "$1" self "$2" "$3" "$4" "$5"
}
ca='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign'
echo "$ca" | root root root /CN=Root $first 20991231235959Z
echo "$ca" | root root-other-key other-root /CN=Root $first $last
echo "$ca" | root root-other-name other-root /CN=Elsewhere $first $last
echo "$ca" | root root-short root /CN=Root $first 20241231235959Z
echo 'basicConstraints = critical, CA:FALSE' | root root-not-ca root /CN=Root $first $last
echo 'keyUsage = keyCertSign' | root root-no-basic root /CN=Root $first $last
echo 'basicConstraints = CA:TRUE' | root root-plain root /CN=Root $first $last
printf 'basicConstraints = CA:TRUE\nkeyUsage = cRLSign\n' | root root-no-sign root /CN=Root $first $last
echo 'basicConstraints = CA:TRUE, pathlen:0' | root root-path-0 root /CN=Root $first $last
printf '%s\n' "$ca" 'nameConstraints = critical, permitted;DNS:elsewhere' |
  root root-constrained root /CN=Root $first $last
printf '%s\n' "$ca" 'extendedKeyUsage = clientAuth' | root root-clients root /CN=Root $first $last

# Variants of the intermediate A below Root; standard input is what it has beyond ids.
a() {
  { cat; echo "$ids"; } | certificate "$1" root a /CN=A "${2-$first}" "${3-$last}"
}
echo "$ca" | a a
echo "$ca" | a a-short $first 20241231235959Z
echo "$ca" | a a-future 20300101000000Z $last
echo 'basicConstraints = CA:TRUE' | a a-no-usage
echo 'keyUsage = keyCertSign' | a a-no-basic
printf 'basicConstraints = CA:FALSE\nkeyUsage = keyCertSign\n' | a a-not-ca
printf 'basicConstraints = CA:TRUE\nkeyUsage = digitalSignature\n' | a a-no-sign
echo 'basicConstraints = critical, CA:TRUE, pathlen:0' | a a-path-0
echo 'basicConstraints = critical, CA:TRUE, pathlen:1' | a a-path-1
for purpose in clientAuth serverAuth anyExtendedKeyUsage; do
  printf '%s\n' "$ca" "extendedKeyUsage = $purpose" | a a-$purpose
done
constrained() { printf '%s\n' "$ca" "nameConstraints = $2" | a "$1"; }
constrained a-permitted 'critical, permitted;DNS:elsewhere, permitted;DNS:example'
constrained a-permitted-uncritical 'permitted;DNS:example'
constrained a-excluded 'critical, permitted;DNS:example, excluded;DNS:server.example'
constrained a-uri 'critical, permitted;URI:.example'
constrained a-email 'critical, excluded;email:example'
printf '%s\n' "$ids" "$ca" 'nameConstraints = critical, permitted;dirName:dn' '[dn]' 'CN = Leaf' |
  certificate a-directory root a /CN=A $first $last
printf '%s\n' "$ids" "$ca" 'nameConstraints = permitted;dirName:dn' '[dn]' 'CN = Leaf' |
  certificate a-directory-uncritical root a /CN=A $first $last
printf '%s\n' "$ids" "$ca" | certificate a-renamed root a /CN=Other $first $last
# Self-issued: A certifies itself, and a new key of its own.
printf '%s\n' "$ids" "$ca" 'subjectAltName = DNS:ca.elsewhere' |
  certificate a-self-issued a a /CN=A $first $last
printf '%s\n' "$ids" "$ca" | certificate a-new-key a new-a /CN=A $first $last

printf '%s\n' "$ids" "$ca" | certificate b a b /CN=B $first $last
printf '%s\n' "$ids" "$ca" 'subjectAltName = DNS:ca.elsewhere' |
  certificate b-named a b /CN=B $first $last
printf '%s\n' "$ids" "$ca" | certificate c b c /CN=C $first $last

# Leaves: NAME ISSUER SUBJECT; standard input is all of their extensions.
leaf() {
  certificate "$1" "$2" "${4-leaf}" "$3" $first 20391231235959Z
}
usual='keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
authorityKeyIdentifier = keyid'
san() { printf '%s\n' "$usual" "subjectAltName = $1"; }
for issuer in root a b c; do
  san DNS:server.example | leaf leaf-$issuer $issuer /CN=Leaf
done
san DNS:server.example | leaf leaf-a-new-key a-new-key /CN=Leaf
san DNS:server.example | leaf leaf-impostor root-other-key /CN=Leaf
san DNS:server.elsewhere.org | leaf leaf-a-outside a /CN=Leaf
san DNS:server.elsewhere,DNS:host.example | leaf leaf-a-two a /CN=Leaf
san URI:coaps://server.outside/ | leaf leaf-a-uri a /CN=Leaf
echo "$usual" | leaf leaf-a-cn-inside a /CN=host.example
echo "$usual" | leaf leaf-a-cn-outside a /CN=server.outside
echo "$usual" | leaf leaf-a-email a /CN=Leaf/emailAddress=a@example

# Usage.
echo 'subjectAltName = DNS:server.example' | leaf plain root /CN=Leaf
for usage in keyAgreement keyCertSign; do
  echo "keyUsage = $usage" | leaf usage-$usage root /CN=Leaf
done
for purpose in serverAuth clientAuth anyExtendedKeyUsage codeSigning; do
  echo "extendedKeyUsage = $purpose" | leaf purpose-$purpose root /CN=server.example
done
# It names no key of its issuer. Of its two the second is made the double of the first by one octet.
printf '%s\n' 1.2.3.4=DER:0500 1.2.3.5=DER:0500 'authorityKeyIdentifier = none' |
  leaf unknown root /CN=Leaf
echo 1.2.3.4=critical,DER:0500 | leaf unknown-critical root /CN=Leaf

# Names.
san DNS:host.example,DNS:SERVER.Example,URI:urn:dev:mac:0011223344556677 | leaf names root /CN=Leaf
san URI:urn:dev:mac:0011223344556677,URI:coaps://Server.Example:5684/x | leaf name-uri root /CN=Leaf
san URI:https://server.example/ | leaf name-https root /CN=server.example
san 'DNS:*.example' | leaf name-wildcard root /CN=server.example
san DNS:server.example. | leaf name-dot root /CN=server.example
# "server.example", NUL, ".elsewhere"
san DER:301B82197365727665722E6578616D706C65002E656C73657768657265 |
  leaf name-nul root /CN=server.example
echo "$usual" | leaf name-cn root /CN=Server.Example
echo "$usual" | leaf name-cn-last root /CN=host.example/CN=server.example
san email:a@server.example | leaf name-cn-beside root /CN=server.example
san DNS:00-11-22-33-44-55-66-77 | leaf eui64-dns root /CN=Leaf
echo "$usual" | leaf eui64-cn root /CN=00-11-22-33-44-55-66-77
san DNS:device.example | leaf eui64-cn-beside root /CN=0011223344556677

# What this library cannot use.
echo "$usual" | leaf key-p384 root /CN=server.example p384
echo "$usual" | leaf key-compressed root /CN=server.example compressed
hash=sha384
echo "$usual" | leaf signature-sha384 root /CN=server.example
openssl x509 -req -in "$work/request" -CA "$work/root.pem" -CAkey "$work/root.key" -days 7000 \
  -sha256 -set_serial 1 -outform DER -out version-1.der 2>"$work/log"
