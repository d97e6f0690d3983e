/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is asked of the application while keys are shown: signer, verify and clock; and what becomes
 * of peers that are not accepted. */
#include "calls.h"
#include "keys.h"

#include <string.h>

#define END(which) ((which) == 0 ? &world.client : &world.server)
static const uint8_t *const hashes[2] = {client_hash, server_hash};

/* --- mote_signer ------------------------------------------------------------------------------- */

static void set_signer(size_t which)
{
  assert_status(mote_config_set_signer(END(which)->config, signer_sign, &signers[which]), MOTE_OK);
}

/* It is asked for the same digest until it answers. */
static void a_signer_that_takes_its_time(void **state)
{
  (void)state;
  for (int credential = CREDENTIAL_RPK; credential <= CREDENTIAL_CERTIFICATE; credential++) {
    for (size_t which = 0; which < 2; which++) {
      for (unsigned pending = 0; pending < 4; pending++) {
        keys_configure((enum credential)credential, (enum credential)credential);
        set_signer(which);
        signers[which].pending = pending;
        pair_start(&world);
        struct end *end = END(which), *other = END(1 - which);
        unsigned seen = 0;
        uint8_t digest[32];
        while (end->status == MOTE_WANT_READ || end->status == MOTE_PENDING) {
          end->status = mote_connection_handshake(end->connection);
          if (end->status != MOTE_PENDING) {
            other->status = mote_connection_handshake(other->connection);
            continue;
          }
          assert_true(seen == 0 || memcmp(digest, signers[which].digest, 32) == 0);
          memcpy(digest, signers[which].digest, 32);
          seen++;
          mote_info info = end_info(end);
          assert_int_equal(info.state, MOTE_STATE_HANDSHAKE);
          assert_peer(&info, MOTE_PEER_TYPE_NONE, NULL);
          assert_status(mote_connection_take_back(end->connection), MOTE_ERROR_STATE);
          assert_status(mote_connection_input(end->connection, digest, 32), MOTE_PENDING);
        }
        assert_int_equal(seen, pending);
        assert_int_equal(signers[which].calls, pending + 1);
        pair_finish(&world);
        pair_talk(&world);
        assert_true(pending == 0 || memcmp(digest, signers[which].digest, 32) == 0);
        mote_info info = end_info(other);
        assert_memory_equal(info.peer_key_hash, hashes[which], MOTE_KEY_HASH_LENGTH);
        pair_check_memory(&world);
      }
    }
  }
}

static void a_signer_that_fails(void **state)
{
  (void)state;
  static const int answers[] = {MOTE_ERROR_CALLBACK, MOTE_ERROR_IO, MOTE_WANT_READ, 1000, INT32_MIN};
  for (size_t which = 0; which < 2; which++) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
      for (unsigned pending = 0; pending < 2; pending++) {
        keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
        set_signer(which);
        signers[which].pending = pending;
        signers[which].answer = (mote_status)answers[i];
        keys_fail(END(which), MOTE_ERROR_CALLBACK, "internal_error");
        assert_int_equal(signers[which].calls, pending + 1);
      }
    }
    keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
    set_signer(which);
    signers[which].is_wrong = true;
    keys_fail(END(1 - which), MOTE_ERROR_BAD_SIGNATURE, "decrypt_error");
    /* Somebody else's key. */
    keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
    assert_status(mote_config_set_private_key(END(which)->config, stranger_key,
                                              sizeof stranger_key),
                  MOTE_OK);
    keys_fail(END(1 - which), MOTE_ERROR_BAD_SIGNATURE, "decrypt_error");
    assert_int_equal(verifiers[1 - which].calls, 1);
  }
}

static void the_last_of_key_and_signer_counts(void **state)
{
  (void)state;
  keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  set_signer(0);
  keys_show(world.client.config, CREDENTIAL_RPK);
  set_signer(1);
  keys_connect();
  assert_int_equal(signers[0].calls, 0);
  assert_int_equal(signers[1].calls, 1);
}

/* --- mote_verify ------------------------------------------------------------------------------- */

