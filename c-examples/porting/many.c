/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the files beside it: four clients with one workspace and one buffer, each with a credential
 * of its own, and a server in the same process. Queues in memory lose datagrams; the clock is
 * simulated. It says what happened and returns 0 if that was right. */
#include "board.h"
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 4
#define SLOTS 12 /* of the server: old associations stay for a while */
#define DATAGRAM_MAX 640

/* --- A network of addresses of one octet, a clock, and chance -------------------------------- */

struct datagram {
  uint8_t from, to;
  size_t length;
  uint8_t octets[DATAGRAM_MAX];
};
static struct datagram queue[32];
static size_t queued;
static unsigned datagrams, lost;
static uint32_t clock_ms = 0xFFFFF000u; /* soon to wrap */
static uint32_t clock_s = 1000;
static uint32_t chance = 1;

static uint32_t draw(void) /* for a simulation and nothing else */
{
  chance = chance * 1664525u + 1013904223u;
  return chance >> 16;
}

uint32_t board_rtc_seconds(void)
{
  return clock_s;
}

void board_wipe(void *memory, size_t length)
{
  volatile uint8_t *octet = memory;
  while (length-- > 0)
    *octet++ = 0;
}

static void check(bool is_right, const char *what)
{
  if (is_right)
    return;
  fprintf(stderr, "wrong: %s\n", what);
  exit(1);
}

static int32_t put(uint8_t from, uint8_t to, const uint8_t *octets, size_t length)
{
  datagrams++;
  if (length > DATAGRAM_MAX)
    return MOTE_IO_TOO_BIG;
  if (draw() % 8 == 0) {
    lost++;
    return (int32_t)length;
  }
  if (queued == sizeof queue / sizeof queue[0])
    return MOTE_IO_NOTHING;
  queue[queued].from = from;
  queue[queued].to = to;
  queue[queued].length = length;
  memcpy(queue[queued++].octets, octets, length);
  return (int32_t)length;
}

/* Takes the oldest datagram for `to` out of the queue. */
static bool take(uint8_t to, struct datagram *out)
{
  for (size_t i = 0; i < queued; i++) {
    if (queue[i].to != to)
      continue;
    *out = queue[i];
    memmove(&queue[i], &queue[i + 1], (--queued - i) * sizeof queue[0]);
    return true;
  }
  return false;
}

static int32_t random_octets(void *user, uint8_t *out, size_t length)
{
  (void)user;
  while (length-- > 0)
    *out++ = (uint8_t)draw();
  return 0;
}

static uint32_t simulated_ms(void *user)
{
  (void)user;
  return clock_ms;
}

/* --- The clients ----------------------------------------------------------------------------- */

#define SERVER_ADDRESS 200
static struct link links[CLIENTS];
static uint8_t addresses[CLIENTS];
static unsigned echoes[CLIENTS];
static const uint8_t keys[CLIENTS][16] = {{1}, {2}, {3}, {4}};
static const struct server servers[CLIENTS] = {
    {"one.example", (const uint8_t *)"device1", 7, keys[0], sizeof keys[0]},
    {"two.example", (const uint8_t *)"device2", 7, keys[1], sizeof keys[1]},
    {"three.example", (const uint8_t *)"device3", 7, keys[2], sizeof keys[2]},
    {"four.example", (const uint8_t *)"device4", 7, keys[3], sizeof keys[3]},
};

static int32_t client_send(void *user, const uint8_t *address, size_t address_length,
                           const uint8_t *datagram, size_t length)
{
  const uint8_t *own = user;
  (void)address;
  (void)address_length;
  return put(*own, SERVER_ADDRESS, datagram, length);
}

static int32_t client_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                           size_t capacity)
{
  const uint8_t *own = user;
  struct datagram datagram;
  (void)address;
  (void)address_length;
  if (!take(*own, &datagram))
    return MOTE_IO_NOTHING;
  memcpy(buffer, datagram.octets, datagram.length < capacity ? datagram.length : capacity);
  return (int32_t)datagram.length;
}

