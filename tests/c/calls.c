/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "calls.h"

#include "credentials/credentials.h"

#include <motedtls_static.h>

/* For lend. Each use overwrites what was there, which no test looks at. */
static uint64_t spare_workspace[MOTE_WORKSPACE_SIZE / 8];
static uint64_t spare_buffer[MOTE_BUFFER_MIN / 8];

static mote_status lend(mote_connection *connection)
{
  return mote_connection_lend(connection, spare_workspace, sizeof spare_workspace, spare_buffer,
                              sizeof spare_buffer);
}

static mote_status set_server_name(mote_connection *connection)
{
  return mote_connection_set_server_name(connection, "host.example");
}

static mote_status set_mtu(mote_connection *connection)
{
  return mote_connection_set_mtu(connection, MOTE_MTU_DEFAULT);
}

static mote_status set_psk(mote_connection *connection)
{
  return mote_connection_set_psk(connection, test_identity, sizeof test_identity, test_key,
                                 sizeof test_key);
}

static mote_status set_session(mote_connection *connection)
{
  return mote_connection_set_session(connection, test_key, sizeof test_key, 0);
}

static mote_status set_cached_info(mote_connection *connection)
{
  static uint8_t memory[MOTE_CACHED_INFO_OVERHEAD];
  return mote_connection_set_cached_info(connection, memory, sizeof memory, false);
}

static mote_status set_peer_address(mote_connection *connection)
{
  return mote_connection_set_peer_address(connection, NULL, 0);
}

static mote_status read_record(mote_connection *connection)
{
  static const uint8_t *data;
  static size_t length;
  return mote_connection_read(connection, &data, &length);
}

static mote_status write_record(mote_connection *connection)
{
  return mote_connection_write(connection, (const uint8_t *)"x", 1);
}

static mote_status input(mote_connection *connection)
{
  return mote_connection_input(connection, (const uint8_t *)"noise", 5);
}

static mote_status get_info(mote_connection *connection)
{
  static mote_info info;
  return mote_connection_info(connection, &info);
}

static mote_status export_keys(mote_connection *connection)
{
  static uint8_t out[16];
  return mote_connection_export_keying_material(connection, "EXPERIMENTAL test", NULL, 0, out,
                                                sizeof out);
}

static mote_status export_session(mote_connection *connection)
{
  static uint8_t out[MOTE_SESSION_MAX];
  static size_t length;
  return mote_connection_session_export(connection, out, sizeof out, &length);
}

static mote_status set_user(mote_connection *connection)
{
  return mote_connection_set_user(connection, NULL);
}

static mote_status probe_mtu(mote_connection *connection)
{
  return mote_connection_probe_mtu(connection, 200);
}

const connection_call connection_calls[CONNECTION_CALLS] = {
    [CALL_LEND] = {"lend", lend},
    [CALL_TAKE_BACK] = {"take_back", mote_connection_take_back},
    [CALL_SET_SERVER_NAME] = {"set_server_name", set_server_name},
    [CALL_SET_MTU] = {"set_mtu", set_mtu},
    [CALL_SET_PSK] = {"set_psk", set_psk},
    [CALL_SET_SESSION] = {"set_session", set_session},
    [CALL_SET_CACHED_INFO] = {"set_cached_info", set_cached_info},
    [CALL_SET_PEER_ADDRESS] = {"set_peer_address", set_peer_address},
    [CALL_HANDSHAKE] = {"handshake", mote_connection_handshake},
    [CALL_READ] = {"read", read_record},
    [CALL_WRITE] = {"write", write_record},
    [CALL_INPUT] = {"input", input},
    [CALL_CLOSE] = {"close", mote_connection_close},
    [CALL_WIPE] = {"wipe", mote_connection_wipe},
    [CALL_INFO] = {"info", get_info},
    [CALL_EXPORT] = {"export_keying_material", export_keys},
    [CALL_SESSION_EXPORT] = {"session_export", export_session},
    [CALL_SET_USER] = {"set_user", set_user},
    [CALL_HEARTBEAT] = {"heartbeat", mote_connection_heartbeat},
    [CALL_PROBE_MTU] = {"probe_mtu", probe_mtu},
};

static mote_status config_set_psk(mote_config *config)
{
  return mote_config_set_psk(config, test_identity, sizeof test_identity, test_key,
                             sizeof test_key);
}

static mote_status nobody(void *user, const uint8_t *identity, size_t identity_length, uint8_t *key,
                          size_t key_capacity, size_t *key_length)
{
  (void)user, (void)identity, (void)identity_length, (void)key, (void)key_capacity;
  (void)key_length;
  return MOTE_ERROR_UNKNOWN_IDENTITY;
}

