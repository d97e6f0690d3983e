/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "coap_server.h"

#include "coap.h"

#include <motedtls.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- Resources ------------------------------------------------------------------------------- */

struct resource {
  const char *path;
  enum coap_content_format format;
  void (*print)(char *text, size_t capacity);
};

static void print_root(char *text, size_t capacity)
{
  snprintf(text, capacity, "motedtls %s: CoAP over DTLS\n", mote_version());
}

static void print_time(char *text, size_t capacity)
{
  time_t now = time(NULL);
  struct tm utc;
  text[0] = '\0';
  /* Not strftime: in a small C library it brings locales, time zones and a heap with it. */
  if (gmtime_r(&now, &utc) != NULL)
    snprintf(text, capacity, "%04d-%02d-%02dT%02d:%02d:%02dZ\n", utc.tm_year + 1900,
             utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* Links as RFC 6690 writes them. */
static void print_links(char *text, size_t capacity)
{
  snprintf(text, capacity, "</>;ct=0;title=\"motedtls\",</time>;ct=0;title=\"UTC\"");
}

static const struct resource resources[] = {
    {"/", COAP_TEXT_PLAIN, print_root},
    {"/time", COAP_TEXT_PLAIN, print_time},
    {"/.well-known/core", COAP_LINK_FORMAT, print_links},
};

/* --- Requests -------------------------------------------------------------------------------- */

static bool is_root(const struct coap_message *request)
{
  struct coap_cursor cursor = coap_options(request);
  struct coap_option option;
  while (coap_next_option(&cursor, &option))
    if (option.number == COAP_URI_PATH)
      return false;
  return true;
}

static bool has_path(const struct coap_message *request, const char *path)
{
  struct coap_cursor cursor = coap_options(request);
  struct coap_option option;
  if (strcmp(path, "/") == 0)
    return is_root(request);
  while (coap_next_option(&cursor, &option)) {
    if (option.number != COAP_URI_PATH)
      continue;
    if (*path != '/')
      return false;
    size_t length = strcspn(++path, "/");
    if (option.length != length || memcmp(option.value, path, length) != 0)
      return false;
    path += length;
  }
  return *path == '\0';
}

static const struct resource *find_resource(const struct coap_message *request)
{
  for (size_t i = 0; i < sizeof resources / sizeof resources[0]; i++)
    if (has_path(request, resources[i].path))
      return &resources[i];
  return NULL;
}

/* The error that an option calls for, or 0. */
static uint8_t judge_option(const struct coap_option *option, const struct resource *resource)
{
  uint32_t value;
  switch (option->number) {
  case COAP_URI_HOST:
  case COAP_URI_PORT:
  case COAP_URI_PATH:
  case COAP_URI_QUERY:
    return 0;
  case COAP_ACCEPT:
    if (!coap_option_uint(option, &value))
      return COAP_BAD_OPTION;
    return resource == NULL || value == (uint32_t)resource->format ? 0 : COAP_NOT_ACCEPTABLE;
  case COAP_BLOCK2:
    /* Early negotiation (RFC 7959 2.4) asks for a size for block 0: every answer of ours fits into
     * the block of 64 octets and more, and goes out whole. */
    if (!coap_option_uint(option, &value))
      return COAP_BAD_OPTION;
    return value >> 4 == 0 && (value & 7) >= 2 && (value & 7) < 7 ? 0 : COAP_BAD_OPTION;
  case COAP_PROXY_URI:
  case COAP_PROXY_SCHEME:
    return COAP_PROXYING_NOT_SUPPORTED;
  default:
    /* Section 5.4.1: unknown critical options of a confirmable request give 4.02. */
    return coap_option_is_critical(option->number) ? COAP_BAD_OPTION : 0;
  }
}

static uint8_t judge(const struct coap_message *request, const struct resource *resource)
{
  struct coap_cursor cursor = coap_options(request);
  struct coap_option option;
  while (coap_next_option(&cursor, &option)) {
    uint8_t error = judge_option(&option, resource);
    if (error != 0)
      return error;
  }
  if (resource == NULL)
    return COAP_NOT_FOUND;
  return request->code == COAP_GET ? COAP_CONTENT : COAP_METHOD_NOT_ALLOWED;
}

static size_t respond(const struct coap_message *request, uint8_t *answer, size_t capacity)
{
  const struct resource *resource = find_resource(request);
  uint8_t code = judge(request, resource);
  /* A confirmable request has its response in the acknowledgement, with the same message ID; for
   * another one the ID is ours to choose, and the request's own is as good as any, since each side
   * numbers its messages by itself (section 4.4). */
  enum coap_type type = request->type == COAP_CON ? COAP_ACK : COAP_NON;
  struct coap_writer writer;
  coap_start(&writer, answer, capacity, type, code, request->id, request->token,
             request->token_length);
  if (code == COAP_CONTENT) {
    char text[64];
    resource->print(text, sizeof text);
    coap_put_uint_option(&writer, COAP_CONTENT_FORMAT, (uint32_t)resource->format);
    coap_put_payload(&writer, (const uint8_t *)text, strlen(text));
  }
  return coap_finish(&writer);
}

size_t coap_server_answer(const uint8_t *datagram, size_t length, uint8_t *answer,
                          size_t capacity)
{
  struct coap_message message;
  enum coap_parsed parsed = coap_parse(datagram, length, &message);
  if (parsed == COAP_NOT_COAP)
    return 0;
  bool request = parsed == COAP_PARSED && message.code != COAP_EMPTY &&
                 COAP_CODE_CLASS(message.code) == 0;
  if (request && (message.type == COAP_CON || message.type == COAP_NON))
    return respond(&message, answer, capacity);
  /* Section 4.2: what cannot be processed is rejected; so is an empty confirmable message, which
   * is how a peer asks whether we are there (section 4.3, "CoAP ping"). */
  if (message.type == COAP_CON)
    return coap_write_empty(answer, capacity, COAP_RST, message.id);
  return 0;
}
