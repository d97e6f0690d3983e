/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device with a raw public key. */
#include "device.h"
#include "device_keys.h"

/* [raw keys] */
mote_status configure_raw_keys(mote_config *config)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(config, device_key, sizeof device_key);
  if (status == MOTE_OK)
    status = mote_config_set_rpk(config, device_public_key, sizeof device_public_key);
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpk_hashes(config, server_key_hashes, sizeof server_key_hashes);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}
/* [raw keys end] */
