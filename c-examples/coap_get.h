/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A client's GET (RFC 7252), block after block (RFC 7959): which octets to send, and what a message
 * that comes means. It neither sends nor waits: that is for whoever has a transport and a clock. */
#ifndef COAP_GET_H
#define COAP_GET_H

#include "coap.h"

#define COAP_GET_TOKEN_LENGTH 4

struct coap_get {
  const char *path;
  /* From here on its own. */
  uint32_t seed; /* for message IDs, tokens and the jitter of the time-out */
  uint16_t id;
  uint8_t token[COAP_GET_TOKEN_LENGTH];
  uint32_t next_block; /* value of the Block2 option to ask with */
};

/* What a message means for the request under way. */
enum coap_get_step {
  COAP_GET_ON,           /* nothing */
  COAP_GET_ACKNOWLEDGED, /* the answer comes by itself: the request need not be sent again */
  COAP_GET_ANSWERED,     /* with `payload`; look at coap_get_has_more */
  COAP_GET_RESET,        /* the server refuses the message */
  COAP_GET_REFUSED,      /* the answer has another `code` than 2.xx */
  COAP_GET_STRANGE       /* it has an option that must be understood, and is not */
};

struct coap_get_answer {
  enum coap_get_step step;
  uint8_t code;
  const uint8_t *payload; /* in the octets that were taken */
  size_t payload_length;
  /* What the server has to be told first (coap_write_empty), if anything. */
  bool has_reply;
  enum coap_type reply;
  uint16_t reply_id;
};

/* `path` is borrowed as long as the request lasts; `seed` differs from one to the next. */
void coap_get_start(struct coap_get *get, const char *path, uint32_t seed);

/* The next request: its octets, 0 if they do not fit or `path` is none. */
size_t coap_get_request(struct coap_get *get, uint8_t *request, size_t capacity);

/* How long to wait before the request is sent again, for the first time: between 2 and 3 seconds
 * (section 4.2). It doubles each time, COAP_MAX_RETRANSMIT times. */
uint32_t coap_get_timeout_ms(struct coap_get *get);

struct coap_get_answer coap_get_take(struct coap_get *get, const uint8_t *octets, size_t length);

/* Whether another block is to be asked for. */
bool coap_get_has_more(const struct coap_get *get);

#endif
