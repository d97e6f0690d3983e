/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Connects, asks, and connects again when something goes wrong: that is all that a sensor does. */
#include "dtls_client.h"

#include "board.h"
#include "coap_get.h"
#include "lwip_io.h"
#include "network.h"
#include "run.h"
#include "scenario.h"

#include <string.h>

/* An answer is waited for 1, 2, 4 and 4 seconds, and asked for again in between. */
#define RETRANSMISSION_FIRST_MS 1000
#define RETRANSMISSION_MAX_MS 4000

#define REQUEST_MAX 64

/* All memory of the client. */
static mote_config config;
MOTE_CONNECTION_DEFINE(dtls, DTLS_DATAGRAM_MAX);
static struct lwip_io udp;
static mote_io io; /* borrowed by the connection */
static uint8_t session[MOTE_SESSION_MAX];
static size_t session_length; /* 0: none */
static uint32_t session_made_ms;

static const struct client_order *order;

/* --- Waiting --------------------------------------------------------------------------------- */

static uint32_t left(uint32_t until_ms)
{
  /* The clock wraps: the difference is what counts. */
  uint32_t difference = until_ms - lwip_io_now_ms();
  return difference > INT32_MAX ? 0 : difference;
}

/* [wait] */
/* Waits for what `status` asks for; false when it asks for nothing, or `until_ms` has passed. */
static bool wait_for(mote_status status, uint32_t until_ms)
{
  uint32_t wait = mote_connection_timeout(dtls, lwip_io_now_ms());
  if (status != MOTE_WANT_READ && status != MOTE_WANT_WRITE && status != MOTE_WANT_ENTROPY)
    return false;
  if (left(until_ms) == 0)
    return false;
  lwip_io_wait(&udp, status == MOTE_WANT_WRITE, wait < left(until_ms) ? wait : left(until_ms));
  return true;
}
/* [wait end] */

/* --- The connection -------------------------------------------------------------------------- */

static mote_status configure(void)
{
  mote_status status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = credentials_set(&config, MOTE_ROLE_CLIENT, order->credentials);
  if (status == MOTE_OK)
    status = mote_config_set_retransmission(&config, RETRANSMISSION_FIRST_MS,
                                            RETRANSMISSION_MAX_MS);
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}

/* MOTE_CONNECTION_INIT(dtls, &config, &io), but for the size of the workspace, which a scenario may
 * choose too small. */
static mote_status start(void)
{
  mote_status status = mote_connection_init_and_lend(
      dtls, sizeof dtls_storage.connection, dtls_storage.workspace, order->workspace,
      dtls_storage.buffer, sizeof dtls_storage.buffer, &config, &io);
  if (status == MOTE_ERROR_SIZE)
    board_print("client: a workspace of %u octets is too small: MOTE_WORKSPACE_SIZE is %u\n",
                (unsigned)order->workspace, (unsigned)MOTE_WORKSPACE_SIZE);
  if (status == MOTE_OK && session_length > 0 &&
      mote_connection_set_session(dtls, session, session_length,
                                  (lwip_io_now_ms() - session_made_ms) / 1000) != MOTE_OK)
    session_length = 0; /* too old: a full handshake then */
  return status;
}

static void keep_session(const mote_info *info)
{
  size_t length;
  if (mote_connection_session_export(dtls, session, sizeof session, &length) != MOTE_OK)
    return; /* the server does not keep sessions */
  session_length = length;
  if (!info->resumed) /* a resumption makes a session no younger */
    session_made_ms = lwip_io_now_ms();
}

/* The handshake has its own time-outs, and ends by them when nobody answers. */
static mote_status connect(void)
{
  mote_info info;
  mote_status status;
  uint32_t begun_ms = lwip_io_now_ms();
  do {
    status = mote_connection_handshake(dtls);
  } while (wait_for(status, begun_ms + MOTE_HANDSHAKE_TIMEOUT_MS));
  if (status != MOTE_OK)
    return status;
  status = mote_connection_info(dtls, &info);
  if (status != MOTE_OK)
    return status;
  board_print("client: connected %s resumed=%s in %u ms\n", mote_suite_str(info.suite),
              info.resumed ? "yes" : "no", (unsigned)(lwip_io_now_ms() - begun_ms));
  keep_session(&info);
  return MOTE_OK;
}

static mote_status write_all(const uint8_t *data, size_t length, uint32_t until_ms)
{
  mote_status status;
  do {
    status = mote_connection_write(dtls, data, length);
  } while (wait_for(status, until_ms));
  return status;
}

/* MOTE_OK with data, borrowed until the next call; MOTE_WANT_READ when there was none in time. */
static mote_status read_next(const uint8_t **data, size_t *length, uint32_t until_ms)
{
  mote_status status;
  do {
    status = mote_connection_read(dtls, data, length);
  } while (wait_for(status, until_ms));
  return status;
}

/* --- What it is for -------------------------------------------------------------------------- */

/* A payload that is a line of text brings its own end. */
static int line_length(const uint8_t *text, size_t length)
{
  return (int)(length > 0 && text[length - 1] == '\n' ? length - 1 : length);
}

static mote_status take_answer(struct coap_get *get, const uint8_t *data, size_t length,
                               uint32_t until_ms, enum coap_get_step *step)
{
  struct coap_get_answer answer = coap_get_take(get, data, length);
  *step = answer.step;
  if (answer.step == COAP_GET_ANSWERED || answer.step == COAP_GET_REFUSED)
    board_print("client: GET %s: %u.%02u %.*s\n", get->path, COAP_CODE_CLASS(answer.code),
                COAP_CODE_DETAIL(answer.code), line_length(answer.payload, answer.payload_length), (const char *)answer.payload);
  if (!answer.has_reply)
    return MOTE_OK;
  uint8_t reply[8];
  size_t octets = coap_write_empty(reply, sizeof reply, answer.reply, answer.reply_id);
  return write_all(reply, octets, until_ms);
}

