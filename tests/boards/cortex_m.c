/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a Cortex-M starts, and ends QEMU by semihosting. */
#include "board.h"
#include <stdint.h>

extern uint32_t stack_top[];
void start(void);

/* What the processor reads first. */
__attribute__((section(".start"), used)) static const struct {
  uint32_t *stack;
  void (*start)(void);
} vectors = {stack_top, start};

/* Ends QEMU with that exit code. */
static void leave(uint32_t code)
{
  const uint32_t arguments[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, code};
  register uint32_t operation __asm__("r0") = 0x20; /* SYS_EXIT_EXTENDED */
  register const uint32_t *block __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(block) : "memory");
}

void start(void)
{
#ifdef __ARM_FP
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* CPACR: the FPU may be used */
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
  leave((uint32_t)handshake());
  for (;;)
    ;
}
