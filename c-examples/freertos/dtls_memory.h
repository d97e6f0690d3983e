/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tasks with DTLS take, in octets. The stack is measured: docs/freertos.md says how. */
#ifndef DTLS_MEMORY_H
#define DTLS_MEMORY_H

#include <motedtls.h>

/* Stack that a task with the library takes at most: what the library says, and the callbacks of
 * lwip_io.c and the console below it. The firmware prints what was left at the end of each run. */
#define DTLS_CLIENT_STACK_NEEDED (MOTE_STACK_HANDSHAKE + 512)
#define DTLS_SERVER_STACK_NEEDED (MOTE_STACK_SERVER + 512)

/* The largest datagram of a peer on an Ethernet: 1500 less the headers of IPv4 and UDP. */
#define DTLS_DATAGRAM_MAX 1472

#endif
