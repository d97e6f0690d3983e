/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote_server with several clients: events, handles, memory. */
#include "crowd.h"

#include <string.h>

static uint8_t master_secret[48];

static mote_server_figures figures(void)
{
  mote_server_figures figures;
  assert_status(mote_server_info(crowd.server, &figures), MOTE_OK);
  return figures;
}

static void set_up(void)
{
  crowd_configure();
  crowd_start();
}

/* Both ways in which datagrams can come. */
static void several_clients(void **state)
{
  (void)state;
  for (int polled = 0; polled < 2; polled++) {
    crowd_configure();
    crowd.io.recv = polled ? crowd_recv : NULL;
    crowd_start();
    mote_peer peers[4];
    for (size_t i = 0; i < 4; i++) {
      peers[i] = crowd_connect(i);
      mote_info info;
      assert_status(mote_peer_info(crowd.server, peers[i], &info), MOTE_OK);
      assert_int_equal(info.state, MOTE_STATE_CONNECTED);
      assert_int_equal(info.psk_identity_length, sizeof test_identity);
      assert_memory_equal(info.psk_identity, test_identity, sizeof test_identity);
      uint8_t address[MOTE_ADDRESS_MAX];
      size_t length = sizeof address;
      assert_status(mote_peer_address(crowd.server, peers[i], address, &length), MOTE_OK);
      assert_int_equal(length, crowd.clients[i].address_length);
      assert_memory_equal(address, crowd.clients[i].address, length);
      assert_status(mote_peer_set_user(crowd.server, peers[i], &crowd.clients[i]), MOTE_OK);
      assert_int_equal(figures().peers, i + 1);
      assert_int_equal(figures().handshakes, 0);
    }
    for (size_t round = 0; round < 3; round++) {
      for (size_t i = 0; i < 4; i++) {
        crowd_talk(i, peers[i]);
        assert_ptr_equal(mote_peer_user(crowd.server, peers[i]), &crowd.clients[i]);
      }
    }
    assert_true(polled == 0 || crowd.recv_had_address);
    assert_int_equal(figures().challenged, 4);
    assert_int_equal(figures().refused, 0);
    assert_int_equal(figures().dropped, 0);
    assert_int_equal(crowd.for_strangers, 0);
    assert_true(arena_is_whole(&crowd.arena));
  }
}

/* The two ends of a peer agree. */
static void exporter(void **state)
{
  (void)state;
  set_up();
  mote_peer peer = crowd_connect(2);
  uint8_t ours[32], theirs[32];
  assert_status(mote_peer_export_keying_material(crowd.server, peer, "EXPERIMENTAL t", test_key, 3,
                                                 ours, sizeof ours),
                MOTE_OK);
  assert_status(mote_connection_export_keying_material(crowd.clients[2].connection,
                                                       "EXPERIMENTAL t", test_key, 3, theirs,
                                                       sizeof theirs),
                MOTE_OK);
  assert_memory_equal(ours, theirs, sizeof ours);
}

/* What an event has brought is sent back from where it lies, and not all of it. */
static void echo_from_the_buffer(void **state)
{
  (void)state;
  set_up();
  mote_peer peer = crowd_connect(0);
  for (size_t from = 0; from < 8; from += 7) {
    crowd_ask(0, "0123456789");
    size_t sender = crowd.senders[crowd.inbox.first];
    const datagram *item = queue_take(&crowd.inbox);
    const struct visitor *client = &crowd.clients[sender];
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, item->length),
                  MOTE_OK);
    mote_event event;
    assert_status(mote_server_next_event(crowd.server, &event), MOTE_OK);
    assert_int_equal(event.kind, MOTE_EVENT_KIND_DATA);
    assert_status(mote_peer_write(crowd.server, peer, event.data + from, event.length - from),
                  MOTE_OK);
    assert_status(mote_server_next_event(crowd.server, &event), MOTE_WANT_READ);
    visitor_expect(0, from == 0 ? "0123456789" : "789");
  }
  size_t most = mote_peer_max_write(crowd.server, peer);
  assert_int_equal(most, CROWD_BUFFER_SIZE - MOTE_RECORD_OVERHEAD);
  uint8_t large[CROWD_BUFFER_SIZE] = {0};
  assert_status(mote_peer_write(crowd.server, peer, large, most + 1), MOTE_ERROR_SIZE);
  assert_status(mote_peer_write(crowd.server, peer, large, most), MOTE_OK);
  assert_status(mote_peer_write(crowd.server, peer, NULL, 0), MOTE_OK);
}

