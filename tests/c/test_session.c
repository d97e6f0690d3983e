/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sessions: exported, kept, offered, resumed, refused (draft section 7). */
#include "pair.h"

#include <motedtls_static.h>
#include <string.h>

/* --- A store that notes what it is asked, and answers as the test says ------------------------- */

#define KEPT_MAX 4

struct store {
  struct {
    uint8_t id[32], octets[MOTE_SESSION_MAX];
    size_t id_length, length;
  } kept[KEPT_MAX];
  size_t count;
  unsigned puts, gets, removes;
  /* What the last call was given. */
  uint8_t id[32];
  size_t id_length, capacity;
  /* get: writes the session, then says `says` and that it has `length` octets, unless that is 0. */
  mote_status says;
  size_t length;
};

static struct store store;

static void note_id(struct store *kept, const uint8_t *id, size_t id_length)
{
  kept->id_length = id_length;
  memcpy(kept->id, id, id_length < sizeof kept->id ? id_length : sizeof kept->id);
}

static void on_put(void *user, const uint8_t *id, size_t id_length, const uint8_t *session,
                   size_t length)
{
  struct store *to = user;
  to->puts++;
  note_id(to, id, id_length);
  if (to->count == KEPT_MAX || id_length > sizeof to->id || length > MOTE_SESSION_MAX) {
    return;
  }
  memcpy(to->kept[to->count].id, id, id_length);
  to->kept[to->count].id_length = id_length;
  memcpy(to->kept[to->count].octets, session, length);
  to->kept[to->count].length = length;
  to->count++;
}

static mote_status on_get(void *user, const uint8_t *id, size_t id_length, uint8_t *session,
                          size_t capacity, size_t *length)
{
  struct store *from = user;
  from->gets++;
  note_id(from, id, id_length);
  from->capacity = capacity;
  for (size_t i = 0; i < from->count; i++) {
    if (from->kept[i].id_length == id_length && memcmp(from->kept[i].id, id, id_length) == 0) {
      memcpy(session, from->kept[i].octets, from->kept[i].length);
      *length = from->length > 0 ? from->length : from->kept[i].length;
      return from->says;
    }
  }
  return MOTE_ERROR_SESSION;
}

static void on_remove(void *user, const uint8_t *id, size_t id_length)
{
  struct store *from = user;
  from->removes++;
  note_id(from, id, id_length);
  for (size_t i = 0; i < from->count; i++) {
    if (from->kept[i].id_length == id_length && memcmp(from->kept[i].id, id, id_length) == 0) {
      from->kept[i] = from->kept[--from->count];
      return;
    }
  }
}

static const mote_session_store callbacks = {&store, on_put, on_get, on_remove};

MOTE_SESSION_CACHE_DEFINE(cache, 1);
MOTE_SESSION_CACHE_DEFINE(large_cache, 3);

/* --- Conversations ----------------------------------------------------------------------------- */

/* What a client keeps. */
static uint8_t session[MOTE_SESSION_MAX];
static size_t session_length;

/* As pair_configure, and each time with other random numbers: a session id comes but once. */
static void configure_anew(void)
{
  static uint32_t times;
  times++;
  pair_configure(&world);
  world.client.random_state += 2 * times;
  world.server.random_state += 2 * times;
}

/* Both ends anew, the server with this store, or the cache without one. */
static void configure(const mote_session_store *with)
{
  configure_anew();
  mote_config *server = world.server.config;
  assert_status(with != NULL ? mote_config_set_session_store(server, with)
                             : mote_config_set_session_cache(server, cache),
                MOTE_OK);
}

static void export(void)
{
  assert_status(mote_connection_session_export(world.client.connection, session, sizeof session,
                                               &session_length),
                MOTE_OK);
  assert_in_range(session_length, 1, MOTE_SESSION_MAX);
}

static void offer(void)
{
  assert_status(mote_connection_set_session(world.client.connection, session, session_length, 0),
                MOTE_OK);
}

/* Connects and talks; whether both ends have resumed. */
static bool resumes(void)
{
  pair_finish(&world);
  mote_info client = end_info(&world.client), server = end_info(&world.server);
  assert_int_equal(client.resumed, server.resumed);
  mote_info infos[] = {client, server};
  for (size_t i = 0; i < 2; i++) {
    assert_true(infos[i].extended_master_secret);
    assert_int_equal(infos[i].suite, 0xC0A8);
    assert_int_equal(infos[i].psk_identity_length, sizeof test_identity);
    assert_memory_equal(infos[i].psk_identity, test_identity, sizeof test_identity);
  }
  pair_talk(&world);
  pair_check_memory(&world);
  return client.resumed;
}

