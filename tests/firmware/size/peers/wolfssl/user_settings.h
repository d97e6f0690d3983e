/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wolfSSL for a device that speaks DTLS 1.2, tuned for size. CLIENT, SERVER, PSK, PUBLIC_KEYS, RPK
 * and CORTEX_M_ASSEMBLY come from the command line. Randomness, time and memory are the platform's. */
#ifndef USER_SETTINGS_H
#define USER_SETTINGS_H

#include <stddef.h>

/* The platform. */
#define SINGLE_THREADED
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_DEV_RANDOM
#define NO_ERROR_STRINGS
#define NO_SIG_WRAPPER
#define WOLFSSL_USER_IO
#define WOLFSSL_NO_SOCK
#define WOLFSSL_GENERAL_ALIGNMENT 4
#define WOLFSSL_IGNORE_FILE_WARN
#define SIZEOF_LONG_LONG 8
#define WC_NO_HARDEN
#define NO_ASN_TIME

int device_random(unsigned char *out, unsigned int length);
#define CUSTOM_RAND_GENERATE_BLOCK device_random
#define WC_NO_HASHDRBG

/* DTLS 1.2 and nothing else. */
#define WOLFSSL_DTLS
#define WOLFSSL_DTLS_MTU
#define WOLFSSL_DTLS_MTU_ADDITIONAL_READ_BUFFER 0
#define WOLFSSL_MAX_SUITE_SZ 32
#define WOLFSSL_MAX_SIGALGO 16
#define NO_OLD_TLS
#define NO_SESSION_CACHE
#define HAVE_TLS_EXTENSIONS
#define HAVE_EXTENDED_MASTER
#define HAVE_MAX_FRAGMENT
#define WOLFSSL_NO_TLS12_CBC
#define MAX_CERTIFICATE_SZ 2048
#ifndef CLIENT
#define NO_WOLFSSL_CLIENT
#endif
/* Its raw public keys do not link without the server. */
#if !defined(SERVER) && !defined(RPK)
#define NO_WOLFSSL_SERVER
#endif

/* AES-128-CCM-8 with SHA-256. */
#define HAVE_AESCCM
#define WOLFSSL_AES_SMALL_TABLES
#define NO_AES_192
#define NO_AES_256
#define NO_AES_CBC
#define USE_SLOW_SHA256
#define NO_RSA
#define NO_DSA
#define NO_DH
#define NO_MD4
#define NO_MD5
#define NO_SHA
#define NO_DES3
#define NO_RC4
#define NO_PWDBASED
#define NO_PKCS8_ENCRYPTED
#define NO_PKCS12
#define NO_PKCS8
#define NO_CODING

#ifdef PSK
#define WOLFSSL_STATIC_PSK
#else
#define NO_PSK
#endif

#ifdef PUBLIC_KEYS
#define HAVE_ECC
#define ECC_USER_CURVES
#define HAVE_SUPPORTED_CURVES
#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_SMALL
#define SP_WORD_SIZE 32
#define WOLFSSL_SP_NO_MALLOC
#define HAVE_SNI
#define NO_CHECK_PRIVATE_KEY
#define IGNORE_NAME_CONSTRAINTS
#define NO_ECC_CHECK_PUBKEY_ORDER
#ifdef CORTEX_M_ASSEMBLY
#define WOLFSSL_SP_ARM_CORTEX_M_ASM
#endif
#ifdef RPK
#define HAVE_RPK
#endif
#else
#define NO_ASN
#define NO_CERTS
#define NO_BIG_INT
#define WC_NO_ASYNC_THREADING
#endif

#endif
