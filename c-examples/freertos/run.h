/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How this run of the firmware ends: when each task has said that it is done. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

/* The emulator's exit status. */
enum run_exit {
  RUN_DONE = 0,
  RUN_FAILED = 1, /* a task has not done what it was to do */
  RUN_FAULT = 3,  /* the firmware itself is wrong: a stack overflow, an assertion, a fault */
  RUN_USAGE = 4   /* the words of the scenario */
};

/* The calling task has ended; never returns. */
_Noreturn void run_task_done(bool success);

#endif
