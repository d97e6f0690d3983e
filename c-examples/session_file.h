/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A session that can be resumed, in memory and in a file. */
#ifndef SESSION_FILE_H
#define SESSION_FILE_H

#include <motedtls.h>

/* `octets` are as mote_connection_session_export writes them: the master secret is in them. */
struct session {
  uint8_t octets[MOTE_SESSION_MAX];
  size_t length; /* 0: none */
  uint32_t age_s;
};

/* Fills `session`; its age is that of the file. NULL, or what went wrong. */
const char *session_file_read(const char *path, struct session *session);

/* Writes a file that its owner alone can read, as old as the session. It takes the place of one that was there only when
 * it is complete, so that nobody ever finds half a session. NULL, or what went wrong. */
const char *session_file_write(const char *path, const struct session *session);

/* The same for any octets: what a client remembers of a server's certificate. Reading fills
 * `octets`; a file that is not there, or has another length, leaves them zero. */
const char *remembered_file_read(const char *path, uint8_t *octets, size_t length);
const char *remembered_file_write(const char *path, const uint8_t *octets, size_t length);

#endif
