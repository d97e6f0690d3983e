/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _GNU_SOURCE
#include "load.h"

#include <string.h>
#include <sys/random.h>

static int32_t on_send(void *user, const uint8_t *address, size_t address_length,
                       const uint8_t *datagram, size_t length)
{
  struct client *client = user;
  struct capture *capture = client->capture;
  (void)address, (void)address_length;
  if (capture != NULL && capture->count < 2 && length <= LOAD_DATAGRAM_MAX) {
    memcpy(capture->octets[capture->count], datagram, length);
    capture->lengths[capture->count++] = length;
  }
  /* What does not get out is lost, as on any network. */
  (void)net_send(client->descriptor, client->port, client->address, datagram, length);
  return (int32_t)length;
}

static int32_t on_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  return getrandom(out, length, 0) == (ssize_t)length ? 0 : -3;
}

static uint32_t on_now(void *user)
{
  (void)user;
  return net_now_ms();
}

const mote_config *client_config(void)
{
  static mote_config config;
  static bool frozen;
  static uint8_t key[16];
  if (!frozen) {
    for (uint8_t i = 0; i < sizeof key; i++)
      key[i] = i; /* LOAD_KEY_HEX */
    frozen = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT) == MOTE_OK &&
             mote_config_set_psk(&config, (const uint8_t *)LOAD_IDENTITY, strlen(LOAD_IDENTITY),
                                 key, sizeof key) == MOTE_OK &&
             mote_config_freeze(&config) == MOTE_OK;
  }
  return frozen ? &config : NULL;
}

mote_status client_begin(struct client *client, struct desk *desk)
{
  client->io = (mote_io){client, on_send, NULL, on_random, on_now};
  client->desk = desk;
  client->connected = false;
  mote_status status = mote_connection_init_and_lend(
      &client->connection, sizeof client->connection, desk->workspace, sizeof desk->workspace,
      desk->buffer, sizeof desk->buffer, client_config(), &client->io);
  return status != MOTE_OK ? status : mote_connection_handshake(&client->connection);
}

mote_status client_go_on(struct client *client, const uint8_t *datagram, size_t length)
{
  if (datagram != NULL)
    (void)mote_connection_input(&client->connection, datagram, length);
  mote_status status;
  do
    status = mote_connection_handshake(&client->connection);
  while (status == MOTE_WANT_WRITE);
  client->connected = status == MOTE_OK;
  return status;
}

void client_rest(struct client *client)
{
  (void)mote_connection_take_back(&client->connection);
  client->desk = NULL;
}

static bool sit_down(struct client *client, struct desk *desk)
{
  return mote_connection_lend(&client->connection, NULL, 0, desk->buffer, sizeof desk->buffer) ==
         MOTE_OK;
}

bool client_write(struct client *client, struct desk *desk, const uint8_t *data, size_t length)
{
  bool written = sit_down(client, desk) &&
                 mote_connection_write(&client->connection, data, length) == MOTE_OK;
  (void)mote_connection_take_back(&client->connection);
  return written;
}

bool client_take(struct client *client, struct desk *desk, const uint8_t *datagram, size_t length)
{
  const uint8_t *data;
  size_t octets;
  bool taken = sit_down(client, desk) &&
               mote_connection_input(&client->connection, datagram, length) == MOTE_OK &&
               mote_connection_read(&client->connection, &data, &octets) == MOTE_OK;
  (void)mote_connection_take_back(&client->connection);
  return taken;
}
