/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How one peer follows the other:
 *
 * 1. `current` listens: any datagram goes in, and only a ClientHello with a valid cookie leaves
 *    LISTENING. From then on it takes datagrams of that peer only.
 * 2. While it stands, a ClientHello from the same address (a client that was restarted) or, once
 *    the peer is silent, from another address goes to `candidate`: a second association.
 * 3. When the candidate's handshake is complete, and not before (RFC 6347 4.2.8), it becomes
 *    `current` and the old one ends. Whoever cannot finish a handshake thus does no harm.
 * 4. An association that has closed or failed is made new and listens.
 */
#include "serve.h"

#include "exit_status.h"
#include "report.h"

#include <string.h>

/* The peer has been silent for so long before a plaintext ClientHello is taken seriously. */
#define RESTART_SILENCE_MS 1000  /* from its own address: else a delayed duplicate */
#define TAKEOVER_SILENCE_MS 5000 /* from another one */

#define ANSWER_MAX 1024

/* --- Slots ----------------------------------------------------------------------------------- */

static struct serve_slot *current(struct server *server)
{
  return &server->slots[server->current];
}

static struct serve_slot *candidate(struct server *server)
{
  return &server->slots[1 - server->current];
}

static mote_state state_of(const struct serve_slot *slot)
{
  mote_info info;
  return mote_connection_info(slot->connection, &info) == MOTE_OK ? info.state : MOTE_STATE_FAILED;
}

static bool is_peer(const struct serve_slot *slot, const struct udp_address *address)
{
  return slot->peer.length == address->length &&
         memcmp(slot->peer.octets, address->octets, address->length) == 0;
}

static bool silent_for(const struct serve_slot *slot, uint32_t duration_ms)
{
  return udp_now_ms() - slot->heard_ms > duration_ms;
}

static void stop_with(struct server *server, int exit_status)
{
  server->ended = true;
  server->exit_status = exit_status;
}

/* To LISTENING, whatever it was. */
static void renew(struct server *server, struct serve_slot *slot)
{
  (void)mote_connection_wipe(slot->connection);
  slot->peer.length = 0;
  slot->connected = false;
  mote_status status = slot->initialise(server->config, &server->io);
  if (status != MOTE_OK) {
    report_problem(server->program, "connection: %s", mote_status_str(status));
    stop_with(server, EXIT_STATUS_LOCAL);
  }
}

/* --- One association ------------------------------------------------------------------------- */

static void answer_datagram(struct server *server, struct serve_slot *slot, const uint8_t *data,
                            size_t length)
{
  uint8_t answer[ANSWER_MAX];
  mote_status status;
  if (server->answer == NULL) {
    status = mote_connection_write(slot->connection, data, length);
  } else {
    size_t octets = server->answer(data, length, answer, sizeof answer);
    if (octets == 0)
      return;
    status = mote_connection_write(slot->connection, answer, octets);
  }
  /* A socket that is full loses the answer, as the network might; the peer asks again. What ended
   * the connection is told by the next read. */
  if (status == MOTE_ERROR_SIZE)
    report_problem(server->program, "an answer to %zu octets is larger than the peer's limit of %zu",
                   length, mote_connection_max_write(slot->connection));
}

/* The candidate has proven itself: it takes the place of the association before it. */
static void promote(struct server *server)
{
  struct serve_slot *old = current(server);
  server->current = 1 - server->current;
  /* A peer that was restarted knows nothing of the old keys; another one may still be told. */
  if (old->connected && !is_peer(current(server), &old->peer))
    (void)mote_connection_close(old->connection);
  renew(server, old);
}

static void end_slot(struct server *server, struct serve_slot *slot, mote_status status)
{
  bool well = status == MOTE_CLOSED && slot->connected;
  if (!well)
    report_failed(slot->connection, status, server->udp->last_error);
  server->udp->last_error = 0;
  if (server->once)
    stop_with(server, well ? EXIT_STATUS_DONE : EXIT_STATUS_REFUSED);
  renew(server, slot);
  /* Who was about to replace the association that has ended is now alone. */
  if (slot == current(server) && state_of(candidate(server)) == MOTE_STATE_HANDSHAKE)
    server->current = 1 - server->current;
}

/* Goes on with an association until it wants a datagram or time to pass. */
static void drive(struct server *server, struct serve_slot *slot)
{
  mote_status status = slot->connected ? MOTE_OK : mote_connection_handshake(slot->connection);
  if (status == MOTE_OK && !slot->connected) {
    slot->connected = true;
    report_connected(slot->connection);
    if (slot == candidate(server))
      promote(server);
  }
  if (status == MOTE_OK) {
    const uint8_t *data;
    size_t length;
    while ((status = mote_connection_read(slot->connection, &data, &length)) == MOTE_OK)
      answer_datagram(server, slot, data, length);
  }
  if (status == MOTE_CLOSED || status < 0)
    end_slot(server, slot, status);
}

