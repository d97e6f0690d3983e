/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the firmware is to do in this run: the words of the board's command line. A product has
 * none; it knows what to do.
 *
 *   client psk|rpk|x509 HOST PORT [WORD=VALUE]...
 *   server psk|rpk|x509 PORT [WORD=VALUE]...
 *
 * Both may be given, one after the other. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "credentials.h"

#include <lwip/ip_addr.h>

struct client_order {
  bool wanted;
  enum credentials credentials;
  ip_addr_t host;
  uint16_t port;
  const char *path;   /* path=/time: what to GET */
  const char *say;    /* say=ping: sent as it is to a server without CoAP, in place of a GET */
  unsigned exchanges; /* exchanges=2: how many answers to get */
  bool reconnect;     /* reconnect=1: a new connection for each, which resumes the session */
  unsigned failures;  /* failures=2: how many to take before it gives up */
  unsigned pause_ms;  /* pause=500: between two exchanges */
  unsigned answer_ms; /* answer=15000: how long an answer may take */
  size_t stack;       /* stack=1024: octets of the task's stack that it gets */
  size_t workspace;   /* workspace=512: octets that are lent */
};

struct server_order {
  bool wanted;
  enum credentials credentials;
  uint16_t port;
  unsigned requests; /* requests=3: how many to answer before it ends */
  unsigned idle_ms;  /* idle=2000: when a silent peer makes room */
};

struct scenario {
  struct client_order client;
  struct server_order server;
};

/* Takes the words of `line`, which is cut up and borrowed. NULL, or the word that is wrong. */
const char *scenario_parse(char *line, struct scenario *scenario);

#endif
