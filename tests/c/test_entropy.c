/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Random numbers that are not there yet, handshakes that take too long, and what to do about a
 * status. */
#include "crowd.h"
#include "pair.h"

#include <string.h>

static struct end *end_of(int role) { return role == 0 ? &world.client : &world.server; }

/* --- random says "not yet" --------------------------------------------------------------------- */

/* At each draw of either end: the handshake waits, loses nothing, and goes on. */
static void not_yet_at_each_draw(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    for (unsigned call = 1; call <= (role == 0 ? 1 : 4); call++) {
      pair_configure(&world);
      struct end *end = end_of(role);
      end->random_waits_at = call;
      end->random_waits = 3;
      pair_start(&world);
      unsigned waits = 0;
      for (unsigned round = 0; round < 40; round++) {
        world.client.status = mote_connection_handshake(world.client.connection);
        world.server.status = mote_connection_handshake(world.server.connection);
        if (end->status == MOTE_WANT_ENTROPY) {
          waits++;
          uint32_t wait = mote_connection_timeout(end->connection, world.now);
          assert_true(wait > 0 && wait <= 100);
          /* Nothing is taken in as long as it waits. */
          assert_status(mote_connection_input(end->connection, test_key, 1), MOTE_WANT_ENTROPY);
          world.now += wait;
        }
        if (world.client.status == MOTE_OK && world.server.status == MOTE_OK) {
          break;
        }
      }
      assert_int_equal(waits, 3);
      assert_int_equal(world.now - CLOCK_START, 300);
      assert_int_equal(end_info(&world.client).counters.retransmissions, 0);
      assert_int_equal(end_info(&world.server).counters.retransmissions, 0);
      assert_int_equal(end_info(end).counters.lost, 0);
      assert_status(end_info(end).error, MOTE_OK);
      pair_talk(&world);
      pair_check_memory(&world);
    }
  }
}

/* A client that has drawn nothing can still be set up, closed, and given back. */
static void a_client_that_waits_is_fresh(void **state)
{
  (void)state;
  pair_configure(&world);
  struct end *client = &world.client;
  client->random_waits_at = 1;
  client->random_waits = 1000;
  pair_start(&world);
  assert_status(mote_connection_handshake(client->connection), MOTE_WANT_ENTROPY);
  assert_status(mote_connection_set_server_name(client->connection, "coap.example"), MOTE_OK);
  assert_status(mote_connection_handshake(client->connection), MOTE_WANT_ENTROPY);
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  assert_status(mote_connection_lend(client->connection, client->workspace, client->workspace_size,
                                     client->buffer, client->buffer_size),
                MOTE_OK);
  client->random_waits = 0;
  pair_finish(&world);
  pair_talk(&world);
}

/* mote_server: at its start, at its gate, in a handshake, and at a change of the cookie's secret. */
static void a_server_waits(void **state)
{
  (void)state;
  crowd_configure();
  crowd_start();
  /* Made anew elsewhere: the key of its table is drawn, or nothing is written. */
  static uint64_t memory[40000 / 8];
  mote_server *other = (mote_server *)(void *)memory;
  crowd.random_waits = 1;
  for (unsigned i = 0; i < 2; i++) {
    assert_status(mote_server_init(memory, sizeof memory, crowd.config, &crowd.io, 1, 1,
                                   MOTE_WORKSPACE_SIZE, 512),
                  i == 0 ? MOTE_WANT_ENTROPY : MOTE_OK);
    assert_true(i == 1 || memory[0] == 0);
  }
  assert_status(mote_server_wipe(other), MOTE_OK);
  crowd.random_waits = 1;
  assert_status(mote_server_rotate_cookie_secret(crowd.server), MOTE_WANT_ENTROPY);
  assert_status(mote_server_rotate_cookie_secret(crowd.server), MOTE_OK);
  /* A datagram that is not taken is given once more. */
  visitor_begin(0);
  const datagram *hello = queue_take(&crowd.inbox);
  assert_non_null(hello);
  static const uint8_t address[] = {192, 0, 2, 9};
  /* Only a secret that is too old has to be drawn. */
  crowd.now += 60000;
  crowd.random_waits = 2;
  for (unsigned i = 0; i < 2; i++) {
    assert_status(
        mote_server_input(crowd.server, address, sizeof address, hello->octets, hello->length),
        MOTE_WANT_ENTROPY);
  }
  assert_status(
      mote_server_input(crowd.server, address, sizeof address, hello->octets, hello->length),
      MOTE_OK);
  crowd_drain();
}

