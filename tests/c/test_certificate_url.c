/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Certificates by URL (RFC 6066 section 5): the two settings and the callback. */
#include "credentials/credentials.h"
#include "pair.h"

#include <string.h>

static const char url[] = "http://certs.example/client";

/* What the callback is to answer, and what it was given. */
struct fetched {
  unsigned pending;
  mote_status status;
  const uint8_t *octets;
  size_t length, said;
  bool calls_back;
  unsigned calls;
  mote_cert_chain_type chain_type;
  uint8_t sha1[MOTE_SHA1_LENGTH];
  size_t capacity;
};
static struct fetched fetched;

/* client_certificate as a PkiPath. */
static uint8_t path[4 + sizeof client_certificate];

static mote_status on_fetch(void *user, mote_cert_chain_type chain_type, const uint8_t *asked,
                            size_t asked_length, const uint8_t *sha1, uint8_t *memory,
                            size_t capacity, size_t *length)
{
  struct fetched *answer = user;
  assert_int_equal(asked_length, strlen(url));
  assert_memory_equal(asked, url, asked_length);
  if (answer->calls++ > 0) {
    assert_memory_equal(sha1, answer->sha1, MOTE_SHA1_LENGTH);
  }
  memcpy(answer->sha1, sha1, MOTE_SHA1_LENGTH);
  answer->chain_type = chain_type;
  answer->capacity = capacity;
  if (answer->calls_back) {
    assert_status(mote_connection_handshake(world.server.connection), MOTE_ERROR_STATE);
  }
  if (answer->pending > 0) {
    answer->pending--;
    return MOTE_PENDING;
  }
  if (answer->length <= capacity) {
    memcpy(memory, answer->octets, answer->length);
  }
  *length = answer->said;
  return answer->status;
}

static void configure(mote_cert_chain_type chain_type)
{
  memcpy(path, "\x30\x82\x01\xd2", 4);
  memcpy(path + 4, client_certificate, sizeof client_certificate);
  fetched = (struct fetched){.octets = client_certificate, .length = sizeof client_certificate};
  if (chain_type == MOTE_CERT_CHAIN_TYPE_PKIPATH) {
    fetched.octets = path;
    fetched.length = sizeof path;
  }
  fetched.said = fetched.length;

  pair_configure(&world);
  mote_config *client = world.client.config, *server = world.server.config;
  world.server.workspace_size = MOTE_WORKSPACE_SIZE + 1024;
  assert_status(mote_config_set_private_key(client, client_key, sizeof client_key), MOTE_OK);
  assert_status(
      mote_config_set_certificate(client, client_certificate, sizeof client_certificate), MOTE_OK);
  assert_status(mote_config_set_peer_rpks(client, server_info, sizeof server_info), MOTE_OK);
  assert_status(mote_config_set_certificate_url(client, url, chain_type), MOTE_OK);
  assert_status(mote_config_set_private_key(server, server_key_sec1, sizeof server_key_sec1),
                MOTE_OK);
  assert_status(mote_config_set_rpk(server, server_info, sizeof server_info), MOTE_OK);
  assert_status(mote_config_set_trust_anchors(server, anchor_certificate, sizeof anchor_certificate),
                MOTE_OK);
  assert_status(mote_config_set_no_time(server), MOTE_OK);
  assert_status(mote_config_set_certificate_url_fetch(server, on_fetch, &fetched), MOTE_OK);
}

static void both_chain_types(void **state)
{
  (void)state;
  for (int chain_type = 0; chain_type < 2; chain_type++) {
    for (unsigned pending = 0; pending < 3; pending++) {
      configure((mote_cert_chain_type)chain_type);
      fetched.pending = pending;
      fetched.calls_back = true;
      pair_start(&world);
      pair_finish(&world);
      pair_talk(&world);
      assert_int_equal(fetched.calls, pending + 1);
      assert_int_equal(fetched.chain_type, chain_type);
      /* The message is 1 + 2 + 2 + 1 + 20 octets beside its URL. */
      assert_int_equal(fetched.capacity, 1024 - 26 - strlen(url));
      mote_info info = end_info(&world.server);
      assert_int_equal(info.peer_type, MOTE_PEER_TYPE_CERTIFICATE);
      assert_int_equal(end_count_events(&world.client, MOTE_DIRECTION_SENT, 22, 11), 0);
      assert_true(end_count_events(&world.client, MOTE_DIRECTION_SENT, 22, 21) > 0);
      pair_check_memory(&world);
    }
  }
}

