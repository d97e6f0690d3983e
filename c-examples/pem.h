/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The textual encoding of keys and certificates (RFC 7468): one reader, no state of its own. */
#ifndef PEM_H
#define PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a walk over the blocks of a text stands. */
struct pem_reader {
  const char *at;
  const char *end;
};

/* What stands between two boundaries; both go into the text. */
struct pem_block {
  const char *label; /* such as `EC PRIVATE KEY` */
  size_t label_length;
  const char *body; /* base64 and white space, unless somebody says otherwise */
  size_t body_length;
};

enum pem_outcome {
  PEM_OK,
  PEM_NO_MORE,
  PEM_MALFORMED,
  PEM_TOO_LONG /* for the array that it is decoded to */
};

struct pem_reader pem_reader(const char *text, size_t length);

/* The next block. Text before it and between blocks is passed over (RFC 7468 section 2). */
enum pem_outcome pem_next(struct pem_reader *reader, struct pem_block *block);

bool pem_has_label(const struct pem_block *block, const char *label);

/* The octets of a block; PEM_MALFORMED if there are none, or if headers stand in it: RFC 7468 has
 * none, and where they do stand the block is encrypted. */
enum pem_outcome pem_decode(const struct pem_block *block, uint8_t *out, size_t capacity,
                            size_t *length);

#endif
