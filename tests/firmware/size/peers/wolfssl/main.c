/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The same device as ../../motedtls, with wolfSSL. */
#include "../../host.h"
#include "../../measure.h"
#include "../heap.h"
#include "credentials.h"

#include <wolfssl/ssl.h>

#include <string.h>

static WOLFSSL_CTX *context;
static WOLFSSL *ssl;

int device_random(unsigned char *out, unsigned int length)
{
  host_random(out, length);
  return 0;
}

static int send_datagram(WOLFSSL *of, char *datagram, int length, void *user)
{
  (void)of, (void)user;
  host_send(datagram, (size_t)length);
  return length;
}

static int receive_datagram(WOLFSSL *of, char *datagram, int capacity, void *user)
{
  (void)of, (void)user;
  return (int)host_receive(datagram, (size_t)capacity);
}

#ifdef SERVER
/* What wolfSSL asks of its cookies: something that the client's address changes. */
static int make_cookie(WOLFSSL *of, unsigned char *cookie, int capacity, void *user)
{
  (void)of, (void)user;
  memset(cookie, 1, (size_t)capacity);
  return capacity;
}
#endif

#ifdef PSK
static unsigned client_psk(WOLFSSL *of, const char *hint, char *identity, unsigned capacity,
                           unsigned char *key, unsigned key_capacity)
{
  (void)of, (void)hint;
  if (capacity <= sizeof psk_identity || key_capacity < sizeof psk_key)
    return 0;
  memcpy(identity, psk_identity, sizeof psk_identity);
  identity[sizeof psk_identity] = '\0';
  memcpy(key, psk_key, sizeof psk_key);
  return sizeof psk_key;
}

#ifdef SERVER
static unsigned server_psk(WOLFSSL *of, const char *identity, unsigned char *key,
                           unsigned capacity)
{
  (void)of;
  if (strlen(identity) != sizeof psk_identity || capacity < sizeof psk_key ||
      memcmp(identity, psk_identity, sizeof psk_identity) != 0)
    return 0;
  memcpy(key, psk_key, sizeof psk_key);
  return sizeof psk_key;
}
#endif
#endif

#ifdef PUBLIC_KEYS
static int set_public_keys(int is_server)
{
#ifdef RAW
  const unsigned char *own = is_server ? server_public_key : client_public_key;
  const unsigned char *peer = is_server ? client_public_key : server_public_key;
  const long own_length = sizeof client_public_key;
  static const char raw = WOLFSSL_CERT_TYPE_RPK;
  int result = wolfSSL_CTX_set_client_cert_type(context, &raw, 1);
  if (result == WOLFSSL_SUCCESS)
    result = wolfSSL_CTX_set_server_cert_type(context, &raw, 1);
  if (result == WOLFSSL_SUCCESS)
    result = wolfSSL_CTX_set_expected_rpk(context, peer, sizeof client_public_key);
#else
  const unsigned char *own = is_server ? server_certificate : client_certificate;
  const long own_length = is_server ? sizeof server_certificate : sizeof client_certificate;
  int result = wolfSSL_CTX_load_verify_buffer(context, root_certificate, sizeof root_certificate,
                                              WOLFSSL_FILETYPE_ASN1);
#endif
  if (result == WOLFSSL_SUCCESS)
    result = wolfSSL_CTX_use_certificate_buffer(context, own, own_length, WOLFSSL_FILETYPE_ASN1);
  if (result == WOLFSSL_SUCCESS)
    result = wolfSSL_CTX_use_PrivateKey_buffer(
        context, is_server ? server_key : client_key,
        is_server ? sizeof server_key : sizeof client_key, WOLFSSL_FILETYPE_ASN1);
  wolfSSL_CTX_set_verify(context, WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  return result;
}
#endif

static WOLFSSL_METHOD *method(int is_server)
{
#if defined(CLIENT) && defined(SERVER)
  return is_server ? wolfDTLSv1_2_server_method() : wolfDTLSv1_2_client_method();
#else
  (void)is_server;
  return wolfDTLSv1_2_client_method();
#endif
}

static int set(int is_server)
{
  int result = wolfSSL_Init();
  context = wolfSSL_CTX_new(method(is_server));
  if (result != WOLFSSL_SUCCESS || context == NULL)
    return -1;
  wolfSSL_SetIOSend(context, send_datagram);
  wolfSSL_SetIORecv(context, receive_datagram);
#ifdef PSK
  wolfSSL_CTX_set_psk_client_callback(context, client_psk);
#ifdef SERVER
  wolfSSL_CTX_set_psk_server_callback(context, server_psk);
#endif
#endif
#ifdef SERVER
  wolfSSL_CTX_SetGenCookie(context, make_cookie);
#endif
#ifdef PUBLIC_KEYS
  result = set_public_keys(is_server);
  if (result != WOLFSSL_SUCCESS)
    return result;
#endif
  return wolfSSL_CTX_dtls_set_mtu(context, 544);
}

static int init(int is_server)
{
  int result = WOLFSSL_SUCCESS;
  ssl = wolfSSL_new(context);
  if (ssl == NULL)
    return -1;
  if (!is_server)
    result = wolfSSL_UseMaxFragment(ssl, WOLFSSL_MFL_2_9);
#if defined(PUBLIC_KEYS) && !defined(RAW)
  if (result == WOLFSSL_SUCCESS && !is_server)
    result = wolfSSL_check_domain_name(ssl, SERVER_NAME);
  if (result == WOLFSSL_SUCCESS && !is_server)
    result = wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, SERVER_NAME, sizeof SERVER_NAME - 1);
#endif
  return result;
}

static int handshake(int is_server)
{
  int result;
  measure_begin();
#if defined(CLIENT) && defined(SERVER)
  result = is_server ? wolfSSL_accept(ssl) : wolfSSL_connect(ssl);
#else
  (void)is_server;
  result = wolfSSL_connect(ssl);
#endif
  measure_end(MEASURED_HANDSHAKE);
  return result;
}

static int write(const void *data, int length)
{
  measure_begin();
  int result = wolfSSL_write(ssl, data, length);
  measure_end(MEASURED_WRITE);
  return result;
}

static int read(void *data, int capacity)
{
  measure_begin();
  int result = wolfSSL_read(ssl, data, capacity);
  measure_end(MEASURED_READ);
  return result;
}

/* True when all went well. */
static int converse(int is_server)
{
  static const char hello[] = {'h', 'e', 'l', 'l', 'o'};
  char data[16];
  int result;
  if (!is_server)
    return write(hello, sizeof hello) > 0 && read(data, sizeof data) > 0;
  while ((result = read(data, sizeof data)) > 0)
    write(data, result);
  return wolfSSL_get_error(ssl, result) == WOLFSSL_ERROR_ZERO_RETURN;
}

int main(void)
{
  const int is_server = host_is_server();
  measure_begin();
  int result = set(is_server);
  measure_end(MEASURED_CONFIGURE);
  if (result == WOLFSSL_SUCCESS) {
    measure_begin();
    result = init(is_server);
    measure_end(MEASURED_CONNECTION_INIT);
  }
  if (result == WOLFSSL_SUCCESS)
    result = handshake(is_server);
  if (result != WOLFSSL_SUCCESS) {
    host_say("failed", (uint32_t)-wolfSSL_get_error(ssl, result));
    return 1;
  }
  result = converse(is_server);
  /* wolfSSL keeps the handshake's memory until data come. */
  host_say("connected-heap", heap_taken());
  measure_begin();
  wolfSSL_shutdown(ssl);
  measure_end(MEASURED_CLOSE);
  host_say("heap-peak", heap_peak());
  measure_say();
  return !result;
}
