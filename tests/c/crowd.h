/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A mote_server and several clients in one process, joined by queues, on a clock that only the test
 * moves. The server takes all its memory out of one arena. */
#ifndef CROWD_H
#define CROWD_H

#include "pair.h"

#include <motedtls_static.h>

#define CLIENTS 6
#define HAPPENINGS_MAX 64
#define CROWD_WORKSPACE_SIZE (MOTE_WORKSPACE_SIZE + 512)
#define CROWD_BUFFER_SIZE 544
#define VISITOR_WORKSPACE_SIZE (MOTE_WORKSPACE_SIZE + 1024)

/* A client with a socket of its own; its address is what the server sees. */
struct visitor {
  mote_connection *connection;
  mote_io io;
  uint8_t address[MOTE_ADDRESS_MAX];
  size_t address_length;
  struct queue inbox;
  bool has_begun;
  mote_status status; /* what its handshake returned last */
  uint64_t handle[MOTE_CONNECTION_SIZE / 8];
  uint64_t workspace[VISITOR_WORKSPACE_SIZE / 8];
  uint8_t buffer[MOTE_MTU_DEFAULT];
};

struct happening {
  mote_event event;
  uint8_t data[64]; /* a copy of the front of it */
};

struct crowd {
  struct arena arena;
  mote_config *config;
  mote_io io;
  mote_server *server;
  size_t memory_size;
  size_t peers, workspaces, workspace_size, buffer_size;
  uint32_t now;
  struct visitor clients[CLIENTS];
  uint64_t client_config[MOTE_CONFIG_SIZE / 8];

  /* What lies before the server: the datagrams, and which client each is from. */
  struct queue inbox;
  size_t senders[QUEUE_MAX];
  /* send answers this unless it is 0; what is for nobody we know is only counted. */
  int32_t send_answer;
  unsigned sent, for_strangers;
  size_t octets_sent;
  /* recv answers this unless it is 0. */
  int32_t recv_answer;
  bool recv_had_address;
  size_t recv_address_length; /* in place of the true one, unless 0 */
  bool recv_gives_no_address;
  bool random_fails;
  unsigned random_waits;
  unsigned lookup_pending;
  mote_status lookup_status;
  char line[256];
  unsigned calls[CALLBACKS];
  void (*hook)(struct crowd *crowd, enum callback callback);

  /* All events since the last crowd_forget_events. */
  struct happening happenings[HAPPENINGS_MAX];
  size_t happening_count;
  mote_status drained; /* how the last one ended: MOTE_WANT_READ, MOTE_WANT_WRITE */
};

extern struct crowd crowd;

/* For crowd.io.recv; without it datagrams go in by mote_server_input. */
int32_t crowd_recv(void *user, uint8_t *address_out, size_t *address_length, uint8_t *buffer,
                   size_t capacity);
/* The configurations, not frozen; peers 4, workspaces 2. */
void crowd_configure(void);
/* Freezes, makes the server, and all clients with addresses of different lengths. */
void crowd_start(void);
/* Makes a client anew, as after a restart. */
void visitor_start(size_t which);
/* The same with a configuration of its own. */
void visitor_start_with(size_t which, const mote_config *config);
/* Sends its first ClientHello. */
void visitor_begin(size_t which);
/* Takes events until there are none. */
void crowd_drain(void);
/* Everything on its way arrives, until nothing moves; the clients in handshake go on. */
void crowd_run(void);
/* As crowd_run, and time passes until nobody wants it to. */
void crowd_run_with_time(void);
/* Client `which` shakes hands, and is connected at both ends: its handle. */
mote_peer crowd_connect(size_t which);
/* Forgets the events; fails the test unless there was exactly one, of this kind, and returns it. */
const struct happening *crowd_expect(mote_event_kind kind);
void crowd_forget_events(void);
/* A message from a client, which the server sees; and one to it. */
void crowd_ask(size_t which, const char *text);
void visitor_expect(size_t which, const char *text);
/* An exchange both ways. */
void crowd_talk(size_t which, mote_peer peer);
bool same_peer(mote_peer a, mote_peer b);
/* The master secret of the handshake that the key log saw last. */
void crowd_master_secret(uint8_t out[48]);

#endif
