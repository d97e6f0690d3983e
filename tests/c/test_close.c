/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of a connection, the counters, and keying material. */
#include "pair.h"

#include <string.h>

static const uint8_t *data;
static size_t length;

static void either_end_closes(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    pair_connect(&world);
    struct end *closer = role == 0 ? &world.client : &world.server;
    struct end *other = closer->peer;
    end_write(closer, "the last word");
    assert_status(mote_connection_close(closer->connection), MOTE_OK);
    assert_status(mote_connection_close(closer->connection), MOTE_OK);
    assert_int_equal(end_info(closer).state, MOTE_STATE_CLOSED);
    end_expect_next(other, "the last word");
    assert_status(end_read(other, &data, &length), MOTE_CLOSED);
    assert_status(end_read(other, &data, &length), MOTE_CLOSED);
    assert_status(mote_connection_handshake(other->connection), MOTE_CLOSED);
    mote_info from = end_info(closer), to = end_info(other);
    assert_int_equal(to.state, MOTE_STATE_CLOSED);
    assert_status(to.error, MOTE_OK);
    assert_int_equal(from.alert_direction, MOTE_DIRECTION_SENT);
    assert_int_equal(to.alert_direction, MOTE_DIRECTION_RECEIVED);
    assert_string_equal(mote_alert_str(to.alert), "close_notify");
    /* Its own close_notify answers; nobody answers that. */
    assert_int_equal(closer->inbox.count, 1);
    assert_status(end_read(closer, &data, &length), MOTE_CLOSED);
    assert_int_equal(other->inbox.count, 0);
    assert_status(mote_connection_write(other->connection, NULL, 0), MOTE_ERROR_STATE);
    assert_status(mote_connection_write(closer->connection, NULL, 0), MOTE_ERROR_STATE);
    assert_int_equal(mote_connection_timeout(closer->connection, world.now), MOTE_NO_TIMEOUT);
    assert_int_equal(mote_connection_timeout(other->connection, world.now), MOTE_NO_TIMEOUT);
  }
}

static void close_that_cannot_be_sent(void **state)
{
  (void)state;
  pair_connect(&world);
  struct end *client = &world.client;
  client->send_answer = MOTE_IO_NOTHING;
  assert_status(mote_connection_close(client->connection), MOTE_WANT_WRITE);
  assert_int_equal(end_info(client).state, MOTE_STATE_CLOSED);
  assert_status(mote_connection_close(client->connection), MOTE_WANT_WRITE);
  assert_true(mote_connection_timeout(client->connection, world.now) <= 100);
  client->send_answer = 0;
  assert_status(mote_connection_close(client->connection), MOTE_OK);
  assert_status(mote_connection_close(client->connection), MOTE_OK);
  assert_int_equal(client->calls[CALLBACK_SEND], 3 + 3);
  assert_status(end_read(&world.server, &data, &length), MOTE_CLOSED);

  /* A transport that fails is no reason not to be closed. */
  pair_connect(&world);
  client->send_answer = -5;
  assert_status(mote_connection_close(client->connection), MOTE_OK);
  assert_int_equal(end_info(client).state, MOTE_STATE_CLOSED);
}

/* A handshake is given up; the peer is told if it has heard of us. */
static void close_in_a_handshake(void **state)
{
  (void)state;
  for (unsigned steps = 0; steps < 5; steps++) {
    pair_configure(&world);
    pair_start(&world);
    struct end *client = &world.client, *server = &world.server;
    for (unsigned i = 0; i < steps; i++) {
      struct end *turn = i % 2 == 0 ? client : server;
      assert_status(mote_connection_handshake(turn->connection), MOTE_WANT_READ);
    }
    assert_status(mote_connection_close(client->connection), MOTE_OK);
    assert_status(mote_connection_handshake(client->connection), MOTE_CLOSED);
    mote_info info = end_info(client);
    assert_int_equal(info.state, MOTE_STATE_CLOSED);
    assert_int_equal(info.alert_direction,
                     steps == 0 ? MOTE_DIRECTION_NONE : MOTE_DIRECTION_SENT);
    assert_status(mote_connection_take_back(client->connection), MOTE_OK);
    while (server->inbox.count > 0) {
      server->status = mote_connection_handshake(server->connection);
    }
    /* Before the cookie it keeps nothing that could end. */
    assert_status(server->status, steps < 3 ? MOTE_WANT_READ : MOTE_ERROR_PEER_ALERT);
    pair_check_memory(&world);
  }
}

/* --- Counters ---------------------------------------------------------------------------------- */

