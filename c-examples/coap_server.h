/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The resources of `mote-server --coap`: /, /time and /.well-known/core. */
#ifndef COAP_SERVER_H
#define COAP_SERVER_H

#include <stddef.h>
#include <stdint.h>

/* Octets written to `answer`; 0 when nothing is to be said. */
size_t coap_server_answer(const uint8_t *datagram, size_t length, uint8_t *answer,
                          size_t capacity);

#endif
