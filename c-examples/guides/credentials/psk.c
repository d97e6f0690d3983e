/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device with a pre-shared key. */
#include "device.h"
#include "device_keys.h"

/* [psk] */
mote_status configure_psk(mote_config *config)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_psk(config, psk_identity, sizeof psk_identity, psk_key,
                                 sizeof psk_key);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}
/* [psk end] */
