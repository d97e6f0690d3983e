/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Whether the peer is still there, and how much the path to it takes. */
#include "link.h"

/* [keep-alive] */
/* Before the freeze. */
mote_status configure_keep_alive(mote_config *config)
{
  mote_status status = mote_config_set_heartbeat(config, MOTE_HEARTBEAT_MODE_PEER_ALLOWED);
  return status == MOTE_OK ? mote_config_set_keep_alive(config, 60000) : status;
}
/* [keep-alive end] */

/* [probe] */
/* From time to time, once connected: the largest size that has not been tried in vain. */
mote_status probe_path(mote_connection *connection)
{
  static const size_t sizes[] = {1452, 1232, 1024, 576};
  mote_info info;
  mote_status status = mote_connection_info(connection, &info);
  if (status != MOTE_OK || info.heartbeat_in_flight)
    return status;
  if (info.heartbeats_lost >= sizeof sizes / sizeof *sizes ||
      sizes[info.heartbeats_lost] <= info.mtu)
    return MOTE_OK; /* nothing more to be gained */
  return mote_connection_probe_mtu(connection, sizes[info.heartbeats_lost]);
}
/* [probe end] */