static void each_kind_of_noise_is_counted(void **state)
{
  (void)state;
  for (int role = 0; role < 2; role++) {
    pair_connect(&world);
    struct end *from = role == 0 ? &world.client : &world.server;
    struct end *to = from->peer;
    mote_counters expected = end_info(to).counters;
    end_write(from, "a record to be spoilt");
    const datagram honest = *queue_take(&to->inbox);
    datagram spoilt[10];
    for (size_t i = 0; i < 10; i++) {
      spoilt[i] = honest;
    }
    spoilt[0].octets[0] = 99;              /* content type */
    spoilt[1].octets[1] = 3;               /* version */
    spoilt[2].octets[4] = 2;               /* epoch */
    spoilt[3].octets[12]++;                /* longer than the datagram */
    spoilt[4].length = 12;                 /* not even a header */
    spoilt[5].octets[honest.length - 1]++; /* tag */
    spoilt[6].octets[25]++;                /* content */
    spoilt[7].octets[10] += 9;             /* sequence number */
    spoilt[8].octets[4] = 0;               /* data without protection */
    spoilt[9].octets[4] = 0;               /* a fatal alert without protection */
    spoilt[9].octets[0] = 21;
    for (size_t i = 0; i < 10; i++) {
      queue_put(&to->inbox, spoilt[i].octets, spoilt[i].length);
      assert_status(end_read(to, &data, &length), MOTE_WANT_READ);
    }
    expected.malformed += 5;
    expected.unauthenticated += 3;
    expected.out_of_place += 2;
    mote_counters counted = end_info(to).counters;
    assert_memory_equal(&counted, &expected, sizeof counted);

    /* A bad record does not cost the good one behind it. */
    queue_put(&to->inbox, spoilt[5].octets, spoilt[5].length);
    queue_put(&to->inbox, honest.octets, honest.length);
    queue_join(&to->inbox);
    end_expect(to, "a record to be spoilt");
    queue_put(&to->inbox, honest.octets, honest.length);
    assert_status(end_read(to, &data, &length), MOTE_WANT_READ);
    expected.unauthenticated++;
    expected.replayed++;

    /* Larger than the buffer; the whole records at its front are used. */
    uint8_t large[700] = {0};
    end_write(from, "in front");
    const datagram front = *queue_take(&to->inbox);
    memcpy(large, front.octets, front.length);
    queue_put(&to->inbox, large, sizeof large);
    end_expect_next(to, "in front");
    assert_status(end_read(to, &data, &length), MOTE_WANT_READ);
    expected.truncated++;
    counted = end_info(to).counters;
    assert_true(counted.malformed >= expected.malformed);
    expected.malformed = counted.malformed;
    assert_memory_equal(&counted, &expected, sizeof counted);
    assert_int_equal(end_info(to).datagram_needed, sizeof large);
    pair_talk(&world);
    pair_check_memory(&world);
  }
}

static void the_forgery_limit(void **state)
{
  (void)state;
  for (uint32_t limit = 1; limit < 5; limit += 3) {
    pair_configure(&world);
    assert_status(mote_config_set_forgery_limit(world.server.config, limit), MOTE_OK);
    pair_start(&world);
    pair_finish(&world);
    struct end *client = &world.client, *server = &world.server;
    end_write(client, "x");
    datagram forged = *queue_take(&server->inbox);
    forged.octets[forged.length - 1] ^= 1;
    for (uint32_t i = 1; i <= limit; i++) {
      queue_put(&server->inbox, forged.octets, forged.length);
      assert_status(end_read(server, &data, &length),
                    i < limit ? MOTE_WANT_READ : MOTE_ERROR_FORGERY_LIMIT);
    }
    assert_status(end_read(server, &data, &length), MOTE_ERROR_FORGERY_LIMIT);
    assert_int_equal(end_info(server).counters.unauthenticated, limit);
    assert_status(end_info(server).error, MOTE_ERROR_FORGERY_LIMIT);
    assert_status(end_read(client, &data, &length), MOTE_ERROR_PEER_ALERT);
    assert_string_equal(mote_alert_str(end_info(client).alert), "bad_record_mac");
  }
}

/* --- Keying material --------------------------------------------------------------------------- */

static mote_status export_with(struct end *end, const char *label, const void *context,
                               size_t context_length, uint8_t *out, size_t out_length)
{
  return mote_connection_export_keying_material(end->connection, label, context, context_length,
                                                out, out_length);
}