/* The configuration remembers: the next connection with it may not draw the same. */
static void the_same_random_twice(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    pair_connect(&world);
    struct end *end = end_of(role);
    assert_status(mote_connection_wipe(world.client.connection), MOTE_OK);
    assert_status(mote_connection_wipe(world.server.connection), MOTE_OK);
    end->random_state = 1 + (uint32_t)role; /* as after a boot from the same seed */
    end->peer->random_state = 4711;
    for (unsigned i = 0; i < 2; i++) {
      struct end *one = end_of((int)i);
      one->inbox.count = 0;
      one->status = MOTE_WANT_READ;
      assert_status(
          mote_connection_init(one->connection, MOTE_CONNECTION_SIZE, one->config, &one->io),
          MOTE_OK);
      assert_status(mote_connection_lend(one->connection, one->workspace, one->workspace_size,
                                         one->buffer, one->buffer_size),
                    MOTE_OK);
    }
    pair_drive(&world);
    assert_status(end->status, MOTE_ERROR_RANDOM);
    assert_int_equal(mote_advise(end->status, 0), MOTE_ADVICE_CHECK_DEVICE);
  }
}

/* --- Bounds -------------------------------------------------------------------------------------- */

static void a_handshake_has_an_end(void **state)
{
  (void)state;
  /* Nobody answers. */
  pair_configure(&world);
  assert_status(mote_config_set_handshake_timeout(world.client.config, 5000), MOTE_OK);
  pair_start(&world);
  mote_connection *client = world.client.connection;
  while (mote_connection_handshake(client) == MOTE_WANT_READ) {
    world.now += mote_connection_timeout(client, world.now);
  }
  assert_status(mote_connection_handshake(client), MOTE_ERROR_TIMEOUT);
  assert_int_equal(world.now - CLOCK_START, 5000);
  assert_int_equal(mote_connection_timeout(client, world.now), MOTE_NO_TIMEOUT);

  /* A look-up that is never answered. */
  pair_configure(&world);
  assert_status(mote_config_set_handshake_timeout(world.server.config, 8000), MOTE_OK);
  world.server.lookup_pending = 100000;
  pair_start(&world);
  for (unsigned round = 0; round < 200 && world.server.status >= 0; round++) {
    world.client.status = mote_connection_handshake(world.client.connection);
    world.server.status = mote_connection_handshake(world.server.connection);
    uint32_t wait = mote_connection_timeout(world.client.connection, world.now);
    uint32_t other = mote_connection_timeout(world.server.connection, world.now);
    if (world.server.status == MOTE_PENDING) {
      world.now += other < wait ? other : wait;
    }
  }
  assert_status(world.server.status, MOTE_ERROR_TIMEOUT);
  assert_int_equal(world.now - CLOCK_START, 8000);
  assert_true(end_info(&world.server).counters.retransmissions > 0);

  /* Random numbers that never come. */
  pair_configure(&world);
  assert_status(mote_config_set_handshake_timeout(world.client.config, 2000), MOTE_OK);
  world.client.random_waits_at = 1;
  world.client.random_waits = 100000;
  pair_start(&world);
  while (mote_connection_handshake(world.client.connection) == MOTE_WANT_ENTROPY) {
    world.now += mote_connection_timeout(world.client.connection, world.now);
  }
  assert_status(mote_connection_handshake(world.client.connection), MOTE_ERROR_TIMEOUT);
  assert_int_equal(world.now - CLOCK_START, 2000);
}

/* --- Advice -------------------------------------------------------------------------------------- */

