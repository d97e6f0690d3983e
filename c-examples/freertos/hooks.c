/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the kernel calls: when there is nothing to do, and when the firmware is wrong. Each end has a
 * message that says what to change. */
#include "board.h"
#include "dtls_memory.h"
#include "faults.h"
#include "run.h"

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
  size_t words = (size_t)(status.pxEndOfStack - status.pxStackBase) + 1;
  board_print("stack overflow in task %s: it has %u octets, and a DTLS handshake takes up to %u "
              "(DTLS_STACK_NEEDED)\n",
              status.pcTaskName, (unsigned)(words * sizeof(StackType_t)), DTLS_STACK_NEEDED);
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

/* An overflow may hit something else before the kernel looks: then a fault comes first. */
void fault_report(const char *what)
{
  bool in_task = xTaskGetSchedulerState() == taskSCHEDULER_RUNNING;
  board_print("%s%s%s\n", what, in_task ? " in task " : "", in_task ? pcTaskGetName(NULL) : "");
  if (in_task && uxTaskGetStackHighWaterMark(NULL) == 0)
    stack_overflow(xTaskGetCurrentTaskHandle());
  board_exit(RUN_FAULT);
}
