/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote_server used wrongly: each has its status, and the honest go on as if nothing had been. */
#include "crowd.h"

#include <string.h>

static mote_peer somebody;

/* Every function that takes a server and returns a status, with arguments that are right. */
static mote_status call_set_idle(mote_server *server) { return mote_server_set_idle(server, 7); }
static mote_status call_input(mote_server *server)
{
  return mote_server_input(server, test_identity, 4, test_key, 5);
}
static mote_status call_next_event(mote_server *server)
{
  static mote_event event;
  return mote_server_next_event(server, &event);
}
static mote_status call_info(mote_server *server)
{
  static mote_server_figures figures;
  return mote_server_info(server, &figures);
}
static mote_status call_write(mote_server *server)
{
  return mote_peer_write(server, somebody, test_key, 1);
}
static mote_status call_heartbeat(mote_server *server)
{
  return mote_peer_heartbeat(server, somebody);
}

static mote_status call_close(mote_server *server) { return mote_peer_close(server, somebody); }
static mote_status call_address(mote_server *server)
{
  static uint8_t address[MOTE_ADDRESS_MAX];
  size_t length = sizeof address;
  return mote_peer_address(server, somebody, address, &length);
}
static mote_status call_peer_info(mote_server *server)
{
  static mote_info info;
  return mote_peer_info(server, somebody, &info);
}
static mote_status call_export(mote_server *server)
{
  static uint8_t out[8];
  return mote_peer_export_keying_material(server, somebody, "l", NULL, 0, out, sizeof out);
}
static mote_status call_set_user(mote_server *server)
{
  return mote_peer_set_user(server, somebody, &crowd);
}

static const struct {
  const char *name;
  mote_status (*run)(mote_server *server);
} calls[] = {
    {"set_idle", call_set_idle},
    {"rotate_cookie_secret", mote_server_rotate_cookie_secret},
    {"input", call_input},
    {"poll", mote_server_poll},
    {"wipe", mote_server_wipe},
    {"next_event", call_next_event},
    {"info", call_info},
    {"peer_write", call_write},
    {"peer_close", call_close},
    {"peer_heartbeat", call_heartbeat},
    {"peer_address", call_address},
    {"peer_info", call_peer_info},
    {"peer_export", call_export},
    {"peer_set_user", call_set_user},
};
#define CALLS (sizeof calls / sizeof *calls)

static void all_refuse(mote_server *server, mote_status expected)
{
  for (size_t i = 0; i < CALLS; i++) {
    check_status(calls[i].run(server), expected, calls[i].name, __FILE__, __LINE__);
  }
  assert_int_equal(mote_server_timeout(server, 0), MOTE_NO_TIMEOUT);
  assert_int_equal(mote_peer_max_write(server, somebody), 0);
  assert_null(mote_peer_user(server, somebody));
}

