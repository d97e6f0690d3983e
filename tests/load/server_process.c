/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nap(void)
{
  const struct timespec duration = {.tv_nsec = 10000000};
  nanosleep(&duration, NULL);
}

bool server_start(struct server_process *server, const char *path, unsigned max_peers)
{
  /* A file and no pipe: nobody has to read it for the server to go on. */
  char name[] = "/tmp/mote-load.XXXXXX";
  int log = mkstemp(name);
  if (log < 0) {
    perror("mote-load: /tmp");
    return false;
  }
  (void)unlink(name);
  char peers[16];
  snprintf(peers, sizeof peers, "%u", max_peers);
  server->pid = fork();
  if (server->pid == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(log, STDERR_FILENO);
    (void)execl(path, path, "--psk", LOAD_IDENTITY ":" LOAD_KEY_HEX, "--max-peers", peers, "0",
                (char *)NULL);
    _exit(127);
  }
  char text[256] = "";
  unsigned port = 0;
  for (unsigned i = 0; i < 1000 && sscanf(text, "listening on port %u\n", &port) != 1 &&
                       waitpid(server->pid, NULL, WNOHANG) == 0;
       i++) {
    nap();
    ssize_t length = pread(log, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
  }
  close(log);
  server->port = (uint16_t)port;
  if (port == 0)
    fprintf(stderr, "mote-load: %s does not start: %s\n", path, text);
  return port != 0;
}

size_t server_resident(const struct server_process *server)
{
  char name[64], line[128];
  unsigned long kibibytes = 0;
  snprintf(name, sizeof name, "/proc/%ld/status", (long)server->pid);
  FILE *file = fopen(name, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "VmRSS: %lu kB", &kibibytes) == 1)
      break;
  if (file != NULL)
    fclose(file);
  return (size_t)kibibytes * 1024;
}

bool server_stop(const struct server_process *server)
{
  int status = 0;
  (void)kill(server->pid, SIGTERM);
  for (unsigned i = 0; i < 1000; i++) {
    if (waitpid(server->pid, &status, WNOHANG) == server->pid) {
      bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
      if (!well)
        fprintf(stderr, "mote-load: the server ended with status %#x\n", (unsigned)status);
      return well;
    }
    nap();
  }
  (void)kill(server->pid, SIGKILL);
  fputs("mote-load: the server does not end on SIGTERM\n", stderr);
  return false;
}
