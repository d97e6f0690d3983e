/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SMSC LAN9118: an Ethernet controller with FIFOs, polled or by interrupt, without DMA. */
#ifndef LAN9118_H
#define LAN9118_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAN9118_IRQ 13
#define LAN9118_ADDRESS_LENGTH 6

/* Resets it and switches it on; false if there is none. `arrived` is called from the interrupt when
 * a frame is there, and not again before lan9118_listen. */
bool lan9118_start(void (*arrived)(void));

void lan9118_address(uint8_t address[LAN9118_ADDRESS_LENGTH]);

/* Octets of the frame that waits, without its checksum; 0 if none does. Read it before the next. */
size_t lan9118_waiting(void);

/* Reads the waiting frame piece by piece: each piece but the last a multiple of 4 octets. */
void lan9118_read(uint8_t *out, size_t length);

/* Ends the reading, of a frame that was not read at all, too. */
void lan9118_finish(void);

void lan9118_listen(void);

/* Sends a frame; false if there is no room now. */
bool lan9118_send(const uint8_t *frame, size_t length);

void lan9118_interrupt(void);

#endif
