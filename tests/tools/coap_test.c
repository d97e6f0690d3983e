/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The CoAP codec of the tools and the resources of the server, against octets written by hand. */
#include "coap.h"
#include "coap_server.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void check(bool good, const char *what)
{
  if (!good) {
    printf("FAILED %s\n", what);
    failures++;
  }
}

/* --- Requests to the server ------------------------------------------------------------------ */

struct request_case {
  const char *what;
  const char *request;
  size_t length;
  int code; /* of the answer; -1: none at all */
  enum coap_type type;
};

#define OCTETS(text) text, sizeof text - 1

static const struct request_case request_cases[] = {
    {"GET /", OCTETS("\x40\x01\x12\x34"), COAP_CONTENT, COAP_ACK},
    {"GET / with a token", OCTETS("\x44\x01\x12\x34TOKN"), COAP_CONTENT, COAP_ACK},
    {"GET /, non-confirmable", OCTETS("\x50\x01\x12\x34"), COAP_CONTENT, COAP_NON},
    {"GET /time", OCTETS("\x40\x01\x12\x34\xb4time"), COAP_CONTENT, COAP_ACK},
    {"GET /time?x", OCTETS("\x40\x01\x12\x34\xb4time\x41x"), COAP_CONTENT, COAP_ACK},
    {"GET /.well-known/core", OCTETS("\x40\x01\x12\x34\xbb.well-known\x04"
                                     "core"),
     COAP_CONTENT, COAP_ACK},
    {"GET /tim", OCTETS("\x40\x01\x12\x34\xb3tim"), COAP_NOT_FOUND, COAP_ACK},
    {"GET /time/x", OCTETS("\x40\x01\x12\x34\xb4time\x01x"), COAP_NOT_FOUND, COAP_ACK},
    {"a slash inside a segment", OCTETS("\x40\x01\x12\x34\xbd\x03.well-known/core"),
     COAP_NOT_FOUND, COAP_ACK},
    {"POST /time", OCTETS("\x40\x02\x12\x34\xb4time"), COAP_METHOD_NOT_ALLOWED, COAP_ACK},
    {"an unknown method", OCTETS("\x40\x1f\x12\x34\xb4time"), COAP_METHOD_NOT_ALLOWED, COAP_ACK},
    {"If-Match is critical", OCTETS("\x40\x01\x12\x34\x10"), COAP_BAD_OPTION, COAP_ACK},
    {"an unknown critical option", OCTETS("\x40\x01\x12\x34\xd0\x0c"), COAP_BAD_OPTION, COAP_ACK},
    {"an unknown elective option", OCTETS("\x40\x01\x12\x34\xd0\x0d"), COAP_CONTENT, COAP_ACK},
    {"Accept of what there is", OCTETS("\x40\x01\x12\x34\xd0\x04"), COAP_CONTENT, COAP_ACK},
    {"Accept of what there is not", OCTETS("\x40\x01\x12\x34\xd1\x04\x32"), COAP_NOT_ACCEPTABLE,
     COAP_ACK},
    {"Proxy-Uri", OCTETS("\x40\x01\x12\x34\xd1\x16x"), COAP_PROXYING_NOT_SUPPORTED, COAP_ACK},
    {"a ping", OCTETS("\x40\x00\x12\x34"), COAP_EMPTY, COAP_RST},
    {"a response out of the blue", OCTETS("\x40\x45\x12\x34"), COAP_EMPTY, COAP_RST},
    {"an empty message that is not", OCTETS("\x40\x00\x12\x34\xff!"), COAP_EMPTY, COAP_RST},
    {"a token of 9 octets", OCTETS("\x49\x01\x12\x34"
                                   "123456789"),
     COAP_EMPTY, COAP_RST},
    {"a token that is cut", OCTETS("\x44\x01\x12\x34T"), COAP_EMPTY, COAP_RST},
    {"an option that is cut", OCTETS("\x40\x01\x12\x34\xb4tim"), COAP_EMPTY, COAP_RST},
    {"an extended length that is cut", OCTETS("\x40\x01\x12\x34\xbe\x01"), COAP_EMPTY, COAP_RST},
    {"a reserved length", OCTETS("\x40\x01\x12\x34\xbf"), COAP_EMPTY, COAP_RST},
    {"a reserved delta", OCTETS("\x40\x01\x12\x34\xf0"), COAP_EMPTY, COAP_RST},
    {"an option number beyond 65535", OCTETS("\x40\x01\x12\x34\xe0\xff\xff"), COAP_EMPTY, COAP_RST},
    {"a payload marker without payload", OCTETS("\x40\x01\x12\x34\xff"), COAP_EMPTY, COAP_RST},
    {"the same, non-confirmable", OCTETS("\x50\x01\x12\x34\xff"), -1, COAP_NON},
    {"an acknowledgement", OCTETS("\x60\x00\x12\x34"), -1, COAP_ACK},
    {"a reset", OCTETS("\x70\x00\x12\x34"), -1, COAP_RST},
    {"version 2", OCTETS("\x80\x01\x12\x34"), -1, COAP_CON},
    {"three octets", OCTETS("\x40\x01\x12"), -1, COAP_CON},
    {"nothing", OCTETS(""), -1, COAP_CON},
};

