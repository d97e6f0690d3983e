/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sessions that were made with raw public keys and certificates. */
#include "keys.h"

#include <motedtls_static.h>
#include <string.h>

MOTE_SESSION_CACHE_DEFINE(cache, 3);
static uint8_t session[MOTE_SESSION_MAX];
static size_t session_length;
static const char client_name[] = "urn:dev:mac:0011223344aabbcc";

/* Both ends anew, with other random numbers: a session id comes but once. */
static void configure(enum credential server, enum credential client)
{
  static uint32_t times;
  times++;
  keys_configure(server, client);
  world.client.random_state += 2 * times;
  world.server.random_state += 2 * times;
  assert_status(mote_config_set_session_cache(world.server.config, cache), MOTE_OK);
}

static void export(void)
{
  assert_status(mote_connection_session_export(world.client.connection, session, sizeof session,
                                               &session_length),
                MOTE_OK);
}

/* A full handshake and its session; both ends stand before a new configuration. */
static void make_session(enum credential server, enum credential client)
{
  assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
  configure(server, client);
  keys_connect();
  export();
  configure(server, client);
}

static mote_status offer(void)
{
  return mote_connection_set_session(world.client.connection, session, session_length, 0);
}

/* Connects and talks; whether both ends have resumed. */
static bool resumes(void)
{
  pair_start(&world);
  assert_status(offer(), MOTE_OK);
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
  assert_int_equal(end_info(&world.client).resumed, end_info(&world.server).resumed);
  return end_info(&world.client).resumed;
}

/* The session cannot be offered any more. */
static void refuses(void)
{
  pair_start(&world);
  uint8_t before[MOTE_CONNECTION_SIZE];
  memcpy(before, world.client.connection, sizeof before);
  assert_status(offer(), MOTE_ERROR_SESSION);
  assert_unchanged(before, world.client.connection);
}

/* What is known of the peers after a resumption is what was known before. An EUI-64's name is kept
 * whole beside a session id, also without the workspace. */
static void check_peers(enum credential server, enum credential client)
{
  static const mote_peer_type types[] = {MOTE_PEER_TYPE_NONE, MOTE_PEER_TYPE_RPK,
                                         MOTE_PEER_TYPE_CERTIFICATE};
  mote_info info = end_info(&world.client);
  assert_int_equal(info.suite, SUITE_ECDHE_ECDSA);
  assert_peer(&info, types[server], server_hash);
  assert_name(info.peer_name, info.peer_name_length,
              server == CREDENTIAL_CERTIFICATE ? SERVER_NAME : NULL);
  assert_false(info.peer_name_truncated);
  info = end_info(&world.server);
  assert_int_equal(info.suite, SUITE_ECDHE_ECDSA);
  assert_peer(&info, types[client], client == CREDENTIAL_NONE ? NULL : client_hash);
  if (client != CREDENTIAL_CERTIFICATE) {
    assert_null(info.peer_name);
    assert_null(info.peer_eui64);
    return;
  }
  assert_memory_equal(info.peer_eui64, client_eui64, sizeof client_eui64);
  assert_name(info.peer_name, info.peer_name_length, client_name);
  assert_false(info.peer_name_truncated);
}

static void check_verifiers(enum credential server, enum credential client)
{
  const mote_peer_credential *seen = &verifiers[0].seen;
  assert_int_equal(verifiers[0].calls, 1);
  assert_int_equal(seen->peer_type, server == CREDENTIAL_RPK ? MOTE_PEER_TYPE_RPK
                                                             : MOTE_PEER_TYPE_CERTIFICATE);
  assert_null(seen->credential);
  assert_int_equal(seen->credential_length, 0);
  assert_memory_equal(seen->key_hash, server_hash, MOTE_KEY_HASH_LENGTH);
  assert_null(seen->eui64);
  assert_int_equal(verifiers[1].calls, client == CREDENTIAL_NONE ? 0 : 1);
  if (client == CREDENTIAL_NONE) {
    return;
  }
  seen = &verifiers[1].seen;
  assert_null(seen->credential);
  assert_int_equal(seen->credential_length, 0);
  assert_memory_equal(seen->key_hash, client_hash, MOTE_KEY_HASH_LENGTH);
  bool has_certificate = client == CREDENTIAL_CERTIFICATE;
  assert_int_equal(seen->peer_type, has_certificate ? MOTE_PEER_TYPE_CERTIFICATE
                                                    : MOTE_PEER_TYPE_RPK);
  assert_name(seen->name, seen->name_length, has_certificate ? client_name : NULL);
  assert_int_equal(seen->eui64 != NULL, has_certificate);
}

