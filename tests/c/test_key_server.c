/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote_server with raw public keys and certificates, and credentials chosen by server_name. */
#include "crowd.h"
#include "keys.h"

#include <string.h>

static mote_config configs[36];

static void make(mote_config *config, mote_role role, const char *name)
{
  assert_status(mote_config_init(config, sizeof *config, role), MOTE_OK);
  if (name != NULL) {
    assert_status(mote_config_set_server_name(config, name), MOTE_OK);
  }
}

static void freeze(mote_config *config)
{
  assert_status(mote_config_freeze(config), MOTE_OK);
}

/* --- mote_server ------------------------------------------------------------------------------- */

/* A server that knows all kinds of clients; what it shows is the test's to set. */
static void configure(void)
{
  world.client.config = NULL;
  crowd_configure();
  crowd.workspace_size = MOTE_WORKSPACE_SIZE + 1024;
  crowd.buffer_size = MOTE_MTU_DEFAULT;
  signers[1] = (struct signer){.scalar = server_key_scalar};
  verifiers[1] = (struct verifier){.answer = MOTE_OK};
  clocks[1] = (struct clock){.seconds = TIME_NOW};
  keys_accept(crowd.config, CREDENTIAL_BOTH);
  assert_status(mote_config_set_verify(crowd.config, verifier_verify, &verifiers[1]), MOTE_OK);
  assert_status(mote_config_set_time(crowd.config, clock_seconds, &clocks[1]), MOTE_OK);
}

/* A client that knows the server by its certificate, and shows this. */
static void make_client(mote_config *config, enum credential shown)
{
  make(config, MOTE_ROLE_CLIENT, SERVER_NAME);
  world.client.config = config;
  keys_show(config, shown);
  assert_status(mote_config_set_trust_anchors(config, anchor_certificate,
                                              sizeof anchor_certificate),
                MOTE_OK);
  assert_status(mote_config_set_no_time(config), MOTE_OK);
  freeze(config);
}

static void peers_of_every_kind(void **state)
{
  (void)state;
  configure();
  keys_show(crowd.config, CREDENTIAL_BOTH);
  crowd_start();
  make_client(&configs[0], CREDENTIAL_CERTIFICATE);
  make_client(&configs[1], CREDENTIAL_RPK);
  mote_peer peers[3];
  for (size_t i = 0; i < 3; i++) {
    if (i < 2) {
      visitor_start_with(i, &configs[i]);
    }
    peers[i] = crowd_connect(i);
    assert_int_equal(verifiers[1].calls, i < 2 ? i + 1 : 2);
  }
  for (size_t i = 0; i < 3; i++) {
    mote_info info, theirs;
    assert_status(mote_peer_info(crowd.server, peers[i], &info), MOTE_OK);
    assert_int_equal(info.suite, i < 2 ? SUITE_ECDHE_ECDSA : 0xC0A8);
    static const mote_peer_type types[] = {MOTE_PEER_TYPE_CERTIFICATE, MOTE_PEER_TYPE_RPK,
                                           MOTE_PEER_TYPE_PSK};
    assert_peer(&info, types[i], i < 2 ? client_hash : NULL);
    if (i == 0) {
      assert_name(info.peer_name, info.peer_name_length, "urn:dev:mac:0011223344aabbcc");
      assert_false(info.peer_name_truncated);
      assert_memory_equal(info.peer_eui64, client_eui64, sizeof client_eui64);
    } else {
      assert_null(info.peer_name);
      assert_null(info.peer_eui64);
    }
    assert_status(mote_connection_info(crowd.clients[i].connection, &theirs), MOTE_OK);
    assert_peer(&theirs, i < 2 ? MOTE_PEER_TYPE_CERTIFICATE : MOTE_PEER_TYPE_PSK,
                i < 2 ? server_hash : NULL);
    crowd_talk(i, peers[i]);
    assert_status(mote_peer_close(crowd.server, peers[i]), MOTE_OK);
    memset(&info, CANARY, sizeof info);
    mote_info before = info;
    assert_status(mote_peer_info(crowd.server, peers[i], &info), MOTE_STALE);
    assert_memory_equal(&before, &info, sizeof info);
  }
  assert_true(arena_is_whole(&crowd.arena));
}

