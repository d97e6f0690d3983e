/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the kernel calls: when there is nothing to do, and when the firmware is wrong. Each end has a
 * message that says what to change. */
#include "board.h"
#include "dtls_memory.h"
#include "faults.h"
#include "run.h"
#include "stack_guard.h"

#include <FreeRTOS.h>
#include <task.h>

void hooks_assert(const char *file, int line);
void vApplicationIdleHook(void);
void vApplicationStackOverflowHook(TaskHandle_t task, char *name);

void vApplicationIdleHook(void)
{
  __asm__ volatile("wfi");
}

_Noreturn static void stack_overflow(TaskHandle_t task)
{
  TaskStatus_t status;
  vTaskGetInfo(task, &status, pdFALSE, eRunning);
  /* pxEndOfStack is where the first frame begins: the last place that is aligned. */
  size_t octets = (size_t)((const char *)status.pxEndOfStack - (const char *)status.pxStackBase) +
                  portBYTE_ALIGNMENT;
  board_print("stack overflow in task %s: it has %u octets, and a DTLS handshake takes up to %u "
              "as a client, %u as a server (dtls_memory.h)\n",
              status.pcTaskName, (unsigned)octets,
              DTLS_CLIENT_STACK_NEEDED, DTLS_SERVER_STACK_NEEDED);
  board_exit(RUN_FAULT);
}

/* The kernel has found the end of a stack overwritten when it switched the task out. */
void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
  (void)name; /* vTaskGetInfo has it, too */
  stack_overflow(task);
}

void hooks_assert(const char *file, int line)
{
  taskDISABLE_INTERRUPTS();
  board_print("assertion failed: %s:%d\n", file, line);
  board_exit(RUN_FAULT);
}

void fault_report(const char *what)
{
  bool in_task = xTaskGetSchedulerState() == taskSCHEDULER_RUNNING;
  if (in_task && (stack_guard_was_hit() || uxTaskGetStackHighWaterMark(NULL) == 0))
    stack_overflow(xTaskGetCurrentTaskHandle());
  board_print("%s%s%s\n", what, in_task ? " in task " : "", in_task ? pcTaskGetName(NULL) : "");
  board_exit(RUN_FAULT);
}
