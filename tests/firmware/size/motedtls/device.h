/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A typical device with motedtls, in the sizes of the peers that are measured beside it: records of
 * 512 octets. CLIENT, SERVER, PSK, RPK, X509: what it has of the library; MANY: a mote_server in
 * place of the server's one connection. */
#ifndef DEVICE_H
#define DEVICE_H

/* A pre-shared key brings no message that does not fit one datagram. */
#if defined(RPK) || defined(X509)
#define MOTE_REASSEMBLY_SIZE 512
#else
#define MOTE_REASSEMBLY_SIZE 0
#endif

#include <motedtls_static.h>

/* 512 octets in a record, and its overhead of 29, to whole words. */
#define BUFFER_SIZE 544

extern mote_config config;
extern const mote_io io;

/* Octets of the mote_server; 0 without one. */
extern const uint32_t server_size;

/* Sets up `config`. */
mote_status configure(mote_role role);

/* Each a whole conversation: handshake, one message each way, the end. */
mote_status run_client(void);
mote_status run_server(void);

#endif
