/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A CoAP client: asks for a resource, closes, and asks again in the resumed session. */
#include <mote_zephyr.h>

#include <stdio.h>
#include <string.h>
#include <zephyr/kernel.h>
#include <zephyr/net/coap.h>

/* RFC 7252 section 4.8. */
#define ACK_TIMEOUT_MS 2000
#define MAX_RETRANSMIT 4

#define TOKEN_LENGTH 4
#define MESSAGE_MAX 256

static struct mote_zephyr_socket udp;
static mote_config config;
static uint8_t session[MOTE_SESSION_MAX];
static size_t session_length;
MOTE_ZEPHYR_CONNECTION_DEFINE(dtls);

/* --- DTLS ------------------------------------------------------------------------------------ */

static mote_status configure(void)
{
  const char *identity = CONFIG_SAMPLE_PSK_IDENTITY, *key = CONFIG_SAMPLE_PSK_KEY;
  mote_status status = mote_zephyr_config_init(&config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_psk(&config, (const uint8_t *)identity, strlen(identity),
                                 (const uint8_t *)key, strlen(key));
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}

static mote_status connect(void)
{
  mote_status status = MOTE_CONNECTION_INIT(dtls, &config, &udp.io);
  if (status == MOTE_OK && session_length > 0)
    status = mote_connection_set_session(dtls, session, session_length, 0);
  if (status == MOTE_OK)
    status = mote_zephyr_handshake(dtls, &udp);
  mote_info info;
  if (status == MOTE_OK && mote_connection_info(dtls, &info) == MOTE_OK)
    printf("client: connected%s\n", info.resumed ? ", resumed" : "");
  if (status == MOTE_OK && mote_connection_session_export(dtls, session, sizeof session,
                                                          &session_length) != MOTE_OK)
    session_length = 0; /* the server keeps none */
  return status;
}

/* --- CoAP ------------------------------------------------------------------------------------ */

static size_t write_request(uint8_t *octets, size_t capacity, uint16_t id)
{
  const char *resource = CONFIG_SAMPLE_RESOURCE;
  struct coap_packet request;
  if (coap_packet_init(&request, octets, (uint16_t)capacity, COAP_VERSION_1, COAP_TYPE_CON,
                       TOKEN_LENGTH, coap_next_token(), COAP_METHOD_GET, id) != 0 ||
      coap_packet_append_option(&request, COAP_OPTION_URI_PATH, (const uint8_t *)resource,
                                (uint16_t)strlen(resource)) != 0)
    return 0;
  return request.offset;
}

/* Whether this is the response to the request of that id, which is then printed. */
static bool take_response(const uint8_t *data, size_t length, uint16_t id)
{
  uint8_t octets[MESSAGE_MAX]; /* Zephyr's parser wants octets that it may change */
  struct coap_packet response;
  if (length > sizeof octets)
    return false;
  memcpy(octets, data, length);
  if (coap_packet_parse(&response, octets, (uint16_t)length, NULL, 0) != 0 ||
      coap_header_get_type(&response) != COAP_TYPE_ACK || coap_header_get_id(&response) != id)
    return false;
  uint8_t code = coap_header_get_code(&response);
  uint16_t payload_length = 0;
  const uint8_t *payload = coap_packet_get_payload(&response, &payload_length);
  printf("client: %u.%02u %.*s\n", code >> 5, code & 31, (int)payload_length,
         payload != NULL ? (const char *)payload : "");
  return true;
}

/* A confirmable request (RFC 7252 section 4.2): sent again until the response comes. */
static mote_status get(void)
{
  uint8_t request[MESSAGE_MAX];
  uint16_t id = coap_next_id();
  size_t request_length = write_request(request, sizeof request, id);
  uint32_t timeout_ms = ACK_TIMEOUT_MS;
  for (int sent = 0; sent <= MAX_RETRANSMIT; sent++, timeout_ms *= 2) {
    const uint8_t *data;
    size_t length;
    mote_status status = mote_zephyr_write(dtls, &udp, request, request_length);
    while (status == MOTE_OK) {
      status = mote_zephyr_read(dtls, &udp, timeout_ms, &data, &length);
      if (status == MOTE_OK && take_response(data, length, id))
        return MOTE_OK;
    }
    if (status != MOTE_WANT_READ)
      return status;
  }
  return MOTE_ERROR_TIMEOUT;
}

/* --- The thread ------------------------------------------------------------------------------ */

static mote_status ask(void)
{
  int error = mote_zephyr_connect(&udp, CONFIG_SAMPLE_SERVER_ADDRESS, CONFIG_SAMPLE_PORT);
  if (error != 0) {
    printf("client: socket: error %d\n", -error);
    return MOTE_ERROR_IO;
  }
  mote_status status = connect();
  if (status == MOTE_OK)
    status = get();
  (void)mote_connection_close(dtls);
  mote_zephyr_close(&udp);
  return status;
}

static void run_client(void *first, void *second, void *third)
{
  ARG_UNUSED(first);
  ARG_UNUSED(second);
  ARG_UNUSED(third);
  mote_status status = configure();
  for (int i = 0; i < 2 && status == MOTE_OK; i++)
    status = ask();
  printf("client: %s\n", status == MOTE_OK ? "done" : mote_status_str(status));
}

K_THREAD_DEFINE(client, CONFIG_MOTEDTLS_STACK_SIZE, run_client, NULL, NULL, NULL,
                K_PRIO_PREEMPT(8), 0, 0);
