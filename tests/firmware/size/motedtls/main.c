/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "../host.h"
#include "../measure.h"
#include "device.h"

int main(void)
{
#if defined(CLIENT) && defined(SERVER)
  mote_status status = host_is_server() ? run_server() : run_client();
#elif defined(CLIENT)
  mote_status status = run_client();
#else
  mote_status status = run_server();
#endif
  if (status != MOTE_OK)
    host_say("failed", (uint32_t)-status);
  host_say("config", sizeof(mote_config));
  host_say("connection", sizeof(mote_connection));
  host_say("workspace", MOTE_WORKSPACE_SIZE);
  host_say("reassembly", MOTE_REASSEMBLY_SIZE);
  host_say("buffer", BUFFER_SIZE);
  host_say("server", server_size);
  measure_say();
  return status == MOTE_OK ? 0 : 1;
}
