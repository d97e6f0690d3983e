/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "scenario.h"

#include "dtls_client.h"
#include "dtls_server.h"

#include <stdlib.h>
#include <string.h>

/* The next word of `*rest`, NULL after the last. */
static char *next_word(char **rest)
{
  char *word = *rest + strspn(*rest, " ");
  if (*word == '\0')
    return NULL;
  char *end = word + strcspn(word, " ");
  *rest = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

/* Decimal digits and nothing else. */
static bool read_number(const char *text, unsigned long *value)
{
  char *end;
  *value = strtoul(text, &end, 10);
  return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool read_credentials(const char *word, enum credentials *kind)
{
  static const char *const names[] = {"psk", "rpk", "x509"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (word != NULL && strcmp(word, names[i]) == 0) {
      *kind = (enum credentials)i;
      return true;
    }
  return false;
}

static bool read_port(const char *word, uint16_t *port)
{
  unsigned long value;
  if (word == NULL || !read_number(word, &value) || value == 0 || value > UINT16_MAX)
    return false;
  *port = (uint16_t)value;
  return true;
}

static bool client_setting(struct client_order *client, const char *name, const char *text)
{
  unsigned long value;
  if (strcmp(name, "path") == 0) {
    client->path = text;
    return true;
  }
  if (strcmp(name, "say") == 0) {
    client->say = text;
    return true;
  }
  if (!read_number(text, &value))
    return false;
  if (strcmp(name, "exchanges") == 0)
    client->exchanges = (unsigned)value;
  else if (strcmp(name, "reconnect") == 0)
    client->reconnect = value != 0;
  else if (strcmp(name, "failures") == 0)
    client->failures = (unsigned)value;
  else if (strcmp(name, "pause") == 0)
    client->pause_ms = (unsigned)value;
  else if (strcmp(name, "answer") == 0)
    client->answer_ms = (unsigned)value;
  else if (strcmp(name, "stack") == 0 && value <= DTLS_CLIENT_STACK)
    client->stack = value;
  else if (strcmp(name, "workspace") == 0)
    client->workspace = value;
  else
    return false;
  return true;
}

static bool server_setting(struct server_order *server, const char *name, const char *text)
{
  unsigned long value;
  if (!read_number(text, &value))
    return false;
  if (strcmp(name, "requests") == 0)
    server->requests = (unsigned)value;
  else if (strcmp(name, "idle") == 0)
    server->idle_ms = (unsigned)value;
  else
    return false;
  return true;
}

static const char *start_client(struct client_order *client, char **rest)
{
  *client = (struct client_order){.wanted = true,
                                  .path = "/",
                                  .exchanges = 1,
                                  .answer_ms = 15000,
                                  .stack = DTLS_CLIENT_STACK,
                                  .workspace = DTLS_CLIENT_WORKSPACE};
  const char *host;
  if (!read_credentials(next_word(rest), &client->credentials))
    return "client: psk, rpk or x509 comes first";
  if ((host = next_word(rest)) == NULL || !ipaddr_aton(host, &client->host))
    return "client: the server's address comes second";
  if (!read_port(next_word(rest), &client->port))
    return "client: the server's port comes third";
  return NULL;
}

static const char *start_server(struct server_order *server, char **rest)
{
  *server = (struct server_order){.wanted = true, .requests = 1, .idle_ms = MOTE_SERVER_IDLE_MS};
  if (!read_credentials(next_word(rest), &server->credentials))
    return "server: psk, rpk or x509 comes first";
  if (!read_port(next_word(rest), &server->port))
    return "server: the port comes second";
  return NULL;
}

const char *scenario_parse(char *line, struct scenario *scenario)
{
  enum { NOBODY, CLIENT, SERVER } whose = NOBODY;
  const char *wrong = NULL;
  char *word;
  *scenario = (struct scenario){0};
  (void)next_word(&line); /* the firmware's own name */
  while (wrong == NULL && (word = next_word(&line)) != NULL) {
    char *value = strchr(word, '=');
    if (value != NULL)
      *value++ = '\0';
    if (strcmp(word, "client") == 0) {
      whose = CLIENT;
      wrong = start_client(&scenario->client, &line);
    } else if (strcmp(word, "server") == 0) {
      whose = SERVER;
      wrong = start_server(&scenario->server, &line);
    } else if (value == NULL || whose == NOBODY ||
               !(whose == CLIENT ? client_setting(&scenario->client, word, value)
                                 : server_setting(&scenario->server, word, value))) {
      wrong = word;
    }
  }
  return wrong != NULL || whose != NOBODY ? wrong : "there is nothing to do";
}
