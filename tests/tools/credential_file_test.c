/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The PEM reader and the files of keys and certificates, on texts and octets written by hand. */
#include "credential_file.h"
#include "pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failures;

static void check(bool good, const char *what, const char *it)
{
  if (!good) {
    printf("FAILED %s: %s\n", what, it);
    failures++;
  }
}

/* --- PEM ------------------------------------------------------------------------------------- */

#define BEGIN(label) "-----BEGIN " label "-----\n"
#define END(label) "-----END " label "-----\n"
#define BLOCK(label, body) BEGIN(label) body END(label)

struct pem_case {
  const char *text;
  enum pem_outcome outcome; /* of finding the first block, and then of decoding it */
  const char *octets;
};

static const struct pem_case pem_cases[] = {
    {BLOCK("X", "Zg==\n"), PEM_OK, "f"},
    {BLOCK("X", "Zm8=\n"), PEM_OK, "fo"},
    {BLOCK("X", "Zm9v\n"), PEM_OK, "foo"},
    {BLOCK("X", "Zm9vYmFy\n"), PEM_OK, "foobar"},
    {BLOCK("X", "Zm\n9vY\n\n mFy\t\n"), PEM_OK, "foobar"},
    {"subject=CN\n" BLOCK("X", "Zm8=\n") "more", PEM_OK, "fo"},
    {"-----BEGIN X-----\r\nZm8=\r\n-----END X-----\r\n", PEM_OK, "fo"},
    {"-----BEGIN X-----\rZm8=\r-----END X-----", PEM_OK, "fo"},
    {"-----BEGIN X-----  \nZm8=\n-----END X----- \t\n", PEM_OK, "fo"},
    {BLOCK("", "Zm8=\n"), PEM_OK, "fo"},
    {"", PEM_NO_MORE, NULL},
    {"-----BEGI", PEM_NO_MORE, NULL},
    {"-----END X-----\n", PEM_NO_MORE, NULL},
    {" -----BEGIN X-----\nZm8=\n-----END X-----\n", PEM_NO_MORE, NULL},
    {BEGIN("X"), PEM_MALFORMED, NULL},
    {"-----BEGIN X----\n", PEM_MALFORMED, NULL},
    {"-----BEGIN ----\n", PEM_MALFORMED, NULL},
    {BEGIN("X") "Zm8=\n", PEM_MALFORMED, NULL},
    {BEGIN("X") "Zm8=\n-----END X----\n", PEM_MALFORMED, NULL},
    {BEGIN("X") "Zm8=\n" END("Y"), PEM_MALFORMED, NULL},
    {BEGIN("X") "Zm8=\n" END("XX"), PEM_MALFORMED, NULL},
    {BEGIN("X") "Zm8=\n" BLOCK("X", "Zm8=\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", ""), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm8\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Z\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Z===\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "====\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm=v\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm8=Zm8=\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm8==\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm9=\n"), PEM_MALFORMED, NULL}, /* bits that are left over */
    {BLOCK("X", "Zh==\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm8_\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Proc-Type: 4,ENCRYPTED\n\nZm8=\n"), PEM_MALFORMED, NULL},
    {BLOCK("X", "Zm9vYmFyYg==\n"), PEM_TOO_LONG, NULL},
};

static void check_pem(void)
{
  for (size_t i = 0; i < sizeof pem_cases / sizeof pem_cases[0]; i++) {
    const struct pem_case *it = &pem_cases[i];
    struct pem_reader reader = pem_reader(it->text, strlen(it->text));
    struct pem_block block;
    uint8_t octets[6];
    size_t length = 0;
    enum pem_outcome outcome = pem_next(&reader, &block);
    if (outcome == PEM_OK)
      outcome = pem_decode(&block, octets, sizeof octets, &length);
    check(outcome == it->outcome, "outcome", it->text);
    if (outcome == PEM_OK && it->octets != NULL)
      check(length == strlen(it->octets) && memcmp(octets, it->octets, length) == 0, "octets",
            it->text);
  }
}

/* --- Files ----------------------------------------------------------------------------------- */

