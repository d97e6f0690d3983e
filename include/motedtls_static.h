/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Static storage for motedtls: completes the opaque handles, so that they can be declared.
 *
 *   static mote_config config;
 *   MOTE_CONNECTION_DEFINE(link, 544);
 *   ...
 *   status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
 *   ...
 *   status = MOTE_CONNECTION_INIT(link, &config, &io);
 *   status = mote_connection_handshake(link);
 */
#ifndef MOTEDTLS_STATIC_H
#define MOTEDTLS_STATIC_H

#include <motedtls.h>

/* Octets for handshake messages that arrive in pieces or ahead of their turn, for
 * MOTE_CONNECTION_DEFINE. Define it before this header to choose another size. */
#ifndef MOTE_REASSEMBLY_SIZE
#define MOTE_REASSEMBLY_SIZE 512
#endif

/* A uint64_t alone does not do: inside a struct it is aligned to 4 octets on some 32-bit targets. */
#if defined(__cplusplus)
#define MOTE_ALIGNED alignas(MOTE_ALIGNMENT)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define MOTE_ALIGNED _Alignas(MOTE_ALIGNMENT)
#elif defined(__GNUC__)
#define MOTE_ALIGNED __attribute__((aligned(MOTE_ALIGNMENT)))
#else
#define MOTE_ALIGNED
#endif

#define MOTE_WORDS(octets) (((octets) + 7) / 8)

/* The storage of the handles. Their content is the library's. */
struct mote_config {
  MOTE_ALIGNED uint64_t storage[MOTE_WORDS(MOTE_CONFIG_SIZE)];
};

struct mote_connection {
  MOTE_ALIGNED uint64_t storage[MOTE_WORDS(MOTE_CONNECTION_SIZE)];
};

/* Defines `name`, a mote_connection * to static storage, with the workspace and the datagram
 * buffer of `buffer_size` octets that MOTE_CONNECTION_INIT lends to it. */
#define MOTE_CONNECTION_DEFINE(name, buffer_size)                                        \
  static struct {                                                                        \
    mote_connection connection;                                                          \
    MOTE_ALIGNED uint64_t workspace[MOTE_WORDS(MOTE_WORKSPACE_SIZE + MOTE_REASSEMBLY_SIZE)]; \
    uint8_t buffer[buffer_size];                                                         \
  } name##_storage;                                                                      \
  static mote_connection *const name = &name##_storage.connection

/* Defines `name`, a mote_session_cache * to static storage for `sessions` sessions, which
 * MOTE_SESSION_CACHE_INIT makes a cache of. */
#define MOTE_SESSION_CACHE_DEFINE(name, sessions)                                        \
  static struct {                                                                        \
    MOTE_ALIGNED uint64_t storage[MOTE_WORDS(MOTE_SESSION_CACHE_HEADER_SIZE +            \
                                             (sessions) * MOTE_SESSION_CACHE_ENTRY_SIZE)]; \
  } name##_storage;                                                                      \
  static mote_session_cache *const name = (mote_session_cache *)(void *)&name##_storage

/* Makes what MOTE_SESSION_CACHE_DEFINE defined, in the same file, a cache; a mote_status. */
#define MOTE_SESSION_CACHE_INIT(name) \
  mote_session_cache_init(name##_storage.storage, sizeof name##_storage.storage)

/* Initialises what MOTE_CONNECTION_DEFINE defined, in the same file, and lends its memory.
 * `config` (frozen) and `io` as for mote_connection_init. */
#define MOTE_CONNECTION_INIT(name, config, io)                                           \
  mote_connection_init_and_lend(name, sizeof name##_storage.connection,                  \
                                name##_storage.workspace, sizeof name##_storage.workspace, \
                                name##_storage.buffer, sizeof name##_storage.buffer,     \
                                config, io)

/* Octets of a mote_server: `peers` connected peers, `workspaces` handshakes at the same time with a
 * workspace of `workspace_size` octets each, and a datagram buffer of `buffer_size`. */
#define MOTE_SERVER_SIZE(peers, workspaces, workspace_size, buffer_size)                 \
  (MOTE_SERVER_HEADER_SIZE + (size_t)(peers)*MOTE_SERVER_PEER_SIZE +                     \
   (size_t)(workspaces) * (MOTE_SERVER_HANDSHAKE_SIZE + (size_t)(workspace_size)) +      \
   (size_t)(buffer_size))

/* Defines `name`, a mote_server * to static storage, which MOTE_SERVER_INIT makes a server of. The
 * workspaces have MOTE_REASSEMBLY_SIZE octets for reassembly each. */
#define MOTE_SERVER_DEFINE(name, peers, workspaces, buffer_size)                         \
  enum {                                                                                 \
    name##_peers = (peers),                                                              \
    name##_workspaces = (workspaces),                                                    \
    name##_buffer_size = (buffer_size)                                                   \
  };                                                                                     \
  static struct {                                                                        \
    MOTE_ALIGNED uint64_t storage[MOTE_WORDS(                                            \
        MOTE_SERVER_SIZE(peers, workspaces, MOTE_WORKSPACE_SIZE + MOTE_REASSEMBLY_SIZE,  \
                         buffer_size))];                                                 \
  } name##_storage;                                                                      \
  static mote_server *const name = (mote_server *)(void *)&name##_storage

/* Makes what MOTE_SERVER_DEFINE defined, in the same file, a server; a mote_status. `config`
 * (frozen, of a server) and `io` as for mote_server_init. */
#define MOTE_SERVER_INIT(name, config, io)                                               \
  mote_server_init(name##_storage.storage, sizeof name##_storage.storage, config, io,    \
                   name##_peers, name##_workspaces,                                      \
                   MOTE_WORKSPACE_SIZE + MOTE_REASSEMBLY_SIZE, name##_buffer_size)

/* mote_connection_init, then mote_connection_lend; the status of the first that fails. */
static inline mote_status mote_connection_init_and_lend(mote_connection *connection,
                                                        size_t connection_size, void *workspace,
                                                        size_t workspace_size, void *buffer,
                                                        size_t buffer_size,
                                                        const mote_config *config,
                                                        const mote_io *io)
{
  mote_status status = mote_connection_init(connection, connection_size, config, io);
  return status != MOTE_OK ? status
                           : mote_connection_lend(connection, workspace, workspace_size, buffer,
                                                  buffer_size);
}

#endif
