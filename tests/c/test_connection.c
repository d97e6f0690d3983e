/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Making a connection, lending it memory, its settings, and what each call answers when. */
#include "calls.h"

#include <motedtls_static.h>
#include <string.h>

static void init_checks_everything_it_is_given(void **state)
{
  (void)state;
  pair_configure(&world);
  struct end *client = &world.client;
  uint8_t *memory = arena_take(&client->arena, MOTE_CONNECTION_SIZE);
  const mote_io *io = &client->io;
  const mote_config *config = client->config;
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, config, io), MOTE_ERROR_STATE);
  assert_status(mote_config_freeze(client->config), MOTE_OK);

  static const struct {
    size_t offset, size;
    mote_status expected;
  } cases[] = {
      {0, MOTE_CONNECTION_SIZE - 1, MOTE_ERROR_SIZE},
      {0, 0, MOTE_ERROR_SIZE},
      {1, MOTE_CONNECTION_SIZE, MOTE_ERROR_ALIGNMENT},
      {4, MOTE_CONNECTION_SIZE, MOTE_ERROR_ALIGNMENT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_status(mote_connection_init(memory + cases[i].offset, cases[i].size, config, io),
                  cases[i].expected);
  }
  assert_status(mote_connection_init(NULL, MOTE_CONNECTION_SIZE, config, io), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, NULL, io), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, config, NULL),
                MOTE_ERROR_ARGUMENT);
  static uint64_t zeros[MOTE_CONFIG_SIZE / 8];
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, (mote_config *)zeros, io),
                MOTE_ERROR_STATE);
  mote_io partial[3] = {*io, *io, *io};
  partial[0].send = NULL;
  partial[1].random = NULL;
  partial[2].now_ms = NULL;
  for (size_t i = 0; i < 3; i++) {
    assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, config, &partial[i]),
                  MOTE_ERROR_ARGUMENT);
  }
  /* Nothing of this has written to the memory. */
  for (size_t i = 0; i < MOTE_CONNECTION_SIZE; i++) {
    assert_int_equal(memory[i], CANARY);
  }
  mote_io without_recv = *io;
  without_recv.recv = NULL;
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, config, &without_recv), MOTE_OK);
  assert_status(mote_connection_init(memory, MOTE_CONNECTION_SIZE, config, io), MOTE_OK);
  assert_true(arena_is_whole(&client->arena));
}

static void lend_checks_everything_it_is_given(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *server = &world.server;
  assert_status(mote_connection_take_back(server->connection), MOTE_OK);
  uint8_t *workspace = server->workspace;
  uint8_t *buffer = server->buffer;
  const size_t room = server->workspace_size, space = server->buffer_size;
  const struct {
    void *workspace;
    size_t workspace_size;
    void *buffer;
    size_t buffer_size;
    mote_status expected;
  } cases[] = {
      {workspace, MOTE_WORKSPACE_SIZE - 1, buffer, space, MOTE_ERROR_SIZE},
      {workspace, 0, buffer, space, MOTE_ERROR_SIZE},
      {workspace + 1, room - 8, buffer, space, MOTE_ERROR_ALIGNMENT},
      {workspace + 4, room - 8, buffer, space, MOTE_ERROR_ALIGNMENT},
      {workspace, room, buffer, MOTE_BUFFER_MIN - 1, MOTE_ERROR_SIZE},
      {workspace, room, buffer, 0, MOTE_ERROR_SIZE},
      {workspace, room, NULL, space, MOTE_ERROR_ARGUMENT},
      {workspace, room, NULL, 0, MOTE_ERROR_ARGUMENT},
      {workspace, room, buffer, SIZE_MAX, MOTE_ERROR_ARGUMENT},
      {workspace, SIZE_MAX, buffer, space, MOTE_ERROR_ARGUMENT},
      {workspace, room, workspace, space, MOTE_ERROR_ARGUMENT},
      {workspace, room, workspace + room - 1, MOTE_BUFFER_MIN, MOTE_ERROR_ARGUMENT},
      /* A handshake needs a workspace; and what has been lent could not be taken back. */
      {NULL, 0, buffer, space, MOTE_ERROR_ARGUMENT},
  };
  uint8_t before[MOTE_CONNECTION_SIZE];
  memcpy(before, server->connection, sizeof before);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_status(mote_connection_lend(server->connection, cases[i].workspace,
                                       cases[i].workspace_size, cases[i].buffer,
                                       cases[i].buffer_size),
                  cases[i].expected);
    assert_status(mote_connection_handshake(server->connection), MOTE_ERROR_NO_MEMORY_LENT);
    assert_unchanged(before, server->connection);
  }
  /* A buffer at any address, right behind the workspace. */
  assert_status(mote_connection_lend(server->connection, workspace, MOTE_WORKSPACE_SIZE + 3,
                                     workspace + MOTE_WORKSPACE_SIZE + 3, 400),
                MOTE_OK);
  server->buffer = workspace + MOTE_WORKSPACE_SIZE + 3;
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
}

