/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A client and a server in one process, joined by queues, on a clock that only the test moves.
 * What the callbacks answer is set by the test; what they were given is kept for it. */
#ifndef PAIR_H
#define PAIR_H

#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <motedtls.h>

/* Fails the test unless a call returns what it should, naming both. */
#define assert_status(call, expected) check_status((call), (expected), #call, __FILE__, __LINE__)
void check_status(mote_status got, mote_status expected, const char *call, const char *file,
                  int line);

#define DATAGRAM_MAX 2048
#define QUEUE_MAX 32
typedef struct datagram {
  uint8_t octets[DATAGRAM_MAX];
  size_t length;
} datagram;

struct queue {
  datagram items[QUEUE_MAX];
  size_t first, count;
};

void queue_put(struct queue *queue, const uint8_t *octets, size_t length);
/* The oldest one, or NULL; it stays valid until QUEUE_MAX others have come. */
const datagram *queue_take(struct queue *queue);
/* Makes all datagrams in the queue one. */
void queue_join(struct queue *queue);

enum callback {
  CALLBACK_SEND,
  CALLBACK_RECV,
  CALLBACK_RANDOM,
  CALLBACK_NOW,
  CALLBACK_LOOKUP,
  CALLBACK_KEY_LOG,
  CALLBACK_TRACE,
  CALLBACKS
};

#define EVENTS_MAX 96
#define RANDOMS_MAX 8

struct end {
  struct pair *pair;
  struct end *peer;
  mote_role role;
  struct arena arena;
  mote_config *config;
  mote_connection *connection;
  void *workspace;
  size_t workspace_size;
  void *buffer;
  size_t buffer_size;
  mote_io io;
  struct queue inbox;
  /* What the last call of the handshake returned. */
  mote_status status;

  /* send: answers `send_answer` once `send_works` calls have passed, unless it is 0;
   * MOTE_IO_TOO_BIG for what is longer than `path_mtu`, unless that is 0. */
  int32_t send_answer;
  unsigned send_works;
  size_t path_mtu;
  /* What it was given last. */
  uint8_t address[MOTE_ADDRESS_MAX];
  const uint8_t *address_pointer;
  size_t address_length;
  size_t sent_length, sent_longest, sent_total;
  /* recv: answers `recv_answer` unless it is 0. */
  int32_t recv_answer;
  bool recv_had_address;
  /* random: fails at its `random_fails`th call, unless that is 0; gives zeros with `random_zeros`. */
  unsigned random_fails;
  /* From that call on it has nothing yet, so many times. */
  unsigned random_waits_at, random_waits;
  bool random_zeros;
  uint32_t random_state;
  uint8_t randoms[RANDOMS_MAX][32];
  /* The look-up: MOTE_PENDING `lookup_pending` times, then `lookup_status` with this key. */
  unsigned lookup_pending;
  mote_status lookup_status;
  const uint8_t *lookup_key;
  size_t lookup_key_length;
  uint8_t lookup_identity[MOTE_PSK_IDENTITY_MAX];
  size_t lookup_identity_length;
  size_t lookup_capacity;
  /* The last line of the key log. */
  char line[256];
  mote_trace_event events[EVENTS_MAX];
  size_t event_count;
  /* How often each was called, and what is to happen inside. */
  unsigned calls[CALLBACKS];
  void (*hook)(struct end *end, enum callback callback);
};

struct pair {
  struct end client, server;
  uint32_t now;
};

/* The credential that pair_configure sets. */
extern const uint8_t test_identity[9];
extern const uint8_t test_key[16];

/* The clock begins shortly before it wraps, so that every test sees it wrap. */
#define CLOCK_START 0xFFFFFC00u

/* Both configurations with key log and trace, without credentials, not frozen. */
void pair_make(struct pair *pair);
/* The same with the test's credential. */
void pair_configure(struct pair *pair);
/* Freezes them; makes the connections and lends `workspace_size` and `buffer_size` of each end. */
void pair_start(struct pair *pair);
/* Shakes hands until each end is connected or has failed; moves the clock when nothing else does. */
void pair_drive(struct pair *pair);
/* All of it; fails the test unless both are connected. */
void pair_connect(struct pair *pair);
/* pair_drive, and both are to be connected. */
void pair_finish(struct pair *pair);
/* A message each way; fails the test unless it arrives as it was. */
void pair_talk(struct pair *pair);
/* Fails the test if an end has written outside its blocks. */
void pair_check_memory(const struct pair *pair);

/* Gives `end` what lies in its inbox, if it has no `recv`; one datagram. */
void end_feed(struct end *end);
/* Writes; and reads one record, which has to be this, and nothing behind it. */
void end_write(struct end *end, const char *text);
void end_expect(struct end *end, const char *text);
/* Reads one record, which has to be this; there may be more. */
void end_expect_next(struct end *end, const char *text);
mote_status end_read(struct end *end, const uint8_t **data, size_t *length);
mote_info end_info(struct end *end);
/* The master secret of the last line of the key log. */
void end_master_secret(const struct end *end, uint8_t out[48]);
/* Events of a direction and HandshakeType. */
size_t end_count_events(const struct end *end, mote_direction direction, uint8_t content_type,
                        uint8_t message_type);

/* One for all tests of a program: it is too large for a stack. */
extern struct pair world;

#endif
