/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "keys.h"

#include <string.h>

struct signer signers[2];
struct verifier verifiers[2];
struct clock clocks[2];
const uint8_t client_eui64[MOTE_EUI64_LENGTH] = {0x00, 0x11, 0x22, 0x33, 0x44, 0xAA, 0xBB, 0xCC};

/* --- A signer ---------------------------------------------------------------------------------- */

/* The order of P-256, and the x coordinate of its generator (FIPS 186-4 D.1.2.3). */
static const uint8_t order[32] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
static const uint8_t generator_x[32] = {
    0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
    0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96};

/* sum += term modulo the order; both have at most 256 bits, and are below twice the order. */
static void add(uint8_t sum[32], const uint8_t term[32])
{
  unsigned carry = 0;
  for (size_t i = 32; i-- > 0;) {
    carry += (unsigned)sum[i] + term[i];
    sum[i] = (uint8_t)carry;
    carry >>= 8;
  }
  while (carry > 0 || memcmp(sum, order, 32) >= 0) {
    unsigned borrow = 0;
    for (size_t i = 32; i-- > 0;) {
      unsigned digit = 256u + sum[i] - order[i] - borrow;
      sum[i] = (uint8_t)digit;
      borrow = digit < 256;
    }
    carry -= borrow;
  }
}

/* ECDSA needs a secret number for each signature. Here it is 1: everybody could find the private
 * key from one signature, but the signature is a good one, and needs no more than this. */
