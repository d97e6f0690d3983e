/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is left in the caller's memory, and that nothing outside it is written. */
#include "keys.h"

#include <string.h>

static uint8_t master_secret[48];

/* The first random octets that a server draws are its two cookie secrets. */
static bool holds_cookie_secret(const struct end *end)
{
  return arena_holds(&end->arena, end->randoms[0], 32) ||
         arena_holds(&end->arena, end->randoms[1], 32);
}

static bool holds_secret(const struct end *end)
{
  return arena_holds(&end->arena, master_secret, sizeof master_secret) ||
         arena_holds(&end->arena, test_key, sizeof test_key);
}

/* The search itself works: a connection keeps its master secret, for the exporter. */
static void connected(void **state)
{
  (void)state;
  pair_connect(&world);
  end_master_secret(&world.client, master_secret);
  assert_true(arena_holds(&world.client.arena, master_secret, sizeof master_secret));
  assert_true(arena_holds(&world.server.arena, master_secret, sizeof master_secret));
  assert_true(holds_cookie_secret(&world.server));
  assert_false(arena_holds(&world.client.arena, test_key, sizeof test_key));
  assert_false(arena_holds(&world.server.arena, test_key, sizeof test_key));
}

/* Nothing secret is left in a workspace that is taken back. */
static void taken_back(void **state)
{
  (void)state;
  connected(state);
  pair_talk(&world);
  struct end *ends[] = {&world.client, &world.server};
  for (size_t i = 0; i < 2; i++) {
    struct end *end = ends[i];
    assert_status(mote_connection_take_back(end->connection), MOTE_OK);
    /* The connection itself goes on, and keeps its keys. */
    static uint64_t kept[MOTE_CONNECTION_SIZE / 8];
    memcpy(kept, end->connection, sizeof kept);
    memset(end->connection, 0, sizeof kept);
    assert_false(holds_secret(end));
    assert_true(i == 0 || !holds_cookie_secret(end));
    memcpy(end->connection, kept, sizeof kept);
  }
  for (size_t i = 0; i < 2; i++) {
    assert_status(mote_connection_lend(ends[i]->connection, NULL, 0, ends[i]->buffer,
                                       ends[i]->buffer_size),
                  MOTE_OK);
  }
  pair_talk(&world);
  pair_check_memory(&world);
}

static void wiped(void **state)
{
  (void)state;
  connected(state);
  pair_talk(&world);
  struct end *ends[] = {&world.client, &world.server};
  for (size_t i = 0; i < 2; i++) {
    assert_status(mote_connection_wipe(ends[i]->connection), MOTE_OK);
    assert_false(holds_secret(ends[i]));
    assert_true(i == 0 || !holds_cookie_secret(ends[i]));
    assert_status(mote_connection_wipe(ends[i]->connection), MOTE_OK);
    assert_int_equal(ends[i]->inbox.count, 0); /* Without a word to the peer. */
    /* It can be made anew in the same memory. */
    assert_status(mote_connection_init(ends[i]->connection, MOTE_CONNECTION_SIZE, ends[i]->config,
                                       &ends[i]->io),
                  MOTE_OK);
    assert_status(mote_connection_lend(ends[i]->connection, ends[i]->workspace,
                                       ends[i]->workspace_size, ends[i]->buffer,
                                       ends[i]->buffer_size),
                  MOTE_OK);
    ends[i]->status = MOTE_WANT_READ;
  }
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
}

static void closed(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    connected(state);
    struct end *closer = role == 0 ? &world.client : &world.server;
    const uint8_t *data;
    size_t length;
    assert_status(mote_connection_close(closer->connection), MOTE_OK);
    assert_status(end_read(closer->peer, &data, &length), MOTE_CLOSED);
    assert_false(holds_secret(closer));
    assert_false(holds_secret(closer->peer));
    assert_status(mote_connection_take_back(world.server.connection), MOTE_OK);
    assert_false(holds_cookie_secret(&world.server));
  }
}

static void failed(void **state)
{
  (void)state;
  connected(state);
  struct end *client = &world.client;
  client->send_answer = -7;
  assert_status(mote_connection_write(client->connection, test_identity, 1), MOTE_ERROR_IO);
  assert_false(holds_secret(client));
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  pair_check_memory(&world);
}

/* In the middle of a handshake, with the keys made, it is given up in each way. */
static void given_up(void **state)
{
  (void)state;
  for (unsigned steps = 0; steps < 6; steps++) {
    for (int way = 0; way < 3; way++) {
      pair_configure(&world);
      pair_start(&world);
      struct end *ends[] = {&world.client, &world.server};
      for (unsigned i = 0; i < steps; i++) {
        assert_true(mote_connection_handshake(ends[i % 2]->connection) >= 0);
      }
      bool has_keys = world.client.calls[CALLBACK_KEY_LOG] > 0;
      if (has_keys) {
        end_master_secret(&world.client, master_secret);
        assert_true(holds_secret(&world.client));
      }
      for (size_t i = 0; i < 2; i++) {
        struct end *end = ends[i];
        if (way == 0) {
          assert_status(mote_connection_wipe(end->connection), MOTE_OK);
        } else if (way == 1) {
          assert_status(mote_connection_close(end->connection), MOTE_OK);
        } else {
          end->recv_answer = -8;
          mote_status status = mote_connection_handshake(end->connection);
          assert_true(status == MOTE_ERROR_IO || status >= 0);
          if (status >= 0) {
            /* It had something to say before it listens. */
            assert_status(mote_connection_close(end->connection), MOTE_OK);
          }
        }
        assert_true(!has_keys || !holds_secret(end));
        if (way != 0) {
          assert_status(mote_connection_take_back(end->connection), MOTE_OK);
        }
        assert_true(i == 0 || end->calls[CALLBACK_RANDOM] == 0 || !holds_cookie_secret(end));
      }
      pair_check_memory(&world);
    }
  }
}

