/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "coap_get.h"

#include <string.h>

#define BLOCK_NONE UINT32_MAX

/* xorshift32: DTLS keeps strangers out (RFC 7252 section 11.4 wants unpredictable tokens only
 * without it), so the values need to differ, no more. */
static uint32_t next_number(struct coap_get *get)
{
  get->seed ^= get->seed << 13;
  get->seed ^= get->seed >> 17;
  get->seed ^= get->seed << 5;
  return get->seed;
}

void coap_get_start(struct coap_get *get, const char *path, uint32_t seed)
{
  *get = (struct coap_get){.path = path, .seed = seed | 1, .next_block = BLOCK_NONE};
  get->id = (uint16_t)next_number(get);
}

size_t coap_get_request(struct coap_get *get, uint8_t *request, size_t capacity)
{
  struct coap_writer writer;
  uint32_t token = next_number(get);
  memcpy(get->token, &token, sizeof get->token);
  get->id++;
  coap_start(&writer, request, capacity, COAP_CON, COAP_GET, get->id, get->token,
             sizeof get->token);
  if (!coap_put_path(&writer, get->path))
    return 0;
  if (get->next_block != BLOCK_NONE)
    coap_put_uint_option(&writer, COAP_BLOCK2, get->next_block);
  return coap_finish(&writer);
}

uint32_t coap_get_timeout_ms(struct coap_get *get)
{
  return COAP_ACK_TIMEOUT_MS + next_number(get) % (COAP_ACK_TIMEOUT_MS / 2);
}

bool coap_get_has_more(const struct coap_get *get)
{
  return get->next_block != BLOCK_NONE;
}

/* Reads Block2 (RFC 7959 2.2) and finds what to ask for next. False: an option that must be
 * understood and is not. */
static bool read_options(struct coap_get *get, const struct coap_message *response)
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

static void take_response(struct coap_get *get, const struct coap_message *response,
                          struct coap_get_answer *answer)
{
  answer->code = response->code;
  if (!read_options(get, response)) {
    answer->step = COAP_GET_STRANGE;
  } else if (COAP_CODE_CLASS(response->code) != 2) {
    answer->step = COAP_GET_REFUSED;
  } else {
    answer->step = COAP_GET_ANSWERED;
    answer->payload = response->payload;
    answer->payload_length = response->payload_length;
  }
}

static bool is_own_token(const struct coap_get *get, const struct coap_message *message)
{
  return message->token_length == sizeof get->token &&
         memcmp(message->token, get->token, sizeof get->token) == 0;
}

struct coap_get_answer coap_get_take(struct coap_get *get, const uint8_t *octets, size_t length)
{
  struct coap_get_answer answer = {.step = COAP_GET_ON};
  struct coap_message message;
  if (coap_parse(octets, length, &message) != COAP_PARSED)
    return answer;
  bool response = COAP_CODE_CLASS(message.code) >= 2 && is_own_token(get, &message);

  switch (message.type) {
  case COAP_RST:
    if (message.id == get->id)
      answer.step = COAP_GET_RESET;
    return answer;
  case COAP_ACK:
    if (message.id != get->id)
      return answer;
    /* Section 5.2.2: an empty acknowledgement promises a separate response. */
    answer.step = COAP_GET_ACKNOWLEDGED;
    break;
  case COAP_CON:
    answer.has_reply = true;
    answer.reply = response ? COAP_ACK : COAP_RST;
    answer.reply_id = message.id;
    break;
  case COAP_NON:
  default:
    break;
  }
  if (response)
    take_response(get, &message, &answer);
  return answer;
}
