/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef IO_LWIP_H
#define IO_LWIP_H

#include "io.h"
#include "lwip_stand_in.h" /* yours: <lwip/udp.h> */

/* The `user` of the mote_io. */
struct lwip_link {
  struct udp_pcb *pcb;
  struct pbuf *waiting[4];
  unsigned in, out;
};

void lwip_start(struct lwip_link *link, struct udp_pcb *pcb);
void lwip_stop(struct lwip_link *link);
int32_t lwip_send(void *user, const uint8_t *address, size_t address_length,
                  const uint8_t *datagram, size_t length);
int32_t lwip_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                  size_t capacity);

#endif
