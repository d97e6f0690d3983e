/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"

#include "coap.h"
#include "report.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define BOTH (TOOL_CLIENT | TOOL_SERVER)

/* NULL, or what is wrong with the value. */
typedef const char *setter(struct options *options, const char *value);

/* --- Values ---------------------------------------------------------------------------------- */

static bool parse_number(const char *text, uint32_t *number)
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

/* --- One function an option ------------------------------------------------------------------ */

static const char *add_psk(struct options *options, const char *value, bool identity_is_hex)
{
  if (options->tool == TOOL_CLIENT && options->credentials.psk_count == 1)
    return "a client has one pre-shared key";
  return credentials_add_psk(&options->credentials, value, identity_is_hex);
}

static const char *set_psk(struct options *options, const char *value)
{
  return add_psk(options, value, false);
}

static const char *set_psk_hex(struct options *options, const char *value)
{
  return add_psk(options, value, true);
}

static const char *set_name(struct options *options, const char *value)
{
  return set_once(&options->name, value);
}

static const char *set_mfl(struct options *options, const char *value)
{
  uint32_t number;
  if (!parse_number(value, &number) ||
      (number != 512 && number != 1024 && number != 2048 && number != 4096))
    return "512, 1024, 2048 or 4096";
  options->mfl = number;
  return NULL;
}

static const char *set_mtu(struct options *options, const char *value)
{
  uint32_t number;
  /* 65,507 octets is the most that UDP over IPv4 carries; the library knows its own minimum. */
  if (!parse_number(value, &number) || number == 0 || number > 65507)
    return "not a number of octets from 1 to 65507";
  options->mtu = number;
  return NULL;
}

static const char *set_rto_ms(struct options *options, const char *value)
{
  return set_milliseconds(&options->rto_ms, value);
}

static const char *set_timeout(struct options *options, const char *value)
{
  return set_milliseconds(&options->timeout_ms, value);
}

static const char *set_send(struct options *options, const char *value)
{
  if (options->text_count == OPTIONS_TEXT_MAX)
    return "more than 64 texts";
  options->texts[options->text_count++] = value;
  return NULL;
}

static const char *set_get(struct options *options, const char *value)
{
  /* Written once for nothing, so that a bad path is known before any datagram. */
  uint8_t request[OPTIONS_PATH_MAX];
  struct coap_writer writer;
  coap_start(&writer, request, sizeof request, COAP_CON, COAP_GET, 0, NULL, 0);
  if (!coap_put_path(&writer, value) || coap_finish(&writer) == 0)
    return "not a path like /sensors/1?unit=K of at most 900 octets";
  return set_once(&options->get, value);
}

static const char *set_resume(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->resume);
}

static const char *set_session_out(struct options *options, const char *value)
{
  return set_once(&options->session_out, value);
}

static const char *set_session_in(struct options *options, const char *value)
{
  return set_once(&options->session_in, value);
}

static const char *set_keylog(struct options *options, const char *value)
{
  return set_once(&options->keylog, value);
}

static const char *set_trace(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->trace);
}

static const char *set_coap(struct options *options, const char *value)
{
  (void)value;
  return options->echo ? "not together with --echo" : set_flag(&options->coap);
}

static const char *set_echo(struct options *options, const char *value)
{
  (void)value;
  return options->coap ? "not together with --coap" : set_flag(&options->echo);
}

static const char *set_max_peers(struct options *options, const char *value)
{
  uint32_t number;
  if (!parse_number(value, &number) || number == 0 || number > OPTIONS_PEERS_MAX)
    return "not a number from 1 to 100000";
  options->max_peers = number;
  return NULL;
}

static const char *set_no_cookie(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->no_cookie);
}

