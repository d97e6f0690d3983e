/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* So much of lwIP 2.x as io_lwip.c uses, to compile it without lwIP. Yours is <lwip/udp.h>. */
#ifndef LWIP_STAND_IN_H
#define LWIP_STAND_IN_H

#include <stdint.h>

typedef int8_t err_t;
enum { ERR_OK = 0, ERR_MEM = -1, ERR_BUF = -2, ERR_RTE = -4, ERR_WOULDBLOCK = -7 };

typedef struct ip_addr ip_addr_t;
typedef enum { PBUF_TRANSPORT } pbuf_layer;
typedef enum { PBUF_RAM } pbuf_type;

struct pbuf {
  struct pbuf *next;
  void *payload;
  uint16_t tot_len;
};
struct pbuf *pbuf_alloc(pbuf_layer layer, uint16_t length, pbuf_type type);
uint8_t pbuf_free(struct pbuf *p);
err_t pbuf_take(struct pbuf *p, const void *data, uint16_t length);
uint16_t pbuf_copy_partial(const struct pbuf *p, void *data, uint16_t length, uint16_t offset);

struct udp_pcb;
typedef void (*udp_recv_fn)(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr,
                            uint16_t port);
void udp_recv(struct udp_pcb *pcb, udp_recv_fn recv, void *arg);
err_t udp_send(struct udp_pcb *pcb, struct pbuf *p);

#endif