static void on_echo(struct link *link, const uint8_t *data, size_t length)
{
  size_t i = (size_t)(link - links);
  check(length == 5 && memcmp(data, "hello", 5) == 0, "a datagram did not come back as it was");
  echoes[i]++;
}

/* --- The server: a connection for each address, each with memory of its own ------------------ */

static mote_config server_config;
MOTE_SESSION_CACHE_DEFINE(sessions, CLIENTS);
static struct slot {
  mote_connection connection;
  MOTE_ALIGNED uint8_t workspace[MOTE_WORKSPACE_SIZE + 512];
  uint8_t buffer[DATAGRAM_MAX];
  uint8_t address; /* 0: free */
} slots[SLOTS];

static int32_t server_send(void *user, const uint8_t *address, size_t address_length,
                           const uint8_t *datagram, size_t length)
{
  (void)user;
  return address_length == 1 ? put(SERVER_ADDRESS, *address, datagram, length) : -9;
}

static const mote_io server_io = {NULL, server_send, NULL, random_octets, simulated_ms};

static mote_status find_key(void *user, const uint8_t *identity, size_t identity_length,
                            uint8_t *key, size_t capacity, size_t *length)
{
  (void)user;
  for (size_t i = 0; i < CLIENTS; i++) {
    if (identity_length != servers[i].identity_length || capacity < servers[i].key_length ||
        memcmp(identity, servers[i].identity, identity_length) != 0)
      continue;
    memcpy(key, servers[i].key, servers[i].key_length);
    *length = servers[i].key_length;
    return MOTE_OK;
  }
  return MOTE_ERROR_UNKNOWN_IDENTITY;
}

static void server_start(void)
{
  mote_config *config = &server_config;
  check(MOTE_SESSION_CACHE_INIT(sessions) == MOTE_OK &&
            mote_config_init(config, sizeof *config, MOTE_ROLE_SERVER) == MOTE_OK &&
            mote_config_set_psk_lookup(config, find_key, NULL) == MOTE_OK &&
            mote_config_set_session_cache(config, sessions) == MOTE_OK &&
            mote_config_freeze(config) == MOTE_OK,
        "the server's configuration");
}

/* All associations and sessions are gone. */
static void server_restart(void)
{
  for (size_t i = 0; i < SLOTS; i++) {
    if (slots[i].address != 0)
      mote_connection_wipe(&slots[i].connection);
    slots[i].address = 0;
  }
  server_start();
}

static struct slot *slot_of(uint8_t address)
{
  struct slot *found = NULL;
  for (size_t i = 0; i < SLOTS; i++) {
    if (slots[i].address == address)
      return &slots[i];
    if (slots[i].address == 0)
      found = &slots[i];
  }
  check(found != NULL, "the server has no slot left");
  found->address = address;
  check(mote_connection_init(&found->connection, sizeof found->connection, &server_config,
                             &server_io) == MOTE_OK &&
            mote_connection_set_peer_address(&found->connection, &address, 1) == MOTE_OK &&
            mote_connection_lend(&found->connection, found->workspace, sizeof found->workspace,
                                 found->buffer, sizeof found->buffer) == MOTE_OK,
        "a connection of the server");
  return found;
}

static void slot_step(struct slot *slot)
{
  const uint8_t *data;
  size_t length;
  mote_status status = mote_connection_handshake(&slot->connection);
  while (status == MOTE_OK &&
         (status = mote_connection_read(&slot->connection, &data, &length)) == MOTE_OK)
    status = mote_connection_write(&slot->connection, data, length);
  if (status < 0 || status == MOTE_CLOSED) {
    mote_connection_wipe(&slot->connection);
    slot->address = 0;
  }
}

static void server_step(void)
{
  struct datagram datagram;
  while (take(SERVER_ADDRESS, &datagram)) {
    struct slot *slot = slot_of(datagram.from);
    if (mote_connection_input(&slot->connection, datagram.octets, datagram.length) == MOTE_OK)
      slot_step(slot);
  }
  for (size_t i = 0; i < SLOTS; i++)
    if (slots[i].address != 0)
      slot_step(&slots[i]);
}

