/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"

#include "option_setters.h"
#include "report.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define BOTH (TOOL_CLIENT | TOOL_SERVER)

/* --- The table ------------------------------------------------------------------------------- */

struct row {
  const char *name;
  unsigned tools;
  setter *set;          /* NULL: an option of the interface that this build does not support */
  const char *argument; /* NULL: none */
  const char *help;
};

static const struct row rows[] = {
    {"psk", BOTH, set_psk, "IDENTITY:HEXKEY", "pre-shared key; a server takes several"},
    {"psk-hex", BOTH, set_psk_hex, "HEXIDENTITY:HEXKEY", "the same, identity in hex"},
    {"rpk", BOTH, set_rpk, "KEYFILE", "own raw public key, by its private key"},
    {"peer-rpk", BOTH, set_peer_rpk, "FILE", "public key of the peer; repeatable"},
    {"peer-rpk-sha256", BOTH, set_peer_rpk_sha256, "HEX", "the same, by its hash; repeatable"},
    {"cert", BOTH, set_cert, "CHAINFILE", "own certificate, then those that lead to the CA"},
    {"key", BOTH, set_key, "KEYFILE", "private key of the certificate"},
    {"ca", BOTH, set_ca, "FILE", "CA certificates that the peer's may come from; repeatable"},
    {"cert-url", TOOL_CLIENT, set_cert_url, "URL",
     "where --cert stands: each certificate, repeatable, or all as one PkiPath"},
    {"fetch-url", TOOL_SERVER, set_fetch_url, "PREFIX",
     "fetch clients' certificates below http://HOST/...; repeatable"},
    {"client-auth", TOOL_SERVER, set_client_auth, "none|optional|required",
     "(default required with --ca or --peer-rpk)"},
    {"require-eui64", TOOL_SERVER, set_require_eui64, NULL, "in the certificate of a client"},
    {"name", TOOL_CLIENT, set_name, "FQDN",
     "server to ask for and to verify (default HOST if a name)"},
    {"mfl", TOOL_CLIENT, set_mfl, "512|1024|2048|4096", "octets of a record at most, asked for"},
    {"mtu", BOTH, set_mtu, "N", "octets of the largest datagram to send"},
    {"rto-ms", BOTH, set_rto_ms, "N", "first retransmission after so many milliseconds"},
    {"heartbeat", TOOL_CLIENT, set_heartbeat, NULL, "ask for a sign of life, print its round trip"},
    {"send", TOOL_CLIENT, set_send, "TEXT", "send TEXT, print what comes back; repeatable"},
    {"get", TOOL_CLIENT, set_get, "PATH", "CoAP GET, print the payload"},
    {"resume", TOOL_CLIENT, set_resume, NULL, "connect again with the session, repeat it all"},
    {"session-out", TOOL_CLIENT, set_session_out, "FILE", "keep the session in FILE"},
    {"session-in", TOOL_CLIENT, set_session_in, "FILE", "resume the session of FILE"},
    {"trusted-ca", TOOL_CLIENT, set_trusted_ca, NULL, "name the CAs of --ca to the server"},
    {"trusted-ca", TOOL_SERVER, set_trusted_ca, NULL, "heed the CAs that a client names"},
    {"cached-info", TOOL_CLIENT, set_cached_info, "FILE",
     "remember the server's certificate in FILE"},
    {"cached-info", TOOL_SERVER, set_cached_info_used, NULL,
     "leave out the certificate where a client remembers it"},
    {"timeout", TOOL_CLIENT, set_timeout, "MS", "for everything together (default 10000)"},
    {"coap", TOOL_SERVER, set_coap, NULL, "answer CoAP: /, /time, /.well-known/core"},
    {"echo", TOOL_SERVER, set_echo, NULL, "send every datagram back (default)"},
    {"max-peers", TOOL_SERVER, set_max_peers, "N", "peers at the same time (default 64)"},
    {"no-cookie", TOOL_SERVER, set_no_cookie, NULL, "no HelloVerifyRequest"},
    {"once", TOOL_SERVER, set_once_only, NULL, "end after one connection"},
    {"keylog", BOTH, set_keylog, "FILE", "append the secrets in NSS format, for tshark"},
    {"trace", BOTH, set_trace, NULL, "the messages as they pass, on standard error"},

    {"mfl", TOOL_SERVER, NULL, NULL, NULL}, /* a server follows its clients */
    {"cert-url", TOOL_SERVER, NULL, NULL, NULL}, /* RFC 6066 knows it for clients only */
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const struct row *find_row(enum tool tool, const char *name, size_t length)
{
  for (size_t i = 0; i < ROW_COUNT; i++)
    if ((rows[i].tools & tool) != 0 && strlen(rows[i].name) == length &&
        memcmp(rows[i].name, name, length) == 0)
      return &rows[i];
  return NULL;
}

static void print_help(const struct options *options)
{
  printf("usage: %s [options] %sPORT\n", options->program,
         options->tool == TOOL_CLIENT ? "HOST " : "");
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const struct row *row = &rows[i];
    if ((row->tools & options->tool) == 0 || row->set == NULL)
      continue;
    char left[64];
    snprintf(left, sizeof left, "--%s %s", row->name, row->argument == NULL ? "" : row->argument);
    printf("  %-36s %s\n", left, row->help);
  }
  printf("  %-36s %s\n", "--help", "this");
  printf("KEYFILE, CHAINFILE, FILE of keys and certificates: PEM or DER; keys as SEC1 or PKCS#8\n");
  if (options->tool == TOOL_CLIENT)
    printf("exit status: 0 done, 1 usage or local error, 2 handshake refused or failed, "
           "3 timeout\n");
}

