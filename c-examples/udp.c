/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "udp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define UDP_FAILURE (-3) /* neither MOTE_IO_NOTHING nor MOTE_IO_TOO_BIG */

_Static_assert(sizeof(struct sockaddr_in6) <= MOTE_ADDRESS_MAX, "an address must fit");

/* --- Sockets --------------------------------------------------------------------------------- */

/* Non-blocking, and never fragmented by IP (RFC 6347 4.1.1.1: "the DTLS implementation SHOULD set
 * the DF bit"), so that the kernel says EMSGSIZE and the library cuts its flight anew. */
static bool prepare(int descriptor)
{
#if defined(IP_MTU_DISCOVER) && defined(IP_PMTUDISC_DO)
  int discover = IP_PMTUDISC_DO;
  (void)setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
#endif
#if defined(IPV6_MTU_DISCOVER) && defined(IPV6_PMTUDISC_DO)
  int discover6 = IPV6_PMTUDISC_DO;
  (void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &discover6, sizeof discover6);
#endif
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

typedef int attach(int descriptor, const struct sockaddr *address, socklen_t length);

/* Tries every address of `host` (NULL: the wildcard) until one can be attached to. */
static const char *open_socket(struct udp *udp, int family, int flags, const char *host,
                               const char *port, attach *how)
{
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM, .ai_flags = flags};
  struct addrinfo *list;
  int error = getaddrinfo(host, port, &hints, &list);
  if (error != 0)
    return error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);

  int number = EADDRNOTAVAIL;
  udp->descriptor = -1;
  udp->last_error = 0;
  udp->octets = udp->datagrams = 0;
  for (const struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) {
    int descriptor = socket(entry->ai_family, entry->ai_socktype, entry->ai_protocol);
    int only_v6 = 0;
    if (descriptor >= 0 && entry->ai_family == AF_INET6)
      (void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
    if (descriptor >= 0 && prepare(descriptor) &&
        how(descriptor, entry->ai_addr, entry->ai_addrlen) == 0) {
      udp->descriptor = descriptor;
      break;
    }
    number = errno;
    if (descriptor >= 0)
      close(descriptor);
  }
  freeaddrinfo(list);
  return udp->descriptor >= 0 ? NULL : strerror(number);
}

const char *udp_connect(struct udp *udp, const char *host, const char *port)
{
  return open_socket(udp, AF_UNSPEC, AI_NUMERICSERV, host, port, connect);
}

const char *udp_listen(struct udp *udp, const char *port)
{
  /* One IPv6 socket serves IPv4 too, as ::ffff:a.b.c.d; IPv4 alone is for hosts without IPv6. */
  if (open_socket(udp, AF_INET6, AI_PASSIVE | AI_NUMERICSERV, NULL, port, bind) == NULL)
    return NULL;
  return open_socket(udp, AF_INET, AI_PASSIVE | AI_NUMERICSERV, NULL, port, bind);
}

unsigned udp_port(const struct udp *udp)
{
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  char service[16] = "0";
  if (getsockname(udp->descriptor, (struct sockaddr *)&address, &length) == 0)
    (void)getnameinfo((struct sockaddr *)&address, length, NULL, 0, service, sizeof service,
                      NI_NUMERICSERV | NI_DGRAM);
  return (unsigned)strtoul(service, NULL, 10);
}

void udp_close(struct udp *udp)
{
  close(udp->descriptor);
  udp->descriptor = -1;
}

bool udp_wait(struct udp *udp, enum udp_readiness readiness, uint32_t timeout_ms,
              const sigset_t *signals)
{
  struct timespec timeout = {.tv_sec = (time_t)(timeout_ms / 1000),
                             .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(udp->descriptor, &set);
  return pselect(udp->descriptor + 1, readiness == UDP_READABLE ? &set : NULL,
                 readiness == UDP_WRITABLE ? &set : NULL, NULL,
                 timeout_ms == MOTE_NO_TIMEOUT ? NULL : &timeout, signals) > 0;
}

/* --- Datagrams ------------------------------------------------------------------------------- */

/* What an ICMP message, which anybody can forge, or a passing state of the network brings: the
 * datagram is lost, and whether the peer is there only time can tell (RFC 6347 4.1.1.1). */
static bool is_hearsay(int error)
{
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
         error == EHOSTDOWN || error == ENETDOWN;
}

static void count(struct udp *udp, size_t octets)
{
  udp->octets += octets;
  udp->datagrams++;
}

static int32_t send_datagram(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *datagram, size_t length)
{
  struct udp *udp = user;
  struct sockaddr_storage to;
  if (address_length > sizeof to)
    return UDP_FAILURE;
  if (address_length > 0)
    memcpy(&to, address, address_length);

  /* Twice, since an ICMP message about an earlier datagram is reported in place of sending. */
  for (int attempt = 0; attempt < 2; attempt++) {
    ssize_t sent = sendto(udp->descriptor, datagram, length, 0,
                          address_length > 0 ? (struct sockaddr *)&to : NULL,
                          (socklen_t)address_length);
    if (sent >= 0) {
      count(udp, (size_t)sent);
      return (int32_t)sent;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
      return MOTE_IO_NOTHING;
    if (errno == EMSGSIZE)
      return MOTE_IO_TOO_BIG;
    udp->last_error = errno;
    if (!is_hearsay(errno) && errno != EINTR)
      return UDP_FAILURE;
  }
  return (int32_t)length;
}

int32_t udp_receive(struct udp *udp, struct udp_address *from, uint8_t *buffer, size_t capacity)
{
  struct sockaddr_storage address;
  struct iovec part = {.iov_base = buffer, .iov_len = capacity};
  struct msghdr message = {
      .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1};
#if defined(__linux__)
  const int flags = MSG_TRUNC; /* the length as it was sent, not as it fits */
#else
  const int flags = 0;
#endif

  ssize_t length = recvmsg(udp->descriptor, &message, flags);
  if (length < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
      return MOTE_IO_NOTHING;
    udp->last_error = errno;
    return is_hearsay(errno) ? MOTE_IO_NOTHING : UDP_FAILURE;
  }
  if ((message.msg_flags & MSG_TRUNC) != 0 && (size_t)length <= capacity)
    length = (ssize_t)capacity + 1;
  count(udp, (size_t)length);
  if (from != NULL) {
    size_t size = message.msg_namelen <= sizeof from->octets ? message.msg_namelen : 0;
    memcpy(from->octets, &address, size);
    from->length = size;
  }
  return (int32_t)length;
}

static int32_t receive_datagram(void *user, uint8_t *address_out, size_t *address_length,
                                uint8_t *buffer, size_t capacity)
{
  /* A connection has a connected socket, and there is only one it can come from. */
  struct udp_address from;
  int32_t length = udp_receive(user, &from, buffer, capacity);
  if (length >= 0 && address_out != NULL) {
    memcpy(address_out, from.octets, from.length); /* the library has room for the longest */
    *address_length = from.length;
  }
  return length;
}

/* --- Randomness and time --------------------------------------------------------------------- */

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  while (length > 0) {
    ssize_t filled = getrandom(out, length, 0);
    if (filled < 0 && errno != EINTR)
      return -1;
    if (filled > 0) {
      out += filled;
      length -= (size_t)filled;
    }
  }
  return 0;
}

uint32_t udp_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}

static uint32_t now_ms(void *user)
{
  (void)user;
  return udp_now_ms();
}

mote_io udp_io(struct udp *udp)
{
  return (mote_io){.user = udp,
                   .send = send_datagram,
                   .recv = receive_datagram,
                   .random = fill_random,
                   .now_ms = now_ms};
}
