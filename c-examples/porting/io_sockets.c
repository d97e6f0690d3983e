/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* send and recv on BSD sockets: POSIX, lwIP (LWIP_SOCKET), Zephyr, whose calls have these names. */
#include "io.h"

#include <errno.h>
#include <sys/socket.h>

/* [sockets] */
/* What may pass: the datagram is lost, and the library will send it again. Anybody can forge the
 * ICMP message that is behind some of these. */
static bool is_passing(int error)
{
  return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
         error == ENETDOWN || error == EINTR;
}

/* The socket is connected to the server, and is non-blocking. */
int32_t sockets_send(void *user, const uint8_t *address, size_t address_length,
                     const uint8_t *datagram, size_t length)
{
  const int *descriptor = user;
  (void)address; /* for connections that share a socket: see mote_connection_set_peer_address */
  (void)address_length;
  if (send(*descriptor, datagram, length, 0) >= 0)
    return (int32_t)length;
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ENOMEM)
    return MOTE_IO_NOTHING;
  if (errno == EMSGSIZE)
    return MOTE_IO_TOO_BIG;
  return is_passing(errno) ? (int32_t)length : IO_FAILURE;
}

int32_t sockets_recv(void *user, uint8_t *address, size_t *address_length, uint8_t *buffer,
                     size_t capacity)
{
  const int *descriptor = user;
  (void)address;
  (void)address_length;
  struct iovec part = {.iov_base = buffer, .iov_len = capacity};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  ssize_t length = recvmsg(*descriptor, &message, 0);
  if (length >= 0)
    return (message.msg_flags & MSG_TRUNC) != 0 ? (int32_t)capacity + 1 : (int32_t)length;
  if (errno == EAGAIN || errno == EWOULDBLOCK || is_passing(errno))
    return MOTE_IO_NOTHING;
  return IO_FAILURE;
}
/* [sockets end] */
