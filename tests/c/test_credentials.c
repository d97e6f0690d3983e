/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote_config: raw public keys and certificates, what is refused of them, and mote_public_key_info.
 * Role, freeze and handles that are none: test_config.c. */
#include "keys.h"

#include <motedtls_static.h>
#include <string.h>

/* --- What is refused, and changes nothing ------------------------------------------------------ */

typedef mote_status setter(mote_config *config, const uint8_t *octets, size_t length);

/* For each cut of what is right, one octet more, and each octet altered: refused, or taken. */
struct form {
  const char *name;
  setter *set;
  const uint8_t *right;
  size_t length;
  size_t cut_is_right; /* this cut is right: of several certificates the first, 32 octets of a key */
};

static const struct form forms[] = {
    {"SEC1", mote_config_set_private_key, server_key_sec1, sizeof server_key_sec1, 32},
    {"SEC1 alone", mote_config_set_private_key, server_key_short, sizeof server_key_short, 32},
    {"PKCS#8", mote_config_set_private_key, server_key_pkcs8, sizeof server_key_pkcs8, 32},
    {"scalar", mote_config_set_private_key, server_key_scalar, sizeof server_key_scalar, 32},
    {"rpk", mote_config_set_rpk, server_info, sizeof server_info, 0},
    {"peer rpks", mote_config_set_peer_rpks, client_info, sizeof client_info, 0},
    {"hashes", mote_config_set_peer_rpk_hashes, client_hash, sizeof client_hash, 0},
    {"certificate", mote_config_set_certificate, client_certificate, sizeof client_certificate, 0},
    {"anchors", mote_config_set_trust_anchors, anchor_certificate, sizeof anchor_certificate, 0},
};
#define FORMS (sizeof forms / sizeof *forms)

static uint8_t storage[1024];

static void cut_and_stretched(void **state)
{
  (void)state;
  for (size_t i = 0; i < FORMS; i++) {
    const struct form *form = &forms[i];
    keys_configure(CREDENTIAL_RPK, CREDENTIAL_NONE);
    mote_config *config = world.server.config;
    uint8_t before[MOTE_CONFIG_SIZE];
    memcpy(before, config, sizeof before);
    memset(storage, 0, sizeof storage);
    memcpy(storage, form->right, form->length);
    for (size_t length = 0; length <= form->length + 1; length++) {
      if (length != form->length && length != form->cut_is_right) {
        check_status(form->set(config, storage, length), MOTE_ERROR_ARGUMENT, form->name, __FILE__,
                     (int)length);
      }
    }
    assert_status(form->set(config, NULL, 0), MOTE_ERROR_ARGUMENT);
    assert_status(form->set(config, NULL, form->length), MOTE_ERROR_ARGUMENT);
    assert_status(form->set(config, form->right, SIZE_MAX), MOTE_ERROR_ARGUMENT);
    assert_status(form->set(config, form->right, (size_t)PTRDIFF_MAX + 1), MOTE_ERROR_ARGUMENT);
    assert_status(form->set(NULL, form->right, form->length), MOTE_ERROR_ARGUMENT);
    assert_true(same_octets(before, config, sizeof before));
    keys_connect();
  }
}

