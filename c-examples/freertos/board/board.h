/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the firmware wants of its board. Here it is an emulated one, and the host stands in for the
 * generator of random numbers, the clock and the flash page with the credentials: a board of yours
 * has those, and board.c is what you write anew. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes to the console. A line is written as a whole, whichever task it comes from. */
void board_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fills `out` with `length` octets that nobody can guess; false if there are none. This is the
 * entropy of every key: see board.c. */
bool board_random(uint8_t *out, size_t length);

/* Seconds since 1970; 0 when it is not known. */
uint32_t board_utc_seconds(void);

/* Reads what the device was provisioned with under `name` ("key", "ca"); its length, or 0 if there
 * is none or it does not fit. */
size_t board_credential(const char *name, uint8_t *out, size_t capacity);

/* What the device is to do: words, separated by blanks. */
bool board_command_line(char *line, size_t capacity);

/* The end: the emulator's exit status. On a device this is a reset. */
_Noreturn void board_exit(int status);

#endif
