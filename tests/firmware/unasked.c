/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A PSK client that resumes no session, linked to a library with everything: `cargo xtask test image`
 * looks whether anything came along that it does not ask for. It is linked, never run. */
#include <motedtls.h>
#include <motedtls_static.h>

/* The hardware: reads and writes that the compiler cannot leave out. */
static volatile uint32_t port;

static int32_t send_datagram(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *datagram, size_t length)
{
  (void)user;
  (void)address;
  (void)address_length;
  for (size_t i = 0; i < length; i++)
    port = datagram[i];
  return (int32_t)length;
}

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  for (size_t i = 0; i < length; i++)
    out[i] = (uint8_t)port;
  return 0;
}

static uint32_t now_ms(void *user)
{
  (void)user;
  return port;
}

static const mote_io io = {NULL, send_datagram, NULL, fill_random, now_ms};
static const uint8_t identity[] = "device1", key[16] = {1, 2, 3};
static mote_config config;
MOTE_CONNECTION_DEFINE(link, 544);

void _start(void);

void _start(void)
{
  const uint8_t *data;
  size_t length;
  port = (uint32_t)mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  port = (uint32_t)mote_config_set_psk(&config, identity, 7, key, sizeof key);
  port = (uint32_t)mote_config_freeze(&config);
  port = (uint32_t)MOTE_CONNECTION_INIT(link, &config, &io);
  while (port != 0) {
    port = (uint32_t)mote_connection_input(link, identity, port);
    port = (uint32_t)mote_connection_handshake(link);
    port = (uint32_t)mote_connection_write(link, identity, port);
    if (mote_connection_read(link, &data, &length) == MOTE_OK)
      port = data[0];
    port = mote_connection_timeout(link, port);
  }
  port = (uint32_t)mote_connection_close(link);
  for (;;) {
  }
}