/* Several records in one datagram; after the first, another peer is written to. */
static void write_to_another_while_unread(void **state)
{
  (void)state;
  set_up();
  mote_peer one = crowd_connect(1), two = crowd_connect(2);
  for (int disturbed = 0; disturbed < 2; disturbed++) {
    crowd_ask(1, "first");
    crowd_ask(1, "second");
    queue_join(&crowd.inbox);
    crowd.senders[(crowd.inbox.first + crowd.inbox.count - 1) % QUEUE_MAX] = 1;
    const datagram *item = queue_take(&crowd.inbox);
    struct visitor *client = &crowd.clients[1];
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, item->length),
                  MOTE_OK);
    mote_event event;
    assert_status(mote_server_next_event(crowd.server, &event), MOTE_OK);
    assert_true(event.length == 5 && memcmp(event.data, "first", 5) == 0);
    /* The next datagram has to wait. */
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, item->length),
                  MOTE_ERROR_STATE);
    if (disturbed) {
      assert_status(mote_peer_write(crowd.server, two, event.data, event.length), MOTE_OK);
      assert_status(mote_server_next_event(crowd.server, &event), MOTE_WANT_READ);
      visitor_expect(2, "first");
      mote_info info;
      assert_status(mote_peer_info(crowd.server, one, &info), MOTE_OK);
      assert_int_equal(info.counters.lost, 1);
    } else {
      assert_status(mote_peer_write(crowd.server, one, event.data, event.length), MOTE_OK);
      visitor_expect(1, "first");
      mote_status status = mote_server_next_event(crowd.server, &event);
      assert_true(status == MOTE_OK || status == MOTE_WANT_READ);
      crowd_drain();
      crowd_forget_events();
    }
    crowd_talk(1, one);
    crowd_talk(2, two);
  }
}

/* The client of a peer that is full of handles: every call says stale, and no output is touched. */
static void stale(mote_peer peer)
{
  uint8_t octets[MOTE_ADDRESS_MAX] = {1, 2, 3};
  size_t length = sizeof octets;
  mote_info info = {.psk_identity_length = 99};
  assert_status(mote_peer_write(crowd.server, peer, test_key, 1), MOTE_STALE);
  assert_status(mote_peer_close(crowd.server, peer), MOTE_STALE);
  assert_status(mote_peer_address(crowd.server, peer, octets, &length), MOTE_STALE);
  assert_status(mote_peer_info(crowd.server, peer, &info), MOTE_STALE);
  assert_status(mote_peer_set_user(crowd.server, peer, &info), MOTE_STALE);
  assert_status(mote_peer_export_keying_material(crowd.server, peer, "l", NULL, 0, octets, 8),
                MOTE_STALE);
  assert_int_equal(mote_peer_max_write(crowd.server, peer), 0);
  assert_null(mote_peer_user(crowd.server, peer));
  assert_true(octets[0] == 1 && octets[1] == 2 && octets[2] == 3 && length == sizeof octets);
  assert_int_equal(info.psk_identity_length, 99);
}

static void stale_and_forged_handles(void **state)
{
  (void)state;
  set_up();
  for (uint32_t place = 0; place < 6; place++) {
    stale((mote_peer){place, 0});
    stale((mote_peer){place, 1});
  }
  stale((mote_peer){UINT32_MAX, 0});
  mote_peer first = crowd_connect(0), other = crowd_connect(1);
  stale((mote_peer){first.place, first.generation + 1});
  stale((mote_peer){first.place, first.generation - 1});
  stale((mote_peer){first.place + 4, first.generation});
  stale((mote_peer){UINT32_MAX, first.generation});
  assert_status(mote_peer_set_user(crowd.server, first, &crowd), MOTE_OK);
  unsigned sent = crowd.sent;
  assert_status(mote_peer_close(crowd.server, first), MOTE_OK);
  assert_int_equal(crowd.sent, sent + 1);
  stale(first);
  crowd_run();
  assert_int_equal(crowd.happening_count, 0);
  const uint8_t *data;
  size_t length;
  assert_status(mote_connection_read(crowd.clients[0].connection, &data, &length), MOTE_CLOSED);
  /* Another one in the same place. */
  mote_peer next = crowd_connect(3);
  assert_int_equal(next.place, first.place);
  stale(first);
  assert_null(mote_peer_user(crowd.server, next));
  crowd_talk(3, next);
  crowd_talk(1, other);
}

