/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From the command line to a frozen mote_config. */
#ifndef CONFIGURE_H
#define CONFIGURE_H

#include "options.h"

#include <motedtls_static.h>
#include <stdio.h>

/* `key_log` is the open file of --keylog, or NULL; `sessions` is where a server keeps its sessions,
 * NULL for a client. The config borrows from `options`. When it says false, one line on standard
 * error has said why. */
bool configure(mote_config *config, struct options *options, FILE *key_log,
               mote_session_cache *sessions);

/* Opens what --keylog names; *key_log is NULL without it. False: said why. */
bool configure_key_log(const struct options *options, FILE **key_log);

#endif
