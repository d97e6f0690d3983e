/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The last words of a firmware that cannot go on. */
#ifndef FAULTS_H
#define FAULTS_H

/* Says `what` and in which task, or that its stack was too small; ends with RUN_FAULT. */
_Noreturn void fault_report(const char *what);

#endif
