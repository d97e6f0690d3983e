/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote_connection_handshake, mote_connection_timeout, and the transport under them. */
#include "calls.h"

/* All settings of the handshake that the two ends can differ in; both have to come through. */
static void handshakes_of_every_kind(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    size_t mtu, path_mtu, buffer, reassembly, max_fragment_length;
    bool has_cookie, has_recv, has_name;
  } cases[] = {
      {"plain", MOTE_MTU_DEFAULT, 0, 544, 512, 0, true, true, false},
      {"no cookie", MOTE_MTU_DEFAULT, 0, 544, 512, 0, false, true, false},
      {"input", MOTE_MTU_DEFAULT, 0, 544, 512, 0, true, false, false},
      {"server name", MOTE_MTU_DEFAULT, 0, 544, 512, 0, true, true, true},
      {"mfl 512", MOTE_MTU_DEFAULT, 0, 544, 512, 512, true, true, false},
      {"mfl 4096", MOTE_MTU_DEFAULT, 0, 544, 512, 4096, true, true, false},
      {"no reassembly", MOTE_MTU_DEFAULT, 0, 544, 0, 0, true, true, false},
      {"small buffer", 128, 0, MOTE_BUFFER_MIN, 512, 0, true, true, false},
      {"small buffer, big mtu", 1200, 0, MOTE_BUFFER_MIN, 512, 0, true, true, true},
      {"smallest mtu", MOTE_MTU_MIN, 0, 544, 512, 0, true, true, true},
      {"mtu 256", 256, 0, 544, 512, 0, true, true, true},
      {"mtu 65535", 65535, 0, 2000, 512, 0, true, true, false},
      {"narrow path", MOTE_MTU_DEFAULT, 200, 544, 512, 0, true, true, true},
      {"narrowest path", MOTE_MTU_DEFAULT, MOTE_MTU_MIN, 544, 512, 0, true, true, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pair_configure(&world);
    struct end *ends[] = {&world.client, &world.server};
    assert_status(mote_config_set_cookie(world.server.config, cases[i].has_cookie), MOTE_OK);
    assert_status(mote_config_set_max_fragment_length(world.client.config,
                                                      cases[i].max_fragment_length),
                  MOTE_OK);
    for (size_t j = 0; j < 2; j++) {
      assert_status(mote_config_set_mtu(ends[j]->config, cases[i].mtu), MOTE_OK);
      ends[j]->workspace_size = MOTE_WORKSPACE_SIZE + cases[i].reassembly;
      ends[j]->buffer_size = cases[i].buffer;
    }
    /* HelloVerifyRequest cannot be cut: that way stays wide. */
    world.client.path_mtu = cases[i].path_mtu;
    if (!cases[i].has_recv) {
      world.client.io.recv = NULL;
      world.server.io.recv = NULL;
    }
    pair_start(&world);
    if (cases[i].has_name) {
      assert_status(mote_connection_set_server_name(world.client.connection, "node.example"),
                    MOTE_OK);
    }
    pair_drive(&world);
    if (world.client.status != MOTE_OK || world.server.status != MOTE_OK) {
      print_error("%s\n", cases[i].name);
    }
    assert_status(world.client.status, MOTE_OK);
    assert_status(world.server.status, MOTE_OK);
    for (size_t j = 0; j < 2; j++) {
      mote_info info = end_info(ends[j]);
      assert_int_equal(info.max_fragment_length, cases[i].max_fragment_length);
      assert_true(info.counters.retransmissions == 0);
      assert_int_equal(info.counters.malformed, 0);
      assert_int_equal(info.counters.truncated, 0);
      size_t longest = ends[j]->path_mtu > 0 ? ends[j]->path_mtu : cases[i].mtu;
      assert_true(ends[j]->sent_longest <= longest && ends[j]->sent_longest <= cases[i].buffer);
    }
    size_t requests = end_count_events(&world.client, MOTE_DIRECTION_RECEIVED, 22, 3);
    assert_int_equal(requests, cases[i].has_cookie ? 1 : 0);
    pair_talk(&world);
    pair_check_memory(&world);
  }
}

/* --- Callbacks that do not answer as hoped ----------------------------------------------------- */

