/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LOOPBACK 0x7F000000u

int net_open(void)
{
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  const int on = 1, octets = 8 << 20;
  const struct sockaddr_in any = {.sin_family = AF_INET};
  if (descriptor < 0 ||
      setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0 ||
      bind(descriptor, (const struct sockaddr *)&any, sizeof any) != 0) {
    perror("mote-load: socket");
    if (descriptor >= 0)
      close(descriptor);
    return -1;
  }
  /* As much as the system grants, and word of what did not fit. */
  (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
  (void)setsockopt(descriptor, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  return descriptor;
}

union control {
  char octets[256];
  struct cmsghdr header; /* for its alignment */
};

bool net_send(int descriptor, uint16_t port, host_number from, const uint8_t *datagram,
              size_t length)
{
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  struct iovec part = {.iov_base = (void *)(uintptr_t)datagram, .iov_len = length};
  union control control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.octets,
                           .msg_controllen = CMSG_SPACE(sizeof(struct in_pktinfo))};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  struct in_pktinfo source = {.ipi_spec_dst = {.s_addr = htonl(LOOPBACK | from)}};
  memcpy(CMSG_DATA(header), &source, sizeof source);
  return sendmsg(descriptor, &message, 0) == (ssize_t)length;
}

ssize_t net_receive(int descriptor, int wait_ms, host_number *to, uint8_t *datagram,
                    size_t capacity, uint32_t *dropped)
{
  struct iovec part = {.iov_base = datagram, .iov_len = capacity};
  union control control;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.octets,
                           .msg_controllen = sizeof control.octets};
  ssize_t length = recvmsg(descriptor, &message, 0);
  if (length < 0 && wait_ms > 0) {
    struct pollfd readable = {.fd = descriptor, .events = POLLIN};
    (void)poll(&readable, 1, wait_ms);
    length = recvmsg(descriptor, &message, 0);
  }
  if (length < 0)
    return -1;
  for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL; h = CMSG_NXTHDR(&message, h)) {
    struct in_pktinfo info;
    if (h->cmsg_level == IPPROTO_IP && h->cmsg_type == IP_PKTINFO) {
      memcpy(&info, CMSG_DATA(h), sizeof info);
      *to = ntohl(info.ipi_addr.s_addr) & 0xFFFFFF;
    } else if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_RXQ_OVFL && dropped != NULL) {
      memcpy(dropped, CMSG_DATA(h), sizeof *dropped);
    }
  }
  return length;
}

double net_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

uint32_t net_now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}
