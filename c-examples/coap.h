/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CoAP messages (RFC 7252 section 3): one reader, one writer, no state. */
#ifndef COAP_H
#define COAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COAP_TOKEN_MAX 8

/* Transmission parameters of section 4.8. */
#define COAP_ACK_TIMEOUT_MS 2000
#define COAP_MAX_RETRANSMIT 4

enum coap_type { COAP_CON = 0, COAP_NON = 1, COAP_ACK = 2, COAP_RST = 3 };

#define COAP_CODE(class, detail) ((uint8_t)((class) * 32 + (detail)))
#define COAP_CODE_CLASS(code) ((unsigned)(code) / 32)
#define COAP_CODE_DETAIL(code) ((unsigned)(code) % 32)

#define COAP_EMPTY COAP_CODE(0, 0)
#define COAP_GET COAP_CODE(0, 1)
#define COAP_CONTENT COAP_CODE(2, 5)
#define COAP_BAD_OPTION COAP_CODE(4, 2)
#define COAP_NOT_FOUND COAP_CODE(4, 4)
#define COAP_METHOD_NOT_ALLOWED COAP_CODE(4, 5)
#define COAP_NOT_ACCEPTABLE COAP_CODE(4, 6)
#define COAP_PROXYING_NOT_SUPPORTED COAP_CODE(5, 5)

enum coap_option_number {
  COAP_URI_HOST = 3,
  COAP_ETAG = 4,
  COAP_URI_PORT = 7,
  COAP_URI_PATH = 11,
  COAP_CONTENT_FORMAT = 12,
  COAP_URI_QUERY = 15,
  COAP_ACCEPT = 17,
  COAP_BLOCK2 = 23,
  COAP_PROXY_URI = 35,
  COAP_PROXY_SCHEME = 39
};

enum coap_content_format { COAP_TEXT_PLAIN = 0, COAP_LINK_FORMAT = 40 };

/* What was read; all pointers go into the octets that were parsed. */
struct coap_message {
  enum coap_type type;
  uint8_t code;
  uint16_t id;
  uint8_t token[COAP_TOKEN_MAX];
  size_t token_length;
  const uint8_t *options;
  size_t options_length;
  const uint8_t *payload;
  size_t payload_length;
};

struct coap_option {
  uint32_t number;
  const uint8_t *value;
  size_t length;
};

/* Where a walk over the options stands. */
struct coap_cursor {
  const uint8_t *at;
  const uint8_t *end;
  uint32_t number;
};

enum coap_parsed {
  COAP_PARSED,
  COAP_FORMAT_ERROR, /* `type` and `id` are read: a confirmable message can be rejected */
  COAP_NOT_COAP      /* to be ignored in silence (section 3: unknown version) */
};

/* COAP_PARSED means that every option can be walked. */
enum coap_parsed coap_parse(const uint8_t *octets, size_t length, struct coap_message *message);

struct coap_cursor coap_options(const struct coap_message *message);
bool coap_next_option(struct coap_cursor *cursor, struct coap_option *option);
bool coap_option_is_critical(uint32_t number);

/* An option of format uint (section 3.2); false if it is longer than 4 octets. */
bool coap_option_uint(const struct coap_option *option, uint32_t *value);

/* Writes into `octets`; what does not fit makes coap_finish say 0. */
struct coap_writer {
  uint8_t *octets;
  size_t capacity;
  size_t length;
  uint32_t number; /* of the last option */
  bool overflow;
};

void coap_start(struct coap_writer *writer, uint8_t *octets, size_t capacity, enum coap_type type,
                uint8_t code, uint16_t id, const uint8_t *token, size_t token_length);

/* Options go in by ascending number. */
void coap_put_option(struct coap_writer *writer, uint32_t number, const uint8_t *value,
                     size_t length);
void coap_put_uint_option(struct coap_writer *writer, uint32_t number, uint32_t value);

/* `/a/b?c=d`, percent-encoding taken off, as Uri-Path and Uri-Query. False: not such a path. */
bool coap_put_path(struct coap_writer *writer, const char *path);

/* Last. An empty payload is none. */
void coap_put_payload(struct coap_writer *writer, const uint8_t *payload, size_t length);

/* Octets of the whole message, 0 if they did not fit. */
size_t coap_finish(const struct coap_writer *writer);

/* An empty message: ACK or RST to `id`. */
size_t coap_write_empty(uint8_t *octets, size_t capacity, enum coap_type type, uint16_t id);

#endif
