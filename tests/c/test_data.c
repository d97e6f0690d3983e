/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Application data: read, write, input, and the memory they share. */
#include "pair.h"

#include <string.h>

static const uint8_t *data;
static size_t length;

static void lengths_from_nothing_to_the_most(void **state)
{
  (void)state;
  static uint8_t text[2000];
  for (size_t i = 0; i < sizeof text; i++) {
    text[i] = (uint8_t)(i * 7);
  }
  static const struct {
    size_t buffer, mtu, max_fragment_length, expected;
  } cases[] = {
      {544, MOTE_MTU_DEFAULT, 0, 544 - MOTE_RECORD_OVERHEAD},
      {544, MOTE_MTU_DEFAULT, 512, 512},
      {1500, MOTE_MTU_DEFAULT, 0, MOTE_MTU_DEFAULT - MOTE_RECORD_OVERHEAD},
      {1500, 300, 512, 300 - MOTE_RECORD_OVERHEAD},
      {1500, MOTE_MTU_DEFAULT, 1024, 1024},
      {MOTE_BUFFER_MIN, 65535, 0, MOTE_BUFFER_MIN - MOTE_RECORD_OVERHEAD},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pair_configure(&world);
    struct end *ends[] = {&world.client, &world.server};
    assert_status(mote_config_set_max_fragment_length(world.client.config,
                                                      cases[i].max_fragment_length),
                  MOTE_OK);
    for (size_t j = 0; j < 2; j++) {
      assert_status(mote_config_set_mtu(ends[j]->config, cases[i].mtu), MOTE_OK);
      ends[j]->buffer_size = cases[i].buffer;
    }
    pair_start(&world);
    assert_int_equal(mote_connection_max_write(world.client.connection), 0);
    pair_finish(&world);
    for (size_t j = 0; j < 2; j++) {
      struct end *from = ends[j], *to = ends[1 - j];
      size_t most = mote_connection_max_write(from->connection);
      assert_int_equal(most, cases[i].expected);
      const size_t lengths[] = {0, 1, 16, 17, most - 1, most};
      for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        assert_status(mote_connection_write(from->connection, text, lengths[k]), MOTE_OK);
        assert_int_equal(from->sent_length, lengths[k] + MOTE_RECORD_OVERHEAD);
        assert_status(end_read(to, &data, &length), MOTE_OK);
        assert_int_equal(length, lengths[k]);
        assert_memory_equal(data, text, length);
        assert_status(end_read(to, &data, &length), MOTE_WANT_READ);
      }
      unsigned sends = from->calls[CALLBACK_SEND];
      assert_status(mote_connection_write(from->connection, text, most + 1), MOTE_ERROR_SIZE);
      assert_status(mote_connection_write(from->connection, text, SIZE_MAX), MOTE_ERROR_SIZE);
      assert_int_equal(from->calls[CALLBACK_SEND], sends);
    }
    assert_status(mote_connection_write(world.client.connection, NULL, 0), MOTE_OK);
    assert_status(end_read(&world.server, &data, &length), MOTE_OK);
    assert_int_equal(length, 0);
    pair_talk(&world);
    pair_check_memory(&world);
  }
}

/* The MTU of one connection, and a path that turns out narrower. */
static void the_mtu_can_change(void **state)
{
  (void)state;
  pair_connect(&world);
  struct end *client = &world.client;
  static const uint8_t text[600] = {1, 2, 3};
  assert_status(mote_connection_set_mtu(client->connection, 128), MOTE_OK);
  assert_int_equal(mote_connection_max_write(client->connection), 99);
  assert_status(mote_connection_write(client->connection, text, 100), MOTE_ERROR_SIZE);
  assert_status(mote_connection_set_mtu(client->connection, 65535), MOTE_OK);
  client->path_mtu = 150;
  size_t most = mote_connection_max_write(client->connection);
  assert_int_equal(most, 515);
  assert_status(mote_connection_write(client->connection, text, most), MOTE_ERROR_SIZE);
  for (unsigned halvings = 0; halvings < 3; halvings++) {
    size_t less = mote_connection_max_write(client->connection);
    assert_true(less < most);
    most = less;
    if (most + MOTE_RECORD_OVERHEAD <= client->path_mtu) {
      break;
    }
    assert_status(mote_connection_write(client->connection, text, most), MOTE_ERROR_SIZE);
  }
  assert_status(mote_connection_write(client->connection, text, most), MOTE_OK);
  assert_status(end_read(&world.server, &data, &length), MOTE_OK);
  assert_int_equal(length, most);
  assert_memory_equal(data, text, most);
  /* A path that takes nothing at all is none. */
  client->path_mtu = 1;
  assert_status(mote_connection_write(client->connection, text, 1), MOTE_ERROR_IO);
}

