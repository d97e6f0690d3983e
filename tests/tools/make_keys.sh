# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Keys and certificates, made with the openssl command. Sourced, with the directory $keys set.

# quietly COMMAND...: what it says is shown only when it fails, and then it is the end.
quietly() {
  "$@" >"$keys/log" 2>&1 && return
  echo "FAILED $*"
  cat "$keys/log"
  exit 1
}

# make_key NAME...: PKCS#8 in PEM, and the public key beside it.
make_key() {
  for name; do
    quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 \
      -pkeyopt ec_param_enc:named_curve -out "$keys/$name.key"
    quietly openssl pkey -in "$keys/$name.key" -pubout -out "$keys/$name.pub"
    quietly openssl pkey -in "$keys/$name.key" -pubout -outform DER -out "$keys/$name.pub.der"
  done
}

# hash_of NAME: SHA-256 of the SubjectPublicKeyInfo.
hash_of() {
  openssl dgst -sha256 <"$keys/$1.pub.der" | sed 's/.* //'
}

cat >"$keys/ca.cnf" <<END
[ca]
default_ca = this
[this]
database = $keys/index.txt
new_certs_dir = $keys
default_md = sha256
rand_serial = yes
unique_subject = no
policy = policy
[policy]
commonName = supplied
[req]
distinguished_name = none
[none]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[no-authority]
basicConstraints = critical,CA:true
keyUsage = critical,digitalSignature
[server]
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:server.example
[client]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
[device]
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectAltName = URI:urn:dev:mac:0011223344556677
END
: >"$keys/index.txt"

# make_certificate NAME ISSUER SECTION COMMON-NAME [START END]: ISSUER is a name too, NAME itself for
# a root; NAME.key is there, NAME.pem is made.
make_certificate() {
  name=$1 issuer=$2
  quietly openssl req -new -config "$keys/ca.cnf" -key "$keys/$name.key" -subj "/CN=$4" \
    -out "$keys/csr"
  set -- -config "$keys/ca.cnf" -batch -notext -extensions "$3" -in "$keys/csr" \
    -out "$keys/$name.pem" -keyfile "$keys/$issuer.key" -startdate "${5:-20200101000000Z}" \
    -enddate "${6:-20491231235959Z}"
  if [ "$name" = "$issuer" ]; then
    set -- "$@" -selfsign
  else
    set -- "$@" -cert "$keys/$issuer.pem"
  fi
  quietly openssl ca "$@"
}
