/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Calls that wait, on a library that never does: what a client with nothing else to do wants. */
#ifndef BLOCKING_H
#define BLOCKING_H

#include "udp.h"

struct blocking {
  mote_connection *connection;
  struct udp *udp;
  uint32_t deadline_ms; /* all calls end by then with MOTE_ERROR_TIMEOUT */
};

/* Milliseconds from now to `until_ms`, 0 when it has passed. */
uint32_t blocking_left(uint32_t until_ms);

mote_status blocking_handshake(const struct blocking *blocking);

mote_status blocking_write(const struct blocking *blocking, const uint8_t *data, size_t length);

/* MOTE_OK and data (borrowed until the next call on the connection), MOTE_WANT_READ when
 * `until_ms` passed without any, or why there will be none. */
mote_status blocking_read(const struct blocking *blocking, uint32_t until_ms, const uint8_t **data,
                          size_t *length);

/* Asks the peer for a sign of life and waits for it. Data that comes meanwhile is dropped. */
mote_status blocking_heartbeat(const struct blocking *blocking, uint32_t *round_trip_ms);

#endif
