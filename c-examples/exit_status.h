/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the two tools tell the shell. */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

enum exit_status {
  EXIT_STATUS_DONE = 0,
  EXIT_STATUS_LOCAL = 1,   /* wrong usage, or something on this machine */
  EXIT_STATUS_REFUSED = 2, /* the handshake was refused or failed */
  EXIT_STATUS_TIMEOUT = 3
};

#endif
