/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The task of a CoAP server for several peers over DTLS. */
#ifndef DTLS_SERVER_H
#define DTLS_SERVER_H

#include "dtls_memory.h"
#include "stack_guard.h"

#ifndef DTLS_SERVER_STACK
#define DTLS_SERVER_STACK 8192
#endif
/* Below the client: a server's handshakes, which strangers begin, must not keep the device from what
 * it does itself. */
#define DTLS_SERVER_PRIORITY 1

_Static_assert(DTLS_SERVER_STACK >= DTLS_SERVER_STACK_NEEDED + STACK_GUARD, "a handshake overflows this stack");

/* Peers that are connected at the same time, handshakes at the same time, sessions that are kept. */
#define DTLS_SERVER_PEERS 3
#define DTLS_SERVER_HANDSHAKES 2
#define DTLS_SERVER_SESSIONS 4

struct server_order;

/* The task's body; `argument` is a struct server_order. */
void dtls_server(void *argument);

#endif