static void sessions_are_resumed(void **state)
{
  (void)state;
  for (int s = CREDENTIAL_RPK; s <= CREDENTIAL_CERTIFICATE; s++) {
    for (int c = CREDENTIAL_NONE; c <= CREDENTIAL_CERTIFICATE; c++) {
      enum credential server = (enum credential)s, client = (enum credential)c;
      make_session(server, client);
      for (unsigned times = 0; times < 2; times++) {
        assert_true(resumes());
        check_verifiers(server, client);
        /* Neither key nor certificate passes. */
        for (uint8_t message = 11; message <= 16; message++) {
          assert_int_equal(end_count_events(&world.client, MOTE_DIRECTION_RECEIVED, 22, message), 0);
          assert_int_equal(end_count_events(&world.client, MOTE_DIRECTION_SENT, 22, message), 0);
        }
        check_peers(server, client);
        assert_status(mote_connection_take_back(world.client.connection), MOTE_OK);
        assert_status(mote_connection_take_back(world.server.connection), MOTE_OK);
        memset(world.client.workspace, 0, world.client.workspace_size);
        memset(world.server.workspace, 0, world.server.workspace_size);
        check_peers(server, client);
        /* What was resumed is exported as it was, also without the workspace. */
        uint8_t before[MOTE_SESSION_MAX];
        size_t length = session_length;
        memcpy(before, session, length);
        export();
        assert_int_equal(session_length, length);
        assert_memory_equal(session, before, length);
        configure(server, client);
      }
    }
  }
}

/* --- What a client does not offer any more ----------------------------------------------------- */

static void a_client_offers_only_what_it_still_accepts(void **state)
{
  (void)state;
  make_session(CREDENTIAL_RPK, CREDENTIAL_RPK);
  verifiers[0].answer = MOTE_ERROR_REFUSED;
  refuses();
  assert_int_equal(verifiers[0].calls, 1);
  /* The handshake is a full one, and is refused as well. */
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_REFUSED);
  configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  assert_status(mote_config_set_peer_rpks(world.client.config, stranger_info, 91), MOTE_OK);
  refuses();
  /* How the key is known does not matter. */
  configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  assert_status(mote_config_set_peer_rpks(world.client.config, stranger_info, 91), MOTE_OK);
  assert_status(mote_config_set_peer_rpk_hashes(world.client.config, server_hash, 32), MOTE_OK);
  assert_true(resumes());
  configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  assert_status(mote_config_set_server_name(world.client.config, "other.example"), MOTE_OK);
  refuses();
  /* It was made with another credential of our own, or with a pre-shared key. */
  configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  assert_status(mote_config_set_rpk(world.client.config, stranger_info, 91), MOTE_OK);
  refuses();
  pair_configure(&world);
  refuses();

  make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_server_name(world.client.config, "other.example"), MOTE_OK);
  refuses();
  configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_trust_anchors(world.client.config, stranger_certificate,
                                              sizeof stranger_certificate),
                MOTE_OK);
  refuses();
  configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  clocks[0].seconds = 0;
  refuses();
  configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  verifiers[0].answer = MOTE_PENDING;
  refuses();
  configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  assert_true(resumes());
}

/* A session with a server whose certificate has expired is not offered, also when it was exported
 * from a connection that resumed it. */
static void a_client_offers_no_session_of_an_expired_certificate(void **state)
{
  (void)state;
  make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_NONE);
  for (unsigned times = 0; times < 3; times++) {
    clocks[0].seconds = TIME_AFTER;
    refuses();
    configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_NONE);
    assert_true(resumes());
    export();
    configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_NONE);
  }
  assert_status(mote_config_set_common_name(world.client.config, false), MOTE_OK);
  refuses();
}

/* Who asks for another name does not show the session's id to it. */
static void another_name_takes_the_session_back(void **state)
{
  (void)state;
  make_session(CREDENTIAL_RPK, CREDENTIAL_RPK);
  for (int renamed = 0; renamed < 2; renamed++) {
    configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
    pair_start(&world);
    mote_connection *client = world.client.connection;
    assert_status(offer(), MOTE_OK);
    if (renamed == 1) {
      assert_status(mote_connection_set_server_name(client, "other.example"), MOTE_OK);
    }
    assert_status(mote_connection_handshake(client), MOTE_WANT_READ);
    /* Behind the headers of record and message, the version and the Random. */
    const datagram *hello = &world.server.inbox.items[world.server.inbox.first];
    assert_int_equal(hello->octets[13 + 12 + 2 + 32] > 0, renamed == 0);
    pair_finish(&world);
    assert_int_equal(end_info(&world.server).resumed, renamed == 0);
  }
}