static void check_request(const struct request_case *row)
{
  const uint8_t *request = (const uint8_t *)row->request;
  uint8_t answer[128];
  struct coap_message message;
  size_t length = coap_server_answer(request, row->length, answer, sizeof answer);
  if (row->code < 0) {
    check(length == 0, row->what);
    return;
  }
  check(length > 0 && coap_parse(answer, length, &message) == COAP_PARSED, row->what);
  check(message.code == row->code && message.type == row->type && message.id == 0x1234, row->what);
  size_t token = row->code == COAP_EMPTY ? 0 : request[0] & 15u;
  check(message.token_length == token && memcmp(message.token, request + 4, token) == 0, row->what);
}

/* --- Writing --------------------------------------------------------------------------------- */

struct path_case {
  const char *path;
  bool good;
  const char *options;
  size_t length;
};

static const struct path_case path_cases[] = {
    {"/", true, OCTETS("")},
    {"/time", true, OCTETS("\xb4time")},
    {"/a/b", true, OCTETS("\xb1"
                          "a\x01"
                          "b")},
    {"/a/", true, OCTETS("\xb1"
                         "a\x00")},
    {"/?x=1&y", true, OCTETS("\xd3\x02x=1\x01y")},
    {"/a%2Fb%20", true, OCTETS("\xb4"
                               "a/b ")},
    {"/thirteenchars", true, OCTETS("\xbd\x00thirteenchars")},
    {"", false, OCTETS("")},
    {"time", false, OCTETS("")},
    {"/%", false, OCTETS("")},
    {"/%2", false, OCTETS("")},
    {"/%g0", false, OCTETS("")},
};

static void check_path(const struct path_case *row)
{
  uint8_t octets[64];
  struct coap_writer writer;
  struct coap_message message;
  coap_start(&writer, octets, sizeof octets, COAP_CON, COAP_GET, 1, NULL, 0);
  check(coap_put_path(&writer, row->path) == row->good, row->path);
  if (!row->good)
    return;
  check(coap_parse(octets, coap_finish(&writer), &message) == COAP_PARSED, row->path);
  check(message.options_length == row->length &&
            memcmp(message.options, row->options, row->length) == 0,
        row->path);
}

static void check_overflow(void)
{
  static const uint8_t payload[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  uint8_t octets[16];
  for (size_t capacity = 0; capacity <= sizeof octets; capacity++) {
    struct coap_writer writer;
    memset(octets, 0xaa, sizeof octets);
    coap_start(&writer, octets, capacity, COAP_CON, COAP_GET, 1, NULL, 0);
    coap_put_uint_option(&writer, COAP_BLOCK2, 0x106);
    coap_put_payload(&writer, payload, sizeof payload);
    /* 4 of header, 4 of option (delta 23 takes two octets), 1 of marker, 8 of payload. */
    check(coap_finish(&writer) == 0, "17 octets do not fit 16");
    for (size_t i = capacity; i < sizeof octets; i++)
      check(octets[i] == 0xaa, "nothing is written past the end");
  }
}

int main(void)
{
  for (size_t i = 0; i < sizeof request_cases / sizeof request_cases[0]; i++)
    check_request(&request_cases[i]);
  for (size_t i = 0; i < sizeof path_cases / sizeof path_cases[0]; i++)
    check_path(&path_cases[i]);
  check_overflow();
  printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}
