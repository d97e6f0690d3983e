/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tools say on standard error, and the key log. */
#ifndef REPORT_H
#define REPORT_H

#include <motedtls.h>
#include <stdio.h>

#if defined(__GNUC__)
#define REPORT_FORMAT __attribute__((format(printf, 2, 3)))
#else
#define REPORT_FORMAT
#endif

/* `program: ...`, one line. */
void report_problem(const char *program, const char *format, ...) REPORT_FORMAT;

/* `connected suite=... resumed=... ems=... mfl=... peer=...`, and ` cached=cert` when the server has
 * left out its certificate */
void report_connected(const mote_connection *connection);
void report_connected_peer(const mote_info *info);

/* `failed <status> alert=<name> (sent|received)`. `socket_error` is the last errno of the socket,
 * 0 for none. */
void report_failed(const mote_connection *connection, mote_status status, int socket_error);
void report_failed_peer(mote_status status, uint8_t alert, mote_direction alert_direction,
                        int socket_error);

/* A file to append secrets to, readable by its owner only; NULL and errno on failure. */
FILE *report_open_key_log(const char *path);

/* A mote_key_log; `user` is the FILE. */
void report_key_log(void *user, const char *line);

/* A mote_trace; `user` is not used. */
void report_trace(void *user, const mote_trace_event *event);

#endif
