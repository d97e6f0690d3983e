/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "network.h"

#include "board.h"
#include "lan9118.h"

#include <lwip/etharp.h>
#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <netif/ethernet.h>

#define FRAME_MAX 1514
#define ETHERNET_STACK 1024 /* octets: lwIP's way from the frame to the datagram runs on it */
#define ETHERNET_PRIORITY 3 /* above the tasks that use the network: frames do not pile up */
#define POLL_MS 20          /* until the interface is up */

static struct netif ethernet;
static TaskHandle_t ethernet_task;

unsigned network_random(void)
{
  unsigned number = 0;
  (void)board_random((uint8_t *)&number, sizeof number);
  return number;
}

/* --- Frames out ------------------------------------------------------------------------------ */

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
  /* One at a time, under the lock of lwIP's core. */
  static uint8_t frame[FRAME_MAX];
  (void)netif;
  if (p->tot_len > sizeof frame)
    return ERR_BUF;
  pbuf_copy_partial(p, frame, p->tot_len, 0);
  return lan9118_send(frame, p->tot_len) ? ERR_OK : ERR_WOULDBLOCK;
}

static err_t set_up(struct netif *netif)
{
  netif->name[0] = 'e';
  netif->name[1] = 'n';
  netif->output = etharp_output;
  netif->linkoutput = send_frame;
  netif->mtu = 1500;
  netif->hwaddr_len = LAN9118_ADDRESS_LENGTH;
  lan9118_address(netif->hwaddr);
  netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

/* --- Frames in ------------------------------------------------------------------------------- */

static void frames_arrived(void)
{
  BaseType_t switch_wanted = pdFALSE;
  vTaskNotifyGiveFromISR(ethernet_task, &switch_wanted);
  portYIELD_FROM_ISR(switch_wanted);
}

static void take_frame(size_t length)
{
  struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
  /* Without room it is lost, as it might be on the wire. */
  for (struct pbuf *q = p; q != NULL; q = q->next)
    lan9118_read(q->payload, q->len);
  lan9118_finish();
  if (p != NULL && ethernet.input(p, &ethernet) != ERR_OK)
    pbuf_free(p);
}

static void take_frames(void *argument)
{
  (void)argument;
  network_wait();
  for (;;) {
    size_t length;
    while ((length = lan9118_waiting()) > 0)
      take_frame(length);
    lan9118_listen();
    (void)ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
  }
}

/* --- Start ----------------------------------------------------------------------------------- */

/* The network of QEMU's -nic user: 10.0.2.2 is the host. A device of yours asks DHCP. */
static void add_interface(void *argument)
{
  ip4_addr_t address, mask, gateway;
  (void)argument;
  IP4_ADDR(&address, 10, 0, 2, 15);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  IP4_ADDR(&gateway, 10, 0, 2, 2);
  netif_set_default(netif_add(&ethernet, &address, &mask, &gateway, NULL, set_up, tcpip_input));
  netif_set_up(&ethernet);
}

bool network_start(void)
{
  static StackType_t stack[ETHERNET_STACK / sizeof(StackType_t)];
  static StaticTask_t task;
  ethernet_task = xTaskCreateStatic(take_frames, "ethernet", sizeof stack / sizeof stack[0], NULL,
                                    ETHERNET_PRIORITY, stack, &task);
  if (!lan9118_start(frames_arrived))
    return false;
  tcpip_init(add_interface, NULL);
  return true;
}

void network_wait(void)
{
  while (!netif_is_up(&ethernet))
    vTaskDelay(pdMS_TO_TICKS(POLL_MS));
}
