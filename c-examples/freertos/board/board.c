/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board.h"

#include "semihosting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX 160

void board_print(const char *format, ...)
{
  char line[LINE_MAX];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  semihosting_write(line);
}

/* THE EMULATOR'S ENTROPY, NOT A DEVICE'S: the MPS2 has no generator of random numbers, so the host's
 * stands in for one. On a device this reads the TRNG, with the health tests of its manual (NIST SP
 * 800-90B), as docs/porting.md shows. Never make it a constant, a counter, a clock or rand(): with
 * octets that can be guessed, every key can. */
bool board_random(uint8_t *out, size_t length)
{
  return semihosting_read_file("/dev/urandom", out, length) == (int32_t)length;
}

uint32_t board_utc_seconds(void)
{
  return semihosting_time();
}

/* On a device a page of flash, or a secure element; here a file of the host's below the directory
 * in which the emulator was started. */
size_t board_credential(const char *name, uint8_t *out, size_t capacity)
{
  char path[64];
  int length = snprintf(path, sizeof path, "credentials/%s", name);
  if (length < 0 || (size_t)length >= sizeof path)
    return 0;
  int32_t read = semihosting_read_file(path, out, capacity);
  return read > 0 && (size_t)read < capacity ? (size_t)read : 0;
}

bool board_command_line(char *line, size_t capacity)
{
  return semihosting_command_line(line, capacity) != 0;
}

void board_exit(int status)
{
  semihosting_exit(status);
}