/* --- Parsing --------------------------------------------------------------------------------- */

/* Takes the option at argv[*index] and its value, and moves *index to the last one taken. */
static bool take_option(struct options *options, int argc, char **argv, int *index)
{
  const char *name = argv[*index] + 2;
  const char *equals = strchr(name, '=');
  size_t length = equals == NULL ? strlen(name) : (size_t)(equals - name);
  int shown = length > INT_MAX ? INT_MAX : (int)length;
  const char *value = equals == NULL ? NULL : equals + 1;

  const struct row *row = find_row(options->tool, name, length);
  const char *problem = NULL;
  if (row == NULL)
    problem = "no such option (see --help)";
  else if (row->set == NULL)
    problem = "not supported by this build";
  else if (row->argument == NULL && value != NULL)
    problem = "takes no value";
  else if (row->argument != NULL && value == NULL && *index + 1 == argc)
    problem = "a value is missing";
  else if (row->argument != NULL && value == NULL)
    value = argv[++*index];

  if (problem == NULL)
    problem = row->set(options, value);
  if (problem != NULL)
    report_problem(options->program, "--%.*s: %s", shown, name, problem);
  return problem == NULL;
}

static bool take_argument(struct options *options, const char *value)
{
  if (options->tool == TOOL_CLIENT && options->host == NULL) {
    options->host = value;
  } else if (options->port == NULL) {
    options->port = value;
  } else {
    report_problem(options->program, "%s: one argument too many (see --help)", value);
    return false;
  }
  return true;
}

enum options_outcome options_parse(struct options *options, enum tool tool, int argc, char **argv)
{
  bool options_ended = false;

  memset(options, 0, sizeof *options);
  options->tool = tool;
  options->program = tool == TOOL_CLIENT ? "mote-client" : "mote-server";
  options->timeout_ms = 10000;
  options->max_peers = 64;

  for (int i = 1; i < argc; i++) {
    if (options_ended || strncmp(argv[i], "-", 1) != 0 || strcmp(argv[i], "-") == 0) {
      if (!take_argument(options, argv[i]))
        return OPTIONS_WRONG;
    } else if (strcmp(argv[i], "--") == 0) {
      options_ended = true;
    } else if (strcmp(argv[i], "--help") == 0) {
      print_help(options);
      return OPTIONS_HELPED;
    } else if (strncmp(argv[i], "--", 2) != 0) {
      report_problem(options->program, "%s: no such option (see --help)", argv[i]);
      return OPTIONS_WRONG;
    } else if (!take_option(options, argc, argv, &i)) {
      return OPTIONS_WRONG;
    }
  }
  return options_check(options) ? OPTIONS_RUN : OPTIONS_WRONG;
}