static void who_is_refused_is_no_peer(void **state)
{
  (void)state;
  static const struct {
    bool has_stranger, is_refused;
    mote_status error;
    const char *alert;
  } cases[] = {
      {true, false, MOTE_ERROR_UNKNOWN_CA, "unknown_ca"},
      {false, true, MOTE_ERROR_REFUSED, "access_denied"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    configure();
    keys_show(crowd.config, CREDENTIAL_BOTH);
    if (cases[i].has_stranger) {
      assert_status(mote_config_set_trust_anchors(crowd.config, stranger_certificate,
                                                  sizeof stranger_certificate),
                    MOTE_OK);
    }
    verifiers[1].answer = cases[i].is_refused ? MOTE_ERROR_REFUSED : MOTE_OK;
    crowd_start();
    make_client(&configs[0], CREDENTIAL_CERTIFICATE);
    visitor_start_with(0, &configs[0]);
    visitor_begin(0);
    crowd_run();
    assert_status(crowd.clients[0].status, MOTE_ERROR_PEER_ALERT);
    const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_FAILED);
    assert_status(happening->event.error, cases[i].error);
    assert_string_equal(mote_alert_str(happening->event.alert), cases[i].alert);
    assert_int_equal(happening->event.alert_direction, MOTE_DIRECTION_SENT);
    assert_false(happening->event.has_peer);
    mote_server_figures figures;
    assert_status(mote_server_info(crowd.server, &figures), MOTE_OK);
    assert_int_equal(figures.peers + figures.handshakes, 0);
    /* Somebody else is served. */
    crowd_talk(1, crowd_connect(1));
  }
}

static void a_server_waits_for_its_signer(void **state)
{
  (void)state;
  for (unsigned pending = 0; pending < 4; pending++) {
    configure();
    assert_status(mote_config_set_signer(crowd.config, signer_sign, &signers[1]), MOTE_OK);
    assert_status(mote_config_set_certificate(crowd.config, server_chain, sizeof server_chain),
                  MOTE_OK);
    signers[1].pending = pending;
    crowd_start();
    make_client(&configs[0], CREDENTIAL_RPK);
    visitor_start_with(0, &configs[0]);
    visitor_begin(0);
    crowd_run_with_time();
    assert_status(crowd.clients[0].status, MOTE_OK);
    assert_int_equal(signers[1].calls, pending + 1);
    const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_CONNECTED);
    crowd_talk(0, happening->event.peer);
  }
}

/* --- mote_config_set_next ---------------------------------------------------------------------- */