static void keying_material_is_the_same_at_both_ends(void **state)
{
  (void)state;
  pair_connect(&world);
  static const uint8_t context[65536] = {1, 2, 3};
  static const struct {
    const char *label;
    const uint8_t *context;
    size_t context_length, length;
  } cases[] = {
      {"EXPERIMENTAL a", NULL, 0, 64},       {"EXPERIMENTAL a", context, 0, 64},
      {"EXPERIMENTAL a", context, 1, 64},    {"EXPERIMENTAL a", context, 65535, 64},
      {"EXPERIMENTAL b", NULL, 0, 64},       {"EXPERIMENTAL a", NULL, 0, 1},
      {"EXPERIMENTAL a", NULL, 0, 33},       {"EXPERIMENTAL a", NULL, 0, 1000},
      {"", NULL, 0, 64},                     {"EXPERIMENTAL a", NULL, 0, 0},
  };
  static uint8_t seen[10][64];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t ours[1001], theirs[1001];
    memset(ours, CANARY, sizeof ours);
    memset(theirs, CANARY, sizeof theirs);
    assert_status(export_with(&world.client, cases[i].label, cases[i].context,
                              cases[i].context_length, ours, cases[i].length),
                  MOTE_OK);
    assert_status(export_with(&world.server, cases[i].label, cases[i].context,
                              cases[i].context_length, theirs, cases[i].length),
                  MOTE_OK);
    assert_memory_equal(ours, theirs, sizeof ours);
    assert_int_equal(ours[cases[i].length], CANARY);
    memcpy(seen[i], ours, 64);
    for (size_t j = 0; j < i && cases[i].length == 64; j++) {
      assert_memory_not_equal(seen[i], seen[j], 64);
    }
  }
  /* A shorter output is the front of a longer one. */
  assert_memory_equal(seen[0], seen[6], 33);
  assert_memory_equal(seen[0], seen[7], 64);
  /* It needs neither workspace nor buffer. */
  uint8_t out[64];
  assert_status(mote_connection_take_back(world.client.connection), MOTE_OK);
  assert_status(export_with(&world.client, "EXPERIMENTAL a", NULL, 0, out, 64), MOTE_OK);
  assert_memory_equal(out, seen[0], 64);
}

static void export_writes_nothing_when_it_fails(void **state)
{
  (void)state;
  static const uint8_t context[65536];
  static const struct {
    const char *label;
    const uint8_t *context;
    size_t context_length;
  } cases[] = {
      {NULL, NULL, 0},
      {"EXPERIMENTAL", NULL, 1},
      {"EXPERIMENTAL", context, 65536},
      {"EXPERIMENTAL", context, SIZE_MAX},
      {"master secret", NULL, 0},
      {"extended master secret", NULL, 0},
      {"key expansion", NULL, 0},
      {"client finished", NULL, 0},
      {"server finished", NULL, 0},
  };
  pair_connect(&world);
  uint8_t out[32], untouched[32];
  memset(out, CANARY, sizeof out);
  memset(untouched, CANARY, sizeof untouched);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_status(export_with(&world.client, cases[i].label, cases[i].context,
                              cases[i].context_length, out, sizeof out),
                  MOTE_ERROR_ARGUMENT);
    assert_memory_equal(out, untouched, sizeof out);
  }
  assert_status(export_with(&world.client, "EXPERIMENTAL", NULL, 0, NULL, 32),
                MOTE_ERROR_ARGUMENT);
  assert_status(export_with(&world.client, "EXPERIMENTAL", NULL, 0, out, SIZE_MAX),
                MOTE_ERROR_ARGUMENT);
  /* Writing the output would change the context. */
  assert_status(export_with(&world.client, "EXPERIMENTAL", out + 8, 16, out, sizeof out),
                MOTE_ERROR_ARGUMENT);
  assert_memory_equal(out, untouched, sizeof out);
  pair_talk(&world);
  assert_status(mote_connection_close(world.client.connection), MOTE_OK);
  assert_status(export_with(&world.client, "EXPERIMENTAL", NULL, 0, out, 32), MOTE_ERROR_STATE);
  assert_memory_equal(out, untouched, sizeof out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(either_end_closes),
      cmocka_unit_test(close_that_cannot_be_sent),
      cmocka_unit_test(close_in_a_handshake),
      cmocka_unit_test(each_kind_of_noise_is_counted),
      cmocka_unit_test(the_forgery_limit),
      cmocka_unit_test(keying_material_is_the_same_at_both_ends),
      cmocka_unit_test(export_writes_nothing_when_it_fails),
  };
  return cmocka_run_group_tests_name("close", tests, NULL, NULL);
}