static void verify_is_shown_the_peer(void **state)
{
  (void)state;
  keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
  keys_connect();
  static const uint8_t *const infos[2] = {client_info, server_info};
  for (size_t i = 0; i < 2; i++) {
    const mote_peer_credential *seen = &verifiers[i].seen;
    assert_int_equal(verifiers[i].calls, 1);
    assert_int_equal(seen->peer_type, MOTE_PEER_TYPE_RPK);
    assert_int_equal(seen->credential_length, MOTE_PUBLIC_KEY_INFO_LENGTH);
    assert_memory_equal(seen->credential, infos[1 - i], MOTE_PUBLIC_KEY_INFO_LENGTH);
    assert_memory_equal(seen->key_hash, hashes[1 - i], MOTE_KEY_HASH_LENGTH);
    assert_name(seen->name, seen->name_length, NULL);
    assert_null(seen->eui64);
  }
  keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  keys_connect();
  static const uint8_t *const chains[2] = {client_certificate, server_chain};
  for (size_t i = 0; i < 2; i++) {
    const mote_peer_credential *seen = &verifiers[i].seen;
    assert_int_equal(verifiers[i].calls, 1);
    assert_int_equal(seen->peer_type, MOTE_PEER_TYPE_CERTIFICATE);
    assert_int_equal(seen->credential_length, leaf_length(chains[1 - i]));
    assert_memory_equal(seen->credential, chains[1 - i], seen->credential_length);
    assert_memory_equal(seen->key_hash, hashes[1 - i], MOTE_KEY_HASH_LENGTH);
    assert_name(seen->name, seen->name_length,
                i == 0 ? SERVER_NAME : "urn:dev:mac:0011223344aabbcc");
  }
  assert_null(verifiers[0].seen.eui64);
  assert_memory_equal(verifiers[1].seen.eui64, client_eui64, sizeof client_eui64);
}

static void verify_can_refuse(void **state)
{
  (void)state;
  static const int answers[] = {MOTE_ERROR_REFUSED, MOTE_ERROR_ARGUMENT, MOTE_PENDING, 1000, -1000};
  for (size_t which = 0; which < 2; which++) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
      keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
      verifiers[which].answer = (mote_status)answers[i];
      keys_fail(END(which), MOTE_ERROR_REFUSED, "handshake_failure");
      assert_int_equal(verifiers[which].calls, 1);
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      verifiers[which].answer = (mote_status)answers[i];
      keys_fail(END(which), MOTE_ERROR_REFUSED, "access_denied");
      assert_int_equal(verifiers[which].calls, 1);
    }
  }
}

/* --- Peers that are not accepted: verify is not even asked ------------------------------------- */

static void trust_strangers(size_t which, enum credential credential)
{
  mote_config *config = END(which)->config;
  assert_status(credential == CREDENTIAL_RPK
                    ? mote_config_set_peer_rpks(config, stranger_info, sizeof stranger_info)
                    : mote_config_set_trust_anchors(config, stranger_certificate,
                                                    sizeof stranger_certificate),
                MOTE_OK);
}

static void set_chain(size_t which, const uint8_t *chain, size_t length)
{
  assert_status(mote_config_set_certificate(END(which)->config, chain, length), MOTE_OK);
}

