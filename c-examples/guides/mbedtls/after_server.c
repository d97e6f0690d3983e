/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An echo server of many peers, in place of the loop around mbedtls_ssl_session_reset. */
#include "after.h"

#include "udp.h"

static const uint8_t identity[] = "device1";
static const uint8_t key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static mote_status configure_server(mote_config *config, mote_session_cache *sessions)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_SERVER);
  if (status == MOTE_OK)
    status = mote_config_set_psk(config, identity, 7, key, sizeof key);
  if (status == MOTE_OK)
    status = mote_config_set_session_cache(config, sessions);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}

static unsigned peers_gone;

/* [after server] */
MOTE_SERVER_DEFINE(server, 32, 4, 1280); /* 32 peers, 4 handshakes at a time, one buffer */
MOTE_SESSION_CACHE_DEFINE(sessions, 16);

static void handle(const mote_event *event)
{
  switch (event->kind) {
  case MOTE_EVENT_KIND_DATA:
    (void)mote_peer_write(server, event->peer, event->data, event->length);
    return;
  case MOTE_EVENT_KIND_CLOSED:
    peers_gone++;
    return;
  default: /* connected: who it is says mote_peer_info; failed: event->error says why */
    return;
  }
}

/* Cookies, new clients, clients that come again from the same port, and time-outs are the
 * library's. */
mote_status serve(const char *port, unsigned peers)
{
  static mote_config config;
  static struct udp udp;
  static mote_io io;
  mote_event event;
  mote_status status = MOTE_SESSION_CACHE_INIT(sessions);
  if (status == MOTE_OK)
    status = configure_server(&config, sessions);
  if (status != MOTE_OK || udp_listen(&udp, port) != NULL)
    return status != MOTE_OK ? status : MOTE_ERROR_IO;
  io = udp_io(&udp);
  status = MOTE_SERVER_INIT(server, &config, &io);
  while (status == MOTE_OK && peers_gone < peers) {
    udp_wait(&udp, UDP_READABLE, mote_server_timeout(server, udp_now_ms()), NULL);
    (void)mote_server_poll(server);
    while (mote_server_next_event(server, &event) == MOTE_OK)
      handle(&event);
  }
  return status;
}
/* [after server end] */
