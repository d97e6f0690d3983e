/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device whose private key never leaves a secure element. */
#include "device.h"
#include "device_keys.h"

#include <string.h>

/* [element] */
/* The signature that the element works on: one at a time. */
static struct {
  bool has_begun;
  uint8_t digest[32];
} job;

/* Asked again for the same digest until it does not say MOTE_PENDING; for another one when the
 * handshake was given up in between. */
static mote_status sign(void *user, const uint8_t *digest, uint8_t *signature)
{
  (void)user;
  if (!job.has_begun || memcmp(job.digest, digest, sizeof job.digest) != 0) {
    if (!board_element_is_idle())
      return MOTE_PENDING;
    memcpy(job.digest, digest, sizeof job.digest);
    board_element_begin(digest);
    job.has_begun = true;
  }
  if (!board_element_take(signature))
    return MOTE_PENDING;
  job.has_begun = false;
  return MOTE_OK;
}

mote_status configure_element(mote_config *config)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_signer(config, sign, NULL);
  if (status == MOTE_OK)
    status = mote_config_set_rpk(config, device_public_key, sizeof device_public_key);
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpk_hashes(config, server_key_hashes, sizeof server_key_hashes);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}
/* [element end] */
