/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device with a certificate. */
#include "device.h"
#include "device_keys.h"

/* [certificates] */
static uint64_t utc_seconds(void *user)
{
  (void)user;
  return board_utc_seconds(); /* 0 while it is not known: the handshake then fails */
}

mote_status configure_certificates(mote_config *config)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(config, device_key, sizeof device_key);
  if (status == MOTE_OK)
    status = mote_config_set_certificate(config, device_chain, sizeof device_chain);
  if (status == MOTE_OK)
    status = mote_config_set_trust_anchors(config, trust_anchors, sizeof trust_anchors);
  if (status == MOTE_OK)
    status = mote_config_set_server_name(config, "coap.example.com");
  if (status == MOTE_OK)
    status = mote_config_set_time(config, utc_seconds, NULL);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}
/* [certificates end] */