/* A sequence of nothing, one of an INTEGER, and a public key on P-256, all in base64. */
#define EMPTY "MAA=\n"
#define NUMBER "MAMCAQE=\n"
#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 43 of 86 digits: 64 octets */
#define POINT ZEROS ZEROS "==\n"
#define P256 "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" POINT
#define COMPRESSED "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAC" POINT

#define OCTETS(text) text, sizeof text - 1

struct file_case {
  const char *what;
  const char *content;
  size_t length;
  enum credential_kind kind;
  const char *problem; /* NULL: none */
  size_t taken;
};

static const char no_der[] = "its PEM holds no DER";
static const char neither[] = "neither PEM nor DER";
static const char malformed[] = "malformed PEM, or encrypted";

static const struct file_case file_cases[] = {
    {"SEC1", OCTETS(BLOCK("EC PRIVATE KEY", EMPTY)), CREDENTIAL_PRIVATE_KEY, NULL, 2},
    {"PKCS#8", OCTETS(BLOCK("PRIVATE KEY", NUMBER)), CREDENTIAL_PRIVATE_KEY, NULL, 5},
    {"parameters in front", OCTETS(BLOCK("EC PARAMETERS", "BggqhkjOPQMBBw==\n")
                                       BLOCK("EC PRIVATE KEY", EMPTY)),
     CREDENTIAL_PRIVATE_KEY, NULL, 2},
    {"a key after its certificate", OCTETS(BLOCK("CERTIFICATE", NUMBER)
                                               BLOCK("PRIVATE KEY", EMPTY)),
     CREDENTIAL_PRIVATE_KEY, NULL, 2},
    {"a key in DER", OCTETS("\x30\x03\x02\x01\x01"), CREDENTIAL_PRIVATE_KEY, NULL, 5},
    {"two keys", OCTETS(BLOCK("PRIVATE KEY", EMPTY) BLOCK("PRIVATE KEY", EMPTY)),
     CREDENTIAL_PRIVATE_KEY, "more than one key in it", 0},
    {"two keys in DER", OCTETS("\x30\x00\x30\x00"), CREDENTIAL_PRIVATE_KEY,
     "more than one key in it", 0},
    {"an encrypted key", OCTETS(BLOCK("ENCRYPTED PRIVATE KEY", EMPTY)), CREDENTIAL_PRIVATE_KEY,
     "the key is encrypted", 0},
    {"an encrypted key with headers", OCTETS(BLOCK("EC PRIVATE KEY", "DEK-Info: x\n" EMPTY)),
     CREDENTIAL_PRIVATE_KEY, malformed, 0},
    {"a public key as private", OCTETS(BLOCK("PUBLIC KEY", P256)), CREDENTIAL_PRIVATE_KEY,
     "no private key in it", 0},
    {"no certificate", OCTETS(BLOCK("PRIVATE KEY", EMPTY)), CREDENTIAL_CERTIFICATES,
     "no certificate in it", 0},
    {"no public key", OCTETS(BLOCK("PRIVATE KEY", EMPTY)), CREDENTIAL_PUBLIC_KEY,
     "no public key in it", 0},
    {"a chain", OCTETS(BLOCK("CERTIFICATE", EMPTY) "text\n" BLOCK("CERTIFICATE", NUMBER)),
     CREDENTIAL_CERTIFICATES, NULL, 7},
    {"a chain in DER", OCTETS("\x30\x00\x30\x03\x02\x01\x01"), CREDENTIAL_CERTIFICATES, NULL, 7},
    {"long form of length", OCTETS("\x30\x81\x01\x00"), CREDENTIAL_CERTIFICATES, NULL, 4},
    {"longer form of length", OCTETS("\x30\x82\x00\x01\x00"), CREDENTIAL_CERTIFICATES, NULL, 5},
    {"something after the chain", OCTETS("\x30\x00\x30"), CREDENTIAL_CERTIFICATES, neither, 0},
    {"indefinite length", OCTETS("\x30\x80\x00\x00"), CREDENTIAL_CERTIFICATES, neither, 0},
    {"length cut off", OCTETS("\x30\x82\x01"), CREDENTIAL_CERTIFICATES, neither, 0},
    {"content cut off", OCTETS("\x30\x03\x02\x01"), CREDENTIAL_CERTIFICATES, neither, 0},
    {"no SEQUENCE", OCTETS("\x02\x01\x01"), CREDENTIAL_CERTIFICATES, neither, 0},
    {"nothing", OCTETS(""), CREDENTIAL_CERTIFICATES, neither, 0},
    {"noise", OCTETS("noise"), CREDENTIAL_PUBLIC_KEY, neither, 0},
    {"no DER in the PEM", OCTETS(BLOCK("CERTIFICATE", "Zm8=\n")), CREDENTIAL_CERTIFICATES, no_der,
     0},
    {"two certificates in one block", OCTETS(BLOCK("CERTIFICATE", "MAAwAA==\n")),
     CREDENTIAL_CERTIFICATES, no_der, 0},
    {"a block cut off", OCTETS(BLOCK("CERTIFICATE", EMPTY) BEGIN("CERTIFICATE") EMPTY),
     CREDENTIAL_CERTIFICATES, malformed, 0},
    {"too much", OCTETS(BLOCK("CERTIFICATE", P256) BLOCK("CERTIFICATE", P256)),
     CREDENTIAL_CERTIFICATES, "too large", 0},
    {"a public key", OCTETS(BLOCK("PUBLIC KEY", P256)), CREDENTIAL_PUBLIC_KEY, NULL, 91},
    {"a compressed point", OCTETS(BLOCK("PUBLIC KEY", COMPRESSED)), CREDENTIAL_PUBLIC_KEY,
     "no uncompressed public key on P-256", 0},
    {"another public key", OCTETS(BLOCK("PUBLIC KEY", NUMBER)), CREDENTIAL_PUBLIC_KEY,
     "no uncompressed public key on P-256", 0},
};