static void what_fails(void **state)
{
  (void)state;
  static const struct {
    mote_status answer;
    size_t said;
    const uint8_t *octets;
    mote_client_auth client_auth;
    mote_status status;
    const char *alert;
  } cases[] = {
      {MOTE_ERROR_CALLBACK, 466, client_certificate, MOTE_CLIENT_AUTH_REQUIRED,
       MOTE_ERROR_CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable"},
      {MOTE_WANT_READ, 466, client_certificate, MOTE_CLIENT_AUTH_REQUIRED,
       MOTE_ERROR_CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable"},
      {(mote_status)-12345, 466, client_certificate, MOTE_CLIENT_AUTH_REQUIRED,
       MOTE_ERROR_CERTIFICATE_UNOBTAINABLE, "certificate_unobtainable"},
      {MOTE_ERROR_CALLBACK, 466, client_certificate, MOTE_CLIENT_AUTH_OPTIONAL, MOTE_OK, NULL},
      {MOTE_OK, 465, client_certificate, MOTE_CLIENT_AUTH_OPTIONAL, MOTE_ERROR_CERTIFICATE_HASH,
       "bad_certificate_hash_value"},
      {MOTE_OK, 466, long_certificate, MOTE_CLIENT_AUTH_OPTIONAL, MOTE_ERROR_CERTIFICATE_HASH,
       "bad_certificate_hash_value"},
      {MOTE_OK, 0, client_certificate, MOTE_CLIENT_AUTH_REQUIRED, MOTE_ERROR_CERTIFICATE_HASH,
       "bad_certificate_hash_value"},
      {MOTE_OK, SIZE_MAX, client_certificate, MOTE_CLIENT_AUTH_REQUIRED, MOTE_ERROR_CALLBACK,
       "internal_error"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    configure(MOTE_CERT_CHAIN_TYPE_INDIVIDUAL_CERTS);
    assert_status(mote_config_set_client_auth(world.server.config, cases[i].client_auth), MOTE_OK);
    fetched.status = cases[i].answer;
    fetched.said = cases[i].said;
    fetched.octets = cases[i].octets;
    pair_start(&world);
    pair_drive(&world);
    assert_status(world.server.status, cases[i].status);
    mote_info info = end_info(&world.server);
    if (cases[i].alert == NULL) {
      assert_int_equal(info.peer_type, MOTE_PEER_TYPE_NONE);
      pair_talk(&world);
    } else {
      assert_string_equal(mote_alert_str(info.alert), cases[i].alert);
      assert_status(world.client.status, MOTE_ERROR_PEER_ALERT);
    }
    pair_check_memory(&world);
  }
}

/* The buffer says how much the message needs. */
static void no_room(void **state)
{
  (void)state;
  configure(MOTE_CERT_CHAIN_TYPE_PKIPATH);
  world.server.workspace_size = MOTE_WORKSPACE_SIZE;
  pair_start(&world);
  pair_drive(&world);
  assert_status(world.server.status, MOTE_ERROR_MESSAGE_TOO_LONG);
  assert_int_equal(end_info(&world.server).reassembly_needed, 26 + strlen(url));
}

static void misuse(void **state)
{
  (void)state;
  configure(MOTE_CERT_CHAIN_TYPE_PKIPATH);
  mote_config *client = world.client.config, *server = world.server.config;
  const mote_cert_chain_type one = MOTE_CERT_CHAIN_TYPE_INDIVIDUAL_CERTS;
  assert_status(mote_config_set_certificate_url(NULL, url, one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, NULL, one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, "", one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, "no url", one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, "a:b c:d", one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, url, (mote_cert_chain_type)2),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(client, url, MOTE_CERT_CHAIN_TYPE_FORCE_INT),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url(server, url, one), MOTE_ERROR_STATE);
  assert_status(mote_config_set_certificate_url_fetch(NULL, on_fetch, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url_fetch(server, NULL, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_certificate_url_fetch(client, on_fetch, NULL), MOTE_ERROR_STATE);
  pair_start(&world);
  assert_status(mote_config_set_certificate_url(client, url, one), MOTE_ERROR_STATE);
  assert_status(mote_config_set_certificate_url_fetch(server, on_fetch, NULL), MOTE_ERROR_STATE);
  /* Nothing of it has changed anything. */
  pair_finish(&world);

  /* The certificates come first. */
  pair_configure(&world);
  assert_status(mote_config_set_certificate_url(world.client.config, url, one), MOTE_ERROR_STATE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_chain_types),
      cmocka_unit_test(what_fails),
      cmocka_unit_test(no_room),
      cmocka_unit_test(misuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