static void export_checks_its_arguments(void **state)
{
  (void)state;
  make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  uint8_t out[MOTE_SESSION_MAX];
  size_t length = 77;
  memset(out, CANARY, sizeof out);
  pair_start(&world);
  assert_status(mote_connection_session_export(world.client.connection, out, sizeof out, &length),
                MOTE_ERROR_STATE);
  assert_status(offer(), MOTE_OK);
  pair_finish(&world);
  for (size_t capacity = 0; capacity < session_length; capacity++) {
    assert_status(mote_connection_session_export(world.client.connection, out, capacity, &length),
                  MOTE_ERROR_SIZE);
  }
  assert_int_equal(length, 77);
  for (size_t i = 0; i < sizeof out; i++) {
    assert_int_equal(out[i], CANARY);
  }
  /* Altered or cut it is none. */
  for (size_t i = 0; i < session_length; i++) {
    configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
    pair_start(&world);
    mote_connection *client = world.client.connection;
    assert_status(mote_connection_set_session(client, session, i, 0), MOTE_ERROR_SESSION);
    session[i] ^= 1;
    assert_status(offer(), MOTE_ERROR_SESSION);
    session[i] ^= 1;
    assert_status(mote_connection_set_session(client, session, session_length,
                                              MOTE_SESSION_LIFETIME_S),
                  MOTE_ERROR_SESSION);
    assert_int_equal(verifiers[0].calls, 0);
  }
  pair_finish(&world);
  pair_talk(&world);
}

/* --- What a server does not resume any more ---------------------------------------------------- */

/* Refuses to resume, and accepts keys and certificates that are shown. */
static mote_status refuse_resumption(void *user, const mote_peer_credential *peer)
{
  unsigned *calls = user;
  ++*calls;
  return peer->credential == NULL ? MOTE_ERROR_REFUSED : MOTE_OK;
}

static void a_server_resumes_only_what_it_still_accepts(void **state)
{
  (void)state;
  make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  unsigned calls = 0;
  mote_config *server = world.server.config;
  assert_status(mote_config_set_verify(server, refuse_resumption, &calls), MOTE_OK);
  assert_false(resumes());
  assert_int_equal(calls, 2);

  /* The key is not accepted any more, and another one is. */
  make_session(CREDENTIAL_RPK, CREDENTIAL_RPK);
  assert_status(mote_config_set_peer_rpks(server, stranger_info, 91), MOTE_OK);
  pair_start(&world);
  assert_status(offer(), MOTE_OK);
  pair_drive(&world);
  assert_status(world.server.status, MOTE_ERROR_UNKNOWN_KEY);
  assert_status(world.client.status, MOTE_ERROR_PEER_ALERT);

  /* The server has another certificate, or other anchors. */
  make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_NONE);
  assert_status(mote_config_set_trust_anchors(server, stranger_certificate,
                                              sizeof stranger_certificate),
                MOTE_OK);
  assert_status(mote_config_set_client_auth(server, MOTE_CLIENT_AUTH_OPTIONAL), MOTE_OK);
  assert_false(resumes());

  /* The client's certificate has expired in the meantime; nobody can tell the time. */
  static const struct {
    uint64_t seconds;
    mote_status status;
  } times[] = {{TIME_AFTER, MOTE_ERROR_CERTIFICATE_EXPIRED}, {0, MOTE_ERROR_CALLBACK}};
  for (size_t i = 0; i < 2; i++) {
    make_session(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
    clocks[1].seconds = times[i].seconds;
    pair_start(&world);
    assert_status(offer(), MOTE_OK);
    pair_drive(&world);
    assert_status(world.server.status, times[i].status);
  }

  /* From now on clients have to show something, or an EUI-64. */
  make_session(CREDENTIAL_RPK, CREDENTIAL_NONE);
  keys_accept(server, CREDENTIAL_RPK);
  pair_start(&world);
  assert_status(offer(), MOTE_OK);
  pair_drive(&world);
  assert_status(world.server.status, MOTE_ERROR_UNSUPPORTED_CERTIFICATE);
  assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
  for (int i = 0; i < 2; i++) {
    configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
    assert_status(mote_config_set_certificate(world.client.config, plain_certificate,
                                              sizeof plain_certificate),
                  MOTE_OK);
    if (i == 0) {
      keys_connect();
      export();
    }
  }
  assert_status(mote_config_set_eui64_required(server, true), MOTE_OK);
  pair_start(&world);
  assert_status(offer(), MOTE_OK);
  pair_drive(&world);
  assert_status(world.server.status, MOTE_ERROR_CERTIFICATE_NAME);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sessions_are_resumed),
      cmocka_unit_test(a_client_offers_only_what_it_still_accepts),
      cmocka_unit_test(a_client_offers_no_session_of_an_expired_certificate),
      cmocka_unit_test(another_name_takes_the_session_back),
      cmocka_unit_test(export_checks_its_arguments),
      cmocka_unit_test(a_server_resumes_only_what_it_still_accepts),
  };
  return cmocka_run_group_tests_name("key_session", tests, NULL, NULL);
}
