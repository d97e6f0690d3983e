/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "crowd.h"

#include <string.h>

struct crowd crowd;

/* --- Callbacks --------------------------------------------------------------------------------- */

static void called(enum callback callback)
{
  crowd.calls[callback]++;
  if (crowd.hook != NULL) {
    crowd.hook(&crowd, callback);
  }
}

static int32_t server_send(void *user, const uint8_t *address, size_t address_length,
                           const uint8_t *octets, size_t length)
{
  (void)user;
  called(CALLBACK_SEND);
  if (crowd.send_answer != 0) {
    return crowd.send_answer;
  }
  crowd.sent++;
  crowd.octets_sent += length;
  for (size_t i = 0; i < CLIENTS; i++) {
    struct visitor *client = &crowd.clients[i];
    if (client->address_length == address_length &&
        memcmp(client->address, address, address_length) == 0) {
      queue_put(&client->inbox, octets, length);
      return (int32_t)length;
    }
  }
  crowd.for_strangers++;
  return (int32_t)length;
}

static const datagram *next_datagram(size_t *sender)
{
  *sender = crowd.senders[crowd.inbox.first];
  return queue_take(&crowd.inbox);
}

int32_t crowd_recv(void *user, uint8_t *address_out, size_t *address_length,
                           uint8_t *buffer, size_t capacity)
{
  (void)user;
  called(CALLBACK_RECV);
  crowd.recv_had_address = address_out != NULL && address_length != NULL &&
                           *address_length == MOTE_ADDRESS_MAX;
  if (crowd.recv_answer != 0) {
    return crowd.recv_answer;
  }
  size_t sender;
  const datagram *item = next_datagram(&sender);
  if (item == NULL) {
    return MOTE_IO_NOTHING;
  }
  const struct visitor *client = &crowd.clients[sender];
  memcpy(address_out, client->address, client->address_length);
  size_t length = crowd.recv_address_length != 0 ? crowd.recv_address_length
                                                 : client->address_length;
  *address_length = crowd.recv_gives_no_address ? 0 : length;
  memcpy(buffer, item->octets, item->length < capacity ? item->length : capacity);
  return (int32_t)item->length;
}

static void fill(uint8_t *out, size_t length)
{
  static uint32_t state = 1;
  for (size_t i = 0; i < length; i++) {
    state = state * 1664525u + 1013904223u;
    out[i] = (uint8_t)(state >> 24);
  }
}

static int32_t server_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  called(CALLBACK_RANDOM);
  fill(out, length);
  if (crowd.random_waits > 0) {
    crowd.random_waits--;
    return MOTE_IO_NOTHING;
  }
  return crowd.random_fails ? -7 : 0;
}

static int32_t client_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  fill(out, length);
  return 0;
}

static uint32_t server_now(void *user)
{
  (void)user;
  called(CALLBACK_NOW);
  return crowd.now;
}

static uint32_t client_now(void *user)
{
  (void)user;
  return crowd.now;
}

static int32_t client_send(void *user, const uint8_t *address, size_t address_length,
                           const uint8_t *octets, size_t length)
{
  (void)address, (void)address_length;
  struct visitor *client = user;
  crowd.senders[(crowd.inbox.first + crowd.inbox.count) % QUEUE_MAX] =
      (size_t)(client - crowd.clients);
  queue_put(&crowd.inbox, octets, length);
  return (int32_t)length;
}

static int32_t client_recv(void *user, uint8_t *address_out, size_t *address_length,
                           uint8_t *buffer, size_t capacity)
{
  (void)address_out, (void)address_length;
  struct visitor *client = user;
  const datagram *item = queue_take(&client->inbox);
  if (item == NULL) {
    return MOTE_IO_NOTHING;
  }
  memcpy(buffer, item->octets, item->length < capacity ? item->length : capacity);
  return (int32_t)item->length;
}

static mote_status on_lookup(void *user, const uint8_t *identity, size_t identity_length,
                             uint8_t *key, size_t key_capacity, size_t *key_length)
{
  (void)user;
  called(CALLBACK_LOOKUP);
  if (crowd.lookup_pending > 0) {
    crowd.lookup_pending--;
    return MOTE_PENDING;
  }
  if (crowd.lookup_status != MOTE_OK || identity_length != sizeof test_identity ||
      memcmp(identity, test_identity, identity_length) != 0 || key_capacity < sizeof test_key) {
    return crowd.lookup_status != MOTE_OK ? crowd.lookup_status : MOTE_ERROR_UNKNOWN_IDENTITY;
  }
  memcpy(key, test_key, sizeof test_key);
  *key_length = sizeof test_key;
  return MOTE_OK;
}

