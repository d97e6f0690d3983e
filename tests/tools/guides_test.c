/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The configurations of c-examples/guides/credentials/: devices and a server in one process, which
 * hand each other their datagrams. */
#include "device.h"
#include "device_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) check((condition), #condition, __LINE__)
static void check(bool is_right, const char *what, int line)
{
  if (is_right)
    return;
  fprintf(stderr, "line %d: not %s\n", line, what);
  exit(1);
}

/* --- What stands for the device -------------------------------------------------------------- */

#define NOW 1798761600 /* 2027-01-01 */
static uint64_t utc = NOW;
uint64_t board_utc_seconds(void) { return utc; }

/* A secure element that takes two calls for a signature, which is well-formed and wrong. */
static bool element_is_busy;
static unsigned element_begun, element_waits;
bool board_element_is_idle(void) { return !element_is_busy; }
void board_element_begin(const uint8_t digest[32])
{
  (void)digest;
  element_begun++;
  element_waits = 2;
}
bool board_element_take(uint8_t signature[64])
{
  memset(signature, 1, 64);
  return element_waits-- == 0;
}

/* --- A client and a server --------------------------------------------------------------------- */

struct end {
  mote_connection connection;
  MOTE_ALIGNED uint8_t workspace[MOTE_WORKSPACE_SIZE + 2048];
  uint8_t buffer[2048];
  mote_status status;
  struct end *peer;
  /* What waits to be received. */
  uint8_t waiting[8][2048];
  size_t lengths[8];
  size_t count;
};
static struct end client, server;
static uint32_t clock_ms, chance = 1;

static int32_t give(void *user, const uint8_t *address, size_t address_length,
                    const uint8_t *datagram, size_t length)
{
  struct end *to = ((struct end *)user)->peer;
  (void)address;
  (void)address_length;
  CHECK(to->count < 8 && length <= sizeof to->waiting[0]);
  memcpy(to->waiting[to->count], datagram, length);
  to->lengths[to->count++] = length;
  return (int32_t)length;
}

static int32_t take(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                    size_t capacity)
{
  struct end *end = user;
  (void)address;
  (void)address_length;
  if (end->count == 0)
    return MOTE_IO_NOTHING;
  size_t length = end->lengths[0];
  CHECK(length <= capacity);
  memcpy(buffer, end->waiting[0], length);
  end->count--;
  memmove(end->waiting[0], end->waiting[1], end->count * sizeof end->waiting[0]);
  memmove(&end->lengths[0], &end->lengths[1], end->count * sizeof end->lengths[0]);
  return (int32_t)length;
}

static int32_t draw(void *user, uint8_t *out, size_t length) /* for a test and nothing else */
{
  (void)user;
  while (length-- > 0) {
    chance = chance * 1664525u + 1013904223u;
    *out++ = (uint8_t)(chance >> 24);
  }
  return 0;
}

static uint32_t now_ms(void *user)
{
  (void)user;
  return clock_ms;
}

static void open_end(struct end *end, struct end *peer, const mote_config *config)
{
  const mote_io io = {end, give, take, draw, now_ms};
  static mote_io ios[2];
  mote_io *own = &ios[end == &server];
  *own = io;
  mote_connection_wipe(&end->connection);
  end->peer = peer;
  end->count = 0;
  CHECK(mote_connection_init_and_lend(&end->connection, sizeof end->connection, end->workspace,
                                      sizeof end->workspace, end->buffer, sizeof end->buffer,
                                      config, own) == MOTE_OK);
}

/* Until both ends are connected or one has failed; says what the server knows of the client. */
static mote_info connect_ends(const mote_config *device, const mote_config *service)
{
  open_end(&client, &server, device);
  open_end(&server, &client, service);
  client.status = server.status = MOTE_WANT_READ;
  for (unsigned i = 0; i < 200 && (client.status > 0 || server.status > 0); i++) {
    if (client.status > 0)
      client.status = mote_connection_handshake(&client.connection);
    if (server.status > 0)
      server.status = mote_connection_handshake(&server.connection);
    clock_ms += 10;
  }
  mote_info info;
  CHECK(mote_connection_info(&server.connection, &info) == MOTE_OK);
  return info;
}

/* --- Tests ------------------------------------------------------------------------------------- */

