/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The image without a DTLS library: datagrams go back as they come. What it takes is subtracted
 * from every other. */
#include "host.h"
#include "measure.h"

int main(void)
{
  uint8_t datagram[64];
  measure_begin();
  host_random(datagram, host_receive(datagram, sizeof datagram));
  host_send(datagram, host_unix_time() + (uint32_t)host_is_server());
  measure_end(MEASURED_READ);
  measure_say();
  return 0;
}
