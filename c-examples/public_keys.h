/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Raw public keys and certificates: from the files of the command line to a mote_config. */
#ifndef PUBLIC_KEYS_H
#define PUBLIC_KEYS_H

#include "options.h"

/* The config borrows what was read, which stays as long as the program runs. When it says false,
 * one line on standard error has said why. */
bool public_keys_set(mote_config *config, struct options *options);

#endif
