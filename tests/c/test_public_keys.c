/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Handshakes with raw public keys and certificates, and what mote_info tells of the peer. */
#include "keys.h"

#include <string.h>

/* Whether they are known by certificate, when both ends can do both: a key is shorter. */
static mote_peer_type type_of(enum credential credential)
{
  static const mote_peer_type types[] = {
      [CREDENTIAL_NONE] = MOTE_PEER_TYPE_NONE,
      [CREDENTIAL_RPK] = MOTE_PEER_TYPE_RPK,
      [CREDENTIAL_CERTIFICATE] = MOTE_PEER_TYPE_CERTIFICATE,
      [CREDENTIAL_BOTH] = MOTE_PEER_TYPE_RPK,
  };
  return types[credential];
}

static void check_client(enum credential server)
{
  mote_info info = end_info(&world.client);
  assert_int_equal(info.suite, SUITE_ECDHE_ECDSA);
  assert_true(info.extended_master_secret);
  assert_peer(&info, type_of(server), server_hash);
  bool has_name = type_of(server) == MOTE_PEER_TYPE_CERTIFICATE;
  assert_name(info.peer_name, info.peer_name_length, has_name ? SERVER_NAME : NULL);
  assert_false(info.peer_name_truncated);
  assert_null(info.peer_eui64);
}

static const char client_name[] = "urn:dev:mac:0011223344aabbcc";

static void check_server(enum credential client)
{
  mote_info info = end_info(&world.server);
  assert_int_equal(info.suite, SUITE_ECDHE_ECDSA);
  assert_peer(&info, type_of(client), client == CREDENTIAL_NONE ? NULL : client_hash);
  if (type_of(client) != MOTE_PEER_TYPE_CERTIFICATE) {
    assert_null(info.peer_name);
    assert_null(info.peer_eui64);
    return;
  }
  assert_non_null(info.peer_eui64);
  assert_memory_equal(info.peer_eui64, client_eui64, sizeof client_eui64);
  assert_name(info.peer_name, info.peer_name_length, client_name);
  assert_false(info.peer_name_truncated);
}

static void each_end_with_each_credential(void **state)
{
  (void)state;
  for (int server = CREDENTIAL_RPK; server <= CREDENTIAL_BOTH; server++) {
    for (int client = CREDENTIAL_NONE; client <= CREDENTIAL_BOTH; client++) {
      keys_configure((enum credential)server, (enum credential)client);
      keys_connect();
      check_client((enum credential)server);
      check_server((enum credential)client);
      assert_int_equal(verifiers[0].calls, 1);
      assert_int_equal(verifiers[1].calls, client == CREDENTIAL_NONE ? 0 : 1);
      /* The time is asked for where a certificate is looked at. */
      assert_int_equal(clocks[0].calls > 0, server == CREDENTIAL_CERTIFICATE);
      assert_int_equal(clocks[1].calls > 0, client == CREDENTIAL_CERTIFICATE);
      assert_status(mote_connection_take_back(world.client.connection), MOTE_OK);
      assert_status(mote_connection_take_back(world.server.connection), MOTE_OK);
      memset(world.server.workspace, 0, world.server.workspace_size);
      memset(world.client.workspace, 0, world.client.workspace_size);
      check_client((enum credential)server);
      check_server((enum credential)client);
    }
  }
}

/* A name that is too long is never passed off as a whole one. */
static void a_long_name_is_cut_and_says_so(void **state)
{
  (void)state;
  static char name[130];
  memset(name, 'n', 121);
  name[60] = '.';
  memcpy(name + 121, ".example", 9);
  keys_configure(CREDENTIAL_RPK, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_certificate(world.client.config, long_certificate,
                                            sizeof long_certificate),
                MOTE_OK);
  keys_connect();
  assert_null(verifiers[1].seen.name);
  assert_int_equal(verifiers[1].seen.name_length, 0);
  size_t lengths[2];
  for (size_t i = 0; i < 2; i++) {
    mote_info info = end_info(&world.server);
    assert_peer(&info, MOTE_PEER_TYPE_CERTIFICATE, client_hash);
    assert_true(info.peer_name_truncated);
    assert_null(info.peer_eui64);
    lengths[i] = info.peer_name_length;
    assert_in_range(lengths[i], 32, strlen(name) - 1);
    assert_memory_equal(info.peer_name, name, lengths[i]);
    if (i == 0) {
      /* With the workspace goes more of it. */
      assert_status(mote_connection_take_back(world.server.connection), MOTE_OK);
      memset(world.server.workspace, 0, world.server.workspace_size);
    }
  }
  assert_true(lengths[1] < lengths[0]);
}