/* A full handshake, and its session. */
static void make_session(const mote_session_store *with)
{
  configure(with);
  pair_start(&world);
  assert_false(resumes());
  export();
}

/* A store with one session, which the client has too; both ends stand before a new handshake. */
static void prepare(void)
{
  memset(&store, 0, sizeof store);
  make_session(&callbacks);
  configure(&callbacks);
}

static void keying_material(struct end *end, uint8_t out[16])
{
  assert_status(mote_connection_export_keying_material(end->connection, "EXPERIMENTAL session",
                                                       NULL, 0, out, 16),
                MOTE_OK);
}

/* --- Resuming ---------------------------------------------------------------------------------- */

static void a_session_is_resumed(void **state)
{
  (void)state;
  static const mote_session_store *const stores[] = {&callbacks, NULL};
  for (size_t i = 0; i < 2; i++) {
    memset(&store, 0, sizeof store);
    assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
    uint8_t first[16], client[16], server[16];
    make_session(stores[i]);
    keying_material(&world.client, first);
    for (unsigned again = 0; again < 3; again++) {
      configure(stores[i]);
      pair_start(&world);
      offer();
      assert_true(resumes());
      /* New keys at both ends, from other Randoms. */
      keying_material(&world.client, client);
      keying_material(&world.server, server);
      assert_memory_equal(client, server, sizeof client);
      assert_memory_not_equal(client, first, sizeof client);
      /* Who has resumed can export, too: it is the same session. */
      uint8_t before[MOTE_SESSION_MAX];
      size_t length = session_length;
      memcpy(before, session, length);
      export();
      assert_int_equal(session_length, length);
      assert_memory_equal(session, before, length);
    }
  }
}

/* `get` and `put` with every kind of transport below them, each datagram lost once. */
static unsigned to_lose, received;

static void lose_one(struct end *end, enum callback callback)
{
  if (callback == CALLBACK_RECV && end->inbox.count > 0 && ++received == to_lose) {
    (void)queue_take(&end->inbox);
  }
}

static void each_datagram_lost_once(void **state)
{
  (void)state;
  for (unsigned lost = 1; lost <= 5; lost++) {
    prepare();
    pair_start(&world);
    offer();
    to_lose = lost;
    received = 0;
    world.client.hook = lose_one;
    world.server.hook = lose_one;
    pair_drive(&world);
    assert_status(world.client.status, MOTE_OK);
    world.client.hook = NULL;
    world.server.hook = NULL;
    assert_true(resumes());
    uint32_t again = end_info(&world.client).counters.retransmissions +
                     end_info(&world.server).counters.retransmissions;
    assert_true(again > 0);
  }
}

static void small_datagrams(void **state)
{
  (void)state;
  memset(&store, 0, sizeof store);
  for (int again = 0; again < 2; again++) {
    configure(&callbacks);
    struct end *ends[] = {&world.client, &world.server};
    for (size_t i = 0; i < 2; i++) {
      assert_status(mote_config_set_mtu(ends[i]->config, MOTE_MTU_MIN), MOTE_OK);
      ends[i]->buffer_size = MOTE_BUFFER_MIN;
    }
    assert_status(mote_config_set_max_fragment_length(world.client.config, 512), MOTE_OK);
    pair_start(&world);
    if (again > 0) {
      offer();
    }
    assert_int_equal(resumes(), again > 0);
    assert_int_equal(end_info(&world.client).max_fragment_length, 512);
    assert_int_equal(end_info(&world.server).max_fragment_length, 512);
    export();
  }
}

/* What a handshake takes in both directions: octets and datagrams. */
static void costs(size_t octets, unsigned datagrams)
{
  assert_int_equal(world.client.sent_total + world.server.sent_total, octets);
  assert_int_equal(world.client.calls[CALLBACK_SEND] + world.server.calls[CALLBACK_SEND],
                   datagrams);
}

/* A ServerHello has a session id only with a store; an identity of 15 octets would add 6 to the full
 * handshakes (docs/footprint.md). */
static void octets_on_the_wire(void **state)
{
  (void)state;
  configure_anew();
  pair_start(&world);
  pair_finish(&world);
  costs(517 - 6, 6);
  memset(&store, 0, sizeof store);
  configure(&callbacks);
  pair_start(&world);
  pair_finish(&world);
  costs(517 - 6 + 16, 6);
  for (int cookie = 0; cookie < 2; cookie++) {
    prepare();
    assert_status(mote_config_set_resumption_without_cookie(world.server.config, cookie == 0),
                  MOTE_OK);
    pair_start(&world);
    offer();
    pair_finish(&world);
    costs(cookie == 0 ? 315 : 498, cookie == 0 ? 3 : 5);
    assert_true(resumes());
  }
}

