/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An image with a panic in it, for the check to find. */
#include <stddef.h>
#include <stdint.h>

uint8_t planted_index(const uint8_t *values, size_t length, size_t index);
uint8_t planted_unwrap(const uint8_t *values, size_t length);

static volatile uint32_t port;

void _start(void)
{
  const uint8_t values[4] = {1, 2, 3, (uint8_t)port};
#ifdef PLANTED_INDEX
  port = planted_index(values, port, port);
#endif
#ifdef PLANTED_UNWRAP
  port = planted_unwrap(values, port);
#endif
  port = values[port & 3];
  for (;;)
    port = 0;
}
