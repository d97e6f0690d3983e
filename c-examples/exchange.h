/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What mote-client does with a connection that stands. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "blocking.h"

#include <stdio.h>

enum exchange_outcome {
  EXCHANGE_DONE,
  EXCHANGE_REFUSED, /* the connection stands, but it cannot be done; one line said why */
  EXCHANGE_BROKEN   /* the connection ended or the time is up: `status` says which */
};

/* Sends each text as a datagram and prints as many that come back, a line each. */
enum exchange_outcome exchange_texts(const struct blocking *blocking, const char *const *texts,
                                     size_t count, const char *program, FILE *out,
                                     mote_status *status);

/* CoAP GET of `path`, block after block; prints the payload and ends it with a newline. */
enum exchange_outcome exchange_get(const struct blocking *blocking, const char *path,
                                   const char *program, FILE *out, mote_status *status);

#endif
