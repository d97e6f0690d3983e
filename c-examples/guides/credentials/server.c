/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The server of such devices: all three modes at one port. */
#include "device.h"
#include "server_keys.h"

#include <string.h>

/* [find key] */
mote_status find_key(void *user, const uint8_t *identity, size_t identity_length, uint8_t *key,
                     size_t key_capacity, size_t *key_length)
{
  const struct psk_table *table = user;
  mote_status status = MOTE_ERROR_UNKNOWN_IDENTITY;
  /* To the end in any case: how long it takes does not tell who is there. */
  for (size_t i = 0; i < table->count; i++) {
    const struct psk_record *record = &table->records[i];
    if (record->identity_length == identity_length && record->key_length <= key_capacity &&
        memcmp(record->identity, identity, identity_length) == 0) {
      memcpy(key, record->key, record->key_length);
      *key_length = record->key_length;
      status = MOTE_OK;
    }
  }
  return status;
}
/* [find key end] */

static uint64_t utc_seconds(void *user)
{
  (void)user;
  return board_utc_seconds();
}

/* [server] */
mote_status configure_server(mote_config *config, struct psk_table *psks,
                             struct revoked_keys *revoked)
{
  mote_status status = mote_config_init(config, sizeof *config, MOTE_ROLE_SERVER);
  /* Pre-shared keys. */
  if (status == MOTE_OK)
    status = mote_config_set_psk_lookup(config, find_key, psks);
  /* Who we are: one private key for the raw public key and for the certificate. */
  if (status == MOTE_OK)
    status = mote_config_set_private_key(config, server_key, sizeof server_key);
  if (status == MOTE_OK)
    status = mote_config_set_rpk(config, server_public_key, sizeof server_public_key);
  if (status == MOTE_OK)
    status = mote_config_set_certificate(config, server_chain, sizeof server_chain);
  /* Whom we accept: these keys, and the certificates of this CA that have an EUI-64. */
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpk_hashes(config, device_key_hashes, sizeof device_key_hashes);
  if (status == MOTE_OK)
    status = mote_config_set_trust_anchors(config, trust_anchors, sizeof trust_anchors);
  if (status == MOTE_OK)
    status = mote_config_set_time(config, utc_seconds, NULL);
  if (status == MOTE_OK)
    status = mote_config_set_eui64_required(config, true);
  if (status == MOTE_OK)
    status = mote_config_set_verify(config, refuse_revoked, revoked);
  return status == MOTE_OK ? mote_config_freeze(config) : status;
}
/* [server end] */

/* [verify] */
/* Keys that were stolen or scrapped. It can only refuse: that somebody is to be trusted is for
 * keys and anchors to say. */
mote_status refuse_revoked(void *user, const mote_peer_credential *peer)
{
  const struct revoked_keys *revoked = user;
  for (size_t i = 0; i < revoked->count; i++)
    if (memcmp(&revoked->hashes[i * MOTE_KEY_HASH_LENGTH], peer->key_hash,
               MOTE_KEY_HASH_LENGTH) == 0)
      return MOTE_ERROR_REFUSED;
  return MOTE_OK;
}
/* [verify end] */

/* [who] */
/* `info` is of a peer that is connected: of mote_connection_info or mote_peer_info. */
const struct device_record *who_is(const mote_info *info, const struct device_record *devices,
                                   size_t count)
{
  for (size_t i = 0; i < count; i++) {
    const struct device_record *device = &devices[i];
    bool is_it = false;
    switch (info->peer_type) {
    case MOTE_PEER_TYPE_PSK: /* of mote_peer_info the first 32 octets: have shorter ones */
      is_it = !info->psk_identity_truncated &&
              info->psk_identity_length == strlen(device->identity) &&
              memcmp(info->psk_identity, device->identity, info->psk_identity_length) == 0;
      break;
    case MOTE_PEER_TYPE_RPK:
      is_it = memcmp(info->peer_key_hash, device->key_hash, MOTE_KEY_HASH_LENGTH) == 0;
      break;
    case MOTE_PEER_TYPE_CERTIFICATE:
      is_it = info->peer_eui64 != NULL &&
              memcmp(info->peer_eui64, device->eui64, MOTE_EUI64_LENGTH) == 0;
      break;
    default: /* nothing was asked, or nothing shown */
      break;
    }
    if (is_it)
      return device;
  }
  return NULL;
}
/* [who end] */
