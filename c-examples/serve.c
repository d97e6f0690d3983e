/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The loop of a server: wait, poll, take the events; the library does the rest. */
#include "serve.h"

#include "exit_status.h"
#include "report.h"

#include <signal.h>

#define ANSWER_MAX 1024
/* So many datagrams at most before signals are looked at: a flood must not keep them out. */
#define DATAGRAMS_AT_ONCE 256

static void stop_with(struct serving *serving, int exit_status)
{
  serving->ended = true;
  serving->exit_status = exit_status;
}

/* --- Events ---------------------------------------------------------------------------------- */

static void connected(struct serving *serving, mote_peer peer)
{
  mote_info info;
  if (mote_peer_info(serving->server, peer, &info) == MOTE_OK)
    report_connected_peer(&info);
  serving->peers[peer.place] = peer;
}

static void answer_datagram(struct serving *serving, const mote_event *event)
{
  static uint8_t answer[ANSWER_MAX];
  const uint8_t *data = event->data;
  size_t length = event->length;
  if (serving->answer != NULL) {
    length = serving->answer(event->data, event->length, answer, sizeof answer);
    data = answer;
    if (length == 0)
      return;
  }
  /* A socket that is full loses the answer, as the network might; the peer asks again. What ended
   * the connection is told by the next event. */
  if (mote_peer_write(serving->server, event->peer, data, length) == MOTE_ERROR_SIZE)
    report_problem(serving->program, "an answer to %zu octets is larger than the peer's limit of %zu",
                   event->length, mote_peer_max_write(serving->server, event->peer));
}

static void handle(struct serving *serving, const mote_event *event)
{
  switch (event->kind) {
  case MOTE_EVENT_KIND_CONNECTED: connected(serving, event->peer); return;
  case MOTE_EVENT_KIND_DATA: answer_datagram(serving, event); return;
  case MOTE_EVENT_KIND_CLOSED:
    if (serving->once)
      stop_with(serving, EXIT_STATUS_DONE);
    return;
  case MOTE_EVENT_KIND_FAILED:
    report_failed_peer(event->error, event->alert, event->alert_direction,
                       serving->udp->last_error);
    serving->udp->last_error = 0;
    if (serving->once)
      stop_with(serving, EXIT_STATUS_REFUSED);
    return;
  case MOTE_EVENT_KIND_FORCE_INT: return;
  }
}

/* --- The loop -------------------------------------------------------------------------------- */

/* Takes what is there, and says what to wait for. */
static enum udp_readiness take_datagrams(struct serving *serving)
{
  for (unsigned i = 0; i < DATAGRAMS_AT_ONCE; i++) {
    mote_status polled = mote_server_poll(serving->server);
    mote_status status;
    mote_event event;
    while ((status = mote_server_next_event(serving->server, &event)) == MOTE_OK) {
      handle(serving, &event);
      if (serving->ended)
        return UDP_READABLE;
    }
    if (status == MOTE_WANT_WRITE)
      return UDP_WRITABLE;
    if (polled != MOTE_OK)
      break;
  }
  return UDP_READABLE;
}

/* A signal that came while the socket was ready all the time is still waiting. */
static void let_signals_in(const struct serving *serving)
{
  sigset_t blocked;
  sigprocmask(SIG_SETMASK, serving->wait_signals, &blocked);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
}

int serve(struct serving *serving)
{
  enum udp_readiness wanted = UDP_READABLE;
  serving->ended = false;
  serving->exit_status = EXIT_STATUS_DONE;

  while (!serving->ended && *serving->stop == 0) {
    uint32_t timeout = mote_server_timeout(serving->server, udp_now_ms());
    if (timeout > FETCH_POLL_MS && fetch_is_under_way(serving->fetcher))
      timeout = FETCH_POLL_MS;
    (void)udp_wait(serving->udp, wanted, timeout, serving->wait_signals);
    wanted = take_datagrams(serving);
    let_signals_in(serving);
  }
  /* A handle whose peer is gone is stale, and nothing happens. */
  for (size_t i = 0; i < serving->peer_count; i++)
    (void)mote_peer_close(serving->server, serving->peers[i]);
  (void)mote_server_wipe(serving->server);
  return serving->exit_status;
}
