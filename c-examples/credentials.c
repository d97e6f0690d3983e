/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "credentials.h"

#include "hex.h"

#include <string.h>

static enum hex_outcome copy_text(const char *text, size_t text_length, uint8_t *out,
                                  size_t capacity, size_t *length)
{
  if (text_length > capacity)
    return HEX_TOO_LONG;
  memcpy(out, text, text_length);
  *length = text_length;
  return HEX_DECODED;
}

/* Identities are compared octet by octet (RFC 4279 5.3): no structure, no case, NUL allowed. */
static const struct psk *find_psk(const struct credentials *credentials, const uint8_t *identity,
                                  size_t length)
{
  for (size_t i = 0; i < credentials->psk_count; i++) {
    const struct psk *psk = &credentials->psks[i];
    if (psk->identity_length == length && memcmp(psk->identity, identity, length) == 0)
      return psk;
  }
  return NULL;
}

const char *credentials_add_psk(struct credentials *credentials, const char *text,
                                bool identity_is_hex)
{
  if (credentials->psk_count == CREDENTIALS_PSK_MAX)
    return "more than 32 keys";
  struct psk *psk = &credentials->psks[credentials->psk_count];

  /* The last colon: an identity may hold colons, a hex key cannot. */
  const char *colon = strrchr(text, ':');
  if (colon == NULL)
    return "no colon between identity and key";

  switch ((identity_is_hex ? hex_decode : copy_text)(text, (size_t)(colon - text), psk->identity,
                                                     sizeof psk->identity, &psk->identity_length)) {
  case HEX_NOT_HEX: return "identity is not hex";
  case HEX_TOO_LONG: return "identity is longer than 128 octets";
  case HEX_DECODED: break;
  }
  switch (hex_decode(colon + 1, strlen(colon + 1), psk->key, sizeof psk->key, &psk->key_length)) {
  case HEX_NOT_HEX: return "key is not hex";
  case HEX_TOO_LONG: return "key is longer than 64 octets";
  case HEX_DECODED: break;
  }
  if (psk->key_length == 0)
    return "key is empty";
  if (find_psk(credentials, psk->identity, psk->identity_length) != NULL)
    return "identity given twice";
  credentials->psk_count++;
  return NULL;
}

const char *credentials_add_peer_hash(struct credentials *credentials, const char *text)
{
  size_t length;
  if (credentials->peer_hash_count == CREDENTIALS_HASHES_MAX)
    return "more than 32 hashes";
  uint8_t *hash = credentials->peer_hashes + credentials->peer_hash_count * MOTE_KEY_HASH_LENGTH;
  if (hex_decode(text, strlen(text), hash, MOTE_KEY_HASH_LENGTH, &length) != HEX_DECODED ||
      length != MOTE_KEY_HASH_LENGTH)
    return "not 64 hex digits";
  credentials->peer_hash_count++;
  return NULL;
}

const char *credentials_add_file(struct credential_files *files, const char *path)
{
  if (files->count == CREDENTIALS_FILES_MAX)
    return "more than 32 files";
  files->paths[files->count++] = path;
  return NULL;
}

bool credentials_judge_public_keys(const struct credentials *credentials)
{
  return credentials->peer_rpks.count + credentials->peer_hash_count + credentials->anchors.count >
         0;
}

mote_status credentials_lookup_psk(void *user, const uint8_t *identity, size_t identity_length,
                                   uint8_t *key, size_t key_capacity, size_t *key_length)
{
  const struct psk *psk = find_psk(user, identity, identity_length);
  if (psk == NULL)
    return MOTE_ERROR_UNKNOWN_IDENTITY;
  if (psk->key_length > key_capacity)
    return MOTE_ERROR_SIZE;
  memcpy(key, psk->key, psk->key_length);
  *key_length = psk->key_length;
  return MOTE_OK;
}
