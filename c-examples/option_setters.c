/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "option_setters.h"

#include "coap.h"

#include <string.h>

/* --- Values ---------------------------------------------------------------------------------- */

bool parse_number(const char *text, uint32_t *number)
{
  uint64_t value = 0;
  if (*text == '\0')
    return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9')
      return false;
    value = value * 10 + (uint64_t)(*text - '0');
    if (value > UINT32_MAX)
      return false;
  }
  *number = (uint32_t)value;
  return true;
}

static const char *set_once(const char **target, const char *value)
{
  if (*target != NULL)
    return "given twice";
  *target = value;
  return NULL;
}

static const char *set_flag(bool *flag)
{
  *flag = true;
  return NULL;
}

/* Milliseconds are compared as signed differences, hence 31 bits. */
static const char *set_milliseconds(uint32_t *target, const char *value)
{
  uint32_t number;
  if (!parse_number(value, &number) || number == 0 || number > INT32_MAX)
    return "not a number of milliseconds from 1 to 2147483647";
  *target = number;
  return NULL;
}

/* --- Credentials ----------------------------------------------------------------------------- */

static const char *add_psk(struct options *options, const char *value, bool identity_is_hex)
{
  if (options->tool == TOOL_CLIENT && options->credentials.psk_count == 1)
    return "a client has one pre-shared key";
  return credentials_add_psk(&options->credentials, value, identity_is_hex);
}

const char *set_psk(struct options *options, const char *value)
{
  return add_psk(options, value, false);
}

const char *set_psk_hex(struct options *options, const char *value)
{
  return add_psk(options, value, true);
}

const char *set_rpk(struct options *options, const char *value)
{
  return set_once(&options->credentials.rpk, value);
}

const char *set_peer_rpk(struct options *options, const char *value)
{
  return credentials_add_file(&options->credentials.peer_rpks, value);
}

const char *set_peer_rpk_sha256(struct options *options, const char *value)
{
  return credentials_add_peer_hash(&options->credentials, value);
}

const char *set_cert(struct options *options, const char *value)
{
  return set_once(&options->credentials.certificate, value);
}

const char *set_key(struct options *options, const char *value)
{
  return set_once(&options->credentials.key, value);
}

const char *set_ca(struct options *options, const char *value)
{
  return credentials_add_file(&options->credentials.anchors, value);
}

const char *set_cert_url(struct options *options, const char *value)
{
  struct credential_urls *urls = &options->credentials.certificate_urls;
  if (urls->count == CREDENTIALS_URLS_MAX)
    return "more than 8 URLs";
  urls->urls[urls->count++] = value;
  return NULL;
}

const char *set_fetch_url(struct options *options, const char *value)
{
  return fetch_add_prefix(&options->fetcher, value);
}

const char *set_client_auth(struct options *options, const char *value)
{
  if (strcmp(value, "none") == 0)
    options->client_auth = MOTE_CLIENT_AUTH_NONE;
  else if (strcmp(value, "optional") == 0)
    options->client_auth = MOTE_CLIENT_AUTH_OPTIONAL;
  else if (strcmp(value, "required") == 0)
    options->client_auth = MOTE_CLIENT_AUTH_REQUIRED;
  else
    return "none, optional or required";
  return set_flag(&options->client_auth_given);
}

const char *set_require_eui64(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->require_eui64);
}

/* --- The connection -------------------------------------------------------------------------- */

const char *set_name(struct options *options, const char *value)
{
  return set_once(&options->name, value);
}

const char *set_mfl(struct options *options, const char *value)
{
  uint32_t number;
  if (!parse_number(value, &number) ||
      (number != 512 && number != 1024 && number != 2048 && number != 4096))
    return "512, 1024, 2048 or 4096";
  options->mfl = number;
  return NULL;
}

const char *set_mtu(struct options *options, const char *value)
{
  uint32_t number;
  /* 65,507 octets is the most that UDP over IPv4 carries; the library knows its own minimum. */
  if (!parse_number(value, &number) || number == 0 || number > 65507)
    return "not a number of octets from 1 to 65507";
  options->mtu = number;
  return NULL;
}

const char *set_rto_ms(struct options *options, const char *value)
{
  return set_milliseconds(&options->rto_ms, value);
}

/* --- What to do with it ---------------------------------------------------------------------- */

const char *set_timeout(struct options *options, const char *value)
{
  return set_milliseconds(&options->timeout_ms, value);
}

const char *set_heartbeat(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->heartbeat);
}

const char *set_send(struct options *options, const char *value)
{
  if (options->text_count == OPTIONS_TEXT_MAX)
    return "more than 64 texts";
  options->texts[options->text_count++] = value;
  return NULL;
}

const char *set_get(struct options *options, const char *value)
{
  /* Written once for nothing, so that a bad path is known before any datagram. */
  uint8_t request[OPTIONS_PATH_MAX];
  struct coap_writer writer;
  coap_start(&writer, request, sizeof request, COAP_CON, COAP_GET, 0, NULL, 0);
  if (!coap_put_path(&writer, value) || coap_finish(&writer) == 0)
    return "not a path like /sensors/1?unit=K of at most 900 octets";
  return set_once(&options->get, value);
}

const char *set_resume(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->resume);
}

const char *set_session_out(struct options *options, const char *value)
{
  return set_once(&options->session_out, value);
}

const char *set_session_in(struct options *options, const char *value)
{
  return set_once(&options->session_in, value);
}

const char *set_cached_info(struct options *options, const char *value)
{
  return set_once(&options->cached_info, value);
}

const char *set_cached_info_used(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->uses_cached_info);
}

const char *set_trusted_ca(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->trusted_ca);
}

const char *set_keylog(struct options *options, const char *value)
{
  return set_once(&options->keylog, value);
}

const char *set_trace(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->trace);
}

const char *set_coap(struct options *options, const char *value)
{
  (void)value;
  return options->echo ? "not together with --echo" : set_flag(&options->coap);
}

const char *set_echo(struct options *options, const char *value)
{
  (void)value;
  return options->coap ? "not together with --coap" : set_flag(&options->echo);
}

const char *set_max_peers(struct options *options, const char *value)
{
  uint32_t number;
  if (!parse_number(value, &number) || number == 0 || number > OPTIONS_PEERS_MAX)
    return "not a number from 1 to 100000";
  options->max_peers = number;
  return NULL;
}

const char *set_no_cookie(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->no_cookie);
}

const char *set_once_only(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->once);
}
