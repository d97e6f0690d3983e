/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "exchange.h"

#include "coap.h"
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

#define TOKEN_LENGTH 4
#define REQUEST_MAX 1024
#define BLOCK_NONE UINT32_MAX

struct get {
  const struct blocking *blocking;
  const char *path;
  const char *program;
  FILE *out;
  uint32_t seed; /* for message IDs, tokens and the jitter of the time-out */
  uint16_t id;
  uint8_t token[TOKEN_LENGTH];
  uint32_t next_block; /* value of the Block2 option to ask with, or BLOCK_NONE */
  uint8_t last_octet;  /* of what was printed */
  mote_status status;
};

/* What one message from the peer means for the request under way. */
enum step { STEP_ON, STEP_ACKNOWLEDGED, STEP_ANSWERED, STEP_REFUSED, STEP_BROKEN };

/* xorshift32: DTLS keeps strangers out (RFC 7252 section 11.4 wants unpredictable tokens only
 * without it), so the values need to differ, no more. */
static uint32_t next_number(struct get *get)
{
  get->seed ^= get->seed << 13;
  get->seed ^= get->seed >> 17;
  get->seed ^= get->seed << 5;
  return get->seed;
}

static size_t write_request(struct get *get, uint8_t *request, size_t capacity)
{
  struct coap_writer writer;
  uint32_t token = next_number(get);
  memcpy(get->token, &token, TOKEN_LENGTH);
  get->id++;
  coap_start(&writer, request, capacity, COAP_CON, COAP_GET, get->id, get->token, TOKEN_LENGTH);
  if (!coap_put_path(&writer, get->path))
    return 0; /* not after options_parse, which tries the path */
  if (get->next_block != BLOCK_NONE)
    coap_put_uint_option(&writer, COAP_BLOCK2, get->next_block);
  return coap_finish(&writer);
}

static bool send_empty(struct get *get, enum coap_type type, uint16_t id)
{
  uint8_t message[8];
  size_t length = coap_write_empty(message, sizeof message, type, id);
  get->status = blocking_write(get->blocking, message, length);
  return get->status == MOTE_OK;
}

/* Reads Block2 (RFC 7959 2.2) and finds what to ask for next. False: an option that must be
 * understood and is not. */
static bool read_options(struct get *get, const struct coap_message *response)
{
  struct coap_cursor cursor = coap_options(response);
  struct coap_option option;
  uint32_t asked = get->next_block == BLOCK_NONE ? 0 : get->next_block >> 4;
  get->next_block = BLOCK_NONE;
  while (coap_next_option(&cursor, &option)) {
    if (option.number == COAP_BLOCK2) {
      uint32_t value;
      if (!coap_option_uint(&option, &value) || (value & 7) == 7 || value >> 4 != asked)
        return false;
      if ((value & 8) != 0)
        get->next_block = (asked + 1) << 4 | (value & 7);
    } else if (coap_option_is_critical(option.number)) {
      return false;
    }
  }
  return true;
}

static enum step take_response(struct get *get, const struct coap_message *response)
{
  if (!read_options(get, response)) {
    report_problem(get->program, "--get: %s: an option of the response is not understood",
                   get->path);
    return STEP_REFUSED;
  }
  if (COAP_CODE_CLASS(response->code) != 2) {
    report_problem(get->program, "--get: %s: the response is %u.%02u", get->path,
                   COAP_CODE_CLASS(response->code), COAP_CODE_DETAIL(response->code));
    return STEP_REFUSED;
  }
  if (response->payload_length > 0) {
    fwrite(response->payload, 1, response->payload_length, get->out);
    get->last_octet = response->payload[response->payload_length - 1];
  }
  return STEP_ANSWERED;
}

static bool is_own_token(const struct get *get, const struct coap_message *message)
{
  return message->token_length == TOKEN_LENGTH &&
         memcmp(message->token, get->token, TOKEN_LENGTH) == 0;
}

static enum step take_message(struct get *get, const uint8_t *data, size_t length)
{
  struct coap_message message;
  if (coap_parse(data, length, &message) != COAP_PARSED)
    return STEP_ON;
  bool response = COAP_CODE_CLASS(message.code) >= 2 && is_own_token(get, &message);

  switch (message.type) {
  case COAP_RST:
    if (message.id != get->id)
      return STEP_ON;
    report_problem(get->program, "--get: %s: the server reset the request", get->path);
    return STEP_REFUSED;
  case COAP_ACK:
    if (message.id != get->id)
      return STEP_ON;
    /* Section 5.2.2: an empty acknowledgement promises a separate response. */
    return response ? take_response(get, &message) : STEP_ACKNOWLEDGED;
  case COAP_CON: {
    /* Taken first: sending uses the connection, whose buffer `message` lies in. */
    uint16_t id = message.id;
    enum step step = response ? take_response(get, &message) : STEP_ON;
    return send_empty(get, response ? COAP_ACK : COAP_RST, id) ? step : STEP_BROKEN;
  }
  case COAP_NON:
  default:
    return response ? take_response(get, &message) : STEP_ON;
  }
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

/* One request with its retransmissions (section 4.2): the first time-out lies between 2 and 3
 * seconds and doubles. */
static enum step request_block(struct get *get)
{
  uint8_t request[REQUEST_MAX];
  size_t length = write_request(get, request, sizeof request);
  uint32_t timeout = COAP_ACK_TIMEOUT_MS + next_number(get) % (COAP_ACK_TIMEOUT_MS / 2);
  if (length == 0) {
    report_problem(get->program, "--get: %s: not a path of a CoAP resource", get->path);
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
  struct get get = {.blocking = blocking,
                    .path = path,
                    .program = program,
                    .out = out,
                    .seed = udp_now_ms() | 1,
                    .next_block = BLOCK_NONE,
                    .last_octet = '\n'};
  get.id = (uint16_t)next_number(&get);

  enum step step;
  do {
    step = request_block(&get);
  } while (step == STEP_ANSWERED && get.next_block != BLOCK_NONE);

  if (get.last_octet != '\n')
    fputc('\n', out);
  fflush(out);
  *status = get.status;
  if (step == STEP_ANSWERED)
    return EXCHANGE_DONE;
  return step == STEP_REFUSED ? EXCHANGE_REFUSED : EXCHANGE_BROKEN;
}