static mote_config device_config, server_config;
static uint8_t stolen[MOTE_KEY_HASH_LENGTH];
static struct revoked_keys revoked = {stolen, 1};
static const struct psk_record records[] = {
    {(const uint8_t *)"somebody", 8, (const uint8_t *)"else's", 6},
    {psk_identity, sizeof psk_identity, psk_key, sizeof psk_key},
};
static struct psk_table psks = {records, 2};
static struct device_record devices[2] = {
    {{0}, {0}, "somebody"},
    {{0x00, 0x11, 0x22, 0x33, 0xff, 0xfe, 0x44, 0x55}, {0}, NULL},
};

static mote_info connected(const mote_config *device)
{
  mote_info info = connect_ends(device, &server_config);
  CHECK(client.status == MOTE_OK && server.status == MOTE_OK);
  CHECK(who_is(&info, devices, 2) == &devices[1]);
  CHECK(who_is(&info, devices, 1) == NULL);
  return info;
}

static void all_modes(void)
{
  CHECK(configure_psk(&device_config) == MOTE_OK);
  CHECK(connected(&device_config).peer_type == MOTE_PEER_TYPE_PSK);

  CHECK(configure_raw_keys(&device_config) == MOTE_OK);
  CHECK(connected(&device_config).peer_type == MOTE_PEER_TYPE_RPK);

  CHECK(configure_certificates(&device_config) == MOTE_OK);
  mote_info info = connected(&device_config);
  CHECK(info.peer_type == MOTE_PEER_TYPE_CERTIFICATE);

  /* The keys of both are one pair. */
  memcpy(stolen, devices[1].key_hash, MOTE_KEY_HASH_LENGTH);
  connect_ends(&device_config, &server_config);
  CHECK(server.status == MOTE_ERROR_REFUSED);
  memset(stolen, 0, sizeof stolen);
}

static void an_identity_that_is_gone(void)
{
  CHECK(configure_psk(&device_config) == MOTE_OK);
  psks.count = 1;
  connect_ends(&device_config, &server_config);
  CHECK(client.status != MOTE_OK && server.status != MOTE_OK);
  psks.count = 2;
}

static void dates(void)
{
  CHECK(configure_certificates(&device_config) == MOTE_OK);
  utc = NOW + 5 * 365 * 86400u;
  connect_ends(&device_config, &server_config);
  CHECK(client.status == MOTE_ERROR_CERTIFICATE_EXPIRED);
  utc = 1000000000;
  connect_ends(&device_config, &server_config);
  CHECK(client.status == MOTE_ERROR_CERTIFICATE_NOT_YET_VALID);
  utc = 0;
  connect_ends(&device_config, &server_config);
  CHECK(client.status == MOTE_ERROR_CALLBACK);
  utc = NOW;
}

static void several_servers(void)
{
  CHECK(configure_servers() == MOTE_OK);
  CHECK(connected(config_of_server(SERVER_DATA)).peer_type == MOTE_PEER_TYPE_RPK);
  CHECK(connected(config_of_server(SERVER_UPDATE)).peer_type == MOTE_PEER_TYPE_CERTIFICATE);
}

static void a_secure_element(void)
{
  CHECK(configure_element(&device_config) == MOTE_OK);
  element_is_busy = true;
  for (unsigned begun = 0; begun < 2; begun++) { /* given up before it begins, and after */
    open_end(&client, &server, &device_config);
    open_end(&server, &client, &server_config);
    client.status = server.status = MOTE_WANT_READ;
    for (unsigned i = 0; i < 20 && client.status != MOTE_PENDING; i++) {
      client.status = mote_connection_handshake(&client.connection);
      server.status = mote_connection_handshake(&server.connection);
    }
    CHECK(client.status == MOTE_PENDING && element_begun == begun);
    element_is_busy = false;
  }
  /* A digest of its own, and the signature arrives. */
  connect_ends(&device_config, &server_config);
  CHECK(element_begun == 2 && server.status == MOTE_ERROR_BAD_SIGNATURE);
}

int main(void)
{
  static char identity[sizeof psk_identity + 1];
  memcpy(identity, psk_identity, sizeof psk_identity);
  devices[1].identity = identity;
  CHECK(configure_server(&server_config, &psks, &revoked) == MOTE_OK);
  CHECK(configure_raw_keys(&device_config) == MOTE_OK);
  mote_info info = connect_ends(&device_config, &server_config);
  CHECK(info.peer_key_hash != NULL);
  memcpy(devices[1].key_hash, info.peer_key_hash, MOTE_KEY_HASH_LENGTH);
  all_modes();
  an_identity_that_is_gone();
  dates();
  several_servers();
  a_secure_element();
  return 0;
}
