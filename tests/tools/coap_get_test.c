/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What messages mean to a client's GET. */
#include "coap_get.h"

#include <stdio.h>
#include <string.h>

static int failures;

/* A message of the server's, to the request whose ID and token it is given. */
struct message_case {
  const char *what;
  enum coap_type type;
  uint8_t code;
  bool is_own_id, is_own_token;
  int option; /* -1: none */
  uint32_t value;
  enum coap_get_step step;
  bool has_reply;
  enum coap_type reply;
  bool has_more;
};

#define NO_OPTION -1, 0
#define NO_REPLY false, COAP_CON

static const struct message_case message_cases[] = {
    {"an answer in the acknowledgement", COAP_ACK, COAP_CONTENT, true, true, NO_OPTION,
     COAP_GET_ANSWERED, NO_REPLY, false},
    {"an empty acknowledgement", COAP_ACK, COAP_EMPTY, true, false, NO_OPTION,
     COAP_GET_ACKNOWLEDGED, NO_REPLY, false},
    {"the acknowledgement of another request", COAP_ACK, COAP_CONTENT, false, true, NO_OPTION,
     COAP_GET_ON, NO_REPLY, false},
    {"a separate answer", COAP_CON, COAP_CONTENT, false, true, NO_OPTION, COAP_GET_ANSWERED, true,
     COAP_ACK, false},
    {"a separate answer to another request", COAP_CON, COAP_CONTENT, false, false, NO_OPTION,
     COAP_GET_ON, true, COAP_RST, false},
    {"a request of the server's", COAP_CON, COAP_GET, false, true, NO_OPTION, COAP_GET_ON, true,
     COAP_RST, false},
    {"an answer that wants none", COAP_NON, COAP_CONTENT, false, true, NO_OPTION,
     COAP_GET_ANSWERED, NO_REPLY, false},
    {"a reset", COAP_RST, COAP_EMPTY, true, false, NO_OPTION, COAP_GET_RESET, NO_REPLY, false},
    {"a reset of another request", COAP_RST, COAP_EMPTY, false, false, NO_OPTION, COAP_GET_ON,
     NO_REPLY, false},
    {"4.04", COAP_ACK, COAP_NOT_FOUND, true, true, NO_OPTION, COAP_GET_REFUSED, NO_REPLY, false},
    {"an unknown critical option", COAP_ACK, COAP_CONTENT, true, true, 9, 0, COAP_GET_STRANGE,
     NO_REPLY, false},
    {"an unknown elective option", COAP_ACK, COAP_CONTENT, true, true, 10, 0, COAP_GET_ANSWERED,
     NO_REPLY, false},
    {"block 0 of more", COAP_ACK, COAP_CONTENT, true, true, COAP_BLOCK2, 0x0a, COAP_GET_ANSWERED,
     NO_REPLY, true},
    {"block 0, the last", COAP_ACK, COAP_CONTENT, true, true, COAP_BLOCK2, 0x02,
     COAP_GET_ANSWERED, NO_REPLY, false},
    {"block 1, not asked for", COAP_ACK, COAP_CONTENT, true, true, COAP_BLOCK2, 0x12,
     COAP_GET_STRANGE, NO_REPLY, false},
    {"a block of a reserved size", COAP_ACK, COAP_CONTENT, true, true, COAP_BLOCK2, 0x07,
     COAP_GET_STRANGE, NO_REPLY, false},
};

static void check(bool good, const char *what, const char *row)
{
  if (!good) {
    printf("FAILED %s: %s\n", what, row);
    failures++;
  }
}

/* Asks, and reads what was asked. */
static struct coap_message ask(struct coap_get *get)
{
  static uint8_t octets[64]; /* `message` points into it */
  struct coap_message message = {0};
  size_t length = coap_get_request(get, octets, sizeof octets);
  check(coap_parse(octets, length, &message) == COAP_PARSED, "the request can be read", get->path);
  return message;
}

static void check_message(const struct message_case *row)
{
  static const uint8_t value[] = {'2', '1'};
  struct coap_get get;
  coap_get_start(&get, "/time", 7);
  struct coap_message request = ask(&get);
  uint16_t id = row->is_own_id ? request.id : (uint16_t)(request.id + 1);
  uint8_t token[COAP_TOKEN_MAX];
  memcpy(token, request.token, sizeof token);
  token[0] ^= !row->is_own_token;

  uint8_t octets[64];
  size_t length;
  if (row->code == COAP_EMPTY) {
    length = coap_write_empty(octets, sizeof octets, row->type, id);
  } else {
    struct coap_writer writer;
    coap_start(&writer, octets, sizeof octets, row->type, row->code, id, token,
               request.token_length);
    if (row->option >= 0)
      coap_put_uint_option(&writer, (uint32_t)row->option, row->value);
    coap_put_payload(&writer, value, sizeof value);
    length = coap_finish(&writer);
  }
  struct coap_get_answer answer = coap_get_take(&get, octets, length);
  check(answer.step == row->step, row->what, "what it means");
  check(answer.has_reply == row->has_reply, row->what, "whether it wants a reply");
  check(!row->has_reply || (answer.reply == row->reply && answer.reply_id == id), row->what,
        "the reply");
  check(coap_get_has_more(&get) == row->has_more, row->what, "whether there is more");
  if (row->step == COAP_GET_ANSWERED)
    check(answer.payload_length == sizeof value &&
              memcmp(answer.payload, value, sizeof value) == 0,
          row->what, "the payload");
}

/* The next block is asked for by a request of its own. */
static void check_next_block(void)
{
  static const uint8_t payload[] = {'x'};
  struct coap_get get;
  coap_get_start(&get, "/large", 7);
  struct coap_message first = ask(&get);
  uint8_t octets[64];
  struct coap_writer writer;
  coap_start(&writer, octets, sizeof octets, COAP_ACK, COAP_CONTENT, first.id, first.token,
             first.token_length);
  coap_put_uint_option(&writer, COAP_BLOCK2, 0x0a);
  coap_put_payload(&writer, payload, sizeof payload);
  (void)coap_get_take(&get, octets, coap_finish(&writer));

  struct coap_message second = ask(&get);
  check(second.id != first.id, "the next block", "another message ID");
  struct coap_cursor cursor = coap_options(&second);
  struct coap_option option;
  uint32_t value = 0;
  while (coap_next_option(&cursor, &option))
    if (option.number == COAP_BLOCK2)
      check(coap_option_uint(&option, &value), "the next block", "its option");
  check(value == 0x12, "the next block", "block 1 of the same size");
}

int main(void)
{
  for (size_t i = 0; i < sizeof message_cases / sizeof message_cases[0]; i++)
    check_message(&message_cases[i]);
  check_next_block();
  struct coap_get get;
  uint8_t octets[8];
  coap_get_start(&get, "no path", 7);
  check(coap_get_request(&get, octets, sizeof octets) == 0, get.path, "cannot be asked for");
  coap_get_start(&get, "/a-path-that-is-long", 7);
  check(coap_get_request(&get, octets, sizeof octets) == 0, get.path, "does not fit");
  printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}