/* --- What happens ---------------------------------------------------------------------------- */

static void go_on(void)
{
  uint32_t wait = links_step(links, CLIENTS);
  server_step();
  if (queued > 0)
    return;
  for (size_t i = 0; i < SLOTS; i++) {
    uint32_t timeout = slots[i].address == 0
                           ? MOTE_NO_TIMEOUT
                           : mote_connection_timeout(&slots[i].connection, clock_ms);
    wait = timeout < wait ? timeout : wait;
  }
  wait = wait < 1000 ? wait : 1000; /* the application has timers, too */
  clock_ms += wait;
  clock_s += (wait + 500) / 1000;
}

/* Sends on each link until there is an answer on it, as CoAP does with a confirmable message. */
static void exchange_on_all(void)
{
  uint32_t sent_at[CLIENTS] = {0};
  bool is_done = false;
  memset(echoes, 0, sizeof echoes);
  for (unsigned round = 0; !is_done; round++) {
    check(round < 5000, "no answer");
    go_on();
    is_done = true;
    for (size_t i = 0; i < CLIENTS; i++) {
      check(links[i].state != LINK_DOWN, "a link is down");
      is_done &= echoes[i] > 0;
      bool is_due = sent_at[i] == 0 || clock_ms - sent_at[i] >= 2000;
      if (links[i].state != LINK_UP || echoes[i] > 0 || !is_due)
        continue;
      mote_status status =
          mote_connection_write(&links[i].connection, (const uint8_t *)"hello", 5);
      check(status == MOTE_OK || status == MOTE_WANT_WRITE, "a message is not taken");
      sent_at[i] = clock_ms;
    }
  }
  check(memory_is_whole() && memory_is_free(), "the memory is not as it was");
}

static void reopen_all(uint8_t first_address)
{
  for (size_t i = 0; i < CLIENTS; i++) {
    addresses[i] = (uint8_t)(first_address + i);
    check(link_reopen(&links[i]) == MOTE_OK, "a link cannot be opened");
  }
}

static void say(const char *what, bool is_resumed)
{
  for (size_t i = 0; i < CLIENTS; i++) {
    mote_info info;
    check(mote_connection_info(&links[i].connection, &info) == MOTE_OK, "no information");
    check(info.resumed == is_resumed, "resumed or not");
  }
  printf("%s: %d links, resumed=%s, %u datagrams of which %u were lost\n", what, CLIENTS,
         is_resumed ? "yes" : "no", datagrams, lost);
  datagrams = lost = 0;
}

int main(void)
{
  memory_is_whole();
  check(configure() == MOTE_OK, "the clients' configuration");
  server_start();
  for (size_t i = 0; i < CLIENTS; i++) {
    links[i].server = &servers[i];
    links[i].io = (mote_io){&addresses[i], client_send, client_recv, random_octets, simulated_ms};
    links[i].on_data = on_echo;
  }

  reopen_all(1);
  exchange_on_all();
  say("first", false);

  clock_s += 3600; /* a deep sleep, in which now_ms stands still; then a new address */
  reopen_all(11);
  exchange_on_all();
  say("new address", true);

  server_restart();
  reopen_all(21);
  exchange_on_all();
  say("restarted server", false);

  clock_s += MOTE_SESSION_LIFETIME_S;
  reopen_all(31);
  exchange_on_all();
  say("after a day", false);

  for (size_t i = 0; i < CLIENTS; i++)
    check(link_close(&links[i]) == MOTE_OK, "a link cannot be closed");
  mote_info info = {.alert = MOTE_ALERT_CLOSE_NOTIFY};
  check(strcmp(advise(links[0].status, &info), "connect again") == 0, "what a closed link asks for");
  for (links[0].failures = 1; links[0].failures < 40; links[0].failures++) {
    uint32_t wait = retry_after_ms(&links[0], &info);
    check(wait >= 5000 && wait <= 3600000, "how long to wait");
  }
  return 0;
}
