/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "report.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void report_problem(const char *program, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

/* --- Connections ----------------------------------------------------------------------------- */

/* The peer chose these octets: what is not printable ASCII must not reach a terminal, and a blank
 * would end the field. */
static void print_identity(const uint8_t *identity, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    if (identity[i] > 0x20 && identity[i] < 0x7f && identity[i] != '\\')
      fputc(identity[i], stderr);
    else
      fprintf(stderr, "\\x%02x", identity[i]);
  }
}

static void print_hex(const uint8_t *octets, size_t length)
{
  for (size_t i = 0; octets != NULL && i < length; i++)
    fprintf(stderr, "%02x", octets[i]);
}

/* A certificate without a name is told by its EUI-64, and without that by its key. */
static void print_certificate(const mote_info *info)
{
  fputs("cert:", stderr);
  if (info->peer_name_length > 0) {
    print_identity(info->peer_name, info->peer_name_length);
    fputs(info->peer_name_truncated ? "..." : "", stderr);
  } else if (info->peer_eui64 != NULL) {
    print_hex(info->peer_eui64, MOTE_EUI64_LENGTH);
  } else {
    print_hex(info->peer_key_hash, MOTE_KEY_HASH_LENGTH);
  }
}

static void print_peer(const mote_info *info)
{
  fputs(" peer=", stderr);
  switch (info->peer_type) {
  case MOTE_PEER_TYPE_PSK:
    fputs("psk:", stderr);
    print_identity(info->psk_identity, info->psk_identity_length);
    fputs(info->psk_identity_truncated ? "..." : "", stderr);
    break;
  case MOTE_PEER_TYPE_RPK:
    fputs("rpk:", stderr);
    print_hex(info->peer_key_hash, MOTE_KEY_HASH_LENGTH);
    break;
  case MOTE_PEER_TYPE_CERTIFICATE: print_certificate(info); break;
  case MOTE_PEER_TYPE_NONE:
  default: fputs("none", stderr); break;
  }
  if (info->peer_eui64 != NULL) {
    fputs(" eui64=", stderr);
    print_hex(info->peer_eui64, MOTE_EUI64_LENGTH);
  }
}

void report_connected_peer(const mote_info *info)
{
  fprintf(stderr, "connected suite=%s resumed=%s ems=%s", mote_suite_str(info->suite),
          info->resumed ? "yes" : "no", info->extended_master_secret ? "yes" : "no");
  if (info->max_fragment_length == 0)
    fputs(" mfl=none", stderr);
  else
    fprintf(stderr, " mfl=%u", (unsigned)info->max_fragment_length);
  print_peer(info);
  if (info->cached_certificate || info->cached_certificate_request)
    fprintf(stderr, " cached=%s%s%s", info->cached_certificate ? "cert" : "",
            info->cached_certificate && info->cached_certificate_request ? "," : "",
            info->cached_certificate_request ? "cert_req" : "");
  fputc('\n', stderr);
}

void report_connected(const mote_connection *connection)
{
  mote_info info;
  if (mote_connection_info(connection, &info) == MOTE_OK)
    report_connected_peer(&info);
}

void report_failed_peer(mote_status status, uint8_t alert, mote_direction alert_direction,
                        int socket_error)
{
  fprintf(stderr, "failed %s alert=", mote_status_str(status));
  if (alert_direction == MOTE_DIRECTION_NONE)
    fputs("none", stderr);
  else
    fprintf(stderr, "%s (%s)", mote_alert_str(alert),
            alert_direction == MOTE_DIRECTION_SENT ? "sent" : "received");
  /* Only where it may be the cause: an ICMP message decides nothing, but explains a silence. */
  if (socket_error != 0 && (status == MOTE_ERROR_TIMEOUT || status == MOTE_ERROR_IO))
    fprintf(stderr, " (last socket error: %s)", strerror(socket_error));
  fputc('\n', stderr);
}

void report_failed(const mote_connection *connection, mote_status status, int socket_error)
{
  mote_info info;
  if (mote_connection_info(connection, &info) != MOTE_OK)
    memset(&info, 0, sizeof info);
  report_failed_peer(status, info.alert, info.alert_direction, socket_error);
}

/* --- Key log --------------------------------------------------------------------------------- */

FILE *report_open_key_log(const char *path)
{
  int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  return descriptor < 0 ? NULL : fdopen(descriptor, "a");
}

void report_key_log(void *user, const char *line)
{
  FILE *file = user;
  fprintf(file, "%s\n", line);
  /* Whoever follows the capture wants the secrets now, not when the tool ends. */
  fflush(file);
}

/* --- Trace ----------------------------------------------------------------------------------- */

static const char *content_type_name(uint8_t type)
{
  switch (type) {
  case 20: return "change_cipher_spec";
  case 21: return "alert";
  case 22: return "handshake";
  case 23: return "application_data";
  case 24: return "heartbeat";
  default: return "unknown";
  }
}

static const char *handshake_type_name(uint8_t type)
{
  switch (type) {
  case 0: return "hello_request";
  case 1: return "client_hello";
  case 2: return "server_hello";
  case 3: return "hello_verify_request";
  case 4: return "new_session_ticket";
  case 11: return "certificate";
  case 12: return "server_key_exchange";
  case 13: return "certificate_request";
  case 14: return "server_hello_done";
  case 15: return "certificate_verify";
  case 16: return "client_key_exchange";
  case 20: return "finished";
  case 21: return "certificate_url";
  case 22: return "certificate_status";
  default: return "unknown";
  }
}

void report_trace(void *user, const mote_trace_event *event)
{
  (void)user;
  fprintf(stderr, "trace %s epoch=%u sequence=%llu ",
          event->direction == MOTE_DIRECTION_SENT ? "sent" : "received", (unsigned)event->epoch,
          (unsigned long long)event->sequence_number);
  switch (event->content_type) {
  case 21:
    fprintf(stderr, "alert %s %s\n", event->alert_level == 2 ? "fatal" : "warning",
            mote_alert_str(event->message_type));
    break;
  case 22:
    fprintf(stderr, "handshake %s message_seq=%u length=%lu fragment=%lu+%lu\n",
            handshake_type_name(event->message_type), (unsigned)event->message_seq,
            (unsigned long)event->message_length, (unsigned long)event->fragment_offset,
            (unsigned long)event->fragment_length);
    break;
  default:
    fprintf(stderr, "%s length=%lu\n", content_type_name(event->content_type),
            (unsigned long)event->message_length);
    break;
  }
}
