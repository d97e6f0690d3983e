/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A client and a server on one board: a handshake with each kind of key that the package has, a
 * message and its echo. */
#include "board.h"
#include <motedtls_static.h>

/* One datagram in each direction: a flight is one. */
struct pipe {
  uint8_t octets[544];
  size_t length;
};

struct end {
  struct pipe *in;
  struct pipe *out;
};

static struct pipe up, down;
static struct end client_end = {&down, &up}, server_end = {&up, &down};
static mote_config config_of_client, config_of_server;
MOTE_CONNECTION_DEFINE(client, 544);
MOTE_CONNECTION_DEFINE(server, 544);

static int32_t send_datagram(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *datagram, size_t length)
{
  struct pipe *out = ((struct end *)user)->out;
  (void)address, (void)address_length;
  if (length > sizeof out->octets)
    return MOTE_IO_TOO_BIG;
  if (out->length != 0)
    return MOTE_IO_NOTHING;
  for (size_t i = 0; i < length; i++)
    out->octets[i] = datagram[i];
  out->length = length;
  return (int32_t)length;
}

static int32_t receive_datagram(void *user, uint8_t *address, size_t *address_length,
                                uint8_t *buffer, size_t capacity)
{
  struct pipe *in = ((struct end *)user)->in;
  (void)address, (void)address_length;
  if (in->length == 0)
    return MOTE_IO_NOTHING;
  size_t length = in->length;
  for (size_t i = 0; i < length && i < capacity; i++)
    buffer[i] = in->octets[i];
  in->length = 0;
  return (int32_t)length;
}

/* Good enough for a test, and for nothing else. */
static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  static uint32_t state = 1;
  (void)user;
  for (size_t i = 0; i < length; i++) {
    state = state * 1664525 + 1013904223;
    out[i] = (uint8_t)(state >> 24);
  }
  return 0;
}

static uint32_t now_ms(void *user)
{
  static uint32_t now;
  (void)user;
  return now++;
}

static const mote_io client_io = {&client_end, send_datagram, receive_datagram, fill_random, now_ms};
static const mote_io server_io = {&server_end, send_datagram, receive_datagram, fill_random, now_ms};

/* Sets the keys of both ends, which are the same. */
typedef mote_status set_keys(mote_config *config);

static mote_status set_psk(mote_config *config)
{
  static const uint8_t identity[] = {'d', 'e', 'v'};
  static const uint8_t key[16] = {1, 2, 3};
  return mote_config_set_psk(config, identity, sizeof identity, key, sizeof key);
}

#ifdef RPK
static mote_status set_rpk(mote_config *config)
{
  static const uint8_t key[32] = {1, 2, 3};
  static uint8_t public_key[MOTE_PUBLIC_KEY_INFO_LENGTH];
  mote_status status = mote_public_key_info(key, sizeof key, public_key);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(config, key, sizeof key);
  if (status == MOTE_OK)
    status = mote_config_set_rpk(config, public_key, sizeof public_key);
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpks(config, public_key, sizeof public_key);
  return status;
}
#endif

static mote_status configure(mote_config *config, mote_role role, set_keys *set)
{
  mote_status status = mote_config_init(config, sizeof *config, role);
  if (status == MOTE_OK)
    status = set(config);
  if (status == MOTE_OK)
    status = mote_config_freeze(config);
  return status;
}

static bool goes_on(mote_status status)
{
  return status == MOTE_WANT_READ || status == MOTE_WANT_WRITE;
}

/* What comes after the handshake: one end writes, the other has to read just that. */
static mote_status pass(mote_connection *from, mote_connection *to, const uint8_t *text,
                        size_t text_length)
{
  const uint8_t *data;
  size_t length;
  mote_status status = mote_connection_write(from, text, text_length);
  if (status == MOTE_OK)
    status = mote_connection_read(to, &data, &length);
  if (status != MOTE_OK)
    return status;
  if (length != text_length)
    return MOTE_ERROR_DECODE;
  for (size_t i = 0; i < length; i++)
    if (data[i] != text[i])
      return MOTE_ERROR_DECODE;
  return MOTE_OK;
}

/* 0, or where it went wrong. */
static int converse(set_keys *set)
{
  static const uint8_t text[] = "hello from a small core";
  up.length = down.length = 0;
  mote_status of_client = configure(&config_of_client, MOTE_ROLE_CLIENT, set);
  mote_status of_server = configure(&config_of_server, MOTE_ROLE_SERVER, set);
  if (of_client == MOTE_OK)
    of_client = MOTE_CONNECTION_INIT(client, &config_of_client, &client_io);
  if (of_server == MOTE_OK)
    of_server = MOTE_CONNECTION_INIT(server, &config_of_server, &server_io);
  if (of_client != MOTE_OK || of_server != MOTE_OK)
    return 1;
  for (int i = 0; i < 100 && (i == 0 || goes_on(of_client) || goes_on(of_server)); i++) {
    of_client = mote_connection_handshake(client);
    of_server = mote_connection_handshake(server);
  }
  if (of_client != MOTE_OK || of_server != MOTE_OK)
    return 2;
  if (pass(client, server, text, sizeof text) != MOTE_OK)
    return 3;
  if (pass(server, client, text, sizeof text) != MOTE_OK)
    return 4;
  if (mote_connection_close(client) != MOTE_OK)
    return 5;
  return mote_connection_wipe(client) == MOTE_OK && mote_connection_wipe(server) == MOTE_OK ? 0 : 6;
}

int handshake(void)
{
  int code = converse(set_psk);
#ifdef RPK
  if (code == 0) {
    code = converse(set_rpk);
    if (code != 0)
      code += 10;
  }
#endif
  return code;
}
