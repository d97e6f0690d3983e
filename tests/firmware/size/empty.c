/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The image without a DTLS library, which takes what the glue takes: it is subtracted from every
 * other. HEAP: with the heap that peers have. */
#include "host.h"
#include "measure.h"

#ifdef HEAP
#include "peers/heap.h"

#include <stdlib.h>
#endif

int main(void)
{
  uint8_t datagram[64];
  measure_begin();
  host_random(datagram, host_receive(datagram, sizeof datagram));
  host_send(datagram, host_unix_time() + (uint32_t)host_is_server());
  measure_end(MEASURED_READ);
#ifdef HEAP
  free(realloc(calloc(heap_peak(), heap_taken()), datagram[0]));
#endif
  measure_say();
  return 0;
}
