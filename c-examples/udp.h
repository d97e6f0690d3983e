/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* POSIX UDP sockets, and the callbacks of mote_io on them. */
#ifndef UDP_H
#define UDP_H

#include <motedtls.h>
#include <signal.h>

#define UDP_DATAGRAM_MAX 65535

struct udp {
  int descriptor;
  int last_error; /* errno of the last datagram that failed, 0 for none */
  size_t octets, datagrams; /* that passed so far, both ways */
};

/* A sockaddr as the library sees it: octets. */
struct udp_address {
  uint8_t octets[MOTE_ADDRESS_MAX];
  size_t length;
};

enum udp_readiness { UDP_READABLE, UDP_WRITABLE };

/* A socket of its own to one peer. NULL, or what went wrong. */
const char *udp_connect(struct udp *udp, const char *host, const char *port);

/* A socket for everybody, IPv6 and IPv4. NULL, or what went wrong. Port 0: a free one. */
const char *udp_listen(struct udp *udp, const char *port);

unsigned udp_port(const struct udp *udp);

void udp_close(struct udp *udp);

/* Waits until the socket is ready, `timeout_ms` have passed (MOTE_NO_TIMEOUT: for ever) or a
 * signal arrives that `signals` lets through (NULL: as they are). Says whether it is ready. */
bool udp_wait(struct udp *udp, enum udp_readiness readiness, uint32_t timeout_ms,
              const sigset_t *signals);

/* Length (more than `capacity`: truncated), MOTE_IO_NOTHING or another negative number.
 * `from` may be NULL. */
int32_t udp_receive(struct udp *udp, struct udp_address *from, uint8_t *buffer, size_t capacity);

/* Monotonic milliseconds; wraps. */
uint32_t udp_now_ms(void);

/* The callbacks, with `udp` as their user. */
mote_io udp_io(struct udp *udp);

#endif
