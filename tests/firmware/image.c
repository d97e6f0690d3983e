/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A firmware image that uses the whole interface, so that the linker keeps all of it: what `cargo
 * xtask test image` measures and searches for panics. It is linked, never run.
 *
 * EMPTY: without the library, to know what the rest takes. CLIENT, SERVER, PSK, RPK, X509,
 * CERTIFICATE_URL: the features of the library. MANY: with a mote_server. */
#include <stddef.h>
#include <stdint.h>

/* The hardware: reads and writes that the compiler cannot leave out. */
static volatile uint32_t port;

#ifndef EMPTY

#include <motedtls.h>
#include <motedtls_static.h>

static int32_t send_datagram(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *datagram, size_t length)
{
  (void)user;
  (void)address;
  (void)address_length;
  for (size_t i = 0; i < length; i++)
    port = datagram[i];
  return (int32_t)length;
}

static int32_t receive_datagram(void *user, uint8_t *address, size_t *address_length,
                                uint8_t *buffer, size_t capacity)
{
  (void)user;
  (void)address;
  (void)address_length;
  for (size_t i = 0; i < capacity; i++)
    buffer[i] = (uint8_t)port;
  return port == 0 ? MOTE_IO_NOTHING : (int32_t)port;
}

static int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  for (size_t i = 0; i < length; i++)
    out[i] = (uint8_t)port;
  return 0;
}

static uint32_t now_ms(void *user)
{
  (void)user;
  return port;
}

static const mote_io io = {NULL, send_datagram, receive_datagram, fill_random, now_ms};
static const uint8_t identity[] = "device1";
static mote_config config;
MOTE_CONNECTION_DEFINE(link, 544);

static void say(const char *text)
{
  while (*text != '\0')
    port = (uint8_t)*text++;
}

#ifdef PSK
static const uint8_t key[16] = {1, 2, 3};
#endif

#if defined(RPK) || defined(X509)

/* Credentials: what is in them does not matter here. */
static const uint8_t der[400] = {1, 2, 3};

static mote_status sign(void *user, const uint8_t *digest, uint8_t *signature)
{
  (void)user;
  for (size_t i = 0; i < 64; i++)
    signature[i] = digest[i / 2];
  return port == 0 ? MOTE_OK : MOTE_PENDING;
}

static mote_status verify(void *user, const mote_peer_credential *peer)
{
  (void)user;
  port = peer->credential_length > 0 ? peer->credential[0] : peer->key_hash[0];
  return port == 0 ? MOTE_OK : MOTE_ERROR_REFUSED;
}

static void configure_public_keys(void)
{
  static uint8_t public_key[MOTE_PUBLIC_KEY_INFO_LENGTH];

  port = (uint32_t)mote_public_key_info(der, 32, public_key);
  port = (uint32_t)mote_config_set_private_key(&config, der, sizeof der);
  port = (uint32_t)mote_config_set_signer(&config, sign, NULL);
  port = (uint32_t)mote_config_set_verify(&config, verify, NULL);
#ifdef RPK
  port = (uint32_t)mote_config_set_rpk(&config, public_key, sizeof public_key);
  port = (uint32_t)mote_config_set_peer_rpks(&config, der, sizeof public_key);
  port = (uint32_t)mote_config_set_peer_rpk_hashes(&config, der, MOTE_KEY_HASH_LENGTH);
#endif
}

#endif

#ifdef X509
static uint64_t unix_time(void *user)
{
  (void)user;
  return port;
}

static void configure_certificates(void)
{
  port = (uint32_t)mote_config_set_certificate(&config, der, sizeof der);
  port = (uint32_t)mote_config_set_trust_anchors(&config, der, sizeof der);
  port = (uint32_t)mote_config_set_no_time(&config);
  port = (uint32_t)mote_config_set_time(&config, unix_time, NULL);
  port = (uint32_t)mote_config_set_common_name(&config, false);
}
#endif

