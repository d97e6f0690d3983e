/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "option_setters.h"

#include "report.h"

#include <netdb.h>
#include <string.h>

static bool is_address(const char *host)
{
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
  struct addrinfo *list;
  /* A colon never stands in a name; it does in `fe80::1%eth9`, of an interface that may be gone. */
  if (strchr(host, ':') != NULL)
    return true;
  if (getaddrinfo(host, NULL, &hints, &list) != 0)
    return false;
  freeaddrinfo(list);
  return true;
}

#define JUDGES "--peer-rpk, --peer-rpk-sha256 or --ca"

static const char *check_port(const struct options *options)
{
  uint32_t port = 0;
  bool client = options->tool == TOOL_CLIENT;
  if (options->port == NULL)
    return client ? "HOST and PORT are needed (see --help)" : "PORT is needed (see --help)";
  if (!parse_number(options->port, &port) || port > 65535 || (client && port == 0))
    return client ? "PORT: not a number from 1 to 65535" : "PORT: not a number up to 65535";
  return NULL;
}

/* The library holds one private key, and everything of one's own goes with it. */
static const char *check_own(const struct credentials *own)
{
  if (own->certificate != NULL && own->key == NULL)
    return "--cert: its private key is missing: --key";
  if (own->key != NULL && own->certificate == NULL)
    return "--key: its certificate is missing: --cert";
  if (own->certificate_urls.count > 0 && own->certificate == NULL)
    return "--cert-url: the certificate is missing: --cert";
  if (own->rpk != NULL && own->key != NULL && strcmp(own->rpk, own->key) != 0)
    return "--rpk and --key: there is one private key, so both have to name the same file";
  return NULL;
}

static const char *check_client(const struct options *options)
{
  const struct credentials *credentials = &options->credentials;
  bool has_own = credentials->rpk != NULL || credentials->certificate != NULL;
  bool judges = credentials_judge_public_keys(credentials);
  if (has_own && !judges)
    return "nothing to authenticate the server with: " JUDGES;
  if (!judges && credentials->psk_count == 0)
    return "a credential is needed: --psk, or " JUDGES " to authenticate the server with";
  if (credentials->anchors.count > 0 && options->name == NULL)
    return "--ca: HOST is an address, so the name in the certificate is missing: --name";
  return NULL;
}

static const char *check_server(const struct options *options)
{
  const struct credentials *credentials = &options->credentials;
  bool has_own = credentials->rpk != NULL || credentials->certificate != NULL;
  bool judges = credentials_judge_public_keys(credentials);
  bool asks = options->client_auth_given && options->client_auth != MOTE_CLIENT_AUTH_NONE;
  if (credentials->psk_count == 0 && !has_own)
    return "a credential is needed: --psk, --rpk or --cert";
  if (judges && !has_own)
    return JUDGES ": the server's own is missing: --rpk or --cert";
  if (options->client_auth_given && !has_own)
    return "--client-auth: the server's own is missing: --rpk or --cert";
  if (asks && !judges)
    return "--client-auth: nothing to authenticate a client with: " JUDGES;
  if (options->require_eui64 && credentials->anchors.count == 0)
    return "--require-eui64: nothing to verify a certificate with: --ca";
  if (options->fetcher.prefix_count > 0 && credentials->anchors.count == 0)
    return "--fetch-url: nothing to verify a certificate with: --ca";
  if (options->require_eui64 && options->client_auth_given && !asks)
    return "--require-eui64: not together with --client-auth none";
  return NULL;
}

bool options_check(struct options *options)
{
  bool client = options->tool == TOOL_CLIENT;
  if (client && options->name == NULL && options->host != NULL && !is_address(options->host))
    options->name = options->host;

  const char *problem = check_port(options);
  if (problem == NULL)
    problem = check_own(&options->credentials);
  if (problem == NULL)
    problem = client ? check_client(options) : check_server(options);
  if (problem != NULL)
    report_problem(options->program, "%s", problem);
  return problem == NULL;
}
