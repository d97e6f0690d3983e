/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Heartbeats: a sign of life, keep-alive, probes of the path. */
#include "pair.h"

#include <string.h>

static const uint8_t *data;
static size_t length;

static void connect_with(mote_heartbeat_mode client, mote_heartbeat_mode server,
                         uint32_t keep_alive_ms)
{
  pair_configure(&world);
  assert_status(mote_config_set_heartbeat(world.client.config, client), MOTE_OK);
  assert_status(mote_config_set_heartbeat(world.server.config, server), MOTE_OK);
  if (keep_alive_ms > 0)
    assert_status(mote_config_set_keep_alive(world.client.config, keep_alive_ms), MOTE_OK);
  pair_start(&world);
  pair_finish(&world);
  /* The clock may have moved on: now each has heard the other. */
  pair_talk(&world);
}

/* Both ends read until there is nothing more. */
static void settle(void)
{
  for (int i = 0; i < 4; i++) {
    assert_status(end_read(&world.server, &data, &length), MOTE_WANT_READ);
    assert_status(end_read(&world.client, &data, &length), MOTE_WANT_READ);
  }
}

static void either_end_asks(void **state)
{
  (void)state;
  connect_with(MOTE_HEARTBEAT_MODE_PEER_ALLOWED, MOTE_HEARTBEAT_MODE_PEER_ALLOWED, 0);
  struct end *ends[] = {&world.client, &world.server};
  for (size_t i = 0; i < 2; i++) {
    mote_connection *connection = ends[i]->connection;
    mote_info info = end_info(ends[i]);
    assert_true(info.heartbeat && info.heartbeat_allowed && !info.heartbeat_in_flight);
    assert_status(mote_connection_heartbeat(connection), MOTE_OK);
    assert_status(mote_connection_heartbeat(connection), MOTE_ERROR_STATE);
    assert_status(mote_connection_probe_mtu(connection, 300), MOTE_ERROR_STATE);
    assert_true(end_info(ends[i]).heartbeat_in_flight);
    assert_int_equal(mote_connection_timeout(connection, world.now), 1000);
    world.now += 40;
    settle();
    info = end_info(ends[i]);
    assert_false(info.heartbeat_in_flight);
    assert_int_equal(info.heartbeat_answers, 1);
    assert_int_equal(info.heartbeats_lost, 0);
    assert_int_equal(info.heartbeat_round_trip_ms, 40);
    assert_int_equal(mote_connection_timeout(connection, world.now), MOTE_NO_TIMEOUT);
  }
  pair_talk(&world);
  pair_check_memory(&world);
}

static void nobody_asks_who_may_not(void **state)
{
  (void)state;
  static const mote_heartbeat_mode modes[] = {MOTE_HEARTBEAT_MODE_OFF,
                                              MOTE_HEARTBEAT_MODE_PEER_ALLOWED,
                                              MOTE_HEARTBEAT_MODE_PEER_NOT_ALLOWED};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) {
      connect_with(modes[i], modes[j], 0);
      bool both = i > 0 && j > 0;
      bool may_ask = both && modes[j] == MOTE_HEARTBEAT_MODE_PEER_ALLOWED;
      mote_info info = end_info(&world.client);
      assert_int_equal(info.heartbeat, both);
      assert_int_equal(info.heartbeat_allowed, may_ask);
      assert_status(mote_connection_heartbeat(world.client.connection),
                    may_ask ? MOTE_OK : MOTE_ERROR_STATE);
      settle();
      assert_int_equal(end_info(&world.client).heartbeat_answers, may_ask);
      pair_talk(&world);
    }
  }
}

static void a_silent_peer_is_gone(void **state)
{
  (void)state;
  connect_with(MOTE_HEARTBEAT_MODE_PEER_ALLOWED, MOTE_HEARTBEAT_MODE_PEER_ALLOWED, 60000);
  struct end *client = &world.client;
  uint32_t start = world.now;
  assert_int_equal(mote_connection_timeout(client->connection, world.now), 60000);
  mote_status status;
  while ((status = end_read(client, &data, &length)) == MOTE_WANT_READ) {
    uint32_t wait = mote_connection_timeout(client->connection, world.now);
    assert_true(wait != MOTE_NO_TIMEOUT);
    world.now += wait;
  }
  assert_status(status, MOTE_ERROR_PEER_GONE);
  assert_string_equal(mote_status_str(status), "peer_gone");
  assert_int_equal(world.now - start, 60000 + (1 + 2 + 4 + 8 + 16 + 32 + 60) * 1000);
  assert_int_equal(world.server.inbox.count, 7);
  mote_info info = end_info(client);
  assert_int_equal(info.state, MOTE_STATE_FAILED);
  assert_status(info.error, MOTE_ERROR_PEER_GONE);
  assert_int_equal(info.counters.retransmissions, 6);
  assert_int_equal(info.alert_direction, MOTE_DIRECTION_NONE);
  assert_status(mote_connection_heartbeat(client->connection), MOTE_ERROR_PEER_GONE);
  assert_int_equal(mote_connection_timeout(client->connection, world.now), MOTE_NO_TIMEOUT);
}

