/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

/* Arm's semihosting operations. */
enum operation {
  SYS_OPEN = 0x01,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_TIME = 0x11,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
};

/* Modes of SYS_OPEN, as fopen counts them: "rb", "wb". */
enum { READ_BINARY = 1, WRITE_BINARY = 5 };

/* What passes to the host: a length of two octets, least first, and so many octets. With this bit
 * in the length it is a line of text for xtask, otherwise a datagram for the peer. */
enum { TEXT = 0x8000 };

static uint32_t call(enum operation operation, const void *argument)
{
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static uint32_t open(const char *path, size_t length, uint32_t mode)
{
  const uint32_t argument[3] = {(uint32_t)path, mode, length};
  return call(SYS_OPEN, argument);
}

static uint32_t input(void)
{
  static const char path[] = "/dev/stdin";
  static uint32_t file;
  if (file == 0)
    file = open(path, sizeof path - 1, READ_BINARY);
  return file;
}

static uint32_t output(void)
{
  static const char path[] = "/dev/stdout";
  static uint32_t file;
  if (file == 0)
    file = open(path, sizeof path - 1, WRITE_BINARY);
  return file;
}

static void write(const void *octets, size_t length)
{
  const uint32_t argument[3] = {output(), (uint32_t)octets, length};
  call(SYS_WRITE, argument);
}

static void write_frame(uint32_t kind, const void *octets, size_t length)
{
  const uint8_t header[2] = {(uint8_t)length, (uint8_t)((kind | length) >> 8)};
  write(header, sizeof header);
  write(octets, length);
}

/* A pipe may give less than was asked for. */
static void read(uint8_t *octets, size_t length)
{
  while (length > 0) {
    const uint32_t argument[3] = {input(), (uint32_t)octets, length};
    uint32_t missing = call(SYS_READ, argument);
    if (missing >= length)
      host_exit(2); /* the host has closed */
    octets += length - missing;
    length = missing;
  }
}

void host_send(const void *datagram, size_t length)
{
  write_frame(0, datagram, length);
}

size_t host_receive(void *datagram, size_t capacity)
{
  uint8_t header[2];
  read(header, sizeof header);
  size_t length = header[0] | (size_t)header[1] << 8;
  read(datagram, length < capacity ? length : capacity);
  for (size_t lost = capacity; lost < length; lost++)
    read(header, 1);
  return length;
}

void host_random(uint8_t *out, size_t length)
{
  static uint32_t state = 0x6d6f7465;
  for (size_t i = 0; i < length; i++) { /* Marsaglia's xorshift */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    out[i] = (uint8_t)state;
  }
}

uint32_t host_unix_time(void)
{
  return call(SYS_TIME, NULL);
}

int host_is_server(void)
{
  char line[64] = "";
  const uint32_t argument[2] = {(uint32_t)line, sizeof line};
  call(SYS_GET_CMDLINE, argument);
  /* "IMAGE server" or "IMAGE client" */
  size_t at = 0;
  while (line[at] != '\0' && line[at] != ' ')
    at++;
  return line[at] == ' ' && line[at + 1] == 's';
}

void host_say(const char *name, uint32_t value)
{
  char line[64];
  size_t length = 0;
  while (name[length] != '\0' && length < sizeof line - 12) {
    line[length] = name[length];
    length++;
  }
  line[length++] = ' ';
  uint32_t unit = 1;
  while (value / unit >= 10)
    unit *= 10;
  for (; unit > 0; unit /= 10)
    line[length++] = (char)('0' + value / unit % 10);
  write_frame(TEXT, line, length);
}

_Noreturn void host_exit(int status)
{
  const uint32_t argument[2] = {0x20026, (uint32_t)status}; /* ADP_Stopped_ApplicationExit */
  for (;;)
    call(SYS_EXIT_EXTENDED, argument);
}
