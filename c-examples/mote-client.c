/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-client [options] HOST PORT: one DTLS connection; two with --resume. */
#define MOTE_REASSEMBLY_SIZE 8192 /* a chain of certificates */

#include "configure.h"
#include "exchange.h"
#include "exit_status.h"
#include "options.h"
#include "report.h"
#include "session_file.h"

#include <errno.h>
#include <string.h>

/* All the memory there is. The buffer takes the largest record that a peer may send. */
static struct options options;
static struct udp udp;
static mote_config config;
static struct session session;
static uint8_t remembered[MOTE_CACHED_INFO_OVERHEAD + 4096]; /* the server's certificate */
MOTE_CONNECTION_DEFINE(connection, 16384 + 256);

/* Usage errors (above -20) and failures of what this machine gives the library are local; the rest
 * is what a peer can cause. */
static bool is_local(mote_status status)
{
  switch (status) {
  case MOTE_ERROR_RANDOM:
  case MOTE_ERROR_IO:
  case MOTE_ERROR_CALLBACK:
  case MOTE_ERROR_CRYPTO: return true;
  default: return status < 0 && status > MOTE_ERROR_TIMEOUT;
  }
}

static enum exit_status status_of(mote_status status)
{
  if (status == MOTE_ERROR_TIMEOUT || status == MOTE_ERROR_PEER_GONE)
    return EXIT_STATUS_TIMEOUT;
  return is_local(status) ? EXIT_STATUS_LOCAL : EXIT_STATUS_REFUSED;
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

static enum exit_status ask_for_life(const struct blocking *blocking)
{
  uint32_t round_trip_ms;
  mote_status status = blocking_heartbeat(blocking, &round_trip_ms);
  if (status == MOTE_ERROR_STATE) {
    report_problem(options.program, "--heartbeat: the server answers none");
    return EXIT_STATUS_LOCAL;
  }
  if (status != MOTE_OK)
    return failed(status);
  printf("heartbeat %lu ms\n", (unsigned long)round_trip_ms);
  fflush(stdout);
  return EXIT_STATUS_DONE;
}

/* While the connection stands, and only when all went well: what ends with a fatal alert must not be
 * resumed (RFC 5246 section 7.2.2). */
static enum exit_status keep_session(void)
{
  const char *option = options.session_out != NULL ? "--session-out" : "--resume";
  mote_status status = mote_connection_session_export(connection, session.octets,
                                                      sizeof session.octets, &session.length);
  if (status == MOTE_ERROR_STATE) {
    report_problem(options.program, "%s: the server keeps no session", option);
    return EXIT_STATUS_LOCAL;
  }
  mote_info info;
  if (status == MOTE_OK)
    status = mote_connection_info(connection, &info);
  if (status != MOTE_OK)
    return failed(status);
  /* A session that was resumed is the same one, and its day goes on. */
  if (!info.resumed)
    session.age_s = 0;
  const char *problem =
      options.session_out == NULL ? NULL : session_file_write(options.session_out, &session);
  if (problem != NULL) {
    report_problem(options.program, "--session-out: %s: %s", options.session_out, problem);
    return EXIT_STATUS_LOCAL;
  }
  return EXIT_STATUS_DONE;
}

/* What a completed handshake brought, for the next run. */
static enum exit_status keep_remembered(void)
{
  const char *problem =
      remembered_file_write(options.cached_info, remembered, sizeof remembered);
  if (problem != NULL)
    report_problem(options.program, "--cached-info: %s: %s", options.cached_info, problem);
  return problem == NULL ? EXIT_STATUS_DONE : EXIT_STATUS_LOCAL;
}

/* Lends what is remembered of the server, if asked to. */
static bool lend_remembered(void)
{
  if (options.cached_info == NULL)
    return true;
  mote_status status =
      mote_connection_set_cached_info(connection, remembered, sizeof remembered, false);
  if (status != MOTE_OK)
    report_problem(options.program, "--cached-info: %s", mote_status_str(status));
  return status == MOTE_OK;
}

static enum exit_status talk(uint32_t deadline_ms)
{
  struct blocking blocking = {.connection = connection, .udp = &udp, .deadline_ms = deadline_ms};
  mote_status status = blocking_handshake(&blocking);
  if (status != MOTE_OK)
    return failed(status);
  report_connected(connection);
  enum exit_status result = options.heartbeat ? ask_for_life(&blocking) : EXIT_STATUS_DONE;
  if (result == EXIT_STATUS_DONE && options.cached_info != NULL) {
    fprintf(stderr, "handshake octets=%lu datagrams=%lu\n", (unsigned long)udp.octets,
            (unsigned long)udp.datagrams);
    result = keep_remembered();
  }
  if (result == EXIT_STATUS_DONE)
    result = exchange(&blocking);
  if (result == EXIT_STATUS_DONE && (options.resume || options.session_out != NULL))
    result = keep_session();
  (void)mote_connection_close(connection);
  return result;
}

/* Offers the session that there is, if any. */
static bool offer_session(void)
{
  if (session.length == 0)
    return true;
  mote_status status =
      mote_connection_set_session(connection, session.octets, session.length, session.age_s);
  if (status == MOTE_ERROR_SESSION && options.session_in != NULL)
    report_problem(options.program,
                   "--session-in: %s: altered, older than a day, or of another server name, "
                   "identity or --mfl",
                   options.session_in);
  else if (status != MOTE_OK)
    report_problem(options.program, "session: %s", mote_status_str(status));
  return status == MOTE_OK;
}

/* One connection, with a socket of its own, from its first datagram to its last. */
static enum exit_status run(uint32_t deadline_ms)
{
  const char *problem = udp_connect(&udp, options.host, options.port);
  if (problem != NULL) {
    report_problem(options.program, "%s port %s: %s", options.host, options.port, problem);
    return EXIT_STATUS_LOCAL;
  }
  const mote_io io = udp_io(&udp);
  enum exit_status result = EXIT_STATUS_LOCAL;
  mote_status status = MOTE_CONNECTION_INIT(connection, &config, &io);
  if (status != MOTE_OK)
    report_problem(options.program, "connection: %s", mote_status_str(status));
  else if (lend_remembered() && offer_session())
    result = talk(deadline_ms);
  (void)mote_connection_wipe(connection);
  udp_close(&udp);
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
  if (!configure_key_log(&options, &key_log) || !configure(&config, &options, key_log, NULL))
    return EXIT_STATUS_LOCAL;
  const char *problem =
      options.session_in == NULL ? NULL : session_file_read(options.session_in, &session);
  if (problem != NULL) {
    report_problem(options.program, "--session-in: %s: %s", options.session_in, problem);
    return EXIT_STATUS_LOCAL;
  }
  problem = options.cached_info == NULL
                ? NULL
                : remembered_file_read(options.cached_info, remembered, sizeof remembered);
  if (problem != NULL) {
    report_problem(options.program, "--cached-info: %s: %s", options.cached_info, problem);
    return EXIT_STATUS_LOCAL;
  }

  uint32_t deadline_ms = udp_now_ms() + options.timeout_ms;
  enum exit_status result = run(deadline_ms);
  if (result == EXIT_STATUS_DONE && options.resume)
    result = run(deadline_ms);
  if (fflush(stdout) != 0) {
    report_problem(options.program, "standard output: %s", strerror(errno));
    return EXIT_STATUS_LOCAL;
  }
  return result;
}
