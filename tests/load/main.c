/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mote-load associations MOTE-SERVER [COUNT]
 * mote-load flood MOTE-SERVER [PER-SECOND [SECONDS]] */
#include "load.h"

#include <stdlib.h>
#include <string.h>

static bool number(const char *text, unsigned most, unsigned *out)
{
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  *out = (unsigned)value;
  return *text >= '0' && *text <= '9' && *end == '\0' && value >= 1 && value <= most;
}

int main(int argc, char **argv)
{
  unsigned count = 10000, per_second = 50000, seconds = 10;
  bool done = false, right = argc >= 3;
  if (right && strcmp(argv[1], "associations") == 0 && argc <= 4) {
    right = argc < 4 || number(argv[3], 65536, &count);
    done = right && load_associations(argv[2], count);
  } else if (right && strcmp(argv[1], "flood") == 0 && argc <= 5) {
    right = (argc < 4 || number(argv[3], 50000, &per_second)) &&
            (argc < 5 || number(argv[4], 60, &seconds));
    done = right && load_flood(argv[2], per_second, seconds);
  } else {
    right = false;
  }
  if (!right) {
    fputs("usage: mote-load associations MOTE-SERVER [COUNT up to 65536]\n"
          "       mote-load flood MOTE-SERVER [PER-SECOND up to 50000 [SECONDS up to 60]]\n",
          stderr);
    return 2;
  }
  return done ? 0 : 1;
}
