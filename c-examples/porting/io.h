/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The callbacks of a mote_io, on several systems. */
#ifndef IO_H
#define IO_H

#include <motedtls_static.h>

#define IO_FAILURE (-3) /* any negative number but MOTE_IO_NOTHING and MOTE_IO_TOO_BIG */

int32_t sockets_send(void *user, const uint8_t *address, size_t address_length,
                     const uint8_t *datagram, size_t length);
int32_t sockets_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                     size_t capacity);

int32_t radio_send(void *user, const uint8_t *address, size_t address_length,
                   const uint8_t *datagram, size_t length);
int32_t radio_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                   size_t capacity);
/* For the radio's interrupt. */
void radio_arrived(const uint8_t *datagram, size_t length);

int32_t fill_random(void *user, uint8_t *out, size_t length);
int32_t fill_random_from_seed(void *user, uint8_t *out, size_t length);
/* Once at boot, before anything draws. */
bool seed_generator(void);

uint32_t now_ms(void *user);
uint32_t ticking_now_ms(void *user);
void clock_has_slept(uint32_t slept_ms);

#endif
