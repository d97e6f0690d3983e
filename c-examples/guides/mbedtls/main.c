/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the files beside it: `guide-migrated HOST PORT` asks twice, the second time with the session
 * of the first; `guide-migrated PORT` answers until two peers have gone. */
#include "after.h"

#include <stdio.h>
#include <string.h>

/* Says the answer, and whether the session was resumed. */
static mote_status converse(const char *host, const char *port, uint8_t *session,
                            size_t *session_length)
{
  static const char question[] = "hello";
  const uint8_t *answer;
  size_t length;
  mote_status status = open_link(host, port, session, *session_length);
  if (status == MOTE_OK)
    status = ask((const uint8_t *)question, strlen(question), &answer, &length);
  if (status == MOTE_OK)
    printf("%.*s resumed=%s\n", (int)length, (const char *)answer,
           link_info().resumed ? "yes" : "no");
  if (status == MOTE_OK)
    status = keep_session(session, session_length);
  close_link();
  return status;
}

/* A configuration that could do all. */
static mote_status try_certificates(void)
{
  static mote_config config;
  mote_status status = mote_config_init(&config, sizeof config, MOTE_ROLE_CLIENT);
  if (status == MOTE_OK)
    status = set_certificates(&config);
  return status == MOTE_OK ? mote_config_freeze(&config) : status;
}

int main(int argc, char **argv)
{
  static uint8_t session[MOTE_SESSION_MAX];
  size_t session_length = 0;
  mote_status status;
  if (argc == 2) {
    status = serve(argv[1], 2);
  } else if (argc == 3) {
    status = try_certificates();
    if (status == MOTE_OK)
      status = configure();
    for (unsigned i = 0; i < 2 && status == MOTE_OK; i++)
      status = converse(argv[1], argv[2], session, &session_length);
  } else {
    return 1;
  }
  if (status != MOTE_OK)
    fprintf(stderr, "%s\n", mote_status_str(status));
  return status == MOTE_OK ? 0 : 1;
}
