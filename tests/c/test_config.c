/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The library as a whole, and mote_config. */
#include "calls.h"

#include <string.h>

static void names_of_numbers(void **state)
{
  (void)state;
  static const struct {
    int status;
    const char *name;
  } statuses[] = {
      {MOTE_OK, "ok"},
      {MOTE_WANT_READ, "want_read"},
      {MOTE_WANT_WRITE, "want_write"},
      {MOTE_PENDING, "pending"},
      {MOTE_CLOSED, "closed"},
      {MOTE_ERROR_ARGUMENT, "argument"},
      {MOTE_ERROR_SIZE, "size"},
      {MOTE_ERROR_ALIGNMENT, "alignment"},
      {MOTE_ERROR_STATE, "state"},
      {MOTE_ERROR_NO_CREDENTIAL, "no_credential"},
      {MOTE_ERROR_NO_MEMORY_LENT, "no_memory_lent"},
      {MOTE_ERROR_UNKNOWN_IDENTITY, "unknown_identity"},
      {MOTE_ERROR_NO_TIME, "no_time"},
      {MOTE_ERROR_NO_SERVER_NAME, "no_server_name"},
      {MOTE_ERROR_TIMEOUT, "timeout"},
      {MOTE_ERROR_PEER_ALERT, "peer_alert"},
      {MOTE_ERROR_DECODE, "decode"},
      {MOTE_ERROR_UNEXPECTED_MESSAGE, "unexpected_message"},
      {MOTE_ERROR_ILLEGAL_PARAMETER, "illegal_parameter"},
      {MOTE_ERROR_HANDSHAKE_FAILURE, "handshake_failure"},
      {MOTE_ERROR_PROTOCOL_VERSION, "protocol_version"},
      {MOTE_ERROR_UNSUPPORTED_EXTENSION, "unsupported_extension"},
      {MOTE_ERROR_DECRYPT, "decrypt"},
      {MOTE_ERROR_RECORD_OVERFLOW, "record_overflow"},
      {MOTE_ERROR_FORGERY_LIMIT, "forgery_limit"},
      {MOTE_ERROR_SEQUENCE_EXHAUSTED, "sequence_exhausted"},
      {MOTE_ERROR_MESSAGE_TOO_LONG, "message_too_long"},
      {MOTE_ERROR_DATAGRAM_TOO_LONG, "datagram_too_long"},
      {MOTE_ERROR_UNSUPPORTED_CERTIFICATE, "unsupported_certificate"},
      {MOTE_ERROR_CERTIFICATE_MISSING, "certificate_missing"},
      {MOTE_ERROR_UNKNOWN_KEY, "unknown_key"},
      {MOTE_ERROR_UNKNOWN_CA, "unknown_ca"},
      {MOTE_ERROR_CERTIFICATE_EXPIRED, "certificate_expired"},
      {MOTE_ERROR_CERTIFICATE_NOT_YET_VALID, "certificate_not_yet_valid"},
      {MOTE_ERROR_CERTIFICATE_NAME, "certificate_name"},
      {MOTE_ERROR_BAD_CERTIFICATE, "bad_certificate"},
      {MOTE_ERROR_BAD_SIGNATURE, "bad_signature"},
      {MOTE_ERROR_REFUSED, "refused"},
      {MOTE_ERROR_CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable"},
      {MOTE_ERROR_CERTIFICATE_HASH, "certificate_hash"},
      {MOTE_ERROR_RANDOM, "random"},
      {MOTE_ERROR_IO, "io"},
      {MOTE_ERROR_CALLBACK, "callback"},
      {MOTE_ERROR_CRYPTO, "crypto"},
      /* Numbers that are no status. */
      {MOTE_STALE, "stale"},
      {MOTE_WANT_ENTROPY, "want_entropy"},
      {7, "unknown"},
      {MOTE_ERROR_SESSION, "session"},
      {-11, "unknown"},
      {-19, "unknown"},
      {MOTE_ERROR_PEER_GONE, "peer_gone"},
      {-35, "unknown"},
      {-44, "unknown"},
      {-49, "unknown"},
      {-62, "unknown"},
      {INT32_MAX, "unknown"},
      {INT32_MIN, "unknown"},
  };
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    assert_string_equal(mote_status_str((mote_status)statuses[i].status), statuses[i].name);
  }
  static const struct {
    uint8_t alert;
    const char *name;
  } alerts[] = {
      {0, "close_notify"},      {10, "unexpected_message"}, {20, "bad_record_mac"},
      {40, "handshake_failure"}, {50, "decode_error"},      {51, "decrypt_error"},
      {80, "internal_error"},   {100, "no_renegotiation"},  {115, "unknown_psk_identity"},
      {42, "bad_certificate"},  {43, "unsupported_certificate"}, {45, "certificate_expired"},
      {48, "unknown_ca"},       {49, "access_denied"},
      {1, "unknown"},           {255, "unknown"},
  };
  for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++) {
    assert_string_equal(mote_alert_str(alerts[i].alert), alerts[i].name);
  }
  assert_string_equal(mote_suite_str(0xC0A8), "TLS_PSK_WITH_AES_128_CCM_8");
  assert_string_equal(mote_suite_str(0xC0AE), "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8");
  assert_string_equal(mote_suite_str(0), "unknown");
  assert_string_equal(mote_suite_str(0xFFFF), "unknown");
  assert_string_equal(mote_version(), MOTEDTLS_VERSION);
}