static void making_one(void **state)
{
  (void)state;
  crowd_configure();
  static uint64_t memory[MOTE_SERVER_SIZE(2, 1, CROWD_WORKSPACE_SIZE, CROWD_BUFFER_SIZE) / 8 + 2];
  static uint64_t untouched[sizeof memory / 8];
  size_t size = MOTE_SERVER_SIZE(2, 1, CROWD_WORKSPACE_SIZE, CROWD_BUFFER_SIZE);
  size_t ws = CROWD_WORKSPACE_SIZE, bs = CROWD_BUFFER_SIZE;
  const mote_config *config = crowd.config;
  const mote_io *io = &crowd.io;
  memset(memory, CANARY, sizeof memory);
  memset(untouched, CANARY, sizeof untouched);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, ws, bs), MOTE_ERROR_STATE);
  assert_status(mote_config_freeze(crowd.config), MOTE_OK);
  assert_status(mote_server_init(NULL, size, config, io, 2, 1, ws, bs), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_init(memory, size, NULL, io, 2, 1, ws, bs), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_init(memory, size, config, NULL, 2, 1, ws, bs), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_init(memory, size, config, io, 0, 1, ws, bs), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_init(memory, size, config, io, 2, 0, ws, bs), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, MOTE_WORKSPACE_SIZE - 1, bs),
                MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, 0, bs), MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, ws, MOTE_BUFFER_MIN - 1),
                MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size / 2, config, io, 2, 1, ws, bs), MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, 0, config, io, 2, 1, ws, bs), MOTE_ERROR_SIZE);
  /* Numbers that overflow. */
  assert_int_not_equal(mote_server_init(memory, size, config, io, SIZE_MAX, 1, ws, bs), MOTE_OK);
  assert_status(mote_server_init(memory, size, config, io, UINT32_MAX - 1, 1, ws, bs),
                MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, SIZE_MAX, ws, bs), MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, SIZE_MAX / 1024, ws, bs),
                MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, 2, SIZE_MAX, bs), MOTE_ERROR_SIZE);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, ws, SIZE_MAX), MOTE_ERROR_SIZE);
  for (size_t shift = 1; shift < MOTE_ALIGNMENT; shift++) {
    assert_status(mote_server_init((uint8_t *)memory + shift, size, config, io, 2, 1, ws, bs),
                  MOTE_ERROR_ALIGNMENT);
  }
  /* Callbacks that are missing. */
  for (int missing = 0; missing < 3; missing++) {
    mote_io part = crowd.io;
    part.send = missing == 0 ? NULL : part.send;
    part.random = missing == 1 ? NULL : part.random;
    part.now_ms = missing == 2 ? NULL : part.now_ms;
    assert_status(mote_server_init(memory, size, config, &part, 2, 1, ws, bs),
                  MOTE_ERROR_ARGUMENT);
  }
  /* A client's configuration; something that is none. */
  mote_config *client = (mote_config *)(void *)crowd.client_config;
  assert_status(mote_config_freeze(client), MOTE_OK);
  assert_status(mote_server_init(memory, size, client, io, 2, 1, ws, bs), MOTE_ERROR_STATE);
  static uint64_t zeros[MOTE_CONFIG_SIZE / 8];
  assert_status(mote_server_init(memory, size, (mote_config *)(void *)zeros, io, 2, 1, ws, bs),
                MOTE_ERROR_STATE);
  crowd.random_fails = true;
  assert_status(mote_server_init(memory, size, config, io, 2, 1, ws, bs), MOTE_ERROR_RANDOM);
  crowd.random_fails = false;
  assert_memory_equal(memory, untouched, sizeof memory);
  assert_status(mote_server_init(memory, size, config, io, 2, 1, ws, bs), MOTE_OK);
}

static void handles_that_are_none(void **state)
{
  (void)state;
  crowd_configure();
  crowd_start();
  somebody = crowd_connect(0);
  static uint64_t zeros[MOTE_SERVER_HEADER_SIZE / 8 + 1], garbage[MOTE_SERVER_HEADER_SIZE / 8 + 1];
  static uint64_t moved[ARENA_SIZE / 8];
  memset(garbage, 1, sizeof garbage);
  memcpy(moved, crowd.server, crowd.memory_size);
  all_refuse(NULL, MOTE_ERROR_ARGUMENT);
  all_refuse((mote_server *)(void *)zeros, MOTE_ERROR_STATE);
  all_refuse((mote_server *)(void *)garbage, MOTE_ERROR_STATE);
  all_refuse((mote_server *)(void *)moved, MOTE_ERROR_STATE);
  all_refuse((mote_server *)(void *)((uint8_t *)crowd.server + 1), MOTE_ERROR_STATE);
  all_refuse((mote_server *)(void *)((uint8_t *)crowd.server + 8), MOTE_ERROR_STATE);
  all_refuse((mote_server *)(void *)crowd.config, MOTE_ERROR_STATE);
  /* A connection and a server are two things. */
  all_refuse((mote_server *)(void *)crowd.clients[0].handle, MOTE_ERROR_STATE);
  static uint64_t other[MOTE_SERVER_SIZE(1, 1, MOTE_WORKSPACE_SIZE, MOTE_BUFFER_MIN) / 8 + 1];
  assert_status(mote_server_init(other, sizeof other, crowd.config, &crowd.io, 1, 1,
                                 MOTE_WORKSPACE_SIZE, MOTE_BUFFER_MIN),
                MOTE_OK);
  /* Of what a server leaves alone in its memory a connection may look for its mark. */
  arena_define(other, sizeof other);
  mote_info info;
  assert_status(mote_connection_info((mote_connection *)(void *)other, &info), MOTE_ERROR_STATE);
  for (size_t i = 0; i < sizeof zeros / 8; i++) {
    assert_int_equal(zeros[i], 0);
  }
  crowd_talk(0, somebody);
  assert_true(arena_is_whole(&crowd.arena));
}