static void on_key_log(void *user, const char *line)
{
  (void)user;
  called(CALLBACK_KEY_LOG);
  assert_true(strlen(line) < sizeof crowd.line);
  memcpy(crowd.line, line, strlen(line) + 1);
}

static void on_trace(void *user, const mote_trace_event *event)
{
  (void)user, (void)event;
  called(CALLBACK_TRACE);
}

/* --- The crowd --------------------------------------------------------------------------------- */

void crowd_configure(void)
{
  arena_release(&crowd.arena);
  memset(&crowd, 0, sizeof crowd);
  arena_init(&crowd.arena);
  crowd.now = CLOCK_START;
  crowd.peers = 4;
  crowd.workspaces = 2;
  crowd.workspace_size = CROWD_WORKSPACE_SIZE;
  crowd.buffer_size = CROWD_BUFFER_SIZE;
  crowd.io = (mote_io){&crowd, server_send, NULL, server_random, server_now};
  crowd.config = arena_take(&crowd.arena, MOTE_CONFIG_SIZE);
  assert_status(mote_config_init(crowd.config, MOTE_CONFIG_SIZE, MOTE_ROLE_SERVER), MOTE_OK);
  assert_status(mote_config_set_psk_lookup(crowd.config, on_lookup, &crowd), MOTE_OK);
  assert_status(mote_config_set_key_log(crowd.config, on_key_log, &crowd), MOTE_OK);
  assert_status(mote_config_set_trace(crowd.config, on_trace, &crowd), MOTE_OK);
  mote_config *config = (mote_config *)(void *)crowd.client_config;
  assert_status(mote_config_init(config, MOTE_CONFIG_SIZE, MOTE_ROLE_CLIENT), MOTE_OK);
  assert_status(mote_config_set_psk(config, test_identity, sizeof test_identity, test_key,
                                    sizeof test_key),
                MOTE_OK);
}

void visitor_start(size_t which)
{
  visitor_start_with(which, (const mote_config *)(const void *)crowd.client_config);
}

void visitor_start_with(size_t which, const mote_config *config)
{
  struct visitor *client = &crowd.clients[which];
  client->connection = (mote_connection *)(void *)client->handle;
  client->io = (mote_io){client, client_send, client_recv, client_random, client_now};
  client->inbox.count = 0;
  client->has_begun = false;
  client->status = MOTE_WANT_READ;
  assert_status(mote_connection_init(client->connection, MOTE_CONNECTION_SIZE, config,
                                     &client->io),
                MOTE_OK);
  assert_status(mote_connection_lend(client->connection, client->workspace,
                                     sizeof client->workspace, client->buffer,
                                     sizeof client->buffer),
                MOTE_OK);
}

void crowd_start(void)
{
  assert_status(mote_config_freeze(crowd.config), MOTE_OK);
  assert_status(mote_config_freeze((mote_config *)(void *)crowd.client_config), MOTE_OK);
  crowd.memory_size = MOTE_SERVER_SIZE(crowd.peers, crowd.workspaces, crowd.workspace_size,
                                       crowd.buffer_size);
  void *memory = arena_take(&crowd.arena, crowd.memory_size);
  arena_forget(memory, crowd.memory_size);
  crowd.server = memory;
  assert_status(mote_server_init(memory, crowd.memory_size, crowd.config, &crowd.io, crowd.peers,
                                 crowd.workspaces, crowd.workspace_size, crowd.buffer_size),
                MOTE_OK);
  for (size_t i = 0; i < CLIENTS; i++) {
    /* From one octet to the most that there can be; some begin alike. */
    crowd.clients[i].address_length = i == 0 ? 1 : i == 1 ? MOTE_ADDRESS_MAX : 4 + i;
    memset(crowd.clients[i].address, 0x7F, MOTE_ADDRESS_MAX);
    visitor_start(i);
  }
}

void crowd_drain(void)
{
  mote_event event;
  while ((crowd.drained = mote_server_next_event(crowd.server, &event)) == MOTE_OK) {
    assert_true(crowd.happening_count < HAPPENINGS_MAX);
    struct happening *happening = &crowd.happenings[crowd.happening_count++];
    happening->event = event;
    if (event.kind == MOTE_EVENT_KIND_DATA) {
      const uint8_t *memory = (const uint8_t *)crowd.server;
      assert_true(event.data >= memory &&
                  event.data + event.length <= memory + crowd.memory_size);
      memcpy(happening->data, event.data,
             event.length < sizeof happening->data ? event.length : sizeof happening->data);
    }
  }
}

