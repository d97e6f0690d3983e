/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Uses both headers and needs the library to link. */
#include <motedtls_static.h>
#include <stdio.h>

static mote_config config;

int main(void)
{
  printf("motedtls %s\n", mote_version());
  return mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT) == MOTE_OK ? 0 : 1;
}
