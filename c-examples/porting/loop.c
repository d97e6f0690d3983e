/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The event loop. */
#include "link.h"

/* [end] */
/* It is over: why, and whether its session is over, too. */
static void link_end(struct link *link, mote_status status)
{
  mote_info info;
  if (status < 0 && mote_connection_info(&link->connection, &info) == MOTE_OK &&
      (info.alert_direction != MOTE_DIRECTION_NONE || link->failures > 0))
    session_forget(link); /* RFC 5246 section 7.2.2; and a second failure may be the session's */
  mote_connection_wipe(&link->connection);
  memory_forget(link);
  link->state = LINK_DOWN;
  link->status = status;
  link->failures = status < 0 ? link->failures + 1 : 0;
}
/* [end end] */

/* [step] */
void link_step(struct link *link)
{
  mote_connection *connection = &link->connection;
  mote_status status = MOTE_WANT_READ;
  const uint8_t *data;
  size_t length;

  if (link->state == LINK_WAITING && memory_take(link))
    link->state = LINK_SHAKING;
  if (link->state == LINK_SHAKING) {
    status = mote_connection_handshake(connection);
    if (status == MOTE_OK)
      link->state = LINK_UP;
  }
  if (link->state == LINK_UP) {
    while ((status = mote_connection_read(connection, &data, &length)) == MOTE_OK)
      link->on_data(link, data, length);
    if (status == MOTE_WANT_READ && memory_is_lent_to(link)) {
      session_keep(link);
      status = memory_pass_on(link);
      link->failures = 0;
    }
  }
  if (status < 0 || status == MOTE_CLOSED)
    link_end(link, status);
}
/* [step end] */

static uint32_t link_timeout(const struct link *link, uint32_t now)
{
  if (link->state == LINK_WAITING)
    return memory_is_free() ? 0 : MOTE_NO_TIMEOUT;
  return link->state == LINK_DOWN ? MOTE_NO_TIMEOUT
                                  : mote_connection_timeout(&link->connection, now);
}

/* [loop] */
/* Goes on with all links; for how long nothing has to be done if nothing happens. The main loop is
 * `board_wait(links_step(links, count))`, which wakes for a datagram and when `send` can go on. */
uint32_t links_step(struct link *links, size_t count)
{
  uint32_t wait = MOTE_NO_TIMEOUT;
  for (size_t i = 0; i < count; i++)
    link_step(&links[i]);
  for (size_t i = 0; i < count; i++) {
    uint32_t timeout = link_timeout(&links[i], links[i].io.now_ms(links[i].io.user));
    wait = timeout < wait ? timeout : wait;
  }
  return wait;
}
/* [loop end] */

/* [close] */
/* MOTE_WANT_WRITE: call again when the transport can send. Else it is down; the session stays. */
mote_status link_close(struct link *link)
{
  mote_status status = link->state == LINK_DOWN || link->state == LINK_WAITING
                           ? MOTE_CLOSED
                           : mote_connection_close(&link->connection);
  if (status == MOTE_WANT_WRITE)
    return status;
  if (link->state != LINK_DOWN)
    link_end(link, MOTE_CLOSED);
  return MOTE_OK;
}
/* [close end] */
