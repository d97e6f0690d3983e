/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tinydtls on bare metal, tuned for size; DTLS_PSK and DTLS_ECC come from the command line. */
#ifndef DTLS_CONFIG_H
#define DTLS_CONFIG_H

#define PACKAGE_NAME "tinydtls"
#define PACKAGE_STRING "tinydtls 0.8.6"
#define PACKAGE_VERSION "0.8.6"

/* One peer: no hash table. Records of 512 octets. */
#define DTLS_PEERS_NOHASH 1
#define DTLS_MAX_BUF 544

#define HAVE_INTTYPES_H 1
#define HAVE_STDINT_H 1
#define SHA2_USE_INTTYPES_H 1
#define SHA2_USE_MEMSET_MEMCPY 1

#ifndef BYTE_ORDER
#define LITTLE_ENDIAN 1234
#define BIG_ENDIAN 4321
#define BYTE_ORDER LITTLE_ENDIAN
#endif

/* No assertions, no log. */
#define assert(condition)

#endif