static void take(struct server *server, struct serve_slot *slot, const struct udp_address *from,
                 const uint8_t *datagram, size_t length)
{
  if (state_of(slot) == MOTE_STATE_LISTENING) {
    slot->peer = *from;
    (void)mote_connection_set_peer_address(slot->connection, from->octets, from->length);
  }
  slot->heard_ms = udp_now_ms();
  (void)mote_connection_input(slot->connection, datagram, length);
  drive(server, slot);
}

/* --- Whose datagram is it? ------------------------------------------------------------------- */

static bool is_plaintext(const uint8_t *datagram, size_t length)
{
  /* RFC 6347 4.1: type, version, epoch, ... */
  return length >= 13 && datagram[3] == 0 && datagram[4] == 0;
}

static bool is_client_hello(const uint8_t *datagram, size_t length)
{
  return is_plaintext(datagram, length) && length >= 25 && datagram[0] == 22 && datagram[13] == 1;
}

/* May this ClientHello start a second association beside `current`? */
static bool may_knock(struct server *server, const struct udp_address *from)
{
  const struct serve_slot *slot = current(server);
  if (server->once)
    return false;
  if (!is_peer(slot, from))
    return silent_for(slot, TAKEOVER_SILENCE_MS);
  /* During a handshake it is a message of that handshake. */
  return slot->connected && silent_for(slot, RESTART_SILENCE_MS);
}

/* The candidate listens, or hears from its peer, or its peer has been silent for too long. */
static bool candidate_is_free_for(struct server *server, const struct udp_address *from)
{
  struct serve_slot *slot = candidate(server);
  if (state_of(slot) == MOTE_STATE_LISTENING || is_peer(slot, from))
    return true;
  if (!silent_for(slot, TAKEOVER_SILENCE_MS))
    return false;
  renew(server, slot);
  return true;
}

static void dispatch(struct server *server, const struct udp_address *from,
                     const uint8_t *datagram, size_t length)
{
  if (state_of(current(server)) == MOTE_STATE_LISTENING) {
    take(server, current(server), from, datagram, length);
    return;
  }
  if (is_client_hello(datagram, length) && may_knock(server, from)) {
    if (candidate_is_free_for(server, from))
      take(server, candidate(server), from, datagram, length);
    return;
  }
  bool of_current = is_peer(current(server), from);
  bool of_candidate = state_of(candidate(server)) == MOTE_STATE_HANDSHAKE &&
                      is_peer(candidate(server), from);
  /* A restarted client's plaintext belongs to its handshake; which of the two a protected record
   * is for only the keys can tell. `current` first: the candidate may be promoted by it. */
  if (of_current && !(of_candidate && is_plaintext(datagram, length)))
    take(server, current(server), from, datagram, length);
  if (of_candidate)
    take(server, candidate(server), from, datagram, length);
}

/* --- The loop -------------------------------------------------------------------------------- */

static void receive_all(struct server *server)
{
  /* Larger than any datagram; the library counts what its own buffer cannot take. */
  static uint8_t datagram[UDP_DATAGRAM_MAX];
  struct udp_address from;
  int32_t length;
  while (!server->ended && *server->stop == 0 &&
         (length = udp_receive(server->udp, &from, datagram, sizeof datagram)) >= 0)
    dispatch(server, &from, datagram, (size_t)length);
}

/* Milliseconds until one of the associations wants to be called. */
static uint32_t next_timeout(const struct server *server)
{
  uint32_t now = udp_now_ms();
  uint32_t first = mote_connection_timeout(server->slots[0].connection, now);
  uint32_t second = mote_connection_timeout(server->slots[1].connection, now);
  return first < second ? first : second;
}

static void run_timers(struct server *server)
{
  for (size_t i = 0; i < 2 && !server->ended; i++)
    if (mote_connection_timeout(server->slots[i].connection, udp_now_ms()) == 0)
      drive(server, &server->slots[i]);
}

int serve(struct server *server)
{
  server->current = 0;
  server->ended = false;
  server->exit_status = EXIT_STATUS_DONE;
  for (size_t i = 0; i < 2 && !server->ended; i++)
    renew(server, &server->slots[i]);

  while (!server->ended && *server->stop == 0) {
    (void)udp_wait(server->udp, UDP_READABLE, next_timeout(server), server->wait_signals);
    receive_all(server);
    run_timers(server);
  }
  for (size_t i = 0; i < 2; i++) {
    if (server->slots[i].connected)
      (void)mote_connection_close(server->slots[i].connection);
    (void)mote_connection_wipe(server->slots[i].connection);
  }
  return server->exit_status;
}
