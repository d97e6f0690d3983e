/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "coap.h"

#include <string.h>

#define VERSION 1
#define HEADER_LENGTH 4
#define PAYLOAD_MARKER 0xff
#define OPTION_LENGTH_MAX 255 /* no option of ours is longer */

/* --- Reading --------------------------------------------------------------------------------- */

/* The delta or length nibble with its extension (section 3.1): 13 adds one octet, 14 two, 15 is
 * reserved. */
static bool read_extended(struct coap_cursor *cursor, unsigned nibble, uint32_t *value)
{
  size_t left = (size_t)(cursor->end - cursor->at);
  if (nibble < 13) {
    *value = nibble;
    return true;
  }
  if (nibble == 13 && left >= 1) {
    *value = 13u + cursor->at[0];
    cursor->at += 1;
    return true;
  }
  if (nibble == 14 && left >= 2) {
    *value = 269u + (uint32_t)cursor->at[0] * 256 + cursor->at[1];
    cursor->at += 2;
    return true;
  }
  return false;
}

static bool read_option(struct coap_cursor *cursor, struct coap_option *option)
{
  uint32_t delta;
  uint32_t length;
  unsigned first = *cursor->at++;
  if (!read_extended(cursor, first >> 4, &delta) || !read_extended(cursor, first & 15, &length))
    return false;
  if (length > (size_t)(cursor->end - cursor->at) || cursor->number + delta > UINT16_MAX)
    return false;
  cursor->number += delta;
  *option = (struct coap_option){cursor->number, cursor->at, length};
  cursor->at += length;
  return true;
}

/* Options and payload. */
static bool parse_rest(struct coap_message *message, const uint8_t *at, const uint8_t *end)
{
  struct coap_cursor cursor = {at, end, 0};
  struct coap_option option;
  while (cursor.at < end && *cursor.at != PAYLOAD_MARKER)
    if (!read_option(&cursor, &option))
      return false;
  message->options = at;
  message->options_length = (size_t)(cursor.at - at);
  message->payload = end;
  message->payload_length = 0;
  if (cursor.at == end)
    return true;
  /* Section 3: "The presence of a marker followed by a zero-length payload MUST be processed as a
   * message format error." */
  message->payload = cursor.at + 1;
  message->payload_length = (size_t)(end - message->payload);
  return message->payload_length > 0;
}

enum coap_parsed coap_parse(const uint8_t *octets, size_t length, struct coap_message *message)
{
  /* Section 3: "Messages with unknown version numbers MUST be silently ignored." */
  if (length < HEADER_LENGTH || octets[0] >> 6 != VERSION)
    return COAP_NOT_COAP;
  memset(message, 0, sizeof *message);
  message->type = (enum coap_type)(octets[0] >> 4 & 3);
  message->code = octets[1];
  message->id = (uint16_t)(octets[2] * 256 + octets[3]);
  message->token_length = octets[0] & 15;
  if (message->token_length > COAP_TOKEN_MAX ||
      message->token_length > length - HEADER_LENGTH)
    return COAP_FORMAT_ERROR;
  memcpy(message->token, octets + HEADER_LENGTH, message->token_length);
  if (!parse_rest(message, octets + HEADER_LENGTH + message->token_length, octets + length))
    return COAP_FORMAT_ERROR;
  /* Section 4.1: an empty message is the header and nothing else. */
  if (message->code == COAP_EMPTY && length != HEADER_LENGTH)
    return COAP_FORMAT_ERROR;
  return COAP_PARSED;
}

struct coap_cursor coap_options(const struct coap_message *message)
{
  return (struct coap_cursor){message->options, message->options + message->options_length, 0};
}

bool coap_next_option(struct coap_cursor *cursor, struct coap_option *option)
{
  return cursor->at < cursor->end && read_option(cursor, option);
}

bool coap_option_is_critical(uint32_t number)
{
  return number % 2 == 1;
}

bool coap_option_uint(const struct coap_option *option, uint32_t *value)
{
  if (option->length > 4)
    return false;
  *value = 0;
  for (size_t i = 0; i < option->length; i++)
    *value = *value << 8 | option->value[i];
  return true;
}

/* --- Writing --------------------------------------------------------------------------------- */

