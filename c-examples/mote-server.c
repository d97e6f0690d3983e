/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-server [options] PORT: echoes datagrams or answers CoAP over DTLS, to one peer after the
 * other. */
#include "coap_server.h"
#include "configure.h"
#include "exit_status.h"
#include "options.h"
#include "report.h"
#include "serve.h"

#include <string.h>

/* All the memory there is. The buffers take the largest record that a peer may send. */
static struct options options;
static struct udp udp;
static mote_config config;
static struct server server;
static volatile sig_atomic_t stop;
/* Of all clients; the oldest session makes room for a new one. */
MOTE_SESSION_CACHE_DEFINE(sessions, 64);
MOTE_CONNECTION_DEFINE(first, 16384 + 256);
MOTE_CONNECTION_DEFINE(second, 16384 + 256);

static mote_status initialise_first(const mote_config *with, const mote_io *io)
{
  return MOTE_CONNECTION_INIT(first, with, io);
}

static mote_status initialise_second(const mote_config *with, const mote_io *io)
{
  return MOTE_CONNECTION_INIT(second, with, io);
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
  sigset_t while_waiting;
  catch_signals(&while_waiting);
  fprintf(stderr, "listening on port %u\n", udp_port(&udp));

  server = (struct server){.udp = &udp,
                           .config = &config,
                           .io = udp_io(&udp),
                           .program = options.program,
                           .answer = options.coap ? coap_server_answer : NULL,
                           .once = options.once,
                           .stop = &stop,
                           .wait_signals = &while_waiting,
                           .slots = {{.connection = first, .initialise = initialise_first},
                                     {.connection = second, .initialise = initialise_second}}};
  /* Every datagram comes in by mote_connection_input. */
  server.io.recv = NULL;
  int result = serve(&server);
  udp_close(&udp);
  return result;
}