/* The peer closes, and a client begins anew from the same address. */
static void closed_and_begun_anew(void **state)
{
  (void)state;
  set_up();
  mote_peer peer = crowd_connect(0), other = crowd_connect(1);
  assert_status(mote_connection_close(crowd.clients[0].connection), MOTE_OK);
  crowd_run();
  assert_true(same_peer(crowd_expect(MOTE_EVENT_KIND_CLOSED)->event.peer, peer));
  stale(peer);
  visitor_start(0);
  peer = crowd_connect(0);
  /* Restarted, without a word. Until its new Finished is good the old association stands. */
  visitor_start(0);
  visitor_begin(0);
  crowd_run();
  assert_status(crowd.clients[0].status, MOTE_OK);
  assert_int_equal(crowd.happening_count, 2);
  assert_int_equal(crowd.happenings[0].event.kind, MOTE_EVENT_KIND_CLOSED);
  assert_true(same_peer(crowd.happenings[0].event.peer, peer));
  assert_int_equal(crowd.happenings[1].event.kind, MOTE_EVENT_KIND_CONNECTED);
  stale(peer);
  peer = crowd.happenings[1].event.peer;
  crowd_forget_events();
  crowd_talk(0, peer);
  crowd_talk(1, other);
  assert_int_equal(figures().peers, 2);
}

/* More clients than places. */
static void more_than_there_is_room_for(void **state)
{
  (void)state;
  set_up();
  mote_peer peers[6];
  for (size_t i = 0; i < 4; i++) {
    peers[i] = crowd_connect(i);
    crowd.now += 10;
  }
  crowd_talk(0, peers[0]); /* so that 1 is the oldest */
  visitor_begin(4);
  crowd_run();
  assert_status(crowd.clients[4].status, MOTE_WANT_READ);
  assert_int_equal(crowd.happening_count, 0);
  assert_true(figures().refused >= 1);
  /* Once the oldest has been silent for long enough, it makes room. */
  assert_status(mote_server_set_idle(crowd.server, 20000), MOTE_OK);
  crowd.now += 20000;
  for (unsigned i = 0; i < 10 && crowd.clients[4].status != MOTE_OK; i++) {
    crowd_run();
    crowd.now += 500;
  }
  assert_status(crowd.clients[4].status, MOTE_OK);
  assert_int_equal(crowd.happening_count, 2);
  assert_int_equal(crowd.happenings[0].event.kind, MOTE_EVENT_KIND_CLOSED);
  assert_true(same_peer(crowd.happenings[0].event.peer, peers[1]));
  assert_int_equal(crowd.happenings[1].event.kind, MOTE_EVENT_KIND_CONNECTED);
  peers[4] = crowd.happenings[1].event.peer;
  crowd_forget_events();
  stale(peers[1]);
  const uint8_t *data;
  size_t length;
  assert_status(mote_connection_read(crowd.clients[1].connection, &data, &length), MOTE_CLOSED);
  crowd_talk(0, peers[0]);
  crowd_talk(4, peers[4]);
  /* Nobody has to go. */
  assert_status(mote_server_set_idle(crowd.server, UINT32_MAX), MOTE_OK);
  crowd.now += 0x7000000;
  visitor_begin(5);
  crowd_run();
  assert_int_equal(crowd.happening_count, 0);
  crowd_talk(2, peers[2]);
  assert_int_equal(figures().peers, 4);
  assert_true(arena_is_whole(&crowd.arena));
}

