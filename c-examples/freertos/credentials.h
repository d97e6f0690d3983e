/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the device was provisioned with, brought into a configuration. */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include <motedtls.h>

enum credentials { CREDENTIALS_PSK, CREDENTIALS_RPK, CREDENTIALS_X509 };

/* What servers are called in their certificates. */
#define CREDENTIALS_SERVER_NAME "coap.example"

/* Reads all that the board has, once, before any task uses it. */
void credentials_load(void);

/* Sets one kind of them in `config`, of a client or a server; not the freeze. */
mote_status credentials_set(mote_config *config, mote_role role, enum credentials kind);

#endif
