/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The stack that calls of a library take, painted before and looked at afterwards, and their
 * instructions: with `-icount shift=0` the board's time is the number of instructions. */
#ifndef MEASURE_H
#define MEASURE_H

/* Calls of one kind are one row of the table: their instructions are added up, of their stacks the
 * greatest counts. */
enum measured {
  MEASURED_INIT,
  MEASURED_CONFIGURE,
  MEASURED_CONNECTION_INIT,
  MEASURED_HANDSHAKE,
  MEASURED_WRITE,
  MEASURED_READ,
  MEASURED_CLOSE,
  MEASURED_SERVER_INPUT,
  MEASURED_SERVER_EVENT,
  MEASURED_KINDS
};

/* Before and after a call, in the function that calls. */
void measure_begin(void);
void measure_end(enum measured kind);

/* Says the table and the stack in all, from its top. */
void measure_say(void);

#endif
