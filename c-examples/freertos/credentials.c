/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "credentials.h"

#include "board.h"

/* Static, since a configuration borrows them. On a device they lie in flash and need no RAM. */
static struct {
  uint8_t octets[1024];
  size_t length;
} psk, key, certificates, anchors, peer_key;

static const uint8_t psk_identity[] = {'d', 'e', 'v', 'i', 'c', 'e', '1'};
static uint8_t public_key[MOTE_PUBLIC_KEY_INFO_LENGTH];

#define LOAD(what, name) what.length = board_credential(name, what.octets, sizeof what.octets)

void credentials_load(void)
{
  LOAD(psk, "psk");
  LOAD(key, "key");
  LOAD(certificates, "certificates");
  LOAD(anchors, "anchors");
  LOAD(peer_key, "peer-key");
}

static uint64_t utc_seconds(void *user)
{
  (void)user;
  return board_utc_seconds();
}

static mote_status set_psk(mote_config *config)
{
  return mote_config_set_psk(config, psk_identity, sizeof psk_identity, psk.octets, psk.length);
}

static mote_status set_raw_keys(mote_config *config)
{
  /* A device has its public key beside the private one: making it takes one multiplication. */
  mote_status status = mote_public_key_info(key.octets, key.length, public_key);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(config, key.octets, key.length);
  if (status == MOTE_OK)
    status = mote_config_set_rpk(config, public_key, sizeof public_key);
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpks(config, peer_key.octets, peer_key.length);
  return status;
}

static mote_status set_certificates(mote_config *config, mote_role role)
{
  mote_status status = mote_config_set_private_key(config, key.octets, key.length);
  if (status == MOTE_OK)
    status = mote_config_set_certificate(config, certificates.octets, certificates.length);
  if (status == MOTE_OK)
    status = mote_config_set_trust_anchors(config, anchors.octets, anchors.length);
  if (status == MOTE_OK)
    status = mote_config_set_time(config, utc_seconds, NULL);
  if (status == MOTE_OK && role == MOTE_ROLE_CLIENT)
    status = mote_config_set_server_name(config, CREDENTIALS_SERVER_NAME);
  return status;
}

mote_status credentials_set(mote_config *config, mote_role role, enum credentials kind)
{
  switch (kind) {
  case CREDENTIALS_PSK: return set_psk(config);
  case CREDENTIALS_RPK: return set_raw_keys(config);
  case CREDENTIALS_X509: return set_certificates(config, role);
  }
  return MOTE_ERROR_ARGUMENT;
}
