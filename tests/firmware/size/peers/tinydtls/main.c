/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The same device as ../../motedtls, with tinydtls. */
#include "../../host.h"
#include "../../measure.h"
#include "../heap.h"
#include "credentials.h"

#include <dtls.h>
#include <dtls_debug.h>
#include <dtls_prng.h>

#include <string.h>

enum progress { HANDSHAKE, CONNECTED, ANSWERED, CLOSED };

static enum progress progress;
static uint8_t buffer[544];

/* What the platform gives to tinydtls. */

int dtls_prng(unsigned char *out, size_t length)
{
  host_random(out, length);
  return (int)length;
}

void dtls_prng_init(unsigned seed)
{
  (void)seed;
}

void dtls_clock_init(void)
{
}

void dtls_ticks(dtls_tick_t *ticks)
{
  *ticks = 0;
}

void dtls_dsrv_log_addr(log_t level, const char *name, const session_t *address)
{
  (void)level, (void)name, (void)address;
}

void dtls_dsrv_hexdump_log(log_t level, const char *name, const unsigned char *octets,
                           size_t length, int extend)
{
  (void)level, (void)name, (void)octets, (void)length, (void)extend;
}

/* What the application gives. */

static int send_datagram(dtls_context_t *context, session_t *session, uint8 *octets, size_t length)
{
  (void)context, (void)session;
  host_send(octets, length);
  return (int)length;
}

static int take_data(dtls_context_t *context, session_t *session, uint8 *data, size_t length)
{
  progress = ANSWERED;
  if (host_is_server())
    dtls_write(context, session, data, length);
  return 0;
}

static int take_event(dtls_context_t *context, session_t *session, dtls_alert_level_t level,
                      unsigned short code)
{
  (void)context, (void)session, (void)level;
  if (code == DTLS_EVENT_CONNECTED)
    progress = CONNECTED;
  else if (code == DTLS_ALERT_CLOSE_NOTIFY)
    progress = CLOSED;
  return 0;
}

#ifdef DTLS_PSK
static int get_psk_info(dtls_context_t *context, const session_t *session,
                        dtls_credentials_type_t type, const unsigned char *identity,
                        size_t identity_length, unsigned char *result, size_t capacity)
{
  (void)context, (void)session;
  switch (type) {
  case DTLS_PSK_IDENTITY:
    if (capacity < sizeof psk_identity)
      return dtls_alert_fatal_create(DTLS_ALERT_INTERNAL_ERROR);
    memcpy(result, psk_identity, sizeof psk_identity);
    return sizeof psk_identity;
  case DTLS_PSK_KEY:
    if (identity_length != sizeof psk_identity || capacity < sizeof psk_key ||
        memcmp(identity, psk_identity, sizeof psk_identity) != 0)
      return dtls_alert_fatal_create(DTLS_ALERT_DECRYPT_ERROR);
    memcpy(result, psk_key, sizeof psk_key);
    return sizeof psk_key;
  default: return 0;
  }
}
#endif

#ifdef DTLS_ECC
static const dtls_ecdsa_key_t client_keys = {DTLS_ECDH_CURVE_SECP256R1, client_scalar,
                                             client_public_key + 27, client_public_key + 59};
static const dtls_ecdsa_key_t server_keys = {DTLS_ECDH_CURVE_SECP256R1, server_scalar,
                                             server_public_key + 27, server_public_key + 59};

static int get_ecdsa_key(dtls_context_t *context, const session_t *session,
                         const dtls_ecdsa_key_t **key)
{
  (void)context, (void)session;
  *key = host_is_server() ? &server_keys : &client_keys;
  return 0;
}

static int verify_ecdsa_key(dtls_context_t *context, const session_t *session,
                            const unsigned char *x, const unsigned char *y, size_t length)
{
  (void)context, (void)session;
  const dtls_ecdsa_key_t *peer = host_is_server() ? &client_keys : &server_keys;
  return memcmp(x, peer->pub_key_x, length) == 0 && memcmp(y, peer->pub_key_y, length) == 0
             ? 0
             : dtls_alert_fatal_create(DTLS_ALERT_CERTIFICATE_UNKNOWN);
}
#endif

static dtls_handler_t handler = {
    .write = send_datagram,
    .read = take_data,
    .event = take_event,
#ifdef DTLS_PSK
    .get_psk_info = get_psk_info,
#endif
#ifdef DTLS_ECC
    .get_ecdsa_key = get_ecdsa_key,
    .verify_ecdsa_key = verify_ecdsa_key,
#endif
};

/* Takes datagrams until it has come so far. */
static int go_on(dtls_context_t *context, session_t *session, enum progress until)
{
  int result = 0;
  while (result >= 0 && progress < until) {
    size_t length = host_receive(buffer, sizeof buffer);
    measure_begin();
    result = dtls_handle_message(context, session, buffer, (int)length);
    measure_end(until == CONNECTED ? MEASURED_HANDSHAKE : MEASURED_READ);
  }
  return result;
}

static int run(dtls_context_t *context, session_t *session)
{
  static uint8_t hello[] = {'h', 'e', 'l', 'l', 'o'};
  int result = 0;
  const int is_server = host_is_server();
  if (!is_server) {
    measure_begin();
    result = dtls_connect(context, session);
    measure_end(MEASURED_HANDSHAKE);
  }
  if (result >= 0)
    result = go_on(context, session, CONNECTED);
  host_say("connected-heap", heap_taken());
  if (is_server)
    return result >= 0 ? go_on(context, session, CLOSED) : result;
  if (result >= 0) {
    measure_begin();
    result = dtls_write(context, session, hello, sizeof hello);
    measure_end(MEASURED_WRITE);
  }
  if (result >= 0)
    result = go_on(context, session, ANSWERED);
  measure_begin();
  dtls_close(context, session);
  measure_end(MEASURED_CLOSE);
  return result;
}

int main(void)
{
  session_t session;
  measure_begin();
  dtls_init();
  dtls_context_t *context = dtls_new_context(NULL);
  measure_end(MEASURED_CONNECTION_INIT);
  if (context == NULL)
    return 1;
  dtls_set_handler(context, &handler);
  dtls_session_init(&session);
  session.size = sizeof session.addr.sin;
  session.addr.sin.sin_family = AF_INET;
  int result = run(context, &session);
  host_say("heap-peak", heap_peak());
  measure_say();
  return result >= 0 ? 0 : 1;
}
