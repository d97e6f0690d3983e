/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* After the LAN9118 data sheet (SMSC, revision 1.5). */
#include "lan9118.h"

#include <string.h>

#define BASE 0x40200000u
#define REGISTER(offset) (*(volatile uint32_t *)(BASE + (offset)))

#define RX_DATA_FIFO REGISTER(0x00)
#define TX_DATA_FIFO REGISTER(0x20)
#define RX_STATUS_FIFO REGISTER(0x40)
#define TX_STATUS_FIFO REGISTER(0x48)
#define ID_REV REGISTER(0x50)
#define IRQ_CFG REGISTER(0x54)
#define INT_STS REGISTER(0x58)
#define INT_EN REGISTER(0x5c)
#define FIFO_INT REGISTER(0x68)
#define TX_CFG REGISTER(0x70)
#define HW_CFG REGISTER(0x74)
#define RX_FIFO_INF REGISTER(0x7c)
#define TX_FIFO_INF REGISTER(0x80)
#define MAC_CSR_CMD REGISTER(0xa4)
#define MAC_CSR_DATA REGISTER(0xa8)

#define CHIP_ID 0x0118u
#define IRQ_CFG_ENABLE (1u << 8 | 1u << 4 | 1u << 0) /* active high, push-pull */
#define INT_RX_STATUS_LEVEL (1u << 3)
#define TX_CFG_ON (1u << 1)
#define HW_CFG_STORE_AND_FORWARD (1u << 20)
#define HW_CFG_TX_FIFO_5_KB (5u << 16)
#define HW_CFG_RESET (1u << 0)
#define RX_STATUS_ERROR (1u << 15)
#define TX_FIRST_AND_LAST (1u << 13 | 1u << 12)
#define TX_OVERHEAD 8u /* octets of the two commands */

#define MAC_BUSY (1u << 31)
#define MAC_READ (1u << 30)
#define MAC_CR 1u
#define MAC_CR_TX_ON (1u << 3)
#define MAC_CR_RX_ON (1u << 2)
#define MAC_ADDRESS_HIGH 2u
#define MAC_ADDRESS_LOW 3u

#define CHECKSUM_LENGTH 4u

#define NVIC_ISER (*(volatile uint32_t *)0xe000e100u)
#define NVIC_IPR(irq) (*(volatile uint8_t *)(0xe000e400u + (irq)))
/* Not more urgent than configMAX_SYSCALL_INTERRUPT_PRIORITY: the handler calls the kernel. */
#define PRIORITY 0x60u

static void (*on_arrival)(void);
/* Words of the waiting frame that are still in the FIFO; whether there is one. */
static size_t words_left;

/* --- The MAC's registers, behind a window ---------------------------------------------------- */

static void mac_command(uint32_t command)
{
  MAC_CSR_CMD = MAC_BUSY | command;
  while ((MAC_CSR_CMD & MAC_BUSY) != 0)
    continue;
}

static uint32_t mac_read(uint32_t number)
{
  mac_command(MAC_READ | number);
  return MAC_CSR_DATA;
}

static void mac_write(uint32_t number, uint32_t value)
{
  MAC_CSR_DATA = value;
  mac_command(number);
}

/* --- Start ----------------------------------------------------------------------------------- */

bool lan9118_start(void (*arrived)(void))
{
  unsigned patience = 100000;
  if (ID_REV >> 16 != CHIP_ID)
    return false;
  HW_CFG = HW_CFG_RESET;
  while ((HW_CFG & HW_CFG_RESET) != 0)
    if (--patience == 0)
      return false;
  HW_CFG = HW_CFG_STORE_AND_FORWARD | HW_CFG_TX_FIFO_5_KB;
  TX_CFG = TX_CFG_ON;
  mac_write(MAC_CR, mac_read(MAC_CR) | MAC_CR_TX_ON | MAC_CR_RX_ON);

  on_arrival = arrived;
  FIFO_INT = 0; /* as soon as one frame is there */
  INT_STS = UINT32_MAX;
  IRQ_CFG = IRQ_CFG_ENABLE;
  NVIC_IPR(LAN9118_IRQ) = PRIORITY;
  NVIC_ISER = 1u << LAN9118_IRQ;
  lan9118_listen();
  return true;
}

void lan9118_address(uint8_t address[LAN9118_ADDRESS_LENGTH])
{
  uint32_t low = mac_read(MAC_ADDRESS_LOW);
  uint32_t high = mac_read(MAC_ADDRESS_HIGH);
  memcpy(address, &low, 4);
  memcpy(address + 4, &high, 2);
}

/* --- Frames in ------------------------------------------------------------------------------- */

size_t lan9118_waiting(void)
{
  while ((RX_FIFO_INF >> 16 & 0xffu) > 0) {
    uint32_t status = RX_STATUS_FIFO;
    size_t length = status >> 16 & 0x3fffu;
    words_left = (length + 3) / 4;
    if ((status & RX_STATUS_ERROR) == 0 && length > CHECKSUM_LENGTH)
      return length - CHECKSUM_LENGTH;
    lan9118_finish();
  }
  return 0;
}

void lan9118_read(uint8_t *out, size_t length)
{
  while (length > 0 && words_left > 0) {
    uint32_t word = RX_DATA_FIFO;
    size_t part = length < sizeof word ? length : sizeof word;
    memcpy(out, &word, part);
    out += part;
    length -= part;
    words_left--;
  }
}

void lan9118_finish(void)
{
  for (; words_left > 0; words_left--)
    (void)RX_DATA_FIFO;
}

void lan9118_listen(void)
{
  INT_STS = INT_RX_STATUS_LEVEL;
  INT_EN = INT_RX_STATUS_LEVEL;
}

void lan9118_interrupt(void)
{
  /* The level stays as long as frames wait: silence until they are read. */
  INT_EN = 0;
  INT_STS = INT_RX_STATUS_LEVEL;
  on_arrival();
}

/* --- Frames out ------------------------------------------------------------------------------ */

bool lan9118_send(const uint8_t *frame, size_t length)
{
  /* What became of earlier frames is of no interest, but it must not fill its FIFO. */
  while ((TX_FIFO_INF >> 16 & 0xffu) > 0)
    (void)TX_STATUS_FIFO;
  if ((TX_FIFO_INF & 0xffffu) < length + 3 + TX_OVERHEAD)
    return false;
  TX_DATA_FIFO = TX_FIRST_AND_LAST | (uint32_t)length;
  TX_DATA_FIFO = (uint32_t)length;
  for (size_t at = 0; at < length; at += 4) {
    uint32_t word = 0;
    memcpy(&word, frame + at, length - at < 4 ? length - at : 4);
    TX_DATA_FIFO = word;
  }
  return true;
}
