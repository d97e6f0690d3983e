/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Identities, keys and the look-up. */
#include "pair.h"

#include <string.h>

static uint8_t long_identity[MOTE_PSK_IDENTITY_MAX];
static uint8_t long_key[MOTE_PSK_KEY_MAX];

static void fill(void)
{
  for (size_t i = 0; i < sizeof long_identity; i++) {
    long_identity[i] = (uint8_t)(i * 5); /* NUL octets among them, the first is one. */
  }
  for (size_t i = 0; i < sizeof long_key; i++) {
    long_key[i] = (uint8_t)(i ^ 0x5A);
  }
}

/* Where the server's key comes from. */
enum source { LOOKUP, CONFIGURED, OF_CONNECTION, SOURCES };

static void identities_and_keys_of_every_length(void **state)
{
  (void)state;
  fill();
  static const size_t identity_lengths[] = {0, 1, 32, 33, 100, 128};
  static const size_t key_lengths[] = {1, 16, 63, 64};
  for (size_t i = 0; i < 6; i++) {
    for (size_t k = 0; k < 4; k++) {
      for (int source = 0; source < SOURCES; source++) {
        const size_t identity_length = identity_lengths[i], key_length = key_lengths[k];
        pair_configure(&world);
        struct end *client = &world.client, *server = &world.server;
        server->lookup_status = source == LOOKUP ? MOTE_OK : MOTE_ERROR_UNKNOWN_IDENTITY;
        server->lookup_key = long_key;
        server->lookup_key_length = key_length;
        if (source == CONFIGURED) {
          assert_status(mote_config_set_psk(server->config, long_identity, identity_length,
                                            long_key, key_length),
                        MOTE_OK);
        }
        pair_start(&world);
        if (source == OF_CONNECTION) {
          assert_status(mote_connection_set_psk(server->connection, long_identity,
                                                identity_length, long_key, key_length),
                        MOTE_OK);
        }
        assert_status(mote_connection_set_psk(client->connection, long_identity, identity_length,
                                              long_key, key_length),
                      MOTE_OK);
        pair_finish(&world);
        if (source == LOOKUP) {
          assert_int_equal(server->calls[CALLBACK_LOOKUP], 1);
          assert_int_equal(server->lookup_identity_length, identity_length);
          assert_memory_equal(server->lookup_identity, long_identity, identity_length);
          assert_int_equal(server->lookup_capacity, MOTE_PSK_KEY_MAX);
        }
        mote_info info = end_info(server);
        assert_int_equal(info.psk_identity_length, identity_length);
        assert_memory_equal(info.psk_identity, long_identity, identity_length);
        assert_non_null(info.psk_identity);
        assert_false(info.psk_identity_truncated);
        pair_talk(&world);

        /* With the workspace goes all but the front of it. */
        assert_status(mote_connection_take_back(server->connection), MOTE_OK);
        memset(server->workspace, 0, server->workspace_size);
        info = end_info(server);
        size_t kept = identity_length < 32 ? identity_length : 32;
        assert_int_equal(info.psk_identity_length, kept);
        assert_memory_equal(info.psk_identity, long_identity, kept);
        assert_int_equal(info.psk_identity_truncated, identity_length > 32);
        pair_check_memory(&world);
      }
    }
  }
}

/* The keys do not match: both ends learn it the same way, whether the identity is known or not. */
static void keys_that_do_not_match(void **state)
{
  (void)state;
  fill();
  static const struct {
    const char *name;
    size_t identity_length;
    mote_status lookup;
  } cases[] = {
      {"wrong key", 9, MOTE_OK},
      {"unknown identity", 9, MOTE_ERROR_UNKNOWN_IDENTITY},
      {"identity that only begins alike", 10, MOTE_ERROR_UNKNOWN_IDENTITY},
      {"identity of nothing", 0, MOTE_ERROR_UNKNOWN_IDENTITY},
  };
  unsigned sends = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pair_configure(&world);
    struct end *client = &world.client, *server = &world.server;
    server->lookup_status = cases[i].lookup;
    server->lookup_key = long_key;
    assert_status(mote_config_set_psk(server->config, long_identity, 9, test_key, 16), MOTE_OK);
    pair_start(&world);
    assert_status(mote_connection_set_psk(client->connection, long_identity + (i == 0),
                                          cases[i].identity_length, test_key, 16),
                  MOTE_OK);
    if (i == 1) {
      assert_status(mote_connection_set_psk(client->connection, test_identity, 9, test_key, 16),
                    MOTE_OK);
    }
    pair_drive(&world);
    assert_status(server->status, MOTE_ERROR_DECRYPT);
    assert_status(client->status, MOTE_ERROR_PEER_ALERT);
    mote_info from = end_info(server), to = end_info(client);
    assert_string_equal(mote_alert_str(from.alert), "decrypt_error");
    assert_int_equal(from.alert_direction, MOTE_DIRECTION_SENT);
    assert_string_equal(mote_alert_str(to.alert), "decrypt_error");
    assert_int_equal(to.alert_direction, MOTE_DIRECTION_RECEIVED);
    assert_status(to.error, MOTE_ERROR_PEER_ALERT);
    assert_int_equal(from.counters.unauthenticated, 2);
    assert_int_equal(from.suite, 0);
    assert_null(from.psk_identity);
    assert_null(to.psk_identity);
    /* As many datagrams, whatever was wrong. */
    assert_true(i == 0 || sends == server->calls[CALLBACK_SEND]);
    sends = server->calls[CALLBACK_SEND];
  }
}

