/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* send and recv on a bare radio or modem driver. */
#include "board.h"
#include "io.h"

#include <string.h>

/* [radio] */
int32_t radio_send(void *user, const uint8_t *address, size_t address_length,
                   const uint8_t *datagram, size_t length)
{
  (void)user;
  (void)address;
  (void)address_length;
  if (board_radio_is_off())
    return (int32_t)length; /* lost, as in the air: the time-out goes on */
  if (length > RADIO_MTU)
    return MOTE_IO_TOO_BIG;
  if (board_radio_is_busy())
    return MOTE_IO_NOTHING; /* call again when the radio is free */
  board_radio_send(datagram, length); /* copies: `datagram` is ours no longer after this */
  return (int32_t)length;
}

/* The interrupt puts datagrams here; it calls nothing of the library. */
#define SLOTS 4
static struct {
  uint8_t octets[RADIO_MTU];
  size_t length;
} ring[SLOTS];
static volatile unsigned ring_in, ring_out;

void radio_arrived(const uint8_t *datagram, size_t length)
{
  unsigned in = ring_in;
  if (length > RADIO_MTU || in - ring_out == SLOTS)
    return; /* no room: lost */
  memcpy(ring[in % SLOTS].octets, datagram, length);
  ring[in % SLOTS].length = length;
  ring_in = in + 1;
}

int32_t radio_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                   size_t capacity)
{
  (void)user;
  (void)address; /* NULL for a connection */
  (void)address_length;
  board_radio_irq_off();
  int32_t received = MOTE_IO_NOTHING;
  unsigned out = ring_out;
  if (out != ring_in) {
    size_t length = ring[out % SLOTS].length;
    memcpy(buffer, ring[out % SLOTS].octets, length < capacity ? length : capacity);
    ring_out = out + 1;
    received = (int32_t)length; /* more than `capacity` tells that it was cut */
  }
  board_radio_irq_on();
  return received;
}
/* [radio end] */