/* Each end's random source fails at each of its calls in turn. */
static void random_failure_at_each_call(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    unsigned call = 1;
    for (;; call++) {
      pair_configure(&world);
      struct end *end = role == 0 ? &world.client : &world.server;
      end->random_fails = call;
      pair_start(&world);
      pair_drive(&world);
      if (end->calls[CALLBACK_RANDOM] < call) {
        assert_status(end->status, MOTE_OK);
        break;
      }
      assert_status(end->status, MOTE_ERROR_RANDOM);
      mote_info info = end_info(end);
      assert_status(info.error, MOTE_ERROR_RANDOM);
      assert_true(end->peer->status != MOTE_OK);
      /* A peer that has heard of us is told. */
      if (info.alert_direction == MOTE_DIRECTION_SENT) {
        assert_string_equal(mote_alert_str(info.alert), "internal_error");
        assert_status(end->peer->status, MOTE_ERROR_PEER_ALERT);
      }
      for (size_t i = 0; i < CONNECTION_CALLS; i++) {
        bool is_step = i == CALL_HANDSHAKE || i == CALL_READ || i == CALL_WRITE ||
                       i == CALL_INPUT || i == CALL_CLOSE || i == CALL_HEARTBEAT ||
                       i == CALL_PROBE_MTU;
        if (is_step) {
          assert_status(connection_calls[i].run(end->connection), MOTE_ERROR_RANDOM);
        }
      }
      pair_check_memory(&world);
    }
    /* The client draws its Random; the server cookie secrets, its Random, a key for nobody. */
    assert_true(call - 1 >= (role == 0 ? 1 : 3));
  }
}

static void a_random_source_of_zeros_is_none(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    pair_configure(&world);
    struct end *end = role == 0 ? &world.client : &world.server;
    end->random_zeros = true;
    pair_start(&world);
    pair_drive(&world);
    assert_status(end->status, MOTE_ERROR_RANDOM);
  }
}

/* `send` says "not now" at each datagram in turn: nothing is lost, and nothing sent twice. */
static void send_blocks_at_each_datagram(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    bool is_blocked = true;
    for (unsigned datagrams = 0; is_blocked; datagrams++) {
      pair_configure(&world);
      struct end *end = role == 0 ? &world.client : &world.server;
      end->send_works = datagrams;
      end->send_answer = MOTE_IO_NOTHING;
      assert_status(mote_config_set_mtu(end->config, MOTE_MTU_MIN), MOTE_OK);
      pair_start(&world);
      is_blocked = false;
      for (unsigned round = 0; round < 40; round++) {
        end->status = mote_connection_handshake(end->connection);
        if (end->status == MOTE_WANT_WRITE) {
          is_blocked = true;
          uint32_t timeout = mote_connection_timeout(end->connection, world.now);
          assert_in_range(timeout, 1, 100);
          /* Nothing can be taken in now. */
          assert_status(mote_connection_input(end->connection, (const uint8_t *)"x", 1),
                        MOTE_WANT_WRITE);
          end->send_answer = 0;
        }
        end->peer->status = end->peer->status == MOTE_OK
                                ? MOTE_OK
                                : mote_connection_handshake(end->peer->connection);
        if (end->status == MOTE_OK && end->peer->status == MOTE_OK) {
          break;
        }
        if (role == 1 && datagrams == 0 && round > 4) {
          /* A HelloVerifyRequest that does not get out is not kept: the client asks again. */
          end->send_answer = 0;
          world.now += 1000;
        }
      }
      end->send_answer = 0;
      pair_finish(&world);
      pair_talk(&world);
      pair_check_memory(&world);
      if (datagrams > 0) {
        assert_int_equal(end_info(end).counters.retransmissions, 0);
      }
      is_blocked |= role == 1 && datagrams == 0;
    }
  }
}

static void send_fails_at_each_datagram(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    unsigned datagrams = 0;
    for (;; datagrams++) {
      pair_configure(&world);
      struct end *end = role == 0 ? &world.client : &world.server;
      end->send_works = datagrams;
      end->send_answer = -3;
      pair_start(&world);
      pair_drive(&world);
      if (end->status == MOTE_OK) {
        break;
      }
      /* A server that cannot send its HelloVerifyRequest has no connection to end. */
      bool is_listening = role == 1 && datagrams == 0;
      assert_status(end->status, is_listening ? MOTE_WANT_READ : MOTE_ERROR_IO);
      mote_info info = end_info(end);
      assert_int_equal(info.state, is_listening ? MOTE_STATE_LISTENING : MOTE_STATE_FAILED);
      assert_int_equal(info.alert_direction, MOTE_DIRECTION_NONE);
      assert_true(end->peer->status != MOTE_OK);
    }
    assert_int_equal(datagrams, 3);
  }
}

static void recv_fails(void **state)
{
  (void)state;
  static const int32_t failures[] = {-2, -3, INT32_MIN};
  for (size_t i = 0; i < 3; i++) {
    pair_configure(&world);
    pair_start(&world);
    world.server.recv_answer = failures[i];
    assert_status(mote_connection_handshake(world.client.connection), MOTE_WANT_READ);
    assert_status(mote_connection_handshake(world.server.connection), MOTE_ERROR_IO);
    world.server.recv_answer = 0;
    assert_status(mote_connection_handshake(world.server.connection), MOTE_ERROR_IO);
    assert_int_equal(end_info(&world.server).state, MOTE_STATE_FAILED);
  }
}

