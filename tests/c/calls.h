/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every function of the header that takes a handle and returns a status, each with arguments that
 * are right: what is wrong is the handle, or the moment. set_session alone is given what is no
 * session: a right one needs a handshake before it (test_session.c). */
#ifndef CALLS_H
#define CALLS_H

#include "pair.h"

typedef struct connection_call {
  const char *name;
  mote_status (*run)(mote_connection *connection);
} connection_call;

typedef enum connection_call_index {
  CALL_LEND,
  CALL_TAKE_BACK,
  CALL_SET_SERVER_NAME,
  CALL_SET_MTU,
  CALL_SET_PSK,
  CALL_SET_SESSION,
  CALL_SET_CACHED_INFO,
  CALL_SET_PEER_ADDRESS,
  CALL_HANDSHAKE,
  CALL_READ,
  CALL_WRITE,
  CALL_INPUT,
  CALL_CLOSE,
  CALL_WIPE,
  CALL_INFO,
  CALL_EXPORT,
  CALL_SESSION_EXPORT,
  CALL_SET_USER,
  CALL_HEARTBEAT,
  CALL_PROBE_MTU,
  CONNECTION_CALLS
} connection_call_index;

extern const connection_call connection_calls[CONNECTION_CALLS];

/* Which roles a setting is for. */
#define FOR_CLIENT 1u
#define FOR_SERVER 2u

typedef struct config_call {
  const char *name;
  unsigned roles;
  mote_status (*run)(mote_config *config);
} config_call;

extern const config_call config_calls[];
extern const size_t config_call_count;

#endif