mote_status signer_sign(void *user, const uint8_t *digest, uint8_t *signature)
{
  struct signer *signer = user;
  signer->calls++;
  memcpy(signer->digest, digest, 32);
  if (signer->pending > 0) {
    signer->pending--;
    return MOTE_PENDING;
  }
  if (signer->answer != MOTE_OK) {
    return signer->answer;
  }
  uint8_t s[32] = {0};
  for (size_t bit = 0; bit < 256; bit++) {
    uint8_t twice[32];
    memcpy(twice, s, 32);
    add(s, twice);
    if ((generator_x[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      add(s, signer->scalar);
    }
  }
  add(s, digest);
  memcpy(signature, generator_x, 32);
  memcpy(signature + 32, s, 32);
  signature[63] ^= signer->is_wrong;
  return MOTE_OK;
}

/* --- The other callbacks ----------------------------------------------------------------------- */

static const uint8_t *copy(uint8_t *to, size_t capacity, const uint8_t *from, size_t length)
{
  if (from == NULL || length > capacity) {
    return NULL;
  }
  memcpy(to, from, length);
  return to;
}

mote_status verifier_verify(void *user, const mote_peer_credential *peer)
{
  struct verifier *to = user;
  to->calls++;
  to->seen = *peer;
  to->seen.credential = copy(to->credential, LEAF_MAX, peer->credential, peer->credential_length);
  to->seen.key_hash = copy(to->key_hash, MOTE_KEY_HASH_LENGTH, peer->key_hash, MOTE_KEY_HASH_LENGTH);
  to->seen.name = copy(to->name, sizeof to->name, peer->name, peer->name_length);
  to->seen.eui64 = copy(to->eui64, MOTE_EUI64_LENGTH, peer->eui64, MOTE_EUI64_LENGTH);
  return to->answer;
}

uint64_t clock_seconds(void *user)
{
  struct clock *clock = user;
  clock->calls++;
  return clock->seconds;
}

/* --- Ends -------------------------------------------------------------------------------------- */

void keys_show(mote_config *config, enum credential credential)
{
  bool is_server = config != world.client.config;
  if (credential == CREDENTIAL_NONE) {
    return;
  }
  assert_status(is_server
                    ? mote_config_set_private_key(config, server_key_sec1, sizeof server_key_sec1)
                    : mote_config_set_private_key(config, client_key, sizeof client_key),
                MOTE_OK);
  if (credential != CREDENTIAL_CERTIFICATE) {
    assert_status(mote_config_set_rpk(config, is_server ? server_info : client_info,
                                      MOTE_PUBLIC_KEY_INFO_LENGTH),
                  MOTE_OK);
  }
  if (credential != CREDENTIAL_RPK) {
    assert_status(is_server ? mote_config_set_certificate(config, server_chain, sizeof server_chain)
                            : mote_config_set_certificate(config, client_certificate,
                                                          sizeof client_certificate),
                  MOTE_OK);
  }
}

void keys_accept(mote_config *config, enum credential credential)
{
  bool is_server = config != world.client.config;
  if (credential == CREDENTIAL_RPK || credential == CREDENTIAL_BOTH) {
    assert_status(mote_config_set_peer_rpks(config, is_server ? client_info : server_info,
                                            MOTE_PUBLIC_KEY_INFO_LENGTH),
                  MOTE_OK);
  }
  if (credential == CREDENTIAL_CERTIFICATE || credential == CREDENTIAL_BOTH) {
    assert_status(mote_config_set_trust_anchors(config, anchor_certificate,
                                                sizeof anchor_certificate),
                  MOTE_OK);
    if (!is_server) {
      assert_status(mote_config_set_server_name(config, SERVER_NAME), MOTE_OK);
    }
  }
}

void keys_configure_server(enum credential server)
{
  pair_make(&world);
  struct end *ends[2] = {&world.client, &world.server};
  static const uint8_t *const scalars[2] = {client_key_scalar, server_key_scalar};
  for (size_t i = 0; i < 2; i++) {
    ends[i]->workspace_size = MOTE_WORKSPACE_SIZE + 1024;
    ends[i]->buffer_size = MOTE_MTU_DEFAULT;
    signers[i] = (struct signer){.scalar = scalars[i]};
    verifiers[i] = (struct verifier){.answer = MOTE_OK};
    clocks[i] = (struct clock){.seconds = TIME_NOW};
    assert_status(mote_config_set_verify(ends[i]->config, verifier_verify, &verifiers[i]), MOTE_OK);
    assert_status(mote_config_set_time(ends[i]->config, clock_seconds, &clocks[i]), MOTE_OK);
  }
  keys_show(world.server.config, server);
  keys_accept(world.client.config, server);
}

void keys_configure(enum credential server, enum credential client)
{
  keys_configure_server(server);
  keys_show(world.client.config, client);
  keys_accept(world.server.config, client);
}

void keys_connect(void)
{
  pair_start(&world);
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
}

void keys_fail(struct end *end, mote_status status, const char *alert)
{
  pair_start(&world);
  pair_drive(&world);
  assert_status(end->status, status);
  assert_status(end->peer->status, MOTE_ERROR_PEER_ALERT);
  mote_info from = end_info(end), to = end_info(end->peer);
  assert_string_equal(mote_alert_str(from.alert), alert);
  assert_int_equal(from.alert_direction, MOTE_DIRECTION_SENT);
  assert_string_equal(mote_alert_str(to.alert), alert);
  assert_int_equal(to.alert_direction, MOTE_DIRECTION_RECEIVED);
  /* Nobody is known by what was refused. */
  assert_peer(&from, MOTE_PEER_TYPE_NONE, NULL);
  assert_peer(&to, MOTE_PEER_TYPE_NONE, NULL);
  pair_check_memory(&world);
}

void assert_peer(const mote_info *info, mote_peer_type type, const uint8_t *hash)
{
  assert_int_equal(info->peer_type, type);
  if (hash == NULL) {
    assert_null(info->peer_key_hash);
    assert_null(info->peer_name);
    assert_null(info->peer_eui64);
    assert_int_equal(info->peer_name_length, 0);
    assert_false(info->peer_name_truncated);
  } else {
    assert_non_null(info->peer_key_hash);
    assert_memory_equal(info->peer_key_hash, hash, MOTE_KEY_HASH_LENGTH);
  }
  if (type != MOTE_PEER_TYPE_PSK) {
    assert_null(info->psk_identity);
    assert_int_equal(info->psk_identity_length, 0);
    assert_false(info->psk_identity_truncated);
  }
}

void assert_name(const uint8_t *name, size_t length, const char *expected)
{
  if (expected == NULL) {
    assert_null(name);
    assert_int_equal(length, 0);
    return;
  }
  assert_non_null(name);
  assert_int_equal(length, strlen(expected));
  assert_memory_equal(name, expected, length);
}

size_t leaf_length(const uint8_t *chain)
{
  assert_true(chain[0] == 0x30 && chain[1] == 0x82);
  return 4 + ((size_t)chain[2] << 8 | chain[3]);
}