static void several_records_in_a_datagram(void **state)
{
  (void)state;
  for (int has_recv = 0; has_recv < 2; has_recv++) {
    pair_configure(&world);
    struct end *client = &world.client, *server = &world.server;
    server->io.recv = has_recv ? server->io.recv : NULL;
    pair_start(&world);
    pair_finish(&world);
    end_write(client, "one");
    end_write(client, "");
    end_write(client, "three");
    queue_join(&server->inbox);
    end_write(client, "behind");
    end_expect_next(server, "one");
    if (!has_recv) {
      assert_status(mote_connection_input(server->connection, (const uint8_t *)"x", 1),
                    MOTE_ERROR_STATE);
      assert_int_equal(end_info(server).counters.lost, 0);
    }
    assert_int_equal(server->inbox.count, 1);
    assert_status(mote_connection_read(server->connection, &data, &length), MOTE_OK);
    assert_int_equal(length, 0);
    assert_status(mote_connection_read(server->connection, &data, &length), MOTE_OK);
    assert_memory_equal(data, "three", 5);
    if (!has_recv) {
      assert_status(mote_connection_read(server->connection, &data, &length), MOTE_WANT_READ);
    }
    end_expect(server, "behind");
    pair_talk(&world);
  }
}

/* --- The lent buffer --------------------------------------------------------------------------- */

/* What was just read is sent back from where it lies, whatever lies behind it. */
static void data_in_the_buffer_is_sent_back(void **state)
{
  (void)state;
  static const size_t behind[] = {0, 10, 200, 400, 440};
  static uint8_t filling[440];
  memset(filling, 0x77, sizeof filling);
  for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
    pair_connect(&world);
    struct end *client = &world.client, *server = &world.server;
    end_write(client, "first");
    end_write(client, "send me back");
    if (behind[i] > 0) {
      assert_status(mote_connection_write(client->connection, filling, behind[i]), MOTE_OK);
    }
    queue_join(&server->inbox);
    end_expect_next(server, "first");
    end_expect_next(server, "send me back");
    assert_status(mote_connection_read(server->connection, &data, &length),
                  behind[i] > 0 ? MOTE_OK : MOTE_WANT_READ);
    queue_put(&server->inbox, NULL, 0); /* So that the next read is of this datagram or none. */
    (void)queue_take(&server->inbox);

    /* Once more, with the rest unread. */
    end_write(client, "send me back");
    if (behind[i] > 0) {
      assert_status(mote_connection_write(client->connection, filling, behind[i]), MOTE_OK);
    }
    queue_join(&server->inbox);
    assert_status(mote_connection_read(server->connection, &data, &length), MOTE_OK);
    assert_status(mote_connection_write(server->connection, data, length), MOTE_OK);
    end_expect(client, "send me back");

    /* Where there was room behind the rest, the rest is still there. */
    size_t end_of_rest = 12 + MOTE_RECORD_OVERHEAD + behind[i] + MOTE_RECORD_OVERHEAD;
    bool is_kept = behind[i] > 0 && end_of_rest + MOTE_RECORD_OVERHEAD + 12 <= server->buffer_size;
    bool is_lost = behind[i] > 0 && !is_kept;
    assert_int_equal(end_info(server).counters.lost, is_lost ? 1 : 0);
    if (is_kept) {
      assert_status(mote_connection_read(server->connection, &data, &length), MOTE_OK);
      assert_int_equal(length, behind[i]);
      assert_memory_equal(data, filling, length);
    }
    assert_status(mote_connection_read(server->connection, &data, &length), MOTE_WANT_READ);
    pair_talk(&world);
    pair_check_memory(&world);
  }
}

/* Any part of the buffer can be the data, even where the record is going to lie. */
static void data_anywhere_in_the_buffer(void **state)
{
  (void)state;
  pair_connect(&world);
  uint8_t *buffer = world.client.buffer;
  for (size_t at = 0; at + 60 <= 200; at++) {
    char expected[61] = {0};
    for (size_t i = 0; i < 60; i++) {
      expected[i] = (char)('A' + (at + i) % 50);
      buffer[at + i] = (uint8_t)expected[i];
    }
    assert_status(mote_connection_write(world.client.connection, buffer + at, 60), MOTE_OK);
    end_expect(&world.server, expected);
  }
}