static void keys_and_certificates_that_are_not_accepted(void **state)
{
  (void)state;
  for (size_t which = 0; which < 2; which++) {
    struct end *end = END(which);
    keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
    trust_strangers(which, CREDENTIAL_RPK);
    keys_fail(end, MOTE_ERROR_UNKNOWN_KEY, "handshake_failure");
    keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
    trust_strangers(which, CREDENTIAL_CERTIFICATE);
    keys_fail(end, MOTE_ERROR_UNKNOWN_CA, "unknown_ca");
    static const struct {
      uint64_t seconds;
      mote_status status;
      const char *alert;
    } times[] = {
        {TIME_BEFORE, MOTE_ERROR_CERTIFICATE_NOT_YET_VALID, "certificate_expired"},
        {1, MOTE_ERROR_CERTIFICATE_NOT_YET_VALID, "certificate_expired"},
        {TIME_AFTER, MOTE_ERROR_CERTIFICATE_EXPIRED, "certificate_expired"},
        {UINT64_MAX, MOTE_ERROR_CERTIFICATE_EXPIRED, "certificate_expired"},
        {0, MOTE_ERROR_CALLBACK, "internal_error"},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      clocks[which].seconds = times[i].seconds;
      keys_fail(end, times[i].status, times[i].alert);
      assert_int_equal(verifiers[which].calls, 0);
      /* Without a clock, and with keys that have no dates, nobody asks for the time. */
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      clocks[which].seconds = times[i].seconds;
      assert_status(mote_config_set_no_time(end->config), MOTE_OK);
      keys_connect();
      assert_int_equal(clocks[which].calls, 0);
      keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
      clocks[which].seconds = times[i].seconds;
      keys_connect();
    }
    static const uint64_t good[] = {TIME_BEFORE + 1, TIME_AFTER - 1};
    for (size_t i = 0; i < 2; i++) {
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      clocks[which].seconds = good[i];
      keys_connect();
    }
  }
  /* Without the intermediate nothing leads to the anchor. */
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  set_chain(1, server_chain, leaf_length(server_chain));
  keys_fail(&world.client, MOTE_ERROR_UNKNOWN_CA, "unknown_ca");
  /* A server's certificate for a client, and the other way round. */
  keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  set_chain(0, server_chain, sizeof server_chain);
  keys_fail(&world.server, MOTE_ERROR_BAD_CERTIFICATE, "bad_certificate");
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  set_chain(1, client_certificate, sizeof client_certificate);
  keys_fail(&world.client, MOTE_ERROR_BAD_CERTIFICATE, "bad_certificate");
  /* No type in common: this server shows a key, this client knows anchors. */
  keys_configure_server(CREDENTIAL_NONE);
  keys_show(world.server.config, CREDENTIAL_RPK);
  keys_accept(world.client.config, CREDENTIAL_CERTIFICATE);
  keys_fail(&world.server, MOTE_ERROR_UNSUPPORTED_CERTIFICATE, "unsupported_certificate");
}

static void names_that_are_wanted(void **state)
{
  (void)state;
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_server_name(world.client.config, "other.example"), MOTE_OK);
  keys_fail(&world.client, MOTE_ERROR_CERTIFICATE_NAME, "bad_certificate");
  keys_configure_server(CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_server_name(world.client.config, "COAP.Example"), MOTE_OK);
  keys_connect();
  /* A common name counts, unless it is said that it does not. */
  for (int allowed = -1; allowed < 2; allowed++) {
    keys_configure_server(CREDENTIAL_CERTIFICATE);
    set_chain(1, plain_certificate, sizeof plain_certificate);
    assert_status(mote_config_set_private_key(world.server.config, client_key, sizeof client_key),
                  MOTE_OK);
    assert_status(mote_config_set_server_name(world.client.config, "plain.example"), MOTE_OK);
    if (allowed >= 0) {
      assert_status(mote_config_set_common_name(world.client.config, allowed == 1), MOTE_OK);
    }
    if (allowed != 0) {
      keys_connect();
    } else {
      keys_fail(&world.client, MOTE_ERROR_CERTIFICATE_NAME, "bad_certificate");
    }
  }
  for (int is_required = 0; is_required < 2; is_required++) {
    for (int has = 0; has < 2; has++) {
      keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
      assert_status(mote_config_set_eui64_required(world.server.config, is_required == 1), MOTE_OK);
      if (has == 0) {
        set_chain(0, plain_certificate, sizeof plain_certificate);
      }
      if (is_required == 1 && has == 0) {
        keys_fail(&world.server, MOTE_ERROR_CERTIFICATE_NAME, "bad_certificate");
      } else {
        keys_connect();
        mote_info info = end_info(&world.server);
        assert_int_equal(info.peer_eui64 != NULL, has);
        assert_name(info.peer_name, info.peer_name_length,
                    has == 1 ? "urn:dev:mac:0011223344aabbcc" : "plain.example");
      }
    }
  }
}