/* Of another curve, another form of the point, or another kind altogether. */
static void of_another_kind(void **state)
{
  (void)state;
  static uint8_t zeros[MOTE_PUBLIC_KEY_INFO_LENGTH];
  static const uint8_t order[32] = {
      0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
      0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
  const struct {
    setter *set;
    const uint8_t *octets;
    size_t length;
  } cases[] = {
      {mote_config_set_private_key, p384_key_sec1, sizeof p384_key_sec1},
      {mote_config_set_private_key, p384_key_pkcs8, sizeof p384_key_pkcs8},
      {mote_config_set_private_key, koblitz_key_sec1, sizeof koblitz_key_sec1},
      {mote_config_set_private_key, koblitz_key_pkcs8, sizeof koblitz_key_pkcs8},
      {mote_config_set_private_key, server_info, sizeof server_info},
      {mote_config_set_private_key, client_certificate, sizeof client_certificate},
      /* 1 <= scalar < n. */
      {mote_config_set_private_key, zeros, 32},
      {mote_config_set_private_key, order, 32},
      {mote_config_set_rpk, p384_info, sizeof p384_info},
      {mote_config_set_rpk, koblitz_info, sizeof koblitz_info},
      {mote_config_set_rpk, server_info_compressed, sizeof server_info_compressed},
      {mote_config_set_rpk, server_key_sec1, sizeof server_key_sec1},
      {mote_config_set_rpk, zeros, sizeof zeros},
      {mote_config_set_peer_rpks, p384_info, sizeof p384_info},
      {mote_config_set_peer_rpks, server_info_compressed, sizeof server_info_compressed},
      {mote_config_set_peer_rpks, zeros, sizeof zeros},
      {mote_config_set_certificate, p384_certificate, sizeof p384_certificate},
      {mote_config_set_certificate, server_key_sec1, sizeof server_key_sec1},
      {mote_config_set_certificate, server_info, sizeof server_info},
      {mote_config_set_trust_anchors, p384_certificate, sizeof p384_certificate},
      {mote_config_set_trust_anchors, server_info, sizeof server_info},
  };
  keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct end *ends[] = {&world.client, &world.server};
    for (size_t j = 0; j < 2; j++) {
      uint8_t before[MOTE_CONFIG_SIZE];
      memcpy(before, ends[j]->config, sizeof before);
      check_status(cases[i].set(ends[j]->config, cases[i].octets, cases[i].length),
                   MOTE_ERROR_ARGUMENT, "another kind", __FILE__, (int)i);
      assert_true(same_octets(before, ends[j]->config, sizeof before));
    }
  }
  keys_connect();
}

/* Of several one after another, the last may be the one that is wrong. */
static void lists(void **state)
{
  (void)state;
  static const struct {
    setter *set;
    const uint8_t *first, *second, *wrong;
    size_t first_length, second_length, wrong_length;
  } cases[] = {
      {mote_config_set_peer_rpks, stranger_info, client_info, p384_info, 91, 91, 91},
      {mote_config_set_peer_rpk_hashes, stranger_hash, client_hash, client_hash, 32, 32, 31},
      {mote_config_set_trust_anchors, stranger_certificate, anchor_certificate, p384_certificate,
       sizeof stranger_certificate, sizeof anchor_certificate, sizeof p384_certificate},
      {mote_config_set_certificate, server_chain, stranger_certificate, p384_certificate,
       sizeof server_chain, sizeof stranger_certificate, sizeof p384_certificate},
  };
  static uint8_t list[2048];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    keys_configure(CREDENTIAL_BOTH, CREDENTIAL_NONE);
    mote_config *config = world.server.config;
    size_t length = cases[i].first_length;
    memcpy(list, cases[i].first, length);
    memcpy(list + length, cases[i].wrong, cases[i].wrong_length);
    assert_status(cases[i].set(config, list, length + cases[i].wrong_length), MOTE_ERROR_ARGUMENT);
    memcpy(list + length, cases[i].second, cases[i].second_length);
    assert_status(cases[i].set(config, list, length + cases[i].second_length), MOTE_OK);
    assert_status(cases[i].set(config, list, length + cases[i].second_length - 1),
                  MOTE_ERROR_ARGUMENT);
    bool is_asked = i < 3;
    if (is_asked) {
      keys_show(world.client.config, i == 2 ? CREDENTIAL_CERTIFICATE : CREDENTIAL_RPK);
    }
    keys_connect();
    assert_int_equal(verifiers[1].calls, is_asked ? 1 : 0);
  }
}

static void callbacks_and_numbers(void **state)
{
  (void)state;
  keys_configure(CREDENTIAL_RPK, CREDENTIAL_NONE);
  mote_config *config = world.server.config;
  uint8_t before[MOTE_CONFIG_SIZE];
  memcpy(before, config, sizeof before);
  assert_status(mote_config_set_signer(config, NULL, config), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_time(config, NULL, config), MOTE_ERROR_ARGUMENT);
  static const int numbers[] = {-1, 3, 1000, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    assert_status(mote_config_set_client_auth(config, (mote_client_auth)numbers[i]),
                  MOTE_ERROR_ARGUMENT);
  }
  assert_true(same_octets(before, config, sizeof before));
  /* NULL is nobody to ask. */
  assert_status(mote_config_set_verify(config, NULL, NULL), MOTE_OK);
  keys_connect();
}

/* --- mote_config_freeze ------------------------------------------------------------------------ */

enum part {
  KEY = 1,
  SIGNER = 2,
  RPK = 4,
  CERTIFICATE = 8,
  RPKS = 16,
  HASHES = 32,
  ANCHORS = 64,
  TIME = 128,
  NO_TIME = 256,
  ASKS = 512,
  MAY_ASK = 1024,
  ASKS_NOT = 2048,
  PSK = 4096,
};

