/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pair.h"

#include <string.h>

#define WORKSPACE_SIZE (MOTE_WORKSPACE_SIZE + 512)
#define BUFFER_SIZE 544

const uint8_t test_identity[9] = {'d', 'e', 'v', 'i', 'c', 'e', 0, '1', 0xFF};
const uint8_t test_key[16] = {0xA0, 0xB1, 0xC2, 0xD3, 0xE4, 0xF5, 0x06, 0x17,
                              0x28, 0x39, 0x4A, 0x5B, 0x6C, 0x7D, 0x8E, 0x9F};

struct pair world;

void check_status(mote_status got, mote_status expected, const char *call, const char *file,
                  int line)
{
  if (got == expected) {
    return;
  }
  print_error("%s returned %s (%d), not %s\n", call, mote_status_str(got), (int)got,
              mote_status_str(expected));
  _fail(file, line);
}

/* --- Queues ------------------------------------------------------------------------------------ */

void queue_put(struct queue *queue, const uint8_t *octets, size_t length)
{
  assert_true(queue->count < QUEUE_MAX && length <= DATAGRAM_MAX);
  datagram *item = &queue->items[(queue->first + queue->count) % QUEUE_MAX];
  if (length > 0) {
    memcpy(item->octets, octets, length);
  }
  item->length = length;
  queue->count++;
}

const datagram *queue_take(struct queue *queue)
{
  if (queue->count == 0) {
    return NULL;
  }
  const datagram *item = &queue->items[queue->first];
  queue->first = (queue->first + 1) % QUEUE_MAX;
  queue->count--;
  return item;
}

void queue_join(struct queue *queue)
{
  static datagram joined;
  const datagram *item;
  joined.length = 0;
  while ((item = queue_take(queue)) != NULL) {
    assert_true(joined.length + item->length <= DATAGRAM_MAX);
    memcpy(joined.octets + joined.length, item->octets, item->length);
    joined.length += item->length;
  }
  queue_put(queue, joined.octets, joined.length);
}

/* --- Callbacks --------------------------------------------------------------------------------- */

static void called(struct end *end, enum callback callback)
{
  end->calls[callback]++;
  if (end->hook != NULL) {
    end->hook(end, callback);
  }
}

static int32_t on_send(void *user, const uint8_t *address, size_t address_length,
                       const uint8_t *octets, size_t length)
{
  struct end *end = user;
  called(end, CALLBACK_SEND);
  end->address_pointer = address;
  end->address_length = address_length;
  if (address_length > 0) {
    memcpy(end->address, address, address_length);
  }
  if (end->path_mtu > 0 && length > end->path_mtu) {
    return MOTE_IO_TOO_BIG;
  }
  if (end->send_works > 0) {
    end->send_works--;
  } else if (end->send_answer != 0) {
    return end->send_answer;
  }
  end->sent_length = length;
  end->sent_total += length;
  end->sent_longest = length > end->sent_longest ? length : end->sent_longest;
  queue_put(&end->peer->inbox, octets, length);
  return (int32_t)length;
}

static int32_t on_recv(void *user, uint8_t *address_out, size_t *address_length, uint8_t *buffer,
                       size_t capacity)
{
  struct end *end = user;
  called(end, CALLBACK_RECV);
  end->recv_had_address |= address_out != NULL || address_length != NULL;
  if (end->recv_answer != 0) {
    return end->recv_answer;
  }
  const datagram *item = queue_take(&end->inbox);
  if (item == NULL) {
    return MOTE_IO_NOTHING;
  }
  memcpy(buffer, item->octets, item->length < capacity ? item->length : capacity);
  return (int32_t)item->length;
}

static int32_t on_random(void *user, uint8_t *out, size_t length)
{
  struct end *end = user;
  called(end, CALLBACK_RANDOM);
  unsigned call = end->calls[CALLBACK_RANDOM];
  if (call == end->random_fails) {
    return -7;
  }
  if (end->random_waits > 0 && call >= end->random_waits_at) {
    end->random_waits--;
    memset(out, 0x77, length);
    return MOTE_IO_NOTHING;
  }
  for (size_t i = 0; i < length; i++) {
    end->random_state = end->random_state * 1664525u + 1013904223u;
    out[i] = end->random_zeros ? 0 : (uint8_t)(end->random_state >> 24);
  }
  if (call <= RANDOMS_MAX) {
    memcpy(end->randoms[call - 1], out, length < 32 ? length : 32);
  }
  return 0;
}

