/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* trusted_ca_keys (RFC 6066 section 6): the server's chain is one that the client trusts. */
#include "keys.h"

#include <motedtls_static.h>

static mote_config second;

/* The server's first chain is nobody's choice; the one that the client trusts is linked behind it. */
static void configure(bool client_sends, bool server_heeds)
{
  keys_configure_server(CREDENTIAL_NONE);
  keys_accept(world.client.config, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_set_trusted_ca(world.client.config, client_sends), MOTE_OK);

  assert_status(mote_config_init(&second, sizeof second, MOTE_ROLE_SERVER), MOTE_OK);
  assert_status(mote_config_set_server_name(&second, SERVER_NAME), MOTE_OK);
  keys_show(&second, CREDENTIAL_CERTIFICATE);
  assert_status(mote_config_freeze(&second), MOTE_OK);

  mote_config *server = world.server.config;
  assert_status(mote_config_set_server_name(server, SERVER_NAME), MOTE_OK);
  assert_status(mote_config_set_certificate(server, stranger_certificate,
                                            sizeof stranger_certificate),
                MOTE_OK);
  assert_status(mote_config_set_private_key(server, stranger_key, sizeof stranger_key), MOTE_OK);
  assert_status(mote_config_set_next(server, &second), MOTE_OK);
  assert_status(mote_config_set_trusted_ca(server, server_heeds), MOTE_OK);
}

static void the_chain_is_one_that_the_client_trusts(void **state)
{
  (void)state;
  for (unsigned which = 0; which < 4; which++) {
    bool sends = (which & 1) != 0, heeds = (which & 2) != 0;
    configure(sends, heeds);
    pair_start(&world);
    pair_drive(&world);
    bool is_right = sends && heeds;
    mote_info info = end_info(&world.client);
    assert_int_equal(info.state == MOTE_STATE_CONNECTED, is_right);
    if (is_right) {
      assert_peer(&info, MOTE_PEER_TYPE_CERTIFICATE, server_hash);
      pair_talk(&world);
    }
    pair_check_memory(&world);
  }
}

static void misuse(void **state)
{
  (void)state;
  configure(true, true);
  assert_status(mote_config_set_trusted_ca(NULL, true), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_trusted_ca(&second, true), MOTE_ERROR_STATE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_chain_is_one_that_the_client_trusts),
      cmocka_unit_test(misuse),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
