/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a status tells a device to do. */
#include "link.h"

/* [advise] */
/* For the log, or for who looks after the device. */
const char *advise(mote_status status, const mote_info *info)
{
  switch (mote_advise(status, info->alert)) { /* no default: the compiler names what is missing */
  case MOTE_ADVICE_GO_ON:
    return "nothing is wrong";
  case MOTE_ADVICE_CONNECT_AGAIN:
    return "connect again";
  case MOTE_ADVICE_RETRY_LATER:
    return "nobody there, or a bad network: it may pass";
  case MOTE_ADVICE_WRONG_CREDENTIALS:
    return "this is not the server we know: look at keys, anchors and name";
  case MOTE_ADVICE_PROVISION_AGAIN:
    return "the server does not know us: look at our key or certificate";
  case MOTE_ADVICE_GIVE_UP:
    return "the two ends do not fit together: look at their settings";
  case MOTE_ADVICE_CHECK_DEVICE:
    return "look at the random source and the clock";
  case MOTE_ADVICE_FIX_PROGRAM:
  case MOTE_ADVICE_FORCE_INT:
    break;
  }
  return "this is a mistake in the program";
}
/* [advise end] */

/* [retry] */
/* How long the link stays down. `info` is of the failed connection, before it is wiped. It never
 * ends: nothing of a handshake that failed is proof. */
uint32_t retry_after_ms(const struct link *link, const mote_info *info)
{
  uint32_t random = 0;
  const mote_io *io = &link->io;
  if (io->random(io->user, (uint8_t *)&random, sizeof random) != 0)
    random = io->now_ms(io->user) * 2654435761u; /* good enough for this, and for nothing else */
  return mote_backoff_ms(mote_advise(link->status, info->alert), link->failures, random);
}
/* [retry end] */