/* --- What each call answers in each state ------------------------------------------------------ */

enum moment { BARE, FRESH, SHAKING, CONNECTED, RETURNED, CLOSED, FAILED, WIPED, LISTENING, MOMENTS };

/* Brings an end to the moment, and returns it. */
static struct end *at_moment(enum moment moment)
{
  struct end *client = &world.client;
  pair_configure(&world);
  pair_start(&world);
  switch (moment) {
  case BARE:
    assert_status(mote_connection_init(client->connection, MOTE_CONNECTION_SIZE, client->config,
                                       &client->io),
                  MOTE_OK);
    return client;
  case SHAKING:
    assert_status(mote_connection_handshake(client->connection), MOTE_WANT_READ);
    return client;
  case LISTENING:
    return &world.server;
  case FRESH:
    return client;
  default:
    break;
  }
  pair_finish(&world);
  if (moment == RETURNED) {
    assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  } else if (moment == CLOSED) {
    assert_status(mote_connection_close(client->connection), MOTE_OK);
  } else if (moment == WIPED) {
    assert_status(mote_connection_wipe(client->connection), MOTE_OK);
  } else if (moment == FAILED) {
    client->send_answer = -9;
    assert_status(mote_connection_write(client->connection, NULL, 0), MOTE_ERROR_IO);
  }
  return client;
}

#define OK_ MOTE_OK
#define RD MOTE_WANT_READ
#define WR MOTE_WANT_WRITE
#define CL MOTE_CLOSED
#define ST MOTE_ERROR_STATE
#define NM MOTE_ERROR_NO_MEMORY_LENT
#define IO MOTE_ERROR_IO
#define SE MOTE_ERROR_SESSION

