/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A CoAP server for CONFIG_MOTEDTLS_PEERS peers: /uptime and /time, both the time since it started. */
#include <mote_zephyr.h>

#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/coap.h>

#define OPTIONS_MAX 8
#define MESSAGE_MAX 256

static struct mote_zephyr_socket udp;
static mote_config config;
MOTE_ZEPHYR_SERVER_DEFINE(server);
#if CONFIG_MOTEDTLS_SESSIONS > 0
MOTE_SESSION_CACHE_DEFINE(sessions, CONFIG_MOTEDTLS_SESSIONS);
#endif

/* --- DTLS ------------------------------------------------------------------------------------ */

static mote_status configure(void)
{
  const char *identity = CONFIG_SAMPLE_PSK_IDENTITY, *key = CONFIG_SAMPLE_PSK_KEY;
  mote_status status = mote_zephyr_config_init(&config, MOTE_ROLE_SERVER);
  if (status == MOTE_OK)
    status = mote_config_set_psk(&config, (const uint8_t *)identity, strlen(identity),
                                 (const uint8_t *)key, strlen(key));
#if CONFIG_MOTEDTLS_SESSIONS > 0
  if (status == MOTE_OK)
    status = MOTE_SESSION_CACHE_INIT(sessions);
  if (status == MOTE_OK)
    status = mote_config_set_session_cache(&config, sessions);
#endif
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}

static mote_status start(void)
{
  mote_status status = configure();
  if (status != MOTE_OK)
    return status;
  int error = mote_zephyr_listen(&udp, CONFIG_SAMPLE_PORT);
  if (error != 0) {
    printf("server: socket: error %d\n", -error);
    return MOTE_ERROR_IO;
  }
  do
    status = MOTE_SERVER_INIT(server, &config, &udp.io);
  while (status == MOTE_WANT_ENTROPY && k_msleep(10) == 0);
  return status == MOTE_OK ? mote_server_set_idle(server, CONFIG_MOTEDTLS_IDLE_MS) : status;
}

/* --- CoAP ------------------------------------------------------------------------------------ */

static bool has_path(const struct coap_packet *request, const char *path)
{
  struct coap_option segments[2];
  return coap_find_options(request, COAP_OPTION_URI_PATH, segments, ARRAY_SIZE(segments)) == 1 &&
         segments[0].len == strlen(path) && memcmp(segments[0].value, path, segments[0].len) == 0;
}

/* The answer to a request, in the acknowledgement; its octets, or 0 for none. */
static size_t answer(uint8_t *octets, size_t length, uint8_t *out, size_t capacity)
{
  struct coap_option options[OPTIONS_MAX];
  struct coap_packet request, response;
  if (coap_packet_parse(&request, octets, (uint16_t)length, options, OPTIONS_MAX) != 0 ||
      coap_header_get_type(&request) != COAP_TYPE_CON)
    return 0;
  uint8_t code = COAP_RESPONSE_CODE_CONTENT;
  if (coap_header_get_code(&request) != COAP_METHOD_GET)
    code = COAP_RESPONSE_CODE_NOT_ALLOWED;
  else if (!has_path(&request, "uptime") && !has_path(&request, "time"))
    code = COAP_RESPONSE_CODE_NOT_FOUND;
  if (coap_ack_init(&response, &request, out, (uint16_t)capacity, code) != 0)
    return 0;
  if (code == COAP_RESPONSE_CODE_CONTENT) {
    char text[32];
    int text_length = snprintf(text, sizeof text, "up for %u ms", k_uptime_get_32());
    if (coap_packet_append_payload_marker(&response) != 0 ||
        coap_packet_append_payload(&response, (const uint8_t *)text, (uint16_t)text_length) != 0)
      return 0;
  }
  return response.offset;
}

/* --- The thread ------------------------------------------------------------------------------ */

static void handle(const mote_event *event)
{
  static uint8_t request[MESSAGE_MAX], response[MESSAGE_MAX];
  switch (event->kind) {
  case MOTE_EVENT_KIND_CONNECTED:
    printf("server: peer %u connected\n", event->peer.place);
    break;
  case MOTE_EVENT_KIND_DATA:
    if (event->length <= sizeof request) {
      memcpy(request, event->data, event->length);
      size_t length = answer(request, event->length, response, sizeof response);
      /* What cannot be sent is lost, as in the network: the client asks again. */
      if (length > 0)
        (void)mote_peer_write(server, event->peer, response, length);
    }
    break;
  case MOTE_EVENT_KIND_CLOSED:
    printf("server: peer %u closed\n", event->peer.place);
    break;
  case MOTE_EVENT_KIND_FAILED:
    printf("server: failed: %s\n", mote_status_str(event->error));
    break;
  case MOTE_EVENT_KIND_FORCE_INT:
    break;
  }
}

static void run_server(void *first, void *second, void *third)
{
  ARG_UNUSED(first);
  ARG_UNUSED(second);
  ARG_UNUSED(third);
  mote_status status = start();
  if (status == MOTE_OK)
    printf("server: listening on port %d\n", CONFIG_SAMPLE_PORT);
  while (status == MOTE_OK) {
    mote_event event;
    status = mote_zephyr_next_event(server, &udp, MOTE_NO_TIMEOUT, &event);
    if (status == MOTE_OK)
      handle(&event);
  }
  printf("server: %s\n", mote_status_str(status));
}

/* Before the client of the same image. */
K_THREAD_DEFINE(server_thread, CONFIG_MOTEDTLS_STACK_SIZE, run_server, NULL, NULL, NULL,
                K_PRIO_PREEMPT(7), 0, 0);