/* A wrong key: the client is told, and an event without a peer. */
static void failed_handshake(void **state)
{
  (void)state;
  set_up();
  mote_peer peer = crowd_connect(0);
  crowd.lookup_status = MOTE_ERROR_UNKNOWN_IDENTITY;
  visitor_begin(1);
  crowd_run_with_time();
  const struct happening *happening = crowd_expect(MOTE_EVENT_KIND_FAILED);
  assert_false(happening->event.has_peer);
  assert_int_equal(happening->event.error, MOTE_ERROR_DECRYPT);
  assert_int_equal(happening->event.alert, 51);
  assert_int_equal(happening->event.alert_direction, MOTE_DIRECTION_SENT);
  assert_status(crowd.clients[1].status, MOTE_ERROR_PEER_ALERT);
  stale(happening->event.peer);
  assert_int_equal(figures().handshakes, 0);
  /* The store itself fails. */
  crowd.lookup_status = MOTE_ERROR_IO;
  visitor_begin(2);
  crowd_run();
  assert_int_equal(crowd_expect(MOTE_EVENT_KIND_FAILED)->event.error, MOTE_ERROR_CALLBACK);
  crowd.lookup_status = MOTE_OK;
  crowd_talk(0, peer);
  peer = crowd_connect(3);
  crowd_talk(3, peer);
}

/* The server's last flight is lost: the client repeats its own, and gets it again. */
static void last_flight_lost(void **state)
{
  (void)state;
  set_up();
  visitor_begin(1);
  for (unsigned step = 0; step < 20 && crowd.happening_count == 0; step++) {
    while (crowd.inbox.count > 0) {
      const datagram *item = queue_take(&crowd.inbox);
      const struct visitor *from = &crowd.clients[1];
      assert_status(mote_server_input(crowd.server, from->address, from->address_length,
                                      item->octets, item->length),
                    MOTE_OK);
      crowd_drain();
    }
    if (crowd.happening_count == 0) {
      crowd.clients[1].status = mote_connection_handshake(crowd.clients[1].connection);
    }
  }
  mote_peer peer = crowd_expect(MOTE_EVENT_KIND_CONNECTED)->event.peer;
  assert_true(crowd.clients[1].inbox.count > 0);
  crowd.clients[1].inbox.count = 0;
  crowd_run_with_time();
  assert_status(crowd.clients[1].status, MOTE_OK);
  assert_int_equal(crowd.happening_count, 0);
  crowd_talk(1, peer);
}

/* The socket is full. */
static void want_write(void **state)
{
  (void)state;
  set_up();
  mote_peer peer = crowd_connect(0);
  crowd.send_answer = MOTE_IO_NOTHING;
  assert_status(mote_peer_write(crowd.server, peer, test_key, 4), MOTE_WANT_WRITE);
  /* A challenge that does not get out is no concern: the client asks again. */
  visitor_begin(1);
  crowd_run();
  assert_status(crowd.drained, MOTE_WANT_READ);
  crowd.send_answer = 0;
  crowd.now += MOTE_RETRANSMISSION_INITIAL_MS;
  crowd.clients[1].status = mote_connection_handshake(crowd.clients[1].connection);
  size_t sender = crowd.senders[crowd.inbox.first];
  assert_int_equal(sender, 1);
  const struct visitor *client = &crowd.clients[1];
  const datagram *item = queue_take(&crowd.inbox);
  assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                  item->octets, item->length),
                MOTE_OK);
  crowd_drain();
  /* The second ClientHello is answered with a flight: that has to wait. */
  crowd.clients[1].status = mote_connection_handshake(crowd.clients[1].connection);
  item = queue_take(&crowd.inbox);
  assert_non_null(item);
  crowd.send_answer = MOTE_IO_NOTHING;
  assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                  item->octets, item->length),
                MOTE_OK);
  crowd_drain();
  if (crowd.drained == MOTE_WANT_WRITE) {
    assert_true(mote_server_timeout(crowd.server, crowd.now) <= 1000);
    crowd_drain();
    assert_status(crowd.drained, MOTE_WANT_WRITE);
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, 1),
                  MOTE_ERROR_STATE);
  }
  crowd.send_answer = 0;
  crowd_run_with_time();
  assert_status(client->status, MOTE_OK);
  mote_peer second = crowd_expect(MOTE_EVENT_KIND_CONNECTED)->event.peer;
  crowd_talk(1, second);
  crowd_talk(0, peer);
  /* A failure for good ends this peer's connection, and no other. */
  crowd.send_answer = -7;
  assert_status(mote_peer_write(crowd.server, peer, test_key, 4), MOTE_ERROR_IO);
  crowd.send_answer = 0;
  assert_status(mote_peer_write(crowd.server, peer, test_key, 4), MOTE_ERROR_IO);
  assert_status(mote_peer_close(crowd.server, peer), MOTE_OK);
  stale(peer);
  crowd_talk(1, second);
}

