/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From reset to main. A fault ends the run. */
#include "host.h"

#include <stdint.h>

extern uint32_t data_image[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

int main(void);

static _Noreturn void reset(void)
{
  const uint32_t *from = data_image;
  for (uint32_t *to = data_start; to < data_end; to++)
    *to = *from++;
  for (uint32_t *to = bss_start; to < bss_end; to++)
    *to = 0;
  host_exit(main());
}

static _Noreturn void fault(void)
{
  host_say("fault", 1);
  host_exit(1);
}

typedef void handler(void);

__attribute__((section(".vectors"), used)) static const struct {
  uint32_t *stack;
  handler *handlers[15];
} vectors = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
     fault, fault},
};
