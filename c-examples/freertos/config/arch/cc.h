/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What lwIP wants to know of compiler and processor. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#define BYTE_ORDER LITTLE_ENDIAN

#define LWIP_NO_UNISTD_H 1
#define LWIP_TIMEVAL_PRIVATE 0

void hooks_assert(const char *file, int line);
#define LWIP_PLATFORM_ASSERT(message) hooks_assert(message, 0)
#define LWIP_PLATFORM_DIAG(arguments) \
  do { \
  } while (0)

#endif
