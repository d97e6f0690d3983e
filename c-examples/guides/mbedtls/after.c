/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The client of before.c with motedtls. */
#include "after.h"

#include "../credentials/device_keys.h"
#include "udp.h"

#include <time.h>

static const uint8_t identity[] = "device1";
static const uint8_t key[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* [after configure] */
static mote_config config;

mote_status configure(void)
{
  mote_status status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_psk(&config, identity, 7, key, sizeof key); /* borrowed, not copied */
  if (status == MOTE_OK)
    status = mote_config_set_server_name(&config, "coap.example.com");
  if (status == MOTE_OK)
    status = mote_config_set_max_fragment_length(&config, 512);
  if (status == MOTE_OK)
    status = mote_config_set_mtu(&config, 1200);
  if (status == MOTE_OK)
    status = mote_config_set_retransmission(&config, 9000, 60000);
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}
/* [after configure end] */

/* [after open] */
static struct udp udp; /* send, recv, random, now_ms: yours on a device */
static mote_io io;
MOTE_CONNECTION_DEFINE(dtls, 1280); /* all the memory there is */

mote_status open_link(const char *host, const char *port, const uint8_t *session,
                      size_t session_length)
{
  if (udp_connect(&udp, host, port) != NULL)
    return MOTE_ERROR_IO;
  io = udp_io(&udp);
  mote_status status = MOTE_CONNECTION_INIT(dtls, &config, &io);
  if (status == MOTE_OK && session_length > 0)
    (void)mote_connection_set_session(dtls, session, session_length, 0); /* refused: without */
  while (status >= 0 && (status = mote_connection_handshake(dtls)) != MOTE_OK)
    udp_wait(&udp, status == MOTE_WANT_WRITE ? UDP_WRITABLE : UDP_READABLE,
             mote_connection_timeout(dtls, udp_now_ms()), NULL);
  return status;
}
/* [after open end] */

/* [after ask] */
mote_status ask(const uint8_t *question, size_t length, const uint8_t **answer,
                size_t *answer_length)
{
  mote_status status;
  while ((status = mote_connection_write(dtls, question, length)) == MOTE_WANT_WRITE)
    udp_wait(&udp, UDP_WRITABLE, 5000, NULL);
  while (status >= 0 && status != MOTE_CLOSED &&
         (status = mote_connection_read(dtls, answer, answer_length)) == MOTE_WANT_READ)
    if (!udp_wait(&udp, UDP_READABLE, 5000, NULL))
      return MOTE_WANT_READ; /* no answer; the connection goes on */
  return status; /* *answer lies in the buffer until the next call */
}
/* [after ask end] */

/* [after session] */
mote_status keep_session(uint8_t session[MOTE_SESSION_MAX], size_t *length)
{
  return mote_connection_session_export(dtls, session, MOTE_SESSION_MAX, length);
}
/* [after session end] */

mote_info link_info(void)
{
  mote_info info = {0};
  (void)mote_connection_info(dtls, &info);
  return info;
}

/* [after close] */
void close_link(void)
{
  while (mote_connection_close(dtls) == MOTE_WANT_WRITE)
    udp_wait(&udp, UDP_WRITABLE, 1000, NULL);
  mote_connection_wipe(dtls);
  udp_close(&udp);
}
/* [after close end] */

/* [after certificates] */
static uint64_t utc_seconds(void *user)
{
  (void)user;
  return (uint64_t)time(NULL);
}

mote_status set_certificates(mote_config *with) /* in place of mote_config_set_psk */
{
  mote_status status = mote_config_set_trust_anchors(with, trust_anchors, sizeof trust_anchors);
  if (status == MOTE_OK)
    status = mote_config_set_certificate(with, device_chain, sizeof device_chain);
  if (status == MOTE_OK)
    status = mote_config_set_private_key(with, device_key, sizeof device_key);
  if (status == MOTE_OK)
    status = mote_config_set_time(with, utc_seconds, NULL); /* or mote_config_set_no_time */
  return status;
}
/* [after certificates end] */
