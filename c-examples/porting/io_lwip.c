/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* send and recv on lwIP's raw interface: all of it, and the library, in lwIP's one context. */
#include "io_lwip.h"

#define SLOTS (sizeof((struct lwip_link *)0)->waiting / sizeof((struct lwip_link *)0)->waiting[0])

/* [lwip] */
/* lwIP calls this when a datagram is there. It only keeps it, and the main loop reads it: lwIP may
 * call it from within udp_send (loopback), and so from within the library. */
static void lwip_arrived(void *user, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *address,
                         uint16_t port)
{
  struct lwip_link *link = user;
  (void)pcb; /* udp_connect has bound it to the server: nobody else comes through */
  (void)address;
  (void)port;
  if (link->in - link->out == SLOTS)
    pbuf_free(p); /* no room: lost */
  else
    link->waiting[link->in++ % SLOTS] = p;
}

int32_t lwip_send(void *user, const uint8_t *address, size_t address_length,
                  const uint8_t *datagram, size_t length)
{
  struct lwip_link *link = user;
  (void)address;
  (void)address_length;
  struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (uint16_t)length, PBUF_RAM);
  if (p == NULL)
    return MOTE_IO_NOTHING;
  err_t error = pbuf_take(p, datagram, (uint16_t)length);
  if (error == ERR_OK)
    error = udp_send(link->pcb, p);
  pbuf_free(p);
  switch (error) {
  case ERR_MEM:
  case ERR_BUF:
  case ERR_WOULDBLOCK:
    return MOTE_IO_NOTHING;
  case ERR_OK:
  case ERR_RTE: /* no route now: lost, and the time-out goes on */
    return (int32_t)length;
  default:
    return IO_FAILURE;
  }
}

int32_t lwip_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                  size_t capacity)
{
  struct lwip_link *link = user;
  (void)address;
  (void)address_length;
  if (link->in == link->out)
    return MOTE_IO_NOTHING;
  struct pbuf *p = link->waiting[link->out++ % SLOTS];
  int32_t length = p->tot_len;
  pbuf_copy_partial(p, buffer, (uint16_t)(capacity < p->tot_len ? capacity : p->tot_len), 0);
  pbuf_free(p);
  return length;
}
/* [lwip end] */

void lwip_start(struct lwip_link *link, struct udp_pcb *pcb)
{
  link->pcb = pcb;
  link->in = link->out = 0;
  udp_recv(pcb, lwip_arrived, link);
}

void lwip_stop(struct lwip_link *link)
{
  udp_recv(link->pcb, NULL, NULL);
  while (link->in != link->out)
    pbuf_free(link->waiting[link->out++ % SLOTS]);
}
