/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "session_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* Only an old session needs it: a file that is being written is new. */
static bool set_age(int descriptor, uint32_t age_s)
{
  time_t made = time(NULL) - (time_t)age_s;
  const struct timespec times[2] = {{.tv_sec = made}, {.tv_sec = made}};
  return age_s == 0 || futimens(descriptor, times) == 0;
}

/* Seconds since the file was written, on the clock of the day. A file of the future is new: the
 * server has a clock of its own and the last word. */
static uint32_t age_of(const struct stat *file)
{
  time_t now = time(NULL);
  if (now <= file->st_mtime)
    return 0;
  uint64_t age = (uint64_t)(now - file->st_mtime);
  return age < UINT32_MAX ? (uint32_t)age : UINT32_MAX;
}

/* Up to `capacity` octets; less only at the end of the file. -1 and errno on failure. */
static ssize_t read_all(int descriptor, uint8_t *out, size_t capacity)
{
  size_t length = 0;
  while (length < capacity) {
    ssize_t more = read(descriptor, out + length, capacity - length);
    if (more == 0)
      break;
    if (more > 0)
      length += (size_t)more;
    else if (errno != EINTR)
      return -1;
  }
  return (ssize_t)length;
}

const char *session_file_read(const char *path, struct session *session)
{
  uint8_t octets[MOTE_SESSION_MAX + 1]; /* one more shows what is too long */
  struct stat file;
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0)
    return strerror(errno);
  ssize_t length = fstat(descriptor, &file) == 0 ? read_all(descriptor, octets, sizeof octets) : -1;
  int error = errno;
  close(descriptor);
  if (length < 0)
    return strerror(error);
  if (length == 0 || (size_t)length > sizeof session->octets)
    return "not a session";
  memcpy(session->octets, octets, (size_t)length);
  session->length = (size_t)length;
  session->age_s = age_of(&file);
  return NULL;
}

static bool write_all(int descriptor, const uint8_t *octets, size_t length)
{
  while (length > 0) {
    ssize_t written = write(descriptor, octets, length);
    if (written < 0 && errno != EINTR)
      return false;
    if (written > 0) {
      octets += written;
      length -= (size_t)written;
    }
  }
  return true;
}

/* Whoever reads the file finds all of it, or what was there before. */
static const char *replace_file(const char *path, const uint8_t *octets, size_t length,
                                uint32_t age_s)
{
  char temporary[PATH_SIZE];
  int needed = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
  if (needed < 0 || (size_t)needed >= sizeof temporary)
    return strerror(ENAMETOOLONG);
  int descriptor = mkstemp(temporary); /* with mode 0600 */
  if (descriptor < 0)
    return strerror(errno);
  /* On the disk before it has its name: a power cut leaves the old octets or the new ones. */
  bool written = write_all(descriptor, octets, length) &&
                 set_age(descriptor, age_s) && fsync(descriptor) == 0;
  written = close(descriptor) == 0 && written;
  if (written && rename(temporary, path) == 0)
    return NULL;
  int error = errno;
  (void)unlink(temporary);
  return strerror(error);
}

const char *session_file_write(const char *path, const struct session *session)
{
  return replace_file(path, session->octets, session->length, session->age_s);
}

/* --- What is remembered of a server ---------------------------------------------------------- */

const char *remembered_file_read(const char *path, uint8_t *octets, size_t length)
{
  struct stat file;
  memset(octets, 0, length);
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0)
    return errno == ENOENT ? NULL : strerror(errno);
  ssize_t got = fstat(descriptor, &file) == 0 ? read_all(descriptor, octets, length) : -1;
  int error = errno;
  close(descriptor);
  if (got < 0)
    return strerror(error);
  if ((size_t)got != length || (uint64_t)file.st_size != length)
    memset(octets, 0, length);
  return NULL;
}

const char *remembered_file_write(const char *path, const uint8_t *octets, size_t length)
{
  return replace_file(path, octets, length, 0);
}
