/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AES-128-CCM-8 of motedtls_crypto.h over Mbed TLS, which stands for an engine: the slot holds the
 * key. Where an engine has a memory for keys, the slot holds the place in it. */
#include <motedtls_crypto.h>

#include <mbedtls/ccm.h>
#include <mbedtls/platform_util.h>
#include <string.h>

#define KEY_LENGTH 16
#define NONCE_LENGTH 12
#define TAG_LENGTH 8

_Static_assert(sizeof(mote_crypto_aes_ccm_slot) == KEY_LENGTH, "the slot holds the key");

void mote_crypto_aes_ccm_import(mote_crypto_aes_ccm_slot *slot, const uint8_t key[16])
{
  memcpy(slot->opaque, key, KEY_LENGTH);
}

static int start(mbedtls_ccm_context *ccm, const mote_crypto_aes_ccm_slot *slot)
{
  mbedtls_ccm_init(ccm);
  return mbedtls_ccm_setkey(ccm, MBEDTLS_CIPHER_ID_AES, (const uint8_t *)slot->opaque,
                            8 * KEY_LENGTH);
}

int32_t mote_crypto_aes_ccm_seal(const mote_crypto_aes_ccm_slot *slot, const uint8_t nonce[12],
                                 const uint8_t *additional, size_t additional_length,
                                 uint8_t *text, size_t text_length, uint8_t tag[8])
{
  mbedtls_ccm_context ccm;
  int problem = start(&ccm, slot);
  if (problem == 0)
    problem = mbedtls_ccm_encrypt_and_tag(&ccm, text_length, nonce, NONCE_LENGTH, additional,
                                          additional_length, text, text, tag, TAG_LENGTH);
  mbedtls_ccm_free(&ccm);
  return problem;
}

int32_t mote_crypto_aes_ccm_open(const mote_crypto_aes_ccm_slot *slot, const uint8_t nonce[12],
                                 const uint8_t *additional, size_t additional_length,
                                 uint8_t *text, size_t text_length, const uint8_t tag[8])
{
  mbedtls_ccm_context ccm;
  int problem = start(&ccm, slot);
  if (problem == 0)
    problem = mbedtls_ccm_auth_decrypt(&ccm, text_length, nonce, NONCE_LENGTH, additional,
                                       additional_length, text, text, tag, TAG_LENGTH);
  mbedtls_ccm_free(&ccm);
  return problem;
}

void mote_crypto_aes_ccm_destroy(mote_crypto_aes_ccm_slot *slot)
{
  mbedtls_platform_zeroize(slot->opaque, sizeof slot->opaque);
}