static void next_checks_its_arguments(void **state)
{
  (void)state;
  mote_config *first = &configs[0], *next = &configs[1], *nameless = &configs[2],
              *client = &configs[3], *open = &configs[4];
  make(first, MOTE_ROLE_SERVER, "first.example");
  make(next, MOTE_ROLE_SERVER, "next.example");
  make(nameless, MOTE_ROLE_SERVER, NULL);
  make(client, MOTE_ROLE_CLIENT, "client.example");
  make(open, MOTE_ROLE_SERVER, "open.example");
  mote_config *all[] = {first, next, nameless, client, open};
  for (size_t i = 0; i < 5; i++) {
    assert_status(mote_config_set_psk(all[i], test_identity, 9, test_key, 16), MOTE_OK);
  }
  freeze(next);
  freeze(nameless);
  mote_config before = *first;
  static mote_config zeros;
  assert_status(mote_config_set_next(first, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_next(NULL, next), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_next(first, nameless), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_next(client, next), MOTE_ERROR_STATE);
  freeze(client);
  assert_status(mote_config_set_next(first, client), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_next(first, open), MOTE_ERROR_STATE);
  assert_status(mote_config_set_next(first, first), MOTE_ERROR_STATE);
  assert_status(mote_config_set_next(first, &zeros), MOTE_ERROR_STATE);
  assert_status(mote_config_set_next(&zeros, next), MOTE_ERROR_STATE);
  assert_true(same_octets(&before, first, sizeof before));
  assert_status(mote_config_set_next(first, next), MOTE_OK);
  freeze(first);
  assert_status(mote_config_set_next(first, next), MOTE_ERROR_STATE);

  /* 32 in all. */
  for (size_t i = 0; i < 33; i++) {
    make(&configs[i], MOTE_ROLE_SERVER, "one.example");
    assert_status(mote_config_set_psk(&configs[i], test_identity, 9, test_key, 16), MOTE_OK);
    if (i > 0) {
      before = configs[i];
      assert_status(mote_config_set_next(&configs[i], &configs[i - 1]),
                    i < 32 ? MOTE_OK : MOTE_ERROR_SIZE);
      assert_true(i < 32 || same_octets(&before, &configs[i], sizeof before));
    }
    freeze(&configs[i]);
  }
}

/* The verify callback of keys.example, if it has one of its own. */
static struct verifier *own_verifier;

/* First: server_info without a name. Then coap.example with a certificate, stranger.example with
 * another key, and keys.example with a signer. */
static void configure_names(void)
{
  keys_configure_server(CREDENTIAL_NONE);
  keys_accept(world.client.config, CREDENTIAL_BOTH);
  assert_status(mote_config_set_peer_rpk_hashes(world.client.config, stranger_hash, 32), MOTE_OK);
  mote_config *last = &configs[2], *middle = &configs[1], *certified = &configs[0];
  make(last, MOTE_ROLE_SERVER, "keys.example");
  assert_status(mote_config_set_signer(last, signer_sign, &signers[1]), MOTE_OK);
  assert_status(mote_config_set_rpk(last, server_info, sizeof server_info), MOTE_OK);
  keys_accept(last, CREDENTIAL_RPK);
  if (own_verifier != NULL) {
    assert_status(mote_config_set_verify(last, verifier_verify, own_verifier), MOTE_OK);
  }
  freeze(last);
  make(middle, MOTE_ROLE_SERVER, "stranger.example");
  assert_status(mote_config_set_private_key(middle, stranger_key, sizeof stranger_key), MOTE_OK);
  assert_status(mote_config_set_rpk(middle, stranger_info, sizeof stranger_info), MOTE_OK);
  assert_status(mote_config_set_next(middle, last), MOTE_OK);
  freeze(middle);
  make(certified, MOTE_ROLE_SERVER, SERVER_NAME);
  keys_show(certified, CREDENTIAL_CERTIFICATE);
  keys_accept(certified, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_time(certified, clock_seconds, &clocks[0]), MOTE_OK);
  assert_status(mote_config_set_next(certified, middle), MOTE_OK);
  freeze(certified);
  keys_show(world.server.config, CREDENTIAL_RPK);
  assert_status(mote_config_set_next(world.server.config, certified), MOTE_OK);
  keys_show(world.client.config, CREDENTIAL_BOTH);
  /* Its own clock is not to be confused with the servers'. */
  assert_status(mote_config_set_no_time(world.client.config), MOTE_OK);
}

static void credentials_follow_the_name(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    mote_peer_type server, client;
    const uint8_t *hash;
    unsigned number, signed_by_last, verified, asked_for_time;
  } cases[] = {
      {"none.example", MOTE_PEER_TYPE_RPK, MOTE_PEER_TYPE_NONE, server_hash, 0, 0, 0, 0},
      {SERVER_NAME, MOTE_PEER_TYPE_CERTIFICATE, MOTE_PEER_TYPE_CERTIFICATE, server_hash, 1, 0, 1,
       1},
      {"CoAP.Example", MOTE_PEER_TYPE_CERTIFICATE, MOTE_PEER_TYPE_CERTIFICATE, server_hash, 1, 0, 1,
       1},
      {"stranger.example", MOTE_PEER_TYPE_RPK, MOTE_PEER_TYPE_NONE, stranger_hash, 2, 0, 0, 0},
      {"keys.example", MOTE_PEER_TYPE_RPK, MOTE_PEER_TYPE_RPK, server_hash, 3, 1, 1, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    configure_names();
    assert_status(mote_config_set_server_name(world.client.config, cases[i].name), MOTE_OK);
    keys_connect();
    mote_info info = end_info(&world.client);
    assert_peer(&info, cases[i].server, cases[i].hash);
    assert_int_equal(info.configuration, 0);
    info = end_info(&world.server);
    assert_int_equal(info.configuration, cases[i].number);
    assert_peer(&info, cases[i].client,
                cases[i].client == MOTE_PEER_TYPE_NONE ? NULL : client_hash);
    assert_int_equal(signers[1].calls, cases[i].signed_by_last);
    /* Of the first one, whoever serves: the others have none. */
    assert_int_equal(verifiers[1].calls, cases[i].verified);
    assert_int_equal(clocks[1].calls, cases[i].asked_for_time);
    assert_int_equal(clocks[0].calls, 0);
  }
}

/* A name's own verify callback is asked and no other; where it has none, that of the first. */
static void a_name_has_its_own_verify_callback(void **state)
{
  (void)state;
  static struct verifier own;
  own_verifier = &own;
  for (int by_own = 0; by_own < 2; by_own++) {
    for (int is_refused = 0; is_refused < 2; is_refused++) {
      own = (struct verifier){.answer = MOTE_OK};
      configure_names();
      struct verifier *asked = by_own == 1 ? &own : &verifiers[1];
      struct verifier *other = by_own == 1 ? &verifiers[1] : &own;
      asked->answer = is_refused == 1 ? MOTE_ERROR_REFUSED : MOTE_OK;
      other->answer = is_refused == 1 ? MOTE_OK : MOTE_ERROR_REFUSED;
      assert_status(mote_config_set_server_name(world.client.config,
                                                by_own == 1 ? "keys.example" : SERVER_NAME),
                    MOTE_OK);
      if (is_refused == 1) {
        keys_fail(&world.server, MOTE_ERROR_REFUSED,
                  by_own == 1 ? "handshake_failure" : "access_denied");
      } else {
        keys_connect();
      }
      assert_int_equal(asked->calls, 1);
      assert_int_equal(other->calls, 0);
      assert_memory_equal(asked->seen.key_hash, client_hash, MOTE_KEY_HASH_LENGTH);
    }
  }
  own_verifier = NULL;
}

/* A pre-shared key is that of one name, whose server may have no other. */
static void a_name_has_its_own_pre_shared_key(void **state)
{
  (void)state;
  static const uint8_t other_key[16] = {8};
  mote_config *next = &configs[0];
  for (unsigned number = 0; number < 2; number++) {
    for (int has_key = 0; has_key < 2; has_key++) {
      pair_configure(&world);
      const char *name = number == 1 ? SERVER_NAME : "first.example";
      assert_status(mote_config_set_server_name(world.client.config, name), MOTE_OK);
      make(next, MOTE_ROLE_SERVER, SERVER_NAME);
      keys_show(next, CREDENTIAL_RPK);
      if (has_key == 1) {
        assert_status(mote_config_set_psk(next, test_identity, 9, other_key, 16), MOTE_OK);
      }
      freeze(next);
      assert_status(mote_config_set_next(world.server.config, next), MOTE_OK);
      if (number == 1 && has_key == 0) {
        pair_start(&world);
        pair_drive(&world);
        assert_status(world.server.status, MOTE_ERROR_HANDSHAKE_FAILURE);
        assert_status(world.client.status, MOTE_ERROR_PEER_ALERT);
        continue;
      }
      if (number == 1) {
        assert_status(mote_config_set_psk(world.client.config, test_identity, 9, other_key, 16),
                      MOTE_OK);
      }
      keys_connect();
      assert_int_equal(end_info(&world.server).configuration, number);
    }
  }
}

/* A name at a server is no obstacle to clients that ask for none, or another. */
static void a_named_server_serves_everybody(void **state)
{
  (void)state;
  static const char *const asked[] = {NULL, SERVER_NAME, "other.example"};
  for (size_t i = 0; i < 3; i++) {
    for (int has_keys = 0; has_keys < 2; has_keys++) {
      if (has_keys == 1) {
        keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
      } else {
        pair_configure(&world);
      }
      assert_status(mote_config_set_server_name(world.server.config, SERVER_NAME), MOTE_OK);
      if (asked[i] != NULL) {
        assert_status(mote_config_set_server_name(world.client.config, asked[i]), MOTE_OK);
      }
      keys_connect();
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(peers_of_every_kind),
      cmocka_unit_test(who_is_refused_is_no_peer),
      cmocka_unit_test(a_server_waits_for_its_signer),
      cmocka_unit_test(next_checks_its_arguments),
      cmocka_unit_test(credentials_follow_the_name),
      cmocka_unit_test(a_name_has_its_own_verify_callback),
      cmocka_unit_test(a_name_has_its_own_pre_shared_key),
      cmocka_unit_test(a_named_server_serves_everybody),
  };
  return cmocka_run_group_tests_name("key_server", tests, NULL, NULL);
}
