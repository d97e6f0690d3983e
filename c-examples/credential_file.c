/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "credential_file.h"

#include "pem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct kind {
  const char *labels[2]; /* RFC 7468 sections 5, 10 and 13, and RFC 5915 section 4 */
  const char *missing;
  bool several;
};

static const struct kind kinds[CREDENTIAL_KINDS] = {
    [CREDENTIAL_PRIVATE_KEY] = {{"EC PRIVATE KEY", "PRIVATE KEY"}, "no private key in it", false},
    [CREDENTIAL_PUBLIC_KEY] = {{"PUBLIC KEY", NULL}, "no public key in it", false},
    [CREDENTIAL_CERTIFICATES] = {{"CERTIFICATE", NULL}, "no certificate in it", true},
};

/* --- DER ------------------------------------------------------------------------------------- */

/* Octets of the DER SEQUENCE at the front, as keys and certificates are one; 0 if there is none.
 * What is inside is for the library to judge. */
static size_t sequence_length(const uint8_t *der, size_t length)
{
  if (length < 2 || der[0] != 0x30)
    return 0;
  size_t count = der[1] < 0x80 ? 0 : (size_t)der[1] - 0x80;
  if (count > 2 || der[1] == 0x80 || length < 2 + count)
    return 0;
  size_t content = count == 0 ? der[1] : 0;
  for (size_t i = 0; i < count; i++)
    content = content << 8 | der[2 + i];
  return content <= length - 2 - count ? 2 + count + content : 0;
}

/* How many SEQUENCEs fill these octets, one after another; 0 if that is not what they are. */
static size_t count_sequences(const uint8_t *der, size_t length)
{
  size_t sequences = 0;
  while (length > 0) {
    size_t first = sequence_length(der, length);
    if (first == 0)
      return 0;
    der += first;
    length -= first;
    sequences++;
  }
  return sequences;
}

/* RFC 5480 section 2: id-ecPublicKey with the named curve secp256r1; the point is not compressed
 * (RFC 8422 section 5.4.1), and that leaves one form. */
static bool is_p256(const uint8_t *info, size_t length)
{
  static const uint8_t front[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                  0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                  0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  return length == sizeof front + 64 && memcmp(info, front, sizeof front) == 0;
}

/* --- Reading --------------------------------------------------------------------------------- */

static const char too_large[] = "too large";

/* Takes the blocks that this kind is about, and leaves others, such as `EC PARAMETERS`. */
static const char *take_pem(const char *text, size_t length, const struct kind *kind,
                            struct credential_store *store)
{
  struct pem_reader reader = pem_reader(text, length);
  struct pem_block block;
  enum pem_outcome outcome;
  const size_t before = store->length;
  bool any = false;
  bool encrypted = false;
  while ((outcome = pem_next(&reader, &block)) == PEM_OK) {
    any = true;
    encrypted = encrypted || pem_has_label(&block, "ENCRYPTED PRIVATE KEY");
    bool wanted = pem_has_label(&block, kind->labels[0]) ||
                  (kind->labels[1] != NULL && pem_has_label(&block, kind->labels[1]));
    if (!wanted)
      continue;
    size_t more = 0;
    outcome = pem_decode(&block, store->octets + store->length, store->capacity - store->length,
                         &more);
    if (outcome == PEM_TOO_LONG)
      return too_large;
    if (outcome != PEM_OK)
      break;
    if (count_sequences(store->octets + store->length, more) != 1)
      return "its PEM holds no DER";
    store->length += more;
  }
  if (outcome != PEM_NO_MORE)
    return "malformed PEM, or encrypted";
  if (!any)
    return "neither PEM nor DER";
  if (store->length > before)
    return NULL;
  return encrypted && kind == &kinds[CREDENTIAL_PRIVATE_KEY] ? "the key is encrypted"
                                                             : kind->missing;
}

static const char *take_der(const uint8_t *der, size_t length, struct credential_store *store)
{
  if (length > store->capacity - store->length)
    return too_large;
  memcpy(store->octets + store->length, der, length);
  store->length += length;
  return NULL;
}

static const char *read_file(const char *path, uint8_t *out, size_t capacity, size_t *length)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return strerror(errno);
  errno = 0;
  *length = fread(out, 1, capacity, file);
  const char *problem = ferror(file) != 0 ? strerror(errno) : NULL;
  fclose(file);
  return problem;
}

const char *credential_file_read(const char *path, enum credential_kind kind,
                                 struct credential_store *store)
{
  static uint8_t file[CREDENTIAL_FILE_MAX + 1]; /* one more shows what is too large */
  size_t length = 0;
  const char *problem = read_file(path, file, sizeof file, &length);
  if (problem == NULL && length > CREDENTIAL_FILE_MAX)
    problem = "larger than 65536 octets";
  if (problem != NULL)
    return problem;

  struct credential_store taken = *store;
  problem = count_sequences(file, length) > 0
                ? take_der(file, length, &taken)
                : take_pem((const char *)file, length, &kinds[kind], &taken);
  if (problem != NULL)
    return problem;
  const uint8_t *first = store->octets + store->length;
  size_t more = taken.length - store->length;
  size_t count = count_sequences(first, more);
  if (count > 1 && !kinds[kind].several)
    return "more than one key in it";
  if (kind == CREDENTIAL_PUBLIC_KEY && !is_p256(first, more))
    return "no uncompressed public key on P-256";
  *store = taken;
  return NULL;
}
