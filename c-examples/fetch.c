/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fetch.h"

#include "option_setters.h"
#include "udp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SCHEME "http://"
#define SCHEME_LENGTH (sizeof SCHEME - 1)

/* --- Prefixes -------------------------------------------------------------------------------- */

/* Splits HOST or HOST:PORT, HOST perhaps in brackets. */
static bool split_authority(const char *text, size_t length, char *host, size_t host_capacity,
                            char *port, size_t port_capacity)
{
  const char *end = text + length;
  bool bracketed = length > 0 && text[0] == '[';
  const char *host_end = memchr(text, bracketed ? ']' : ':', length);
  const char *start = bracketed ? text + 1 : text;
  if (host_end == NULL && bracketed)
    return false;
  if (host_end == NULL)
    host_end = end;
  const char *rest = bracketed ? host_end + 1 : host_end;
  size_t host_length = (size_t)(host_end - start);
  if (host_length == 0 || host_length >= host_capacity)
    return false;
  memcpy(host, start, host_length);
  host[host_length] = '\0';

  uint32_t number;
  size_t port_length = 2;
  const char *number_text = "80";
  if (rest != end) {
    if (*rest != ':')
      return false;
    number_text = rest + 1;
    port_length = (size_t)(end - number_text);
  }
  if (port_length == 0 || port_length >= port_capacity)
    return false;
  memcpy(port, number_text, port_length);
  port[port_length] = '\0';
  return parse_number(port, &number) && number > 0 && number <= 65535;
}

const char *fetch_add_prefix(struct fetcher *fetcher, const char *prefix)
{
  static const char form[] = "not a prefix like http://certs.example/devices/";
  if (fetcher->prefix_count == FETCH_PREFIXES_MAX)
    return "more than 16 prefixes";
  if (strncmp(prefix, SCHEME, SCHEME_LENGTH) != 0 || strlen(prefix) >= FETCH_URL_MAX)
    return form;
  /* Up to its slash: a host that only begins alike must not fit. */
  const char *authority = prefix + SCHEME_LENGTH;
  const char *slash = strchr(authority, '/');
  char host[256], port[6];
  if (slash == NULL || strpbrk(prefix, " @?#\\") != NULL ||
      !split_authority(authority, (size_t)(slash - authority), host, sizeof host, port,
                       sizeof port))
    return form;

  struct fetch_prefix *place = &fetcher->prefixes[fetcher->prefix_count];
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo *list;
  int error = getaddrinfo(host, port, &hints, &list);
  if (error != 0)
    return error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
  memcpy(&place->address, list->ai_addr, list->ai_addrlen);
  place->address_length = list->ai_addrlen;
  freeaddrinfo(list);
  place->text = prefix;
  place->host_start = SCHEME_LENGTH;
  place->host_end = (size_t)(slash - prefix);
  fetcher->prefix_count++;
  return NULL;
}

/* Whether a URL says where it leads without a detour: no `..`, written as it may be, no fragment. */
static bool is_straight(const char *url)
{
  static const char *const detours[] = {"..", "%2e", "%2E", "%2f", "%2F", "%5c", "%5C", "\\", "#"};
  for (size_t i = 0; i < sizeof detours / sizeof detours[0]; i++)
    if (strstr(url, detours[i]) != NULL)
      return false;
  return true;
}

static const struct fetch_prefix *find_prefix(const struct fetcher *fetcher, const char *url)
{
  for (size_t i = 0; i < fetcher->prefix_count; i++) {
    const char *prefix = fetcher->prefixes[i].text;
    if (strncmp(url, prefix, strlen(prefix)) == 0 && is_straight(url))
      return &fetcher->prefixes[i];
  }
  return NULL;
}

/* --- Fetching -------------------------------------------------------------------------------- */

/* A handshake that waits asks again every FETCH_POLL_MS; one that is gone does not. */
#define UNASKED_MS 1000

static bool is_older_than(const struct fetch *fetch, uint32_t age_ms)
{
  return udp_now_ms() - fetch->begun_ms > age_ms;
}

static void give_up(struct fetch *fetch)
{
  close(fetch->descriptor);
  fetch->used = false;
}

/* Who comes later must not inherit a fetch that somebody left to run out of time. */
static void sweep(struct fetcher *fetcher)
{
  for (size_t i = 0; i < FETCH_AT_ONCE; i++) {
    struct fetch *fetch = &fetcher->fetches[i];
    if (fetch->used && udp_now_ms() - fetch->asked_ms > UNASKED_MS)
      give_up(fetch);
  }
}

bool fetch_is_under_way(struct fetcher *fetcher)
{
  sweep(fetcher);
  for (size_t i = 0; i < FETCH_AT_ONCE; i++)
    if (fetcher->fetches[i].used)
      return true;
  return false;
}

