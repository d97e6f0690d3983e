/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Credentials as they stand on the command line, and how a server finds pre-shared keys again. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include <motedtls.h>

#define CREDENTIALS_PSK_MAX 32
#define CREDENTIALS_FILES_MAX 32
#define CREDENTIALS_HASHES_MAX 32
#define CREDENTIALS_URLS_MAX 8

struct psk {
  uint8_t identity[MOTE_PSK_IDENTITY_MAX];
  size_t identity_length;
  uint8_t key[MOTE_PSK_KEY_MAX];
  size_t key_length;
};

/* Of an option that can be given several times. */
struct credential_files {
  const char *paths[CREDENTIALS_FILES_MAX];
  size_t count;
};

struct credentials {
  struct psk psks[CREDENTIALS_PSK_MAX];
  size_t psk_count;
  const char *rpk; /* files; NULL: none */
  const char *certificate;
  const char *key;
  struct credential_urls {
    const char *urls[CREDENTIALS_URLS_MAX];
    size_t count;
  } certificate_urls; /* client: where the certificates stand */
  struct credential_files peer_rpks;
  struct credential_files anchors;
  uint8_t peer_hashes[CREDENTIALS_HASHES_MAX * MOTE_KEY_HASH_LENGTH];
  size_t peer_hash_count;
};

/* Adds IDENTITY:HEXKEY, or HEXIDENTITY:HEXKEY when `identity_is_hex`.
 * NULL, or what is wrong with it. */
const char *credentials_add_psk(struct credentials *credentials, const char *text,
                                bool identity_is_hex);

/* Adds the SHA-256 of a public key of the peer, in hex. NULL, or what is wrong with it. */
const char *credentials_add_peer_hash(struct credentials *credentials, const char *text);

const char *credentials_add_file(struct credential_files *files, const char *path);

/* Whether there is anything that a raw public key or a certificate of the peer can be held to. */
bool credentials_judge_public_keys(const struct credentials *credentials);

/* A mote_psk_lookup; `user` is a struct credentials. */
mote_status credentials_lookup_psk(void *user, const uint8_t *identity, size_t identity_length,
                                   uint8_t *key, size_t key_capacity, size_t *key_length);

#endif
