/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "configure.h"

#include "public_keys.h"
#include "report.h"

#include <errno.h>
#include <string.h>

/* One setting: what asked for it, and what the library said to it. */
static bool accepted(const struct options *options, const char *option, mote_status status)
{
  if (status != MOTE_OK)
    report_problem(options->program, "%s: %s", option, mote_status_str(status));
  return status == MOTE_OK;
}

static mote_status set_psks(mote_config *config, struct options *options)
{
  if (options->tool == TOOL_SERVER)
    return mote_config_set_psk_lookup(config, credentials_lookup_psk, &options->credentials);
  const struct psk *psk = &options->credentials.psks[0];
  return mote_config_set_psk(config, psk->identity, psk->identity_length, psk->key,
                             psk->key_length);
}

static mote_status set_retransmission(mote_config *config, const struct options *options)
{
  uint32_t initial = options->rto_ms;
  uint32_t most = MOTE_RETRANSMISSION_MAX_MS;
  return mote_config_set_retransmission(config, initial, initial > most ? initial : most);
}

/* A server answers whoever asks; a client offers it only to ask. */
static mote_status set_heartbeat_mode(mote_config *config, const struct options *options)
{
  bool wanted = options->tool == TOOL_SERVER || options->heartbeat;
  return mote_config_set_heartbeat(config, wanted ? MOTE_HEARTBEAT_MODE_PEER_ALLOWED
                                                  : MOTE_HEARTBEAT_MODE_OFF);
}

bool configure(mote_config *config, struct options *o, FILE *key_log,
               mote_session_cache *sessions)
{
  mote_role role = o->tool == TOOL_CLIENT ? MOTE_ROLE_CLIENT : MOTE_ROLE_SERVER;
  return accepted(o, "configuration", mote_config_init(config, sizeof *config, role)) &&
         (o->credentials.psk_count == 0 || accepted(o, "--psk", set_psks(config, o))) &&
         public_keys_set(config, o) &&
         (o->name == NULL ||
          accepted(o, "--name", mote_config_set_server_name(config, o->name))) &&
         (o->mfl == 0 ||
          accepted(o, "--mfl", mote_config_set_max_fragment_length(config, o->mfl))) &&
         (o->mtu == 0 || accepted(o, "--mtu", mote_config_set_mtu(config, o->mtu))) &&
         (o->rto_ms == 0 || accepted(o, "--rto-ms", set_retransmission(config, o))) &&
         (!o->no_cookie || accepted(o, "--no-cookie", mote_config_set_cookie(config, false))) &&
         (!o->trusted_ca ||
          accepted(o, "--trusted-ca", mote_config_set_trusted_ca(config, true))) &&
         (!o->uses_cached_info ||
          accepted(o, "--cached-info", mote_config_set_cached_info(config, true))) &&
         accepted(o, "--heartbeat", set_heartbeat_mode(config, o)) &&
         (sessions == NULL ||
          accepted(o, "sessions", mote_config_set_session_cache(config, sessions))) &&
         (key_log == NULL ||
          accepted(o, "--keylog", mote_config_set_key_log(config, report_key_log, key_log))) &&
         (!o->trace || accepted(o, "--trace", mote_config_set_trace(config, report_trace, NULL))) &&
         accepted(o, "configuration", mote_config_freeze(config));
}

bool configure_key_log(const struct options *options, FILE **key_log)
{
  *key_log = NULL;
  if (options->keylog == NULL)
    return true;
  *key_log = report_open_key_log(options->keylog);
  if (*key_log == NULL)
    report_problem(options->program, "--keylog: %s: %s", options->keylog, strerror(errno));
  return *key_log != NULL;
}