static void server_step(void)
{
  if (crowd.io.recv != NULL || crowd.inbox.count == 0) {
    mote_status status = mote_server_poll(crowd.server);
    assert_true(status == MOTE_OK || status == MOTE_WANT_READ);
  } else {
    size_t sender;
    const datagram *item = next_datagram(&sender);
    const struct visitor *client = &crowd.clients[sender];
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, item->length),
                  MOTE_OK);
  }
  crowd_drain();
}

/* Has begun to shake hands and is not done; who is connected reads when the test says so. */
static bool is_at_it(const struct visitor *client)
{
  return client->has_begun && client->status > MOTE_OK && client->status != MOTE_CLOSED;
}

static bool client_step(struct visitor *client)
{
  if (!is_at_it(client) || (client->inbox.count == 0 &&
                            mote_connection_timeout(client->connection, crowd.now) > 0)) {
    return false;
  }
  client->status = mote_connection_handshake(client->connection);
  return true;
}

void crowd_run(void)
{
  bool moves = true;
  for (unsigned round = 0; round < 100 && moves; round++) {
    moves = crowd.inbox.count > 0;
    server_step();
    for (size_t i = 0; i < CLIENTS; i++) {
      moves |= client_step(&crowd.clients[i]);
    }
    moves |= crowd.inbox.count > 0;
  }
}

void crowd_run_with_time(void)
{
  for (unsigned round = 0; round < 200; round++) {
    crowd_run();
    uint32_t wait = mote_server_timeout(crowd.server, crowd.now);
    for (size_t i = 0; i < CLIENTS; i++) {
      const struct visitor *client = &crowd.clients[i];
      uint32_t other = is_at_it(client) ? mote_connection_timeout(client->connection, crowd.now)
                                        : MOTE_NO_TIMEOUT;
      wait = other < wait ? other : wait;
    }
    if (wait == MOTE_NO_TIMEOUT) {
      return;
    }
    crowd.now += wait;
  }
}

void visitor_begin(size_t which)
{
  struct visitor *client = &crowd.clients[which];
  client->has_begun = true;
  client->status = mote_connection_handshake(client->connection);
}

bool same_peer(mote_peer a, mote_peer b)
{
  return a.place == b.place && a.generation == b.generation;
}

void crowd_forget_events(void)
{
  crowd.happening_count = 0;
}

const struct happening *crowd_expect(mote_event_kind kind)
{
  assert_int_equal(crowd.happening_count, 1);
  assert_int_equal(crowd.happenings[0].event.kind, kind);
  crowd_forget_events();
  return &crowd.happenings[0];
}

mote_peer crowd_connect(size_t which)
{
  visitor_begin(which);
  crowd_run();
  assert_status(crowd.clients[which].status, MOTE_OK);
  const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_CONNECTED);
  assert_true(happening->event.has_peer);
  assert_null(happening->event.data);
  return happening->event.peer;
}

void crowd_ask(size_t which, const char *text)
{
  assert_status(mote_connection_write(crowd.clients[which].connection, (const uint8_t *)text,
                                      strlen(text)),
                MOTE_OK);
}

void visitor_expect(size_t which, const char *text)
{
  const uint8_t *data;
  size_t length;
  mote_connection *connection = crowd.clients[which].connection;
  assert_status(mote_connection_read(connection, &data, &length), MOTE_OK);
  assert_int_equal(length, strlen(text));
  assert_memory_equal(data, text, length);
  assert_status(mote_connection_read(connection, &data, &length), MOTE_WANT_READ);
}

void crowd_talk(size_t which, mote_peer peer)
{
  crowd_ask(which, "an honest question");
  crowd_run();
  const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_DATA);
  assert_true(same_peer(happening->event.peer, peer));
  assert_int_equal(happening->event.length, strlen("an honest question"));
  assert_memory_equal(happening->data, "an honest question", happening->event.length);
  assert_status(mote_peer_write(crowd.server, peer, (const uint8_t *)"an honest answer", 16),
                MOTE_OK);
  visitor_expect(which, "an honest answer");
}

void crowd_master_secret(uint8_t out[48])
{
  static struct end end;
  memcpy(end.line, crowd.line, sizeof end.line);
  end_master_secret(&end, out);
}
