/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* P-256 of motedtls_crypto.h over Mbed TLS, which stands for an accelerator: the slot holds the
 * private key. */
#include <motedtls_crypto.h>

#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/platform_util.h>
#include <string.h>

#define SCALAR_LENGTH 32
#define POINT_LENGTH 65
#define DIGEST_LENGTH 32

_Static_assert(sizeof(mote_crypto_p256_slot) == SCALAR_LENGTH, "the slot holds the key");

/* What an operation works with. */
struct work {
  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
  mbedtls_mpi key, r, s;
  mbedtls_hmac_drbg_context drbg;
};

/* `seed` is what the random numbers of the operation come from: RFC 6979 section 3.2, when it is
 * key, digest and entropy. */
static int start(struct work *work, const mote_crypto_p256_slot *slot, const uint8_t *seed,
                 size_t seed_length)
{
  const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  mbedtls_ecp_group_init(&work->group);
  mbedtls_ecp_point_init(&work->point);
  mbedtls_mpi_init(&work->key);
  mbedtls_mpi_init(&work->r);
  mbedtls_mpi_init(&work->s);
  mbedtls_hmac_drbg_init(&work->drbg);
  int problem = mbedtls_ecp_group_load(&work->group, MBEDTLS_ECP_DP_SECP256R1);
  if (problem == 0 && slot != NULL)
    problem = mbedtls_mpi_read_binary(&work->key, (const uint8_t *)slot->opaque, SCALAR_LENGTH);
  if (problem == 0 && seed != NULL)
    problem = mbedtls_hmac_drbg_seed_buf(&work->drbg, sha256, seed, seed_length);
  return problem;
}

/* Wipes and frees; passes on what the operation returns. */
static int32_t end(struct work *work, int problem)
{
  mbedtls_hmac_drbg_free(&work->drbg);
  mbedtls_mpi_free(&work->s);
  mbedtls_mpi_free(&work->r);
  mbedtls_mpi_free(&work->key);
  mbedtls_ecp_point_free(&work->point);
  mbedtls_ecp_group_free(&work->group);
  return problem;
}

/* The point of 65 octets into work->point; it must be on the curve. */
static int read_point(struct work *work, const uint8_t *point)
{
  int problem = mbedtls_ecp_point_read_binary(&work->group, &work->point, point, POINT_LENGTH);
  return problem == 0 ? mbedtls_ecp_check_pubkey(&work->group, &work->point) : problem;
}

/* The random numbers blind the multiplication; they are as secret as the key, and no more. */
int32_t mote_crypto_p256_public(const mote_crypto_p256_slot *slot, uint8_t point[65])
{
  struct work work;
  size_t length;
  int problem = start(&work, slot, (const uint8_t *)slot->opaque, SCALAR_LENGTH);
  if (problem == 0)
    problem = mbedtls_ecp_mul(&work.group, &work.point, &work.key, &work.group.G,
                              mbedtls_hmac_drbg_random, &work.drbg);
  if (problem == 0)
    problem = mbedtls_ecp_point_write_binary(&work.group, &work.point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                             &length, point, POINT_LENGTH);
  return end(&work, problem);
}

int32_t mote_crypto_p256_import(mote_crypto_p256_slot *slot, const uint8_t scalar[32])
{
  memcpy(slot->opaque, scalar, SCALAR_LENGTH);
  return 0;
}

int32_t mote_crypto_p256_generate(mote_crypto_p256_slot *slot, const uint8_t random[32],
                                  uint8_t point[65])
{
  /* A key that is out of range fails in the multiplication. */
  memcpy(slot->opaque, random, SCALAR_LENGTH);
  return mote_crypto_p256_public(slot, point);
}

int32_t mote_crypto_p256_agree(const mote_crypto_p256_slot *slot, const uint8_t peer[65],
                               uint8_t secret[32])
{
  struct work work;
  int problem = start(&work, slot, (const uint8_t *)slot->opaque, SCALAR_LENGTH);
  if (problem == 0)
    problem = read_point(&work, peer);
  if (problem == 0)
    problem = mbedtls_ecdh_compute_shared(&work.group, &work.s, &work.point, &work.key,
                                          mbedtls_hmac_drbg_random, &work.drbg);
  if (problem == 0)
    problem = mbedtls_mpi_write_binary(&work.s, secret, SCALAR_LENGTH);
  return end(&work, problem);
}

int32_t mote_crypto_p256_sign(const mote_crypto_p256_slot *slot, const uint8_t digest[32],
                              const uint8_t entropy[32], uint8_t signature[64])
{
  struct work work;
  uint8_t seed[SCALAR_LENGTH + 2 * DIGEST_LENGTH];
  memcpy(seed, slot->opaque, SCALAR_LENGTH);
  memcpy(seed + SCALAR_LENGTH, digest, DIGEST_LENGTH);
  memcpy(seed + SCALAR_LENGTH + DIGEST_LENGTH, entropy, DIGEST_LENGTH);
  int problem = start(&work, slot, seed, sizeof seed);
  mbedtls_platform_zeroize(seed, sizeof seed);
  if (problem == 0)
    problem = mbedtls_ecdsa_sign(&work.group, &work.r, &work.s, &work.key, digest, DIGEST_LENGTH,
                                 mbedtls_hmac_drbg_random, &work.drbg);
  if (problem == 0)
    problem = mbedtls_mpi_write_binary(&work.r, signature, SCALAR_LENGTH);
  if (problem == 0)
    problem = mbedtls_mpi_write_binary(&work.s, signature + SCALAR_LENGTH, SCALAR_LENGTH);
  return end(&work, problem);
}

int32_t mote_crypto_p256_verify(const uint8_t point[65], const uint8_t digest[32],
                                const uint8_t signature[64])
{
  struct work work;
  int problem = start(&work, NULL, NULL, 0);
  if (problem == 0)
    problem = read_point(&work, point);
  if (problem == 0)
    problem = mbedtls_mpi_read_binary(&work.r, signature, SCALAR_LENGTH);
  if (problem == 0)
    problem = mbedtls_mpi_read_binary(&work.s, signature + SCALAR_LENGTH, SCALAR_LENGTH);
  if (problem == 0)
    problem = mbedtls_ecdsa_verify(&work.group, digest, DIGEST_LENGTH, &work.point, &work.r, &work.s);
  return end(&work, problem);
}

void mote_crypto_p256_destroy(mote_crypto_p256_slot *slot)
{
  mbedtls_platform_zeroize(slot->opaque, sizeof slot->opaque);
}