/* recv: failure, truncation, addresses that are none. */
static void receiving(void **state)
{
  (void)state;
  crowd_configure();
  crowd.io.recv = crowd_recv;
  crowd_start();
  mote_peer peer = crowd_connect(1);
  assert_status(mote_server_poll(crowd.server), MOTE_WANT_READ);
  crowd.recv_answer = -9;
  assert_status(mote_server_poll(crowd.server), MOTE_ERROR_IO);
  crowd.recv_answer = 0;
  crowd_talk(1, peer);
  /* Longer than the buffer: cut, and of use as far as it goes. */
  static uint8_t large[DATAGRAM_MAX];
  queue_put(&crowd.inbox, large, sizeof large);
  crowd.senders[(crowd.inbox.first + crowd.inbox.count - 1) % QUEUE_MAX] = 1;
  crowd_run();
  assert_int_equal(crowd.happening_count, 0);
  crowd_talk(1, peer);
  /* An empty one. */
  queue_put(&crowd.inbox, large, 0);
  crowd.senders[(crowd.inbox.first + crowd.inbox.count - 1) % QUEUE_MAX] = 1;
  crowd_run();
  /* A callback that gives an address longer than there can be, and one that gives none. */
  for (int none = 0; none < 2; none++) {
    crowd.recv_gives_no_address = none;
    crowd.recv_address_length = MOTE_ADDRESS_MAX + 1;
    crowd_ask(1, "lost");
    assert_status(mote_server_poll(crowd.server), MOTE_ERROR_SIZE);
    crowd_drain();
    assert_int_equal(crowd.happening_count, 0);
  }
  crowd.recv_gives_no_address = false;
  crowd.recv_address_length = 0;
  crowd_talk(1, peer);
  assert_true(arena_is_whole(&crowd.arena));
}

/* A client that falls silent in the middle: time-out, and a workspace that yields. */
static void half_open(void **state)
{
  (void)state;
  set_up();
  assert_int_equal(mote_server_timeout(crowd.server, crowd.now), MOTE_NO_TIMEOUT);
  mote_peer peer = crowd_connect(5);
  /* Two clients show a cookie and vanish. */
  for (size_t i = 0; i < 2; i++) {
    visitor_begin(i);
    for (unsigned step = 0; step < 2; step++) {
      const struct visitor *client = &crowd.clients[i];
      const datagram *item = queue_take(&crowd.inbox);
      assert_non_null(item);
      assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                      item->octets, item->length),
                    MOTE_OK);
      crowd_drain();
      crowd.clients[i].status = mote_connection_handshake(client->connection);
    }
    crowd.inbox.count = 0;
    crowd.clients[i].has_begun = false;
    crowd.now += 100;
  }
  assert_int_equal(figures().handshakes, 2);
  uint32_t wait = mote_server_timeout(crowd.server, crowd.now);
  assert_true(wait > 0 && wait <= MOTE_RETRANSMISSION_INITIAL_MS);
  /* No workspace for a third one yet. */
  visitor_begin(2);
  crowd_run();
  assert_status(crowd.clients[2].status, MOTE_WANT_READ);
  assert_true(figures().refused >= 1);
  crowd_talk(5, peer);
  /* After a while the oldest yields. */
  uint32_t begun = crowd.now;
  while (crowd.now - begun < MOTE_SERVER_YIELD_MS + 4000 && crowd.clients[2].status != MOTE_OK) {
    crowd.now += 250;
    crowd_run();
  }
  assert_status(crowd.clients[2].status, MOTE_OK);
  assert_true(crowd.now - begun >= MOTE_SERVER_YIELD_MS - 200);
  assert_int_equal(figures().handshakes, 1);
  crowd_talk(2, crowd_expect(MOTE_EVENT_KIND_CONNECTED)->event.peer);
  /* The other one fails by itself. */
  crowd_run_with_time();
  assert_int_equal(crowd_expect(MOTE_EVENT_KIND_FAILED)->event.error, MOTE_ERROR_TIMEOUT);
  assert_int_equal(figures().handshakes, 0);
  assert_int_equal(mote_server_timeout(crowd.server, crowd.now), MOTE_NO_TIMEOUT);
  crowd_talk(5, peer);
}

