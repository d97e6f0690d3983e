/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* random. */
#include "board.h"
#include "io.h"

#include <string.h>

/* [entropy] */
/* A word of the hardware generator: MOTE_IO_NOTHING when none comes in time, a failure when it is
 * stuck: the repetition count test of NIST SP 800-90B 4.4.1, for a source of at least 16 bits of
 * entropy a word. */
static int32_t draw_word(uint32_t *word)
{
  static uint32_t last;
  static unsigned repetitions;
  unsigned patience = 10000; /* bounded: a dead generator must not hang the device */
  while (!board_trng_word(word))
    if (--patience == 0)
      return MOTE_IO_NOTHING; /* the handshake waits, as long as a handshake may take */
  repetitions = *word == last ? repetitions + 1 : 0;
  last = *word;
  return repetitions < 3 ? 0 : IO_FAILURE; /* it stops: MOTE_ERROR_RANDOM */
}

int32_t fill_random(void *user, uint8_t *out, size_t length)
{
  (void)user;
  while (length > 0) {
    uint32_t word;
    int32_t drawn = draw_word(&word);
    if (drawn != 0)
      return drawn; /* never go on with less */
    size_t part = length < sizeof word ? length : sizeof word;
    memcpy(out, &word, part);
    out += part;
    length -= part;
  }
  return 0;
}
/* [entropy end] */

/* [seed] */
/* Without a hardware generator: a seed that each device was given when it was made, and which
 * changes at each boot. The next one is written before anything is drawn: a loss of power in
 * between must not bring the same seed again. */
static bool is_seeded;

bool seed_generator(void)
{
  uint8_t seed[32], next[32];
  is_seeded = false;
  if (!board_seed_read(seed))
    return false;
  drbg_seed(seed, sizeof seed);
  if (drbg_generate(next, sizeof next) && board_seed_write(next))
    is_seeded = true;
  board_wipe(seed, sizeof seed);
  board_wipe(next, sizeof next);
  return is_seeded;
}

int32_t fill_random_from_seed(void *user, uint8_t *out, size_t length)
{
  (void)user;
  return is_seeded && drbg_generate(out, length) ? 0 : IO_FAILURE;
}
/* [seed end] */
