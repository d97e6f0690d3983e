/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The same device as ../../motedtls, with Mbed TLS. */
#include "../../host.h"
#include "../../measure.h"
#include "../heap.h"
#include "credentials.h"

#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cookie.h>

static mbedtls_ssl_config config;
static mbedtls_ssl_context ssl;
#ifdef X509
static mbedtls_x509_crt own, anchor;
static mbedtls_pk_context key;
#endif
#ifdef SERVER
static mbedtls_ssl_cookie_ctx cookies;
#endif

static int fill_random(void *user, unsigned char *out, size_t length)
{
  (void)user;
  host_random(out, length);
  return 0;
}

static int send_datagram(void *user, const unsigned char *datagram, size_t length)
{
  (void)user;
  host_send(datagram, length);
  return (int)length;
}

static int receive_datagram(void *user, unsigned char *datagram, size_t capacity)
{
  (void)user;
  return (int)host_receive(datagram, capacity);
}

/* Nothing is lost here, so that no timer passes. */
static uint32_t timer_runs;

static void set_delay(void *user, uint32_t intermediate_ms, uint32_t final_ms)
{
  (void)user, (void)intermediate_ms;
  timer_runs = final_ms;
}

static int get_delay(void *user)
{
  (void)user;
  return timer_runs == 0 ? -1 : 0;
}

#ifdef X509
static int set_certificates(int is_server)
{
  int result = mbedtls_x509_crt_parse_der_nocopy(
      &own, is_server ? server_certificate : client_certificate,
      is_server ? sizeof server_certificate : sizeof client_certificate);
  if (result == 0)
    result = mbedtls_pk_parse_key(&key, is_server ? server_key : client_key,
                                  is_server ? sizeof server_key : sizeof client_key, NULL, 0,
                                  fill_random, NULL);
  if (result == 0)
    result = mbedtls_x509_crt_parse_der_nocopy(&anchor, root_certificate, sizeof root_certificate);
  if (result == 0)
    result = mbedtls_ssl_conf_own_cert(&config, &own, &key);
  mbedtls_ssl_conf_ca_chain(&config, &anchor, NULL);
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
  return result;
}
#endif

static int set(int is_server)
{
  mbedtls_ssl_config_init(&config);
  int result = mbedtls_ssl_config_defaults(
      &config, is_server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
      MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_rng(&config, fill_random, NULL);
#ifdef PSK
  if (result == 0)
    result = mbedtls_ssl_conf_psk(&config, psk_key, sizeof psk_key, psk_identity,
                                  sizeof psk_identity);
#endif
#ifdef X509
  if (result == 0)
    result = set_certificates(is_server);
#endif
#ifdef CLIENT
  if (result == 0 && !is_server)
    result = mbedtls_ssl_conf_max_frag_len(&config, MBEDTLS_SSL_MAX_FRAG_LEN_512);
#endif
#ifdef SERVER
  mbedtls_ssl_cookie_init(&cookies);
  if (result == 0 && is_server)
    result = mbedtls_ssl_cookie_setup(&cookies, fill_random, NULL);
  if (result == 0 && is_server)
    mbedtls_ssl_conf_dtls_cookies(&config, mbedtls_ssl_cookie_write, mbedtls_ssl_cookie_check,
                                  &cookies);
#endif
  return result;
}

static int init(int is_server)
{
  mbedtls_ssl_init(&ssl);
  int result = mbedtls_ssl_setup(&ssl, &config);
  mbedtls_ssl_set_bio(&ssl, NULL, send_datagram, receive_datagram, NULL);
  mbedtls_ssl_set_timer_cb(&ssl, NULL, set_delay, get_delay);
  mbedtls_ssl_set_mtu(&ssl, 544);
#ifdef X509
  if (result == 0 && !is_server)
    result = mbedtls_ssl_set_hostname(&ssl, SERVER_NAME);
#endif
#ifdef SERVER
  static const unsigned char client = 1;
  if (result == 0 && is_server)
    result = mbedtls_ssl_set_client_transport_id(&ssl, &client, sizeof client);
#endif
  (void)is_server;
  return result;
}

static int handshake(int is_server)
{
  measure_begin();
  int result = mbedtls_ssl_handshake(&ssl);
  measure_end(MEASURED_HANDSHAKE);
#ifdef SERVER
  if (is_server && result == MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED) {
    static const unsigned char client = 1;
    measure_begin();
    result = mbedtls_ssl_session_reset(&ssl);
    if (result == 0)
      result = mbedtls_ssl_set_client_transport_id(&ssl, &client, sizeof client);
    if (result == 0)
      result = mbedtls_ssl_handshake(&ssl);
    measure_end(MEASURED_HANDSHAKE);
  }
#endif
  (void)is_server;
  return result;
}

static int write(const unsigned char *data, size_t length)
{
  measure_begin();
  int result = mbedtls_ssl_write(&ssl, data, length);
  measure_end(MEASURED_WRITE);
  return result;
}

static int read(unsigned char *data, size_t capacity)
{
  measure_begin();
  int result = mbedtls_ssl_read(&ssl, data, capacity);
  measure_end(MEASURED_READ);
  return result;
}

static int converse(int is_server)
{
  static const unsigned char hello[] = {'h', 'e', 'l', 'l', 'o'};
  unsigned char data[16];
  int result;
  if (is_server) {
    while ((result = read(data, sizeof data)) > 0)
      write(data, (size_t)result);
    return result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : result;
  }
  result = write(hello, sizeof hello);
  return result < 0 ? result : read(data, sizeof data);
}

int main(void)
{
  const int is_server = host_is_server();
  measure_begin();
  int result = set(is_server);
  measure_end(MEASURED_CONFIGURE);
  if (result == 0) {
    measure_begin();
    result = init(is_server);
    measure_end(MEASURED_CONNECTION_INIT);
  }
  if (result == 0)
    result = handshake(is_server);
  host_say("connected-heap", heap_taken());
  if (result == 0)
    result = converse(is_server);
  measure_begin();
  mbedtls_ssl_close_notify(&ssl);
  measure_end(MEASURED_CLOSE);
  if (result < 0)
    host_say("failed", (uint32_t)-result);
  host_say("heap-peak", heap_peak());
  measure_say();
  return result < 0;
}
