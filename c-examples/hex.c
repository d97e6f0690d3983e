/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hex.h"

#include <string.h>

static int hex_digit(char digit)
{
  static const char digits[] = "0123456789abcdef0123456789ABCDEF";
  const char *found = digit == '\0' ? NULL : strchr(digits, digit);
  return found == NULL ? -1 : (int)((found - digits) % 16);
}

enum hex_outcome hex_decode(const char *text, size_t text_length, uint8_t *out, size_t capacity,
                            size_t *length)
{
  if (text_length % 2 != 0)
    return HEX_NOT_HEX;
  for (size_t i = 0; i < text_length; i++)
    if (hex_digit(text[i]) < 0)
      return HEX_NOT_HEX;
  if (text_length / 2 > capacity)
    return HEX_TOO_LONG;
  for (size_t i = 0; i < text_length / 2; i++)
    out[i] = (uint8_t)(hex_digit(text[2 * i]) * 16 + hex_digit(text[2 * i + 1]));
  *length = text_length / 2;
  return HEX_DECODED;
}
