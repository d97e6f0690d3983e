/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The lower end of a task's stack, watched by the memory protection unit while the task runs: an
 * overflow is a fault at once, before it destroys what lies below. The kernel's own check
 * (configCHECK_FOR_STACK_OVERFLOW) only comes when the task is switched out, and may come too late. */
#ifndef STACK_GUARD_H
#define STACK_GUARD_H

#include <stdbool.h>

/* Octets that are watched, a power of two. A frame that is larger may pass over them. Only a stack
 * that begins at a multiple of it is watched. */
#define STACK_GUARD 256

/* Once, before the scheduler starts. */
void stack_guard_start(void);

/* The stack of the task that runs from now on: FreeRTOSConfig.h has the kernel call it. */
void stack_guard_set(const void *stack);

/* For the handler of a memory management fault: whether the guard was hit. */
bool stack_guard_was_hit(void);

#endif
