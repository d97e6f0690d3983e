/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-load: many clients from many addresses of 127.0.0.0/8 against one mote-server. Host only:
 * Linux, loopback, bounded in time and number. */
#ifndef LOAD_H
#define LOAD_H

#include <motedtls_static.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define LOAD_IDENTITY "load"
#define LOAD_KEY_HEX "000102030405060708090a0b0c0d0e0f"
#define LOAD_DATAGRAM_MAX 1500

/* --- The server, a child process ------------------------------------------------------------- */

struct server_process {
  pid_t pid;
  uint16_t port;
};

/* False, and one line on standard error, if it does not start. */
bool server_start(struct server_process *server, const char *path, unsigned max_peers);
/* Octets of its memory that are resident; 0 if that cannot be told. */
size_t server_resident(const struct server_process *server);
/* SIGTERM; whether it ended with 0 within some seconds. */
bool server_stop(const struct server_process *server);

/* --- A socket that speaks for all of 127.0.0.0/8 --------------------------------------------- */

/* The last 24 bits of an address. */
typedef uint32_t host_number;

/* Descriptor, or -1 and one line on standard error. */
int net_open(void);
/* False when it was not sent. */
bool net_send(int descriptor, uint16_t port, host_number from, const uint8_t *datagram,
              size_t length);
/* Length, or -1 when nothing arrived within `wait_ms`. `dropped` (may be NULL) becomes the number of
 * datagrams for which the socket had no room so far. */
ssize_t net_receive(int descriptor, int wait_ms, host_number *to, uint8_t *datagram,
                    size_t capacity, uint32_t *dropped);
double net_seconds(void);
uint32_t net_now_ms(void);

/* --- Clients --------------------------------------------------------------------------------- */

/* What a client needs only while it shakes hands, reads or writes. */
struct desk {
  MOTE_ALIGNED uint64_t workspace[MOTE_WORDS(MOTE_WORKSPACE_SIZE + MOTE_REASSEMBLY_SIZE)];
  uint8_t buffer[544];
};

struct client {
  mote_connection connection;
  mote_io io;
  int descriptor;
  uint16_t port;
  host_number address;
  struct desk *desk; /* NULL: it is connected and rests, or has not begun */
  bool connected;
  /* If not NULL, what it sends is kept there. */
  struct capture *capture;
};

/* The first two datagrams: ClientHello, and ClientHello with a cookie. */
struct capture {
  uint8_t octets[2][LOAD_DATAGRAM_MAX];
  size_t lengths[2];
  size_t count;
};

/* Frozen; the same for all. */
const mote_config *client_config(void);
/* Sends the first ClientHello. */
mote_status client_begin(struct client *client, struct desk *desk);
/* Goes on, with a datagram or (NULL) because time has passed. */
mote_status client_go_on(struct client *client, const uint8_t *datagram, size_t length);
/* Connected: gives its desk back. */
void client_rest(struct client *client);
/* One record each way; both need a desk whose buffer nobody uses. `client_take` says whether the
 * datagram held one. */
bool client_write(struct client *client, struct desk *desk, const uint8_t *data, size_t length);
bool client_take(struct client *client, struct desk *desk, const uint8_t *datagram, size_t length);

/* --- The two tests --------------------------------------------------------------------------- */

/* Prints figures on standard output; false, and why on standard error, when it went wrong. */
bool load_associations(const char *server, unsigned count);
bool load_flood(const char *server, unsigned per_second, unsigned seconds);

#endif