/* Empty datagrams, noise, and a recv that has cut a datagram change nothing but counters. */
static void noise_in_a_handshake(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *ends[] = {&world.client, &world.server};
  static const uint8_t noise[600] = {22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x4B};
  for (size_t round = 0; round < 2; round++) {
    for (size_t i = 0; i < 2; i++) {
      queue_put(&ends[i]->inbox, noise, 0);
      queue_put(&ends[i]->inbox, noise, 12);
      queue_put(&ends[i]->inbox, noise, sizeof noise);
      for (size_t datagrams = 0; datagrams < 4; datagrams++) {
        assert_status(mote_connection_handshake(ends[i]->connection), MOTE_WANT_READ);
      }
    }
  }
  for (size_t i = 0; i < 2; i++) {
    mote_info info = end_info(ends[i]);
    assert_true(info.counters.malformed >= 2);
    assert_int_equal(info.counters.truncated, 2);
    assert_int_equal(info.datagram_needed, sizeof noise);
  }
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
}

/* --- Time -------------------------------------------------------------------------------------- */

/* The client's retransmissions, on a clock that wraps in between. */
static void a_client_that_nobody_answers(void **state)
{
  (void)state;
  pair_configure(&world);
  assert_status(mote_config_set_retransmission(world.client.config, 1000, 4000), MOTE_OK);
  pair_start(&world);
  struct end *client = &world.client;
  world.now = 0xFFFFFE00u;
  assert_int_equal(mote_connection_timeout(client->connection, world.now), 0);
  assert_int_equal(mote_connection_timeout(world.server.connection, world.now), MOTE_NO_TIMEOUT);
  static const uint32_t waits[] = {1000, 2000, 4000, 4000};
  for (size_t i = 0; i < 4; i++) {
    assert_status(mote_connection_handshake(client->connection), MOTE_WANT_READ);
    assert_int_equal(client->calls[CALLBACK_SEND], i + 1);
    assert_int_equal(mote_connection_timeout(client->connection, world.now), waits[i]);
    assert_int_equal(mote_connection_timeout(client->connection, world.now + 1), waits[i] - 1);
    world.now += waits[i] - 1;
    assert_int_equal(mote_connection_timeout(client->connection, world.now), 1);
    assert_status(mote_connection_handshake(client->connection), MOTE_WANT_READ);
    assert_int_equal(client->calls[CALLBACK_SEND], i + 1);
    world.now += 1;
    assert_int_equal(mote_connection_timeout(client->connection, world.now), 0);
    assert_int_equal(mote_connection_timeout(client->connection, world.now + 500), 0);
    assert_int_equal(end_info(client).counters.retransmissions, i);
  }
  assert_true(world.now < 0x10000); /* It has wrapped. */
  assert_status(mote_connection_handshake(client->connection), MOTE_ERROR_TIMEOUT);
  assert_status(mote_connection_handshake(client->connection), MOTE_ERROR_TIMEOUT);
  assert_int_equal(mote_connection_timeout(client->connection, world.now), MOTE_NO_TIMEOUT);
  mote_info info = end_info(client);
  assert_int_equal(info.state, MOTE_STATE_FAILED);
  assert_status(info.error, MOTE_ERROR_TIMEOUT);
  assert_int_equal(info.alert_direction, MOTE_DIRECTION_NONE);
  assert_int_equal(mote_connection_timeout(NULL, 0), MOTE_NO_TIMEOUT);
}

/* Either end loses each of its datagrams once; the timers mend it. */
static void each_datagram_is_lost_once(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    for (unsigned lost = 0; lost < 3; lost++) {
      pair_configure(&world);
      pair_start(&world);
      struct end *end = role == 0 ? &world.client : &world.server;
      for (unsigned round = 0; round < 100 && end->calls[CALLBACK_SEND] <= lost; round++) {
        struct end *turn = round % 2 == 0 ? &world.client : &world.server;
        turn->status = mote_connection_handshake(turn->connection);
        assert_true(turn->status >= 0);
      }
      assert_non_null(queue_take(&end->peer->inbox));
      pair_finish(&world);
      assert_int_equal(mote_connection_timeout(world.client.connection, world.now),
                       MOTE_NO_TIMEOUT);
      assert_int_equal(mote_connection_timeout(world.server.connection, world.now),
                       MOTE_NO_TIMEOUT);
      pair_talk(&world);
    }
  }
  /* What was lost last is the server's Finished, so the client has asked for it again. */
  assert_true(end_info(&world.client).counters.retransmissions == 1);
  assert_true(end_info(&world.server).counters.retransmissions == 1);
  assert_true(end_info(&world.server).counters.out_of_place > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handshakes_of_every_kind),
      cmocka_unit_test(random_failure_at_each_call),
      cmocka_unit_test(a_random_source_of_zeros_is_none),
      cmocka_unit_test(send_blocks_at_each_datagram),
      cmocka_unit_test(send_fails_at_each_datagram),
      cmocka_unit_test(recv_fails),
      cmocka_unit_test(noise_in_a_handshake),
      cmocka_unit_test(a_client_that_nobody_answers),
      cmocka_unit_test(each_datagram_is_lost_once),
  };
  return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