static mote_status config_set_psk_lookup(mote_config *config)
{
  return mote_config_set_psk_lookup(config, nobody, NULL);
}

static mote_status config_set_server_name(mote_config *config)
{
  return mote_config_set_server_name(config, "host.example");
}

static mote_status config_set_max_fragment_length(mote_config *config)
{
  return mote_config_set_max_fragment_length(config, 512);
}

static mote_status config_set_mtu(mote_config *config)
{
  return mote_config_set_mtu(config, 1024);
}

static mote_status config_set_retransmission(mote_config *config)
{
  return mote_config_set_retransmission(config, 1000, 60000);
}

static mote_status config_set_forgery_limit(mote_config *config)
{
  return mote_config_set_forgery_limit(config, 1000);
}

static mote_status config_set_cookie(mote_config *config)
{
  return mote_config_set_cookie(config, true);
}

static mote_status config_set_secure_renegotiation_required(mote_config *config)
{
  return mote_config_set_secure_renegotiation_required(config, true);
}

MOTE_SESSION_CACHE_DEFINE(spare_cache, 1);

static mote_status config_set_session_cache(mote_config *config)
{
  mote_status status = MOTE_SESSION_CACHE_INIT(spare_cache);
  return status != MOTE_OK ? status : mote_config_set_session_cache(config, spare_cache);
}

static void keep_nothing(void *user, const uint8_t *id, size_t id_length, const uint8_t *session,
                         size_t length)
{
  (void)user, (void)id, (void)id_length, (void)session, (void)length;
}

static mote_status find_nothing(void *user, const uint8_t *id, size_t id_length, uint8_t *session,
                                size_t capacity, size_t *length)
{
  (void)user, (void)id, (void)id_length, (void)session, (void)capacity, (void)length;
  return MOTE_ERROR_SESSION;
}

static void forget_nothing(void *user, const uint8_t *id, size_t id_length)
{
  (void)user, (void)id, (void)id_length;
}

static mote_status config_set_session_store(mote_config *config)
{
  static const mote_session_store store = {NULL, keep_nothing, find_nothing, forget_nothing};
  return mote_config_set_session_store(config, &store);
}

static mote_status config_set_resumption_without_cookie(mote_config *config)
{
  return mote_config_set_resumption_without_cookie(config, true);
}

static mote_status config_set_key_log(mote_config *config)
{
  return mote_config_set_key_log(config, NULL, NULL);
}

static mote_status config_set_trace(mote_config *config)
{
  return mote_config_set_trace(config, NULL, NULL);
}

static mote_status config_set_heartbeat(mote_config *config)
{
  return mote_config_set_heartbeat(config, MOTE_HEARTBEAT_MODE_PEER_ALLOWED);
}

static mote_status config_set_keep_alive(mote_config *config)
{
  return mote_config_set_keep_alive(config, 30000);
}

static mote_status config_set_private_key(mote_config *config)
{
  return mote_config_set_private_key(config, server_key_sec1, sizeof server_key_sec1);
}

static mote_status sign_nothing(void *user, const uint8_t *digest, uint8_t *signature)
{
  (void)user, (void)digest, (void)signature;
  return MOTE_ERROR_CALLBACK;
}

static mote_status config_set_signer(mote_config *config)
{
  return mote_config_set_signer(config, sign_nothing, NULL);
}

static mote_status config_set_rpk(mote_config *config)
{
  return mote_config_set_rpk(config, server_info, sizeof server_info);
}

static mote_status config_set_peer_rpks(mote_config *config)
{
  return mote_config_set_peer_rpks(config, client_info, sizeof client_info);
}

static mote_status config_set_peer_rpk_hashes(mote_config *config)
{
  return mote_config_set_peer_rpk_hashes(config, client_hash, sizeof client_hash);
}

static mote_status config_set_certificate(mote_config *config)
{
  return mote_config_set_certificate(config, server_chain, sizeof server_chain);
}

static mote_status config_set_trust_anchors(mote_config *config)
{
  return mote_config_set_trust_anchors(config, anchor_certificate, sizeof anchor_certificate);
}

/* The certificates are set. */
static mote_status config_set_certificate_url(mote_config *config)
{
  return mote_config_set_certificate_url(config, "http://a/b", MOTE_CERT_CHAIN_TYPE_PKIPATH);
}

static mote_status fetch_nothing(void *user, mote_cert_chain_type chain_type, const uint8_t *url,
                                 size_t url_length, const uint8_t *sha1, uint8_t *memory,
                                 size_t capacity, size_t *length)
{
  (void)user, (void)chain_type, (void)url, (void)url_length, (void)sha1;
  (void)memory, (void)capacity, (void)length;
  return MOTE_ERROR_CALLBACK;
}