static void a_lookup_that_takes_its_time(void **state)
{
  (void)state;
  for (unsigned pending = 1; pending < 8; pending++) {
    pair_configure(&world);
    struct end *client = &world.client, *server = &world.server;
    server->lookup_pending = pending;
    pair_start(&world);
    unsigned seen = 0;
    for (unsigned round = 0; round < 30 && server->status != MOTE_OK; round++) {
      client->status = mote_connection_handshake(client->connection);
      server->status = mote_connection_handshake(server->connection);
      if (server->status == MOTE_PENDING) {
        seen++;
        assert_int_equal(end_info(server).state, MOTE_STATE_HANDSHAKE);
        assert_status(mote_connection_take_back(server->connection), MOTE_ERROR_STATE);
        assert_status(mote_connection_set_psk(server->connection, test_identity, 9, test_key, 16),
                      MOTE_ERROR_STATE);
      }
      uint32_t wait = mote_connection_timeout(client->connection, world.now);
      world.now += client->inbox.count + server->inbox.count > 0 || wait == MOTE_NO_TIMEOUT
                       ? 0
                       : wait;
    }
    /* The call that takes the identity in asks, and may ask again. */
    assert_in_range(seen, pending - 1, pending);
    assert_int_equal(server->calls[CALLBACK_LOOKUP], pending + 1);
    pair_finish(&world);
    pair_talk(&world);
  }
}

static void a_lookup_that_fails(void **state)
{
  (void)state;
  fill();
  static const struct {
    int status;
    size_t key_length;
  } answers[] = {
      {MOTE_OK, 0},
      {MOTE_OK, MOTE_PSK_KEY_MAX + 1},
      {MOTE_OK, SIZE_MAX},
      {MOTE_ERROR_CALLBACK, 16},
      {MOTE_ERROR_IO, 16},
      {MOTE_WANT_READ, 16},
      {MOTE_CLOSED, 16},
      {1000, 16},
      {INT32_MIN, 16},
  };
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    for (unsigned pending = 0; pending < 2; pending++) {
      pair_configure(&world);
      struct end *client = &world.client, *server = &world.server;
      server->lookup_pending = pending;
      server->lookup_status = (mote_status)answers[i].status;
      server->lookup_key = long_key;
      server->lookup_key_length = answers[i].key_length;
      pair_start(&world);
      pair_drive(&world);
      assert_status(server->status, MOTE_ERROR_CALLBACK);
      assert_status(client->status, MOTE_ERROR_PEER_ALERT);
      assert_string_equal(mote_alert_str(end_info(client).alert), "internal_error");
      pair_check_memory(&world);
    }
  }
}

/* What a connection sets stands before what its configuration sets. */
static void the_key_of_the_connection_comes_first(void **state)
{
  (void)state;
  fill();
  pair_configure(&world);
  struct end *server = &world.server;
  assert_status(mote_config_set_psk(server->config, test_identity, 9, long_key, 64), MOTE_OK);
  pair_start(&world);
  assert_status(mote_connection_set_psk(server->connection, test_identity, 9, test_key, 16),
                MOTE_OK);
  pair_finish(&world);
  /* The look-up is asked all the same: the time must not tell whose key was found. */
  assert_int_equal(server->calls[CALLBACK_LOOKUP], 1);
  pair_talk(&world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(identities_and_keys_of_every_length),
      cmocka_unit_test(keys_that_do_not_match),
      cmocka_unit_test(a_lookup_that_takes_its_time),
      cmocka_unit_test(a_lookup_that_fails),
      cmocka_unit_test(the_key_of_the_connection_comes_first),
  };
  return cmocka_run_group_tests_name("psk", tests, NULL, NULL);
}
