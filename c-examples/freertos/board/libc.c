/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* So much of what newlib calls as this firmware uses. There is no heap: malloc always fails. */
#include "board.h"

#include <errno.h>
#include <sys/time.h>

int _gettimeofday(struct timeval *now, void *zone);
void *_sbrk(ptrdiff_t increment);

/* For time(). */
int _gettimeofday(struct timeval *now, void *zone)
{
  (void)zone;
  *now = (struct timeval){.tv_sec = (time_t)board_utc_seconds()};
  return 0;
}

void *_sbrk(ptrdiff_t increment)
{
  (void)increment;
  errno = ENOMEM;
  return (void *)-1;
}
