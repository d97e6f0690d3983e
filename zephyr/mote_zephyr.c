/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Zephyr's sockets, randomness and clock as a mote_io, and Kconfig's values as a mote_config. */
#include <mote_zephyr.h>

#include <errno.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/net_ip.h>
#include <zephyr/net/socket.h>
#if __has_include(<zephyr/random/random.h>)
#include <zephyr/random/random.h>
#else /* before 3.5 */
#include <zephyr/random/rand32.h>
#endif

/* Any negative number but those of the header. */
#define IO_FAILURE (-100)

BUILD_ASSERT(sizeof(struct sockaddr_in6) <= MOTE_ADDRESS_MAX, "mote_io has no room for an address");

/* --- Addresses ------------------------------------------------------------------------------- */

static socklen_t address_size(const struct sockaddr *address)
{
  return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static bool resolve(const char *host, uint16_t port, struct sockaddr *address)
{
  memset(address, 0, sizeof *address);
  bool found = net_ipaddr_parse(host, strlen(host), address);
#ifdef CONFIG_DNS_RESOLVER
  struct zsock_addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *answer;
  if (!found && zsock_getaddrinfo(host, NULL, &hints, &answer) == 0) {
    memcpy(address, answer->ai_addr, answer->ai_addrlen);
    zsock_freeaddrinfo(answer);
    found = true;
  }
#endif
  /* The port lies at the same place for IPv6. */
  net_sin(address)->sin_port = htons(port);
  return found;
}

/* --- The callbacks --------------------------------------------------------------------------- */

/* What may pass: no link, no route, an interface that drops (EIO), what a forged ICMP message can
 * bring about. The datagram is lost, and the library will send it again. */
static bool is_passing(int error)
{
  return error == EIO || error == ENETDOWN || error == ENETUNREACH || error == EHOSTUNREACH ||
         error == ECONNREFUSED || error == EINTR;
}

static bool is_busy(int error)
{
  return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

/* `octets` is what socket_recv gave, or NULL for a socket that is connected. */
static int32_t socket_send(void *user, const uint8_t *octets, size_t octets_length,
                           const uint8_t *datagram, size_t length)
{
  struct mote_zephyr_socket *socket = user;
  struct sockaddr peer;
  memset(&peer, 0, sizeof peer);
  if (octets != NULL)
    memcpy(&peer, octets, MIN(octets_length, sizeof peer));
  ssize_t sent = zsock_sendto(socket->descriptor, datagram, length, ZSOCK_MSG_DONTWAIT,
                              octets != NULL ? &peer : NULL, (socklen_t)octets_length);
  if (sent >= 0)
    return (int32_t)length;
  if (is_busy(errno))
    return MOTE_IO_NOTHING;
  if (errno == EMSGSIZE)
    return MOTE_IO_TOO_BIG;
  socket->last_error = errno;
  return is_passing(errno) ? (int32_t)length : IO_FAILURE;
}

static int32_t socket_recv(void *user, uint8_t *octets, size_t *octets_length, uint8_t *buffer,
                           size_t capacity)
{
  struct mote_zephyr_socket *socket = user;
  struct sockaddr peer;
  socklen_t peer_length = sizeof peer;
  /* What the library compares are octets: padding must not differ. */
  memset(&peer, 0, sizeof peer);
  ssize_t length = zsock_recvfrom(socket->descriptor, buffer, capacity,
                                  ZSOCK_MSG_DONTWAIT | ZSOCK_MSG_TRUNC, &peer, &peer_length);
  if (length >= 0) {
    if (octets != NULL) {
      *octets_length = address_size(&peer);
      memcpy(octets, &peer, *octets_length);
    }
    return (int32_t)length;
  }
  if (is_busy(errno))
    return MOTE_IO_NOTHING;
  socket->last_error = errno;
  return is_passing(errno) ? MOTE_IO_NOTHING : IO_FAILURE;
}

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  ARG_UNUSED(user);
#ifdef CONFIG_MOTEDTLS_TEST_RANDOM
  sys_rand_get(out, length);
  return 0;
#else
  return sys_csrand_get(out, length) == 0 ? 0 : IO_FAILURE;
#endif
}

static uint32_t uptime_ms(void *user)
{
  ARG_UNUSED(user);
  return k_uptime_get_32();
}

/* --- The socket ------------------------------------------------------------------------------ */

static int open_socket(struct mote_zephyr_socket *socket, const struct sockaddr *address,
                       int (*attach)(int, const struct sockaddr *, socklen_t))
{
  socket->io = (mote_io){.user = socket,
                         .send = socket_send,
                         .recv = socket_recv,
                         .random = fill_random,
                         .now_ms = uptime_ms};
  socket->last_error = 0;
  socket->descriptor = zsock_socket(address->sa_family, SOCK_DGRAM, IPPROTO_UDP);
  if (socket->descriptor < 0)
    return -errno;
  if (attach(socket->descriptor, address, address_size(address)) == 0)
    return 0;
  int error = errno;
  mote_zephyr_close(socket);
  return -error;
}

/* zsock_connect and zsock_bind are system calls: inline functions without an address of their own. */
static int connect_to(int descriptor, const struct sockaddr *address, socklen_t length)
{
  return zsock_connect(descriptor, address, length);
}

static int bind_to(int descriptor, const struct sockaddr *address, socklen_t length)
{
  return zsock_bind(descriptor, address, length);
}

int mote_zephyr_connect(struct mote_zephyr_socket *socket, const char *host, uint16_t port)
{
  struct sockaddr server;
  socket->descriptor = -1;
  return resolve(host, port, &server) ? open_socket(socket, &server, connect_to) : -EHOSTUNREACH;
}

int mote_zephyr_listen(struct mote_zephyr_socket *socket, uint16_t port)
{
  struct sockaddr any; /* of all zeros but for family and port */
  memset(&any, 0, sizeof any);
  any.sa_family = IS_ENABLED(CONFIG_NET_IPV6) ? AF_INET6 : AF_INET;
  net_sin(&any)->sin_port = htons(port);
  return open_socket(socket, &any, bind_to);
}

void mote_zephyr_close(struct mote_zephyr_socket *socket)
{
  if (socket->descriptor >= 0)
    (void)zsock_close(socket->descriptor);
  socket->descriptor = -1;
}

/* --- Kconfig --------------------------------------------------------------------------------- */

#ifdef CONFIG_MOTEDTLS_CLIENT
static mote_status set_as_client(mote_config *config)
{
  mote_status status = MOTE_OK;
  if (CONFIG_MOTEDTLS_MAX_FRAGMENT_LENGTH > 0)
    status = mote_config_set_max_fragment_length(config, CONFIG_MOTEDTLS_MAX_FRAGMENT_LENGTH);
#ifdef CONFIG_MOTEDTLS_KEEP_ALIVE
  if (status == MOTE_OK)
    status = mote_config_set_keep_alive(config, CONFIG_MOTEDTLS_KEEP_ALIVE_MS);
#endif
  return status;
}
#endif

mote_status mote_zephyr_config_init(mote_config *config, mote_role role)
{
  mote_status status = mote_config_init(config, sizeof *config, role);
  if (status == MOTE_OK)
    status = mote_config_set_mtu(config, CONFIG_MOTEDTLS_MTU);
  if (status == MOTE_OK)
    status = mote_config_set_retransmission(config, CONFIG_MOTEDTLS_RETRANSMISSION_INITIAL_MS,
                                            CONFIG_MOTEDTLS_RETRANSMISSION_MAX_MS);
  if (status == MOTE_OK)
    status = mote_config_set_handshake_timeout(config, CONFIG_MOTEDTLS_HANDSHAKE_TIMEOUT_MS);
#ifdef CONFIG_MOTEDTLS_HEARTBEAT
  if (status == MOTE_OK)
    status = mote_config_set_heartbeat(config, MOTE_HEARTBEAT_MODE_PEER_ALLOWED);
#endif
#ifdef CONFIG_MOTEDTLS_CLIENT
  if (status == MOTE_OK && role == MOTE_ROLE_CLIENT)
    status = set_as_client(config);
#endif
  return status;
}
