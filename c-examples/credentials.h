/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Credentials as they stand on the command line, and how a server finds them again. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include <motedtls.h>

#define CREDENTIALS_PSK_MAX 32

struct psk {
  uint8_t identity[MOTE_PSK_IDENTITY_MAX];
  size_t identity_length;
  uint8_t key[MOTE_PSK_KEY_MAX];
  size_t key_length;
};

struct credentials {
  struct psk psks[CREDENTIALS_PSK_MAX];
  size_t psk_count;
};

/* Adds IDENTITY:HEXKEY, or HEXIDENTITY:HEXKEY when `identity_is_hex`.
 * NULL, or what is wrong with it. */
const char *credentials_add_psk(struct credentials *credentials, const char *text,
                                bool identity_is_hex);

/* A mote_psk_lookup; `user` is a struct credentials. */
mote_status credentials_lookup_psk(void *user, const uint8_t *identity, size_t identity_length,
                                   uint8_t *key, size_t key_capacity, size_t *key_length);

#endif
