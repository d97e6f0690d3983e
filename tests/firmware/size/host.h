/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the image has of the world: datagrams, figures and the end of the run go to the host by
 * semihosting, which takes no instructions; `cargo xtask size` is at the other end.
 *
 * Nothing here calls the C library: an image without a DTLS library has none of it either. */
#ifndef HOST_H
#define HOST_H

#include <stddef.h>
#include <stdint.h>

/* One datagram to the peer. */
void host_send(const void *datagram, size_t length);

/* Waits for one datagram of the peer; its length, also when it is cut to `capacity`. */
size_t host_receive(void *datagram, size_t capacity);

/* The same octets in each run. */
void host_random(uint8_t *out, size_t length);

/* Seconds since 1970. */
uint32_t host_unix_time(void);

/* Whether the run is that of a server. */
int host_is_server(void);

/* One figure, in a line. */
void host_say(const char *name, uint32_t value);

_Noreturn void host_exit(int status);

#endif
