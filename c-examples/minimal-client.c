/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "udp.h" /* sockets, randomness and time of POSIX as a mote_io */
#include <motedtls_static.h>
#include <stdio.h>
static const uint8_t key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static mote_config config;
MOTE_CONNECTION_DEFINE(dtls, 1280); /* the association, its workspace, 1280 octets of buffer */
int main(void) {
  struct udp udp;
  size_t length;
  const uint8_t *data, *identity = (const uint8_t *)"device1";
  if (udp_connect(&udp, "127.0.0.1", "5684") != NULL) return 1;
  const mote_io io = udp_io(&udp);
  mote_status status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK) status = mote_config_set_psk(&config, identity, 7, key, sizeof key);
  if (status == MOTE_OK) status = mote_config_freeze(&config);
  if (status == MOTE_OK) status = MOTE_CONNECTION_INIT(dtls, &config, &io);
  while (status >= 0 && (status = mote_connection_handshake(dtls)) == MOTE_WANT_READ)
    udp_wait(&udp, UDP_READABLE, mote_connection_timeout(dtls, udp_now_ms()), NULL);
  if (status == MOTE_OK) status = mote_connection_write(dtls, (const uint8_t *)"hello", 5);
  while (status >= 0 && (status = mote_connection_read(dtls, &data, &length)) == MOTE_WANT_READ)
    if (!udp_wait(&udp, UDP_READABLE, 5000, NULL)) status = MOTE_ERROR_TIMEOUT;
  if (status == MOTE_OK) printf("%.*s\n", (int)length, (const char *)data);
  else fprintf(stderr, "%s\n", mote_status_str(status));
  return mote_connection_close(dtls) == MOTE_OK && status == MOTE_OK ? 0 : 1;
}