/* --- mote_config_init -------------------------------------------------------------------------- */

static void init_checks_its_memory(void **state)
{
  (void)state;
  static struct arena arena;
  arena_init(&arena);
  uint8_t *memory = arena_take(&arena, MOTE_CONFIG_SIZE);
  static const struct {
    size_t offset, size;
    int role;
    mote_status expected;
  } cases[] = {
      {0, MOTE_CONFIG_SIZE - 1, MOTE_ROLE_CLIENT, MOTE_ERROR_SIZE},
      {0, 0, MOTE_ROLE_CLIENT, MOTE_ERROR_SIZE},
      {1, MOTE_CONFIG_SIZE, MOTE_ROLE_CLIENT, MOTE_ERROR_ALIGNMENT},
      {4, MOTE_CONFIG_SIZE, MOTE_ROLE_SERVER, MOTE_ERROR_ALIGNMENT},
      {0, MOTE_CONFIG_SIZE, 2, MOTE_ERROR_ARGUMENT},
      {0, MOTE_CONFIG_SIZE, 7, MOTE_ERROR_ARGUMENT},
      {0, MOTE_CONFIG_SIZE, -1, MOTE_ERROR_ARGUMENT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_status(mote_config_init(memory + cases[i].offset, cases[i].size,
                                   (mote_role)cases[i].role),
                  cases[i].expected);
    for (size_t j = 0; j < MOTE_CONFIG_SIZE; j++) {
      assert_int_equal(memory[j], CANARY);
    }
  }
  assert_status(mote_config_init(NULL, MOTE_CONFIG_SIZE, MOTE_ROLE_CLIENT), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_init(memory, MOTE_CONFIG_SIZE, MOTE_ROLE_CLIENT), MOTE_OK);
  assert_status(mote_config_init(memory, MOTE_CONFIG_SIZE, MOTE_ROLE_SERVER), MOTE_OK);
  assert_true(arena_is_whole(&arena));
}

/* --- The setters ------------------------------------------------------------------------------- */

static void setters_fit_their_role_until_the_freeze(void **state)
{
  (void)state;
  static const struct {
    mote_role role;
    unsigned bit;
  } roles[] = {{MOTE_ROLE_CLIENT, FOR_CLIENT}, {MOTE_ROLE_SERVER, FOR_SERVER}};
  static uint64_t memory[MOTE_CONFIG_SIZE / 8];
  mote_config *config = (mote_config *)memory;
  for (size_t role = 0; role < 2; role++) {
    assert_status(mote_config_init(memory, sizeof memory, roles[role].role), MOTE_OK);
    for (size_t i = 0; i < config_call_count; i++) {
      bool fits = (config_calls[i].roles & roles[role].bit) != 0;
      check_status(config_calls[i].run(config), fits ? MOTE_OK : MOTE_ERROR_STATE,
                   config_calls[i].name, __FILE__, __LINE__);
    }
    for (size_t i = 0; i < config_call_count; i++) {
      uint64_t before[MOTE_CONFIG_SIZE / 8];
      memcpy(before, memory, sizeof memory);
      check_status(config_calls[i].run(config), MOTE_ERROR_STATE, config_calls[i].name, __FILE__,
                   __LINE__);
      assert_true(same_octets(before, memory, sizeof memory));
    }
  }
}

static void setters_refuse_what_is_no_configuration(void **state)
{
  (void)state;
  static uint64_t memory[MOTE_CONFIG_SIZE / 8 + 2], zeros[MOTE_CONFIG_SIZE / 8 + 2];
  assert_status(mote_config_init(memory, MOTE_CONFIG_SIZE, MOTE_ROLE_CLIENT), MOTE_OK);
  for (size_t i = 0; i < config_call_count; i++) {
    const config_call *call = &config_calls[i];
    check_status(call->run(NULL), MOTE_ERROR_ARGUMENT, call->name, __FILE__, __LINE__);
    check_status(call->run((mote_config *)zeros), MOTE_ERROR_STATE, call->name, __FILE__, __LINE__);
    static const size_t offsets[] = {1, 4};
    for (size_t j = 0; j < 2; j++) {
      void *shifted = (uint8_t *)memory + offsets[j];
      check_status(call->run(shifted), MOTE_ERROR_STATE, call->name, __FILE__, __LINE__);
    }
  }
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
    assert_int_equal(zeros[i], 0);
  }
}