/* Nothing is said of a peer that has not proved anything. */
static void nobody_is_known_before_the_end(void **state)
{
  (void)state;
  for (int credential = CREDENTIAL_RPK; credential <= CREDENTIAL_CERTIFICATE; credential++) {
    keys_configure((enum credential)credential, (enum credential)credential);
    struct end *ends[2] = {&world.client, &world.server};
    for (size_t i = 0; i < 2; i++) {
      assert_status(mote_config_set_mtu(ends[i]->config, 160), MOTE_OK);
    }
    pair_start(&world);
    unsigned steps = 0;
    while (world.client.status != MOTE_OK || world.server.status != MOTE_OK) {
      struct end *end = ends[steps++ % 2];
      assert_true(steps < 200);
      if (end->status != MOTE_OK) {
        end->status = mote_connection_handshake(end->connection);
      }
      mote_info info = end_info(end);
      if (info.state != MOTE_STATE_CONNECTED) {
        assert_true(end->status == MOTE_WANT_READ);
        assert_peer(&info, MOTE_PEER_TYPE_NONE, NULL);
        assert_int_equal(info.suite, 0);
      }
    }
    assert_true(steps > 10);
    pair_talk(&world);
    /* When it is over, it is still known who it was with. */
    assert_status(mote_connection_close(world.client.connection), MOTE_OK);
    assert_int_equal(end_info(&world.client).state, MOTE_STATE_CLOSED);
    check_client((enum credential)credential);
  }
}

/* --- The client is asked, or not --------------------------------------------------------------- */