static void an_idle_connection_is_kept_alive(void **state)
{
  (void)state;
  connect_with(MOTE_HEARTBEAT_MODE_PEER_NOT_ALLOWED, MOTE_HEARTBEAT_MODE_PEER_ALLOWED, 30000);
  for (uint32_t i = 1; i <= 5; i++) {
    assert_int_equal(mote_connection_timeout(world.client.connection, world.now), 30000);
    world.now += 29999;
    settle();
    assert_int_equal(end_info(&world.client).heartbeat_answers, i - 1);
    world.now++;
    assert_status(end_read(&world.client, &data, &length), MOTE_WANT_READ);
    settle();
    assert_int_equal(end_info(&world.client).heartbeat_answers, i);
  }
  /* What is heard puts it off. */
  world.now += 20000;
  end_write(&world.server, "here I am");
  end_expect(&world.client, "here I am");
  assert_int_equal(mote_connection_timeout(world.client.connection, world.now), 30000);
  pair_talk(&world);
}

static void the_path_is_probed(void **state)
{
  (void)state;
  connect_with(MOTE_HEARTBEAT_MODE_PEER_ALLOWED, MOTE_HEARTBEAT_MODE_PEER_ALLOWED, 0);
  struct end *client = &world.client;
  mote_connection *connection = client->connection;
  assert_status(mote_connection_set_mtu(connection, 256), MOTE_OK);
  assert_status(mote_connection_probe_mtu(connection, MOTE_MTU_MIN - 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_probe_mtu(connection, client->buffer_size + 1), MOTE_ERROR_SIZE);
  assert_status(mote_connection_probe_mtu(connection, SIZE_MAX), MOTE_ERROR_SIZE);
  assert_status(mote_connection_probe_mtu(connection, 400), MOTE_OK);
  assert_int_equal(client->sent_length, 400);
  settle();
  assert_int_equal(end_info(client).mtu, 400);
  assert_int_equal(mote_connection_max_write(connection), 400 - MOTE_RECORD_OVERHEAD);
  /* Nobody answers: nothing has become worse. */
  assert_status(mote_connection_probe_mtu(connection, 500), MOTE_OK);
  for (int i = 0; i < 3; i++) {
    while (queue_take(&world.server.inbox) != NULL)
      continue;
    world.now += mote_connection_timeout(connection, world.now);
    assert_status(end_read(client, &data, &length), MOTE_WANT_READ);
  }
  mote_info info = end_info(client);
  assert_int_equal(info.heartbeats_lost, 1);
  assert_false(info.heartbeat_in_flight);
  assert_int_equal(info.mtu, 400);
  /* Nor is it worse when the transport knows. */
  client->path_mtu = 450;
  assert_status(mote_connection_probe_mtu(connection, 451), MOTE_OK);
  info = end_info(client);
  assert_int_equal(info.heartbeats_lost, 2);
  assert_int_equal(info.mtu, 400);
  pair_talk(&world);
  pair_check_memory(&world);
}

static void memory_is_needed_to_ask(void **state)
{
  (void)state;
  connect_with(MOTE_HEARTBEAT_MODE_PEER_ALLOWED, MOTE_HEARTBEAT_MODE_PEER_ALLOWED, 0);
  struct end *client = &world.client;
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  assert_status(mote_connection_heartbeat(client->connection), MOTE_ERROR_NO_MEMORY_LENT);
  assert_status(mote_connection_lend(client->connection, NULL, 0, client->buffer,
                                     client->buffer_size),
                MOTE_OK);
  assert_status(mote_connection_heartbeat(client->connection), MOTE_OK);
  settle();
  assert_int_equal(end_info(client).heartbeat_answers, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(either_end_asks),
      cmocka_unit_test(nobody_asks_who_may_not),
      cmocka_unit_test(a_silent_peer_is_gone),
      cmocka_unit_test(an_idle_connection_is_kept_alive),
      cmocka_unit_test(the_path_is_probed),
      cmocka_unit_test(memory_is_needed_to_ask),
  };
  return cmocka_run_group_tests_name("heartbeat", tests, NULL, NULL);
}
