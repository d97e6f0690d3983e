/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reads what is to be done and makes the tasks for it, all in static memory. */
#include "board.h"
#include "credentials.h"
#include "dtls_client.h"
#include "dtls_server.h"
#include "network.h"
#include "run.h"
#include "scenario.h"
#include "stack_guard.h"

#include <FreeRTOS.h>
#include <stdlib.h>
#include <task.h>

#define COMMAND_LINE_MAX 256
#define TASKS_MAX 5 /* client, server, ethernet, tcpip and the kernel's idle task */
#define WORDS(octets) ((octets) / sizeof(StackType_t))

static struct scenario scenario;
static unsigned tasks_left;
static bool has_failed;

static void start_client(void)
{
  static _Alignas(STACK_GUARD) StackType_t stack[WORDS(DTLS_CLIENT_STACK)];
  static StaticTask_t task;
  /* A scenario that gives less than the whole gives the upper end: then an overflow, which goes
   * downwards, destroys nothing before it is seen. */
  size_t words = WORDS(scenario.client.stack);
  (void)xTaskCreateStatic(dtls_client, "client", words, &scenario.client, DTLS_CLIENT_PRIORITY,
                          stack + WORDS(DTLS_CLIENT_STACK) - words, &task);
  tasks_left++;
}

/* [task] */
static void start_server(void)
{
  static _Alignas(STACK_GUARD) StackType_t stack[WORDS(DTLS_SERVER_STACK)];
  static StaticTask_t task;
  (void)xTaskCreateStatic(dtls_server, "server", WORDS(DTLS_SERVER_STACK), &scenario.server,
                          DTLS_SERVER_PRIORITY, stack, &task);
  tasks_left++;
}
/* [task end] */

/* What each task has left of its stack: the figure from which the sizes are chosen. */
static void print_stacks(void)
{
  static TaskStatus_t tasks[TASKS_MAX];
  UBaseType_t count = uxTaskGetSystemState(tasks, TASKS_MAX, NULL);
  for (UBaseType_t i = 0; i < count; i++)
    board_print("stack: %s: %u octets never used\n", tasks[i].pcTaskName,
                (unsigned)(tasks[i].usStackHighWaterMark * sizeof(StackType_t)));
}

void run_task_done(bool success)
{
  taskENTER_CRITICAL();
  has_failed = has_failed || !success;
  unsigned left = --tasks_left;
  taskEXIT_CRITICAL();
  board_print("%s: %s\n", pcTaskGetName(NULL), success ? "done" : "FAILED");
  if (left == 0) {
    print_stacks();
    board_exit(has_failed ? RUN_FAILED : RUN_DONE);
  }
  for (;;)
    vTaskSuspend(NULL);
}

int main(void)
{
  static char line[COMMAND_LINE_MAX]; /* borrowed by the scenario */
  const char *wrong = board_command_line(line, sizeof line) ? scenario_parse(line, &scenario)
                                                            : "it is too long";
  if (wrong != NULL) {
    board_print("the scenario is wrong: %s\n", wrong);
    return RUN_USAGE;
  }
  stack_guard_start();
  credentials_load();
  if (!network_start()) {
    board_print("there is no Ethernet controller\n");
    return RUN_FAILED;
  }
  if (scenario.client.wanted)
    start_client();
  if (scenario.server.wanted)
    start_server();
  vTaskStartScheduler();
  return RUN_FAULT; /* it never returns */
}
