/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The vector table, what runs before main, and what a fault says. */
#include "board.h"
#include "faults.h"
#include "lan9118.h"

#include <FreeRTOS.h>
#include <string.h>

extern uint32_t data_load[], data_begin[], data_end[], bss_begin[], bss_end[];
extern uint32_t interrupt_stack_top[];

int main(void);

/* Of the kernel's port. */
void vPortSVCHandler(void);
void xPortPendSVHandler(void);
void xPortSysTickHandler(void);

/* CPACR: lets the floating-point unit be used, which the port saves with each task. */
#define CPACR (*(volatile uint32_t *)0xe000ed88u)
#define CPACR_FPU (0xfu << 20)

void _start(void)
{
  CPACR |= CPACR_FPU;
  memcpy(data_begin, data_load, (size_t)((char *)data_end - (char *)data_begin));
  memset(bss_begin, 0, (size_t)((char *)bss_end - (char *)bss_begin));
  board_exit(main());
}

static void unexpected(void)
{
  fault_report("an interrupt that nobody waits for");
}

static void fault(void)
{
  fault_report("a fault");
}

typedef void handler(void);

/* IRQ 13 is the Ethernet controller. */
__attribute__((section(".vectors"), used)) static handler *const vectors[16 + 32] = {
    (handler *)interrupt_stack_top,
    _start,
    unexpected, /* NMI */
    fault,      /* HardFault */
    fault,      /* MemManage */
    fault,      /* BusFault */
    fault,      /* UsageFault */
    NULL,
    NULL,
    NULL,
    NULL,
    vPortSVCHandler,
    unexpected, /* DebugMonitor */
    NULL,
    xPortPendSVHandler,
    xPortSysTickHandler,
    [16 ... 16 + LAN9118_IRQ - 1] = unexpected,
    [16 + LAN9118_IRQ] = lan9118_interrupt,
    [16 + LAN9118_IRQ + 1 ... 47] = unexpected,
};