static uint32_t on_now(void *user)
{
  struct end *end = user;
  called(end, CALLBACK_NOW);
  return end->pair->now;
}

static mote_status on_lookup(void *user, const uint8_t *identity, size_t identity_length,
                             uint8_t *key, size_t key_capacity, size_t *key_length)
{
  struct end *end = user;
  called(end, CALLBACK_LOOKUP);
  memcpy(end->lookup_identity, identity, identity_length);
  end->lookup_identity_length = identity_length;
  end->lookup_capacity = key_capacity;
  if (end->lookup_pending > 0) {
    end->lookup_pending--;
    return MOTE_PENDING;
  }
  if (end->lookup_status == MOTE_OK) {
    size_t length = end->lookup_key_length < key_capacity ? end->lookup_key_length : key_capacity;
    memcpy(key, end->lookup_key, length);
    *key_length = end->lookup_key_length;
  }
  return end->lookup_status;
}

static void on_key_log(void *user, const char *line)
{
  struct end *end = user;
  called(end, CALLBACK_KEY_LOG);
  assert_true(strlen(line) < sizeof end->line);
  memcpy(end->line, line, strlen(line) + 1);
}

static void on_trace(void *user, const mote_trace_event *event)
{
  struct end *end = user;
  called(end, CALLBACK_TRACE);
  if (end->event_count < EVENTS_MAX) {
    end->events[end->event_count++] = *event;
  }
}

/* --- Ends -------------------------------------------------------------------------------------- */

static void end_configure(struct end *end, struct pair *pair, struct end *peer, mote_role role)
{
  arena_release(&end->arena);
  memset(end, 0, sizeof *end);
  end->pair = pair;
  end->peer = peer;
  end->role = role;
  end->random_state = 1 + (uint32_t)role;
  end->workspace_size = WORKSPACE_SIZE;
  end->buffer_size = BUFFER_SIZE;
  end->io = (mote_io){end, on_send, on_recv, on_random, on_now};
  end->lookup_status = MOTE_OK;
  end->lookup_key = test_key;
  end->lookup_key_length = sizeof test_key;
  arena_init(&end->arena);
  end->config = arena_take(&end->arena, MOTE_CONFIG_SIZE);
  assert_status(mote_config_init(end->config, MOTE_CONFIG_SIZE, role), MOTE_OK);
  assert_status(mote_config_set_key_log(end->config, on_key_log, end), MOTE_OK);
  assert_status(mote_config_set_trace(end->config, on_trace, end), MOTE_OK);
}

void pair_make(struct pair *pair)
{
  end_configure(&pair->client, pair, &pair->server, MOTE_ROLE_CLIENT);
  end_configure(&pair->server, pair, &pair->client, MOTE_ROLE_SERVER);
  pair->now = CLOCK_START;
}

void pair_configure(struct pair *pair)
{
  pair_make(pair);
  assert_status(mote_config_set_psk(pair->client.config, test_identity, sizeof test_identity,
                                    test_key, sizeof test_key),
                MOTE_OK);
  assert_status(mote_config_set_psk_lookup(pair->server.config, on_lookup, &pair->server),
                MOTE_OK);
}

static void end_start(struct end *end)
{
  assert_status(mote_config_freeze(end->config), MOTE_OK);
  end->connection = arena_take(&end->arena, MOTE_CONNECTION_SIZE);
  end->workspace = arena_take(&end->arena, end->workspace_size);
  end->buffer = arena_take(&end->arena, end->buffer_size);
  arena_forget(end->workspace, end->workspace_size);
  arena_forget(end->buffer, end->buffer_size);
  assert_status(mote_connection_init(end->connection, MOTE_CONNECTION_SIZE, end->config, &end->io),
                MOTE_OK);
  assert_status(mote_connection_lend(end->connection, end->workspace, end->workspace_size,
                                     end->buffer, end->buffer_size),
                MOTE_OK);
  end->status = MOTE_WANT_READ;
}

