/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-client [options] HOST PORT: one DTLS connection with a pre-shared key. */
#include "configure.h"
#include "exchange.h"
#include "exit_status.h"
#include "options.h"
#include "report.h"

#include <errno.h>
#include <string.h>

/* All the memory there is. The buffer takes the largest record that a peer may send. */
static struct options options;
static struct udp udp;
static mote_config config;
MOTE_CONNECTION_DEFINE(connection, 16384 + 256);

/* Usage errors (above -20) and failures of what this machine gives the library (-40 and below) are
 * local; between them lies what a peer can cause. */
static enum exit_status status_of(mote_status status)
{
  if (status == MOTE_ERROR_TIMEOUT)
    return EXIT_STATUS_TIMEOUT;
  bool local = status < 0 && (status > MOTE_ERROR_TIMEOUT || status <= MOTE_ERROR_RANDOM);
  return local ? EXIT_STATUS_LOCAL : EXIT_STATUS_REFUSED;
}

static enum exit_status failed(mote_status status)
{
  report_failed(connection, status, udp.last_error);
  return status_of(status);
}

static enum exit_status exchange(const struct blocking *blocking)
{
  mote_status status = MOTE_OK;
  enum exchange_outcome outcome = exchange_texts(blocking, options.texts, options.text_count,
                                                 options.program, stdout, &status);
  if (outcome == EXCHANGE_DONE && options.get != NULL)
    outcome = exchange_get(blocking, options.get, options.program, stdout, &status);
  switch (outcome) {
  case EXCHANGE_DONE: return EXIT_STATUS_DONE;
  case EXCHANGE_REFUSED: return EXIT_STATUS_LOCAL;
  case EXCHANGE_BROKEN:
  default: return failed(status);
  }
}

static enum exit_status talk(void)
{
  struct blocking blocking = {.connection = connection,
                              .udp = &udp,
                              .deadline_ms = udp_now_ms() + options.timeout_ms};
  mote_status status = blocking_handshake(&blocking);
  if (status != MOTE_OK)
    return failed(status);
  report_connected(connection);
  enum exit_status result = exchange(&blocking);
  (void)mote_connection_close(connection);
  return result;
}

int main(int argc, char **argv)
{
  switch (options_parse(&options, TOOL_CLIENT, argc, argv)) {
  case OPTIONS_HELPED: return EXIT_STATUS_DONE;
  case OPTIONS_WRONG: return EXIT_STATUS_LOCAL;
  case OPTIONS_RUN: break;
  }
  FILE *key_log;
  if (!configure_key_log(&options, &key_log) || !configure(&config, &options, key_log))
    return EXIT_STATUS_LOCAL;

  const char *problem = udp_connect(&udp, options.host, options.port);
  if (problem != NULL) {
    report_problem(options.program, "%s port %s: %s", options.host, options.port, problem);
    return EXIT_STATUS_LOCAL;
  }
  const mote_io io = udp_io(&udp);
  mote_status status = MOTE_CONNECTION_INIT(connection, &config, &io);
  if (status != MOTE_OK) {
    report_problem(options.program, "connection: %s", mote_status_str(status));
    return EXIT_STATUS_LOCAL;
  }
  enum exit_status result = talk();
  (void)mote_connection_wipe(connection);
  udp_close(&udp);
  if (fflush(stdout) != 0) {
    report_problem(options.program, "standard output: %s", strerror(errno));
    return EXIT_STATUS_LOCAL;
  }
  return result;
}
