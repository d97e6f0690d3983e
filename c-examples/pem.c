/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pem.h"

#include <string.h>

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define LENGTH(text) (sizeof(text) - 1)

struct pem_reader pem_reader(const char *text, size_t length)
{
  return (struct pem_reader){.at = text, .end = text + length};
}

static bool begins_with(const char *at, const char *end, const char *text, size_t length)
{
  return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

/* RFC 7468 section 2: "lines are divided with CRLF, CR, or LF". The empty line that CRLF makes of
 * this does no harm. */
static const char *end_of_line(const char *at, const char *end)
{
  while (at < end && *at != '\n' && *at != '\r')
    at++;
  return at;
}

/* Section 2: "parsers SHOULD ignore whitespace", also at the end of a boundary. */
static bool is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The label of the boundary line from `at` to `end`, which begins with `prefix`. */
static bool read_boundary(const char *at, const char *end, const char *prefix, size_t prefix_length,
                          struct pem_block *block)
{
  while (end > at && is_space(end[-1]))
    end--;
  if (!begins_with(at, end, prefix, prefix_length))
    return false;
  at += prefix_length;
  if ((size_t)(end - at) < LENGTH(DASHES) ||
      memcmp(end - LENGTH(DASHES), DASHES, LENGTH(DASHES)) != 0)
    return false;
  block->label = at;
  block->label_length = (size_t)(end - at) - LENGTH(DASHES);
  return true;
}

static const char *next_line(const char *end_of_this, const char *end)
{
  return end_of_this == end ? end : end_of_this + 1;
}

enum pem_outcome pem_next(struct pem_reader *reader, struct pem_block *block)
{
  bool inside = false;
  const char *line = reader->at;
  while (line < reader->end) {
    const char *end = end_of_line(line, reader->end);
    struct pem_block closing;
    if (begins_with(line, end, BEGIN, LENGTH(BEGIN))) {
      if (inside || !read_boundary(line, end, BEGIN, LENGTH(BEGIN), block))
        return PEM_MALFORMED;
      inside = true;
      block->body = next_line(end, reader->end);
    } else if (inside && begins_with(line, end, DASHES, LENGTH(DASHES))) {
      /* Section 2: the same label at both ends. */
      if (!read_boundary(line, end, END, LENGTH(END), &closing) ||
          closing.label_length != block->label_length ||
          memcmp(closing.label, block->label, block->label_length) != 0)
        return PEM_MALFORMED;
      block->body_length = (size_t)(line - block->body);
      reader->at = next_line(end, reader->end);
      return PEM_OK;
    }
    line = next_line(end, reader->end);
  }
  reader->at = reader->end;
  return inside ? PEM_MALFORMED : PEM_NO_MORE;
}

bool pem_has_label(const struct pem_block *block, const char *label)
{
  return block->label_length == strlen(label) &&
         memcmp(block->label, label, block->label_length) == 0;
}

static int base64_digit(char digit)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *found = memchr(digits, digit, LENGTH(digits));
  return found == NULL ? -1 : (int)(found - digits);
}

enum pem_outcome pem_decode(const struct pem_block *block, uint8_t *out, size_t capacity,
                            size_t *length)
{
  uint32_t group = 0;
  unsigned digits = 0;
  unsigned padding = 0;
  size_t written = 0;
  for (size_t i = 0; i < block->body_length; i++) {
    char c = block->body[i];
    if (is_space(c))
      continue;
    int digit = c == '=' ? 0 : base64_digit(c);
    padding += c == '=' ? 1 : 0;
    /* RFC 4648 section 4: padding stands in the last two places of the last group alone. */
    if (digit < 0 || (padding > 0 && (c != '=' || digits < 2)))
      return PEM_MALFORMED;
    group = group << 6 | (uint32_t)digit;
    if (++digits < 4)
      continue;
    if (capacity - written < 3 - padding)
      return PEM_TOO_LONG;
    /* Section 3.5: the bits that are left over are zero, so that there is one form of all. */
    if ((group & ((1u << 8 * padding) - 1)) != 0)
      return PEM_MALFORMED;
    for (unsigned octet = 0; octet < 3 - padding; octet++)
      out[written++] = (uint8_t)(group >> (16 - 8 * octet));
    group = 0;
    digits = 0;
  }
  if (digits != 0 || written == 0)
    return PEM_MALFORMED;
  *length = written;
  return PEM_OK;
}
