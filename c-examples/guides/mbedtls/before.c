/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A client with Mbed TLS 3.6, as many look. after.c is the same one with motedtls. It is compiled
 * where the interop tests have brought Mbed TLS. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/timing.h>

int configure(void);
int open_link(const char *host, const char *port);
int ask(const unsigned char *question, size_t length, unsigned char *answer, size_t capacity);
int keep_session(unsigned char *session, size_t capacity, size_t *length);
int use_session(const unsigned char *session, size_t length);
void close_link(void);
int set_certificates(void);

static const unsigned char identity[] = "device1";
static const unsigned char key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* [before configure] */
static mbedtls_ssl_config config;
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;

int configure(void)
{
  int ret;
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&drbg);
  mbedtls_ssl_config_init(&config);
  if ((ret = mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0)) != 0 ||
      (ret = mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
                                         MBEDTLS_SSL_TRANSPORT_DATAGRAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT)) != 0 ||
      (ret = mbedtls_ssl_conf_psk(&config, key, sizeof key, identity, 7)) != 0 ||
      (ret = mbedtls_ssl_conf_max_frag_len(&config, MBEDTLS_SSL_MAX_FRAG_LEN_512)) != 0)
    return ret;
  mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &drbg);
  mbedtls_ssl_conf_handshake_timeout(&config, 9000, 60000);
  mbedtls_ssl_conf_read_timeout(&config, 5000);
  return 0;
}
/* [before configure end] */

/* [before open] */
static mbedtls_net_context udp;
static mbedtls_ssl_context dtls;
static mbedtls_timing_delay_context timer;

int open_link(const char *host, const char *port)
{
  int ret;
  mbedtls_net_init(&udp);
  mbedtls_ssl_init(&dtls);
  if ((ret = mbedtls_net_connect(&udp, host, port, MBEDTLS_NET_PROTO_UDP)) != 0 ||
      (ret = mbedtls_ssl_setup(&dtls, &config)) != 0 ||
      (ret = mbedtls_ssl_set_hostname(&dtls, "coap.example.com")) != 0)
    return ret;
  mbedtls_ssl_set_mtu(&dtls, 1200);
  mbedtls_ssl_set_bio(&dtls, &udp, mbedtls_net_send, mbedtls_net_recv, mbedtls_net_recv_timeout);
  mbedtls_ssl_set_timer_cb(&dtls, &timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
  do
    ret = mbedtls_ssl_handshake(&dtls);
  while (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE);
  return ret;
}
/* [before open end] */

/* [before ask] */
int ask(const unsigned char *question, size_t length, unsigned char *answer, size_t capacity)
{
  int ret;
  do
    ret = mbedtls_ssl_write(&dtls, question, length);
  while (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE);
  if (ret < 0)
    return ret;
  do
    ret = mbedtls_ssl_read(&dtls, answer, capacity);
  while (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE);
  return ret; /* octets, or MBEDTLS_ERR_SSL_TIMEOUT, MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, ... */
}
/* [before ask end] */

/* [before session] */
int keep_session(unsigned char *session, size_t capacity, size_t *length)
{
  mbedtls_ssl_session kept;
  mbedtls_ssl_session_init(&kept);
  int ret = mbedtls_ssl_get_session(&dtls, &kept);
  if (ret == 0)
    ret = mbedtls_ssl_session_save(&kept, session, capacity, length);
  mbedtls_ssl_session_free(&kept);
  return ret;
}

int use_session(const unsigned char *session, size_t length) /* between setup and handshake */
{
  mbedtls_ssl_session kept;
  mbedtls_ssl_session_init(&kept);
  int ret = mbedtls_ssl_session_load(&kept, session, length);
  if (ret == 0)
    ret = mbedtls_ssl_set_session(&dtls, &kept);
  mbedtls_ssl_session_free(&kept);
  return ret;
}
/* [before session end] */

/* [before close] */
void close_link(void)
{
  int ret;
  do
    ret = mbedtls_ssl_close_notify(&dtls);
  while (ret == MBEDTLS_ERR_SSL_WANT_WRITE);
  mbedtls_ssl_free(&dtls);
  mbedtls_net_free(&udp);
  mbedtls_ssl_config_free(&config);
  mbedtls_ctr_drbg_free(&drbg);
  mbedtls_entropy_free(&entropy);
}
/* [before close end] */

static const unsigned char trust_anchors[1], device_chain[1], device_key[1];

/* [before certificates] */
static mbedtls_x509_crt anchors, chain;
static mbedtls_pk_context own_key;

int set_certificates(void) /* in place of mbedtls_ssl_conf_psk */
{
  int ret;
  mbedtls_x509_crt_init(&anchors);
  mbedtls_x509_crt_init(&chain);
  mbedtls_pk_init(&own_key);
  if ((ret = mbedtls_x509_crt_parse(&anchors, trust_anchors, sizeof trust_anchors)) != 0 ||
      (ret = mbedtls_x509_crt_parse(&chain, device_chain, sizeof device_chain)) != 0 ||
      (ret = mbedtls_pk_parse_key(&own_key, device_key, sizeof device_key, NULL, 0,
                                  mbedtls_ctr_drbg_random, &drbg)) != 0 ||
      (ret = mbedtls_ssl_conf_own_cert(&config, &chain, &own_key)) != 0)
    return ret;
  mbedtls_ssl_conf_ca_chain(&config, &anchors, NULL);
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
  return 0;
}
/* [before certificates end] */
