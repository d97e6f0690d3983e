/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The key log and the trace. */
#include "pair.h"

#include <stdio.h>
#include <string.h>

static void the_key_log_has_the_form_of_nss(void **state)
{
  (void)state;
  pair_connect(&world);
  const char *line = world.client.line;
  assert_int_equal(strlen(line), 14 + 64 + 1 + 96);
  assert_memory_equal(line, "CLIENT_RANDOM ", 14);
  assert_int_equal(line[14 + 64], ' ');
  assert_int_equal(strspn(line + 14, "0123456789abcdef"), 64);
  assert_int_equal(strspn(line + 14 + 65, "0123456789abcdef"), 96);
  assert_string_equal(line, world.server.line);
  assert_int_equal(world.client.calls[CALLBACK_KEY_LOG], 1);
  assert_int_equal(world.server.calls[CALLBACK_KEY_LOG], 1);
  /* It begins with the client's Random, its first call for random octets. */
  char digits[3];
  for (size_t i = 0; i < 32; i++) {
    (void)snprintf(digits, sizeof digits, "%02x", world.client.randoms[0][i]);
    assert_memory_equal(line + 14 + 2 * i, digits, 2);
  }
}

static void the_trace_shows_each_message_once(void **state)
{
  (void)state;
  static const struct {
    uint8_t content_type, message_type;
    mote_role sender;
    size_t count;
    uint16_t epoch;
  } messages[] = {
      {22, 1, MOTE_ROLE_CLIENT, 2, 0},  /* ClientHello */
      {22, 2, MOTE_ROLE_SERVER, 1, 0},  /* ServerHello */
      {22, 14, MOTE_ROLE_SERVER, 1, 0}, /* ServerHelloDone */
      {22, 16, MOTE_ROLE_CLIENT, 1, 0}, /* ClientKeyExchange */
      {20, 0, MOTE_ROLE_CLIENT, 1, 0},  /* ChangeCipherSpec */
      {20, 0, MOTE_ROLE_SERVER, 1, 0},
      {22, 20, MOTE_ROLE_CLIENT, 1, 1}, /* Finished */
      {22, 20, MOTE_ROLE_SERVER, 1, 1},
      {23, 0, MOTE_ROLE_CLIENT, 1, 1}, /* application_data */
      {23, 0, MOTE_ROLE_SERVER, 1, 1},
      {21, 0, MOTE_ROLE_CLIENT, 1, 1}, /* close_notify */
      {21, 0, MOTE_ROLE_SERVER, 1, 1},
  };
  pair_connect(&world);
  pair_talk(&world);
  assert_status(mote_connection_close(world.client.connection), MOTE_OK);
  const uint8_t *data;
  size_t length;
  assert_status(end_read(&world.server, &data, &length), MOTE_CLOSED);
  for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
    struct end *from = messages[i].sender == MOTE_ROLE_CLIENT ? &world.client : &world.server;
    size_t sent = end_count_events(from, MOTE_DIRECTION_SENT, messages[i].content_type,
                                   messages[i].message_type);
    size_t received = end_count_events(from->peer, MOTE_DIRECTION_RECEIVED,
                                       messages[i].content_type, messages[i].message_type);
    assert_int_equal(sent, messages[i].count);
    /* The client has closed, and hears no close_notify any more. */
    bool is_answer = messages[i].content_type == 21 && from == &world.server;
    assert_int_equal(received, is_answer ? 0 : messages[i].count);
    for (size_t j = 0; j < from->event_count; j++) {
      const mote_trace_event *event = &from->events[j];
      if (event->direction == MOTE_DIRECTION_SENT && event->content_type == 22 &&
          event->message_type == messages[i].message_type) {
        assert_int_equal(event->epoch, messages[i].epoch);
        assert_int_equal(event->fragment_offset, 0);
        assert_int_equal(event->fragment_length, event->message_length);
      }
    }
  }
  /* Record numbers grow by one within an epoch. */
  uint64_t next[2] = {0, 0};
  for (size_t i = 0; i < world.client.event_count; i++) {
    const mote_trace_event *event = &world.client.events[i];
    if (event->direction == MOTE_DIRECTION_SENT) {
      assert_int_equal(event->sequence_number, next[event->epoch]++);
      assert_int_equal(event->alert_level, event->content_type == 21 ? 1 : 0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_key_log_has_the_form_of_nss),
      cmocka_unit_test(the_trace_shows_each_message_once),
  };
  return cmocka_run_group_tests_name("observers", tests, NULL, NULL);
}
