/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* After the ARMv7-M Architecture Reference Manual, B3.5; cores without an MPU do without. */
#include "stack_guard.h"

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SHCSR REGISTER(0xe000ed24u)
#define SHCSR_MEMFAULT (1u << 16)
#define CFSR REGISTER(0xe000ed28u)
#define CFSR_DATA_ACCESS (1u << 1)
#define CFSR_STACKING (1u << 4) /* an exception's frame did not fit */
#define MPU_CTRL REGISTER(0xe000ed94u)
#define MPU_CTRL_ON (1u << 2 | 1u << 0) /* beside the default map of memory */
#define MPU_RBAR REGISTER(0xe000ed9cu)
#define MPU_RBAR_REGION_7 (1u << 4 | 7u) /* the one that comes before all others */
#define MPU_RASR REGISTER(0xe000eda0u)
/* Not executable, shared and cached like SRAM, 2^(SIZE + 1) octets. Read-only: the kernel reads the
 * end of the stack, too. */
#define MPU_RASR_READ_ONLY (1u << 28 | 5u << 24 | 6u << 16 | 7u << 1 | 1u)

_Static_assert(STACK_GUARD == 1 << (7 + 1), "SIZE in MPU_RASR_READ_ONLY");

void stack_guard_start(void)
{
  SHCSR |= SHCSR_MEMFAULT;
  MPU_CTRL = MPU_CTRL_ON;
}

void stack_guard_set(const void *stack)
{
  uintptr_t begin = (uintptr_t)stack;
  MPU_RASR = 0;
  if (begin % STACK_GUARD == 0) {
    MPU_RBAR = begin | MPU_RBAR_REGION_7;
    MPU_RASR = MPU_RASR_READ_ONLY;
  }
  __asm__ volatile("dsb\n\tisb" ::: "memory");
}

bool stack_guard_was_hit(void)
{
  /* Nothing else is protected from data. */
  return (CFSR & (CFSR_DATA_ACCESS | CFSR_STACKING)) != 0;
}
