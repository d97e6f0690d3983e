/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device that knows several servers. */
#include "device.h"
#include "device_keys.h"

/* [servers] */
/* The server for data is known by its key; that for updates by a name and a CA of its own, and is
 * not asked for a date: an update must also reach a device that has forgotten what day it is. */
static mote_config configs[SERVERS];

mote_status configure_servers(void)
{
  mote_config *update = &configs[SERVER_UPDATE];
  mote_status status = configure_raw_keys(&configs[SERVER_DATA]);
  if (status == MOTE_OK)
    status = mote_config_init(update, sizeof *update, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(update, device_key, sizeof device_key);
  if (status == MOTE_OK)
    status = mote_config_set_certificate(update, device_chain, sizeof device_chain);
  if (status == MOTE_OK)
    status = mote_config_set_trust_anchors(update, trust_anchors, sizeof trust_anchors);
  if (status == MOTE_OK)
    status = mote_config_set_server_name(update, "coap.example.com");
  if (status == MOTE_OK)
    status = mote_config_set_no_time(update);
  return status == MOTE_OK ? mote_config_freeze(update) : status;
}

const mote_config *config_of_server(unsigned server)
{
  return &configs[server]; /* for mote_connection_init */
}
/* [servers end] */