static void set_parts(mote_config *config, unsigned parts)
{
  if ((parts & KEY) != 0) {
    assert_status(mote_config_set_private_key(config, server_key_scalar, 32), MOTE_OK);
  }
  if ((parts & SIGNER) != 0) {
    assert_status(mote_config_set_signer(config, signer_sign, &signers[1]), MOTE_OK);
  }
  if ((parts & RPK) != 0) {
    assert_status(mote_config_set_rpk(config, server_info, sizeof server_info), MOTE_OK);
  }
  if ((parts & CERTIFICATE) != 0) {
    assert_status(mote_config_set_certificate(config, server_chain, sizeof server_chain), MOTE_OK);
  }
  if ((parts & RPKS) != 0) {
    assert_status(mote_config_set_peer_rpks(config, client_info, sizeof client_info), MOTE_OK);
  }
  if ((parts & HASHES) != 0) {
    assert_status(mote_config_set_peer_rpk_hashes(config, client_hash, 32), MOTE_OK);
  }
  if ((parts & ANCHORS) != 0) {
    assert_status(mote_config_set_trust_anchors(config, anchor_certificate,
                                                sizeof anchor_certificate),
                  MOTE_OK);
  }
  if ((parts & TIME) != 0) {
    assert_status(mote_config_set_time(config, clock_seconds, &clocks[1]), MOTE_OK);
  }
  if ((parts & NO_TIME) != 0) {
    assert_status(mote_config_set_no_time(config), MOTE_OK);
  }
  if ((parts & (ASKS | MAY_ASK | ASKS_NOT)) != 0) {
    mote_client_auth auth = (parts & ASKS) != 0      ? MOTE_CLIENT_AUTH_REQUIRED
                            : (parts & MAY_ASK) != 0 ? MOTE_CLIENT_AUTH_OPTIONAL
                                                     : MOTE_CLIENT_AUTH_NONE;
    assert_status(mote_config_set_client_auth(config, auth), MOTE_OK);
  }
  if ((parts & PSK) != 0) {
    assert_status(mote_config_set_psk(config, test_identity, 9, test_key, 16), MOTE_OK);
  }
}

static void what_can_be_frozen(void **state)
{
  (void)state;
  static const struct {
    unsigned parts;
    int client, server; /* what freeze returns; client 1: not for a client */
    unsigned mend;      /* what makes it good for both */
  } cases[] = {
      {0, MOTE_OK, MOTE_ERROR_NO_CREDENTIAL, PSK},
      {KEY | RPK, MOTE_OK, MOTE_OK, 0},
      {SIGNER | RPK, MOTE_OK, MOTE_OK, 0},
      {KEY | CERTIFICATE, MOTE_OK, MOTE_OK, 0},
      {KEY | RPK | CERTIFICATE | RPKS | HASHES, MOTE_OK, MOTE_OK, 0},
      /* A key that nothing shows, and what nothing signs. */
      {KEY, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, CERTIFICATE},
      {SIGNER, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, RPK},
      {KEY | PSK, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, RPK},
      {RPK, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, KEY},
      {RPK | PSK, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, SIGNER},
      {CERTIFICATE, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, SIGNER},
      {CERTIFICATE | RPK | RPKS, MOTE_ERROR_NO_CREDENTIAL, MOTE_ERROR_NO_CREDENTIAL, KEY},
      /* Only what is accepted: nothing that a server can show. */
      {RPKS, MOTE_OK, MOTE_ERROR_NO_CREDENTIAL, KEY | RPK},
      {HASHES, MOTE_OK, MOTE_ERROR_NO_CREDENTIAL, PSK},
      {ANCHORS | TIME, MOTE_OK, MOTE_ERROR_NO_CREDENTIAL, KEY | CERTIFICATE},
      /* Anchors want a clock, or a word that there is none. */
      {ANCHORS, MOTE_ERROR_NO_TIME, MOTE_ERROR_NO_TIME, KEY | RPK | TIME},
      {ANCHORS | KEY | CERTIFICATE, MOTE_ERROR_NO_TIME, MOTE_ERROR_NO_TIME, NO_TIME},
      {ANCHORS | PSK, MOTE_ERROR_NO_TIME, MOTE_ERROR_NO_TIME, TIME},
      {ANCHORS | KEY, MOTE_ERROR_NO_TIME, MOTE_ERROR_NO_TIME, NO_TIME | CERTIFICATE},
      {ANCHORS | KEY | RPK | NO_TIME, MOTE_OK, MOTE_OK, 0},
      /* Our own certificates need no clock. */
      {KEY | CERTIFICATE | RPKS, MOTE_OK, MOTE_OK, 0},
      /* A server that asks, and could accept nobody. */
      {KEY | RPK | ASKS, 1, MOTE_ERROR_NO_CREDENTIAL, RPKS},
      {KEY | RPK | MAY_ASK, 1, MOTE_ERROR_NO_CREDENTIAL, HASHES},
      {PSK | ASKS, 1, MOTE_ERROR_NO_CREDENTIAL, ANCHORS | TIME},
      {KEY | RPK | ASKS_NOT, 1, MOTE_OK, 0},
      {KEY | RPK | ASKS_NOT | RPKS, 1, MOTE_OK, 0},
      {KEY | CERTIFICATE | MAY_ASK | ANCHORS | TIME, 1, MOTE_OK, 0},
  };
  static mote_config config;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int role = 0; role < 2; role++) {
      int expected = role == 0 ? cases[i].client : cases[i].server;
      if (expected == 1) {
        continue;
      }
      assert_status(mote_config_init(&config, sizeof config, (mote_role)role), MOTE_OK);
      set_parts(&config, cases[i].parts);
      mote_config before = config;
      check_status(mote_config_freeze(&config), (mote_status)expected, "freeze", __FILE__, (int)i);
      if (expected != MOTE_OK) {
        assert_true(same_octets(&before, &config, sizeof config));
        set_parts(&config, cases[i].mend);
        check_status(mote_config_freeze(&config), MOTE_OK, "mended", __FILE__, (int)i);
      }
      assert_status(mote_config_freeze(&config), MOTE_ERROR_STATE);
    }
  }
}

