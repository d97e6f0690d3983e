/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One port, several peers: the library keeps them apart, and their timers. */
#include "dtls_server.h"

#include "board.h"
#include "coap_server.h"
#include "lwip_io.h"
#include "network.h"
#include "run.h"
#include "scenario.h"

#include <motedtls_static.h>

#define ANSWER_MAX 128

/* All memory of the server. */
static mote_config config;
MOTE_SERVER_DEFINE(server, DTLS_SERVER_PEERS, DTLS_SERVER_HANDSHAKES, DTLS_DATAGRAM_MAX);
MOTE_SESSION_CACHE_DEFINE(sessions, DTLS_SERVER_SESSIONS);
static struct lwip_io udp;
static mote_io io; /* borrowed by the server */

static const struct server_order *order;
static unsigned answered;

static mote_status configure(void)
{
  mote_status status = MOTE_SESSION_CACHE_INIT(sessions);
  if (status == MOTE_OK)
    status = mote_config_init(&config, sizeof config, MOTE_ROLE_SERVER);
  if (status == MOTE_OK)
    status = credentials_set(&config, MOTE_ROLE_SERVER, order->credentials);
  if (status == MOTE_OK)
    status = mote_config_set_session_cache(&config, sessions);
  if (status == MOTE_OK)
    status = mote_config_freeze(&config);
  /* Soon after a reset there may be no entropy yet. */
  while (status == MOTE_OK && (status = MOTE_SERVER_INIT(server, &config, &io)) == MOTE_WANT_ENTROPY) {
    status = MOTE_OK;
    vTaskDelay(pdMS_TO_TICKS(100));
  }
  return status == MOTE_OK ? mote_server_set_idle(server, order->idle_ms) : status;
}

/* --- Events ---------------------------------------------------------------------------------- */

static void greet(mote_peer peer)
{
  mote_info info;
  if (mote_peer_info(server, peer, &info) == MOTE_OK)
    board_print("server: peer %u connected %s resumed=%s\n", (unsigned)peer.place,
                mote_suite_str(info.suite), info.resumed ? "yes" : "no");
}

static void answer(const mote_event *event)
{
  static uint8_t octets[ANSWER_MAX];
  size_t length = coap_server_answer(event->data, event->length, octets, sizeof octets);
  /* An answer that cannot be sent now is lost, as it might be on the way: the peer asks again. */
  if (length > 0 && mote_peer_write(server, event->peer, octets, length) == MOTE_OK)
    board_print("server: peer %u answered, %u in all\n", (unsigned)event->peer.place, ++answered);
}

static void handle(const mote_event *event)
{
  switch (event->kind) {
  case MOTE_EVENT_KIND_CONNECTED: greet(event->peer); return;
  case MOTE_EVENT_KIND_DATA: answer(event); return;
  case MOTE_EVENT_KIND_CLOSED:
    board_print("server: peer %u closed\n", (unsigned)event->peer.place);
    return;
  case MOTE_EVENT_KIND_FAILED:
    board_print("server: failed: %s\n", mote_status_str(event->error));
    return;
  case MOTE_EVENT_KIND_FORCE_INT: return;
  }
}

/* --- The task -------------------------------------------------------------------------------- */

/* [serve] */
/* Takes what is there; whether something waits to be sent. */
static bool take_datagrams(void)
{
  mote_status polled;
  do {
    mote_status status;
    mote_event event;
    polled = mote_server_poll(server);
    while ((status = mote_server_next_event(server, &event)) == MOTE_OK)
      handle(&event);
    if (status == MOTE_WANT_WRITE)
      return true;
  } while (polled == MOTE_OK);
  return false;
}
/* [serve end] */

void dtls_server(void *argument)
{
  order = argument;
  io = lwip_io_callbacks(&udp);
  network_wait();
  mote_status status = lwip_io_listen(&udp, order->port) ? configure() : MOTE_ERROR_IO;
  if (status != MOTE_OK) {
    board_print("server: cannot start: %s\n", mote_status_str(status));
    run_task_done(false);
  }
  board_print("server: listening on %u\n", order->port);
  while (answered < order->requests) {
    bool to_send = take_datagrams();
    lwip_io_wait(&udp, to_send, mote_server_timeout(server, lwip_io_now_ms()));
  }
  (void)mote_server_wipe(server);
  run_task_done(true);
}