/* While a look-up for one client has no answer, the others go on. */
static void pending_look_up(void **state)
{
  (void)state;
  for (int polled = 0; polled < 2; polled++) {
    crowd_configure();
    crowd.io.recv = polled ? crowd_recv : NULL;
    crowd_start();
    mote_peer peer = crowd_connect(0);
    crowd.lookup_pending = UINT32_MAX;
    visitor_begin(1);
    crowd_run();
    assert_int_equal(figures().handshakes, 1);
    crowd_talk(0, peer);
    crowd.lookup_pending = 0;
    crowd_run_with_time();
    assert_status(crowd.clients[1].status, MOTE_OK);
    crowd_talk(1, crowd_expect(MOTE_EVENT_KIND_CONNECTED)->event.peer);
  }
}

/* Cookie secrets: a client with a cookie of the secret before, or of the one before that. */
static void rotation(void **state)
{
  (void)state;
  for (unsigned rotations = 0; rotations < 3; rotations++) {
    set_up();
    visitor_begin(0);
    struct visitor *client = &crowd.clients[0];
    const datagram *item = queue_take(&crowd.inbox);
    assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                    item->octets, item->length),
                  MOTE_OK);
    crowd_drain();
    for (unsigned i = 0; i < rotations; i++) {
      assert_status(mote_server_rotate_cookie_secret(crowd.server), MOTE_OK);
    }
    crowd_run();
    /* With the secret gone, it is challenged once more. */
    assert_int_equal(figures().challenged, rotations < 2 ? 1 : 2);
    if (rotations < 2) {
      assert_status(client->status, MOTE_OK);
    } else {
      crowd_run_with_time();
    }
  }
  crowd.random_fails = true;
  assert_status(mote_server_rotate_cookie_secret(crowd.server), MOTE_ERROR_RANDOM);
}

static bool holds_secret(void)
{
  return arena_holds(&crowd.arena, master_secret, sizeof master_secret) ||
         arena_holds(&crowd.arena, test_key, sizeof test_key);
}

static void nothing_secret_is_left(void **state)
{
  (void)state;
  /* Each way in which a peer can go. */
  for (int way = 0; way < 6; way++) {
    set_up();
    mote_peer peer = crowd_connect(0);
    crowd_master_secret(master_secret);
    crowd_talk(0, peer);
    assert_true(holds_secret()); /* the search works */
    if (way == 0) {
      assert_status(mote_server_wipe(crowd.server), MOTE_OK);
    } else if (way == 1) {
      assert_status(mote_peer_close(crowd.server, peer), MOTE_OK);
    } else if (way == 2) {
      assert_status(mote_connection_close(crowd.clients[0].connection), MOTE_OK);
      crowd_run();
      (void)crowd_expect(MOTE_EVENT_KIND_CLOSED);
    } else if (way == 3) {
      crowd.send_answer = -7;
      assert_status(mote_peer_write(crowd.server, peer, test_key, 1), MOTE_ERROR_IO);
      crowd.send_answer = 0;
    } else if (way == 4) {
      visitor_start(0);
      visitor_begin(0);
      crowd_run();
      assert_int_equal(crowd.happening_count, 2);
    } else {
      assert_status(mote_server_set_idle(crowd.server, 0), MOTE_OK);
      for (size_t i = 1; i < 5; i++) {
        visitor_begin(i);
        crowd_run();
      }
      assert_int_equal(figures().peers, 4);
      stale(peer);
    }
    if (holds_secret()) {
      print_error("way %d leaves a secret\n", way);
    }
    assert_false(holds_secret());
    assert_true(arena_is_whole(&crowd.arena));
  }
}

/* In the middle of a handshake. */
static void wiped_in_handshake(void **state)
{
  (void)state;
  for (unsigned steps = 0; steps < 6; steps++) {
    set_up();
    visitor_begin(0);
    for (unsigned i = 0; i < steps && crowd.inbox.count > 0; i++) {
      const struct visitor *client = &crowd.clients[0];
      const datagram *item = queue_take(&crowd.inbox);
      assert_status(mote_server_input(crowd.server, client->address, client->address_length,
                                      item->octets, item->length),
                    MOTE_OK);
      crowd_drain();
      crowd.clients[0].status = mote_connection_handshake(client->connection);
    }
    if (crowd.calls[CALLBACK_KEY_LOG] > 0) {
      crowd_master_secret(master_secret);
    }
    unsigned sent = crowd.sent;
    assert_status(mote_server_wipe(crowd.server), MOTE_OK);
    assert_int_equal(crowd.sent, sent); /* without a word */
    assert_false(holds_secret());
    assert_status(mote_server_wipe(crowd.server), MOTE_ERROR_STATE);
    /* The memory is good for another one. */
    assert_status(mote_server_init(crowd.server, crowd.memory_size, crowd.config, &crowd.io, 4, 2,
                                   crowd.workspace_size, crowd.buffer_size),
                  MOTE_OK);
    visitor_start(0);
    crowd.inbox.count = 0;
    crowd_forget_events();
    crowd_talk(0, crowd_connect(0));
    assert_true(arena_is_whole(&crowd.arena));
  }
}