static void a_client_is_asked_as_it_was_set(void **state)
{
  (void)state;
  static const struct {
    int auth; /* -1: not set */
    enum credential shown, accepted;
    mote_peer_type type; /* as the server sees the client */
    mote_status server;
    const char *alert;
  } cases[] = {
      {-1, CREDENTIAL_RPK, CREDENTIAL_NONE, MOTE_PEER_TYPE_NONE, MOTE_OK, NULL},
      {-1, CREDENTIAL_NONE, CREDENTIAL_CERTIFICATE, MOTE_PEER_TYPE_NONE,
       MOTE_ERROR_CERTIFICATE_MISSING, "handshake_failure"},
      /* A client that says nothing of types could only show a certificate. */
      {-1, CREDENTIAL_NONE, CREDENTIAL_RPK, MOTE_PEER_TYPE_NONE,
       MOTE_ERROR_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
      {-1, CREDENTIAL_CERTIFICATE, CREDENTIAL_RPK, MOTE_PEER_TYPE_NONE,
       MOTE_ERROR_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
      {-1, CREDENTIAL_RPK, CREDENTIAL_CERTIFICATE, MOTE_PEER_TYPE_NONE,
       MOTE_ERROR_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
      {-1, CREDENTIAL_BOTH, CREDENTIAL_CERTIFICATE, MOTE_PEER_TYPE_CERTIFICATE, MOTE_OK, NULL},
      {MOTE_CLIENT_AUTH_REQUIRED, CREDENTIAL_NONE, CREDENTIAL_BOTH, MOTE_PEER_TYPE_NONE,
       MOTE_ERROR_CERTIFICATE_MISSING, "handshake_failure"},
      {MOTE_CLIENT_AUTH_REQUIRED, CREDENTIAL_RPK, CREDENTIAL_BOTH, MOTE_PEER_TYPE_RPK, MOTE_OK,
       NULL},
      {MOTE_CLIENT_AUTH_OPTIONAL, CREDENTIAL_NONE, CREDENTIAL_BOTH, MOTE_PEER_TYPE_NONE, MOTE_OK,
       NULL},
      {MOTE_CLIENT_AUTH_OPTIONAL, CREDENTIAL_NONE, CREDENTIAL_RPK, MOTE_PEER_TYPE_NONE, MOTE_OK,
       NULL},
      {MOTE_CLIENT_AUTH_OPTIONAL, CREDENTIAL_CERTIFICATE, CREDENTIAL_RPK, MOTE_PEER_TYPE_NONE,
       MOTE_OK, NULL},
      {MOTE_CLIENT_AUTH_OPTIONAL, CREDENTIAL_CERTIFICATE, CREDENTIAL_BOTH,
       MOTE_PEER_TYPE_CERTIFICATE, MOTE_OK, NULL},
      {MOTE_CLIENT_AUTH_NONE, CREDENTIAL_BOTH, CREDENTIAL_BOTH, MOTE_PEER_TYPE_NONE, MOTE_OK, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    keys_configure_server(CREDENTIAL_RPK);
    keys_show(world.client.config, cases[i].shown);
    keys_accept(world.server.config, cases[i].accepted);
    if (cases[i].auth >= 0) {
      assert_status(mote_config_set_client_auth(world.server.config,
                                                (mote_client_auth)cases[i].auth),
                    MOTE_OK);
    }
    if (cases[i].server != MOTE_OK) {
      keys_fail(&world.server, cases[i].server, cases[i].alert);
      continue;
    }
    keys_connect();
    mote_info info = end_info(&world.server);
    bool is_known = cases[i].type != MOTE_PEER_TYPE_NONE;
    assert_peer(&info, cases[i].type, is_known ? client_hash : NULL);
    assert_int_equal(verifiers[1].calls, is_known ? 1 : 0);
  }
}

/* One of the two suites: public keys come first, a pre-shared key is better than nothing. */
static void beside_a_pre_shared_key(void **state)
{
  (void)state;
  for (unsigned has = 0; has < 16; has++) {
    pair_make(&world);
    struct end *ends[2] = {&world.client, &world.server};
    keys_configure_server(CREDENTIAL_NONE);
    for (unsigned i = 0; i < 2; i++) {
      if ((has >> i & 1) != 0) {
        assert_status(mote_config_set_psk(ends[i]->config, test_identity, 9, test_key, 16),
                      MOTE_OK);
      }
    }
    if ((has & 4) != 0) {
      keys_accept(world.client.config, CREDENTIAL_RPK);
    }
    if ((has & 8) != 0) {
      keys_show(world.server.config, CREDENTIAL_RPK);
    }
    if ((has & 5) == 0 || (has & 10) == 0) {
      continue; /* One of them has nothing at all. */
    }
    if ((has & 12) == 12 || (has & 3) == 3) {
      keys_connect();
      mote_info info = end_info(&world.client);
      bool is_rpk = (has & 12) == 12;
      assert_int_equal(info.suite, is_rpk ? SUITE_ECDHE_ECDSA : 0xC0A8);
      assert_peer(&info, is_rpk ? MOTE_PEER_TYPE_RPK : MOTE_PEER_TYPE_PSK,
                  is_rpk ? server_hash : NULL);
      info = end_info(&world.server);
      assert_peer(&info, is_rpk ? MOTE_PEER_TYPE_NONE : MOTE_PEER_TYPE_PSK, NULL);
    } else {
      keys_fail(&world.server, MOTE_ERROR_HANDSHAKE_FAILURE, "handshake_failure");
    }
  }
}

/* --- Room for certificates --------------------------------------------------------------------- */

static void certificates_through_narrow_paths(void **state)
{
  (void)state;
  static const size_t mtus[] = {MOTE_MTU_MIN, 200, 512, MOTE_MTU_DEFAULT};
  static const size_t fragment_lengths[] = {0, 512};
  for (size_t i = 0; i < 4; i++) {
    for (size_t j = 0; j < 2; j++) {
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      struct end *ends[2] = {&world.client, &world.server};
      for (size_t k = 0; k < 2; k++) {
        assert_status(mote_config_set_mtu(ends[k]->config, mtus[i]), MOTE_OK);
        ends[k]->buffer_size = mtus[i];
      }
      assert_status(mote_config_set_max_fragment_length(world.client.config, fragment_lengths[j]),
                    MOTE_OK);
      keys_connect();
      assert_true(world.server.sent_longest <= mtus[i] && world.client.sent_longest <= mtus[i]);
      assert_int_equal(end_info(&world.client).counters.retransmissions, 0);
    }
  }
}

static void room_that_is_too_small_is_told(void **state)
{
  (void)state;
  /* The chain comes in pieces, and there is nowhere to put them together. */
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_mtu(world.server.config, 512), MOTE_OK);
  world.client.workspace_size = MOTE_WORKSPACE_SIZE + 512;
  pair_start(&world);
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_MESSAGE_TOO_LONG);
  size_t needed = end_info(&world.client).reassembly_needed;
  assert_in_range(needed, sizeof server_chain, sizeof server_chain + 16);
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_mtu(world.server.config, 512), MOTE_OK);
  world.client.workspace_size = (MOTE_WORKSPACE_SIZE + needed + 7) / 8 * 8 + 16;
  keys_connect();

  /* The datagrams do not fit the buffer. */
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  world.client.buffer_size = 256;
  pair_start(&world);
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_DATAGRAM_TOO_LONG);
  mote_info info = end_info(&world.client);
  assert_int_equal(info.datagram_needed, world.server.sent_longest);
  assert_true(info.counters.truncated > 0);
  needed = info.datagram_needed;
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  world.client.buffer_size = needed;
  keys_connect();
}

