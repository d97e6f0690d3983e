/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The callbacks of c-examples/porting/ on a board that is simulated. */
#include "board.h"
#include "io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) check((condition), #condition, __LINE__)
static void check(bool is_right, const char *what, int line)
{
  if (is_right)
    return;
  fprintf(stderr, "line %d: not %s\n", line, what);
  exit(1);
}

/* --- The board ------------------------------------------------------------------------------- */

static uint32_t rtc, systick;
static unsigned trng_waits; /* calls before there is a word */
static uint32_t trng_step = 1, trng_value;
static bool has_seed = true, seed_can_be_written = true;
static uint8_t seed_kept[32];
static uint32_t drbg_state;
static bool radio_is_busy, radio_is_off;
static size_t radio_sent;
static int irq_off;

uint32_t board_rtc_ticks(void) { return rtc; }
uint32_t board_systick_ms(void) { return systick; }

bool board_trng_word(uint32_t *word)
{
  if (trng_waits > 0) {
    trng_waits--;
    return false;
  }
  *word = trng_value += trng_step;
  return true;
}

bool board_seed_read(uint8_t seed[32])
{
  memcpy(seed, seed_kept, sizeof seed_kept);
  return has_seed;
}

bool board_seed_write(const uint8_t seed[32])
{
  if (seed_can_be_written)
    memcpy(seed_kept, seed, sizeof seed_kept);
  return seed_can_be_written;
}

void drbg_seed(const uint8_t *seed, size_t length)
{
  drbg_state = 0;
  while (length-- > 0)
    drbg_state = drbg_state * 31 + *seed++;
}

bool drbg_generate(uint8_t *out, size_t length)
{
  while (length-- > 0) {
    drbg_state = drbg_state * 1664525u + 1013904223u;
    *out++ = (uint8_t)(drbg_state >> 24);
  }
  return true;
}

void board_wipe(void *memory, size_t length) { memset(memory, 0, length); }
bool board_radio_is_busy(void) { return radio_is_busy; }
bool board_radio_is_off(void) { return radio_is_off; }
void board_radio_irq_off(void) { irq_off++; }
void board_radio_irq_on(void) { irq_off--; }

void board_radio_send(const uint8_t *datagram, size_t length)
{
  (void)datagram;
  radio_sent = length;
}

/* --- Tests ----------------------------------------------------------------------------------- */

static void the_clock_never_goes_back(void)
{
  uint32_t before = now_ms(NULL);
  for (unsigned i = 0; i < 5000; i++) { /* 39 wraps of the counter, and 1 of the milliseconds */
    rtc += 1u << 25;                    /* 1024 s */
    uint32_t now = now_ms(NULL);
    CHECK(now - before == 1024000);
    before = now;
  }
  systick = 5;
  before = ticking_now_ms(NULL);
  clock_has_slept(7000);
  CHECK(ticking_now_ms(NULL) - before == 7000);
}

static void a_generator_that_fails_is_seen(void)
{
  uint8_t out[34] = {0};
  CHECK(fill_random(NULL, out, sizeof out) == 0);
  CHECK(out[32] != 0 && out[33] == 0); /* the ninth word, and no more than its front */
  trng_waits = 9999;
  CHECK(fill_random(NULL, out, 1) == 0);
  trng_waits = 1000000;
  CHECK(fill_random(NULL, out, 1) == MOTE_IO_NOTHING);
  trng_waits = 0;
  trng_step = 0; /* stuck */
  CHECK(fill_random(NULL, out, sizeof out) == IO_FAILURE);
  CHECK(fill_random(NULL, out, 1) == IO_FAILURE);
  trng_step = 1;
  CHECK(fill_random(NULL, out, sizeof out) == 0);
}

static void a_seed_serves_once(void)
{
  uint8_t first[16], second[16], old[32];
  CHECK(fill_random_from_seed(NULL, first, sizeof first) == IO_FAILURE);
  memcpy(old, seed_kept, sizeof old);
  CHECK(seed_generator() && memcmp(old, seed_kept, sizeof old) != 0);
  CHECK(fill_random_from_seed(NULL, first, sizeof first) == 0);
  CHECK(seed_generator());
  CHECK(fill_random_from_seed(NULL, second, sizeof second) == 0);
  CHECK(memcmp(first, second, sizeof first) != 0);
  seed_can_be_written = false;
  CHECK(!seed_generator() && fill_random_from_seed(NULL, first, sizeof first) != 0);
  seed_can_be_written = true;
  has_seed = false;
  CHECK(!seed_generator() && fill_random_from_seed(NULL, first, sizeof first) != 0);
}

static void the_radio_answers_at_once(void)
{
  static const uint8_t datagram[RADIO_MTU + 1] = {1, 2, 3};
  uint8_t buffer[4] = {9, 9, 9, 9};
  CHECK(radio_send(NULL, NULL, 0, datagram, 200) == 200 && radio_sent == 200);
  CHECK(radio_send(NULL, NULL, 0, datagram, sizeof datagram) == MOTE_IO_TOO_BIG);
  radio_is_busy = true;
  CHECK(radio_send(NULL, NULL, 0, datagram, 201) == MOTE_IO_NOTHING && radio_sent == 200);
  radio_is_off = true;
  CHECK(radio_send(NULL, NULL, 0, datagram, 201) == 201 && radio_sent == 200);

  CHECK(radio_recv(NULL, NULL, NULL, buffer, sizeof buffer) == MOTE_IO_NOTHING);
  for (size_t i = 0; i < 6; i++) /* the ring holds 4 */
    radio_arrived(datagram, i);
  radio_arrived(datagram, sizeof datagram);
  for (int32_t i = 0; i < 4; i++)
    CHECK(radio_recv(NULL, NULL, NULL, buffer, 2) == i);
  CHECK(radio_recv(NULL, NULL, NULL, buffer, 2) == MOTE_IO_NOTHING);
  CHECK(buffer[0] == 1 && buffer[1] == 2 && buffer[2] == 9 && irq_off == 0);
}

int main(void)
{
  the_clock_never_goes_back();
  a_generator_that_fails_is_seen();
  a_seed_serves_once();
  the_radio_answers_at_once();
  return 0;
}
