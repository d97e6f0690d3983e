/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One workspace and one buffer for all links. */
#include "link.h"

#include <string.h>

/* [shared] */
#define BUFFER_SIZE 576
#define CANARY 0xC5

static struct {
  MOTE_ALIGNED uint8_t workspace[MOTE_WORKSPACE_SIZE + 512]; /* 512 octets of reassembly */
  uint8_t canary_1[8];
  uint8_t buffer[BUFFER_SIZE];
  uint8_t canary_2[8];
} shared;
static const struct link *shaking; /* who has the workspace: one at a time */

bool memory_take(struct link *link)
{
  if (shaking != NULL || mote_connection_lend(&link->connection, shared.workspace,
                                              sizeof shared.workspace, shared.buffer,
                                              sizeof shared.buffer) != MOTE_OK)
    return false;
  shaking = link;
  return true;
}

/* The link is up, and mote_connection_read has returned MOTE_WANT_READ: the workspace goes to the
 * next one. All links that are up keep the same buffer. */
mote_status memory_pass_on(struct link *link)
{
  mote_status status = mote_connection_take_back(&link->connection);
  if (status == MOTE_OK) {
    shaking = NULL;
    status = mote_connection_lend(&link->connection, NULL, 0, shared.buffer, sizeof shared.buffer);
  }
  return status;
}
/* [shared end] */

bool memory_is_lent_to(const struct link *link)
{
  return shaking == link;
}

bool memory_is_free(void)
{
  return shaking == NULL;
}

/* The connection was wiped, which gives back what was lent. */
void memory_forget(struct link *link)
{
  if (shaking == link)
    shaking = NULL;
}

/* [canaries] */
/* Called before the first link and then now and again: who wrote there was not the library. */
bool memory_is_whole(void)
{
  static bool is_painted;
  if (!is_painted) {
    memset(shared.canary_1, CANARY, sizeof shared.canary_1);
    memset(shared.canary_2, CANARY, sizeof shared.canary_2);
    is_painted = true;
  }
  bool is_whole = true;
  for (size_t i = 0; i < sizeof shared.canary_1; i++)
    is_whole &= shared.canary_1[i] == CANARY && shared.canary_2[i] == CANARY;
  return is_whole;
}
/* [canaries end] */
