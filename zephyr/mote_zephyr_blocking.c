/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The library's calls, made again until they have done what they were made for. */
#include <mote_zephyr.h>

#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

/* How long to wait for what nobody wakes us for: room in the network stack, a callback, entropy. */
#define PAUSE_MS 10

/* --- Waiting --------------------------------------------------------------------------------- */

/* What is left of `timeout_ms` since `start_ms`. */
static uint32_t left_of(uint32_t timeout_ms, uint32_t start_ms)
{
  uint32_t passed = k_uptime_get_32() - start_ms;
  if (timeout_ms == MOTE_NO_TIMEOUT)
    return MOTE_NO_TIMEOUT;
  return passed < timeout_ms ? timeout_ms - passed : 0;
}

/* Waits, `timeout_ms` at most, until the call that said `status` can go on. */
static void wait_for(const struct mote_zephyr_socket *socket, mote_status status,
                     uint32_t timeout_ms)
{
  struct zsock_pollfd readable = {.fd = socket->descriptor, .events = ZSOCK_POLLIN};
  if (status != MOTE_WANT_READ)
    k_msleep((int32_t)MIN(timeout_ms, PAUSE_MS));
  else if (timeout_ms > INT32_MAX)
    (void)zsock_poll(&readable, 1, -1);
  else
    (void)zsock_poll(&readable, 1, (int)timeout_ms);
}

static bool is_unfinished(mote_status status)
{
  return status == MOTE_WANT_READ || status == MOTE_WANT_WRITE || status == MOTE_PENDING ||
         status == MOTE_WANT_ENTROPY;
}

/* --- A connection ---------------------------------------------------------------------------- */

mote_status mote_zephyr_handshake(mote_connection *connection, struct mote_zephyr_socket *socket)
{
  mote_status status;
  while (is_unfinished(status = mote_connection_handshake(connection)))
    wait_for(socket, status, mote_connection_timeout(connection, k_uptime_get_32()));
  return status;
}

mote_status mote_zephyr_write(mote_connection *connection, struct mote_zephyr_socket *socket,
                              const uint8_t *data, size_t length)
{
  mote_status status;
  while ((status = mote_connection_write(connection, data, length)) == MOTE_WANT_WRITE)
    wait_for(socket, status, PAUSE_MS);
  return status;
}

mote_status mote_zephyr_read(mote_connection *connection, struct mote_zephyr_socket *socket,
                             uint32_t timeout_ms, const uint8_t **data, size_t *length)
{
  uint32_t start_ms = k_uptime_get_32();
  mote_status status;
  while (is_unfinished(status = mote_connection_read(connection, data, length))) {
    uint32_t left_ms = left_of(timeout_ms, start_ms);
    if (left_ms == 0)
      return MOTE_WANT_READ;
    uint32_t timer_ms = mote_connection_timeout(connection, k_uptime_get_32());
    wait_for(socket, status, MIN(left_ms, timer_ms));
  }
  return status;
}

/* --- A server -------------------------------------------------------------------------------- */

#ifdef CONFIG_MOTEDTLS_SERVER
mote_status mote_zephyr_next_event(mote_server *server, struct mote_zephyr_socket *socket,
                                   uint32_t timeout_ms, mote_event *event)
{
  uint32_t start_ms = k_uptime_get_32();
  for (;;) {
    /* Also when the last call brought one: there may be more of the same datagram. */
    mote_status status = mote_server_next_event(server, event);
    if (!is_unfinished(status))
      return status;
    mote_status polled = mote_server_poll(server);
    /* While something cannot be sent nothing is taken in, and there is nothing to go on with. */
    if (polled == MOTE_OK && status != MOTE_WANT_WRITE)
      continue;
    /* The socket is broken; all else concerns one datagram, and the server goes on. */
    if (polled == MOTE_ERROR_IO)
      return polled;
    uint32_t left_ms = left_of(timeout_ms, start_ms);
    if (left_ms == 0)
      return MOTE_WANT_READ;
    uint32_t timer_ms = mote_server_timeout(server, k_uptime_get_32());
    wait_for(socket, status == MOTE_WANT_WRITE ? status : polled, MIN(left_ms, timer_ms));
  }
}
#endif
