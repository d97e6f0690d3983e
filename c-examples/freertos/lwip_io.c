/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* send, recv, random and now_ms: raw UDP of lwIP under the lock of its core
 * (LWIP_TCPIP_CORE_LOCKING), so that a task sends without waiting for another. */
#include "lwip_io.h"

#include "board.h"

#include <lwip/netif.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/udp.h>
#include <lwip/tcpip.h>
#include <string.h>

#define IO_FAILURE (-3) /* neither MOTE_IO_NOTHING nor MOTE_IO_TOO_BIG */
#define SEND_AGAIN_MS 10 /* while lwIP has no memory, or the controller no room */

/* --- Datagrams in ---------------------------------------------------------------------------- */

/* [receive] */
/* lwIP calls it in the task that brings frames in, with the lock held. The datagram is kept, and
 * read by the task that it is for: a handshake takes too long to be done here. */
static void arrived(void *user, struct udp_pcb *pcb, struct pbuf *datagram, const ip_addr_t *ip,
                    u16_t port)
{
  struct lwip_io *io = user;
  (void)pcb;
  if (io->in - io->out == LWIP_IO_WAITING_MAX) {
    pbuf_free(datagram);
    return;
  }
  unsigned slot = io->in++ % LWIP_IO_WAITING_MAX;
  struct lwip_io_address *from = &io->waiting[slot].from;
  memset(from, 0, sizeof *from);
  ip_addr_copy(from->ip, *ip);
  from->port = port;
  io->waiting[slot].datagram = datagram;
  xTaskNotifyGive(io->task);
}

static struct pbuf *take_waiting(struct lwip_io *io, struct lwip_io_address *from)
{
  struct pbuf *datagram = NULL;
  LOCK_TCPIP_CORE();
  if (io->in != io->out) {
    unsigned slot = io->out++ % LWIP_IO_WAITING_MAX;
    *from = io->waiting[slot].from;
    datagram = io->waiting[slot].datagram;
  }
  UNLOCK_TCPIP_CORE();
  return datagram;
}

static int32_t receive(void *user, uint8_t *address_out, size_t *address_length, uint8_t *buffer,
                       size_t capacity)
{
  struct lwip_io_address from;
  struct pbuf *datagram = take_waiting(user, &from);
  if (datagram == NULL)
    return MOTE_IO_NOTHING;
  /* The length as it was sent: the library counts what does not fit. */
  int32_t length = datagram->tot_len;
  (void)pbuf_copy_partial(datagram, buffer, capacity < UINT16_MAX ? (u16_t)capacity : UINT16_MAX,
                          0);
  pbuf_free(datagram);
  if (address_out != NULL) { /* of a mote_server; a connection has a port to one peer */
    memcpy(address_out, &from, sizeof from);
    *address_length = sizeof from;
  }
  return length;
}
/* [receive end] */

/* --- Datagrams out --------------------------------------------------------------------------- */

/* [send] */
static err_t send_locked(struct udp_pcb *pcb, struct pbuf *p, const struct lwip_io_address *to)
{
  LOCK_TCPIP_CORE();
  err_t error = to != NULL ? udp_sendto(pcb, p, &to->ip, to->port) : udp_send(pcb, p);
  UNLOCK_TCPIP_CORE();
  return error;
}

static int32_t send(void *user, const uint8_t *address, size_t address_length,
                    const uint8_t *datagram, size_t length)
{
  const struct lwip_io *io = user;
  struct lwip_io_address to;
  if (address_length > 0 && address_length != sizeof to)
    return IO_FAILURE;
  /* lwIP is built without IP fragments (IP_FRAG). */
  if (netif_default != NULL && length + IP_HLEN + UDP_HLEN > netif_default->mtu)
    return MOTE_IO_TOO_BIG;
  if (address_length > 0)
    memcpy(&to, address, sizeof to);
  struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);
  if (p == NULL)
    return MOTE_IO_NOTHING;
  err_t error = pbuf_take(p, datagram, (u16_t)length);
  if (error == ERR_OK)
    error = send_locked(io->pcb, p, address_length > 0 ? &to : NULL);
  pbuf_free(p);
  switch (error) {
  case ERR_OK:
  case ERR_RTE: /* no route now: lost, and the time-out goes on */
    return (int32_t)length;
  case ERR_MEM:
  case ERR_BUF:
  case ERR_WOULDBLOCK:
    return MOTE_IO_NOTHING;
  default:
    return IO_FAILURE;
  }
}
/* [send end] */

/* --- Randomness and time --------------------------------------------------------------------- */

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  return board_random(out, length) ? 0 : IO_FAILURE;
}

/* Ticks are milliseconds (configTICK_RATE_HZ), and wrap at 2^32 as the library wants. With tickless
 * idle the kernel adds what was slept. */
uint32_t lwip_io_now_ms(void)
{
  return xTaskGetTickCount();
}

static uint32_t now_ms(void *user)
{
  (void)user;
  return lwip_io_now_ms();
}

mote_io lwip_io_callbacks(struct lwip_io *io)
{
  return (mote_io){
      .user = io, .send = send, .recv = receive, .random = fill_random, .now_ms = now_ms};
}

/* --- Ports ----------------------------------------------------------------------------------- */

static bool open_port(struct lwip_io *io, const ip_addr_t *ip, uint16_t remote, uint16_t local)
{
  *io = (struct lwip_io){.task = xTaskGetCurrentTaskHandle()};
  err_t error = ERR_MEM;
  LOCK_TCPIP_CORE();
  io->pcb = udp_new();
  if (io->pcb != NULL)
    error = udp_bind(io->pcb, IP_ANY_TYPE, local);
  if (error == ERR_OK && ip != NULL)
    error = udp_connect(io->pcb, ip, remote);
  if (error == ERR_OK)
    udp_recv(io->pcb, arrived, io);
  else if (io->pcb != NULL)
    udp_remove(io->pcb);
  UNLOCK_TCPIP_CORE();
  return error == ERR_OK;
}

bool lwip_io_connect(struct lwip_io *io, const ip_addr_t *ip, uint16_t port)
{
  return open_port(io, ip, port, 0);
}

bool lwip_io_listen(struct lwip_io *io, uint16_t port)
{
  return open_port(io, NULL, 0, port);
}

void lwip_io_close(struct lwip_io *io)
{
  struct lwip_io_address from;
  struct pbuf *datagram;
  LOCK_TCPIP_CORE();
  udp_remove(io->pcb);
  UNLOCK_TCPIP_CORE();
  while ((datagram = take_waiting(io, &from)) != NULL)
    pbuf_free(datagram);
}

void lwip_io_wait(const struct lwip_io *io, bool to_send, uint32_t timeout_ms)
{
  if (to_send && timeout_ms > SEND_AGAIN_MS)
    timeout_ms = SEND_AGAIN_MS;
  if (to_send || io->in == io->out)
    (void)ulTaskNotifyTake(pdTRUE, timeout_ms == MOTE_NO_TIMEOUT ? portMAX_DELAY : timeout_ms);
}
