/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "semihosting.h"

#include <string.h>

/* "Semihosting for AArch32 and AArch64", chapter 6. */
enum operation {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE0 = 0x04,
  SYS_READ = 0x06,
  SYS_TIME = 0x11,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20
};

#define OPEN_READ_BINARY 1 /* "rb" */
#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

static uintptr_t call(enum operation operation, const void *parameters)
{
  register uintptr_t r0 __asm__("r0") = (uintptr_t)operation;
  register uintptr_t r1 __asm__("r1") = (uintptr_t)parameters;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void semihosting_write(const char *text)
{
  (void)call(SYS_WRITE0, text);
}

int semihosting_command_line(char *line, size_t capacity)
{
  uintptr_t block[2] = {(uintptr_t)line, capacity};
  return call(SYS_GET_CMDLINE, block) == 0;
}

int32_t semihosting_read_file(const char *path, uint8_t *out, size_t capacity)
{
  uintptr_t open[3] = {(uintptr_t)path, OPEN_READ_BINARY, strlen(path)};
  intptr_t file = (intptr_t)call(SYS_OPEN, open);
  if (file == -1)
    return -1;
  uintptr_t read[3] = {(uintptr_t)file, (uintptr_t)out, capacity};
  uintptr_t left = call(SYS_READ, read);
  uintptr_t close[1] = {(uintptr_t)file};
  (void)call(SYS_CLOSE, close);
  return left <= capacity ? (int32_t)(capacity - left) : -1;
}

uint32_t semihosting_time(void)
{
  return (uint32_t)call(SYS_TIME, NULL);
}

void semihosting_exit(int status)
{
  uintptr_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)status};
  for (;;)
    (void)call(SYS_EXIT_EXTENDED, block);
}