/* Draft section 7: the option holds for who resumes, and for nobody else. */
static void without_a_cookie(void **state)
{
  (void)state;
  static const struct {
    bool allowed, is_offered, is_kept;
    size_t challenges;
  } cases[] = {
      {true, true, true, 0},   {false, true, true, 1},  {true, false, true, 1},
      {true, true, false, 1}, {false, true, false, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    prepare();
    assert_status(
        mote_config_set_resumption_without_cookie(world.server.config, cases[i].allowed), MOTE_OK);
    pair_start(&world);
    if (cases[i].is_offered) {
      offer();
    }
    if (!cases[i].is_kept) {
      store.count = 0;
    }
    assert_int_equal(resumes(), cases[i].is_offered && cases[i].is_kept);
    assert_int_equal(end_count_events(&world.client, MOTE_DIRECTION_RECEIVED, 22, 3),
                     cases[i].challenges);
  }
}

/* --- mote_connection_session_export ------------------------------------------------------------ */

static void export_writes_all_or_nothing(void **state)
{
  (void)state;
  memset(&store, 0, sizeof store);
  make_session(&callbacks);
  struct end *client = &world.client;
  uint8_t out[MOTE_SESSION_MAX + 1], before[MOTE_CONNECTION_SIZE];
  size_t length = 77;
  memset(out, CANARY, sizeof out);
  memcpy(before, client->connection, sizeof before);
  for (size_t capacity = 0; capacity < session_length; capacity++) {
    assert_status(mote_connection_session_export(client->connection, out, capacity, &length),
                  MOTE_ERROR_SIZE);
  }
  assert_status(mote_connection_session_export(client->connection, NULL, sizeof out, &length),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_session_export(client->connection, out, sizeof out, NULL),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_session_export(NULL, out, sizeof out, &length),
                MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_session_export(world.server.connection, out, sizeof out, &length),
                MOTE_ERROR_STATE);
  assert_int_equal(length, 77);
  for (size_t i = 0; i < sizeof out; i++) {
    assert_int_equal(out[i], CANARY);
  }
  assert_unchanged(before, client->connection);
  assert_status(mote_connection_session_export(client->connection, out, session_length, &length),
                MOTE_OK);
  assert_int_equal(length, session_length);
  assert_memory_equal(out, session, length);
  assert_int_equal(out[length], CANARY);
  /* Nothing lent is needed for it; but a connection. */
  assert_status(mote_connection_take_back(client->connection), MOTE_OK);
  assert_status(mote_connection_session_export(client->connection, out, sizeof out, &length),
                MOTE_OK);
  assert_status(mote_connection_wipe(client->connection), MOTE_OK);
  assert_status(mote_connection_session_export(client->connection, out, sizeof out, &length),
                MOTE_ERROR_STATE);
}

static void nothing_to_export(void **state)
{
  (void)state;
  uint8_t out[MOTE_SESSION_MAX];
  size_t length;
  /* A server without a store makes no session; and none is made before the end. */
  for (int with_store = 0; with_store < 2; with_store++) {
    configure_anew();
    if (with_store != 0) {
      assert_status(mote_config_set_session_store(world.server.config, &callbacks), MOTE_OK);
    }
    pair_start(&world);
    while (world.client.status != MOTE_OK) {
      assert_status(mote_connection_session_export(world.client.connection, out, sizeof out,
                                                   &length),
                    MOTE_ERROR_STATE);
      world.client.status = mote_connection_handshake(world.client.connection);
      world.server.status = mote_connection_handshake(world.server.connection);
    }
    assert_status(mote_connection_session_export(world.client.connection, out, sizeof out, &length),
                  with_store != 0 ? MOTE_OK : MOTE_ERROR_STATE);
  }
}

/* --- mote_connection_set_session --------------------------------------------------------------- */

/* Refuses these octets, and nothing changes. */
static void refuses(const uint8_t *octets, size_t length, uint32_t age_s, mote_status expected)
{
  uint8_t before[MOTE_CONNECTION_SIZE];
  memcpy(before, world.client.connection, sizeof before);
  assert_status(mote_connection_set_session(world.client.connection, octets, length, age_s),
                expected);
  assert_unchanged(before, world.client.connection);
}

static void octets_that_are_no_session(void **state)
{
  (void)state;
  prepare();
  pair_start(&world);
  uint8_t altered[MOTE_SESSION_MAX + 1];
  for (size_t i = 0; i < session_length; i++) {
    memcpy(altered, session, session_length);
    altered[i] ^= (uint8_t)(1u << (i % 8));
    refuses(altered, session_length, 0, MOTE_ERROR_SESSION);
  }
  memset(altered, 0, sizeof altered);
  refuses(altered, sizeof altered, 0, MOTE_ERROR_SESSION);
  memcpy(altered, session, session_length);
  for (size_t length = 0; length < session_length; length++) {
    refuses(altered, length, 0, MOTE_ERROR_SESSION);
  }
  refuses(altered, session_length + 1, 0, MOTE_ERROR_SESSION);
  refuses(session, session_length, MOTE_SESSION_LIFETIME_S, MOTE_ERROR_SESSION);
  refuses(session, session_length, UINT32_MAX, MOTE_ERROR_SESSION);
  /* The server's side of it is none of a client. */
  refuses(store.kept[0].octets, store.kept[0].length, 0, MOTE_ERROR_SESSION);
  refuses(NULL, session_length, 0, MOTE_ERROR_ARGUMENT);
  refuses(NULL, 0, 0, MOTE_ERROR_ARGUMENT);
  refuses(session, SIZE_MAX, 0, MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_session(NULL, session, session_length, 0), MOTE_ERROR_ARGUMENT);
  assert_status(mote_connection_set_session(world.server.connection, session, session_length, 0),
                MOTE_ERROR_STATE);
  /* Nothing is offered. */
  assert_false(resumes());
  assert_int_equal(store.gets, 0);
  refuses(session, session_length, 0, MOTE_ERROR_STATE);
}

/* What is refused leaves the session that was set before. */
static void the_one_before_stays(void **state)
{
  (void)state;
  prepare();
  pair_start(&world);
  assert_status(mote_connection_set_session(world.client.connection, session, session_length,
                                            MOTE_SESSION_LIFETIME_S - 1),
                MOTE_OK);
  refuses(test_key, sizeof test_key, 0, MOTE_ERROR_SESSION);
  assert_true(resumes());
  /* Once the handshake has begun it is too late. */
  prepare();
  pair_start(&world);
  assert_status(mote_connection_handshake(world.client.connection), MOTE_WANT_READ);
  refuses(session, session_length, 0, MOTE_ERROR_STATE);
  assert_false(resumes());
}

static void a_session_of_something_else(void **state)
{
  (void)state;
  prepare();
  pair_start(&world);
  mote_connection *client = world.client.connection;
  assert_status(mote_connection_set_server_name(client, "other.example"), MOTE_OK);
  refuses(session, session_length, 0, MOTE_ERROR_SESSION);
  pair_finish(&world);
  export();
  configure(&callbacks);
  pair_start(&world);
  refuses(session, session_length, 0, MOTE_ERROR_SESSION);
  assert_status(mote_connection_set_server_name(client, "other.example"), MOTE_OK);
  offer();
  assert_true(resumes());

  prepare();
  assert_status(mote_config_set_max_fragment_length(world.client.config, 512), MOTE_OK);
  pair_start(&world);
  refuses(session, session_length, 0, MOTE_ERROR_SESSION);

  prepare();
  pair_start(&world);
  assert_status(mote_connection_set_psk(client, test_identity, sizeof test_identity - 1, test_key,
                                        sizeof test_key),
                MOTE_OK);
  refuses(session, session_length, 0, MOTE_ERROR_SESSION);
  /* It ends with the key that it was made with. */
  assert_status(mote_connection_set_psk(client, test_identity, sizeof test_identity, test_key, 1),
                MOTE_OK);
  refuses(session, session_length, 0, MOTE_ERROR_SESSION);
  assert_status(mote_connection_set_psk(client, test_identity, sizeof test_identity, test_key,
                                        sizeof test_key),
                MOTE_OK);
  offer();
  assert_true(resumes());
}

/* Who sets another name or key, or the same once more, has to offer the session after it. */
static void a_name_or_key_takes_the_offer_back(void **state)
{
  (void)state;
  for (int change = 0; change < 6; change++) {
    prepare();
    pair_start(&world);
    mote_connection *client = world.client.connection;
    static const uint8_t identity[] = {1, 2, 3};
    static const uint8_t key[16] = {8};
    assert_status(mote_connection_set_server_name(client, "one.example"), MOTE_OK);
    pair_finish(&world);
    export();
    configure(&callbacks);
    assert_status(mote_config_set_server_name(world.client.config, "one.example"), MOTE_OK);
    pair_start(&world);
    offer();
    switch (change) {
      case 0: break;
      case 1: assert_status(mote_connection_set_server_name(client, "no name"), MOTE_ERROR_ARGUMENT); break;
      case 2: assert_status(mote_connection_set_server_name(client, "one.example"), MOTE_OK); break;
      case 3: assert_status(mote_connection_set_server_name(client, "two.example"), MOTE_OK); break;
      case 4:
        assert_status(mote_connection_set_psk(client, test_identity, sizeof test_identity, test_key,
                                              sizeof test_key),
                      MOTE_OK);
        break;
      default:
        assert_status(mote_connection_set_psk(client, identity, sizeof identity, key, sizeof key), MOTE_OK);
    }
    assert_status(mote_connection_handshake(client), MOTE_WANT_READ);
    /* Behind the headers of record and message, the version and the Random. */
    const datagram *hello = &world.server.inbox.items[world.server.inbox.first];
    assert_int_equal(hello->octets[13 + 12 + 2 + 32] > 0, change < 2);
    if (change < 5) {
      assert_int_equal(resumes(), change < 2);
    }
  }
}

/* Borrowed until the handshake is done, and not a moment longer. */
static void octets_are_borrowed_for_the_handshake(void **state)
{
  (void)state;
  for (int resumed = 0; resumed < 2; resumed++) {
    prepare();
    pair_start(&world);
    uint8_t *octets = arena_take(&world.client.arena, session_length);
    memcpy(octets, session, session_length);
    assert_status(mote_connection_set_session(world.client.connection, octets, session_length, 0),
                  MOTE_OK);
    store.count = resumed == 0 ? 0 : store.count;
    pair_finish(&world);
    /* Nobody may even read it any more, where there is somebody to watch it. */
    memset(octets, CANARY, session_length);
    world.client.arena.count--;
    assert_true(arena_is_whole(&world.client.arena));
    assert_int_equal(resumes(), resumed);
    export();
    assert_status(mote_connection_close(world.client.connection), MOTE_OK);
  }
}

/* --- The store of the application -------------------------------------------------------------- */

static void the_store_is_called_with_the_id(void **state)
{
  (void)state;
  memset(&store, 0, sizeof store);
  make_session(&callbacks);
  assert_int_equal(store.puts, 1);
  assert_int_equal(store.gets, 0);
  assert_int_equal(store.id_length, 16);
  uint8_t id[16];
  memcpy(id, store.id, sizeof id);
  memset(store.id, 0, sizeof store.id);
  configure(&callbacks);
  pair_start(&world);
  offer();
  assert_true(resumes());
  assert_int_equal(store.puts, 1);
  assert_true(store.gets > 0);
  assert_int_equal(store.id_length, sizeof id);
  assert_memory_equal(store.id, id, sizeof id);
  assert_int_equal(store.capacity, MOTE_SESSION_MAX);
  assert_int_equal(store.removes, 0);
  /* In order: the session stays. */
  assert_status(mote_connection_close(world.client.connection), MOTE_OK);
  const uint8_t *data;
  size_t length;
  assert_status(end_read(&world.server, &data, &length), MOTE_CLOSED);
  assert_int_equal(store.removes, 0);
}

/* RFC 5246 7.2.2: "any connection terminated with a fatal alert MUST NOT be resumed." */
static void a_fatal_alert_forgets_the_session(void **state)
{
  (void)state;
  prepare();
  /* The first forged record is one too many: the client says so, fatally. */
  assert_status(mote_config_set_forgery_limit(world.client.config, 1), MOTE_OK);
  pair_start(&world);
  offer();
  assert_true(resumes());
  end_write(&world.server, "an honest record");
  datagram *forged = &world.client.inbox.items[world.client.inbox.first];
  forged->octets[forged->length - 1] ^= 1;
  const uint8_t *data;
  size_t length;
  assert_status(end_read(&world.client, &data, &length), MOTE_ERROR_FORGERY_LIMIT);
  assert_int_equal(end_info(&world.client).alert_direction, MOTE_DIRECTION_SENT);
  assert_status(end_read(&world.server, &data, &length), MOTE_ERROR_PEER_ALERT);
  assert_int_equal(store.removes, 1);
  assert_int_equal(store.count, 0);
  configure(&callbacks);
  pair_start(&world);
  offer();
  assert_false(resumes());
}

static void a_store_that_fails(void **state)
{
  (void)state;
  static const struct {
    mote_status says;
    size_t length;
    bool is_resumed;
  } cases[] = {
      {MOTE_OK, 0, true},
      {MOTE_PENDING, 0, false},
      {MOTE_ERROR_CALLBACK, 0, false},
      {(mote_status)12345, 0, false},
      {MOTE_OK, 1, false},
      {MOTE_OK, MOTE_SESSION_MAX, false},
      {MOTE_OK, MOTE_SESSION_MAX + 1, false},
      {MOTE_OK, SIZE_MAX, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int without_cookie = 0; without_cookie < 2; without_cookie++) {
      prepare();
      assert_status(mote_config_set_resumption_without_cookie(world.server.config,
                                                              without_cookie != 0),
                    MOTE_OK);
      store.says = cases[i].says;
      store.length = cases[i].length;
      pair_start(&world);
      offer();
      assert_int_equal(resumes(), cases[i].is_resumed);
      assert_true(store.gets > 0);
      /* What was not resumed is a new session, and is kept. */
      assert_int_equal(store.puts, cases[i].is_resumed ? 1 : 2);
    }
  }
  /* Octets that were altered in the store, each one. */
  prepare();
  for (size_t i = 0; i < store.kept[0].length; i += 7) {
    configure(&callbacks);
    store.count = 1;
    store.kept[0].octets[i] ^= 0x40;
    pair_start(&world);
    offer();
    assert_false(resumes());
    store.kept[0].octets[i] ^= 0x40;
  }
  /* One that keeps nothing. */
  prepare();
  store.count = KEPT_MAX;
  memset(store.kept, 0, sizeof store.kept);
  pair_start(&world);
  assert_false(resumes());
  export();
  configure(&callbacks);
  pair_start(&world);
  offer();
  assert_false(resumes());
}

/* Another session under the id that is asked for. */
static void a_store_that_mixes_up_ids(void **state)
{
  (void)state;
  prepare();
  pair_start(&world);
  assert_false(resumes());
  assert_int_equal(store.count, 2);
  memcpy(store.kept[0].octets, store.kept[1].octets, store.kept[1].length);
  configure(&callbacks);
  pair_start(&world);
  offer();
  assert_false(resumes());
}

static void two_servers_share_a_store(void **state)
{
  (void)state;
  prepare();
  /* `configure` has made another server. It is asked whether it still knows the identity. */
  pair_start(&world);
  offer();
  assert_true(resumes());
  assert_true(world.server.calls[CALLBACK_LOOKUP] > 0);
  assert_memory_equal(world.server.lookup_identity, test_identity, sizeof test_identity);
  /* One that does not know it does a full handshake, and that fails. */
  configure(&callbacks);
  world.server.lookup_status = MOTE_ERROR_UNKNOWN_IDENTITY;
  pair_start(&world);
  offer();
  pair_drive(&world);
  assert_true(world.server.status < 0 && world.client.status < 0);
  assert_false(end_info(&world.client).resumed);
  assert_string_equal(mote_alert_str(end_info(&world.server).alert), "decrypt_error");
  /* One that cannot say now. */
  configure(&callbacks);
  world.server.lookup_pending = 2;
  pair_start(&world);
  offer();
  assert_false(resumes());
}

/* The server keeps it for a day of its own clock, which wraps meanwhile. */
static void a_session_ends_after_a_day(void **state)
{
  (void)state;
  static const mote_session_store *const stores[] = {&callbacks, NULL};
  for (size_t i = 0; i < 2; i++) {
    for (int late = 0; late < 2; late++) {
      memset(&store, 0, sizeof store);
      assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
      make_session(stores[i]);
      uint32_t made = world.now;
      configure(stores[i]);
      world.now = made + MOTE_SESSION_LIFETIME_S * 1000 - (late != 0 ? 0 : 1000);
      pair_start(&world);
      offer();
      assert_int_equal(resumes(), late == 0);
    }
  }
}

/* --- The cache --------------------------------------------------------------------------------- */

static void the_cache_checks_its_memory(void **state)
{
  (void)state;
  static struct arena arena;
  const size_t one = MOTE_SESSION_CACHE_HEADER_SIZE + MOTE_SESSION_CACHE_ENTRY_SIZE;
  arena_init(&arena);
  uint8_t *memory = arena_take(&arena, one);
  assert_status(mote_session_cache_init(NULL, one), MOTE_ERROR_ARGUMENT);
  assert_status(mote_session_cache_init(memory, one - 1), MOTE_ERROR_SIZE);
  assert_status(mote_session_cache_init(memory, 0), MOTE_ERROR_SIZE);
  assert_status(mote_session_cache_init(memory + 1, one), MOTE_ERROR_ALIGNMENT);
  assert_status(mote_session_cache_init(memory + 4, one), MOTE_ERROR_ALIGNMENT);
  for (size_t i = 0; i < one; i++) {
    assert_int_equal(memory[i], CANARY);
  }
  assert_status(mote_session_cache_init(memory, one), MOTE_OK);
  /* It is one, to the last octet: a session goes in and comes out. */
  for (int again = 0; again < 2; again++) {
    configure_anew();
    assert_status(mote_config_set_session_cache(world.server.config, (mote_session_cache *)memory),
                  MOTE_OK);
    pair_start(&world);
    if (again > 0) {
      offer();
    }
    assert_int_equal(resumes(), again > 0);
    export();
    assert_true(arena_is_whole(&arena));
  }
  /* A part of an entry is not used. */
  arena_release(&arena);
  arena_init(&arena);
  memory = arena_take(&arena, one + 100);
  memset(memory, CANARY, one + 100);
  assert_status(mote_session_cache_init(memory, one + 100), MOTE_OK);
  for (size_t i = one; i < one + 100; i++) {
    assert_int_equal(memory[i], CANARY);
  }
  arena_release(&arena);
}

static void settings_check_what_they_are_given(void **state)
{
  (void)state;
  memset(&store, 0, sizeof store);
  static uint64_t zeros[MOTE_WORDS(MOTE_SESSION_CACHE_HEADER_SIZE + MOTE_SESSION_CACHE_ENTRY_SIZE)];
  assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
  configure_anew();
  mote_config *client = world.client.config, *server = world.server.config;
  uint8_t before[2][MOTE_CONFIG_SIZE];
  memcpy(before[0], client, MOTE_CONFIG_SIZE);
  memcpy(before[1], server, MOTE_CONFIG_SIZE);
  void *shifted = (uint8_t *)cache + 4;
  assert_status(mote_config_set_session_cache(server, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_session_cache(NULL, cache), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_session_cache(server, (mote_session_cache *)zeros),
                MOTE_ERROR_STATE);
  assert_status(mote_config_set_session_cache(server, shifted), MOTE_ERROR_STATE);
  assert_status(mote_config_set_session_cache(client, cache), MOTE_ERROR_STATE);
  assert_status(mote_config_set_session_store(server, NULL), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_session_store(NULL, &callbacks), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_session_store(client, &callbacks), MOTE_ERROR_STATE);
  static const mote_session_store gaps[] = {
      {NULL, NULL, on_get, on_remove}, {NULL, on_put, NULL, on_remove}, {NULL, on_put, on_get, NULL}};
  for (size_t i = 0; i < 3; i++) {
    assert_status(mote_config_set_session_store(server, &gaps[i]), MOTE_ERROR_ARGUMENT);
  }
  assert_status(mote_config_set_resumption_without_cookie(NULL, true), MOTE_ERROR_ARGUMENT);
  assert_status(mote_config_set_resumption_without_cookie(client, true), MOTE_ERROR_STATE);
  assert_true(same_octets(before[0], client, MOTE_CONFIG_SIZE));
  assert_true(same_octets(before[1], server, MOTE_CONFIG_SIZE));
  pair_start(&world);
  memcpy(before[1], server, MOTE_CONFIG_SIZE);
  assert_status(mote_config_set_session_cache(server, cache), MOTE_ERROR_STATE);
  assert_status(mote_config_set_session_store(server, &callbacks), MOTE_ERROR_STATE);
  assert_status(mote_config_set_resumption_without_cookie(server, true), MOTE_ERROR_STATE);
  assert_true(same_octets(before[1], server, MOTE_CONFIG_SIZE));
  assert_false(resumes());
  assert_int_equal(store.puts + store.gets, 0);
}

/* The last one that was set holds. */
static void a_store_or_a_cache(void **state)
{
  (void)state;
  for (int cache_last = 0; cache_last < 2; cache_last++) {
    memset(&store, 0, sizeof store);
    assert_status(MOTE_SESSION_CACHE_INIT(cache), MOTE_OK);
    for (int again = 0; again < 2; again++) {
      configure(cache_last != 0 ? &callbacks : NULL);
      mote_config *server = world.server.config;
      assert_status(cache_last != 0 ? mote_config_set_session_cache(server, cache)
                                    : mote_config_set_session_store(server, &callbacks),
                    MOTE_OK);
      pair_start(&world);
      if (again > 0) {
        offer();
      }
      assert_int_equal(resumes(), again > 0);
      export();
    }
    assert_int_equal(store.puts, cache_last != 0 ? 0 : 1);
  }
}

/* Full handshakes of so many clients, one after the other; the newest of their sessions that are
 * left are resumed, the others not. */
static void the_oldest_makes_room(void **state)
{
  (void)state;
  static const struct {
    size_t room;
    unsigned first_left;
  } cases[] = {{1, 3}, {3, 1}};
  for (size_t i = 0; i < 2; i++) {
    static uint8_t sessions[4][MOTE_SESSION_MAX];
    size_t lengths[4];
    mote_session_cache *of = cases[i].room == 1 ? cache : large_cache;
    assert_status(cases[i].room == 1 ? MOTE_SESSION_CACHE_INIT(cache)
                                     : MOTE_SESSION_CACHE_INIT(large_cache),
                  MOTE_OK);
    for (unsigned round = 0; round < 8; round++) {
      unsigned client = round % 4;
      configure_anew();
      assert_status(mote_config_set_session_cache(world.server.config, of), MOTE_OK);
      world.now += round * 1000;
      pair_start(&world);
      if (round < 4) {
        assert_false(resumes());
        export();
        memcpy(sessions[client], session, session_length);
        lengths[client] = session_length;
        continue;
      }
      if (client < cases[i].first_left) {
        /* A full handshake would take the room of another one: it is not brought to its end. */
        assert_status(mote_connection_set_session(world.client.connection, sessions[client],
                                                  lengths[client], 0),
                      MOTE_OK);
        for (unsigned step = 0; step < 2; step++) {
          assert_status(mote_connection_handshake(world.client.connection), MOTE_WANT_READ);
          assert_status(mote_connection_handshake(world.server.connection), MOTE_WANT_READ);
        }
        assert_int_equal(end_count_events(&world.server, MOTE_DIRECTION_SENT, 22, 14), 1);
        continue;
      }
      assert_status(mote_connection_set_session(world.client.connection, sessions[client],
                                                lengths[client], 0),
                    MOTE_OK);
      assert_true(resumes());
    }
  }
}

/* --- What is left in memory -------------------------------------------------------------------- */

static void nothing_secret_is_left(void **state)
{
  (void)state;
  for (int wiped = 0; wiped < 2; wiped++) {
    prepare();
    pair_start(&world);
    offer();
    assert_true(resumes());
    uint8_t master_secret[48];
    end_master_secret(&world.client, master_secret);
    struct end *ends[] = {&world.client, &world.server};
    for (size_t i = 0; i < 2; i++) {
      assert_true(arena_holds(&ends[i]->arena, master_secret, sizeof master_secret));
    }
    const uint8_t *data;
    size_t length;
    if (wiped != 0) {
      assert_status(mote_connection_wipe(world.client.connection), MOTE_OK);
      assert_status(mote_connection_wipe(world.server.connection), MOTE_OK);
    } else {
      assert_status(mote_connection_close(world.client.connection), MOTE_OK);
      assert_status(end_read(&world.server, &data, &length), MOTE_CLOSED);
      /* With it goes what the workspace may have had from the stack, where the session of the first
       * connection, the same one, has been. */
      assert_status(mote_connection_take_back(world.client.connection), MOTE_OK);
      assert_status(mote_connection_take_back(world.server.connection), MOTE_OK);
    }
    for (size_t i = 0; i < 2; i++) {
      assert_false(arena_holds(&ends[i]->arena, master_secret, sizeof master_secret));
      assert_false(arena_holds(&ends[i]->arena, test_key, sizeof test_key));
    }
    pair_check_memory(&world);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session_is_resumed),
      cmocka_unit_test(each_datagram_lost_once),
      cmocka_unit_test(small_datagrams),
      cmocka_unit_test(octets_on_the_wire),
      cmocka_unit_test(without_a_cookie),
      cmocka_unit_test(export_writes_all_or_nothing),
      cmocka_unit_test(nothing_to_export),
      cmocka_unit_test(octets_that_are_no_session),
      cmocka_unit_test(the_one_before_stays),
      cmocka_unit_test(a_session_of_something_else),
      cmocka_unit_test(a_name_or_key_takes_the_offer_back),
      cmocka_unit_test(octets_are_borrowed_for_the_handshake),
      cmocka_unit_test(the_store_is_called_with_the_id),
      cmocka_unit_test(a_fatal_alert_forgets_the_session),
      cmocka_unit_test(a_store_that_fails),
      cmocka_unit_test(a_store_that_mixes_up_ids),
      cmocka_unit_test(two_servers_share_a_store),
      cmocka_unit_test(a_session_ends_after_a_day),
      cmocka_unit_test(the_cache_checks_its_memory),
      cmocka_unit_test(settings_check_what_they_are_given),
      cmocka_unit_test(a_store_or_a_cache),
      cmocka_unit_test(the_oldest_makes_room),
      cmocka_unit_test(nothing_secret_is_left),
  };
  return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