/* The smallest and odd sizes: every octet given is used, none beyond. */
static void nothing_outside_is_written(void **state)
{
  (void)state;
  static const size_t reassembly[] = {0, 1, 7, 40, 301};
  static const size_t buffers[] = {MOTE_BUFFER_MIN, 129, 255, 545};
  for (size_t i = 0; i < sizeof reassembly / sizeof *reassembly; i++) {
    for (size_t j = 0; j < sizeof buffers / sizeof *buffers; j++) {
      pair_configure(&world);
      struct end *ends[] = {&world.client, &world.server};
      for (size_t k = 0; k < 2; k++) {
        ends[k]->workspace_size = MOTE_WORKSPACE_SIZE + reassembly[i];
        ends[k]->buffer_size = buffers[j];
      }
      pair_start(&world);
      uint8_t noise[700];
      memset(noise, 0xAB, sizeof noise);
      queue_put(&world.client.inbox, noise, sizeof noise);
      queue_put(&world.server.inbox, noise, sizeof noise);
      pair_finish(&world);
      for (size_t k = 0; k < 2; k++) {
        size_t most = mote_connection_max_write(ends[k]->connection);
        assert_int_equal(most, buffers[j] - MOTE_RECORD_OVERHEAD);
        assert_status(mote_connection_write(ends[k]->connection, noise, most), MOTE_OK);
        const uint8_t *data;
        size_t length;
        assert_status(end_read(ends[1 - k], &data, &length), MOTE_OK);
        assert_int_equal(length, most);
        assert_status(mote_connection_input(ends[k]->connection, noise, sizeof noise), MOTE_OK);
        assert_status(end_read(ends[k], &data, &length), MOTE_WANT_READ);
        assert_status(end_read(ends[1 - k], &data, &length), MOTE_WANT_READ);
      }
      pair_talk(&world);
      pair_check_memory(&world);
    }
  }
}

/* --- Public keys ------------------------------------------------------------------------------- */

/* In either order of octets: a number may be kept by its words. */
static bool holds_number(const struct end *end, const uint8_t number[32])
{
  uint8_t reversed[32];
  for (size_t i = 0; i < 32; i++) {
    reversed[i] = number[31 - i];
  }
  return arena_holds(&end->arena, number, 32) || arena_holds(&end->arena, reversed, 32);
}

/* How many of the random octets that an end has drawn lie in its memory: cookie secrets, its Random
 * (which is public, and stays), its ephemeral key, and what it adds to a signature. */
static unsigned held_randoms(const struct end *end)
{
  unsigned held = 0;
  for (unsigned i = 0; i < end->calls[CALLBACK_RANDOM] && i < RANDOMS_MAX; i++) {
    held += holds_number(end, end->randoms[i]);
  }
  return held;
}

static bool holds_private_key(const struct end *end)
{
  return holds_number(end, client_key_scalar) || holds_number(end, server_key_scalar);
}

static void private_keys_leave_no_trace(void **state)
{
  (void)state;
  for (int credential = CREDENTIAL_RPK; credential <= CREDENTIAL_CERTIFICATE; credential++) {
    struct end *ends[] = {&world.client, &world.server};
    keys_configure((enum credential)credential, (enum credential)credential);
    keys_connect();
    assert_in_range(world.server.calls[CALLBACK_RANDOM], 5, RANDOMS_MAX);
    for (size_t i = 0; i < 2; i++) {
      assert_false(holds_private_key(ends[i]));
      /* The ephemeral key goes with the handshake, a server's cookie secrets with its workspace. */
      assert_int_equal(held_randoms(ends[i]), i == 0 ? 1 : 3);
      assert_status(mote_connection_take_back(ends[i]->connection), MOTE_OK);
      assert_int_equal(held_randoms(ends[i]), 1);
    }
  }
}

/* A handshake that goes no further leaves nothing either. */
static void given_up_with_an_ephemeral_key(void **state)
{
  (void)state;
  for (int way = 0; way < 4; way++) {
    bool is_closed = way % 2 == 1, is_pending = way / 2 == 1;
    keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
    struct end *client = &world.client, *server = &world.server;
    if (is_pending) {
      signers[1].pending = UINT32_MAX;
      assert_status(mote_config_set_signer(server->config, signer_sign, &signers[1]), MOTE_OK);
    }
    pair_start(&world);
    for (unsigned i = 0; i < 2; i++) {
      client->status = mote_connection_handshake(client->connection);
      server->status = mote_connection_handshake(server->connection);
    }
    /* It has shown its ephemeral key, or waits for a signature of it: the search finds the key. */
    assert_status(server->status, is_pending ? MOTE_PENDING : MOTE_WANT_READ);
    assert_int_equal(end_count_events(server, MOTE_DIRECTION_SENT, 22, 12), is_pending ? 0 : 1);
    assert_int_equal(held_randoms(server), 4);
    assert_false(holds_private_key(server));
    assert_status(is_closed ? mote_connection_close(server->connection)
                            : mote_connection_wipe(server->connection),
                  MOTE_OK);
    if (is_closed) {
      assert_status(mote_connection_take_back(server->connection), MOTE_OK);
    }
    assert_in_range(held_randoms(server), 0, 1);
    pair_check_memory(&world);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(connected),
      cmocka_unit_test(taken_back),
      cmocka_unit_test(wiped),
      cmocka_unit_test(closed),
      cmocka_unit_test(failed),
      cmocka_unit_test(given_up),
      cmocka_unit_test(nothing_outside_is_written),
      cmocka_unit_test(private_keys_leave_no_trace),
      cmocka_unit_test(given_up_with_an_ephemeral_key),
  };
  return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
