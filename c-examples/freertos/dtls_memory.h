/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tasks with DTLS take, in octets. The stack is measured: docs/freertos.md says how. */
#ifndef DTLS_MEMORY_H
#define DTLS_MEMORY_H

/* Stack that the library's calls take at most, with the callbacks of lwip_io.c and the console below
 * them, for certificates: PSK and raw public keys take less. */
#define DTLS_CLIENT_STACK_NEEDED 7168
#define DTLS_SERVER_STACK_NEEDED 11264

/* The largest datagram of a peer on an Ethernet: 1500 less the headers of IPv4 and UDP. */
#define DTLS_DATAGRAM_MAX 1472

#endif