static const char *set_once_only(struct options *options, const char *value)
{
  (void)value;
  return set_flag(&options->once);
}

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
    {"name", TOOL_CLIENT, set_name, "FQDN", "server name to ask for (default HOST if a name)"},
    {"mfl", TOOL_CLIENT, set_mfl, "512|1024|2048|4096", "octets of a record at most, asked for"},
    {"mtu", BOTH, set_mtu, "N", "octets of the largest datagram to send"},
    {"rto-ms", BOTH, set_rto_ms, "N", "first retransmission after so many milliseconds"},
    {"send", TOOL_CLIENT, set_send, "TEXT", "send TEXT, print what comes back; repeatable"},
    {"get", TOOL_CLIENT, set_get, "PATH", "CoAP GET, print the payload"},
    {"resume", TOOL_CLIENT, set_resume, NULL, "connect again with the session, repeat it all"},
    {"session-out", TOOL_CLIENT, set_session_out, "FILE", "keep the session in FILE"},
    {"session-in", TOOL_CLIENT, set_session_in, "FILE", "resume the session of FILE"},
    {"timeout", TOOL_CLIENT, set_timeout, "MS", "for everything together (default 10000)"},
    {"coap", TOOL_SERVER, set_coap, NULL, "answer CoAP: /, /time, /.well-known/core"},
    {"echo", TOOL_SERVER, set_echo, NULL, "send every datagram back (default)"},
    {"max-peers", TOOL_SERVER, set_max_peers, "N", "peers at the same time (default 64)"},
    {"no-cookie", TOOL_SERVER, set_no_cookie, NULL, "no HelloVerifyRequest"},
    {"once", TOOL_SERVER, set_once_only, NULL, "end after one connection"},
    {"keylog", BOTH, set_keylog, "FILE", "append the secrets in NSS format, for tshark"},
    {"trace", BOTH, set_trace, NULL, "the messages as they pass, on standard error"},

    {"rpk", BOTH, NULL, NULL, NULL},
    {"peer-rpk", BOTH, NULL, NULL, NULL},
    {"peer-rpk-sha256", BOTH, NULL, NULL, NULL},
    {"cert", BOTH, NULL, NULL, NULL},
    {"key", BOTH, NULL, NULL, NULL},
    {"ca", BOTH, NULL, NULL, NULL},
    {"mfl", TOOL_SERVER, NULL, NULL, NULL}, /* a server follows its clients */
    {"client-auth", TOOL_SERVER, NULL, NULL, NULL},
    {"require-eui64", TOOL_SERVER, NULL, NULL, NULL},
    {"fetch-url", TOOL_SERVER, NULL, NULL, NULL},
    {"heartbeat", TOOL_CLIENT, NULL, NULL, NULL},
    {"cached-info", BOTH, NULL, NULL, NULL},
    {"cert-url", BOTH, NULL, NULL, NULL},
    {"trusted-ca", BOTH, NULL, NULL, NULL},
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
    printf("  %-30s %s\n", left, row->help);
  }
  printf("  %-30s %s\n", "--help", "this");
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

static bool is_address(const char *host)
{
  uint8_t address[16];
  /* A colon never stands in a name; it does in `fe80::1%eth0`, which inet_pton does not take. */
  return strchr(host, ':') != NULL || inet_pton(AF_INET, host, address) == 1;
}

/* What no single option can see. */
static bool check_whole(struct options *options)
{
  uint32_t port = 0;
  bool client = options->tool == TOOL_CLIENT;
  const char *problem = NULL;

  if (options->port == NULL)
    problem = client ? "HOST and PORT are needed (see --help)" : "PORT is needed (see --help)";
  else if (!parse_number(options->port, &port) || port > 65535 || (client && port == 0))
    problem = client ? "PORT: not a number from 1 to 65535" : "PORT: not a number up to 65535";
  else if (options->credentials.psk_count == 0)
    problem = "a credential is needed: --psk or --psk-hex";
  if (problem != NULL) {
    report_problem(options->program, "%s", problem);
    return false;
  }
  if (client && options->name == NULL && !is_address(options->host))
    options->name = options->host;
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
  return check_whole(options) ? OPTIONS_RUN : OPTIONS_WRONG;
}
