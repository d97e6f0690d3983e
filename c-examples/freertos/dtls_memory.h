/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tasks with DTLS take, in octets. The stack is measured: docs/freertos.md says how. */
#ifndef DTLS_MEMORY_H
#define DTLS_MEMORY_H

/* Stack that a task with the library takes at most, with the callbacks of lwip_io.c and the console
 * below it, and certificates. With raw public keys it is 0.7 KB less for a client and 0.5 KB for a
 * server, with PSK 3.8 KB and 3.6 KB. The firmware prints what was left at the end of each run. */
#define DTLS_CLIENT_STACK_NEEDED 7424
#define DTLS_SERVER_STACK_NEEDED 11264

/* The largest datagram of a peer on an Ethernet: 1500 less the headers of IPv4 and UDP. */
#define DTLS_DATAGRAM_MAX 1472

#endif
