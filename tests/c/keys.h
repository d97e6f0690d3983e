/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Raw public keys and certificates for the pair of pair.h, and the callbacks that go with them.
 * What those answer is set by the test; what they were given is kept for it. */
#ifndef KEYS_H
#define KEYS_H

#include "pair.h"

#include "credentials/credentials.h"

#define LEAF_MAX 600
#define SERVER_NAME "coap.example"
/* 2026-01-01. */
#define TIME_NOW 1767225600
/* The last second of 2019, and the first of 2050. */
#define TIME_BEFORE 1577836799
#define TIME_AFTER 2524608000
#define SUITE_ECDHE_ECDSA 0xC0AE

/* What an end shows or accepts. */
enum credential {
  CREDENTIAL_NONE,
  CREDENTIAL_RPK,
  CREDENTIAL_CERTIFICATE,
  CREDENTIAL_BOTH,
};

/* mote_signer. */
struct signer {
  const uint8_t *scalar;
  unsigned pending;   /* so often MOTE_PENDING */
  mote_status answer; /* then this */
  bool is_wrong;      /* the signature is of another digest */
  unsigned calls;
  uint8_t digest[32];
};
mote_status signer_sign(void *user, const uint8_t *digest, uint8_t *signature);

/* mote_verify. */
struct verifier {
  mote_status answer;
  unsigned calls;
  /* What it was shown last. Pointers are to the copies here. */
  mote_peer_credential seen;
  uint8_t credential[LEAF_MAX];
  uint8_t key_hash[MOTE_KEY_HASH_LENGTH];
  uint8_t name[256];
  uint8_t eui64[MOTE_EUI64_LENGTH];
};
mote_status verifier_verify(void *user, const mote_peer_credential *peer);

/* mote_clock. */
struct clock {
  uint64_t seconds;
  unsigned calls;
};
uint64_t clock_seconds(void *user);

/* Of the client and the server; keys_configure makes them anew and sets verifier and clock. */
extern struct signer signers[2];
extern struct verifier verifiers[2];
extern struct clock clocks[2];

/* As pair_configure, without pre-shared keys: with memory for certificates, and the server's name
 * at the client if it accepts certificates. */
void keys_configure(enum credential server, enum credential client);
/* The server alone shows one, and nobody asks the client. */
void keys_configure_server(enum credential server);
/* What an end shows, with a key that fits; and what it accepts. */
void keys_show(mote_config *config, enum credential credential);
void keys_accept(mote_config *config, enum credential credential);
/* Freezes, connects, talks, and looks whether memory is whole. */
void keys_connect(void);
/* The handshake fails, at this end with this status and this alert, and at the other by it. */
void keys_fail(struct end *end, mote_status status, const char *alert);
/* Fails the test unless the peer is known by the key of this private key's hash. */
void assert_peer(const mote_info *info, mote_peer_type type, const uint8_t *hash);
/* NULL: there is no name. */
void assert_name(const uint8_t *name, size_t length, const char *expected);
/* The EUI-64 in client_certificate. */
extern const uint8_t client_eui64[MOTE_EUI64_LENGTH];
/* Octets of the certificate that stands first. */
size_t leaf_length(const uint8_t *chain);

#endif