static const mote_status answers[CONNECTION_CALLS][MOMENTS] = {
    /*                        bare fresh shaking connected returned closed failed wiped listening */
    [CALL_LEND] =             {OK_, ST,  ST,     ST,       ST,      ST,    ST,    ST,   ST},
    [CALL_TAKE_BACK] =        {ST,  OK_, ST,     OK_,      ST,      OK_,   OK_,   ST,   OK_},
    [CALL_SET_SERVER_NAME] =  {OK_, OK_, ST,     ST,       ST,      ST,    ST,    ST,   ST},
    [CALL_SET_MTU] =          {OK_, OK_, OK_,    OK_,      OK_,     OK_,   OK_,   OK_,  OK_},
    [CALL_SET_PSK] =          {OK_, OK_, ST,     ST,       ST,      ST,    ST,    ST,   OK_},
    [CALL_SET_SESSION] =      {SE,  SE,  ST,     ST,       ST,      ST,    ST,    ST,   ST},
    [CALL_SET_CACHED_INFO] =  {OK_, OK_, ST,     ST,       ST,      ST,    ST,    ST,   ST},
    [CALL_SET_PEER_ADDRESS] = {OK_, OK_, ST,     ST,       ST,      ST,    ST,    ST,   OK_},
    [CALL_HANDSHAKE] =        {NM,  RD,  RD,     OK_,      NM,      CL,    IO,    CL,   RD},
    [CALL_READ] =             {ST,  ST,  ST,     RD,       NM,      CL,    IO,    CL,   ST},
    [CALL_WRITE] =            {ST,  ST,  ST,     OK_,      NM,      ST,    IO,    ST,   ST},
    [CALL_INPUT] =            {NM,  WR,  OK_,    OK_,      NM,      CL,    IO,    CL,   OK_},
    [CALL_CLOSE] =            {OK_, OK_, OK_,    OK_,      NM,      OK_,   IO,    OK_,  OK_},
    [CALL_WIPE] =             {OK_, OK_, OK_,    OK_,      OK_,     OK_,   OK_,   OK_,  OK_},
    [CALL_INFO] =             {OK_, OK_, OK_,    OK_,      OK_,     OK_,   OK_,   OK_,  OK_},
    [CALL_EXPORT] =           {ST,  ST,  ST,     OK_,      OK_,     ST,    ST,    ST,   ST},
    [CALL_SESSION_EXPORT] =   {ST,  ST,  ST,     ST,       ST,      ST,    ST,    ST,   ST},
    [CALL_SET_USER] =         {OK_, OK_, OK_,    OK_,      OK_,     OK_,   OK_,   OK_,  OK_},
    /* Heartbeats are off. */
    [CALL_HEARTBEAT] =        {ST,  ST,  ST,     ST,       ST,      ST,    IO,    ST,   ST},
    [CALL_PROBE_MTU] =        {ST,  ST,  ST,     ST,       ST,      ST,    IO,    ST,   ST},
};

static bool is_usage_error(mote_status status)
{
  return status < 0 && status > MOTE_ERROR_TIMEOUT;
}

static void every_call_in_every_state(void **state)
{
  (void)state;
  for (size_t moment = 0; moment < MOMENTS; moment++) {
    for (size_t call = 0; call < CONNECTION_CALLS; call++) {
      struct end *end = at_moment((enum moment)moment);
      uint8_t before[MOTE_CONNECTION_SIZE];
      memcpy(before, end->connection, sizeof before);
      mote_status status = connection_calls[call].run(end->connection);
      if (status != answers[call][moment]) {
        print_error("state %zu\n", moment);
      }
      check_status(status, answers[call][moment], connection_calls[call].name, __FILE__, __LINE__);
      if (is_usage_error(status)) {
        assert_unchanged(before, end->connection);
        /* An honest conversation goes on from here. */
        if (moment == FRESH || moment == SHAKING || moment == CONNECTED || moment == LISTENING) {
          pair_finish(&world);
          pair_talk(&world);
        }
      }
      pair_check_memory(&world);
    }
  }
}

