/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "credentials.h"

#include <string.h>

enum decoded { DECODED, NOT_HEX, TOO_LONG };

static int hex_digit(char digit)
{
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  const char *found = digit == '\0' ? NULL : strchr(digits, digit);
  return found == NULL ? -1 : (int)((found - digits) % 16);
}

static enum decoded decode_hex(const char *text, size_t text_length, uint8_t *out, size_t capacity,
                               size_t *length)
{
  if (text_length % 2 != 0)
    return NOT_HEX;
  for (size_t i = 0; i < text_length; i++)
    if (hex_digit(text[i]) < 0)
      return NOT_HEX;
  if (text_length / 2 > capacity)
    return TOO_LONG;
  for (size_t i = 0; i < text_length / 2; i++)
    out[i] = (uint8_t)(hex_digit(text[2 * i]) * 16 + hex_digit(text[2 * i + 1]));
  *length = text_length / 2;
  return DECODED;
}

static enum decoded copy_text(const char *text, size_t text_length, uint8_t *out, size_t capacity,
                              size_t *length)
{
  if (text_length > capacity)
    return TOO_LONG;
  memcpy(out, text, text_length);
  *length = text_length;
  return DECODED;
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

  switch ((identity_is_hex ? decode_hex : copy_text)(text, (size_t)(colon - text), psk->identity,
                                                     sizeof psk->identity, &psk->identity_length)) {
  case NOT_HEX: return "identity is not hex";
  case TOO_LONG: return "identity is longer than 128 octets";
  case DECODED: break;
  }
  switch (decode_hex(colon + 1, strlen(colon + 1), psk->key, sizeof psk->key, &psk->key_length)) {
  case NOT_HEX: return "key is not hex";
  case TOO_LONG: return "key is longer than 64 octets";
  case DECODED: break;
  }
  if (psk->key_length == 0)
    return "key is empty";
  if (find_psk(credentials, psk->identity, psk->identity_length) != NULL)
    return "identity given twice";
  credentials->psk_count++;
  return NULL;
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
