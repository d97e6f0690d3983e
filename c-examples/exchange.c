/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange.h"

#include "coap_get.h"
#include "report.h"

#include <string.h>

/* --- Texts ----------------------------------------------------------------------------------- */

enum exchange_outcome exchange_texts(const struct blocking *blocking, const char *const *texts,
                                     size_t count, const char *program, FILE *out,
                                     mote_status *status)
{
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(texts[i]);
    *status = blocking_write(blocking, (const uint8_t *)texts[i], length);
    if (*status == MOTE_ERROR_SIZE) {
      report_problem(program, "--send: %zu octets, and a datagram takes %zu", length,
                     mote_connection_max_write(blocking->connection));
      return EXCHANGE_REFUSED;
    }
    if (*status != MOTE_OK)
      return EXCHANGE_BROKEN;
  }
  for (size_t i = 0; i < count; i++) {
    const uint8_t *data;
    size_t length;
    *status = blocking_read(blocking, blocking->deadline_ms, &data, &length);
    if (*status != MOTE_OK)
      return EXCHANGE_BROKEN;
    fwrite(data, 1, length, out);
    fputc('\n', out);
    fflush(out);
  }
  return EXCHANGE_DONE;
}

/* --- CoAP GET -------------------------------------------------------------------------------- */

#define REQUEST_MAX 1024

struct get {
  struct coap_get coap;
  const struct blocking *blocking;
  const char *program;
  FILE *out;
  uint8_t last_octet; /* of what was printed */
  mote_status status;
};

/* What one message from the peer means for the request under way. */
enum step { STEP_ON, STEP_ACKNOWLEDGED, STEP_ANSWERED, STEP_REFUSED, STEP_BROKEN };

static void print_payload(struct get *get, const struct coap_get_answer *answer)
{
  if (answer->payload_length == 0)
    return;
  fwrite(answer->payload, 1, answer->payload_length, get->out);
  get->last_octet = answer->payload[answer->payload_length - 1];
}

static enum step take_message(struct get *get, const uint8_t *data, size_t length)
{
  const char *path = get->coap.path;
  struct coap_get_answer answer = coap_get_take(&get->coap, data, length);
  enum step step = STEP_REFUSED;
  switch (answer.step) {
  case COAP_GET_ON: step = STEP_ON; break;
  case COAP_GET_ACKNOWLEDGED: step = STEP_ACKNOWLEDGED; break;
  case COAP_GET_ANSWERED:
    print_payload(get, &answer); /* before anything is sent: it lies in the connection's buffer */
    step = STEP_ANSWERED;
    break;
  case COAP_GET_RESET:
    report_problem(get->program, "--get: %s: the server reset the request", path);
    break;
  case COAP_GET_REFUSED:
    report_problem(get->program, "--get: %s: the response is %u.%02u", path,
                   COAP_CODE_CLASS(answer.code), COAP_CODE_DETAIL(answer.code));
    break;
  case COAP_GET_STRANGE:
    report_problem(get->program, "--get: %s: an option of the response is not understood", path);
    break;
  }
  if (answer.has_reply) {
    uint8_t reply[8];
    size_t octets = coap_write_empty(reply, sizeof reply, answer.reply, answer.reply_id);
    get->status = blocking_write(get->blocking, reply, octets);
    if (get->status != MOTE_OK)
      return STEP_BROKEN;
  }
  return step;
}

/* Takes messages until the request has its answer or `until_ms` has passed (STEP_ON). Once it is
 * acknowledged there is nothing left to send again: then only the deadline counts. */
static enum step await(struct get *get, uint32_t until_ms)
{
  for (;;) {
    const uint8_t *data;
    size_t length;
    get->status = blocking_read(get->blocking, until_ms, &data, &length);
    if (get->status == MOTE_WANT_READ)
      return STEP_ON;
    if (get->status != MOTE_OK)
      return STEP_BROKEN;
    enum step step = take_message(get, data, length);
    if (step == STEP_ACKNOWLEDGED)
      until_ms = get->blocking->deadline_ms;
    else if (step != STEP_ON)
      return step;
  }
}

/* One request with its retransmissions (section 4.2). */
static enum step request_block(struct get *get)
{
  uint8_t request[REQUEST_MAX];
  size_t length = coap_get_request(&get->coap, request, sizeof request);
  uint32_t timeout = coap_get_timeout_ms(&get->coap);
  if (length == 0) { /* not after options_parse, which tries the path */
    report_problem(get->program, "--get: %s: not a path of a CoAP resource", get->coap.path);
    return STEP_REFUSED;
  }
  for (int attempt = 0; attempt <= COAP_MAX_RETRANSMIT; attempt++) {
    get->status = blocking_write(get->blocking, request, length);
    if (get->status != MOTE_OK)
      return STEP_BROKEN;
    enum step step = await(get, udp_now_ms() + timeout);
    if (step != STEP_ON)
      return step;
    timeout *= 2;
  }
  get->status = MOTE_ERROR_TIMEOUT;
  return STEP_BROKEN;
}

enum exchange_outcome exchange_get(const struct blocking *blocking, const char *path,
                                   const char *program, FILE *out, mote_status *status)
{
  struct get get = {.blocking = blocking, .program = program, .out = out, .last_octet = '\n'};
  coap_get_start(&get.coap, path, udp_now_ms());

  enum step step;
  do {
    step = request_block(&get);
  } while (step == STEP_ANSWERED && coap_get_has_more(&get.coap));

  if (get.last_octet != '\n')
    fputc('\n', out);
  fflush(out);
  *status = get.status;
  if (step == STEP_ANSWERED)
    return EXCHANGE_DONE;
  return step == STEP_REFUSED ? EXCHANGE_REFUSED : EXCHANGE_BROKEN;
}