static void null_for_each_pointer(void **state)
{
  (void)state;
  crowd_configure();
  crowd_start();
  somebody = crowd_connect(0);
  mote_server *server = crowd.server;
  uint8_t octets[4] = {1, 2, 3, 4}, address[MOTE_ADDRESS_MAX + 1] = {9};
  size_t length = 3;
  /* Something waits to be read, which a refused call must not take. */
  crowd_ask(0, "still there");
  const datagram *item = queue_take(&crowd.inbox);
  assert_status(mote_server_input(server, crowd.clients[0].address,
                                  crowd.clients[0].address_length, item->octets, item->length),
                MOTE_OK);
  assert_status(mote_server_input(server, NULL, 4, octets, 4), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_input(server, octets, 0, octets, 4), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_input(server, octets, 4, NULL, 4), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_input(server, address, sizeof address, octets, 4), MOTE_ERROR_SIZE);
  assert_status(mote_server_input(server, address, SIZE_MAX, octets, 4), MOTE_ERROR_SIZE);
  assert_status(mote_server_next_event(server, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_server_info(server, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_write(server, somebody, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_address(server, somebody, NULL, &length), MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_address(server, somebody, octets, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_info(server, somebody, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_export_keying_material(server, somebody, NULL, NULL, 0, octets, 4),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_export_keying_material(server, somebody, "l", NULL, 0, NULL, 4),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_peer_export_keying_material(server, somebody, "l", NULL, 1, octets, 4),
                MOTE_ERROR_ARGUMENT);
  crowd_drain();
  const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_DATA);
  assert_memory_equal(happening->data, "still there", 11);
  /* The outputs are as they were; an address that is longer than the room for it. */
  length = crowd.clients[0].address_length - 1;
  assert_status(mote_peer_address(server, somebody, octets, &length), MOTE_ERROR_SIZE);
  assert_int_equal(length, crowd.clients[0].address_length - 1);
  assert_true(octets[0] == 1 && octets[1] == 2 && octets[2] == 3 && octets[3] == 4);
  mote_event event = {.length = 99};
  assert_status(mote_server_next_event(server, &event), MOTE_WANT_READ);
  assert_int_equal(event.length, 99);
  crowd_talk(0, somebody);
  mote_peer longest = crowd_connect(1);
  crowd_talk(1, longest);
}

/* --- Callbacks that call back ------------------------------------------------------------------ */

static unsigned called_back[CALLBACKS], wrong_answers;
static bool is_inside;

/* Nothing is asserted here: a jump out of the library would leave it in the middle of a call. */
static void call_everything(struct crowd *them, enum callback callback)
{
  if (is_inside || them->server == NULL) {
    return;
  }
  is_inside = true;
  called_back[callback]++;
  for (size_t i = 0; i < CALLS; i++) {
    wrong_answers += calls[i].run(them->server) != MOTE_ERROR_STATE;
  }
  wrong_answers += mote_server_timeout(them->server, 0) != MOTE_NO_TIMEOUT;
  wrong_answers += mote_peer_max_write(them->server, somebody) != 0;
  wrong_answers += mote_peer_user(them->server, somebody) != NULL;
  is_inside = false;
}

static void calling_back(void **state)
{
  (void)state;
  memset(called_back, 0, sizeof called_back);
  wrong_answers = 0;
  crowd_configure();
  crowd.io.recv = crowd_recv;
  crowd_start();
  crowd.hook = call_everything;
  somebody = crowd_connect(0);
  crowd_talk(0, somebody);
  assert_status(mote_peer_close(crowd.server, somebody), MOTE_OK);
  for (size_t callback = 0; callback < CALLBACKS; callback++) {
    assert_true(called_back[callback] > 0);
  }
  assert_int_equal(wrong_answers, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(making_one),
      cmocka_unit_test(handles_that_are_none),
      cmocka_unit_test(null_for_each_pointer),
      cmocka_unit_test(calling_back),
  };
  return cmocka_run_group_tests_name("server_misuse", tests, NULL, NULL);
}
