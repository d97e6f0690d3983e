/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef HEX_H
#define HEX_H

#include <stddef.h>
#include <stdint.h>

enum hex_outcome { HEX_DECODED, HEX_NOT_HEX, HEX_TOO_LONG };

/* `text_length` characters to at most `capacity` octets. */
enum hex_outcome hex_decode(const char *text, size_t text_length, uint8_t *out, size_t capacity,
                            size_t *length);

#endif
