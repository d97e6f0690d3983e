/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One connection, as client or as server. */
#include "../host.h"
#include "../measure.h"
#include "device.h"

MOTE_CONNECTION_DEFINE(dtls, BUFFER_SIZE);

static mote_status connect(void)
{
  measure_begin();
  mote_status status = MOTE_CONNECTION_INIT(dtls, &config, &io);
  measure_end(MEASURED_CONNECTION_INIT);
  if (status != MOTE_OK)
    return status;
  do { /* `recv` waits */
    measure_begin();
    status = mote_connection_handshake(dtls);
    measure_end(MEASURED_HANDSHAKE);
  } while (status == MOTE_WANT_READ);
  return status;
}

static mote_status write(const uint8_t *data, size_t length)
{
  measure_begin();
  mote_status status = mote_connection_write(dtls, data, length);
  measure_end(MEASURED_WRITE);
  return status;
}

static mote_status read(const uint8_t **data, size_t *length)
{
  mote_status status;
  do {
    measure_begin();
    status = mote_connection_read(dtls, data, length);
    measure_end(MEASURED_READ);
  } while (status == MOTE_WANT_READ);
  return status;
}

static mote_status close(void)
{
  measure_begin();
  mote_status status = mote_connection_close(dtls);
  measure_end(MEASURED_CLOSE);
  return status;
}

#ifdef CLIENT
mote_status run_client(void)
{
  static const uint8_t hello[] = {'h', 'e', 'l', 'l', 'o'};
  const uint8_t *data;
  size_t length;
  mote_status status = configure(MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = connect();
  if (status == MOTE_OK)
    status = write(hello, sizeof hello);
  if (status == MOTE_OK)
    status = read(&data, &length);
  return status == MOTE_OK ? close() : status;
}
#endif

#ifndef MANY
const uint32_t server_size = 0;
#endif

#if defined(SERVER) && !defined(MANY)
/* Sends back what comes until the client closes. */
mote_status run_server(void)
{
  const uint8_t *data;
  size_t length;
  mote_status status = configure(MOTE_ROLE_SERVER);
  if (status == MOTE_OK)
    status = connect();
  while (status == MOTE_OK) {
    status = read(&data, &length);
    if (status == MOTE_OK)
      status = write(data, length);
  }
  return status == MOTE_CLOSED ? close() : status;
}
#endif
