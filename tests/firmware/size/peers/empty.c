/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The image without a peer, but with the heap that peers have. */
#include "../host.h"
#include "../measure.h"
#include "heap.h"

#include <stdlib.h>

int main(void)
{
  uint8_t datagram[64];
  measure_begin();
  host_random(datagram, host_receive(datagram, sizeof datagram));
  host_send(datagram, host_unix_time() + (uint32_t)host_is_server());
  measure_end(MEASURED_READ);
  free(realloc(calloc(heap_peak(), heap_taken()), datagram[0]));
  measure_say();
  return 0;
}