/* A certificate without a look at its name would be anybody's. */
static void anchors_want_a_server_name(void **state)
{
  (void)state;
  for (int credential = CREDENTIAL_CERTIFICATE; credential <= CREDENTIAL_BOTH; credential++) {
    keys_configure_server(CREDENTIAL_NONE);
    keys_show(world.server.config, CREDENTIAL_CERTIFICATE);
    mote_config *config = world.client.config;
    assert_status(mote_config_set_trust_anchors(config, anchor_certificate,
                                                sizeof anchor_certificate),
                  MOTE_OK);
    if (credential == CREDENTIAL_BOTH) {
      keys_accept(config, CREDENTIAL_RPK);
      assert_status(mote_config_set_psk(config, test_identity, 9, test_key, 16), MOTE_OK);
    }
    pair_start(&world);
    mote_connection *client = world.client.connection;
    uint8_t before[MOTE_CONNECTION_SIZE];
    memcpy(before, client, sizeof before);
    for (unsigned i = 0; i < 3; i++) {
      assert_status(mote_connection_handshake(client), MOTE_ERROR_NO_SERVER_NAME);
      assert_unchanged(before, client);
    }
    assert_int_equal(world.client.calls[CALLBACK_SEND], 0);
    assert_int_equal(mote_connection_timeout(client, world.now), 0);
    assert_status(mote_connection_set_server_name(client, SERVER_NAME), MOTE_OK);
    pair_finish(&world);
    pair_talk(&world);
  }
}

/* --- Callbacks that call back, and a random source that fails ---------------------------------- */

static unsigned called_back, wrong_answers;

static void call_everything(struct end *end)
{
  called_back++;
  for (size_t i = 0; i < CONNECTION_CALLS; i++) {
    wrong_answers += connection_calls[i].run(end->connection) != MOTE_ERROR_STATE;
  }
}

static mote_status sign_and_call(void *user, const uint8_t *digest, uint8_t *signature)
{
  call_everything(user);
  return signer_sign(&signers[user == &world.server], digest, signature);
}

static mote_status verify_and_call(void *user, const mote_peer_credential *peer)
{
  (void)peer;
  call_everything(user);
  return MOTE_OK;
}

static uint64_t tell_and_call(void *user)
{
  call_everything(user);
  return TIME_NOW;
}

static void callbacks_that_call_back(void **state)
{
  (void)state;
  called_back = wrong_answers = 0;
  keys_configure(CREDENTIAL_CERTIFICATE, CREDENTIAL_CERTIFICATE);
  for (size_t i = 0; i < 2; i++) {
    struct end *end = END(i);
    assert_status(mote_config_set_signer(end->config, sign_and_call, end), MOTE_OK);
    assert_status(mote_config_set_verify(end->config, verify_and_call, end), MOTE_OK);
    assert_status(mote_config_set_time(end->config, tell_and_call, end), MOTE_OK);
  }
  keys_connect();
  assert_int_equal(called_back, 6);
  assert_int_equal(wrong_answers, 0);
}

static void random_failure_at_each_call(void **state)
{
  (void)state;
  for (size_t which = 0; which < 2; which++) {
    struct end *end = END(which);
    unsigned n = 1;
    for (;; n++) {
      keys_configure(CREDENTIAL_RPK, CREDENTIAL_RPK);
      end->random_fails = n;
      pair_start(&world);
      pair_drive(&world);
      if (end->calls[CALLBACK_RANDOM] < n) {
        break;
      }
      assert_status(end->status, MOTE_ERROR_RANDOM);
      pair_check_memory(&world);
    }
    /* Random, ephemeral key, and what is added to each signature. */
    assert_in_range(n, 4, 8);
    assert_status(end->status, MOTE_OK);
    pair_talk(&world);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_signer_that_takes_its_time),
      cmocka_unit_test(a_signer_that_fails),
      cmocka_unit_test(the_last_of_key_and_signer_counts),
      cmocka_unit_test(verify_is_shown_the_peer),
      cmocka_unit_test(verify_can_refuse),
      cmocka_unit_test(keys_and_certificates_that_are_not_accepted),
      cmocka_unit_test(names_that_are_wanted),
      cmocka_unit_test(anchors_want_a_server_name),
      cmocka_unit_test(callbacks_that_call_back),
      cmocka_unit_test(random_failure_at_each_call),
  };
  return cmocka_run_group_tests_name("asked", tests, NULL, NULL);
}