/* Takes messages until `step` is the last; MOTE_WANT_READ when none was until `again_ms`, when the
 * request is to be sent again. */
static mote_status await(struct coap_get *get, uint32_t again_ms, uint32_t until_ms,
                         enum coap_get_step *step)
{
  for (;;) {
    const uint8_t *data;
    size_t length;
    mote_status status = read_next(&data, &length, again_ms);
    if (status == MOTE_OK)
      status = take_answer(get, data, length, until_ms, step);
    if (status != MOTE_OK)
      return status;
    if (*step == COAP_GET_ACKNOWLEDGED)
      again_ms = until_ms; /* the answer will come by itself */
    else if (*step != COAP_GET_ON)
      return MOTE_OK;
  }
}

/* One request, sent again as RFC 7252 section 4.2 says. */
static mote_status ask(struct coap_get *get, uint32_t until_ms, enum coap_get_step *step)
{
  uint8_t request[REQUEST_MAX];
  size_t length = coap_get_request(get, request, sizeof request);
  uint32_t timeout_ms = coap_get_timeout_ms(get);
  for (int attempt = 0; attempt <= COAP_MAX_RETRANSMIT && left(until_ms) > 0; attempt++) {
    mote_status status = write_all(request, length, until_ms);
    if (status == MOTE_OK) {
      uint32_t again_ms = timeout_ms < left(until_ms) ? lwip_io_now_ms() + timeout_ms : until_ms;
      status = await(get, again_ms, until_ms, step);
    }
    if (status != MOTE_WANT_READ)
      return status;
    timeout_ms *= 2;
  }
  return MOTE_ERROR_TIMEOUT;
}

static mote_status get_resource(uint32_t until_ms, bool *answered)
{
  struct coap_get get;
  enum coap_get_step step = COAP_GET_ON;
  mote_status status;
  coap_get_start(&get, order->path, lwip_io_now_ms());
  do {
    status = ask(&get, until_ms, &step);
  } while (status == MOTE_OK && step == COAP_GET_ANSWERED && coap_get_has_more(&get));
  *answered = status == MOTE_OK && step == COAP_GET_ANSWERED;
  return status;
}

/* For servers that do not speak CoAP. */
static mote_status say(uint32_t until_ms, bool *answered)
{
  const uint8_t *data;
  size_t length;
  mote_status status = write_all((const uint8_t *)order->say, strlen(order->say), until_ms);
  if (status == MOTE_OK)
    status = read_next(&data, &length, until_ms);
  if (status == MOTE_WANT_READ)
    return MOTE_ERROR_TIMEOUT;
  *answered = status == MOTE_OK;
  if (*answered)
    board_print("client: heard %.*s\n", line_length(data, length), (const char *)data);
  return status;
}

/* --- The task -------------------------------------------------------------------------------- */

/* A connection, and as many exchanges as are wanted on it. */
static mote_status visit(unsigned *exchanges)
{
  bool answered;
  mote_status status = start();
  if (status == MOTE_OK)
    status = connect();
  while (status == MOTE_OK && *exchanges < order->exchanges) {
    uint32_t until_ms = lwip_io_now_ms() + order->answer_ms;
    answered = false;
    status = order->say != NULL ? say(until_ms, &answered) : get_resource(until_ms, &answered);
    *exchanges += answered;
    if (!answered || order->reconnect)
      break;
    if (*exchanges < order->exchanges)
      vTaskDelay(pdMS_TO_TICKS(order->pause_ms));
  }
  return status;
}

/* Says goodbye as far as that is possible, and destroys what is secret. */
static void leave(mote_info *info)
{
  *info = (mote_info){0};
  (void)mote_connection_info(dtls, info);
  (void)mote_connection_close(dtls);
  (void)mote_connection_wipe(dtls);
  if (info->alert_direction != MOTE_DIRECTION_NONE)
    session_length = 0; /* RFC 5246 section 7.2.2 */
}

/* How long to wait before the next attempt: longer each time, and not in step with other devices. */
static uint32_t back_off_ms(mote_status status, const mote_info *info, unsigned failures)
{
  uint32_t number = 0;
  (void)board_random((uint8_t *)&number, sizeof number);
  return mote_backoff_ms(mote_advise(status, info->alert), failures, number);
}

static bool serve_order(void)
{
  unsigned exchanges = 0;
  unsigned failures = 0;
  while (exchanges < order->exchanges) {
    unsigned before = exchanges;
    mote_info info;
    if (!lwip_io_connect(&udp, &order->host, order->port)) {
      board_print("client: lwIP has no UDP port left (MEMP_NUM_UDP_PCB)\n");
      return false;
    }
    mote_status status = visit(&exchanges);
    leave(&info);
    lwip_io_close(&udp);
    if (status == MOTE_OK && exchanges > before) {
      failures = 0; /* what counts are failures in a row */
      continue;
    }
    uint32_t wait_ms = back_off_ms(status, &info, ++failures);
    board_print("client: failed: %s\n", mote_status_str(status));
    if (failures > order->failures)
      return false;
    vTaskDelay(pdMS_TO_TICKS(wait_ms));
  }
  return true;
}

void dtls_client(void *argument)
{
  order = argument;
  io = lwip_io_callbacks(&udp);
  network_wait();
  mote_status status = configure();
  if (status != MOTE_OK)
    board_print("client: cannot be configured: %s\n", mote_status_str(status));
  run_task_done(status == MOTE_OK && serve_order());
}