static void info_in_every_state(void **state)
{
  (void)state;
  static const struct {
    mote_state state;
    mote_status error;
    bool is_connected;
    mote_direction alert_direction;
  } expected[MOMENTS] = {
      [BARE] = {MOTE_STATE_HANDSHAKE, MOTE_OK, false, MOTE_DIRECTION_NONE},
      [FRESH] = {MOTE_STATE_HANDSHAKE, MOTE_OK, false, MOTE_DIRECTION_NONE},
      [SHAKING] = {MOTE_STATE_HANDSHAKE, MOTE_OK, false, MOTE_DIRECTION_NONE},
      [CONNECTED] = {MOTE_STATE_CONNECTED, MOTE_OK, true, MOTE_DIRECTION_NONE},
      [RETURNED] = {MOTE_STATE_CONNECTED, MOTE_OK, true, MOTE_DIRECTION_NONE},
      [CLOSED] = {MOTE_STATE_CLOSED, MOTE_OK, true, MOTE_DIRECTION_SENT},
      [FAILED] = {MOTE_STATE_FAILED, MOTE_ERROR_IO, true, MOTE_DIRECTION_NONE},
      [WIPED] = {MOTE_STATE_CLOSED, MOTE_OK, true, MOTE_DIRECTION_NONE},
      [LISTENING] = {MOTE_STATE_LISTENING, MOTE_OK, false, MOTE_DIRECTION_NONE},
  };
  static const mote_counters none;
  for (size_t moment = 0; moment < MOMENTS; moment++) {
    struct end *end = at_moment((enum moment)moment);
    mote_info info = end_info(end);
    bool is_connected = expected[moment].is_connected;
    assert_int_equal(info.state, expected[moment].state);
    assert_status(info.error, expected[moment].error);
    assert_int_equal(info.suite, is_connected ? 0xC0A8 : 0);
    assert_int_equal(info.extended_master_secret, is_connected);
    assert_int_equal(info.secure_renegotiation, is_connected);
    assert_false(info.resumed);
    assert_false(info.psk_identity_truncated);
    assert_int_equal(info.max_fragment_length, 0);
    assert_int_equal(info.alert_direction, expected[moment].alert_direction);
    assert_int_equal(info.alert, 0);
    assert_int_equal(info.datagram_needed, 0);
    assert_int_equal(info.reassembly_needed, 0);
    assert_memory_equal(&info.counters, &none, sizeof none);
    if (is_connected) {
      assert_int_equal(info.psk_identity_length, sizeof test_identity);
      assert_memory_equal(info.psk_identity, test_identity, sizeof test_identity);
    } else {
      assert_null(info.psk_identity);
      assert_int_equal(info.psk_identity_length, 0);
    }
    bool can_write = moment == CONNECTED;
    assert_int_equal(mote_connection_max_write(end->connection),
                     can_write ? end->buffer_size - MOTE_RECORD_OVERHEAD : 0);
  }
}

/* --- Settings of one connection ---------------------------------------------------------------- */