static void advice(void **state)
{
  (void)state;
  static const struct {
    int status;
    mote_advice advice;
  } cases[] = {
      {MOTE_OK, MOTE_ADVICE_GO_ON},
      {MOTE_WANT_ENTROPY, MOTE_ADVICE_GO_ON},
      {MOTE_CLOSED, MOTE_ADVICE_CONNECT_AGAIN},
      {MOTE_ERROR_SESSION, MOTE_ADVICE_CONNECT_AGAIN},
      {MOTE_ERROR_TIMEOUT, MOTE_ADVICE_RETRY_LATER},
      {MOTE_ERROR_IO, MOTE_ADVICE_RETRY_LATER},
      {MOTE_ERROR_UNKNOWN_KEY, MOTE_ADVICE_WRONG_CREDENTIALS},
      {MOTE_ERROR_REFUSED, MOTE_ADVICE_WRONG_CREDENTIALS},
      {MOTE_ERROR_DECRYPT, MOTE_ADVICE_PROVISION_AGAIN},
      {MOTE_ERROR_HANDSHAKE_FAILURE, MOTE_ADVICE_GIVE_UP},
      {MOTE_ERROR_RANDOM, MOTE_ADVICE_CHECK_DEVICE},
      {MOTE_ERROR_CERTIFICATE_NOT_YET_VALID, MOTE_ADVICE_CHECK_DEVICE},
      {MOTE_ERROR_STATE, MOTE_ADVICE_FIX_PROGRAM},
      {MOTE_ERROR_ALIGNMENT, MOTE_ADVICE_FIX_PROGRAM},
      {7, MOTE_ADVICE_FIX_PROGRAM},
      {-12345, MOTE_ADVICE_FIX_PROGRAM},
      {INT32_MIN, MOTE_ADVICE_FIX_PROGRAM},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(mote_advise((mote_status)cases[i].status, MOTE_ALERT_DECRYPT_ERROR),
                     cases[i].advice);
  }
  mote_status alerted = MOTE_ERROR_PEER_ALERT;
  assert_int_equal(mote_advise(alerted, MOTE_ALERT_DECRYPT_ERROR), MOTE_ADVICE_PROVISION_AGAIN);
  assert_int_equal(mote_advise(alerted, MOTE_ALERT_UNKNOWN_CA), MOTE_ADVICE_PROVISION_AGAIN);
  assert_int_equal(mote_advise(alerted, MOTE_ALERT_PROTOCOL_VERSION), MOTE_ADVICE_GIVE_UP);
  assert_int_equal(mote_advise(alerted, MOTE_ALERT_INTERNAL_ERROR), MOTE_ADVICE_RETRY_LATER);
  assert_int_equal(mote_advise(alerted, 255), MOTE_ADVICE_RETRY_LATER);
}

static void waits(void **state)
{
  (void)state;
  for (int number = -1; number < 9; number++) {
    mote_advice what = (mote_advice)number;
    bool is_quick = what == MOTE_ADVICE_CONNECT_AGAIN || what == MOTE_ADVICE_RETRY_LATER;
    uint32_t wait = is_quick ? 10000 : 3600000, greatest = is_quick ? 3600000 : 86400000;
    for (uint32_t failures = 1; failures < 40; failures++) {
      uint32_t least = mote_backoff_ms(what, failures, 0);
      uint32_t most = mote_backoff_ms(what, failures, UINT32_MAX);
      if (what == MOTE_ADVICE_GO_ON) {
        assert_int_equal(most, 0);
        continue;
      }
      assert_int_equal(least, wait / 2);
      assert_int_equal(most, wait);
      wait = wait > greatest / 2 ? greatest : 2 * wait;
    }
    assert_int_equal(mote_backoff_ms(what, 0, 9), mote_backoff_ms(what, 1, 9));
    assert_true(mote_backoff_ms(what, UINT32_MAX, UINT32_MAX) <= greatest);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(not_yet_at_each_draw),
      cmocka_unit_test(a_client_that_waits_is_fresh),
      cmocka_unit_test(a_server_waits),
      cmocka_unit_test(the_same_random_twice),
      cmocka_unit_test(a_handshake_has_an_end),
      cmocka_unit_test(advice),
      cmocka_unit_test(waits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
