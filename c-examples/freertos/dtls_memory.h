/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tasks with DTLS take, in octets. The stack is measured: docs/freertos.md says how. */
#ifndef DTLS_MEMORY_H
#define DTLS_MEMORY_H

/* Stack that a handshake takes at most, with the callbacks of lwip_io.c on it. */
#define DTLS_STACK_NEEDED 4096

/* The largest datagram of a peer on an Ethernet: 1500 less the headers of IPv4 and UDP. */
#define DTLS_DATAGRAM_MAX 1472

/* For a peer's certificates in pieces; a device with a PSK or a raw public key needs none. */
#define MOTE_REASSEMBLY_SIZE 1024

#endif
