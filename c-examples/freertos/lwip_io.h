/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A UDP port of lwIP, and the callbacks of mote_io on it. A port belongs to one task; each task has
 * its own. */
#ifndef LWIP_IO_H
#define LWIP_IO_H

#include <FreeRTOS.h>
#include <lwip/udp.h>
#include <motedtls.h>
#include <task.h>

/* Datagrams that wait until the task has time: more are lost, as they might be on the way. Some
 * stacks (GnuTLS) send each message of a flight in a datagram of its own: with certificates, six. */
#define LWIP_IO_WAITING_MAX 8

/* What an address is to the library: opaque octets. Set it to zero before you fill it, so that two
 * of the same peer are alike. */
struct lwip_io_address {
  ip_addr_t ip;
  uint16_t port;
};
_Static_assert(sizeof(struct lwip_io_address) <= MOTE_ADDRESS_MAX, "an address must fit");

struct lwip_io {
  struct udp_pcb *pcb;
  TaskHandle_t task; /* is notified when a datagram has come */
  struct {
    struct pbuf *datagram;
    struct lwip_io_address from;
  } waiting[LWIP_IO_WAITING_MAX];
  unsigned in, out; /* of the ring, counted up */
};

/* Makes a port of the calling task: to one peer, at a port of lwIP's choice, or for everybody. False
 * when lwIP has no memory for it (MEMP_NUM_UDP_PCB), or the port is taken. */
bool lwip_io_connect(struct lwip_io *io, const ip_addr_t *ip, uint16_t port);
bool lwip_io_listen(struct lwip_io *io, uint16_t port);

void lwip_io_close(struct lwip_io *io);

/* Waits until a datagram has come, or lwIP may have room again for one `to_send`, or the time has
 * passed; MOTE_NO_TIMEOUT is for ever. */
void lwip_io_wait(const struct lwip_io *io, bool to_send, uint32_t timeout_ms);

/* Monotonic milliseconds; wraps. */
uint32_t lwip_io_now_ms(void);

/* The callbacks, with `io` as their user. */
mote_io lwip_io_callbacks(struct lwip_io *io);

#endif
