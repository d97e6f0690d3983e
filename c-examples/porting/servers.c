/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Several servers, each with its own credential, from one configuration. */
#include "board.h"
#include "link.h"

/* [configure] */
static mote_config config;

mote_status configure(void)
{
  mote_status status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = mote_config_set_max_fragment_length(&config, 512);
  if (status == MOTE_OK)
    status = mote_config_set_mtu(&config, 512);
  if (status == MOTE_OK)
    status = mote_config_set_retransmission(&config, MOTE_RETRANSMISSION_INITIAL_CONSTRAINED_MS,
                                            MOTE_RETRANSMISSION_MAX_MS);
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}
/* [configure end] */

/* [open] */
mote_status link_open(struct link *link)
{
  const struct server *server = link->server; /* may lie in flash; it outlives the connection */
  mote_connection *connection = &link->connection;
  mote_status status = mote_connection_init(connection, sizeof *connection, &config, &link->io);
  if (status == MOTE_OK)
    status = mote_connection_set_psk(connection, server->identity, server->identity_length,
                                     server->key, server->key_length);
  if (status == MOTE_OK)
    status = mote_connection_set_server_name(connection, server->name);
  if (status == MOTE_OK && link->session_length > 0 &&
      mote_connection_set_session(connection, link->session, link->session_length,
                                  board_rtc_seconds() - link->session_made_s) != MOTE_OK)
    session_forget(link); /* too old: a full handshake it is */
  link->state = status == MOTE_OK ? LINK_WAITING : LINK_DOWN;
  link->status = status;
  return status;
}
/* [open end] */
