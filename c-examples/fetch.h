/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fetches clients' certificates over HTTP for a server (RFC 6066 section 5). The URLs come from
 * anybody: only what begins with a prefix of the command line is asked for, of hosts that were looked
 * up when the server started; no redirect is followed; size and time are bounded; nothing blocks. */
#ifndef FETCH_H
#define FETCH_H

#include <motedtls.h>
#include <sys/socket.h>

#define FETCH_PREFIXES_MAX 16
#define FETCH_AT_ONCE 8
#define FETCH_URL_MAX 512
#define FETCH_BODY_MAX 8192
#define FETCH_HEAD_MAX 2048 /* of a response, what stands before the body */
#define FETCH_TIME_MS 5000
/* How often to look what has come of the fetches. */
#define FETCH_POLL_MS 20

struct fetch_prefix {
  const char *text;
  size_t host_start, host_end; /* with brackets if an IPv6 address, and port: as in Host */
  struct sockaddr_storage address;
  socklen_t address_length;
};

/* One under way. */
struct fetch {
  bool used;
  int descriptor;
  uint32_t begun_ms;
  uint32_t asked_ms; /* when the library has asked for it last */
  char url[FETCH_URL_MAX];
  size_t url_length;
  char request[2 * FETCH_URL_MAX];
  size_t request_length, request_sent;
  uint8_t response[FETCH_HEAD_MAX + FETCH_BODY_MAX];
  size_t response_length;
};

struct fetcher {
  struct fetch_prefix prefixes[FETCH_PREFIXES_MAX];
  size_t prefix_count;
  struct fetch fetches[FETCH_AT_ONCE];
};

/* Adds a prefix like http://certs.example/devices/, and looks its host up. `prefix` is borrowed.
 * NULL, or what is wrong with it. */
const char *fetch_add_prefix(struct fetcher *fetcher, const char *prefix);

/* Whether anything is under way: then poll the server again after FETCH_POLL_MS. */
bool fetch_is_under_way(struct fetcher *fetcher);

/* A mote_certificate_url_fetch; `user` is a struct fetcher. */
mote_status fetch_certificates(void *user, mote_cert_chain_type chain_type, const uint8_t *url,
                               size_t url_length, const uint8_t *sha1, uint8_t *memory,
                               size_t capacity, size_t *length);

#endif
