/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernel's settings. Those that motedtls depends on are marked with (*). */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configCPU_CLOCK_HZ 25000000
/* (*) now_ms of the mote_io is the count of ticks: 32 bits, so that it wraps where milliseconds do. */
#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS

#define configUSE_PREEMPTION 1
#define configUSE_TIME_SLICING 1
#define configMAX_PRIORITIES 5
#define configMAX_TASK_NAME_LEN 12
#define configMINIMAL_STACK_SIZE 128 /* words, of the idle task */
#define configUSE_TASK_NOTIFICATIONS 1
#define configUSE_MUTEXES 1
#define configUSE_TIMERS 0
#define configUSE_TICK_HOOK 0

/* The idle task waits for an interrupt in place of turning round. */
#define configUSE_IDLE_HOOK 1

/* (*) No heap: all objects have static memory, the kernel's own task among them. */
#define configSUPPORT_STATIC_ALLOCATION 1
#define configSUPPORT_DYNAMIC_ALLOCATION 0
#define configKERNEL_PROVIDED_STATIC_MEMORY 1

/* (*) A handshake uses more stack than most tasks: an overflow must not go unseen. Method 2 looks at
 * the last octets of a task's stack whenever it is switched out, and calls
 * vApplicationStackOverflowHook, in hooks.c; the guard is there at once. */
#define configCHECK_FOR_STACK_OVERFLOW 2
#define configRECORD_STACK_HIGH_ADDRESS 1
void stack_guard_set(const void *stack);
#define traceTASK_SWITCHED_IN() stack_guard_set(pxCurrentTCB->pxStack)

#define INCLUDE_vTaskDelay 1
#define INCLUDE_vTaskSuspend 1 /* portMAX_DELAY waits for ever */
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_xTaskGetCurrentTaskHandle 1
#define INCLUDE_xTaskGetSchedulerState 1
#define configUSE_TRACE_FACILITY 1 /* vTaskGetInfo, for the messages of hooks.c */

/* The kernel's own interrupts have the least urgency; interrupts from 0x50 to 0xff may call it. */
#define configKERNEL_INTERRUPT_PRIORITY 0xff
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x50

void hooks_assert(const char *file, int line);
#define configASSERT(condition) \
  do { \
    if (!(condition)) \
      hooks_assert(__FILE__, __LINE__); \
  } while (0)

#endif
