/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One socket, one peer after the other. */
#ifndef SERVE_H
#define SERVE_H

#include "udp.h"

/* What a server says to a datagram: octets written to `answer`, 0 for nothing. */
typedef size_t serve_answer(const uint8_t *datagram, size_t length, uint8_t *answer,
                            size_t capacity);

/* An association and how its memory, which main defined, is made new. */
struct serve_slot {
  mote_connection *connection;
  mote_status (*initialise)(const mote_config *config, const mote_io *io);
  struct udp_address peer; /* whose datagrams it takes, unless it is listening */
  uint32_t heard_ms;       /* when it took the last one */
  bool connected;
};

struct server {
  struct udp *udp;
  const mote_config *config;
  mote_io io;
  const char *program;
  serve_answer *answer;          /* NULL: echo */
  bool once;                     /* end after one connection */
  const volatile sig_atomic_t *stop;
  const sigset_t *wait_signals;  /* let through while waiting only */
  struct serve_slot slots[2];
  /* From here on the server's own. */
  size_t current;                /* the other slot is the candidate */
  bool ended;
  int exit_status;
};

/* Until *stop or, with `once`, the end of the connection; the exit status of the program. */
int serve(struct server *server);

#endif
