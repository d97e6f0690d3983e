/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of keys and certificates: PEM or DER, to the DER that the library takes. */
#ifndef CREDENTIAL_FILE_H
#define CREDENTIAL_FILE_H

#include <stddef.h>
#include <stdint.h>

/* The largest file that is read, in octets. */
#define CREDENTIAL_FILE_MAX 65536

enum credential_kind {
  CREDENTIAL_PRIVATE_KEY,  /* one, SEC1 or PKCS#8 */
  CREDENTIAL_PUBLIC_KEY,   /* one SubjectPublicKeyInfo of a P-256 key */
  CREDENTIAL_CERTIFICATES, /* one or more, in the order of the file */
  CREDENTIAL_KINDS
};

/* Memory that fills up from the front. */
struct credential_store {
  uint8_t *octets;
  size_t capacity;
  size_t length;
};

/* Puts what the file holds behind what the store holds, DER after DER. NULL, or what is wrong; the
 * store then is as before. */
const char *credential_file_read(const char *path, enum credential_kind kind,
                                 struct credential_store *store);

#endif
