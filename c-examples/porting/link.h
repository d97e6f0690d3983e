/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A link to a server that outlives its connections: what the files here share. */
#ifndef LINK_H
#define LINK_H

#include <motedtls_static.h>

/* [server] */
struct server {
  const char *name;
  const uint8_t *identity;
  size_t identity_length;
  const uint8_t *key;
  size_t key_length;
};
/* [server end] */

enum link_state {
  LINK_DOWN,
  LINK_WAITING, /* for the workspace */
  LINK_SHAKING, /* hands: it has the workspace */
  LINK_UP
};

struct link {
  mote_connection connection;
  const struct server *server;
  mote_io io;
  enum link_state state;
  /* Why it is down. */
  mote_status status;
  unsigned failures; /* in a row */
  uint8_t session[MOTE_SESSION_MAX];
  size_t session_length; /* 0 for none */
  uint32_t session_made_s;
  /* Given what arrives; `data` is borrowed until it returns. */
  void (*on_data)(struct link *link, const uint8_t *data, size_t length);
};

/* servers.c */
mote_status configure(void);
mote_status link_open(struct link *link);

/* memory.c */
bool memory_take(struct link *link);
mote_status memory_pass_on(struct link *link);
bool memory_is_lent_to(const struct link *link);
bool memory_is_free(void);
void memory_forget(struct link *link);
bool memory_is_whole(void);

/* session.c */
void session_keep(struct link *link);
void session_forget(struct link *link);
mote_status link_reopen(struct link *link);

/* loop.c */
void link_step(struct link *link);
uint32_t links_step(struct link *links, size_t count);
mote_status link_close(struct link *link);

/* alive.c */
mote_status configure_keep_alive(mote_config *config);
mote_status probe_path(mote_connection *connection);

/* diagnosis.c */
enum advice {
  ADVICE_GO_ON,
  ADVICE_CONNECT_AGAIN,
  ADVICE_RETRY_LATER,
  ADVICE_CHECK_CREDENTIALS,
  ADVICE_CHECK_SETTINGS,
  ADVICE_CHECK_DEVICE,
  ADVICE_FIX_PROGRAM
};
enum advice advise(mote_status status, const mote_info *info);
uint32_t retry_after_ms(enum advice advice, unsigned failures, uint16_t random);

#endif
