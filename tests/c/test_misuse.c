/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Wrong pointers, handles that are none, and callbacks that call back: each has its status, and
 * the honest conversation goes on as if nothing had been. */
#include "calls.h"

#include <string.h>

static void null_for_each_pointer(void **state)
{
  (void)state;
  pair_connect(&world);
  mote_connection *client = world.client.connection;
  uint8_t before[MOTE_CONNECTION_SIZE];
  memcpy(before, client, sizeof before);
  const uint8_t *data = test_key;
  size_t length = 77;
  uint8_t out[8];
  for (size_t i = 0; i < CONNECTION_CALLS; i++) {
    check_status(connection_calls[i].run(NULL), MOTE_ERROR_ARGUMENT, connection_calls[i].name,
                 __FILE__, __LINE__);
  }
  assert_int_equal(mote_connection_max_write(NULL), 0);
  assert_int_equal(mote_connection_timeout(NULL, 0), MOTE_NO_TIMEOUT);
  assert_null(mote_connection_user(NULL));
  /* There is something to read, which a refused read must not take. */
  end_write(&world.server, "still there");
  assert_status(mote_connection_read(client, NULL, &length), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_read(client, &data, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_write(client, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_input(client, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_info(client, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_server_name(client, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_peer_address(client, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_psk(client, NULL, 1, test_key, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_psk(client, NULL, 0, NULL, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_export_keying_material(client, NULL, NULL, 0, out, 8),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_export_keying_material(client, "l", NULL, 0, NULL, 8),
                MOTE_ERROR_ARGUMENT);
  assert_unchanged(before, client);
  assert_ptr_equal(data, test_key);
  assert_int_equal(length, 77);
  assert_int_equal(world.client.inbox.count, 1);
  end_expect(&world.client, "still there");
  pair_talk(&world);
}

/* Where nothing has been made, or not there, is no connection. */
static void handles_that_are_none(void **state)
{
  (void)state;
  pair_connect(&world);
  static uint64_t zeros[MOTE_CONNECTION_SIZE / 8 + 1], copy[MOTE_CONNECTION_SIZE / 8 + 1];
  memcpy(copy, world.client.connection, MOTE_CONNECTION_SIZE);
  uint8_t *octets = (uint8_t *)world.client.connection;
  void *wrong[] = {zeros, octets + 1, octets + 4, (uint8_t *)zeros + 1};
  for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
    for (size_t i = 0; i < CONNECTION_CALLS; i++) {
      check_status(connection_calls[i].run(wrong[w]), MOTE_ERROR_STATE, connection_calls[i].name,
                   __FILE__, __LINE__);
    }
    assert_int_equal(mote_connection_max_write(wrong[w]), 0);
    assert_int_equal(mote_connection_timeout(wrong[w], 0), MOTE_NO_TIMEOUT);
    assert_null(mote_connection_user(wrong[w]));
  }
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
    assert_int_equal(zeros[i], 0);
  }
  assert_unchanged(copy, world.client.connection);
  /* Not even a true image of one, where none can be; nor memory that only looks used. */
  static uint64_t image[MOTE_CONNECTION_SIZE / 8 + 1], garbage[MOTE_CONNECTION_SIZE / 8];
  static const size_t offsets[] = {1, 2, 4};
  memset(garbage, 1, sizeof garbage);
  for (size_t i = 0; i < CONNECTION_CALLS; i++) {
    for (size_t j = 0; j < 3; j++) {
      void *shifted = (uint8_t *)image + offsets[j];
      memcpy(shifted, world.client.connection, MOTE_CONNECTION_SIZE);
      assert_status(connection_calls[i].run(shifted), MOTE_ERROR_STATE);
    }
    assert_status(connection_calls[i].run((mote_connection *)garbage), MOTE_ERROR_STATE);
  }
  for (size_t j = 0; j < 3; j++) {
    void *shifted = (uint8_t *)image + offsets[j];
    memcpy(shifted, world.client.config, MOTE_CONFIG_SIZE);
    assert_status(mote_connection_init(garbage, sizeof garbage, shifted, &world.client.io),
                  MOTE_ERROR_STATE);
  }
  assert_status(mote_connection_init(image, MOTE_CONNECTION_SIZE, (mote_config *)garbage,
                                     &world.client.io),
                MOTE_ERROR_STATE);
  /* A configuration is no connection, and the other way round. */
  static uint64_t large[MOTE_CONNECTION_SIZE / 8];
  memcpy(large, world.client.config, MOTE_CONFIG_SIZE);
  for (size_t i = 0; i < CONNECTION_CALLS; i++) {
    assert_status(connection_calls[i].run((mote_connection *)large), MOTE_ERROR_STATE);
  }
  for (size_t i = 0; i < config_call_count; i++) {
    assert_status(config_calls[i].run((mote_config *)world.client.connection), MOTE_ERROR_STATE);
  }
  pair_talk(&world);
  pair_check_memory(&world);
}

/* Outputs are written only on success. */
static void outputs_without_success(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *client = &world.client;
  const uint8_t *data = test_key;
  size_t length = 77;
  static const mote_info canary_info = {.state = MOTE_STATE_FAILED, .psk_identity_length = 99};
  mote_info info = canary_info;
  static uint64_t zeros[MOTE_CONNECTION_SIZE / 8];
  assert_status(mote_connection_info((mote_connection *)zeros, &info), MOTE_ERROR_STATE);
  assert_memory_equal(&info, &canary_info, sizeof info);
  assert_status(mote_connection_read(client->connection, &data, &length), MOTE_ERROR_STATE);
  pair_finish(&world);
  assert_status(mote_connection_read(client->connection, &data, &length), MOTE_WANT_READ);
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  assert_status(mote_connection_read(client->connection, &data, &length),
                MOTE_ERROR_NO_MEMORY_LENT);
  assert_status(mote_connection_wipe(client->connection), MOTE_OK);
  assert_status(mote_connection_read(client->connection, &data, &length), MOTE_CLOSED);
  assert_ptr_equal(data, test_key);
  assert_int_equal(length, 77);
}

/* --- Callbacks that call back ------------------------------------------------------------------ */

static unsigned called_back[CALLBACKS];
static unsigned wrong_answers;
static bool is_inside;

/* Nothing is asserted here: a jump out of the library would leave it in the middle of a call. */
static void call_everything(struct end *end, enum callback callback)
{
  if (is_inside || end->connection == NULL) {
    return;
  }
  is_inside = true;
  called_back[callback]++;
  for (size_t i = 0; i < CONNECTION_CALLS; i++) {
    wrong_answers += connection_calls[i].run(end->connection) != MOTE_ERROR_STATE;
  }
  wrong_answers += mote_connection_max_write(end->connection) != 0;
  wrong_answers += mote_connection_timeout(end->connection, 0) != MOTE_NO_TIMEOUT;
  wrong_answers += mote_connection_user(end->connection) != NULL;
  /* The peer's connection is another one: it may be asked. */
  mote_info info;
  wrong_answers += mote_connection_info(end->peer->connection, &info) != MOTE_OK;
  is_inside = false;
}

static void callbacks_that_call_back(void **state)
{
  (void)state;
  memset(called_back, 0, sizeof called_back);
  wrong_answers = 0;
  pair_configure(&world);
  pair_start(&world);
  world.client.hook = call_everything;
  world.server.hook = call_everything;
  assert_status(mote_connection_set_user(world.client.connection, &world), MOTE_OK);
  pair_finish(&world);
  pair_talk(&world);
  assert_ptr_equal(mote_connection_user(world.client.connection), &world);
  assert_status(mote_connection_close(world.client.connection), MOTE_OK);
  assert_int_equal(wrong_answers, 0);
  for (size_t i = 0; i < CALLBACKS; i++) {
    if (called_back[i] == 0) {
      print_error("callback %zu was never called\n", i);
    }
    assert_true(called_back[i] > 0);
  }
  pair_check_memory(&world);
}

/* --- Everything that is refused, at every step of a conversation ------------------------------- */

static void misuse(struct end *end)
{
  mote_connection *connection = end->connection;
  const uint8_t *data;
  uint8_t out[4];
  size_t length;
  static const uint8_t long_text[2000];
  mote_state now = end_info(end).state;
  bool is_connected = now == MOTE_STATE_CONNECTED;
  mote_counters before = end_info(end).counters;
  assert_status(connection_calls[CALL_LEND].run(connection), MOTE_ERROR_STATE);
  assert_status(mote_connection_lend(connection, NULL, 0, NULL, 0), MOTE_ERROR_STATE);
  assert_status(mote_connection_read(connection, NULL, &length), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_mtu(connection, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_write(connection, long_text, sizeof long_text),
                is_connected ? MOTE_ERROR_SIZE : MOTE_ERROR_STATE);
  assert_status(mote_connection_write(connection, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_input(connection, NULL, 1), MOTE_ERROR_ARGUMENT);
  if (!is_connected) {
    assert_status(mote_connection_read(connection, &data, &length), MOTE_ERROR_STATE);
    assert_status(mote_connection_write(connection, long_text, 1), MOTE_ERROR_STATE);
    assert_status(mote_connection_export_keying_material(connection, "l", NULL, 0, out, 4),
                  MOTE_ERROR_STATE);
  }
  if (now == MOTE_STATE_HANDSHAKE && end->calls[CALLBACK_SEND] > 0) {
    assert_status(mote_connection_take_back(connection), MOTE_ERROR_STATE);
  }
  if (now != MOTE_STATE_LISTENING && end->calls[CALLBACK_SEND] > 0) {
    assert_status(connection_calls[CALL_SET_PSK].run(connection), MOTE_ERROR_STATE);
    assert_status(connection_calls[CALL_SET_SESSION].run(connection), MOTE_ERROR_STATE);
    assert_status(connection_calls[CALL_SET_CACHED_INFO].run(connection), MOTE_ERROR_STATE);
    assert_status(connection_calls[CALL_SET_SERVER_NAME].run(connection), MOTE_ERROR_STATE);
    assert_status(connection_calls[CALL_SET_PEER_ADDRESS].run(connection), MOTE_ERROR_STATE);
  }
  assert_status(mote_config_freeze(end->config), MOTE_ERROR_STATE);
  assert_int_equal(end_info(end).state, now);
  mote_counters after = end_info(end).counters;
  assert_memory_equal(&before, &after, sizeof before);
}

static void misuse_at_every_step(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *ends[] = {&world.client, &world.server};
  unsigned connected = 0;
  for (unsigned round = 0; round < 12; round++) {
    struct end *end = ends[round % 2];
    misuse(&world.client);
    misuse(&world.server);
    if (end->status != MOTE_OK) {
      end->status = mote_connection_handshake(end->connection);
      assert_true(end->status == MOTE_OK || end->status == MOTE_WANT_READ);
      connected += end->status == MOTE_OK;
    }
  }
  assert_int_equal(connected, 2);
  for (unsigned i = 0; i < 3; i++) {
    end_write(&world.client, "question");
    misuse(&world.server);
    end_expect_next(&world.server, "question");
    misuse(&world.server);
    end_write(&world.server, "answer");
    misuse(&world.client);
    end_expect(&world.client, "answer");
  }
  assert_int_equal(end_info(&world.client).counters.retransmissions, 0);
  assert_int_equal(world.client.calls[CALLBACK_SEND], 3 + 3);
  pair_check_memory(&world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(null_for_each_pointer),
      cmocka_unit_test(handles_that_are_none),
      cmocka_unit_test(outputs_without_success),
      cmocka_unit_test(callbacks_that_call_back),
      cmocka_unit_test(misuse_at_every_step),
  };
  return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