static void settings_out_of_range_change_nothing(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  mote_connection *client = world.client.connection;
  static char long_name[257];
  memset(long_name, 'a', 256);
  uint8_t octets[MOTE_PSK_IDENTITY_MAX + 1] = {0}, before[MOTE_CONNECTION_SIZE];
  memcpy(before, client, sizeof before);
  assert_status(mote_connection_set_server_name(client, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_server_name(client, ""), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_server_name(client, "a."), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_server_name(client, long_name), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_mtu(client, MOTE_MTU_MIN - 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_mtu(client, 65536), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_psk(client, NULL, 1, test_key, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_psk(client, octets, 1, NULL, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_psk(client, octets, 1, test_key, 0), MOTE_ERROR_SIZE);
  assert_status(mote_connection_set_psk(client, octets, 1, octets, 65), MOTE_ERROR_SIZE);
  assert_status(mote_connection_set_psk(client, octets, 129, test_key, 16), MOTE_ERROR_SIZE);
  assert_status(mote_connection_set_peer_address(client, NULL, 1), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_peer_address(client, octets, MOTE_ADDRESS_MAX + 1),
                MOTE_ERROR_SIZE);
  assert_unchanged(before, client);
  pair_finish(&world);
  pair_talk(&world);
}

static void send_is_given_the_address(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *client = &world.client, *server = &world.server;
  uint8_t address[MOTE_ADDRESS_MAX];
  for (uint8_t i = 0; i < sizeof address; i++) {
    address[i] = i;
  }
  assert_status(mote_connection_set_peer_address(client->connection, address, 1), MOTE_OK);
  assert_status(mote_connection_set_peer_address(client->connection, address, sizeof address),
                MOTE_OK);
  assert_status(mote_connection_set_peer_address(server->connection, address, 7), MOTE_OK);
  assert_status(mote_connection_set_peer_address(server->connection, address, 0), MOTE_OK);
  uint8_t copy[sizeof address];
  memcpy(copy, address, sizeof copy);
  memset(address, 0xEE, sizeof address); /* It was copied. */
  pair_finish(&world);
  assert_int_equal(client->address_length, sizeof copy);
  assert_memory_equal(client->address, copy, sizeof copy);
  assert_int_equal(server->address_length, 0);
  assert_null(server->address_pointer);
  assert_false(client->recv_had_address);
}

/* A cookie is bound to the address: with another one, the server asks again. */
static void cookies_are_bound_to_the_address(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  struct end *client = &world.client, *server = &world.server;
  assert_status(mote_connection_set_peer_address(server->connection, test_key, 4), MOTE_OK);
  assert_status(mote_connection_handshake(client->connection), MOTE_WANT_READ);
  assert_status(mote_connection_handshake(server->connection), MOTE_WANT_READ);
  assert_status(mote_connection_handshake(client->connection), MOTE_WANT_READ);
  assert_status(mote_connection_set_peer_address(server->connection, test_key + 1, 4), MOTE_OK);
  assert_status(mote_connection_handshake(server->connection), MOTE_WANT_READ);
  assert_int_equal(end_info(server).state, MOTE_STATE_LISTENING);
  pair_finish(&world);
  assert_int_equal(end_count_events(client, MOTE_DIRECTION_RECEIVED, 22, 3), 2);
  assert_int_equal(end_count_events(client, MOTE_DIRECTION_SENT, 22, 1), 3);
}

static void the_user_pointer_is_kept(void **state)
{
  (void)state;
  pair_configure(&world);
  pair_start(&world);
  mote_connection *client = world.client.connection;
  assert_null(mote_connection_user(client));
  assert_status(mote_connection_set_user(client, &world), MOTE_OK);
  pair_finish(&world);
  assert_ptr_equal(mote_connection_user(client), &world);
  assert_status(mote_connection_wipe(client), MOTE_OK);
  assert_ptr_equal(mote_connection_user(client), &world);
  assert_status(mote_connection_set_user(client, NULL), MOTE_OK);
  assert_null(mote_connection_user(client));
}

static mote_config static_config;
MOTE_CONNECTION_DEFINE(client_link, 544);

/* motedtls_static.h: association, workspace and buffer in one macro. */
static void static_storage(void **state)
{
  (void)state;
  pair_configure(&world);
  struct end *client = &world.client;
  mote_status status = mote_config_init(&static_config, sizeof static_config, MOTE_ROLE_CLIENT);
  assert_status(status, MOTE_OK);
  assert_status(MOTE_CONNECTION_INIT(client_link, &static_config, &client->io), MOTE_ERROR_STATE);
  assert_status(mote_config_set_psk(&static_config, test_identity, sizeof test_identity, test_key,
                                    sizeof test_key),
                MOTE_OK);
  pair_start(&world);
  assert_status(mote_config_freeze(&static_config), MOTE_OK);
  assert_status(MOTE_CONNECTION_INIT(client_link, &static_config, &client->io), MOTE_OK);
  client->connection = client_link;
  client->buffer = client_link_storage.buffer;
  client->buffer_size = sizeof client_link_storage.buffer;
  pair_finish(&world);
  pair_talk(&world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(init_checks_everything_it_is_given),
      cmocka_unit_test(lend_checks_everything_it_is_given),
      cmocka_unit_test(every_call_in_every_state),
      cmocka_unit_test(info_in_every_state),
      cmocka_unit_test(settings_out_of_range_change_nothing),
      cmocka_unit_test(send_is_given_the_address),
      cmocka_unit_test(cookies_are_bound_to_the_address),
      cmocka_unit_test(the_user_pointer_is_kept),
      cmocka_unit_test(static_storage),
  };
  return cmocka_run_group_tests_name("connection", tests, NULL, NULL);
}
