/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Made by make.sh: change it there. */
/* Certificates are valid from 2020 to the end of 2049. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include <stdint.h>

/* ECPrivateKey. */
extern const uint8_t server_key_sec1[121];
/* The same, without the public key. */
extern const uint8_t server_key_short[51];
/* The same in PKCS#8. */
extern const uint8_t server_key_pkcs8[138];
/* The same, bare. */
extern const uint8_t server_key_scalar[32];
/* SubjectPublicKeyInfo of it. */
extern const uint8_t server_info[91];
/* The same with its point compressed. */
extern const uint8_t server_info_compressed[59];
/* SHA-256 of server_info. */
extern const uint8_t server_hash[32];
/* PKCS#8. */
extern const uint8_t client_key[138];
/* The same, bare. */
extern const uint8_t client_key_scalar[32];
/* SubjectPublicKeyInfo of it. */
extern const uint8_t client_info[91];
/* SHA-256 of it. */
extern const uint8_t client_hash[32];
/* Of somebody whom nobody knows. */
extern const uint8_t stranger_key[121];
/* SubjectPublicKeyInfo of it. */
extern const uint8_t stranger_info[91];
/* SHA-256 of it. */
extern const uint8_t stranger_hash[32];
/* On another curve. */
extern const uint8_t p384_key_sec1[167];
/* The same in PKCS#8. */
extern const uint8_t p384_key_pkcs8[185];
/* SubjectPublicKeyInfo of it. */
extern const uint8_t p384_info[120];
/* On another curve that is as long: secp256k1. */
extern const uint8_t koblitz_key_sec1[118];
/* The same in PKCS#8. */
extern const uint8_t koblitz_key_pkcs8[135];
/* SubjectPublicKeyInfo of it. */
extern const uint8_t koblitz_info[88];
/* The trust anchor. */
extern const uint8_t anchor_certificate[371];
/* Of the server, for coap.example; and the intermediate between it and the anchor. */
extern const uint8_t server_chain[866];
/* Of the client: urn:dev:mac:0011223344aabbcc. */
extern const uint8_t client_certificate[466];
/* Of the client: common name plain.example, no subjectAltName. */
extern const uint8_t plain_certificate[404];
/* Of the client: a dNSName of 129 octets. */
extern const uint8_t long_certificate[550];
/* A trust anchor that nobody trusts; it signs itself. */
extern const uint8_t stranger_certificate[377];
/* Of a key on P-384. */
extern const uint8_t p384_certificate[430];

#endif