static char long_name[258];

static void values_out_of_range_are_refused(void **state)
{
  (void)state;
  pair_configure(&world);
  mote_config *client = world.client.config, *server = world.server.config;
  uint8_t before[MOTE_CONFIG_SIZE];
  memcpy(before, client, sizeof before);

  uint8_t octets[MOTE_PSK_IDENTITY_MAX + 1] = {0};
  assert_status(mote_config_set_psk(client, NULL, 1, test_key, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_psk(client, test_identity, 9, NULL, 16), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_psk(client, test_identity, 9, NULL, 0), MOTE_ERROR_SIZE);
  assert_status(mote_config_set_psk(client, test_identity, 9, test_key, 0), MOTE_ERROR_SIZE);
  assert_status(mote_config_set_psk(client, octets, sizeof octets, test_key, 16), MOTE_ERROR_SIZE);
  assert_status(mote_config_set_psk(client, test_identity, 9, octets, MOTE_PSK_KEY_MAX + 1),
                MOTE_ERROR_SIZE);
  assert_status(mote_config_set_psk(client, test_identity, SIZE_MAX, test_key, 16),
                MOTE_ERROR_ARGUMENT);

  static const char *const names[] = {"", ".", "a.", "a b", "a\tb", "h\xC3\xB6st", "\x7F"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_status(mote_config_set_server_name(client, names[i]), MOTE_ERROR_ARGUMENT);
  }
  memset(long_name, 'a', 256);
  assert_status(mote_config_set_server_name(client, long_name), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_server_name(client, NULL), MOTE_ERROR_ARGUMENT);

  static const size_t fragment_lengths[] = {1, 511, 513, 2047, 4097, 8192, 65536 + 512, SIZE_MAX};
  for (size_t i = 0; i < sizeof fragment_lengths / sizeof *fragment_lengths; i++) {
    assert_status(mote_config_set_max_fragment_length(client, fragment_lengths[i]),
                  MOTE_ERROR_ARGUMENT);
  }
  static const size_t mtus[] = {0, MOTE_MTU_MIN - 1, 65536, 65536 + MOTE_MTU_MIN, SIZE_MAX};
  for (size_t i = 0; i < sizeof mtus / sizeof *mtus; i++) {
    assert_status(mote_config_set_mtu(client, mtus[i]), MOTE_ERROR_ARGUMENT);
  }
  static const uint32_t timeouts[][2] = {
      {0, 0}, {0, 60000}, {2, 1}, {1, 86400001}, {UINT32_MAX, UINT32_MAX}};
  for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
    assert_status(mote_config_set_retransmission(client, timeouts[i][0], timeouts[i][1]),
                  MOTE_ERROR_ARGUMENT);
  }
  assert_status(mote_config_set_handshake_timeout(client, 86400001), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_forgery_limit(client, 0), MOTE_ERROR_ARGUMENT);
  static const int modes[] = {-1, 3, 7, INT32_MAX};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    assert_status(mote_config_set_heartbeat(client, (mote_heartbeat_mode)modes[i]),
                  MOTE_ERROR_ARGUMENT);
  }
  static const uint32_t idle[] = {1, 999, 86400001, UINT32_MAX};
  for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
    assert_status(mote_config_set_keep_alive(client, idle[i]), MOTE_ERROR_ARGUMENT);
  }
  assert_status(mote_config_set_keep_alive(client, 1000), MOTE_ERROR_STATE);
  assert_true(same_octets(before, client, sizeof before));
  assert_status(mote_config_set_psk_lookup(server, NULL, NULL), MOTE_ERROR_ARGUMENT);

  /* None of it has spoilt the configuration. */
  pair_start(&world);
  pair_finish(&world);
  pair_talk(&world);
  pair_check_memory(&world);
}