static void put(struct coap_writer *writer, const uint8_t *octets, size_t length)
{
  if (length > writer->capacity - writer->length) {
    writer->overflow = true;
  } else if (length > 0) {
    memcpy(writer->octets + writer->length, octets, length);
    writer->length += length;
  }
}

static void put_octet(struct coap_writer *writer, uint32_t octet)
{
  uint8_t one = (uint8_t)octet;
  put(writer, &one, 1);
}

void coap_start(struct coap_writer *writer, uint8_t *octets, size_t capacity, enum coap_type type,
                uint8_t code, uint16_t id, const uint8_t *token, size_t token_length)
{
  *writer = (struct coap_writer){.octets = octets, .capacity = capacity};
  put_octet(writer, VERSION << 6 | (uint32_t)type << 4 | (uint32_t)token_length);
  put_octet(writer, code);
  put_octet(writer, id >> 8u);
  put_octet(writer, id & 255u);
  put(writer, token, token_length);
}

static unsigned nibble_of(uint32_t value)
{
  return value < 13 ? (unsigned)value : value < 269 ? 13 : 14;
}

static void put_extension(struct coap_writer *writer, uint32_t value)
{
  if (value >= 269) {
    put_octet(writer, (value - 269) >> 8);
    put_octet(writer, (value - 269) & 255);
  } else if (value >= 13) {
    put_octet(writer, value - 13);
  }
}

void coap_put_option(struct coap_writer *writer, uint32_t number, const uint8_t *value,
                     size_t length)
{
  uint32_t delta = number - writer->number;
  uint32_t size = (uint32_t)length;
  put_octet(writer, nibble_of(delta) << 4 | nibble_of(size));
  put_extension(writer, delta);
  put_extension(writer, size);
  put(writer, value, length);
  writer->number = number;
}

void coap_put_uint_option(struct coap_writer *writer, uint32_t number, uint32_t value)
{
  uint8_t octets[4];
  size_t length = 0;
  for (int shift = 24; shift >= 0; shift -= 8)
    if (length > 0 || value >> shift != 0) /* section 3.2: no leading zeros */
      octets[length++] = (uint8_t)(value >> shift);
  coap_put_option(writer, number, octets, length);
}

static int hex_value(char digit)
{
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F')
    return digit - 'A' + 10;
  return -1;
}

/* One segment or one query argument, up to one of `stops`. NULL: bad encoding or too long. */
static const char *put_component(struct coap_writer *writer, uint32_t number, const char *text,
                                 const char *stops)
{
  uint8_t value[OPTION_LENGTH_MAX];
  size_t length = 0;
  while (*text != '\0' && strchr(stops, *text) == NULL) {
    int octet = (unsigned char)*text++;
    if (octet == '%') {
      int high = hex_value(text[0]);
      int low = high < 0 ? -1 : hex_value(text[1]);
      if (low < 0)
        return NULL;
      octet = high * 16 + low;
      text += 2;
    }
    if (length == sizeof value)
      return NULL;
    value[length++] = (uint8_t)octet;
  }
  coap_put_option(writer, number, value, length);
  return text;
}

bool coap_put_path(struct coap_writer *writer, const char *path)
{
  if (*path != '/')
    return false;
  /* Section 6.4: the path "/" has no segment at all, not an empty one. */
  if (path[1] == '\0' || path[1] == '?')
    path++;
  while (path != NULL && *path == '/')
    path = put_component(writer, COAP_URI_PATH, path + 1, "/?");
  while (path != NULL && (*path == '?' || *path == '&'))
    path = put_component(writer, COAP_URI_QUERY, path + 1, "&");
  return path != NULL;
}

void coap_put_payload(struct coap_writer *writer, const uint8_t *payload, size_t length)
{
  if (length == 0)
    return;
  put_octet(writer, PAYLOAD_MARKER);
  put(writer, payload, length);
}

size_t coap_finish(const struct coap_writer *writer)
{
  return writer->overflow ? 0 : writer->length;
}

size_t coap_write_empty(uint8_t *octets, size_t capacity, enum coap_type type, uint16_t id)
{
  struct coap_writer writer;
  coap_start(&writer, octets, capacity, type, COAP_EMPTY, id, NULL, 0);
  return coap_finish(&writer);
}
