/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "measure.h"

#include "host.h"

#include <stddef.h>
#include <stdint.h>

#define PAINT 0x5aa5c33cu

/* CMSDK APB timer 0: counts down with the board's clock of 25 MHz, 40 ns each. */
struct timer {
  uint32_t control, value, reload;
};
#define TIMER ((volatile struct timer *)0x40000000u)
enum { TIMER_ENABLE = 1, INSTRUCTIONS_PER_TICK = 40 };

extern uint32_t stack_limit[], stack_top[];

static const char *const names[MEASURED_KINDS] = {
    "init", "configure", "connection-init", "handshake", "write", "read", "close",
    "server-input", "server-event",
};

static struct {
  uint32_t calls, stack, instructions;
} table[MEASURED_KINDS];

static const uint32_t *deepest = stack_top;
static const uint32_t *stack_before;
static uint32_t value_before;

void measure_begin(void)
{
  /* What these functions push themselves is neither painted over nor counted. */
  uint32_t *own;
  __asm__ volatile("mov %0, sp" : "=r"(own));
  for (volatile uint32_t *word = stack_limit; word < own; word++)
    *word = PAINT;
  stack_before = __builtin_dwarf_cfa(); /* the stack pointer of the caller */
  if (TIMER->control == 0) {
    TIMER->reload = UINT32_MAX;
    TIMER->value = UINT32_MAX;
    TIMER->control = TIMER_ENABLE;
  }
  value_before = TIMER->value;
}

void measure_end(enum measured kind)
{
  const uint32_t ticks = value_before - TIMER->value;
  const volatile uint32_t *word = stack_limit;
  while (word < stack_before && *word == PAINT)
    word++;
  const uint32_t stack = (uint32_t)((const uint8_t *)stack_before - (const uint8_t *)word);
  table[kind].calls++;
  table[kind].instructions += ticks * INSTRUCTIONS_PER_TICK;
  if (stack > table[kind].stack)
    table[kind].stack = stack;
  if ((const uint32_t *)word < deepest)
    deepest = (const uint32_t *)word;
}

void measure_say(void)
{
  for (size_t kind = 0; kind < MEASURED_KINDS; kind++) {
    if (table[kind].calls == 0)
      continue;
    host_say(names[kind], table[kind].calls);
    host_say("stack", table[kind].stack);
    host_say("instructions", table[kind].instructions);
  }
  host_say("deepest", (uint32_t)((const uint8_t *)stack_top - (const uint8_t *)deepest));
}