static void configure(mote_role role)
{
  port = (uint32_t)mote_config_init(&config, sizeof config, role);
#ifdef PSK
  port = (uint32_t)mote_config_set_psk(&config, identity, sizeof identity - 1, key, sizeof key);
#endif
#if defined(RPK) || defined(X509)
  configure_public_keys();
#endif
#ifdef X509
  configure_certificates();
#endif
  port = (uint32_t)mote_config_set_server_name(&config, "server.example");
  port = (uint32_t)mote_config_set_mtu(&config, 544);
  port = (uint32_t)mote_config_set_retransmission(&config, 9000, 60000);
  port = (uint32_t)mote_config_set_forgery_limit(&config, 1000);
#ifdef HEARTBEAT
  port = (uint32_t)mote_config_set_heartbeat(&config, MOTE_HEARTBEAT_MODE_PEER_ALLOWED);
  port = (uint32_t)mote_config_set_keep_alive(&config, 30000);
#endif
}

#ifdef CLIENT
static uint8_t session[MOTE_SESSION_MAX];
static size_t session_length;

static void configure_client(void)
{
  configure(MOTE_ROLE_CLIENT);
  port = (uint32_t)mote_config_set_max_fragment_length(&config, 512);
  port = (uint32_t)mote_config_set_secure_renegotiation_required(&config, true);
#ifdef CERTIFICATE_URL
  port = (uint32_t)mote_config_set_certificate_url(&config, "http://a/b",
                                                   MOTE_CERT_CHAIN_TYPE_PKIPATH);
#endif
}
#endif

#ifdef SERVER

#ifdef CERTIFICATE_URL
static mote_status fetch(void *user, mote_cert_chain_type chain_type, const uint8_t *url,
                         size_t url_length, const uint8_t *sha1, uint8_t *memory, size_t capacity,
                         size_t *length)
{
  (void)user, (void)chain_type, (void)sha1;
  for (size_t i = 0; i < url_length && i < capacity; i++)
    memory[i] = (uint8_t)(url[i] ^ port);
  *length = url_length;
  return port == 0 ? MOTE_PENDING : MOTE_OK;
}
#endif

#ifdef PSK
static mote_status find_key(void *user, const uint8_t *wanted, size_t wanted_length, uint8_t *out,
                            size_t capacity, size_t *length)
{
  (void)user;
  if (wanted_length == 0 || wanted[0] != 'd' || capacity < sizeof key)
    return MOTE_ERROR_UNKNOWN_IDENTITY;
  for (size_t i = 0; i < sizeof key; i++)
    out[i] = key[i];
  *length = sizeof key;
  return MOTE_OK;
}
#endif

MOTE_SESSION_CACHE_DEFINE(sessions, 1);

static void put(void *user, const uint8_t *id, size_t id_length, const uint8_t *octets,
                size_t length)
{
  (void)user;
  port = id[id_length - 1];
  port = octets[length - 1];
}

static mote_status get(void *user, const uint8_t *id, size_t id_length, uint8_t *octets,
                       size_t capacity, size_t *length)
{
  (void)user;
  port = id[id_length - 1];
  octets[capacity - 1] = (uint8_t)port;
  *length = capacity;
  return MOTE_OK;
}

static void forget(void *user, const uint8_t *id, size_t id_length)
{
  (void)user;
  port = id[id_length - 1];
}

static const mote_session_store store = {NULL, put, get, forget};

static void configure_server(void)
{
  configure(MOTE_ROLE_SERVER);
#ifdef PSK
  port = (uint32_t)mote_config_set_psk_lookup(&config, find_key, NULL);
#endif
#if defined(RPK) || defined(X509)
  port = (uint32_t)mote_config_set_client_auth(&config, MOTE_CLIENT_AUTH_OPTIONAL);
  port = (uint32_t)mote_config_set_next(&config, &config);
#endif
#ifdef X509
  port = (uint32_t)mote_config_set_eui64_required(&config, true);
#endif
#ifdef CERTIFICATE_URL
  port = (uint32_t)mote_config_set_certificate_url_fetch(&config, fetch, NULL);
#endif
  port = (uint32_t)mote_config_set_cookie(&config, true);
  port = (uint32_t)MOTE_SESSION_CACHE_INIT(sessions);
  port = (uint32_t)mote_config_set_session_cache(&config, sessions);
  port = (uint32_t)mote_config_set_session_store(&config, &store);
  port = (uint32_t)mote_config_set_resumption_without_cookie(&config, true);
}
#endif

