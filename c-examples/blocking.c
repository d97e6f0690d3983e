/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "blocking.h"

uint32_t blocking_left(uint32_t until_ms)
{
  /* The clock wraps: the difference is what counts, and it is signed. */
  uint32_t difference = until_ms - udp_now_ms();
  return difference > INT32_MAX ? 0 : difference;
}

static uint32_t least(uint32_t a, uint32_t b)
{
  return a < b ? a : b;
}

/* Waits for what `status` asks for, until the library's timer, `until_ms` or the deadline. */
static void wait_for(const struct blocking *blocking, mote_status status, uint32_t until_ms)
{
  uint32_t own = least(blocking_left(until_ms), blocking_left(blocking->deadline_ms));
  uint32_t timer = mote_connection_timeout(blocking->connection, udp_now_ms());
  (void)udp_wait(blocking->udp, status == MOTE_WANT_WRITE ? UDP_WRITABLE : UDP_READABLE,
                 least(own, timer), NULL);
}

static bool wants(mote_status status)
{
  return status == MOTE_WANT_READ || status == MOTE_WANT_WRITE;
}

mote_status blocking_handshake(const struct blocking *blocking)
{
  mote_status status;
  while (wants(status = mote_connection_handshake(blocking->connection))) {
    if (blocking_left(blocking->deadline_ms) == 0)
      return MOTE_ERROR_TIMEOUT;
    wait_for(blocking, status, blocking->deadline_ms);
  }
  return status;
}

mote_status blocking_write(const struct blocking *blocking, const uint8_t *data, size_t length)
{
  mote_status status;
  while ((status = mote_connection_write(blocking->connection, data, length)) ==
         MOTE_WANT_WRITE) {
    if (blocking_left(blocking->deadline_ms) == 0)
      return MOTE_ERROR_TIMEOUT;
    wait_for(blocking, status, blocking->deadline_ms);
  }
  return status;
}

mote_status blocking_read(const struct blocking *blocking, uint32_t until_ms, const uint8_t **data,
                          size_t *length)
{
  mote_status status;
  while (wants(status = mote_connection_read(blocking->connection, data, length))) {
    if (blocking_left(blocking->deadline_ms) == 0)
      return MOTE_ERROR_TIMEOUT;
    if (blocking_left(until_ms) == 0)
      return MOTE_WANT_READ;
    wait_for(blocking, status, until_ms);
  }
  return status;
}

mote_status blocking_heartbeat(const struct blocking *blocking, uint32_t *round_trip_ms)
{
  mote_connection *connection = blocking->connection;
  mote_info info;
  uint32_t asked_ms = udp_now_ms();
  mote_status status = mote_connection_heartbeat(connection);
  while (status == MOTE_OK || wants(status)) {
    const uint8_t *data;
    size_t length;
    if (status == MOTE_OK) {
      status = mote_connection_read(connection, &data, &length);
      continue;
    }
    mote_status informed = mote_connection_info(connection, &info);
    if (informed != MOTE_OK)
      return informed;
    if (!info.heartbeat_in_flight) {
      *round_trip_ms = udp_now_ms() - asked_ms;
      return info.heartbeat_answers > 0 ? MOTE_OK : MOTE_ERROR_TIMEOUT;
    }
    if (blocking_left(blocking->deadline_ms) == 0)
      return MOTE_ERROR_TIMEOUT;
    wait_for(blocking, status, blocking->deadline_ms);
    status = MOTE_OK;
  }
  return status;
}
