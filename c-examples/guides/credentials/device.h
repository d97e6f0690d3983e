/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files here share, and what stands for the device: its drivers. */
#ifndef DEVICE_H
#define DEVICE_H

#include <motedtls_static.h>

/* Seconds since 1970 (UTC); 0 while nobody knows: before the network or the GNSS has said so. */
uint64_t board_utc_seconds(void);

/* ECDSA on P-256 in a secure element, as two calls: it has begun; it is done (r and s). */
bool board_element_is_idle(void);
void board_element_begin(const uint8_t digest[32]);
bool board_element_take(uint8_t signature[64]);

/* The configurations of a device. Each is ready for mote_connection_init. */
mote_status configure_psk(mote_config *config);
mote_status configure_raw_keys(mote_config *config);
mote_status configure_certificates(mote_config *config);
mote_status configure_element(mote_config *config);

/* Several servers. */
enum { SERVER_DATA, SERVER_UPDATE, SERVERS };
mote_status configure_servers(void);
const mote_config *config_of_server(unsigned server);

/* A server's side. */
struct psk_record {
  const uint8_t *identity;
  size_t identity_length;
  const uint8_t *key;
  size_t key_length;
};
struct psk_table {
  const struct psk_record *records;
  size_t count;
};
mote_status find_key(void *user, const uint8_t *identity, size_t identity_length, uint8_t *key,
                     size_t key_capacity, size_t *key_length);
struct revoked_keys {
  const uint8_t *hashes; /* one after another */
  size_t count;
};
mote_status configure_server(mote_config *config, struct psk_table *psks,
                             struct revoked_keys *revoked);
mote_status refuse_revoked(void *user, const mote_peer_credential *peer);

/* Who it is, once connected. */
struct device_record {
  uint8_t eui64[MOTE_EUI64_LENGTH];
  uint8_t key_hash[MOTE_KEY_HASH_LENGTH];
  const char *identity;
};
const struct device_record *who_is(const mote_info *info, const struct device_record *devices,
                                   size_t count);

#endif