static bool begin(struct fetch *fetch, const struct fetch_prefix *prefix, const char *url,
                  size_t url_length)
{
  /* HTTP/1.0: the body comes as it is, and ends with the connection. */
  int length = snprintf(fetch->request, sizeof fetch->request,
                        "GET %s HTTP/1.0\r\nHost: %.*s\r\nAccept: application/pkix-cert, "
                        "application/pkix-pkipath\r\n\r\n",
                        url + prefix->host_end, (int)(prefix->host_end - prefix->host_start),
                        prefix->text + prefix->host_start);
  if (length < 0 || (size_t)length >= sizeof fetch->request)
    return false;
  fetch->request_length = (size_t)length;
  fetch->request_sent = fetch->response_length = 0;
  memcpy(fetch->url, url, url_length);
  fetch->url_length = url_length;
  fetch->begun_ms = fetch->asked_ms = udp_now_ms();

  fetch->descriptor = socket(prefix->address.ss_family, SOCK_STREAM, 0);
  if (fetch->descriptor < 0)
    return false;
  int flags = fcntl(fetch->descriptor, F_GETFL);
  if (flags < 0 || fcntl(fetch->descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
      (connect(fetch->descriptor, (const struct sockaddr *)&prefix->address,
               prefix->address_length) != 0 &&
       errno != EINPROGRESS)) {
    close(fetch->descriptor);
    return false;
  }
  fetch->used = true;
  return true;
}

static bool is_not_now(void)
{
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN ||
         errno == EINPROGRESS;
}

/* Goes on with what can be done at once. MOTE_OK when the whole response is there. */
static mote_status go_on(struct fetch *fetch)
{
  if (is_older_than(fetch, FETCH_TIME_MS))
    return MOTE_ERROR_TIMEOUT;
  while (fetch->request_sent < fetch->request_length) {
    ssize_t sent = send(fetch->descriptor, fetch->request + fetch->request_sent,
                        fetch->request_length - fetch->request_sent, MSG_NOSIGNAL);
    if (sent < 0)
      return is_not_now() ? MOTE_PENDING : MOTE_ERROR_IO;
    fetch->request_sent += (size_t)sent;
  }
  for (;;) {
    /* One octet more than may come would be too many, so the room is never used up. */
    size_t room = sizeof fetch->response - 1 - fetch->response_length;
    if (room == 0)
      return MOTE_ERROR_SIZE;
    ssize_t got =
        recv(fetch->descriptor, fetch->response + fetch->response_length, room, 0);
    if (got < 0)
      return is_not_now() ? MOTE_PENDING : MOTE_ERROR_IO;
    if (got == 0)
      return MOTE_OK;
    fetch->response_length += (size_t)got;
  }
}

/* The value of a line of the head whose name, in lower case and with its colon, is this; or NULL. */
static const char *find_header(char *head, const char *name)
{
  size_t length = strlen(name);
  for (char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
    line += 2;
    size_t i = 0;
    while (i < length && (line[i] | (line[i] >= 'A' && line[i] <= 'Z' ? 0x20 : 0)) == name[i])
      i++;
    if (i == length)
      return line + length + strspn(line + length, " \t");
  }
  return NULL;
}

/* Finds the body of a response: 200 and nothing else, so that no redirect is followed. */
static bool find_body(struct fetch *fetch, const uint8_t **body, size_t *length)
{
  char *text = (char *)fetch->response;
  text[fetch->response_length] = '\0';
  char *end = strstr(text, "\r\n\r\n"); /* a NUL in the head ends the search: none is allowed */
  if (end == NULL || end - text > FETCH_HEAD_MAX)
    return false;
  *body = (const uint8_t *)end + 4;
  *length = fetch->response_length - (size_t)(end + 4 - text);
  end[2] = '\0';
  if (strncmp(text, "HTTP/1.", 7) != 0 || strncmp(text + 8, " 200 ", 5) != 0 ||
      find_header(text, "transfer-encoding:") != NULL ||
      find_header(text, "content-encoding:") != NULL || *length > FETCH_BODY_MAX)
    return false;
  const char *content_length = find_header(text, "content-length:");
  char digits[6];
  uint32_t number;
  if (content_length == NULL)
    return true;
  size_t count = strcspn(content_length, "\r \t");
  if (count >= sizeof digits)
    return false;
  memcpy(digits, content_length, count);
  digits[count] = '\0';
  return parse_number(digits, &number) && number == *length;
}

static mote_status finish(struct fetch *fetch, uint8_t *memory, size_t capacity, size_t *length)
{
  mote_status status = go_on(fetch);
  if (status == MOTE_PENDING)
    return status;
  const uint8_t *body;
  size_t body_length;
  if (status == MOTE_OK && !find_body(fetch, &body, &body_length))
    status = MOTE_ERROR_DECODE;
  if (status == MOTE_OK && body_length > capacity)
    status = MOTE_ERROR_SIZE;
  if (status == MOTE_OK) {
    memcpy(memory, body, body_length);
    *length = body_length;
  }
  give_up(fetch);
  return status;
}

mote_status fetch_certificates(void *user, mote_cert_chain_type chain_type, const uint8_t *url,
                               size_t url_length, const uint8_t *sha1, uint8_t *memory,
                               size_t capacity, size_t *length)
{
  struct fetcher *fetcher = user;
  struct fetch *place = NULL;
  (void)chain_type;
  (void)sha1; /* the library compares it */
  sweep(fetcher);
  for (size_t i = 0; i < FETCH_AT_ONCE; i++) {
    struct fetch *fetch = &fetcher->fetches[i];
    if (!fetch->used)
      place = fetch;
    else if (fetch->url_length == url_length && memcmp(fetch->url, url, url_length) == 0) {
      fetch->asked_ms = udp_now_ms();
      return finish(fetch, memory, capacity, length);
    }
  }
  char text[FETCH_URL_MAX];
  if (url_length >= sizeof text)
    return MOTE_ERROR_SIZE;
  memcpy(text, url, url_length);
  text[url_length] = '\0';
  const struct fetch_prefix *prefix = find_prefix(fetcher, text);
  if (prefix == NULL)
    return MOTE_ERROR_REFUSED;
  if (place == NULL)
    return MOTE_PENDING; /* until another has ended */
  return begin(place, prefix, text, url_length) ? MOTE_PENDING : MOTE_ERROR_IO;
}
