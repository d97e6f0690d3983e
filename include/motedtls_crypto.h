/* What a firmware defines when it brings crypto of its own: an AES engine, a P-256 accelerator, a
 * library that it has anyway. libmotedtls.a built with the feature `external-aes-ccm` or
 * `external-p256` calls the functions below; the linker names those that are missing. Without these
 * features nothing here is used. docs/crypto.md shows how to choose; c-examples/crypto-provider
 * is a provider to begin with.
 *
 * For all functions:
 *
 * - **Memory.** All memory belongs to the library. Pointers are valid during the call only: keep
 *   none. None is NULL, but one to 0 octets must not be read. Different parameters never overlap.
 *   Numbers and coordinates are big endian, octets have no alignment.
 * - **Keys** live in slots: memory of the library, in which the provider keeps what it likes - the
 *   key itself, an index, a handle, a pointer. The library moves a slot by copying it and uses the
 *   copy from then on: keep no pointer to a slot, nor one into it. For each slot that was filled,
 *   destroy is called once; then the library wipes the slot.
 * - **Return values.** 0 means done. Anything else means that it did not work, the reason is of no
 *   interest, and nothing is taken from the outputs.
 * - **Time.** What is secret must not be seen in the time taken: keys, slots, plain text, shared
 *   secrets and nonces; and, where a tag is compared, where it differs. Public are lengths, points,
 *   nonces of records, signatures and digests. The functions do not return before they are done; a
 *   connection has nothing to do in between. For a signer that takes its time (a secure element
 *   behind I2C) see mote_config_set_signer.
 * - **Threads.** They are called in the thread that calls the library. Where several threads have
 *   connections, they come at the same time: lock what is shared. They must not call the library.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef MOTEDTLS_CRYPTO_H
#define MOTEDTLS_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name AES-128-CCM with a tag of 8 octets (feature external-aes-ccm)
 *
 * RFC 6655: nonces of 12 octets, so that CCM's length field has 3. The library checks that a text is
 * shorter than 2^24 octets and the additional data shorter than 2^16 - 2^8; in records it is 13
 * octets. It makes each nonce, and uses none twice with a key.
 * @{ */

/** The key of one direction of a connection. Two for each peer that is connected, four during a
 * handshake. */
typedef struct mote_crypto_aes_ccm_slot {
  uint32_t opaque[4];
} mote_crypto_aes_ccm_slot;

/** Fills `slot`. It cannot fail: a provider that has no room for the key notes that in the slot,
 * and lets seal and open fail. The connection ends with MOTE_ERROR_CRYPTO when it next sends. */
void mote_crypto_aes_ccm_import(mote_crypto_aes_ccm_slot *slot, const uint8_t key[16]);

/** Encrypts `text` in place and writes the tag. When it fails, the library sends nothing and wipes
 * the text. */
int32_t mote_crypto_aes_ccm_seal(const mote_crypto_aes_ccm_slot *slot, const uint8_t nonce[12],
                                 const uint8_t *additional, size_t additional_length,
                                 uint8_t *text, size_t text_length, uint8_t tag[8]);

/** Decrypts `text` in place; fails when the tag does not match. It compares in constant time. When
 * it fails, the library wipes the text, whatever is in it. */
int32_t mote_crypto_aes_ccm_open(const mote_crypto_aes_ccm_slot *slot, const uint8_t nonce[12],
                                 const uint8_t *additional, size_t additional_length,
                                 uint8_t *text, size_t text_length, const uint8_t tag[8]);

/** Wipes or frees what the slot stands for. */
void mote_crypto_aes_ccm_destroy(mote_crypto_aes_ccm_slot *slot);

/** @} */

/** @name P-256 (feature external-p256)
 *
 * A point has 65 octets: 4, x, y. The library checks the first octet of points, that r, s and
 * imported keys are at least 1 and less than the order of the curve, before it calls, and the same of
 * the r and s of a new signature. **Whether a point is on the curve the provider must check.**
 * @{ */

/** A private key: an ephemeral one, or one that signs. At most one of each in a handshake. */
typedef struct mote_crypto_p256_slot {
  uint32_t opaque[8];
} mote_crypto_p256_slot;

/** Makes a new ephemeral key and writes its public point. `random` comes from the random function of
 * `mote_io`: a provider with a random source of its own may leave it alone; another one takes it as
 * the private key, and fails when it is 0 or not less than the order. After a failure there is no
 * key, destroy is not called, and the library tries again with other octets, 8 times in all. */
int32_t mote_crypto_p256_generate(mote_crypto_p256_slot *slot, const uint8_t random[32],
                                  uint8_t point[65]);

/** ECDH: writes the x-coordinate of the shared point. Fails when `peer` is not on the curve: without
 * this check the private key can be found out (RFC 8422 section 5.11). */
int32_t mote_crypto_p256_agree(const mote_crypto_p256_slot *slot, const uint8_t peer[65],
                               uint8_t secret[32]);

/** Takes in a private key of the configuration, for one signature or for its public point. After a
 * failure there is no key, and destroy is not called. */
int32_t mote_crypto_p256_import(mote_crypto_p256_slot *slot, const uint8_t scalar[32]);

/** Writes the public point of an imported key. */
int32_t mote_crypto_p256_public(const mote_crypto_p256_slot *slot, uint8_t point[65]);

/** ECDSA over a SHA-256 digest: writes r and s, 32 octets each. The nonce must be one that nobody can
 * guess, each value equally likely, and never used with another digest: best RFC 6979 with `entropy`
 * (random octets, section 3.6) as additional data; or from a random source of the provider's own that
 * is beyond doubt. One biased bit in it gives the key away after some signatures. */
int32_t mote_crypto_p256_sign(const mote_crypto_p256_slot *slot, const uint8_t digest[32],
                              const uint8_t entropy[32], uint8_t signature[64]);

/** Fails when `point` is not on the curve, or `signature` not its signature of the SHA-256 digest. */
int32_t mote_crypto_p256_verify(const uint8_t point[65], const uint8_t digest[32],
                                const uint8_t signature[64]);

/** Wipes or frees what the slot stands for. */
void mote_crypto_p256_destroy(mote_crypto_p256_slot *slot);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
