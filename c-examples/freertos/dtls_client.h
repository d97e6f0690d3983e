/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The task of a CoAP client over DTLS. */
#ifndef DTLS_CLIENT_H
#define DTLS_CLIENT_H

#include "dtls_memory.h"
#include "stack_guard.h"

#include <motedtls_static.h>

#ifndef DTLS_CLIENT_STACK
#define DTLS_CLIENT_STACK 8192
#endif
#define DTLS_CLIENT_WORKSPACE (MOTE_WORKSPACE_SIZE + MOTE_REASSEMBLY_SIZE)
/* Below the task that brings frames in: with portable code a handshake with public keys computes
 * for seconds, and frames must not wait so long. */
#define DTLS_CLIENT_PRIORITY 2

_Static_assert(DTLS_CLIENT_STACK >= DTLS_CLIENT_STACK_NEEDED + STACK_GUARD, "a handshake overflows this stack");

struct client_order;

/* The task's body; `argument` is a struct client_order. */
void dtls_client(void *argument);

#endif
