/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Arm semihosting: a debugger, or QEMU, does for the firmware what it has no hardware for. Nothing
 * of it has a place in a product: without a debugger attached, BKPT is a fault. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

void semihosting_write(const char *text);

/* The words after the kernel's name, separated by blanks; false if they do not fit. */
int semihosting_command_line(char *line, size_t capacity);

/* Octets read from a file of the host, up to `capacity`; -1 if it cannot be read. */
int32_t semihosting_read_file(const char *path, uint8_t *out, size_t capacity);

/* Seconds since 1970. */
uint32_t semihosting_time(void);

_Noreturn void semihosting_exit(int status);

#endif
