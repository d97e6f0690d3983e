/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* now_ms. */
#include "board.h"
#include "io.h"

/* [clock] */
/* A counter of 32768 Hz wraps at 2^32 ticks. `ticks * 1000 / 32768` would then jump back; so the
 * ticks are gathered in 64 bits, and the milliseconds wrap at 2^32 and nowhere else. It has to be
 * called once in the 36 hours that the counter takes, by one thread or with a lock around it. */
uint32_t now_ms(void *user)
{
  static uint64_t ticks;
  static uint32_t last;
  (void)user;
  uint32_t now = board_rtc_ticks();
  ticks += (uint32_t)(now - last);
  last = now;
  return (uint32_t)(ticks * 1000 / 32768);
}
/* [clock end] */

/* [slept] */
/* A tick that stands still in deep sleep: what was slept is added at wake-up. */
static uint32_t slept_ms_in_all;

void clock_has_slept(uint32_t slept_ms)
{
  slept_ms_in_all += slept_ms;
}

uint32_t ticking_now_ms(void *user)
{
  (void)user;
  return board_systick_ms() + slept_ms_in_all;
}
/* [slept end] */
