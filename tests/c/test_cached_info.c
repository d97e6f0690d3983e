/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cached_info (RFC 7924): what a client remembers of a server's certificate. */
#include "pair.h"

#include "credentials/credentials.h"

#include <motedtls_static.h>
#include <string.h>

#define MESSAGE_LENGTH (3 + 2 * 3 + sizeof server_chain)

static uint8_t remembered[MOTE_CACHED_INFO_OVERHEAD + MESSAGE_LENGTH];

/* A server with a certificate, and a client that verifies it. */
static void configure(const char *name, bool server_uses_it)
{
  static uint32_t times;
  pair_configure(&world);
  times++;
  world.client.random_state += 2 * times;
  world.server.random_state += 2 * times;
  world.client.workspace_size += 2048;
  mote_config *server = world.server.config, *client = world.client.config;
  assert_status(mote_config_set_certificate(server, server_chain, sizeof server_chain), MOTE_OK);
  assert_status(mote_config_set_private_key(server, server_key_sec1, sizeof server_key_sec1),
                MOTE_OK);
  assert_status(mote_config_set_cached_info(server, server_uses_it), MOTE_OK);
  assert_status(
      mote_config_set_trust_anchors(client, anchor_certificate, sizeof anchor_certificate),
      MOTE_OK);
  assert_status(mote_config_set_no_time(client), MOTE_OK);
  assert_status(mote_config_set_server_name(client, name), MOTE_OK);
}

static mote_status lend(uint8_t *memory, size_t size, bool force)
{
  return mote_connection_set_cached_info(world.client.connection, memory, size, force);
}

/* One handshake; how many octets the server sent in it. */
static size_t connect(size_t size, bool force)
{
  pair_start(&world);
  assert_status(lend(remembered, size, force), MOTE_OK);
  pair_finish(&world);
  size_t sent = world.server.sent_total;
  pair_talk(&world);
  pair_check_memory(&world);
  return sent;
}

static void a_remembered_certificate_is_left_out(void **state)
{
  (void)state;
  memset(remembered, 0, sizeof remembered);
  configure("coap.example", true);
  size_t first = connect(sizeof remembered, false);
  mote_info info = end_info(&world.client);
  assert_false(info.cached_certificate || info.cached_certificate_request);
  assert_int_equal(info.cached_info_needed, 0);

  configure("coap.example", true);
  size_t second = connect(sizeof remembered, false);
  info = end_info(&world.client);
  assert_true(info.cached_certificate);
  assert_false(info.cached_certificate_request);
  assert_int_equal(info.peer_type, MOTE_PEER_TYPE_CERTIFICATE);
  assert_memory_equal(info.peer_key_hash, server_hash, sizeof server_hash);
  assert_string_equal((const char *)info.peer_name, "coap.example");
  assert_true(first - second >= MESSAGE_LENGTH - 50);

  /* A server that does not use it, and one octet that was altered. */
  configure("coap.example", false);
  connect(sizeof remembered, false);
  assert_false(end_info(&world.client).cached_certificate);
  remembered[100] ^= 1;
  configure("coap.example", true);
  connect(sizeof remembered, false);
  assert_false(end_info(&world.client).cached_certificate);
  configure("coap.example", true);
  connect(sizeof remembered, false);
  assert_true(end_info(&world.client).cached_certificate);
}

static void what_is_remembered_is_verified(void **state)
{
  (void)state;
  memset(remembered, 0, sizeof remembered);
  configure("coap.example", true);
  connect(sizeof remembered, false);
  configure("coap.example", true);
  assert_status(mote_config_set_trust_anchors(world.client.config, stranger_certificate,
                                              sizeof stranger_certificate),
                MOTE_OK);
  pair_start(&world);
  assert_status(lend(remembered, sizeof remembered, false), MOTE_OK);
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_UNKNOWN_CA);
}

/* Memory that is too small says what it lacks; nothing is written behind it. */
static void memory_of_every_size(void **state)
{
  (void)state;
  const size_t sizes[] = {MOTE_CACHED_INFO_OVERHEAD, sizeof remembered - 1, sizeof remembered};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    memset(remembered, 0xA5, sizeof remembered);
    for (unsigned time = 0; time < 2; time++) {
      configure("coap.example", true);
      connect(sizes[i], false);
      mote_info info = end_info(&world.client);
      bool is_enough = sizes[i] == sizeof remembered;
      assert_int_equal(info.cached_certificate, time == 1 && is_enough);
      assert_int_equal(info.cached_info_needed, is_enough ? 0 : sizeof remembered);
    }
    for (size_t behind = sizes[i]; behind < sizeof remembered; behind++)
      assert_int_equal(remembered[behind], 0xA5);
  }
}

static void a_cut_handshake_leaves_nothing(void **state)
{
  (void)state;
  memset(remembered, 0, sizeof remembered);
  configure("coap.example", true);
  pair_start(&world);
  assert_status(lend(remembered, sizeof remembered, false), MOTE_OK);
  world.client.send_works = 2; /* both ClientHellos */
  world.client.send_answer = -5;
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_IO);
  assert_status(mote_connection_wipe(world.client.connection), MOTE_OK);
  configure("coap.example", true);
  connect(sizeof remembered, false);
  assert_false(end_info(&world.client).cached_certificate);
}

static void misuse(void **state)
{
  (void)state;
  configure("coap.example", true);
  mote_config *client = world.client.config, *server = world.server.config;
  assert_status(mote_config_set_cached_info(client, true), MOTE_ERROR_STATE);
  assert_status(mote_config_set_cached_info(NULL, true), MOTE_ERROR_ARGUMENT);
  pair_start(&world);
  assert_status(mote_config_set_cached_info(server, true), MOTE_ERROR_STATE);

  static uint8_t large[65536];
  assert_status(lend(NULL, 1024, false), MOTE_ERROR_ARGUMENT);
  assert_status(lend(large, MOTE_CACHED_INFO_OVERHEAD - 1, false), MOTE_ERROR_SIZE);
  assert_status(lend(large, 0, false), MOTE_ERROR_SIZE);
  assert_status(lend(large, 65536, false), MOTE_ERROR_SIZE);
  assert_status(lend(large, 65535, false), MOTE_OK);
  uint8_t *buffer = world.client.buffer, *workspace = world.client.workspace;
  assert_status(lend(buffer, 100, false), MOTE_ERROR_ARGUMENT);
  assert_status(lend(buffer + world.client.buffer_size - 1, 100, false), MOTE_ERROR_ARGUMENT);
  assert_status(lend(workspace, 100, false), MOTE_ERROR_ARGUMENT);
  assert_status(lend(workspace + world.client.workspace_size - 1, 100, false),
                MOTE_ERROR_ARGUMENT);
  assert_status(
      mote_connection_set_cached_info(world.server.connection, remembered, 100, false),
      MOTE_ERROR_STATE);
  assert_status(mote_connection_set_cached_info(NULL, remembered, 100, false),
                MOTE_ERROR_ARGUMENT);
  pair_finish(&world);
  assert_status(lend(remembered, sizeof remembered, false), MOTE_ERROR_STATE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_remembered_certificate_is_left_out),
      cmocka_unit_test(what_is_remembered_is_verified),
      cmocka_unit_test(memory_of_every_size),
      cmocka_unit_test(a_cut_handshake_leaves_nothing),
      cmocka_unit_test(misuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