/* --- mote_public_key_info ---------------------------------------------------------------------- */

static void public_keys_are_those_of_openssl(void **state)
{
  (void)state;
  static const struct {
    const uint8_t *key;
    size_t length;
    const uint8_t *info;
  } cases[] = {
      {server_key_sec1, sizeof server_key_sec1, server_info},
      {server_key_short, sizeof server_key_short, server_info},
      {server_key_pkcs8, sizeof server_key_pkcs8, server_info},
      {server_key_scalar, sizeof server_key_scalar, server_info},
      {client_key, sizeof client_key, client_info},
      {client_key_scalar, sizeof client_key_scalar, client_info},
      {stranger_key, sizeof stranger_key, stranger_info},
  };
  static uint8_t info[MOTE_PUBLIC_KEY_INFO_LENGTH + 1];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    memset(info, CANARY, sizeof info);
    assert_status(mote_public_key_info(cases[i].key, cases[i].length, info), MOTE_OK);
    assert_memory_equal(info, cases[i].info, MOTE_PUBLIC_KEY_INFO_LENGTH);
    assert_int_equal(info[MOTE_PUBLIC_KEY_INFO_LENGTH], CANARY);
  }
  memset(info, CANARY, sizeof info);
  memset(storage, 0, sizeof storage);
  assert_status(mote_public_key_info(server_key_sec1, 121, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(NULL, 121, info), MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(NULL, 0, info), MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(server_key_sec1, SIZE_MAX, info), MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(storage, 32, info), MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(p384_key_sec1, sizeof p384_key_sec1, info),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(koblitz_key_pkcs8, sizeof koblitz_key_pkcs8, info),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_public_key_info(server_info, sizeof server_info, info), MOTE_ERROR_ARGUMENT);
  for (size_t length = 0; length < sizeof server_key_pkcs8; length++) {
    if (length != 32) {
      assert_status(mote_public_key_info(server_key_pkcs8, length, info), MOTE_ERROR_ARGUMENT);
    }
  }
  memset(storage, 0xFF, 32);
  assert_status(mote_public_key_info(storage, 32, info), MOTE_ERROR_ARGUMENT);
  for (size_t i = 0; i < sizeof info; i++) {
    assert_int_equal(info[i], CANARY);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cut_and_stretched),
      cmocka_unit_test(of_another_kind),
      cmocka_unit_test(lists),
      cmocka_unit_test(callbacks_and_numbers),
      cmocka_unit_test(what_can_be_frozen),
      cmocka_unit_test(public_keys_are_those_of_openssl),
  };
  return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