/* "Call again": what lies in the buffer is sent later, or in a narrower path, as it was read. */
static void data_in_the_buffer_waits_to_be_sent(void **state)
{
  (void)state;
  for (unsigned in_front = 0; in_front < 2; in_front++) {
    pair_connect(&world);
    struct end *client = &world.client, *server = &world.server;
    /* With a record in front, what is sent is built in front of the data and over its start. */
    static const char text[] = "send me back, though I am longer than the header in front of me, and "
                               "longer than the narrowest path: it has to be cut, and to come again";
    if (in_front > 0) {
      end_write(client, "");
    }
    end_write(client, text);
    queue_join(&server->inbox);
    for (unsigned i = 0; i <= in_front; i++) {
      assert_status(mote_connection_read(server->connection, &data, &length), MOTE_OK);
    }
    server->send_answer = MOTE_IO_NOTHING;
    assert_status(mote_connection_write(server->connection, data, length), MOTE_WANT_WRITE);
    assert_memory_equal(data, text, length);
    server->send_answer = 0;
    server->path_mtu = 140;
    assert_status(mote_connection_write(server->connection, data, length), MOTE_ERROR_SIZE);
    assert_memory_equal(data, text, length);
    server->path_mtu = 0;
    assert_status(mote_connection_set_mtu(server->connection, MOTE_MTU_DEFAULT), MOTE_OK);
    assert_status(mote_connection_write(server->connection, data, length), MOTE_OK);
    end_expect(client, text);
    pair_talk(&world);
  }
}

static void send_blocks_and_fails(void **state)
{
  (void)state;
  pair_connect(&world);
  struct end *client = &world.client;
  client->send_answer = MOTE_IO_NOTHING;
  for (unsigned i = 0; i < 3; i++) {
    assert_status(mote_connection_write(client->connection, (const uint8_t *)"later", 5),
                  MOTE_WANT_WRITE);
  }
  assert_status(mote_connection_read(client->connection, &data, &length), MOTE_WANT_READ);
  client->send_answer = 0;
  end_write(client, "later");
  end_expect(&world.server, "later");
  pair_talk(&world);
  assert_int_equal(end_info(&world.server).counters.unauthenticated, 0);
  client->send_answer = INT32_MIN;
  assert_status(mote_connection_write(client->connection, (const uint8_t *)"x", 1), MOTE_ERROR_IO);
  client->send_answer = 0;
  assert_status(mote_connection_write(client->connection, (const uint8_t *)"x", 1), MOTE_ERROR_IO);
}

/* A server that is connected, but whose Finished the transport has not taken yet. */
static void connect_but_for_the_last_flight(void)
{
  pair_configure(&world);
  pair_start(&world);
  struct end *client = &world.client, *server = &world.server;
  for (unsigned i = 0; i < 6 && client->calls[CALLBACK_SEND] < 3; i++) {
    (void)mote_connection_handshake(client->connection);
    if (client->calls[CALLBACK_SEND] < 3) {
      (void)mote_connection_handshake(server->connection);
    }
  }
  server->send_answer = MOTE_IO_NOTHING;
  assert_status(mote_connection_handshake(server->connection), MOTE_WANT_WRITE);
  assert_int_equal(end_info(server).state, MOTE_STATE_CONNECTED);
  assert_in_range(mote_connection_timeout(server->connection, world.now), 1, 100);
}

static void data_does_not_overtake_finished(void **state)
{
  (void)state;
  connect_but_for_the_last_flight();
  struct end *client = &world.client, *server = &world.server;
  assert_status(mote_connection_write(server->connection, (const uint8_t *)"early", 5),
                MOTE_WANT_WRITE);
  server->send_answer = 0;
  end_write(server, "early");
  assert_int_equal(client->inbox.count, 2);
  assert_status(mote_connection_handshake(client->connection), MOTE_OK);
  end_expect(client, "early");
  pair_talk(&world);
}

