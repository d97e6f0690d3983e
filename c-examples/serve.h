/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One socket, many peers. */
#ifndef SERVE_H
#define SERVE_H

#include "fetch.h"
#include "udp.h"

/* What a server says to a datagram: octets written to `answer`, 0 for nothing. */
typedef size_t serve_answer(const uint8_t *datagram, size_t length, uint8_t *answer,
                            size_t capacity);

struct serving {
  mote_server *server;
  struct udp *udp;
  const char *program;
  serve_answer *answer;          /* NULL: echo */
  bool once;                     /* end after one connection */
  const volatile sig_atomic_t *stop;
  const sigset_t *wait_signals;  /* let through between datagrams only */
  mote_peer *peers;              /* zeros: the handle of each place, to say goodbye at the end */
  size_t peer_count;
  struct fetcher *fetcher;       /* what may be under way for clients */
  /* From here on serve's own. */
  bool ended;
  int exit_status;
};

/* Until *stop or, with `once`, the end of the connection; the exit status of the program. */
int serve(struct serving *serving);

#endif
