/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* motedtls on Zephyr: a UDP socket, randomness and time as a mote_io; memory and settings of the
 * sizes and values that Kconfig has (CONFIG_MOTEDTLS_...); and calls that wait.
 *
 *   static struct mote_zephyr_socket udp;
 *   static mote_config config;
 *   MOTE_ZEPHYR_CONNECTION_DEFINE(dtls);
 *   ...
 *   status = mote_zephyr_config_init(&config, MOTE_ROLE_CLIENT);
 *   ... mote_config_set_psk, mote_config_freeze ...
 *   error = mote_zephyr_connect(&udp, "192.0.2.1", 5684);
 *   status = MOTE_CONNECTION_INIT(dtls, &config, &udp.io);
 *   status = mote_zephyr_handshake(dtls, &udp);
 *
 * The calls that wait do so in the thread that makes them; several connections in one thread use the
 * library's own calls and zsock_poll, as docs/porting.md shows. No object may be used by two threads
 * at the same time. */
#ifndef MOTE_ZEPHYR_H
#define MOTE_ZEPHYR_H

#include <motedtls_static.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- The socket ------------------------------------------------------------------------------ */

/* It must stay where it is as long as a connection or server uses it: they borrow its `io`. */
struct mote_zephyr_socket {
  mote_io io;     /* for mote_connection_init and mote_server_init */
  int descriptor; /* of zsock_socket */
  int last_error; /* errno of the last datagram that failed, 0 for none */
};

/* Opens a socket of its own to one server; `host` is an IPv4 or IPv6 address, or a name where
 * CONFIG_DNS_RESOLVER is set. 0, or a negative errno. */
int mote_zephyr_connect(struct mote_zephyr_socket *socket, const char *host, uint16_t port);

/* Opens a socket for everybody: of IPv6 if Zephyr has it, and then with
 * CONFIG_NET_IPV4_MAPPING_TO_IPV6 of IPv4, too; else of IPv4. 0, or a negative errno. */
int mote_zephyr_listen(struct mote_zephyr_socket *socket, uint16_t port);

void mote_zephyr_close(struct mote_zephyr_socket *socket);

/* --- What Kconfig says ----------------------------------------------------------------------- */

/* mote_config_init, then the settings that are in Kconfig. */
mote_status mote_zephyr_config_init(mote_config *config, mote_role role);

/* As MOTE_CONNECTION_DEFINE; to be initialised with MOTE_CONNECTION_INIT. */
#define MOTE_ZEPHYR_CONNECTION_DEFINE(name) \
  MOTE_CONNECTION_DEFINE(name, CONFIG_MOTEDTLS_BUFFER_SIZE)

/* As MOTE_SERVER_DEFINE; to be initialised with MOTE_SERVER_INIT. */
#define MOTE_ZEPHYR_SERVER_DEFINE(name)                                        \
  MOTE_SERVER_DEFINE(name, CONFIG_MOTEDTLS_PEERS, CONFIG_MOTEDTLS_HANDSHAKES, \
                     CONFIG_MOTEDTLS_BUFFER_SIZE)

/* --- Calls that wait ------------------------------------------------------------------------- */

/* Goes on until the connection is made or has failed: MOTE_OK, or the final error. */
mote_status mote_zephyr_handshake(mote_connection *connection, struct mote_zephyr_socket *socket);

/* As mote_connection_write, but it waits until the datagram can be sent. */
mote_status mote_zephyr_write(mote_connection *connection, struct mote_zephyr_socket *socket,
                              const uint8_t *data, size_t length);

/* As mote_connection_read, but it waits for data, `timeout_ms` at most (MOTE_NO_TIMEOUT: for ever);
 * MOTE_WANT_READ when they have passed. */
mote_status mote_zephyr_read(mote_connection *connection, struct mote_zephyr_socket *socket,
                             uint32_t timeout_ms, const uint8_t **data, size_t *length);

#ifdef CONFIG_MOTEDTLS_SERVER
/* As mote_server_next_event, but it polls the server and waits for an event, `timeout_ms` at most
 * (MOTE_NO_TIMEOUT: for ever); MOTE_WANT_READ when they have passed. */
mote_status mote_zephyr_next_event(mote_server *server, struct mote_zephyr_socket *socket,
                                   uint32_t timeout_ms, mote_event *event);
#endif

#ifdef __cplusplus
}
#endif

#endif
