/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* lwIP over the board's Ethernet. */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

/* Starts lwIP and the task that brings frames in; false if there is no controller. Call it once,
 * before or after the scheduler starts; wait with network_wait before anything is sent. */
bool network_start(void);

/* Waits until the interface is up. */
void network_wait(void);

#endif