/* More than 65535 octets, of which a client that has no room for them says how many there are. */
static void a_chain_of_any_length(void **state)
{
  (void)state;
  static uint8_t chain[80000];
  size_t leaf = leaf_length(server_chain), one = sizeof server_chain - leaf, count = 0;
  size_t length = sizeof server_chain;
  memcpy(chain, server_chain, length);
  for (; length + one <= sizeof chain; length += one, count++) {
    memcpy(chain + length, server_chain + leaf, one);
  }
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_certificate(world.server.config, chain, length), MOTE_OK);
  pair_start(&world);
  for (unsigned i = 0; i < 2; i++) {
    assert_status(mote_connection_handshake(world.client.connection), MOTE_WANT_READ);
    world.server.send_answer = i == 0 ? 0 : MOTE_IO_NOTHING;
    world.server.send_works = i == 0 ? 0 : 2;
    world.server.status = mote_connection_handshake(world.server.connection);
  }
  assert_status(world.server.status, MOTE_WANT_WRITE);
  pair_drive(&world);
  assert_status(world.client.status, MOTE_ERROR_MESSAGE_TOO_LONG);
  /* certificate_list, and each certificate, have 3 octets of length before them. */
  assert_int_equal(end_info(&world.client).reassembly_needed, length + 3 + 3 * (count + 2));
}

/* --- Lost datagrams ---------------------------------------------------------------------------- */

static int32_t (*send_truly)(void *user, const uint8_t *address, size_t address_length,
                             const uint8_t *octets, size_t length);
static unsigned sent, lost;

static int32_t send_all_but_one(void *user, const uint8_t *address, size_t address_length,
                                const uint8_t *octets, size_t length)
{
  return ++sent == lost ? (int32_t)length
                        : send_truly(user, address, address_length, octets, length);
}

static void each_datagram_is_lost_once(void **state)
{
  (void)state;
  for (int credential = CREDENTIAL_RPK; credential <= CREDENTIAL_CERTIFICATE; credential++) {
    for (lost = 1; lost < 100; lost++) {
      keys_configure((enum credential)credential, (enum credential)credential);
      struct end *ends[2] = {&world.client, &world.server};
      sent = 0;
      for (size_t i = 0; i < 2; i++) {
        assert_status(mote_config_set_mtu(ends[i]->config, 256), MOTE_OK);
        send_truly = ends[i]->io.send;
        ends[i]->io.send = send_all_but_one;
      }
      pair_start(&world);
      pair_finish(&world);
      /* Each is asked once, however often the messages come. */
      assert_int_equal(verifiers[0].calls, 1);
      assert_int_equal(verifiers[1].calls, 1);
      if (sent < lost) {
        break;
      }
      pair_talk(&world);
    }
    assert_in_range(lost, 8, 30);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_end_with_each_credential),
      cmocka_unit_test(a_long_name_is_cut_and_says_so),
      cmocka_unit_test(nobody_is_known_before_the_end),
      cmocka_unit_test(a_client_is_asked_as_it_was_set),
      cmocka_unit_test(beside_a_pre_shared_key),
      cmocka_unit_test(certificates_through_narrow_paths),
      cmocka_unit_test(room_that_is_too_small_is_told),
      cmocka_unit_test(a_chain_of_any_length),
      cmocka_unit_test(each_datagram_is_lost_once),
  };
  return cmocka_run_group_tests_name("public_keys", tests, NULL, NULL);
}
