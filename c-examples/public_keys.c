/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "public_keys.h"

#include "credential_file.h"
#include "report.h"

#include <stdio.h>
#include <time.h>

/* What is read, DER after DER. A tool makes one configuration. */
static uint8_t private_key_octets[512];
static uint8_t chain_octets[16384];
static uint8_t anchor_octets[32768];
static uint8_t peer_key_octets[CREDENTIALS_FILES_MAX * MOTE_PUBLIC_KEY_INFO_LENGTH];
static uint8_t own_public_key[MOTE_PUBLIC_KEY_INFO_LENGTH];

#define STORE(array) ((struct credential_store){.octets = (array), .capacity = sizeof(array)})

typedef mote_status setting(mote_config *config, const uint8_t *octets, size_t length);

/* An option that names files, and where its content goes. */
struct file_option {
  const char *name;
  enum credential_kind kind;
  setting *set;
  const char *refused; /* what it means when the library does not take it */
};

static const struct file_option cert_option = {
    "--cert", CREDENTIAL_CERTIFICATES, mote_config_set_certificate,
    "no certificates of P-256 keys that can be used"};
static const struct file_option ca_option = {
    "--ca", CREDENTIAL_CERTIFICATES, mote_config_set_trust_anchors,
    "no certificates of P-256 keys that can be used"};
static const struct file_option peer_rpk_option = {
    "--peer-rpk", CREDENTIAL_PUBLIC_KEY, mote_config_set_peer_rpks, "no public key on P-256"};

static bool accepted(const struct options *options, const char *option, const char *path,
                     const char *refused, mote_status status)
{
  if (status != MOTE_OK)
    report_problem(options->program, "%s: %s: %s (%s)", option, path, refused,
                   mote_status_str(status));
  return status == MOTE_OK;
}

static bool read_file(const struct options *options, const char *option, const char *path,
                      enum credential_kind kind, struct credential_store *store)
{
  const char *problem = credential_file_read(path, kind, store);
  if (problem != NULL)
    report_problem(options->program, "%s: %s: %s", option, path, problem);
  return problem == NULL;
}

/* Sets all that is read so far after each file, so that one that the library refuses is named. */
static bool set_files(mote_config *config, const struct options *options,
                      const struct file_option *option, const char *const *paths, size_t count,
                      struct credential_store store)
{
  for (size_t i = 0; i < count; i++)
    if (!read_file(options, option->name, paths[i], option->kind, &store) ||
        !accepted(options, option->name, paths[i], option->refused,
                  option->set(config, store.octets, store.length)))
      return false;
  return true;
}

/* The one private key there is, of --key or of --rpk, and the public key that goes with it. */
static bool set_private_key(mote_config *config, const struct options *options)
{
  const struct credentials *own = &options->credentials;
  const char *option = own->key != NULL ? "--key" : "--rpk";
  const char *path = own->key != NULL ? own->key : own->rpk;
  static const char refused[] = "no private key on P-256";
  struct credential_store store = STORE(private_key_octets);
  if (path == NULL)
    return true;
  if (!read_file(options, option, path, CREDENTIAL_PRIVATE_KEY, &store) ||
      !accepted(options, option, path, refused,
                mote_config_set_private_key(config, store.octets, store.length)))
    return false;
  if (own->rpk == NULL)
    return true;
  return accepted(options, "--rpk", own->rpk, refused,
                  mote_public_key_info(store.octets, store.length, own_public_key)) &&
         accepted(options, "--rpk", own->rpk, refused,
                  mote_config_set_rpk(config, own_public_key, sizeof own_public_key));
}

/* A mote_clock. A clock before 1970 knows nothing. */
static uint64_t seconds_now(void *user)
{
  (void)user;
  time_t now = time(NULL);
  return now > 0 ? (uint64_t)now : 0;
}

static bool set(const struct options *options, const char *option, mote_status status)
{
  if (status != MOTE_OK)
    report_problem(options->program, "%s: %s", option, mote_status_str(status));
  return status == MOTE_OK;
}

/* One URL for each certificate of --cert, or one for all of them. */
static bool set_urls(mote_config *config, const struct options *options)
{
  static char urls[CREDENTIALS_URLS_MAX * FETCH_URL_MAX];
  const struct credential_urls *given = &options->credentials.certificate_urls;
  size_t length = 0;
  if (given->count == 0)
    return true;
  for (size_t i = 0; i < given->count; i++) {
    int added = snprintf(urls + length, sizeof urls - length, "%s%s", i == 0 ? "" : " ",
                         given->urls[i]);
    if (added < 0 || (size_t)added >= sizeof urls - length)
      return accepted(options, "--cert-url", given->urls[i], "too long", MOTE_ERROR_SIZE);
    length += (size_t)added;
  }
  mote_status status =
      mote_config_set_certificate_url(config, urls, MOTE_CERT_CHAIN_TYPE_INDIVIDUAL_CERTS);
  if (status == MOTE_ERROR_ARGUMENT)
    status = mote_config_set_certificate_url(config, urls, MOTE_CERT_CHAIN_TYPE_PKIPATH);
  return accepted(options, "--cert-url", urls, "not one URL, nor one for each certificate", status);
}

bool public_keys_set(mote_config *config, struct options *o)
{
  const struct credentials *c = &o->credentials;
  return set_private_key(config, o) &&
         set_files(config, o, &cert_option, &c->certificate, c->certificate != NULL ? 1 : 0,
                   STORE(chain_octets)) &&
         set_urls(config, o) &&
         set_files(config, o, &peer_rpk_option, c->peer_rpks.paths, c->peer_rpks.count,
                   STORE(peer_key_octets)) &&
         (c->peer_hash_count == 0 ||
          set(o, "--peer-rpk-sha256",
              mote_config_set_peer_rpk_hashes(config, c->peer_hashes,
                                              c->peer_hash_count * MOTE_KEY_HASH_LENGTH))) &&
         set_files(config, o, &ca_option, c->anchors.paths, c->anchors.count,
                   STORE(anchor_octets)) &&
         (c->anchors.count == 0 ||
          set(o, "--ca", mote_config_set_time(config, seconds_now, NULL))) &&
         (o->fetcher.prefix_count == 0 ||
          set(o, "--fetch-url",
              mote_config_set_certificate_url_fetch(config, fetch_certificates, &o->fetcher))) &&
         (!o->client_auth_given ||
          set(o, "--client-auth", mote_config_set_client_auth(config, o->client_auth))) &&
         (!o->require_eui64 ||
          set(o, "--require-eui64", mote_config_set_eui64_required(config, true)));
}