void pair_start(struct pair *pair)
{
  end_start(&pair->client);
  end_start(&pair->server);
}

void end_feed(struct end *end)
{
  const datagram *item = end->io.recv == NULL ? queue_take(&end->inbox) : NULL;
  if (item != NULL) {
    assert_status(mote_connection_input(end->connection, item->octets, item->length), MOTE_OK);
  }
}

static bool is_over(const struct end *end)
{
  return end->status < 0 || end->status == MOTE_OK || end->status == MOTE_CLOSED;
}

static void end_step(struct end *end)
{
  const uint8_t *data;
  size_t length;
  end_feed(end);
  if (end->status == MOTE_OK) {
    /* Connected: it may have to repeat its last flight. Data would be a mistake of the test. */
    assert_status(mote_connection_read(end->connection, &data, &length), MOTE_WANT_READ);
  } else if (!is_over(end)) {
    end->status = mote_connection_handshake(end->connection);
  }
}

void pair_drive(struct pair *pair)
{
  struct end *client = &pair->client, *server = &pair->server;
  for (unsigned round = 0; round < 300 && !(is_over(client) && is_over(server)); round++) {
    end_step(client);
    end_step(server);
    if (client->inbox.count > 0 || server->inbox.count > 0) {
      continue;
    }
    uint32_t wait = mote_connection_timeout(client->connection, pair->now);
    uint32_t other = mote_connection_timeout(server->connection, pair->now);
    wait = other < wait ? other : wait;
    pair->now += wait == MOTE_NO_TIMEOUT ? 0 : wait;
  }
}

void pair_finish(struct pair *pair)
{
  pair_drive(pair);
  assert_status(pair->client.status, MOTE_OK);
  assert_status(pair->server.status, MOTE_OK);
}

void pair_connect(struct pair *pair)
{
  pair_configure(pair);
  pair_start(pair);
  pair_finish(pair);
}

void pair_talk(struct pair *pair)
{
  end_write(&pair->client, "an honest question");
  end_expect(&pair->server, "an honest question");
  end_write(&pair->server, "an honest answer");
  end_expect(&pair->client, "an honest answer");
}

void pair_check_memory(const struct pair *pair)
{
  assert_true(arena_is_whole(&pair->client.arena));
  assert_true(arena_is_whole(&pair->server.arena));
}

void end_write(struct end *end, const char *text)
{
  assert_status(mote_connection_write(end->connection, (const uint8_t *)text, strlen(text)),
                MOTE_OK);
}

mote_status end_read(struct end *end, const uint8_t **data, size_t *length)
{
  end_feed(end);
  return mote_connection_read(end->connection, data, length);
}

void end_expect_next(struct end *end, const char *text)
{
  const uint8_t *data = NULL;
  size_t length = 0;
  assert_status(end_read(end, &data, &length), MOTE_OK);
  assert_int_equal(length, strlen(text));
  assert_memory_equal(data, text, length);
  const uint8_t *buffer = end->buffer;
  assert_true(data >= buffer && data + length <= buffer + end->buffer_size);
}

void end_expect(struct end *end, const char *text)
{
  const uint8_t *data;
  size_t length;
  end_expect_next(end, text);
  assert_status(end_read(end, &data, &length), MOTE_WANT_READ);
}

mote_info end_info(struct end *end)
{
  mote_info info;
  assert_status(mote_connection_info(end->connection, &info), MOTE_OK);
  return info;
}

void end_master_secret(const struct end *end, uint8_t out[48])
{
  const char *digits = end->line + strlen("CLIENT_RANDOM ") + 64 + 1;
  assert_int_equal(strlen(digits), 96);
  for (size_t i = 0; i < 96; i++) {
    const char *digit = strchr("0123456789abcdef", digits[i]);
    assert_non_null(digit);
    uint8_t value = (uint8_t)(digit - "0123456789abcdef");
    out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : out[i / 2] | value);
  }
}

size_t end_count_events(const struct end *end, mote_direction direction, uint8_t content_type,
                        uint8_t message_type)
{
  size_t count = 0;
  for (size_t i = 0; i < end->event_count; i++) {
    const mote_trace_event *event = &end->events[i];
    count += event->direction == direction && event->content_type == content_type &&
             event->message_type == message_type;
  }
  return count;
}