/* Data in the buffer goes first all the same: Finished would be built on top of it. */
static void finished_is_not_built_over_data(void **state)
{
  (void)state;
  connect_but_for_the_last_flight();
  struct end *client = &world.client, *server = &world.server;
  server->send_answer = 0;
  uint8_t *buffer = server->buffer;
  memset(buffer, 'd', 60);
  assert_status(mote_connection_write(server->connection, buffer, 60), MOTE_OK);
  const datagram early = *queue_take(&client->inbox);
  assert_int_equal(client->inbox.count, 0);
  const uint8_t *none;
  size_t nothing;
  assert_status(mote_connection_read(server->connection, &none, &nothing), MOTE_WANT_READ);
  assert_int_equal(client->inbox.count, 1);
  assert_status(mote_connection_handshake(client->connection), MOTE_OK);
  queue_put(&client->inbox, early.octets, early.length);
  end_expect(client, "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd");
  pair_talk(&world);
}

/* One buffer serves two connections in turn, each until it is drained. */
static void two_connections_share_a_buffer(void **state)
{
  (void)state;
  pair_connect(&world);
  struct end *client = &world.client, *server = &world.server;
  assert_status(mote_connection_take_back(server->connection), MOTE_OK);
  assert_status(mote_connection_lend(server->connection, NULL, 0, client->buffer,
                                     client->buffer_size),
                MOTE_OK);
  server->buffer = client->buffer;
  server->buffer_size = client->buffer_size;
  for (unsigned i = 0; i < 4; i++) {
    pair_talk(&world);
  }
  assert_int_equal(end_info(client).counters.lost, 0);
  assert_int_equal(end_info(server).counters.lost, 0);
  pair_check_memory(&world);
}

static void memory_is_lent_for_each_datagram(void **state)
{
  (void)state;
  pair_connect(&world);
  struct end *client = &world.client, *server = &world.server;
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  assert_status(mote_connection_take_back(client->connection), MOTE_ERROR_STATE);
  assert_status(mote_connection_take_back(server->connection), MOTE_OK);
  for (unsigned i = 0; i < 3; i++) {
    struct end *ends[] = {client, server};
    for (size_t j = 0; j < 2; j++) {
      /* What was taken back is not touched any more. */
      memset(ends[j]->workspace, 0x11, ends[j]->workspace_size);
      memset(ends[j]->buffer, 0x22, ends[j]->buffer_size);
      assert_status(mote_connection_lend(ends[j]->connection, ends[j]->workspace,
                                         ends[j]->workspace_size, ends[j]->buffer,
                                         ends[j]->buffer_size),
                    MOTE_ERROR_STATE);
      assert_status(mote_connection_lend(ends[j]->connection, NULL, 0, NULL, 128),
                    MOTE_ERROR_ARGUMENT);
      assert_status(mote_connection_lend(ends[j]->connection, NULL, 0, ends[j]->buffer,
                                         MOTE_BUFFER_MIN - 1),
                    MOTE_ERROR_SIZE);
      assert_status(mote_connection_lend(ends[j]->connection, NULL, 0, ends[j]->buffer,
                                         ends[j]->buffer_size),
                    MOTE_OK);
    }
    pair_talk(&world);
    /* An unread rest goes with the buffer, and is counted. */
    end_write(client, "read");
    end_write(client, "lost");
    queue_join(&server->inbox);
    end_expect_next(server, "read");
    assert_int_equal(end_info(server).counters.lost, i);
    for (size_t j = 0; j < 2; j++) {
      assert_status(mote_connection_take_back(ends[j]->connection), MOTE_OK);
      const uint8_t *workspace = ends[j]->workspace;
      for (size_t at = 0; at < ends[j]->workspace_size; at++) {
        assert_int_equal(workspace[at], 0x11);
      }
    }
    assert_int_equal(end_info(server).counters.lost, i + 1);
    assert_int_equal(mote_connection_max_write(client->connection), 0);
  }
  pair_check_memory(&world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lengths_from_nothing_to_the_most),
      cmocka_unit_test(the_mtu_can_change),
      cmocka_unit_test(several_records_in_a_datagram),
      cmocka_unit_test(data_in_the_buffer_is_sent_back),
      cmocka_unit_test(data_anywhere_in_the_buffer),
      cmocka_unit_test(data_in_the_buffer_waits_to_be_sent),
      cmocka_unit_test(send_blocks_and_fails),
      cmocka_unit_test(data_does_not_overtake_finished),
      cmocka_unit_test(finished_is_not_built_over_data),
      cmocka_unit_test(two_connections_share_a_buffer),
      cmocka_unit_test(memory_is_lent_for_each_datagram),
  };
  return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
