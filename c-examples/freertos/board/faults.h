/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The last words of a firmware that cannot go on. */
#ifndef FAULTS_H
#define FAULTS_H

/* Says `what` and in which task, and whether that has used up its stack; ends with EXIT_FAULT. */
_Noreturn void fault_report(const char *what);

#endif
