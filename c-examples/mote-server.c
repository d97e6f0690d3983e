/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-server [options] PORT: echoes datagrams or answers CoAP over DTLS, to many peers. */
#include "coap_server.h"
#include "configure.h"
#include "exit_status.h"
#include "options.h"
#include "report.h"
#include "serve.h"

#include <motedtls_static.h>
#include <stdlib.h>
#include <string.h>

/* Handshakes at the same time. */
#define WORKSPACES 32
/* With room for a chain of certificates. */
#define WORKSPACE_SIZE (MOTE_WORKSPACE_SIZE + 8192)
/* The largest record that a peer may send. */
#define BUFFER_SIZE (16384 + 256)

static struct options options;
static struct udp udp;
static mote_config config;
static volatile sig_atomic_t stop;
/* Of all clients; the oldest session makes room for a new one. */
MOTE_SESSION_CACHE_DEFINE(sessions, 64);

/* This is a tool for a host, which learns the number of peers from its command line: it takes its
 * memory once, when it starts. Where the number is known, MOTE_SERVER_DEFINE needs no malloc. */
static mote_server *make_server(const mote_io *io)
{
  size_t peers = options.max_peers;
  size_t workspaces = WORKSPACES;
  if (options.once)
    peers = workspaces = 1; /* who comes second has to wait until we have ended */
  size_t size = MOTE_SERVER_SIZE(peers, workspaces, WORKSPACE_SIZE, BUFFER_SIZE);
  mote_server *server = malloc(size);
  mote_status status = server == NULL ? MOTE_ERROR_SIZE
                                      : mote_server_init(server, size, &config, io, peers,
                                                         workspaces, WORKSPACE_SIZE, BUFFER_SIZE);
  if (status == MOTE_OK && options.once)
    status = mote_server_set_idle(server, UINT32_MAX);
  if (status == MOTE_OK)
    return server;
  report_problem(options.program, "--max-peers: %zu octets: %s", size, mote_status_str(status));
  free(server);
  return NULL;
}

static void on_signal(int number)
{
  (void)number;
  stop = 1;
}

/* SIGINT and SIGTERM arrive only while the server waits, so that none is missed between looking
 * at `stop` and going to sleep. */
static void catch_signals(sigset_t *while_waiting)
{
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, while_waiting);
  sigdelset(while_waiting, SIGINT);
  sigdelset(while_waiting, SIGTERM);
}

int main(int argc, char **argv)
{
  switch (options_parse(&options, TOOL_SERVER, argc, argv)) {
  case OPTIONS_HELPED: return EXIT_STATUS_DONE;
  case OPTIONS_WRONG: return EXIT_STATUS_LOCAL;
  case OPTIONS_RUN: break;
  }
  FILE *key_log;
  if (!configure_key_log(&options, &key_log) || MOTE_SESSION_CACHE_INIT(sessions) != MOTE_OK ||
      !configure(&config, &options, key_log, sessions))
    return EXIT_STATUS_LOCAL;

  const char *problem = udp_listen(&udp, options.port);
  if (problem != NULL) {
    report_problem(options.program, "port %s: %s", options.port, problem);
    return EXIT_STATUS_LOCAL;
  }
  const mote_io io = udp_io(&udp);
  mote_server *server = make_server(&io);
  mote_peer *peers = calloc(options.max_peers, sizeof *peers);
  if (server == NULL || peers == NULL) {
    if (peers == NULL)
      report_problem(options.program, "--max-peers: no memory");
    return EXIT_STATUS_LOCAL;
  }
  sigset_t while_waiting;
  catch_signals(&while_waiting);
  fprintf(stderr, "listening on port %u\n", udp_port(&udp));

  struct serving serving = {.server = server,
                            .udp = &udp,
                            .program = options.program,
                            .answer = options.coap ? coap_server_answer : NULL,
                            .once = options.once,
                            .stop = &stop,
                            .wait_signals = &while_waiting,
                            .peers = peers,
                            .peer_count = options.max_peers,
                            .fetcher = &options.fetcher};
  int result = serve(&serving);
  udp_close(&udp);
  free(peers);
  free(server);
  return result;
}
