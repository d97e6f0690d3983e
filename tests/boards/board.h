/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a board and the test on it have to do with each other. */
#ifndef BOARD_H
#define BOARD_H

/* The test: 0, or a number that says where it went wrong. */
int handshake(void);

#endif