static mote_status config_set_certificate_url_fetch(mote_config *config)
{
  return mote_config_set_certificate_url_fetch(config, fetch_nothing, NULL);
}

static uint64_t no_time(void *user)
{
  (void)user;
  return 0;
}

static mote_status config_set_time(mote_config *config)
{
  return mote_config_set_time(config, no_time, NULL);
}

static mote_status config_set_common_name(mote_config *config)
{
  return mote_config_set_common_name(config, false);
}

static mote_status config_set_eui64_required(mote_config *config)
{
  return mote_config_set_eui64_required(config, true);
}

static mote_status config_set_cached_info(mote_config *config)
{
  return mote_config_set_cached_info(config, true);
}

static mote_status config_set_trusted_ca(mote_config *config)
{
  return mote_config_set_trusted_ca(config, true);
}

static mote_status config_set_client_auth(mote_config *config)
{
  return mote_config_set_client_auth(config, MOTE_CLIENT_AUTH_OPTIONAL);
}

static mote_status config_set_verify(mote_config *config)
{
  return mote_config_set_verify(config, NULL, NULL);
}

static mote_status config_set_next(mote_config *config)
{
  static mote_config next;
  mote_status status = mote_config_init(&next, sizeof next, MOTE_ROLE_SERVER);
  status = status != MOTE_OK ? status : config_set_psk(&next);
  status = status != MOTE_OK ? status : config_set_server_name(&next);
  status = status != MOTE_OK ? status : mote_config_freeze(&next);
  return status != MOTE_OK ? status : mote_config_set_next(config, &next);
}

#define FOR_BOTH (FOR_CLIENT | FOR_SERVER)

const config_call config_calls[] = {
    {"set_psk", FOR_BOTH, config_set_psk},
    {"set_psk_lookup", FOR_SERVER, config_set_psk_lookup},
    {"set_server_name", FOR_BOTH, config_set_server_name},
    {"set_max_fragment_length", FOR_CLIENT, config_set_max_fragment_length},
    {"set_mtu", FOR_BOTH, config_set_mtu},
    {"set_retransmission", FOR_BOTH, config_set_retransmission},
    {"set_forgery_limit", FOR_BOTH, config_set_forgery_limit},
    {"set_cookie", FOR_SERVER, config_set_cookie},
    {"set_secure_renegotiation_required", FOR_CLIENT, config_set_secure_renegotiation_required},
    {"set_session_cache", FOR_SERVER, config_set_session_cache},
    {"set_session_store", FOR_SERVER, config_set_session_store},
    {"set_resumption_without_cookie", FOR_SERVER, config_set_resumption_without_cookie},
    {"set_heartbeat", FOR_BOTH, config_set_heartbeat},
    {"set_keep_alive", FOR_BOTH, config_set_keep_alive},
    {"set_private_key", FOR_BOTH, config_set_private_key},
    {"set_signer", FOR_BOTH, config_set_signer},
    {"set_rpk", FOR_BOTH, config_set_rpk},
    {"set_peer_rpks", FOR_BOTH, config_set_peer_rpks},
    {"set_peer_rpk_hashes", FOR_BOTH, config_set_peer_rpk_hashes},
    {"set_certificate", FOR_BOTH, config_set_certificate},
    {"set_certificate_url", FOR_CLIENT, config_set_certificate_url},
    {"set_certificate_url_fetch", FOR_SERVER, config_set_certificate_url_fetch},
    {"set_trust_anchors", FOR_BOTH, config_set_trust_anchors},
    {"set_time", FOR_BOTH, config_set_time},
    {"set_no_time", FOR_BOTH, mote_config_set_no_time},
    {"set_common_name", FOR_BOTH, config_set_common_name},
    {"set_eui64_required", FOR_SERVER, config_set_eui64_required},
    {"set_cached_info", FOR_SERVER, config_set_cached_info},
    {"set_trusted_ca", FOR_BOTH, config_set_trusted_ca},
    {"set_client_auth", FOR_SERVER, config_set_client_auth},
    {"set_verify", FOR_BOTH, config_set_verify},
    {"set_next", FOR_SERVER, config_set_next},
    {"set_key_log", FOR_BOTH, config_set_key_log},
    {"set_trace", FOR_BOTH, config_set_trace},
    /* The last one: nothing can be set behind it. */
    {"freeze", FOR_BOTH, mote_config_freeze},
};
const size_t config_call_count = sizeof config_calls / sizeof *config_calls;
