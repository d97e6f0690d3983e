/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The command lines of mote-client and mote-server: one table for both. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "credentials.h"
#include "fetch.h"

#define OPTIONS_TEXT_MAX 64
#define OPTIONS_PATH_MAX 900 /* octets of a path as CoAP options */
#define OPTIONS_PEERS_MAX 100000

/* A bit each, so that a row of the table can name both. */
enum tool { TOOL_CLIENT = 1, TOOL_SERVER = 2 };

struct options {
  enum tool tool;
  const char *program;
  const char *host; /* client */
  const char *port;
  struct credentials credentials;
  const char *name; /* to ask the server for and to find in its certificate; NULL: none */
  mote_client_auth client_auth; /* server, if client_auth_given */
  bool client_auth_given;
  bool require_eui64; /* server */
  struct fetcher fetcher; /* server: what may be fetched for clients */
  uint32_t mfl;     /* 0: not asked for */
  uint32_t mtu;     /* 0: the library's default */
  uint32_t rto_ms;  /* 0: the library's default */
  uint32_t timeout_ms;
  uint32_t max_peers; /* server */
  const char *texts[OPTIONS_TEXT_MAX]; /* to send, a datagram each */
  size_t text_count;
  const char *get; /* path of a CoAP GET; NULL: none */
  bool heartbeat; /* client */
  bool resume;
  const char *session_out; /* file; NULL: none */
  const char *session_in;  /* file; NULL: none */
  bool trusted_ca;
  const char *cached_info; /* client: file; NULL: none */
  bool uses_cached_info;   /* server */
  const char *keylog;      /* file; NULL: none */
  bool trace;
  bool coap;
  bool echo;
  bool no_cookie;
  bool once;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELPED, OPTIONS_WRONG };

/* Fills `options`. When the outcome is OPTIONS_WRONG, one line on standard error has said why. */
enum options_outcome options_parse(struct options *options, enum tool tool, int argc, char **argv);

#endif
