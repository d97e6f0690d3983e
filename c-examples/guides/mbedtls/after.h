/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef AFTER_H
#define AFTER_H

#include <motedtls_static.h>

mote_status configure(void);
mote_status open_link(const char *host, const char *port, const uint8_t *session,
                      size_t session_length);
mote_status ask(const uint8_t *question, size_t length, const uint8_t **answer,
                size_t *answer_length);
mote_status keep_session(uint8_t session[MOTE_SESSION_MAX], size_t *length);
mote_info link_info(void);
void close_link(void);
mote_status set_certificates(mote_config *with);

mote_status serve(const char *port, unsigned peers);

#endif