static void values_at_the_edge_are_taken(void **state)
{
  (void)state;
  pair_configure(&world);
  mote_config *client = world.client.config;
  static const size_t fragment_lengths[] = {512, 1024, 2048, 4096, 0};
  for (size_t i = 0; i < sizeof fragment_lengths / sizeof *fragment_lengths; i++) {
    assert_status(mote_config_set_max_fragment_length(client, fragment_lengths[i]), MOTE_OK);
  }
  assert_status(mote_config_set_mtu(client, MOTE_MTU_MIN), MOTE_OK);
  assert_status(mote_config_set_mtu(client, 65535), MOTE_OK);
  assert_status(mote_config_set_retransmission(client, 1, 1), MOTE_OK);
  assert_status(mote_config_set_retransmission(client, 86400000, 86400000), MOTE_OK);
  assert_status(mote_config_set_retransmission(client, MOTE_RETRANSMISSION_INITIAL_CONSTRAINED_MS,
                                               MOTE_RETRANSMISSION_MAX_MS),
                MOTE_OK);
  assert_status(mote_config_set_handshake_timeout(client, 0), MOTE_OK);
  assert_status(mote_config_set_handshake_timeout(client, 1), MOTE_OK);
  assert_status(mote_config_set_handshake_timeout(client, 86400000), MOTE_OK);
  assert_status(mote_config_set_handshake_timeout(client, MOTE_HANDSHAKE_TIMEOUT_MS), MOTE_OK);
  assert_status(mote_config_set_forgery_limit(client, 1), MOTE_OK);
  assert_status(mote_config_set_forgery_limit(client, UINT32_MAX), MOTE_OK);
  memset(long_name, 0, sizeof long_name);
  memset(long_name, 'a', 255);
  assert_status(mote_config_set_server_name(client, long_name), MOTE_OK);
  assert_status(mote_config_set_secure_renegotiation_required(client, true), MOTE_OK);
  assert_status(mote_config_set_key_log(client, NULL, NULL), MOTE_OK);
  assert_status(mote_config_set_trace(client, NULL, NULL), MOTE_OK);
  pair_start(&world);
  pair_finish(&world);
  pair_talk(&world);
  assert_int_equal(world.client.calls[CALLBACK_KEY_LOG], 0);
  assert_int_equal(world.client.calls[CALLBACK_TRACE], 0);
  assert_int_equal(world.server.calls[CALLBACK_KEY_LOG], 1);
  assert_true(end_info(&world.client).secure_renegotiation);
}

static void a_credential_is_needed(void **state)
{
  (void)state;
  static uint64_t memory[MOTE_CONFIG_SIZE / 8], connection[MOTE_CONNECTION_SIZE / 8];
  mote_config *config = (mote_config *)memory;
  assert_status(mote_config_init(memory, sizeof memory, MOTE_ROLE_SERVER), MOTE_OK);
  assert_status(mote_config_freeze(config), MOTE_ERROR_NO_CREDENTIAL);
  /* It is not frozen, so it can be mended. */
  assert_status(mote_connection_init(connection, sizeof connection, config, &world.client.io),
                MOTE_ERROR_STATE);
  assert_status(mote_config_set_psk(config, NULL, 0, test_key, 1), MOTE_OK);
  assert_status(mote_config_freeze(config), MOTE_OK);
  assert_status(mote_config_freeze(config), MOTE_ERROR_STATE);
  /* A client's may come with each connection; without one it says nothing. */
  static uint64_t workspace[MOTE_WORKSPACE_SIZE / 8];
  static uint8_t buffer[MOTE_BUFFER_MIN];
  mote_connection *client = (mote_connection *)connection;
  assert_status(mote_config_init(memory, sizeof memory, MOTE_ROLE_CLIENT), MOTE_OK);
  assert_status(mote_config_freeze(config), MOTE_OK);
  assert_status(mote_connection_init(connection, sizeof connection, config, &world.client.io),
                MOTE_OK);
  assert_status(mote_connection_lend(client, workspace, sizeof workspace, buffer, sizeof buffer),
                MOTE_OK);
  assert_status(mote_connection_handshake(client), MOTE_ERROR_NO_CREDENTIAL);
  assert_status(mote_connection_set_psk(client, NULL, 0, test_key, 1), MOTE_OK);
  assert_status(mote_connection_handshake(client), MOTE_WANT_READ);
  assert_status(mote_connection_wipe(client), MOTE_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_of_numbers),
      cmocka_unit_test(init_checks_its_memory),
      cmocka_unit_test(setters_fit_their_role_until_the_freeze),
      cmocka_unit_test(setters_refuse_what_is_no_configuration),
      cmocka_unit_test(values_out_of_range_are_refused),
      cmocka_unit_test(values_at_the_edge_are_taken),
      cmocka_unit_test(a_credential_is_needed),
  };
  return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
