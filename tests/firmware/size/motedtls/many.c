/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A server of several peers: sends back what comes until its first client has closed. */
#include "../host.h"
#include "../measure.h"
#include "device.h"

MOTE_SERVER_DEFINE(server, 2, 1, BUFFER_SIZE);

const uint32_t server_size = sizeof server_storage;

static mote_status write(const mote_event *event)
{
  measure_begin();
  mote_status status = mote_peer_write(server, event->peer, event->data, event->length);
  measure_end(MEASURED_WRITE);
  return status;
}

static mote_status next_event(mote_event *event)
{
  measure_begin();
  mote_status status = mote_server_next_event(server, event);
  measure_end(MEASURED_SERVER_EVENT);
  return status;
}

mote_status run_server(void)
{
  mote_event event;
  mote_status status = configure(MOTE_ROLE_SERVER);
  if (status != MOTE_OK)
    return status;
  measure_begin();
  status = MOTE_SERVER_INIT(server, &config, &io);
  measure_end(MEASURED_CONNECTION_INIT);
  while (status >= 0) {
    measure_begin();
    status = mote_server_poll(server);
    measure_end(MEASURED_SERVER_INPUT);
    while (status >= 0 && (status = next_event(&event)) == MOTE_OK) {
      if (event.kind == MOTE_EVENT_KIND_CLOSED)
        return MOTE_OK;
      if (event.kind == MOTE_EVENT_KIND_FAILED)
        return event.error;
      if (event.kind == MOTE_EVENT_KIND_DATA)
        status = write(&event);
    }
  }
  return status;
}
