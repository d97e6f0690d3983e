/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "../host.h"
#include "../measure.h"
#include "credentials.h"
#include "device.h"

mote_config config;

static int32_t send_datagram(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *datagram, size_t length)
{
  (void)user, (void)address, (void)address_length;
  host_send(datagram, length);
  return (int32_t)length;
}

/* Without an address: there is one peer. */
static int32_t receive_datagram(void *user, uint8_t *address, size_t *address_length,
                                uint8_t *buffer, size_t capacity)
{
  (void)user;
  if (address != NULL) {
    address[0] = 1;
    *address_length = 1;
  }
  return (int32_t)host_receive(buffer, capacity);
}

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  host_random(out, length);
  return 0;
}

/* Nothing is lost here, so that no timer matters. */
static uint32_t now_ms(void *user)
{
  (void)user;
  return 0;
}

const mote_io io = {NULL, send_datagram, receive_datagram, fill_random, now_ms};

#if defined(RPK) || defined(X509)
static mote_status set_public_keys(mote_role role)
{
  const int is_server = role == MOTE_ROLE_SERVER;
  mote_status status = mote_config_set_private_key(
      &config, is_server ? server_key : client_key,
      is_server ? sizeof server_key : sizeof client_key);
#ifdef RPK
  if (status == MOTE_OK)
    status = mote_config_set_rpk(&config, is_server ? server_public_key : client_public_key,
                                 sizeof client_public_key);
  if (status == MOTE_OK)
    status = mote_config_set_peer_rpks(
        &config, is_server ? client_public_key : server_public_key, sizeof client_public_key);
#endif
  return status;
}
#endif

#ifdef X509
static uint64_t unix_time(void *user)
{
  (void)user;
  return host_unix_time();
}

static mote_status set_certificates(mote_role role)
{
  const int is_server = role == MOTE_ROLE_SERVER;
  mote_status status = mote_config_set_certificate(
      &config, is_server ? server_certificate : client_certificate,
      is_server ? sizeof server_certificate : sizeof client_certificate);
  if (status == MOTE_OK)
    status = mote_config_set_trust_anchors(&config, root_certificate, sizeof root_certificate);
  if (status == MOTE_OK)
    status = mote_config_set_time(&config, unix_time, NULL);
  if (status == MOTE_OK && !is_server)
    status = mote_config_set_server_name(&config, SERVER_NAME);
  return status;
}
#endif

static mote_status set(mote_role role)
{
  mote_status status = MOTE_OK;
#ifdef PSK
  status = mote_config_set_psk(&config, psk_identity, sizeof psk_identity, psk_key, sizeof psk_key);
#endif
#if defined(RPK) || defined(X509)
  if (status == MOTE_OK)
    status = set_public_keys(role);
#endif
#ifdef X509
  if (status == MOTE_OK)
    status = set_certificates(role);
#endif
#ifdef CLIENT
  if (status == MOTE_OK && role == MOTE_ROLE_CLIENT)
    status = mote_config_set_max_fragment_length(&config, 512);
#endif
  if (status == MOTE_OK)
    status = mote_config_set_mtu(&config, BUFFER_SIZE);
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}

mote_status configure(mote_role role)
{
  measure_begin();
  mote_status status = mote_config_init(&config, sizeof config, role);
  measure_end(MEASURED_INIT);
  if (status != MOTE_OK)
    return status;
  measure_begin();
  status = set(role);
  measure_end(MEASURED_CONFIGURE);
  return status;
}