/* MOTE_SERVER_SIZE is enough for each shape, and nothing beyond it is written. */
static void sizes(void **state)
{
  (void)state;
  static uint64_t memory[(MOTE_SERVER_SIZE(70, 8, MOTE_WORKSPACE_SIZE + 512, 544) + 64) / 8];
  static const size_t reassembly[] = {0, 1, 7, 512}, buffers[] = {MOTE_BUFFER_MIN, 129, 544};
  set_up();
  for (size_t peers = 1; peers <= 70; peers++) {
    for (size_t workspaces = 1; workspaces <= 8; workspaces++) {
      for (size_t r = 0; r < 4; r++) {
        for (size_t b = 0; b < 3; b++) {
          size_t workspace = MOTE_WORKSPACE_SIZE + reassembly[r];
          size_t size = MOTE_SERVER_SIZE(peers, workspaces, workspace, buffers[b]);
          uint8_t *beyond = (uint8_t *)memory + size;
          memset(beyond, CANARY, 16);
          mote_server *server = (mote_server *)(void *)memory;
          assert_status(mote_server_init(memory, size, crowd.config, &crowd.io, peers, workspaces,
                                         workspace, buffers[b]),
                        MOTE_OK);
          assert_status(mote_server_wipe(server), MOTE_OK);
          for (size_t i = 0; i < 16; i++) {
            assert_int_equal(beyond[i], CANARY);
          }
        }
      }
    }
  }
}

/* The smallest of all, with noise of every length, serves one after the other. */
static void smallest(void **state)
{
  (void)state;
  crowd_configure();
  crowd.peers = crowd.workspaces = 1;
  crowd.workspace_size = MOTE_WORKSPACE_SIZE;
  crowd.buffer_size = MOTE_BUFFER_MIN + 72; /* a ClientHello with its cookie has to fit */
  crowd_start();
  assert_status(mote_server_set_idle(crowd.server, 0), MOTE_OK);
  uint8_t noise[300];
  memset(noise, 22, sizeof noise);
  for (size_t length = 0; length <= sizeof noise; length++) {
    assert_status(mote_server_input(crowd.server, noise, 4, noise, length), MOTE_OK);
    crowd_drain();
  }
  assert_int_equal(figures().dropped, sizeof noise + 1);
  for (size_t i = 0; i < CLIENTS; i++) {
    visitor_begin(i);
    crowd_run();
    assert_status(crowd.clients[i].status, MOTE_OK);
    assert_int_equal(crowd.happening_count, i == 0 ? 1 : 2);
    mote_peer peer = crowd.happenings[crowd.happening_count - 1].event.peer;
    crowd_forget_events();
    crowd_talk(i, peer);
    assert_true(arena_is_whole(&crowd.arena));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(several_clients),
      cmocka_unit_test(exporter),
      cmocka_unit_test(echo_from_the_buffer),
      cmocka_unit_test(write_to_another_while_unread),
      cmocka_unit_test(stale_and_forged_handles),
      cmocka_unit_test(closed_and_begun_anew),
      cmocka_unit_test(more_than_there_is_room_for),
      cmocka_unit_test(failed_handshake),
      cmocka_unit_test(last_flight_lost),
      cmocka_unit_test(want_write),
      cmocka_unit_test(receiving),
      cmocka_unit_test(half_open),
      cmocka_unit_test(pending_look_up),
      cmocka_unit_test(rotation),
      cmocka_unit_test(nothing_secret_is_left),
      cmocka_unit_test(wiped_in_handshake),
      cmocka_unit_test(sizes),
      cmocka_unit_test(smallest),
  };
  return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