static bool write_file(const char *path, const char *content, size_t length)
{
  FILE *file = fopen(path, "wb");
  bool written = file != NULL && fwrite(content, 1, length, file) == length;
  return file != NULL && fclose(file) == 0 && written;
}

static void check_file(const char *path, const struct file_case *it)
{
  uint8_t octets[128] = {0xaa};
  struct credential_store store = {.octets = octets, .capacity = sizeof octets, .length = 1};
  check(write_file(path, it->content, it->length), "writing", it->what);
  const char *problem = credential_file_read(path, it->kind, &store);
  if (it->problem == NULL)
    check(problem == NULL, problem != NULL ? problem : "", it->what);
  else
    check(problem != NULL && strcmp(problem, it->problem) == 0, problem != NULL ? problem : "taken",
          it->what);
  check(store.length == 1 + it->taken && octets[0] == 0xaa, "what is taken", it->what);
}

/* One octet more than fits is not taken; what fits exactly is. */
static void check_largest(const char *path)
{
  static char text[CREDENTIAL_FILE_MAX + 1];
  static const char block[] = BLOCK("CERTIFICATE", EMPTY);
  uint8_t octets[2];
  struct credential_store store = {.octets = octets, .capacity = sizeof octets};
  memset(text, '\n', sizeof text);
  memcpy(text, block, sizeof block - 1);
  check(write_file(path, text, sizeof text), "writing", "largest");
  const char *problem = credential_file_read(path, CREDENTIAL_CERTIFICATES, &store);
  check(problem != NULL && strcmp(problem, "larger than 65536 octets") == 0, "taken", "largest");
  check(write_file(path, text, sizeof text - 1), "writing", "largest");
  problem = credential_file_read(path, CREDENTIAL_CERTIFICATES, &store);
  check(problem == NULL && store.length == 2, "not taken", "largest");
}

int main(void)
{
  char path[] = "/tmp/motedtls-credential.XXXXXX";
  int descriptor = mkstemp(path);
  if (descriptor < 0)
    return 1;
  close(descriptor);
  check_pem();
  for (size_t i = 0; i < sizeof file_cases / sizeof file_cases[0]; i++)
    check_file(path, &file_cases[i]);
  check_largest(path);
  unlink(path);
  struct credential_store store = {0};
  check(credential_file_read(path, CREDENTIAL_PRIVATE_KEY, &store) != NULL, "taken", "no file");
  printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}
