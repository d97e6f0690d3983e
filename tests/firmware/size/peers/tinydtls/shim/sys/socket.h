/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* As much of addresses as tinydtls wants, and no more room than an IPv6 address takes. */
#ifndef SYS_SOCKET_H
#define SYS_SOCKET_H

#include <stdint.h>

typedef uint32_t socklen_t;
typedef uint16_t sa_family_t;

enum { AF_INET = 2, AF_INET6 = 10 };

struct sockaddr {
  sa_family_t sa_family;
};

struct in_addr {
  uint32_t s_addr;
};

struct in6_addr {
  uint8_t s6_addr[16];
};

struct sockaddr_in {
  sa_family_t sin_family;
  uint16_t sin_port;
  struct in_addr sin_addr;
};

struct sockaddr_in6 {
  sa_family_t sin6_family;
  uint16_t sin6_port;
  struct in6_addr sin6_addr;
};

struct sockaddr_storage {
  struct sockaddr_in6 largest;
};

#endif
