/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sessions, and what to do after a sleep or with a new address. */
#include "board.h"
#include "link.h"

/* [keep] */
/* Once connected. A resumed session is the one that we have, and its age goes on. */
void session_keep(struct link *link)
{
  mote_info info;
  if (mote_connection_info(&link->connection, &info) != MOTE_OK || info.resumed)
    return;
  session_forget(link);
  if (mote_connection_session_export(&link->connection, link->session, sizeof link->session,
                                     &link->session_length) == MOTE_OK)
    link->session_made_s = board_rtc_seconds();
  else
    link->session_length = 0; /* the server keeps none */
}

void session_forget(struct link *link)
{
  board_wipe(link->session, sizeof link->session); /* it holds a key */
  link->session_length = 0;
}
/* [keep end] */

/* [reopen] */
/* After a new address, a long sleep, or a peer that does not answer: the old association is of no
 * use, and nothing said over it would arrive. Give `send` a new socket, on a new port, first. */
mote_status link_reopen(struct link *link)
{
  if (link->state != LINK_DOWN) {
    mote_connection_wipe(&link->connection); /* gives back the workspace, if it had it */
    memory_forget(link);
  }
  return link_open(link); /* with the session, if there is one */
}
/* [reopen end] */