static void look(void)
{
  mote_info info;
  port = (uint32_t)mote_connection_info(link, &info);
  say(mote_status_str(info.error));
  say(mote_alert_str(info.alert));
  say(mote_suite_str(info.suite));
  say(mote_version());
  port = mote_connection_timeout(link, port);
  port = (uint32_t)mote_connection_max_write(link);
  port = (uint32_t)(uintptr_t)mote_connection_user(link);
}

static void converse(void)
{
  const uint8_t *data;
  size_t length;
  uint8_t material[32];

  port = (uint32_t)mote_config_freeze(&config);
  port = (uint32_t)MOTE_CONNECTION_INIT(link, &config, &io);
  port = (uint32_t)mote_connection_set_mtu(link, 256);
#ifdef PSK
  port = (uint32_t)mote_connection_set_psk(link, identity, 3, key, sizeof key);
#endif
  port = (uint32_t)mote_connection_set_peer_address(link, identity, 4);
  port = (uint32_t)mote_connection_set_user(link, &config);
#ifdef CLIENT
  port = (uint32_t)mote_connection_set_server_name(link, "other.example");
  port = (uint32_t)mote_connection_set_session(link, session, session_length, port);
#endif
  while (mote_connection_handshake(link) == MOTE_WANT_READ)
    port = (uint32_t)mote_connection_input(link, identity, sizeof identity);
  look();
#ifdef CLIENT
  port = (uint32_t)mote_connection_session_export(link, session, sizeof session, &session_length);
#endif
  port = (uint32_t)mote_connection_take_back(link);
  port = (uint32_t)mote_connection_export_keying_material(link, "EXPORTER-test", identity, 3,
                                                          material, sizeof material);
  for (size_t i = 0; i < sizeof material; i++)
    port = material[i];
  while (mote_connection_read(link, &data, &length) == MOTE_OK)
    port = (uint32_t)mote_connection_write(link, data, length);
#ifdef HEARTBEAT
  port = (uint32_t)mote_connection_heartbeat(link);
  port = (uint32_t)mote_connection_probe_mtu(link, 300);
#endif
  port = (uint32_t)mote_connection_close(link);
  port = (uint32_t)mote_connection_wipe(link);
}

#ifdef MANY

MOTE_SERVER_DEFINE(crowd, 4, 2, 544);

static void see(const mote_event *event)
{
  uint8_t octets[32];
  size_t length = sizeof octets;
  mote_info info;

  port = (uint32_t)mote_peer_write(crowd, event->peer, event->data, event->length);
  port = (uint32_t)mote_peer_max_write(crowd, event->peer);
  port = (uint32_t)mote_peer_address(crowd, event->peer, octets, &length);
  port = (uint32_t)mote_peer_info(crowd, event->peer, &info);
  port = (uint32_t)mote_peer_export_keying_material(crowd, event->peer, "EXPORTER-test", identity,
                                                    3, octets, sizeof octets);
  port = (uint32_t)mote_peer_set_user(crowd, event->peer, &config);
  port = (uint32_t)(uintptr_t)mote_peer_user(crowd, event->peer);
#ifdef HEARTBEAT
  port = (uint32_t)mote_peer_heartbeat(crowd, event->peer);
#endif
  port = (uint32_t)mote_peer_close(crowd, event->peer);
}

static void serve(void)
{
  mote_event event;
  mote_server_figures figures;

  port = (uint32_t)MOTE_SERVER_INIT(crowd, &config, &io);
  port = (uint32_t)mote_server_set_idle(crowd, 1000);
  port = (uint32_t)mote_server_rotate_cookie_secret(crowd);
  while (mote_server_poll(crowd) != MOTE_ERROR_IO) {
    port = (uint32_t)mote_server_input(crowd, identity, 4, identity, sizeof identity);
    while (mote_server_next_event(crowd, &event) == MOTE_OK)
      see(&event);
    port = mote_server_timeout(crowd, port);
  }
  port = (uint32_t)mote_server_info(crowd, &figures);
  port = (uint32_t)mote_server_wipe(crowd);
}

#endif

#endif

void _start(void)
{
#ifdef CLIENT
  configure_client();
  converse();
#endif
#ifdef SERVER
  configure_server();
  converse();
#ifdef MANY
  serve();
#endif
#endif
  for (;;)
    port = 0;
}
